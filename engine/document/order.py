"""The order that wires impose: levels, cycles, and what lies before and after an activity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.document.model import Flow


def sources(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return for each activity the activities wired into it, each once; dangling wires are left out."""
    found: dict[str, dict[str, None]] = {id: {} for id in sorted(flow.activities)}
    for wire in flow.wires():
        if wire.source in found:
            found[wire.target][wire.source] = None
    return {id: tuple(names) for id, names in found.items()}


def targets(flow: Flow) -> dict[str, tuple[str, ...]]:
    """Return for each activity the activities it is wired to, each once."""
    found: dict[str, dict[str, None]] = {id: {} for id in sorted(flow.activities)}
    for target, names in sources(flow).items():
        for name in names:
            found[name][target] = None
    return {id: tuple(names) for id, names in found.items()}


def levels(flow: Flow) -> tuple[tuple[str, ...], ...]:
    """Return the activities in waves: each needs only earlier waves. Members of a cycle are left out.

    Linear in activities and wires, also for fork/join graphs.
    """
    before = sources(flow)
    after = targets(flow)
    waiting = {id: len(names) for id, names in before.items()}
    ready = [id for id, count in waiting.items() if count == 0]
    waves: list[tuple[str, ...]] = []
    while ready:
        waves.append(tuple(sorted(ready)))
        following: list[str] = []
        for id in ready:
            for target in after[id]:
                waiting[target] -= 1
                if waiting[target] == 0:
                    following.append(target)
        ready = following
    return tuple(waves)


def sequence(flow: Flow) -> tuple[str, ...]:
    """Return the activities in an order in which they can run; members of a cycle are left out."""
    return tuple(id for wave in levels(flow) for id in wave)


def cycle(flow: Flow) -> tuple[str, ...]:
    """Return the ids of one circle of wires in its order, or an empty tuple when there is none."""
    stuck = set(flow.activities) - set(sequence(flow))
    if not stuck:
        return ()
    before = sources(flow)
    path: list[str] = []
    id = min(stuck)
    while id not in path:
        path.append(id)
        id = next(name for name in before[id] if name in stuck)
    return tuple(reversed(path[path.index(id) :]))


def would_cycle(flow: Flow, source: str, target: str) -> bool:
    """Return whether a wire from `source` to `target` would close a circle."""
    return source == target or source in downstream(flow, [target])


def upstream(flow: Flow, ids: Iterable[str]) -> frozenset[str]:
    """Return the activities that `ids` depend on, `ids` included."""
    return _reach(sources(flow), ids)


def downstream(flow: Flow, ids: Iterable[str]) -> frozenset[str]:
    """Return the activities that depend on `ids`, `ids` included."""
    return _reach(targets(flow), ids)


def _reach(neighbours: Mapping[str, tuple[str, ...]], ids: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    ahead = [id for id in ids if id in neighbours]
    while ahead:
        id = ahead.pop()
        if id not in seen:
            seen.add(id)
            ahead.extend(neighbours[id])
    return frozenset(seen)


def up_to(flow: Flow, id: str) -> Flow:
    """Return the flow reduced to the activity `id` and all it depends on."""
    kept = upstream(flow, [id])
    activities = {name: entry for name, entry in flow.activities.items() if name in kept}
    layout = {name: position for name, position in flow.layout.items() if name in kept}
    return flow.model_copy(update={"activities": activities, "layout": layout})
