"""The resources of the flow: what they are, their key, adding and removing them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.parts import button, card, clear, column, icon_button, label, role, row, top_row
from designer.forms.resources import MADE_UP, add_resource, ask_for_tables, local_files, with_made_up_people
from designer.forms.simple_fields import QuietComboBox
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.document.model import ResourceRef
from engine.text import Text

_MADE_UP = Text("Made-up people")
_FILES = {"csv": Text("CSV file"), "parquet": Text("Parquet file"), "synthetic": _MADE_UP}


class ResourceList(QWidget):
    """A card for each resource; files can be dropped here or chosen."""

    def __init__(self, session: Session) -> None:
        """Show the resources of `session`."""
        super().__init__()
        self._session = session
        self.setAcceptDrops(True)
        self._cards = QVBoxLayout()
        self._note = label("", "error")
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._cards)
        layout.addWidget(self._note)
        add = button(Text("Add file…"), Text("Add a CSV or Parquet file as a resource"), self._ask, glyph="plus")
        tip = Text("Add made-up people, the same at every run, so that no real person's data is needed")
        layout.addWidget(row(add, button(Text("Made-up people"), tip, self._make_up, glyph="users-three"), None))
        self._shown: object = None
        session.flow_changed.connect(self._on_flow)
        session.schemas_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the resources as they are now."""
        shown = (dict(self._session.flow.resources), dict(self._session.resources))
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._cards)
        for name, ref in sorted(self._session.flow.resources.items()):
            self._cards.addWidget(self._card(name, ref))
        if not self._session.flow.resources:
            self._cards.addWidget(label(Text("None yet."), "hint"))

    def add_file(self, path: str) -> None:
        """Add the file at `path` as a resource."""
        self._note.hide()
        add_resource(self._session, self, path, lambda flow, _name: flow, self._refuse)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Welcome files."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Add the files that were dropped."""
        event.acceptProposedAction()
        for path in local_files(event.mimeData()):
            self.add_file(path)

    def _refuse(self, finding: FindingView) -> None:
        self._note.setText(f"{finding.message} {finding.hint}".strip())
        role(self._note, "error")
        self._note.show()

    def _card(self, name: str, ref: ResourceRef) -> QWidget:
        title = label(name, "strong")
        source = label(_kind_of(ref), "hint")
        source.setToolTip(ref.path or tr(_MADE_UP))
        remove = icon_button("trash", Text("Remove the resource “{name}”", name=name), lambda: self._remove(name))
        key = QuietComboBox()
        key.setAccessibleName(tr(Text("Key column of {name}", name=name)))
        key.setToolTip(tr(Text("The column that identifies a row")))
        schema = self._session.resources.get(name)
        columns = [column.id for column in schema.columns] if schema is not None else []
        key.addItems([*dict.fromkeys([ref.key, *columns])])
        key.textActivated.connect(lambda column: self._set_key(name, column))
        made_up = [self._made_up(name, ref)] if ref.source == "synthetic" else []
        head = top_row(column(title, source, gap=2), remove)
        return card(head, *made_up, row(label(Text("Key"), "field-label"), key, None))

    def _made_up(self, name: str, ref: ResourceRef) -> QWidget:
        """Return the settings of made-up people: how many, the seed, the share of empty fields."""
        fields: list[QWidget | None] = []
        for member, words in (("rows", Text("Rows")), ("seed", Text("Seed")), ("missing", Text("Empty share"))):
            line = QLineEdit(f"{(ref.model_extra or {}).get(member, MADE_UP[member]):g}")
            line.setAccessibleName(tr(Text("{setting} of {name}", setting=words, name=name)))
            line.setToolTip(tr(words))
            line.editingFinished.connect(partial(self._set_number, name, member, line))
            fields += [label(words, "field-label"), line]
        return row(*fields, gap=4)

    def _set_number(self, name: str, member: str, line: QLineEdit) -> None:
        ref = self._session.flow.resources.get(name)
        try:
            value = float(line.text()) if member == "missing" else int(line.text())
        except ValueError:
            value = MADE_UP[member]
        if ref is None or (ref.model_extra or {}).get(member, MADE_UP[member]) == value:
            return
        flow = edits.set_resource(self._session.flow, name, ref.model_copy(update={member: value}))
        self._session.edit(Text("Change the resource “{name}”", name=name), flow)

    def _make_up(self) -> None:
        flow, name = with_made_up_people(self._session.flow)
        self._session.edit(Text("Add the resource “{name}”", name=name), flow)

    def _set_key(self, name: str, column: str) -> None:
        ref = self._session.flow.resources[name].model_copy(update={"key": column})
        flow = edits.set_resource(self._session.flow, name, ref)
        self._session.edit(Text("Change the key of “{name}”", name=name), flow)

    def _remove(self, name: str) -> None:
        flow = edits.set_resource(self._session.flow, name, None)
        self._session.edit(Text("Remove the resource “{name}”", name=name), flow)

    def _ask(self) -> None:
        for path in ask_for_tables(self):
            self.add_file(path)

    def _on_flow(self) -> None:
        self.refresh()


def _kind_of(ref: ResourceRef) -> str:
    """Return what a resource is, and the name of its file where it has one."""
    kind = tr(_FILES.get(ref.source, Text("{source}", source=ref.source)))
    return f"{kind} · {Path(ref.path).name}" if ref.path else kind
