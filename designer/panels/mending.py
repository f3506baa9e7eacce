"""What is to be mended, and the other values of the setting it is about: each one step of undo away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer.engine_client import FindingView
from designer.forms.binding import bind_settings
from designer.forms.paths import as_list, value_at
from designer.forms.specs import FieldKind, FieldSpec, find_spec, specs_of
from designer.session import Session
from designer.words import tr
from engine import registry
from engine.document.model import Flow
from engine.text import Text

MOST_CHOICES = 5
"""A setting with more choices than this is mended in its form, where each is explained."""

_ORDER = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Choice:
    """Another value that the setting `path` of an activity can have; `words` is what people call it."""

    activity: str
    path: str
    label: str
    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding with what can be done about it, and what its activity is called.

    It `is_stale` once its activity was changed after the run that told it.
    """

    finding: FindingView
    name: str
    is_stale: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def recipients(self) -> Sequence[Mapping[str, Any]]:
        """Return whom it concerns, each with a `key` and a `name`: the first ones, where there are many."""
        return as_list((self.finding.details or {}).get("recipients"))

    @property
    def concerned(self) -> int:
        """Return how many it concerns in all."""
        count = (self.finding.details or {}).get("count")
        return count if isinstance(count, int) else len(self.recipients)


def problems_of(session: Session) -> tuple[Problem, ...]:
    """Return all problems, the worst first; those of a run stay until the next one, marked once they are stale."""
    found = [
        Problem(each, _name(session, each), choices=tuple(_choices(session.flow, each))) for each in session.problems()
    ]
    known = {(each.finding.code, each.finding.activity) for each in found}
    old = [
        Problem(run.error, _name(session, run.error), is_stale=True)
        for run in session.run.activities.values()
        if run.is_stale and run.error is not None and (run.error.code, run.error.activity) not in known
    ]
    return tuple(sorted((*old, *found), key=lambda each: _rank(each.finding.level)))


def choose(session: Session, choice: Choice) -> None:
    """Give the setting of `choice` its value, as one step of undo."""
    if choice.activity not in session.flow.activities:
        return
    binding = bind_settings(session, choice.activity)
    binding.put(choice.path, choice.value, choice.label, merge=False)
    binding.detach()
    binding.deleteLater()


def _name(session: Session, finding: FindingView) -> str:
    return tr(session.name_of(finding.activity)) if finding.activity else tr(Text("Flow"))


def _rank(level: str) -> int:
    return _ORDER.index(level) if level in _ORDER else 0


def _choices(flow: Flow, finding: FindingView) -> Iterator[Choice]:
    """Yield what else the setting of a finding could be, where it is a choice of a few."""
    spec = _setting(flow, finding)
    if spec is None or spec.kind is not FieldKind.CHOICE or len(spec.choices) > MOST_CHOICES:
        return
    settings = registry.current_settings(flow.activities[finding.activity])
    current = value_at(settings, finding.field, spec.default)
    for value, words in spec.choices:
        if value != current:
            yield Choice(finding.activity, finding.field, tr(Text(spec.label)), value, tr(Text(words)))


def _setting(flow: Flow, finding: FindingView) -> FieldSpec | None:
    entry = flow.activities.get(finding.activity)
    activity = registry.activity(entry.kind) if entry is not None else None
    return find_spec(specs_of(activity.Settings), finding.field) if activity is not None and finding.field else None
