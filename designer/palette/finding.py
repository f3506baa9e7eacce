"""Which activities a few letters mean, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable

from designer.words import tr
from engine.activity import Activity


def found(activities: Iterable[Activity], words: str) -> list[Activity]:
    """Return the activities that hold all of `words` in title, kind, search words or help.

    Those whose title begins with the first word come first, then those with a word of the title, then the others;
    equals keep their order.
    """
    wanted = words.casefold().split()
    ranked = [(rank, activity) for activity in activities if (rank := _rank(activity, wanted)) is not None]
    return [activity for _, activity in sorted(ranked, key=lambda each: each[0])]


def _rank(activity: Activity, wanted: list[str]) -> int | None:
    if not wanted:
        return 0
    title = tr(activity.title).casefold()
    names = f"{title} {activity.kind} {' '.join(activity.search_words)}".casefold()
    whole = f"{names} {tr(activity.help)}".casefold()
    if not all(word in whole for word in wanted):
        return None
    if title.startswith(wanted[0]):
        return 0
    for rank, text in enumerate((title, names), 1):
        if any(part.startswith(wanted[0]) for part in text.split()):
            return rank
    return 3 if all(word in names for word in wanted) else 4
