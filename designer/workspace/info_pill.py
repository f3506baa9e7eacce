"""The pill at the upper left of the canvas: how many activities, how the last run ended, what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from designer.forms.parts import label, role
from designer.run_view import RunView, seconds
from designer.session import Session
from designer.words import tr
from engine.text import Text


class InfoPill(QFrame):
    """Three parts with dots between them; the last one has the colour of what is wrong."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        """Tell about the flow of `session`."""
        super().__init__(parent)
        self.setProperty("role", "floating")
        self._session = session
        self._count = _line("small")
        self._run = _line("hint")
        self._wrong = _line("hint")
        self._dots = (_line("hint", "·"), _line("hint", "·"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(6)
        for part in (self._count, self._dots[0], self._run, self._dots[1], self._wrong):
            layout.addWidget(part)
        self.refresh()

    def refresh(self) -> None:
        """Say what is true now."""
        count = len(self._session.flow.activities)
        self._count.setText(tr(Text.plural("{count} activity", "{count} activities", count=count)))
        self._run.setText(tr(_run_words(self._session.run)))
        self._show_problems()
        self.setVisible(count > 0)
        self.setAccessibleName(
            ", ".join(part.text() for part in (self._count, self._run, self._wrong) if not part.isHidden())
        )
        self.adjustSize()

    def _show_problems(self) -> None:
        problems = self._session.problems()
        errors = sum(problem.level == "error" for problem in problems)
        warnings = sum(problem.level == "warning" for problem in problems)
        words, kind = "", "hint"
        if errors:
            words, kind = tr(Text.plural("{count} error", "{count} errors", count=errors)), "error"
        elif warnings:
            words, kind = tr(Text.plural("{count} warning", "{count} warnings", count=warnings)), "warning"
        self._wrong.setText(words)
        role(self._wrong, kind)
        for part in (self._wrong, self._dots[1]):
            part.setVisible(bool(words))


def _run_words(run: RunView) -> Text:
    if run.status == "running":
        return Text("dry run: {share} %", share=round(run.share * 100))
    if run.status == "failed":
        return Text("last dry run failed after {time}", time=seconds(run.ms))
    if run.status == "cancelled":
        return Text("last dry run was stopped")
    if run.status == "done":
        return Text("last dry run {time}", time=seconds(run.ms))
    return Text("not run yet")


def _line(kind: str, words: str = "") -> QLabel:
    line = label(words, kind)
    line.setWordWrap(False)
    line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return line
