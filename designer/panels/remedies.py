"""What can be done about one problem right where it is told: choose otherwise, test again, see whom it concerns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.forms.parts import GAP, button, label, row
from designer.panels.flowing import Flowing
from designer.panels.mending import Choice, Problem, choose
from designer.panels.recipient_list import RecipientList
from designer.session import Session
from designer.words import tr
from engine.text import Text


def has_remedies(problem: Problem) -> bool:
    """Return whether there is anything to do about a problem but to go to its field."""
    return bool(problem.is_stale or problem.choices or problem.recipients)


class Remedies(QWidget):
    """The buttons below a problem, and the recipients that one of them shows."""

    height_changed = Signal()
    rows_wanted = Signal()

    def __init__(self, session: Session, problem: Problem, *, can_show_rows: bool) -> None:
        """Offer what can be done about `problem`; with `can_show_rows` also the rows of those it concerns."""
        super().__init__()
        self._session = session
        self._problem = problem
        self._opened: tuple[QWidget, ...] | None = None
        self.setAccessibleName(tr(Text("What can be done")))
        self._line = Flowing(GAP)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GAP, 0, GAP, GAP)
        self._layout.setSpacing(GAP)
        self._layout.addLayout(self._line)
        if problem.is_stale:
            self._offer_test()
        elif problem.choices:
            self._offer_choices()
        if problem.recipients:
            self._show_people = _pressed_by_enter(
                button(Text("Show the recipients"), Text("List whom this concerns"), self._toggle, glyph="users")
            )
            self._line.addWidget(self._show_people)
        if can_show_rows:
            tip = Text("Show the rows of these recipients in the data preview")
            self._line.addWidget(
                _pressed_by_enter(button(Text("Show their rows"), tip, self.rows_wanted.emit, glyph="table"))
            )

    def height_at(self, width: int) -> int:
        """Return the height that everything needs at a width."""
        self._layout.activate()
        return self._layout.totalHeightForWidth(width)

    def _offer_test(self) -> None:
        test = button(
            Text("Test flow"),
            Text("Run the whole flow again: nothing is sent"),
            self._session.runs.test_flow,
            kind="primary",
        )
        self._line.addWidget(_pressed_by_enter(test))

    def _offer_choices(self) -> None:
        choices = self._problem.choices
        name = label(Text("{setting}:", setting=choices[0].label), "soft")
        name.setWordWrap(False)
        self._line.addWidget(name)
        for choice in choices:
            self._line.addWidget(_pressed_by_enter(self._choice(choice)))

    def _choice(self, choice: Choice) -> QPushButton:
        tip = Text("Set “{setting}” to “{choice}”", setting=choice.label, choice=choice.words)
        words = Text("{choice}", choice=choice.words)
        made = button(words, tip, lambda: choose(self._session, choice), kind="soft")
        made.setAccessibleDescription(tr(tip))
        return made

    def _toggle(self) -> None:
        if self._opened is None:
            self._opened = self._open()
        is_open = not self._opened[0].isVisibleTo(self)
        for widget in self._opened:
            widget.setVisible(is_open)
        self._show_people.setText(tr(Text("Hide the recipients") if is_open else Text("Show the recipients")))
        self._show_people.setAccessibleName(self._show_people.text())
        self.height_changed.emit()

    def _open(self) -> tuple[QWidget, ...]:
        """Make what is shown of the recipients, still hidden."""
        people = RecipientList(self._problem.recipients)
        copy = _pressed_by_enter(button(Text("Copy"), Text("Copy keys and names"), people.copy, glyph="copy"))
        missing = self._problem.concerned - len(self._problem.recipients)
        more = Text.plural("… and {count} more", "… and {count} more", count=missing) if missing > 0 else ""
        rest = label(more, "hint")
        rest.setWordWrap(False)
        line = row(copy, rest, None)
        for widget in (people, line):
            widget.hide()
            self._layout.addWidget(widget)
        return people, line


def _pressed_by_enter(made: QPushButton) -> QPushButton:
    made.setAutoDefault(True)
    return made
