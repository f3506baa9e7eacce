"""What a run tells the window: the text of a large answer once, though its call tells it again at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.runner.events import ActivityFinished, AnswerCame, Event


class Told:
    """The texts of answers that one run has told, by activity."""

    def __init__(self) -> None:
        """Begin before the run."""
        self._texts: dict[str, str] = {}

    def once(self, event: Event) -> Mapping[str, Any]:
        """Return an event as JSON. In the report of a call `text` is null where `AnswerCame` has told it."""
        if isinstance(event, AnswerCame):
            self._texts[event.activity] = event.text
        if isinstance(event, ActivityFinished):
            return self._without_text(event)
        return event.to_json()

    def _without_text(self, event: ActivityFinished) -> Mapping[str, Any]:
        data, text = event.to_json(), self._texts.get(event.activity)
        call = event.reports.get("call") or {}
        response = call.get("response") or {}
        if text is None or response.get("text") != text:
            return data
        return {**data, "reports": {**event.reports, "call": {**call, "response": {**response, "text": None}}}}
