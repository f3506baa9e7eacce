"""What all fields of a form share: a label, help, the value in the flow, and what is wrong with it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from designer.forms.binding import Binding
from designer.forms.parts import label, role
from designer.forms.paths import is_under
from designer.forms.specs import FieldSpec
from designer.words import tr
from engine.errors import Level
from engine.text import Text


class Field(QWidget):
    """One setting: shows the value at `path` of the binding, and writes what people type back to it.

    A field asks the binding again on `refresh` and keeps what people are typing when it says the same; it
    never holds a value of its own.
    """

    has_label: ClassVar[bool] = True
    """Whether the words of the setting stand above its editor."""

    also: ClassVar[tuple[str, ...]] = ()
    """Paths of other settings that this field shows too."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Build label, editor and the lines below."""
        super().__init__()
        self.spec = spec
        self.path = path
        self.binding = binding
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._top = QHBoxLayout()
        self._beside: list[QWidget] = []
        self._top.setSpacing(6)
        self._title = QLabel(self.words)
        self._title.setProperty("role", "field-label")
        self._error = label("", "error")
        self._error.hide()
        if self.has_label and self.words:
            self._top.addWidget(self._title)
            self._top.addStretch(1)
            self._layout.addLayout(self._top)
        self.editor = self.build()
        self._layout.addWidget(self.editor)
        self._layout.addWidget(self._error)
        self._title.setBuddy(self.focus_target())
        self._describe(self.focus_target())
        self.refresh()

    @property
    def words(self) -> str:
        """Return the label in the language of the program."""
        return tr(Text(self.spec.label)) if self.spec.label else ""

    @property
    def value(self) -> Any:
        """Return the value in the flow, or the setting's default when the flow has none."""
        return self.binding.get(self.path, self.spec.default)

    @abstractmethod
    def build(self) -> QWidget:
        """Make the editor."""

    @abstractmethod
    def refresh(self) -> None:
        """Show the value of the flow, unless the editor says the same already."""

    def focus_target(self) -> QWidget:
        """Return the widget that takes the keyboard."""
        return self.editor

    def state_target(self) -> QWidget:
        """Return the widget whose border tells that something is wrong."""
        return self.focus_target()

    def commit(self, value: Any) -> None:
        """Write `value` into the flow; keystrokes in one field fold into one undo step.

        What the flow cannot hold even as a draft (an option of the whole flow) is refused in a sentence.
        """
        try:
            self.binding.put(self.path, value, self.words)
        except ValueError:
            role(self._error, "error")
            self._error.setText(tr(Text("“{value}” cannot stand here; the value before it is kept.", value=str(value))))
            self._error.show()
        else:
            self._error.hide()

    @property
    def is_due(self) -> bool:
        """Return whether the settings beside this one give it a meaning."""
        parent, _, _ = self.path.rpartition(".")
        prefix = f"{parent}." if parent else ""
        return all(self.binding.get(prefix + each.name, each.default) in each.values for each in self.spec.shown_when)

    def holds(self, path: str) -> bool:
        """Return whether the setting at `path` is shown here."""
        return any(is_under(path, own) for own in (self.path, *self.also))

    def reveal(self, path: str) -> bool:
        """Take the keyboard for the setting at `path`, which is this one or a part of it."""
        self.focus_target().setFocus()
        return True

    def hide_label(self) -> None:
        """Leave the label and what stands beside it out: a table's header says it already."""
        for widget in (self._title, *self._beside):
            widget.hide()

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show the first of `findings` (session.FindingView) below the editor, or nothing."""
        worst = next((each for each in findings if each.level == Level.ERROR), findings[0] if findings else None)
        self._error.setVisible(worst is not None)
        target = self.state_target()
        state = ""
        if worst is not None:
            self._error.setText(f"{worst.message} {worst.hint}".strip())
            state = "error" if worst.level == Level.ERROR else "warning"
            role(self._error, state)
        if (target.property("state") or "") != state:
            target.setProperty("state", state)
            target.style().unpolish(target)
            target.style().polish(target)

    def add_beside_label(self, widget: QWidget) -> None:
        """Put a small widget at the right end of the label's line."""
        widget.setProperty("beside", True)
        self._top.addWidget(widget)
        self._beside.append(widget)

    def _describe(self, target: QWidget) -> None:
        target.setAccessibleName(self.words or self.path)
        help_text = tr(Text(self.spec.help)) if self.spec.help else ""
        if help_text:
            target.setAccessibleDescription(help_text)
        tip = help_text or self.words
        target.setToolTip(tip)
        self._title.setToolTip(tip)
