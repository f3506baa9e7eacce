"""Fields that hold several values: a model's settings, a list of models, of words, of names and values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QGridLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from designer.forms.binding import Binding
from designer.forms.completion import column_completions
from designer.forms.field import Field
from designer.forms.field_picker import picker_button
from designer.forms.parts import GAP, button, card, clear, icon_button, label, row, top_row
from designer.forms.paths import as_list, as_mapping, is_under, moved
from designer.forms.resources import free_name
from designer.forms.specs import FieldKind, FieldSpec, default_of
from designer.forms.stack import FieldStack, MakeField, reveal_in, show_at
from designer.icons import icon
from designer.words import tr
from engine.text import Text

_NARROW = (FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.CHOICE, FieldKind.BOOLEAN)
_TALL_EDITORS = ("json", "template", "multiline", "condition", "file")
_MOST_IN_A_ROW = 3
_FEWEST_TO_MOVE = 2
_MOST_OPEN = 2


class ModelField(Field):
    """The settings of a model within the settings; an optional one is switched on first."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, make: MakeField) -> None:
        """Build a field for each of the model's settings."""
        self._make = make
        super().__init__(spec, path, binding)

    def build(self) -> QWidget:
        """Make the switch and the fields."""
        self._title.setProperty("role", "section")
        self._layout.setSpacing(GAP + 2)
        self.setProperty("starts", "section")
        self._stack = FieldStack(self.spec.fields, f"{self.path}.", self.binding, self._make)
        self._switch = QCheckBox(tr(Text("Use {setting}", setting=self.words)))
        self._switch.setVisible(self.spec.is_optional)
        self._switch.clicked.connect(self._on_switch)
        return card(self._switch, self._stack) if self.spec.is_optional else self._stack

    def focus_target(self) -> QWidget:
        """Return the switch, or the first field."""
        if self.spec.is_optional or not self._stack.fields:
            return self._switch
        return self._stack.fields[0].focus_target()

    def state_target(self) -> QWidget:
        """Return the box around the fields: each of them tells for itself what is wrong."""
        return self.editor

    def refresh(self) -> None:
        """Show what the flow says."""
        is_on = self.value is not None or not self.spec.is_optional
        self._switch.setChecked(is_on)
        self._stack.setVisible(is_on)
        self._stack.refresh()

    def _on_switch(self) -> None:
        self.commit(default_of(self.spec.fields) if self._switch.isChecked() else None)

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the field within."""
        return self._stack.reveal(path) or super().reveal(path)

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its field, and what concerns the whole below."""
        self._stack.show_findings(findings)
        super().show_findings([each for each in findings if each.field == self.path])

    def _describe(self, target: QWidget) -> None:
        """Leave the name of the first field as it is."""


class ListField(Field):
    """Several entries below each other, which can be added, removed and put in another order."""

    def build(self) -> QWidget:
        """Make the list and the button that adds to it."""
        self._box = QWidget()
        self._box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._entries = QVBoxLayout(self._box)
        self._entries.setContentsMargins(0, 0, 0, 0)
        self._entries.setSpacing(GAP // 2)
        self._fields: list[Field] = []
        self._count = -1
        tip = Text("Add an entry to {setting}", setting=self.words)
        self._add = button(Text("Add"), tip, self.add, glyph="plus")
        self._add.setAccessibleName(tr(tip))  # there are several buttons of this word on most pages
        self.add_beside_label(self._add)
        return self._box

    def focus_target(self) -> QWidget:
        """Return the first field, or the button that adds one."""
        return self._fields[0].focus_target() if self._fields else self._add

    def state_target(self) -> QWidget:
        """Return the box around the fields: each of them tells for itself what is wrong."""
        return self.editor

    def refresh(self) -> None:
        """Show the entries of the flow; they are built again only when their number changes."""
        count = len(as_list(self.value))
        if count != self._count:
            self._count = count
            self._rebuild(count)
        for field in self._fields:
            field.refresh()

    def add(self) -> None:
        """Add an entry at the end and take the keyboard there."""
        entries = as_list(self.value)
        self.binding.put(self.path, [*entries, self.new_entry()], self.words, merge=False)
        QTimer.singleShot(0, self, lambda: self.reveal(f"{self.path}.{len(entries)}"))

    def new_entry(self) -> Any:
        """Return what a new entry holds."""
        return ""

    def remove(self, index: int) -> None:
        """Take the entry at `index` away."""
        entries = as_list(self.value)
        self.binding.put(self.path, entries[:index] + entries[index + 1 :], self.words, merge=False)

    def move_entry(self, start: int, end: int) -> None:
        """Put the entry at `start` to `end`."""
        entries = as_list(self.value)
        if 0 <= end < len(entries):
            self.binding.put(self.path, moved(entries, start, end), self.words, merge=False)

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the entry."""
        return reveal_in(self._fields, path) or super().reveal(path)

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its entry, and what concerns the whole below."""
        show_at(self._fields, findings)
        rest = [each for each in findings if not any(is_under(each.field, field.path) for field in self._fields)]
        super().show_findings(rest)

    def tools(self, index: int, count: int) -> list[QWidget]:
        """Return the buttons of one entry: its place where there are several, remove."""
        remove = icon_button("trash", Text("Remove entry {number}", number=index + 1), lambda: self.remove(index))
        if count < _FEWEST_TO_MOVE:
            return [remove]
        order = icon_button("dots-six-vertical", Text("Move entry {number}", number=index + 1), lambda: None)
        menu = QMenu(order)
        for words, step in ((Text("Move up"), -1), (Text("Move down"), 1)):
            action = QAction(tr(words), menu)
            action.setEnabled(0 <= index + step < count)
            action.triggered.connect(partial(self.move_entry, index, index + step))
            menu.addAction(action)
        order.setMenu(menu)
        order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return [order, remove]

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make the widgets of one entry, its fields added to `self._fields`."""
        raise NotImplementedError

    def _rebuild(self, count: int) -> None:
        clear(self._entries)
        self._fields = []
        for index in range(count):
            self._entries.addWidget(self.build_entry(index, count))
        if not count:
            self._entries.addWidget(label(Text("None yet."), "hint"))

    def _describe(self, target: QWidget) -> None:
        """Leave the names of the entries' fields as they are."""


class TextsField(ListField):
    """A list of words, expressions or columns."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, make: MakeField) -> None:
        """Build a field for each entry."""
        self._make = make
        self._entry_spec = FieldSpec("", spec.label, FieldKind.TEXT, spec.help, editor=spec.editor)
        super().__init__(spec, path, binding)

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make one field with its tools."""
        field = self._make(self._entry_spec, f"{self.path}.{index}", self.binding)
        field.hide_label()
        field.focus_target().setAccessibleName(f"{self.words} {index + 1}")
        self._fields.append(field)
        return top_row(field, *self.tools(index, count), gap=2)


class FoldingCard(Field):
    """One entry of a list with many settings: a line with its name, and the settings below it when it is open."""

    has_label = False

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, make: MakeField, tools: Sequence[QWidget]) -> None:
        """Build the settings of the entry at `path`, with `tools` in its line."""
        self._make = make
        self._tools = tools
        super().__init__(spec, path, binding)

    def build(self) -> QWidget:
        """Make the line and the settings."""
        self._stack = FieldStack(self.spec.fields, f"{self.path}.", self.binding, self._make)
        self._fold = QToolButton()
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setAutoRaise(True)
        self._fold.setToolTip(tr(Text("Open or close this entry")))
        self._fold.clicked.connect(lambda: self.fold(is_folded=not self._stack.isHidden()))
        return card(row(self._fold, None, *self._tools, gap=2), self._stack)

    def focus_target(self) -> QWidget:
        """Return the button that opens the entry."""
        return self._fold

    def state_target(self) -> QWidget:
        """Return the card."""
        return self.editor

    def fold(self, *, is_folded: bool) -> None:
        """Show the line alone, or the settings too."""
        self._stack.setHidden(is_folded)
        self._fold.setIcon(icon("caret-right" if is_folded else "caret-down"))

    def refresh(self) -> None:
        """Show what the flow says; the entry is called by the first words in it."""
        entry = as_mapping(self.value)
        names = [entry.get(spec.name) for spec in self.spec.fields if spec.kind is FieldKind.TEXT]
        name = next((name for name in names if isinstance(name, str) and name), "")
        number = int(self.path.rpartition(".")[2]) + 1
        self._fold.setText(f"{number} · {name}" if name else str(number))
        self._fold.setAccessibleName(self._fold.text())
        self._stack.refresh()

    def reveal(self, path: str) -> bool:
        """Open the entry and take the keyboard in its setting."""
        self.fold(is_folded=False)
        fields = self._stack.fields
        if path == self.path and fields:
            return fields[0].reveal(fields[0].path)
        return self._stack.reveal(path) or super().reveal(path)

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its setting, and what concerns the whole entry below."""
        self._stack.show_findings(findings)
        super().show_findings([each for each in findings if each.field == self.path])

    def _describe(self, target: QWidget) -> None:
        """Leave the name of the button as it is."""


class ModelsField(ListField):
    """A list of models: each a line when it is small, a card otherwise."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, make: MakeField) -> None:
        """Build the fields of each entry."""
        self._make = make
        self._picked = next((each for each in spec.fields if each.editor in ("column", "expression")), None)
        super().__init__(spec, path, binding)

    def build(self) -> QWidget:
        """Make the list; where an entry names a column, columns can be picked from the tree."""
        box = super().build()
        if self._picked is not None:
            self.add_beside_label(picker_button(lambda: column_completions(self.binding.arriving()), self.pick))
        return box

    def pick(self, path: str) -> None:
        """Add an entry for the column at `path`, called by the last part of it."""
        if self._picked is None:
            return
        entry = {**as_mapping(self.new_entry()), self._picked.name: path}
        if self.spec.child("id") is not None and self._picked.name != "id":
            taken = {str(as_mapping(each).get("id")): each for each in as_list(self.value)}
            entry["id"] = free_name(path.rpartition(".")[2], taken, join="_")
        self.binding.put(self.path, [*as_list(self.value), entry], self.words, merge=False)

    def new_entry(self) -> Any:
        """Return the defaults of an entry."""
        return default_of(self.spec.fields)

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make one line, or one card."""
        return self._line(index, count) if self._is_narrow() else self._card(index, count)

    def _is_narrow(self) -> bool:
        fields = self.spec.fields
        is_small = all(each.kind in _NARROW and each.editor not in _TALL_EDITORS for each in fields)
        return is_small and len(fields) <= _MOST_IN_A_ROW

    def _line(self, index: int, count: int) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        for place, spec in enumerate(self.spec.fields):
            field = self._make(spec, f"{self.path}.{index}.{spec.name}", self.binding)
            field.hide_label()
            if index == 0:
                grid.addWidget(label(Text(spec.label), "hint"), 0, place)
            grid.addWidget(field, 1, place, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(place, _stretch(spec))
            self._fields.append(field)
        grid.addWidget(top_row(*self.tools(index, count), gap=0), 1, len(self.spec.fields), Qt.AlignmentFlag.AlignTop)
        return box

    def _card(self, index: int, count: int) -> QWidget:
        entry = FoldingCard(self.spec, f"{self.path}.{index}", self.binding, self._make, self.tools(index, count))
        entry.fold(is_folded=count > _MOST_OPEN and index < count - 1)
        self._fields.append(entry)
        return entry


def _stretch(spec: FieldSpec) -> int:
    """Return how much of a line a field takes: expressions are longer than names."""
    return 0 if spec.kind is FieldKind.BOOLEAN else 3 if spec.editor in ("expression", "condition") else 2
