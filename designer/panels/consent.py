"""Asks before a call that spends something, and before many calls, and says how much it would be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from designer.engine_client import FindingView
from designer.forms.asking import ask
from designer.forms.parts import button, label, row
from designer.panels.call_report import time_words
from designer.session import Session
from designer.words import tr
from engine.document.model import split_source
from engine.text import Text

FEW: Final = 20
"""So many calls that only read are made without a question."""

_MOST_TRIES: Final = 3
_SPENDS = Text("The other side is called for real and what it hands out is spent.")


class Consent(QFrame):
    """A question in the head of the panel. An edit takes it back: it was about another call."""

    given = Signal()

    def __init__(self, session: Session, activity: str) -> None:
        """Ask for the activity with the id `activity`."""
        super().__init__()
        self._session = session
        self._activity = activity
        self._is_spending = True
        self._is_counting = False
        self._is_forecasting = False
        self._tries = 0
        self.setProperty("role", "notice-warning")
        self.setAccessibleName(tr(Text("Confirm the call")))
        self._question = label("", "strong")
        self._what = label("", "hint")
        self._yes = button(Text("Fetch now"), Text("Call for real"), self._give, kind="primary")
        self._yes.setAutoDefault(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self._question)
        layout.addWidget(self._what)
        layout.addWidget(row(self._yes, button(Text("Cancel"), Text("Send nothing"), self.hide), None))
        self.hide()
        session.runs.finished.connect(self._go_on)
        session.flow_changed.connect(self._take_back)
        session.run_changed.connect(self._follow_run)

    def ask(self) -> None:
        """Ask at once; where nobody knows how many rows arrive, what comes before is run first: it spends nothing."""
        self._begin(is_spending=True)

    def ask_if_many(self) -> None:
        """Ask where more than a few calls would only read, which are counted first; fewer are agreed to at once."""
        self._begin(is_spending=False)

    def detach(self) -> None:
        """Stop listening to the session: the panel is going away."""
        self._session.runs.finished.disconnect(self._go_on)
        self._session.flow_changed.disconnect(self._take_back)
        self._session.run_changed.disconnect(self._follow_run)

    def _begin(self, *, is_spending: bool) -> None:
        self._is_spending, self._tries = is_spending, 0
        source = self._unknown_source()
        if source:
            self._is_counting = True
            self._session.runs.run_to(source)
        else:
            self._open()

    def _unknown_source(self) -> str:
        """Return the activity before this one whose rows are not known as they are now, or an empty text."""
        run = self._session.run
        entry = self._session.flow.activities[self._activity]
        for wire in (wire for wires in entry.inputs.values() for wire in wires):
            source = split_source(wire)[0]
            ran = run.activities.get(source)
            if source in self._session.flow.activities and (ran is None or ran.is_stale or wire not in run.transitions):
                return source
        return ""

    def _go_on(self) -> None:
        """Ask after the rows were counted; a run that failed or was stopped tells that itself."""
        is_asked, self._is_counting = self._is_counting, False
        if is_asked and self._session.run.status == "done":
            self._open()

    def _open(self) -> None:
        if not self._is_spending:
            self._count()
            return
        params = {**self._session.params(), "activity": self._activity}
        self._show(Text("This will fetch new codes."), _SPENDS, Text("Fetch now"))
        ask(self._session, self, "request_preview", params, on_result=self._tell)
        ask(self._session, self, "forecast", params, on_result=self._tell_calls)

    def _show(self, question: Text, what: Text, yes: Text) -> None:
        self._question.setText(tr(question))
        self._what.setText(tr(what))
        self._yes.setText(tr(yes))
        self.show()
        self._yes.setFocus()

    def _count(self) -> None:
        self._is_forecasting = True
        self._tries += 1
        params = {**self._session.params(), "activity": self._activity}
        ask(self._session, self, "forecast", params, on_result=self._weigh, on_error=self._go_on_uncounted)

    def _weigh(self, forecast: Mapping[str, Any]) -> None:
        """Ask where the calls are many, unless the flow has changed or a run has begun meanwhile."""
        is_wanted, self._is_forecasting = self._is_forecasting and not self._session.run.running, False
        if not is_wanted:
            return
        count, seconds = forecast["calls"]["least"], forecast.get("seconds")
        if count <= FEW:
            self._give()
            return
        host = next(iter(forecast.get("hosts") or ()), "")
        what = Text("They go to {host}.", host=host)
        if seconds:
            what = Text("They go to {host} and take {time}.", host=host, time=time_words(float(seconds)))
        self._show(Text("Send {count} calls?", count=count), what, Text("Send"))

    def _go_on_uncounted(self, problem: FindingView) -> None:
        """Let the run tell what is wrong with a setting; where the counting was interrupted, count again or ask."""
        is_wanted, self._is_forecasting = self._is_forecasting and not self._session.run.running, False
        if not is_wanted:
            return
        if problem.field:
            self._give()
        elif self._tries < _MOST_TRIES:
            self._count()
        else:
            self._show(Text("Send the calls?"), Text("How many there are could not be counted."), Text("Send"))

    def _tell_calls(self, forecast: Mapping[str, Any]) -> None:
        """Say how many calls there are, where it is not just one."""
        calls, units = forecast["calls"], forecast.get("units")
        if calls["most"] <= 1:
            return
        if calls["least"] < calls["most"]:
            words = Text("This will make {least} to {most} calls.", least=calls["least"], most=calls["most"])
        elif units:
            words = Text("This will make {count} calls and spend {units}.", count=calls["most"], units=units)
        else:
            words = Text("This will make {count} calls.", count=calls["most"])
        self._question.setText(tr(words))

    def _tell(self, request: Mapping[str, Any]) -> None:
        count = asked_for(request.get("body"))
        if count:
            words = Text.plural("This will fetch {count} new code.", "This will fetch {count} new codes.", count=count)
            self._question.setText(tr(words))

    def _give(self) -> None:
        self.hide()
        self.given.emit()

    def _take_back(self) -> None:
        self._is_counting = self._is_forecasting = False
        self.hide()

    def _follow_run(self) -> None:
        self._yes.setEnabled(not self._session.run.running)


def asked_for(body: Any) -> int:
    """Return how many things the body of a request asks for (ACS 1.3: `params.count`), 0 where it does not say."""
    try:
        found = json.loads(body) if isinstance(body, str) else body
    except ValueError:
        return 0
    params = found.get("params") if isinstance(found, Mapping) else None
    count = params.get("count") if isinstance(params, Mapping) else None
    return count if isinstance(count, int) else 0
