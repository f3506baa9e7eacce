"""How an activity fared, as the pill of its card says it: in words, a shape and a colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from designer.run_view import ActivityRun, RunView
from designer.words import tr
from engine.text import Text

Shape = Literal["ring", "dot", "arc", "half", "cross", "dash", "square", "triangle", "again", "bar", "through"]
"""One shape for each status, so that it can be told without its colour."""


@dataclass(frozen=True, slots=True)
class Status:
    """The pill: its words, the shape before them, and the theme colours `tone` and `tone_soft`."""

    words: str
    shape: Shape
    tone: Literal["ok", "warning", "error", "accent", "text_soft"]


def number(count: int) -> str:
    """Return a count with its thousands apart: `12 480`."""
    return f"{count:,}".replace(",", " ")


def status_of(id: str, mode: str, run: RunView, ways_out: Sequence[str], counted: int | None) -> Status:
    """Return the status of the activity `id`; `counted` are the rows that came in, None when that is not known."""
    if mode == "disabled":
        return Status(tr(Text("switched off")), "bar", "text_soft")
    fared = run.activities.get(id)
    if fared is None:
        if mode == "pass-through":
            return Status(tr(Text("passes through")), "through", "text_soft")
        return Status(tr(Text("not run")), "ring", "text_soft")
    plain = _plain(fared)
    if plain is not None:
        return plain
    words = " · ".join(part for part in (*_call(fared), _rows(id, run, ways_out, counted)) if part)
    if mode == "pass-through":
        return Status(tr(Text("passed through · {words}", words=words)), "through", "ok")
    if fared.status == "reused":
        return Status(tr(Text("{words} · reused", words=words)), "again", "ok")
    if fared.source == "sample":
        return Status(tr(Text("Sample data · {words}", words=words)), "triangle", "warning")
    return Status(words, "dot", "ok")


def _plain(fared: ActivityRun) -> Status | None:
    """Return the status of an activity that has no result to tell."""
    if fared.status == "running":
        return Status(tr(_progress(fared)), "arc", "accent")
    if fared.status == "waiting":
        return Status(tr(Text("waiting")), "ring", "accent")
    if fared.is_stale:
        return Status(tr(Text("out of date")), "half", "warning")
    if fared.status == "failed":
        return Status(tr(Text("failed")), "cross", "error")
    if fared.status == "skipped":
        return Status(tr(Text("skipped")), "dash", "text_soft")
    if fared.status == "cancelled":
        return Status(tr(Text("stopped")), "square", "text_soft")
    return None


def _progress(fared: ActivityRun) -> Text:
    if not fared.done:
        return Text("running")
    if not fared.total:
        return Text("running · {done}", done=number(fared.done))
    return Text("running · {share} %", share=round(100 * fared.done / fared.total))


def _call(fared: ActivityRun) -> tuple[str, ...]:
    """Return status and time of a call that was really made."""
    report: Mapping[str, Any] = fared.reports.get("call") or {}
    response = report.get("response")
    if fared.source == "recording":
        return (tr(Text("recording")),)
    if fared.source != "live" or not response:
        return ()
    elapsed = response.get("elapsed_ms")
    parts = [str(response.get("status", ""))]
    if elapsed is not None:
        parts.append(tr(Text("{ms} ms", ms=round(float(elapsed)))))
    return tuple(parts)


def _rows(id: str, run: RunView, ways_out: Sequence[str], counted: int | None) -> str:
    filled = [run.transitions.get(f"{id}.{way}") for way in ways_out]
    counts = [way.rows for way in filled if way is not None and way.rows is not None]
    if not counts:
        if counted is not None:
            return tr(Text.plural("{number} row in", "{number} rows in", count=counted, number=number(counted)))
        return tr(Text("done"))
    if len(counts) > 1 and len(set(counts)) == 1:
        return tr(Text("{ways} × {number} rows", ways=len(counts), number=number(counts[0])))
    if len(counts) > 3:
        return tr(Text("{ways} ways · {number} rows", ways=len(counts), number=number(sum(counts))))
    shown = " · ".join(number(count) for count in counts)
    if len(counts) == 1 and counted is not None and counted != counts[0]:
        shown = f"{number(counted)} → {shown}"
    return tr(Text.plural("{number} row", "{number} rows", count=counts[-1], number=shown))
