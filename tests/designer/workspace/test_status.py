"""The pill of a card tells how its activity fared in words, shape and colour; counts stand on the wires."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from designer import theme
from designer.engine_client import FindingView
from designer.run_view import ActivityRun, RunStatus, RunView, TransitionRun
from designer.workspace.status import Status, number, status_of
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text
from tests.designer.workspace.hands import Hands

CALL = {"call": {"response": {"status": 200, "elapsed_ms": 142.4}}}


def status(mode: str = "normal", rows: tuple[int | None, ...] = (), counted: int | None = None, **run: Any) -> Status:
    """Return the status of an activity whose ways out got `rows`."""
    ways = [f"way{place}" for place, _ in enumerate(rows)]
    filled = {f"call.{way}": TransitionRun(count, "key", "fresh") for way, count in zip(ways, rows, strict=True)}
    activities = {"call": ActivityRun(flow=Flow(), **run)} if run else {}
    return status_of("call", mode, RunView("done", activities, filled), ways, counted)


@pytest.mark.parametrize(
    ("told", "words", "shape", "tone"),
    [
        (status(), "not run", "ring", "text_soft"),
        (status("disabled", status="done"), "switched off", "bar", "text_soft"),
        (status("pass-through"), "passes through", "through", "text_soft"),
        (status("pass-through", (5,), status="done"), "passed through · 5 rows", "through", "ok"),
        (status(status="waiting"), "waiting", "ring", "accent"),
        (status(status="running"), "running", "arc", "accent"),
        (status(status="running", done=5, total=20), "running · 25 %", "arc", "accent"),
        (status(status="running", done=5000), "running · 5 000", "arc", "accent"),
        (status(status="done", rows=(12480,)), "12 480 rows", "dot", "ok"),
        (status(status="done", rows=(1,)), "1 row", "dot", "ok"),
        (status(status="done", rows=(12431,), counted=12480), "12 480 → 12 431 rows", "dot", "ok"),
        (status(status="done", rows=(812, 204)), "812 · 204 rows", "dot", "ok"),
        (status(status="done", rows=(4, 4)), "2 × 4 rows", "dot", "ok"),
        (status(status="done", rows=(1, 2, 3, 4)), "4 ways · 10 rows", "dot", "ok"),
        (status(status="done", rows=(None,)), "done", "dot", "ok"),
        (status(status="done", counted=7), "7 rows in", "dot", "ok"),
        (status(status="done", rows=(18,), source="live", reports=CALL), "200 · 142 ms · 18 rows", "dot", "ok"),
        (status(status="done", rows=(18,), source="recording"), "recording · 18 rows", "dot", "ok"),
        (status(status="done", rows=(3,), source="sample"), "Sample data · 3 rows", "triangle", "warning"),
        (status(status="reused", rows=(18,)), "18 rows · reused", "again", "ok"),
        (status(status="done", rows=(18,), is_stale=True), "out of date", "half", "warning"),
        (status(status="failed"), "failed", "cross", "error"),
        (status(status="skipped"), "skipped", "dash", "text_soft"),
        (status(status="cancelled"), "stopped", "square", "text_soft"),
    ],
)
def test_each_status_has_its_words_shape_and_colour(told: Status, words: str, shape: str, tone: str) -> None:
    assert (told.words, told.shape, told.tone) == (words, shape, tone)


def test_thousands_are_kept_apart() -> None:
    assert number(1234567) == "1 234 567"


def ran(hands: Hands, activities: dict[str, ActivityRun], rows: dict[str, int | None]) -> None:
    """Let the session know a run."""
    filled = {name: TransitionRun(count, "key", "fresh") for name, count in rows.items()}
    status: RunStatus = "running" if any(run.status == "running" for run in activities.values()) else "done"
    hands.session.runs.view = RunView(status, activities, filled, ms=900)
    hands.session.run_changed.emit()


def test_cards_and_wires_follow_the_run(hands: Hands) -> None:
    flow = hands.session.flow
    ran(hands, {"people": ActivityRun("done", flow)}, {"people.result": 12480})
    assert hands.workspace.drawing.cards["people"].face.status.words == "12 480 rows"
    assert hands.line_into("split").words == "12 480"
    assert "12 480 rows" in hands.line_into("split").toolTip()
    info = hands.workspace.overlays.info.accessibleName()
    assert "5 activities, last dry run 0.9 s" in info


def test_a_running_activity_turns_and_stops_turning(hands: Hands) -> None:
    card = hands.workspace.drawing.cards["people"]
    ran(hands, {"people": ActivityRun("running", hands.session.flow)}, {})
    hands.workspace._turn()
    assert card.turn > 0
    assert hands.workspace._pulse.isActive()
    ran(hands, {"people": ActivityRun("done", hands.session.flow)}, {})
    assert not hands.workspace._pulse.isActive()


def test_an_edit_marks_what_is_out_of_date(hands: Hands) -> None:
    flow = hands.session.flow
    ran(hands, {id: ActivityRun("done", flow) for id in flow.activities}, {"people.result": 4})
    hands.session.edit(Text("Change"), edits.set_setting(flow, "split", "ways", 3))
    words = {id: card.face.status.words for id, card in hands.workspace.drawing.cards.items()}
    assert words["people"] == "4 rows"
    assert words["split"] == words["join"] == "out of date"


def test_findings_are_counted_at_the_corner_and_in_the_pill(hands: Hands) -> None:
    hands.session._take(
        (FindingView("error", "X", "One", activity="call"), FindingView("warning", "Y", "Two", activity="call")), {}, {}
    )
    face = hands.workspace.drawing.cards["call"].face
    assert (face.errors, face.warnings) == (1, 1)
    assert "1 error, 1 warning" in face.spoken()
    assert "1 error" in hands.workspace.overlays.info.accessibleName()


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("zoom", [0.3, 0.45, 0.6, 1.0])
def test_the_canvas_is_painted_in_both_shades_near_and_far(hands: Hands, shade: theme.Shade, zoom: float) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, shade)
    try:
        hands.workspace.canvas.zoom_to(zoom)
        picture = hands.workspace.canvas.grab().toImage()
        card = hands.card_point("mail")
        assert picture.pixelColor(2, 2) == theme.color("canvas")
        area = hands.workspace.canvas.mapFromScene(hands.workspace.drawing.cards["mail"].scene_area).boundingRect()
        assert picture.pixelColor(area.right() - 5, card.y()) == theme.color("card")
    finally:
        theme.apply(application, "light")


def test_larger_words_make_the_whole_canvas_larger(hands: Hands) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    canvas = hands.workspace.canvas
    hands.session.select("join")
    canvas.zoom_to(1.0)
    middle = canvas.camera.middle()
    try:
        theme.apply(application, "light", 1.5)
        assert canvas.camera.zoom == 1.0
        assert canvas.transform().m11() == pytest.approx(1.5)
        assert (canvas.camera.middle() - middle).manhattanLength() < 3
    finally:
        theme.apply(application, "light")
    assert canvas.transform().m11() == pytest.approx(1.0)
