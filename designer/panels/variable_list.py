"""The variables of the flow: names and values."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from designer.forms.parts import button, clear, icon_button, label, row
from designer.forms.simple_fields import shown_text
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.text import Text

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class VariableList(QWidget):
    """A line for each variable. A new one gets a free name, which can be changed."""

    def __init__(self, session: Session) -> None:
        """Show the variables of `session`."""
        super().__init__()
        self._session = session
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._values: dict[str, QLineEdit] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._lines)
        layout.addWidget(row(button(Text("Add variable"), Text("Add a variable"), self.add, glyph="plus"), None))
        session.flow_changed.connect(self._on_flow)
        self._rebuild()

    def add(self) -> None:
        """Add a variable with a free name and take the keyboard in its value."""
        taken = self._session.flow.variables
        number = next(number for number in range(1, len(taken) + 2) if f"variable{number}" not in taken)
        name = f"variable{number}"
        self._session.edit(Text("Add a variable"), edits.set_variable(self._session.flow, name, ""))
        self._values[name].setFocus()

    def _rebuild(self) -> None:
        clear(self._lines)
        self._values = {}
        for name, value in sorted(self._session.flow.variables.items()):
            self._lines.addWidget(self._line(name, value))
        if not self._values:
            self._lines.addWidget(label(Text("None yet."), "hint"))

    def _line(self, name: str, value: Any) -> QWidget:
        title = QLineEdit(name)
        title.setProperty("role", "mono")
        title.setAccessibleName(tr(Text("Name of the variable {name}", name=name)))
        title.setToolTip(tr(Text("Letters, digits and _ ; press Enter to rename")))
        title.editingFinished.connect(lambda: self._rename(name, title))
        line = QLineEdit(shown_text(value))
        line.setProperty("role", "mono")
        line.setAccessibleName(tr(Text("Value of {name}", name=name)))
        line.setToolTip(tr(Text("The value that a run starts with")))
        line.textEdited.connect(lambda text: self._set(name, text))
        self._values[name] = line
        remove = icon_button("trash", Text("Remove the variable {name}", name=name), lambda: self._remove(name))
        return row(title, line, remove, gap=4)

    def _set(self, name: str, text: str) -> None:
        flow = edits.set_variable(self._session.flow, name, _typed(text))
        self._session.edit(Text("Change the variable {name}", name=name), flow, merge=f"vars.{name}")

    def _rename(self, old: str, line: QLineEdit) -> None:
        new = line.text().strip()
        variables = self._session.flow.variables
        if new == old:
            return
        if not _NAME.fullmatch(new) or new in variables or old not in variables:
            line.setText(old)
            return
        flow = edits.set_variable(self._session.flow, new, variables[old])
        self._session.edit(Text("Rename the variable {name}", name=old), edits.set_variable(flow, old, None))

    def _remove(self, name: str) -> None:
        flow = edits.set_variable(self._session.flow, name, None)
        self._session.edit(Text("Remove the variable {name}", name=name), flow)

    def _on_flow(self) -> None:
        new = self._session.flow
        if set(self._values) != set(new.variables):
            self._rebuild()
            return
        for name, line in self._values.items():
            if _typed(line.text()) != new.variables[name]:
                line.setText(shown_text(new.variables[name]))


def _typed(text: str) -> Any:
    """Return a whole number for digits without a leading zero, and the text itself for everything else."""
    return int(text) if re.fullmatch(r"-?(?:0|[1-9]\d{0,17})", text) else text
