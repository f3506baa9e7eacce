"""Hands each question to a thread that answers it: runs to one of their own, the others to lanes by kind."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.document import digits
from engine.errors import CampaignFlowError, Code, InternalError, RunCancelled
from engine.runner.cache import not_written
from engine.runner.cancellation import CANCELLED, Cancellation
from engine.serve.verbs import VERBS, warm_up
from engine.text import Text

BAD_QUESTION = Code("APP-BAD-QUESTION", "The engine was asked something that it does not understand.")
ENGINE_MISTAKE = Code("APP-ENGINE-MISTAKE", "The engine made a mistake while it answered; it goes on.")

PATIENCE_S: Final = 1.0
"""How long runs may take to stop when the window has gone."""

_log = logging.getLogger(__name__)

Say = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its number, what is asked, and the wish to take it back."""

    id: Any
    verb: str
    params: Mapping[str, Any]
    cancellation: Cancellation = field(default_factory=Cancellation)


class Desk:
    """Takes questions in, and has each answered exactly once, in any order."""

    def __init__(self, say: Say) -> None:
        """Answer through `say`. Heavy libraries are loaded meanwhile, for the first question to be quick."""
        self._say = say
        self._open: dict[Any, Question] = {}
        self._lock = threading.Lock()
        self._lanes: dict[str, queue.SimpleQueue[Question]] = {}
        self._runs: list[threading.Thread] = []
        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()

    def take(self, line: bytes) -> None:
        """Take one line of the window; what it asks is answered later by another thread."""
        try:
            asked = digits.loads(line)
            question = Question(asked.get("id"), str(asked["verb"]), dict(asked.get("params") or {}))
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say({"id": None, "error": _bad_question().to_json()})
            return
        if question.verb == "cancel":
            self._cancel(question.params.get("request"))
        elif question.verb not in VERBS:
            self._say({"id": question.id, "error": _bad_question().to_json()})
        else:
            self._begin(question)

    def close(self) -> None:
        """Stop everything, because the window has gone."""
        with self._lock:
            questions = list(self._open.values())
        for question in questions:
            question.cancellation.cancel()
        for thread in self._runs:
            thread.join(PATIENCE_S)

    def _cancel(self, id: Any) -> None:
        with self._lock:
            question = self._open.get(id)
        if question is not None:
            question.cancellation.cancel()

    def _begin(self, question: Question) -> None:
        with self._lock:
            self._open[question.id] = question
        lane = VERBS[question.verb].lane
        if not lane:
            thread = threading.Thread(target=self._answer, args=(question,), name=question.verb, daemon=True)
            self._runs = [run for run in self._runs if run.is_alive()] + [thread]
            thread.start()
            return
        if lane not in self._lanes:
            self._lanes[lane] = queue.SimpleQueue()
            threading.Thread(target=self._work, args=(self._lanes[lane],), name=lane, daemon=True).start()
        self._lanes[lane].put(question)

    def _work(self, questions: queue.SimpleQueue[Question]) -> None:
        while True:
            self._answer(questions.get())

    def _answer(self, question: Question) -> None:
        """Answer a question, whatever happens."""
        answer: dict[str, Any]
        try:
            question.cancellation.check()
            answer = {
                "result": VERBS[question.verb].action(question.params, question.cancellation, self._tell(question))
            }
        except CampaignFlowError as error:
            answer = {"error": error.to_json()}
        except OSError as error:
            answer = {"error": not_written(error).to_json()}
        except Exception as error:  # noqa: BLE001 - the door: what nobody foresaw becomes one sentence without values
            _log.debug("%s%s", "".join(traceback.format_tb(error.__traceback__)), type(error).__name__)
            is_stopped = question.cancellation.is_cancelled
            answer = {"error": (_stopped() if is_stopped else _mistake(question.verb, error)).to_json()}
        with self._lock:
            self._open.pop(question.id, None)
        self._say({"id": question.id, **answer})

    def _tell(self, question: Question) -> Callable[[Mapping[str, Any]], object]:
        return lambda event: self._say({"id": question.id, "event": event})


def _bad_question() -> CampaignFlowError:
    return InternalError(BAD_QUESTION, Text("The engine was asked something that it does not understand."))


def _stopped() -> CampaignFlowError:
    return RunCancelled(CANCELLED, Text("The work was stopped."))


def _mistake(verb: str, error: Exception) -> CampaignFlowError:
    frames = traceback.extract_tb(error.__traceback__)
    return InternalError(
        ENGINE_MISTAKE,
        Text(
            "The engine made a mistake at “{verb}” ({kind} in {place}).",
            verb=verb,
            kind=type(error).__name__,
            place=f"{Path(frames[-1].filename).stem}, line {frames[-1].lineno}",
        ),
        hint=Text("Your flow is untouched. Please report this sentence."),
    )
