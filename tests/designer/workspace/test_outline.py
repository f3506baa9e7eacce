"""The outline tells the graph in words, and leads to every activity by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidget
from pytestqt.qtbot import QtBot

from designer import theme
from engine.document import edits
from engine.text import Text
from tests.designer.workspace.hands import Hands, action


@pytest.fixture
def tree(hands: Hands) -> QTreeWidget:
    """Return the outline, opened with its command."""
    action(hands, "outline").trigger()
    return hands.workspace.overlays.outline.tree


def lines(tree: QTreeWidget) -> list[str]:
    """Return all lines, those below another one indented."""
    told = []
    for place in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(place)
        assert item is not None
        told.append(item.text(0))
        told += [f"  {item.child(child).text(0)}" for child in range(item.childCount())]
    return told


def test_it_tells_activities_in_the_order_of_a_run_and_where_they_lead(tree: QTreeWidget) -> None:
    told = lines(tree)
    assert "  leads to Split" in told[told.index("People · not run") :]
    assert "  leads to External API" in told
    assert told.index("People · not run") < told.index("Split · not run") < told.index("Join · not run")
    assert "Mail · not run" in told


def test_arrows_and_enter_lead_to_the_activity(hands: Hands, tree: QTreeWidget, qtbot: QtBot) -> None:
    assert tree.hasFocus()
    hands.session.select("people")
    QTest.keyClick(tree, Qt.Key.Key_Down)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert hands.session.selection == ("split",)
    with qtbot.waitSignal(hands.session.reveal, timeout=1000) as told:
        QTest.keyClick(tree, Qt.Key.Key_Return)
    assert told.args == ["split", ""]


def test_it_follows_the_flow_and_the_canvas(hands: Hands, tree: QTreeWidget) -> None:
    hands.session.edit(Text("Name"), edits.set_label(hands.session.flow, "call", "Weather"))
    assert "Weather · not run" in lines(tree)
    hands.click(hands.card_point("join"))
    current = tree.currentItem()
    assert current is not None
    assert current.text(0) == "Join · not run"


def test_escape_leads_back_to_the_canvas(hands: Hands, tree: QTreeWidget) -> None:
    QTest.keyClick(tree, Qt.Key.Key_Escape)
    assert tree.isHidden() or not tree.isVisible()
    assert hands.workspace.canvas.hasFocus()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_never_leaves_the_canvas(hands: Hands, tree: QTreeWidget, scale: float) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    try:
        theme.apply(application, "light", scale)
        overlays = hands.workspace.overlays
        for part in (overlays.outline, overlays.info, overlays.zoom, overlays.hint):
            assert hands.workspace.rect().contains(part.geometry())
    finally:
        theme.apply(application, "light")
