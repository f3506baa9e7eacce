"""Fields that pick what exists: a column that arrives, a resource of the flow, a file."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCompleter, QFileDialog, QLineEdit, QMenu, QToolButton, QWidget

from designer.engine_client import FindingView
from designer.forms.completion import type_words
from designer.forms.field import Field
from designer.forms.parts import icon_button, row
from designer.forms.reading_line import ReadingLine
from designer.forms.resources import (
    add_resource,
    ask_for_tables,
    local_files,
    relative_path,
    with_made_up_people,
)
from designer.forms.simple_fields import QuietComboBox, shown_text
from designer.words import tr
from engine import registry
from engine.activity import Effect
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


class ColumnField(Field):
    """A column that arrives, picked from a list or typed by its path."""

    def build(self) -> QWidget:
        """Make a drop-down that can be typed in."""
        self._box = QuietComboBox()
        self._box.setEditable(True)
        self._box.setInsertPolicy(QuietComboBox.InsertPolicy.NoInsert)
        self._line = QLineEdit()
        self._line.textEdited.connect(self._pick)
        self._box.setLineEdit(self._line)
        completer = QCompleter(self._box.model(), self._box)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._box.setCompleter(completer)
        self._box.activated.connect(lambda index: self._pick(self._box.itemData(index)))
        self.binding.surroundings_changed.connect(self.refresh)
        return self._box

    def focus_target(self) -> QWidget:
        """Return the drop-down."""
        return self._box

    def choices(self) -> list[tuple[str, str]]:
        """Return (path, words beside it) of the columns one can pick."""
        return [(each.path, type_words(each.column.type)) for each in self.binding.arriving()]

    def refresh(self) -> None:
        """List what arrives and show the column of the flow."""
        choices = self.choices()
        if [self._box.itemData(index) for index in range(self._box.count())] != [path for path, _ in choices]:
            self._box.clear()
            for path, words in choices:
                self._box.addItem(path, path)
                self._box.setItemData(self._box.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        text = shown_text(self.value)
        if self._box.currentText() != text:
            self._box.setEditText(text)
            self._line.setCursorPosition(0)  # a long path is read from its beginning

    def _pick(self, path: str) -> None:
        self.commit(None if not path and self.spec.is_optional else path)


class ResourceField(Field):
    """A resource of the flow, picked from a list; a file can be added, or dropped here, as a new one."""

    def build(self) -> QWidget:
        """Make the drop-down and the button."""
        self._box = QuietComboBox()
        self._box.activated.connect(lambda index: self._pick(self._box.itemData(index)))
        add = icon_button("plus", Text("Add a resource"), lambda: None)
        menu = QMenu(add)
        menu.addAction(tr(Text("A file…")), self._ask)
        menu.addAction(tr(Text("Made-up people")), self._make_up)
        add.setMenu(menu)
        add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAcceptDrops(True)
        self.binding.surroundings_changed.connect(self.refresh)
        self.binding.session.flow_changed.connect(self.refresh)
        return row(self._box, add)

    def focus_target(self) -> QWidget:
        """Return the drop-down."""
        return self._box

    def refresh(self, *_: object) -> None:
        """List the resources of the flow and show the one of the setting."""
        names = sorted(self.binding.session.flow.resources)
        value = shown_text(self.value)
        shown = names if value in names else [value, *names]
        if [self._box.itemData(index) for index in range(self._box.count())] != shown:
            self._box.clear()
            for name in shown:
                self._box.addItem(name or tr(Text("Choose a resource…")), name)
        self._box.setCurrentIndex(shown.index(value))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome a file."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Add the file that was dropped."""
        event.acceptProposedAction()
        for path in local_files(event.mimeData())[:1]:
            self.add_file(path)

    def add_file(self, path: str) -> None:
        """Add the file at `path` as a resource of the flow and choose it, as one undo step."""
        self._error.hide()
        add_resource(self.binding.session, self, path, self._choose, self._refuse, self._show_rows)

    def _pick(self, name: str) -> None:
        self.commit(name)
        self._show_rows()

    def _show_rows(self) -> None:
        """Run up to this activity, so that the rows of its resource are seen; not where a call would be made."""
        session, id = self.binding.session, self.binding.activity
        entry = session.flow.activities.get(id)
        if entry is not None and registry.effect(entry) is Effect.NONE and self.value:
            session.runs.run_to(id)

    def _choose(self, flow: Flow, name: str) -> Flow:
        return edits.set_setting(flow, self.binding.activity, self.path, name)

    def _make_up(self) -> None:
        session = self.binding.session
        flow, name = with_made_up_people(session.flow)
        session.edit(Text("Add the resource “{name}”", name=name), self._choose(flow, name))
        self._show_rows()

    def _refuse(self, finding: FindingView) -> None:
        self._error.setText(f"{finding.message} {finding.hint}".strip())
        self._error.show()

    def _ask(self) -> None:
        for path in ask_for_tables(self)[:1]:
            self.add_file(path)


class FileField(Field):
    """The path of a file, typed or chosen; kept relative to the flow's folder where that is possible."""

    def build(self) -> QWidget:
        """Make the line and the button."""
        self._line = ReadingLine()
        self._line.textEdited.connect(self.commit)
        self._line.setPlaceholderText(self.spec.examples[0] if self.spec.examples else "")
        self.setAcceptDrops(True)
        return row(self._line, icon_button("folder-open", Text("Choose a file…"), self._ask))

    def focus_target(self) -> QWidget:
        """Return the line."""
        return self._line

    def refresh(self) -> None:
        """Show the path of the flow."""
        if self._line.text() != shown_text(self.value):
            self._line.setText(shown_text(self.value))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome a file."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take the file that was dropped."""
        event.acceptProposedAction()
        for path in local_files(event.mimeData())[:1]:
            self.commit(relative_path(path, self.binding.session.folder))

    def _ask(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr(Text("Choose a file")))
        if path:
            self.commit(relative_path(path, self.binding.session.folder))
