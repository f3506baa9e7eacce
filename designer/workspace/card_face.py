"""What stands on the card of an activity, as a value: words, status, ways in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.engine_client import FindingView
from designer.run_view import RunView
from designer.words import tr
from designer.workspace.status import Status, status_of
from engine import registry
from engine.document.model import ActivityEntry
from engine.text import Text


@dataclass(frozen=True, slots=True)
class Way:
    """A way into or out of an activity: its name in the document, its words, and its role where it leads out.

    `is_missing` marks a way that a wire uses although the activity no longer has it.
    """

    name: str
    label: str
    role: str = "result"
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Print:
    """The part of a card that only the document decides: it stays until the entry is another one."""

    title: str
    summary: str
    category: str
    kind_title: str
    ways_in: tuple[Way, ...]
    ways_out: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that a card shows."""

    kind: str
    print: Print
    status: Status
    mode: str = "normal"
    errors: int = 0
    warnings: int = 0

    def spoken(self) -> str:
        """Return the card in one line for a screen reader."""
        parts = [self.print.title, self.print.kind_title, self.print.summary, self.status.words]
        if self.errors:
            parts.append(tr(Text.plural("{count} error", "{count} errors", count=self.errors)))
        if self.warnings:
            parts.append(tr(Text.plural("{count} warning", "{count} warnings", count=self.warnings)))
        return ", ".join(dict.fromkeys(part for part in parts if part))


def print_of(entry: ActivityEntry, wired: Sequence[str]) -> Print:
    """Return what the document says of a card; `wired` are the transitions that wires use."""
    found = registry.activity(entry.kind)
    return Print(
        title=tr(registry.title(entry)),
        summary=tr(registry.summary(entry)),
        category=found.category if found is not None else "execution",
        kind_title=tr(found.title) if found is not None else tr(Text("unknown activity “{kind}”", kind=entry.kind)),
        ways_in=_ways_in(entry),
        ways_out=_ways_out(entry, wired),
    )


def face_of(
    id: str, entry: ActivityEntry, printed: Print, run: RunView, findings: Sequence[FindingView], counted: int | None
) -> Face:
    """Return the whole card; `findings` are those of this activity, `counted` the rows that came in."""
    return Face(
        kind=entry.kind,
        print=printed,
        status=status_of(id, entry.execution.mode, run, [way.name for way in printed.ways_out], counted),
        mode=entry.execution.mode,
        errors=sum(finding.level == "error" for finding in findings),
        warnings=sum(finding.level == "warning" for finding in findings),
    )


def _ways_in(entry: ActivityEntry) -> tuple[Way, ...]:
    ways = [Way(each.name, tr(each.label)) for each in registry.inbound(entry)]
    known = {way.name for way in ways}
    lost = [Way(name, name, is_missing=True) for name in entry.inputs if name not in known]
    return (*ways, *lost)


def _ways_out(entry: ActivityEntry, wired: Sequence[str]) -> tuple[Way, ...]:
    ways = [Way(each.name, tr(each.label), each.role) for each in registry.transitions(entry, wired)]
    known = {way.name for way in ways}
    lost = [Way(name, name, is_missing=True) for name in dict.fromkeys(wired) if name not in known]
    return (*ways, *lost)
