"""Order of a flow: levels, circles and reach, also where paths are many."""

from __future__ import annotations

from engine.document import order
from engine.document.model import ActivityEntry, Flow


def flow_of(**sources: str) -> Flow:
    """Return a flow with an activity for each name, wired from the activities named in its value."""
    return Flow(
        activities={
            id: ActivityEntry(
                kind="x", inputs={"inbound": tuple(f"{name}.result" for name in names.split())} if names else {}
            )
            for id, names in sources.items()
        }
    )


DIAMOND = flow_of(start="", left="start", right="start", join="left right", alone="")


def test_levels_put_each_activity_after_its_sources() -> None:
    assert order.levels(DIAMOND) == (("alone", "start"), ("left", "right"), ("join",))


def test_up_to_keeps_only_what_is_needed() -> None:
    assert set(order.up_to(DIAMOND, "left").activities) == {"start", "left"}


def test_downstream_and_upstream_include_themselves() -> None:
    assert order.downstream(DIAMOND, ["start"]) == {"start", "left", "right", "join"}
    assert order.upstream(DIAMOND, ["join"]) == {"start", "left", "right", "join"}


def test_a_circle_is_named_in_its_order_and_left_out_of_the_levels() -> None:
    flow = flow_of(a="c", b="a", c="b", free="", after="c free")

    assert order.levels(flow) == (("free",),)
    assert set(order.cycle(flow)) == {"a", "b", "c"}
    assert order.cycle(DIAMOND) == ()


def test_a_wire_that_would_close_a_circle_is_known_before_it_is_drawn() -> None:
    assert order.would_cycle(DIAMOND, "join", "start")
    assert order.would_cycle(DIAMOND, "join", "join")
    assert not order.would_cycle(DIAMOND, "alone", "start")


def test_sixty_diamonds_in_a_row_are_ordered_at_once() -> None:
    # two paths through each diamond: 2**60 paths, which only a linear walk survives
    sources = {"j0": ""}
    for number in range(60):
        sources |= {f"l{number}": f"j{number}", f"r{number}": f"j{number}"}
        sources[f"j{number + 1}"] = f"l{number} r{number}"
    flow = flow_of(**sources)

    assert len(order.levels(flow)) == 121
    assert len(order.upstream(flow, ["j60"])) == 181
    assert not order.cycle(flow)


def test_dangling_wires_do_not_disturb_the_order() -> None:
    assert order.sequence(flow_of(a="ghost", b="a")) == ("a", "b")
