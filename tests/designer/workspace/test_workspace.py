"""The canvas shows the flow and turns mouse and keys into edits, each one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from designer import theme
from designer.palette.activity_list import MIME
from designer.workspace.choice_list import ChoiceList
from designer.workspace.rename import RenameLine
from designer.workspace.workspace import Wanted
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text
from tests.designer.workspace.hands import Hands, action, entry, example, flow_of, with_settings

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def wanted(hands: Hands) -> list[Wanted]:
    """Return a list that fills with what the canvas asks for."""
    asked: list[Wanted] = []
    take: Callable[[Any], None] = asked.append
    hands.workspace.kind_wanted.connect(take)
    return asked


# what is seen


def test_every_activity_has_a_card_and_every_wire_a_line(hands: Hands) -> None:
    assert set(hands.workspace.drawing.cards) == {"people", "split", "call", "join", "mail"}
    assert set(hands.workspace.drawing.wires) == set(hands.session.flow.wires())


def test_an_edit_made_elsewhere_is_drawn(hands: Hands) -> None:
    flow = edits.remove_activities(hands.session.flow, ["call"])
    flow, id = edits.add_activity(flow, "mail", position=(10, 500), label="Reminder")
    hands.session.edit(Text("Elsewhere"), flow)
    cards = hands.workspace.drawing.cards
    assert "call" not in cards
    assert cards[id].face.print.title == "Reminder"
    assert cards[id].pos() == QPointF(10, 500)
    hands.undo()
    assert set(cards) == set(example().activities)
    assert set(hands.workspace.drawing.wires) == set(hands.session.flow.wires())


def test_a_way_that_the_settings_take_away_stays_visible_while_a_wire_uses_it(hands: Hands) -> None:
    hands.session.edit(Text("One way"), with_settings(hands.session.flow, "split", ways=1))
    assert hands.port("split.way2").way.is_missing
    assert set(hands.workspace.drawing.wires) == set(hands.session.flow.wires())


def test_an_unknown_kind_is_a_placeholder_that_can_be_moved(hands: Hands) -> None:
    flow = flow_of({"later": entry("hologram", beam=["people.result"]), "people": entry("source")}, {"later": (300, 0)})
    hands.session.edit(Text("From the future"), flow)
    face = hands.workspace.drawing.cards["later"].face
    assert "hologram" in face.print.title
    assert "does not know" in face.print.summary
    assert len(hands.workspace.drawing.wires) == 1


def test_an_empty_flow_says_how_to_begin(hands: Hands) -> None:
    assert hands.workspace.overlays.hint.isHidden()
    hands.session.new()
    assert hands.workspace.overlays.hint.isVisible()
    assert hands.workspace.overlays.info.isHidden()


def test_opening_shows_the_whole_flow(hands: Hands) -> None:
    seen = hands.workspace.canvas.camera.seen()
    assert all(seen.contains(card.scene_area) for card in hands.workspace.drawing.cards.values())


# selecting


def test_a_click_selects_and_the_session_knows(hands: Hands) -> None:
    told: list[tuple[str, ...]] = []
    hands.session.selection_changed.connect(told.append)
    hands.click(hands.card_point("split"))
    hands.click(hands.card_point("mail"), SHIFT)
    hands.click(hands.at(QPointF(100, 400)))
    assert told == [("split",), ("mail", "split"), ()]


def test_a_band_selects_what_it_touches(hands: Hands) -> None:
    hands.drag(hands.at(QPointF(520, -40)), hands.at(QPointF(800, 330)))
    assert hands.session.selection == ("call", "join")


def test_the_selection_of_others_is_shown(hands: Hands) -> None:
    hands.session.select("join")
    assert [card.activity for card in hands.workspace.canvas.chosen_cards()] == ["join"]
    assert "Join" in hands.workspace.canvas.accessibleDescription()
    hands.session.select("split")
    assert "leads to External API" in hands.workspace.canvas.accessibleDescription()


def test_a_click_on_a_wire_asks_for_its_rows(hands: Hands, qtbot: QtBot) -> None:
    line = hands.line_into("split")
    with qtbot.waitSignal(hands.session.wire_selected, timeout=1000) as told:
        hands.click(hands.at(line.path().pointAtPercent(0.5)))
    assert told.args == ["people.result"]


def test_a_revealed_activity_is_brought_into_view(hands: Hands) -> None:
    hands.workspace.canvas.centerOn(5000, 5000)
    hands.session.reveal.emit("mail", "")
    assert hands.workspace.canvas.camera.seen().contains(hands.workspace.drawing.cards["mail"].scene_area)


# moving


def test_a_drag_moves_a_card_onto_the_grid_in_one_step(hands: Hands) -> None:
    start = hands.card_point("mail")
    hands.drag(start, start + QPoint(61, 95))
    x, y = hands.place("mail")
    assert (x % 8, y % 8) == (0, 0)
    assert (x, y) != (840, 200)
    assert hands.session.history.stack.count() == 1
    hands.undo()
    assert hands.place("mail") == (840, 200)
    assert hands.workspace.drawing.cards["mail"].pos() == QPointF(840, 200)


def test_several_cards_move_together_in_one_step(hands: Hands) -> None:
    hands.session.select("call", "join")
    start = hands.card_point("call")
    hands.drag(start, start + QPoint(40, 40))
    before, after = example().layout, hands.session.flow.layout
    shifts = {(after[id].x - before[id].x, after[id].y - before[id].y) for id in ("call", "join")}
    assert len(shifts) == 1
    assert shifts != {(0, 0)}
    assert hands.session.history.stack.count() == 1


def test_a_card_dragged_to_the_edge_takes_the_ground_along(hands: Hands, qtbot: QtBot) -> None:
    canvas = hands.workspace.canvas
    before = canvas.camera.middle().x()
    edge = QPoint(canvas.viewport().width() - 4, 300)
    hands.hold(hands.card_point("mail"), edge)
    qtbot.waitUntil(lambda: canvas.camera.middle().x() > before + 300, timeout=20_000)
    QTest.mouseRelease(hands.ground, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge)
    assert hands.place("mail")[0] > 1300
    assert not canvas._edge._timer.isActive()


def test_a_click_moves_nothing(hands: Hands) -> None:
    hands.click(hands.card_point("mail"))
    assert hands.session.history.stack.count() == 0


def test_control_and_arrows_nudge_in_one_step(hands: Hands) -> None:
    hands.session.select("mail")
    hands.key(Qt.Key.Key_Right, CONTROL)
    hands.key(Qt.Key.Key_Down, CONTROL)
    assert hands.place("mail") == (848, 208)
    assert hands.session.history.stack.count() == 1


def test_tidy_lays_out_and_is_undone(hands: Hands) -> None:
    hands.session.edit(Text("Mess"), edits.move(hands.session.flow, {"call": (-900, 900)}))
    hands.key(Qt.Key.Key_T, CONTROL | SHIFT)
    assert hands.place("call")[0] > hands.place("split")[0] > hands.place("people")[0]
    hands.undo()
    assert hands.place("call") == (-900, 900)


# wiring


def test_a_wire_is_drawn_from_port_to_port(hands: Hands) -> None:
    hands.drag(hands.port_point("join.result"), hands.port_point("mail<inbound"))
    assert "join.result -> mail.inbound" in hands.wires()
    hands.undo()
    assert "join.result -> mail.inbound" not in hands.wires()


def test_a_wire_can_be_drawn_backwards(hands: Hands) -> None:
    hands.drag(hands.port_point("mail<inbound"), hands.port_point("join.result"))
    assert "join.result -> mail.inbound" in hands.wires()


def test_a_wire_dropped_on_a_card_ends_at_its_first_legal_port(hands: Hands) -> None:
    hands.drag(hands.port_point("call.result"), hands.card_point("join"))
    assert "call.result -> join.linked" in hands.wires()


def test_only_legal_ends_are_offered_and_the_reason_is_shown(hands: Hands, qtbot: QtBot) -> None:
    hands.hold(hands.port_point("join.result"), hands.port_point("split<inbound"))
    assert hands.port("mail<inbound").appeal == "legal"
    assert hands.port("split<inbound").appeal == "refused"
    qtbot.waitUntil(lambda: "circle" in QToolTip.text(), timeout=1000)
    QTest.mouseRelease(
        hands.ground, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hands.port_point("split<inbound")
    )
    assert hands.session.history.stack.count() == 0
    assert hands.port("mail<inbound").appeal == ""


def test_a_wire_drawn_to_the_edge_reaches_a_card_that_was_out_of_sight(hands: Hands, qtbot: QtBot) -> None:
    canvas = hands.workspace.canvas
    hands.session.edit(Text("Away"), edits.move(hands.session.flow, {"mail": (2600, 200)}))
    edge = QPoint(canvas.viewport().width() - 4, 300)
    hands.hold(hands.port_point("join.result"), edge)
    target = hands.workspace.drawing.cards["mail"].scene_area
    qtbot.waitUntil(lambda: canvas.camera.seen().adjusted(0, 0, -80, 0).contains(target), timeout=20_000)
    end = hands.card_point("mail")
    QTest.mouseMove(hands.ground, end)
    QTest.mouseRelease(hands.ground, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert "join.result -> mail.inbound" in hands.wires()


def test_escape_gives_a_wire_up(hands: Hands) -> None:
    hands.hold(hands.port_point("join.result"), hands.port_point("mail<inbound"))
    hands.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(
        hands.ground, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, hands.port_point("mail<inbound")
    )
    assert hands.session.history.stack.count() == 0


def test_a_wire_dropped_on_empty_ground_asks_what_follows_external_api_first(hands: Hands) -> None:
    asked = wanted(hands)
    hands.drag(hands.port_point("join.result"), hands.at(QPointF(820, 380)))
    assert asked[0].after == "join.result"
    assert asked[0].kinds[0] == "external-api"
    assert "begin" not in asked[0].kinds
    assert asked[0].position is not None


def test_the_wire_of_a_full_port_is_led_elsewhere_in_one_step(hands: Hands) -> None:
    hands.session.edit(Text("A mail"), edits.add_activity(hands.session.flow, "mail", position=(560, 400))[0])
    steps = hands.session.history.stack.count()
    hands.drag(hands.port_point("call<inbound"), hands.port_point("mail2<inbound"))
    assert "split.way1 -> mail2.inbound" in hands.wires()
    assert "split.way1 -> call.inbound" not in hands.wires()
    assert hands.session.history.stack.count() == steps + 1


def test_a_wire_taken_off_and_dropped_on_empty_ground_is_removed(hands: Hands) -> None:
    hands.drag(hands.port_point("call<inbound"), hands.at(QPointF(400, 400)))
    assert "split.way1 -> call.inbound" not in hands.wires()
    assert hands.session.history.stack.undoText() == "Remove the wire"


def test_connect_mode_wires_by_keyboard(hands: Hands, qtbot: QtBot) -> None:
    hands.session.select("join")
    hands.key(Qt.Key.Key_C)
    offer = hands.workspace.findChild(ChoiceList)
    assert offer is not None
    assert [offer.list.item(row).text() for row in range(offer.list.count())] == ["Mail"]
    line = offer.findChild(QLineEdit)
    assert line is not None
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert "join.result -> mail.inbound" in hands.wires()


def test_connect_mode_says_when_nothing_can_be_wired(hands: Hands) -> None:
    hands.session.select("mail")
    hands.key(Qt.Key.Key_C)
    assert "can be wired to nothing" in hands.workspace.overlays.saying.words


# removing, copying


def test_delete_removes_cards_with_their_wires(hands: Hands) -> None:
    hands.session.select("split", "call")
    hands.key(Qt.Key.Key_Delete)
    assert set(hands.session.flow.activities) == {"people", "join", "mail"}
    assert hands.wires() == set()
    hands.undo()
    assert hands.session.flow == example()
    assert set(hands.workspace.drawing.wires) == set(example().wires())


def test_delete_removes_a_selected_wire(hands: Hands) -> None:
    line = hands.line_into("split")
    hands.click(hands.at(line.path().pointAtPercent(0.5)))
    hands.key(Qt.Key.Key_Delete)
    assert "people.result -> split.inbound" not in hands.wires()
    assert set(hands.session.flow.activities) == set(example().activities)


def test_copy_and_paste_go_through_the_clipboard_as_text(hands: Hands) -> None:
    hands.session.select("call", "split")
    hands.key(Qt.Key.Key_C, CONTROL)
    assert '"external-api"' in QGuiApplication.clipboard().text()
    hands.key(Qt.Key.Key_V, CONTROL)
    assert hands.session.selection == ("call2", "split2")
    assert "split2.way1 -> call2.inbound" in hands.wires()
    hands.undo()
    assert hands.session.flow == example()


def test_cut_removes_and_paste_brings_back(hands: Hands) -> None:
    hands.session.select("mail")
    hands.key(Qt.Key.Key_X, CONTROL)
    assert "mail" not in hands.session.flow.activities
    hands.key(Qt.Key.Key_V, CONTROL)
    assert "mail" in hands.session.flow.activities


def test_pasting_something_else_says_so(hands: Hands) -> None:
    QGuiApplication.clipboard().setText("hello")
    hands.key(Qt.Key.Key_V, CONTROL)
    assert "no copied activity" in hands.workspace.overlays.saying.words
    assert hands.session.history.stack.count() == 0


def test_duplicate_leaves_the_clipboard_alone(hands: Hands) -> None:
    QGuiApplication.clipboard().setText("mine")
    hands.session.select("call")
    hands.key(Qt.Key.Key_D, CONTROL)
    assert hands.session.selection == ("call2",)
    assert QGuiApplication.clipboard().text() == "mine"


def test_everything_is_selected_at_once(hands: Hands) -> None:
    hands.key(Qt.Key.Key_A, CONTROL)
    assert set(hands.session.selection) == set(example().activities)


# names


@pytest.mark.parametrize(("key", "label"), [(Qt.Key.Key_Return, "Weather"), (Qt.Key.Key_Escape, "")])
def test_f2_renames_where_the_title_stands(hands: Hands, key: Qt.Key, label: str) -> None:
    hands.session.select("call")
    hands.key(Qt.Key.Key_F2)
    line = hands.workspace.findChild(RenameLine)
    assert line is not None
    assert line.text() == "External API"
    QTest.keyClicks(line, "Weather")
    QTest.keyClick(line, key)
    assert hands.session.flow.activities["call"].label == label
    assert hands.workspace.canvas.hasFocus()


def test_a_name_is_taken_when_the_person_goes_elsewhere(hands: Hands) -> None:
    hands.session.select("call")
    action(hands, "rename").trigger()
    line = hands.workspace.findChild(RenameLine)
    assert line is not None
    QTest.keyClicks(line, "Weather")
    hands.workspace.canvas.setFocus()
    assert hands.session.flow.activities["call"].label == "Weather"
    assert hands.session.history.stack.count() == 1


# keyboard


def test_arrows_follow_the_wires(hands: Hands) -> None:
    hands.key(Qt.Key.Key_Right)
    assert hands.session.selection == ("people",)
    hands.key(Qt.Key.Key_Right)
    hands.key(Qt.Key.Key_Right)
    assert hands.session.selection == ("call",)
    hands.key(Qt.Key.Key_Down)
    assert hands.session.selection == ("join",)
    hands.key(Qt.Key.Key_Left)
    assert hands.session.selection == ("split",)


def test_every_card_can_be_reached_with_arrows(hands: Hands) -> None:
    reached: set[str] = set()
    ahead = ["people"]
    steps = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down)
    while ahead:
        id = ahead.pop()
        reached.add(id)
        for key in steps:
            hands.session.select(id)
            hands.key(key)
            if hands.session.selection[0] not in reached:
                ahead.append(hands.session.selection[0])
    assert reached == set(example().activities)


def test_enter_opens_the_selected_activity(hands: Hands, qtbot: QtBot) -> None:
    hands.session.select("join")
    with qtbot.waitSignal(hands.session.reveal, timeout=1000) as told:
        hands.key(Qt.Key.Key_Return)
    assert told.args == ["join", ""]


def test_tab_asks_for_an_activity_after_the_selected_one_or_in_the_middle(hands: Hands) -> None:
    asked = wanted(hands)
    hands.key(Qt.Key.Key_Tab)
    assert asked[0].position is not None
    assert "begin" in asked[0].kinds
    hands.session.select("join")
    hands.key(Qt.Key.Key_Tab)
    assert (asked[1].position, asked[1].after) == (None, None)


def test_keys_of_the_canvas_leave_other_widgets_alone(hands: Hands) -> None:
    hands.session.select("join")
    line = QLineEdit("abc", hands.window)
    line.show()
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, "C")
    assert set(hands.session.flow.activities) == set(example().activities)
    assert "C" in line.text()


# drops


def dropped(hands: Hands, data: QMimeData, place: QPoint) -> None:
    """Drop `data` on the canvas."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(hands.ground, enter)
    if enter.isAccepted():
        hands.workspace.canvas.dragMoveEvent(enter)
        drop = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, keys)
        QApplication.sendEvent(hands.ground, drop)


def kind(name: str) -> QMimeData:
    """Return what the palette drags."""
    data = QMimeData()
    data.setData(MIME, name.encode())
    return data


def test_an_activity_dropped_on_the_ground_stands_there(hands: Hands) -> None:
    dropped(hands, kind("mail"), hands.at(QPointF(300, 400)))
    assert hands.session.selection == ("mail2",)
    x, y = hands.place("mail2")
    assert abs(x + 104 - 300) < 8
    assert abs(y + 38 - 400) < 8


def test_an_activity_dropped_on_a_wire_is_put_into_it(hands: Hands) -> None:
    line = hands.line_into("split")
    dropped(hands, kind("external-api"), hands.at(line.path().pointAtPercent(0.5)))
    assert {"people.result -> external-api.inbound", "external-api.result -> split.inbound"} <= hands.wires()
    assert "people.result -> split.inbound" not in hands.wires()
    assert hands.session.history.stack.count() == 1


def test_an_activity_that_does_not_fit_into_a_wire_stands_beside_it(hands: Hands) -> None:
    line = hands.line_into("split")
    dropped(hands, kind("mail"), hands.at(line.path().pointAtPercent(0.5)))
    assert "mail2" in hands.session.flow.activities
    assert "people.result -> split.inbound" in hands.wires()
    assert "does not fit" in hands.workspace.overlays.saying.words


def test_a_loose_card_dragged_onto_a_wire_is_put_into_it(hands: Hands) -> None:
    hands.session.edit(Text("A call"), edits.add_activity(hands.session.flow, "external-api", position=(200, 400))[0])
    line = hands.line_into("split")
    hands.drag(hands.card_point("external-api"), hands.at(line.path().pointAtPercent(0.5)))
    assert {"people.result -> external-api.inbound", "external-api.result -> split.inbound"} <= hands.wires()
    hands.undo()
    assert hands.place("external-api") == (200, 400)


def test_a_dropped_table_becomes_a_resource(hands: Hands, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Zoé\n2,Ada\n", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "people.csv"))])
    dropped(hands, data, QPoint(100, 300))
    qtbot.waitUntil(lambda: "people" in hands.session.flow.resources, timeout=30_000)
    assert hands.session.flow.resources["people"].key == "id"


def test_a_dropped_flow_is_left_to_the_window(hands: Hands) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/else.flow")])
    event = QDragEnterEvent(
        QPoint(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    hands.workspace.canvas.dragEnterEvent(event)
    assert not event.isAccepted()


# moving what is seen


def test_the_wheel_zooms_within_limits_around_the_pointer(hands: Hands) -> None:
    canvas = hands.workspace.canvas
    place = QPoint(300, 200)
    under = canvas.mapToScene(place)
    turned(hands, place, 120)
    assert canvas.camera.zoom > 0.9
    assert (canvas.mapToScene(place) - under).manhattanLength() < 3
    turned(hands, place, 120 * 40)
    assert canvas.camera.zoom == 2.0
    turned(hands, place, -120 * 80)
    assert canvas.camera.zoom == 0.25


def turned(hands: Hands, place: QPoint, by: int) -> None:
    """Turn the wheel."""
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(place),
        QPointF(hands.ground.mapToGlobal(place)),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hands.ground, event)


def test_the_middle_button_and_space_move_the_ground(hands: Hands) -> None:
    canvas = hands.workspace.canvas
    before = canvas.camera.middle()
    hands.drag(QPoint(600, 500), QPoint(500, 450), Qt.MouseButton.MiddleButton)
    after = canvas.camera.middle()
    assert after.x() > before.x()
    assert after.y() > before.y()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    hands.drag(QPoint(500, 450), QPoint(600, 500))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert (canvas.camera.middle() - before).manhattanLength() < 3
    assert hands.session.history.stack.count() == 0


def test_keys_and_buttons_zoom_and_fit(hands: Hands) -> None:
    canvas = hands.workspace.canvas
    hands.key(Qt.Key.Key_1, CONTROL)
    assert canvas.camera.zoom == 1.0
    hands.key(Qt.Key.Key_Minus, CONTROL)
    assert canvas.camera.zoom < 1.0
    assert hands.workspace.overlays.zoom._share.text() == f"{round(canvas.camera.zoom * 100)} %"
    canvas.centerOn(9000, 9000)
    hands.key(Qt.Key.Key_0, CONTROL)
    assert canvas.camera.seen().contains(hands.workspace.drawing.area())


def test_the_minimap_shows_the_flow_and_moves_there(hands: Hands) -> None:
    overlays = hands.workspace.overlays
    hands.key(Qt.Key.Key_M)
    assert overlays.minimap.isVisible()
    hands.workspace.canvas.zoom_to(2.0)
    QTest.mouseClick(overlays.minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(180, 80))
    assert hands.workspace.canvas.camera.middle().x() > 600
    hands.key(Qt.Key.Key_M)
    assert overlays.minimap.isHidden()


def test_another_flow_leaves_nothing_of_the_old_one(hands: Hands) -> None:
    hands.session.history.restart(Flow(), is_saved=True)
    hands.session.opened.emit()
    assert hands.workspace.drawing.cards == {}
    assert hands.workspace.drawing.wires == {}


def test_the_menu_offers_what_can_be_done_with_the_card_under_the_pointer(hands: Hands) -> None:
    place = hands.card_point("call")
    QTest.mouseClick(hands.ground, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, hands.ground.mapToGlobal(place))
    QApplication.sendEvent(hands.ground, event)
    assert hands.session.selection == ("call",)
    menu = hands.workspace.findChild(QMenu)
    assert menu is not None
    offered = [each.text() for each in menu.actions() if not each.isSeparator() and each.isEnabled()]
    assert {"Rename", "Remove", "Duplicate", "Copy"} <= set(offered)
    menu.close()


def test_the_keyboard_is_seen_when_it_came_by_keyboard(hands: Hands) -> None:
    canvas = hands.workspace.canvas
    line = QLineEdit(hands.window)
    line.show()
    edge = QPoint(canvas.viewport().width() // 2, 2)
    for reason, color in ((Qt.FocusReason.MouseFocusReason, "canvas"), (Qt.FocusReason.BacktabFocusReason, "accent")):
        line.setFocus()
        canvas.setFocus(reason)
        assert canvas.grab().toImage().pixelColor(edge) == theme.color(color)
