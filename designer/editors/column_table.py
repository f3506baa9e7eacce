"""The columns of an answer as a table: which are used, their names, types and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from designer.forms.binding import Binding
from designer.forms.paths import as_list, as_mapping, moved
from designer.forms.simple_fields import shown_text
from designer.forms.specs import FieldKind, FieldSpec
from designer.words import tr
from engine.text import Text

Index = QModelIndex | QPersistentModelIndex
NAME, TYPE, KEY, EXAMPLE = range(4)
TITLES = (Text("Column"), Text("Type"), Text("Key"), Text("Example"))
_ROWS = "application/x-campaign-column"


class ColumnTableModel(QAbstractTableModel):
    """The list at `path` of the binding, one column definition a row; edits go straight to the flow."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Show the definitions at `path`, whose settings are `spec.fields`."""
        super().__init__()
        self._spec = spec
        self._path = path
        self._binding = binding
        self._ignore = next((each.name for each in spec.fields if _is_ignore(each)), "")
        self._type = spec.child("type")
        self._entries: list[dict[str, Any]] = []
        self._examples: dict[str, str] = {}

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Return the definitions that are shown."""
        return self._entries

    @property
    def types(self) -> Sequence[tuple[Any, str]]:
        """Return (value, words) of the types a column can have."""
        return self._type.choices if self._type is not None else ()

    def refresh(self) -> None:
        """Take over what the flow says; the selection stays when the number of columns does."""
        entries = [as_mapping(entry) for entry in as_list(self._binding.get(self._path))]
        if len(entries) != len(self._entries):
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
        elif entries != self._entries:
            self._entries = entries
            self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, EXAMPLE), [])

    def set_examples(self, examples: dict[str, str]) -> None:
        """Show a value of the sample beside each column, by key."""
        self._examples = examples
        if self._entries:
            self.dataChanged.emit(self.index(0, EXAMPLE), self.index(len(self._entries) - 1, EXAMPLE), [])

    def move(self, start: int, end: int) -> None:
        """Put the definition at `start` to `end`."""
        if start != end and 0 <= end < len(self._entries):
            self._binding.put(self._path, moved(self._entries, start, end), tr(Text("order of columns")), merge=False)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the number of definitions."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return name, type, key and example."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Return the title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(TITLES[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what stands in a cell."""
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME and self._ignore:
            return Qt.CheckState.Unchecked if entry.get(self._ignore) else Qt.CheckState.Checked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(entry, index.column(), is_edit=role == Qt.ItemDataRole.EditRole)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._text(entry, index.column(), is_edit=False)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Write a name, a type, or whether the column is used."""
        where = f"{self._path}.{index.row()}"
        if role == Qt.ItemDataRole.CheckStateRole and self._ignore:
            is_ignored = Qt.CheckState(value) is not Qt.CheckState.Checked
            self._binding.put(f"{where}.{self._ignore}", is_ignored, tr(Text("Ignore")), merge=False)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() in (NAME, TYPE):
            member = "id" if index.column() == NAME else "type"
            self._binding.put(f"{where}.{member}", value, tr(TITLES[index.column()]), merge=False)
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell; rows can be dragged to another place."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        flags = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled
        if index.column() == NAME:
            flags |= flag.ItemIsEditable | (flag.ItemIsUserCheckable if self._ignore else flag.NoItemFlags)
        elif index.column() == TYPE:
            flags |= flag.ItemIsEditable
        return flags

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Rows are moved, not copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """Return the one type of what is dragged here."""
        return [_ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """Return the place of the row that is dragged."""
        data = QMimeData()
        data.setData(_ROWS, str(indexes[0].row()).encode() if indexes else b"")
        return data

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move the dragged row; the view is told not to remove it, because the flow says where it is now."""
        start = int(data.data(_ROWS).data() or b"-1")
        end = row if row >= 0 else parent.row() if parent.isValid() else len(self._entries)
        if 0 <= start < len(self._entries):
            self.move(start, min(end - 1 if end > start else end, len(self._entries) - 1))
        return False

    def _text(self, entry: dict[str, Any], column: int, *, is_edit: bool) -> str:
        if column == NAME:
            return shown_text(entry.get("id"))
        if column == KEY:
            return shown_text(entry.get("key"))
        if column == EXAMPLE:
            return self._examples.get(key_of(entry), "")
        value = shown_text(entry.get("type", self._type.default if self._type else ""))
        words = dict(self.types)
        return value if is_edit else tr(Text(str(words.get(value, value))))


class TypeDelegate(QStyledItemDelegate):
    """Edits the type of a column with a drop-down."""

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        """Return a drop-down of the types, which opens at once."""
        box = QComboBox(parent)
        model = index.model()
        if isinstance(model, ColumnTableModel):
            for value, words in model.types:
                box.addItem(tr(Text(words)), value)
        box.activated.connect(lambda _index: self._close(box))
        QTimer.singleShot(0, box, box.showPopup)  # not yet: the click that opens the editor would close the list
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        """Show the type of the column."""
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802 - Qt's name
        """Write the type that was chosen."""
        if isinstance(editor, QComboBox) and editor.currentData() is not None:
            model.setData(index, editor.currentData())

    def _close(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)


def key_of(entry: Mapping[str, Any]) -> str:
    """Return where the values of a column stand: its key, else its name."""
    return shown_text(entry.get("key")) or shown_text(entry.get("id"))


def _is_ignore(spec: FieldSpec) -> bool:
    return spec.kind is FieldKind.BOOLEAN and "ignore" in spec.name
