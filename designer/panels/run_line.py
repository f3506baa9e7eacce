"""How the activity in the panel fared in the last run: one line at its foot."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from designer.forms.parts import GAP, role
from designer.panels.elided_label import ElidedLabel
from designer.run_view import ActivityRun
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.text import Text

_STATUS = {
    "waiting": (Text("Waiting"), "pill-idle"),
    "running": (Text("Running"), "pill-running"),
    "done": (Text("Done"), "pill-ok"),
    "reused": (Text("Reused"), "pill-ok"),
    "failed": (Text("Failed"), "pill-error"),
    "skipped": (Text("Skipped"), "pill-idle"),
    "cancelled": (Text("Stopped"), "pill-idle"),
}


class RunLine(QWidget):
    """Status in words and colour, counts, time; hidden while the activity has not run."""

    def __init__(self, session: Session, activity: str, parent: QWidget) -> None:
        """Follow the runs of the activity with the id `activity`; a line without a parent would be a window."""
        super().__init__(parent)
        self._session = session
        self._activity = activity
        self._status = QLabel()
        self._status.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._facts = ElidedLabel("soft")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, GAP, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._status)
        layout.addWidget(self._facts, 1)
        session.run_changed.connect(self.refresh)
        self.refresh()

    def detach(self) -> None:
        """Stop listening to the session: the panel is going away."""
        self._session.run_changed.disconnect(self.refresh)

    def refresh(self) -> None:
        """Show the last run as it is known now."""
        run = self._session.run.activities.get(self._activity)
        self.setVisible(run is not None)
        if run is None:
            return
        words, look = _STATUS.get(run.status, (Text("{status}", status=run.status), "pill-idle"))
        if run.is_stale and run.status in ("done", "reused"):
            words, look = Text("Out of date"), "pill-warning"
        self._status.setText(tr(words))
        role(self._status, look)
        self._facts.set_words(" · ".join(self._facts_of(run)))

    def _facts_of(self, run: ActivityRun) -> list[str]:
        if run.status == "failed" and run.error is not None:
            return [run.error.message]
        if run.status == "running":
            said = [entry.message for entry in self._session.run.log if entry.activity == self._activity]
            return said[-1:]
        facts = [
            f"{self._name(name)} {tr(Text.plural('{count} row', '{count} rows', count=filled.rows))}".strip()
            for name, filled in self._session.run.transitions.items()
            if name.partition(".")[0] == self._activity and filled.rows is not None
        ]
        return [*facts, f"{run.ms} ms"] if run.ms else facts

    def _name(self, transition: str) -> str:
        """Return what a transition is called where the activity has several."""
        name = transition.partition(".")[2]
        entry = self._session.flow.activities.get(self._activity)
        ways = registry.transitions(entry, [name]) if entry is not None else ()
        way = next((each for each in ways if each.name == name), None)
        if name == "result" and len(ways) <= 1:
            return ""
        return f"{tr(way.label) if way is not None else name}:"
