"""A person in front of the real window: looks, clicks, types and waits, and every act is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from designer.editor import Editor
from designer.frame import Frame
from designer.preview.web_surface import WebSurface
from designer.session import Session
from designer.window import Window
from designer.workspace.card_face import Face
from designer.workspace.port import Port

PATIENCE_MS = 30_000

Widget = TypeVar("Widget", bound=QWidget)


class User:
    """Somebody with a mouse and a keyboard. `actions` counts clicks, drags, keys, and texts typed in one go."""

    def __init__(self, qtbot: QtBot, frame: Frame, window: Window) -> None:
        """Sit down in front of `frame`."""
        self.actions = 0
        self.frame = frame
        self.window = window
        self._qtbot = qtbot
        self._popup: QWidget | None = None

    @property
    def session(self) -> Session:
        """Return what is open in the window."""
        return self.window.session

    @property
    def editor(self) -> Editor:
        """Return the panels of the open flow."""
        return self.window.editor

    # Looking

    def wait(self, until: Callable[[], Any], complaint: Callable[[], str] | None = None) -> None:
        """Wait until something holds; `complaint` says what is wrong when it never does."""

        def holds() -> None:
            assert until(), complaint() if complaint is not None else "it did not happen in time"

        self._qtbot.waitUntil(holds, timeout=PATIENCE_MS)

    def widget(self, kind: type[Widget], name: str) -> Widget:
        """Return the visible widget whose accessible name, text or object name is `name`."""
        found: list[Widget] = []

        def look() -> bool:
            found[:] = [each for each in visible(kind) if name in _names(each)]
            return bool(found)

        self.wait(look, lambda: f"there is no {kind.__name__} called “{name}”: {sorted(_all_names(kind))}")
        return found[0]

    def reads(self) -> str:
        """Return all words that stand on labels, buttons and lines of the screen."""
        words = [*(each.text() for each in visible(QLabel)), *(each.text() for each in visible(QAbstractButton))]
        words += [each.tabText(place) for each in visible(QTabBar) for place in range(each.count())]
        words += [line.text(place) for line in _lines() for place in range(line.columnCount())]
        names = [each.accessibleDescription() or each.accessibleName() for each in visible(QWidget)]
        return "\n".join(word for word in (*words, *names) if word)

    def sees(self, words: str) -> None:
        """Wait until `words` can be read somewhere."""
        self.wait(lambda: words in self.reads(), lambda: f"“{words}” is nowhere in:\n{self.reads()}")

    def card(self, id: str) -> Face:
        """Return what the card of an activity says."""
        return self.editor.workspace.drawing.cards[id].face

    def settings(self, id: str) -> Any:
        """Return the settings of an activity as the flow has them."""
        return self.session.flow.activities[id].settings

    def popup(self) -> QWidget | None:
        """Return the list that is open above everything else."""
        QApplication.processEvents()
        return QApplication.activePopupWidget()

    def waits_for_the_run(self) -> None:
        """Wait until the run that was started has ended, and the window says so."""
        self.wait(lambda: self.session.run.status not in ("idle", "running"))
        self.wait(lambda: self.session.runs._request is None)  # what is known has been shown
        self.wait(lambda: any(each.text() == "Test flow" for each in visible(QAbstractButton)))

    def outcome(self) -> str:
        """Return how the last run ended: `done`, `failed` or `cancelled`."""
        return self.session.run.status

    def message(self) -> str:
        """Return the words of the message that is drawn in the preview."""
        surface = self.editor.preview.sheet.surface
        if self.editor.preview.sheet.is_empty or surface is None:
            return ""
        assert isinstance(surface, WebSurface)
        texts: list[str] = []
        surface.page.toPlainText(texts.append)
        self.wait(lambda: texts)
        return texts[0]

    def reads_in_the_message(self, words: str) -> None:
        """Wait until the message in the preview says `words`."""
        self.wait(lambda: words in self.message(), lambda: f"the message does not say “{words}”: {self.message()}")

    # Acting

    def click(self, target: QWidget | str, at: QPoint | None = None, *, twice: bool = False) -> None:
        """Click on a widget, or on the button called so, where it can be seen."""
        for _ in range(3):  # a person sees where things are once they have been laid out, and so have those within
            QApplication.processEvents()
        widget = self.widget(QAbstractButton, target) if isinstance(target, str) else target
        window = widget.window()
        point = widget.mapTo(window, at if at is not None else widget.rect().center())
        self.actions += 1
        click = QTest.mouseDClick if twice else QTest.mouseClick
        click(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        QApplication.processEvents()

    def drag(self, widget: QWidget, start: QPointF, end: QPointF) -> None:
        """Press at one place of a widget, move the mouse to another one, and let go."""
        self.actions += 1
        first, last = start.toPoint(), end.toPoint()
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
        for step in range(1, 11):
            QTest.mouseMove(widget, first + (last - first) * step / 10)
            QApplication.processEvents()
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
        QApplication.processEvents()

    def drop_file(self, widget: QWidget, path: Path) -> None:
        """Drag a file over a widget and drop it there."""
        self.actions += 1
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        place, button, keys = widget.rect().center(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, button, keys)
        QApplication.sendEvent(widget, enter)
        assert enter.isAccepted(), "the file is not welcome"
        QApplication.sendEvent(widget, QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, button, keys))
        QApplication.processEvents()

    def draw_wire(self, start: str, end: QPoint | str) -> None:
        """Drag a wire from `query.result` to a place of the canvas, or to the way in `enrichment<linked`."""
        canvas = self.editor.workspace.canvas
        place = end if isinstance(end, QPoint) else canvas.mapFromScene(self._port(end).middle)
        first = canvas.mapFromScene(self._port(start).middle)
        self.drag(canvas.viewport(), QPointF(first), QPointF(place))

    def right_of(self, id: str) -> QPoint:
        """Return an empty place on the canvas at the right of a card."""
        card = self.editor.workspace.drawing.cards[id]
        return self.editor.workspace.canvas.mapFromScene(card.scene_area.center() + QPointF(260, 0))

    def _port(self, name: str) -> Port:
        cards = self.editor.workspace.drawing.cards
        id, _, way = name.partition("<" if "<" in name else ".")
        return cards[id].ports_in[way] if "<" in name else cards[id].ports_out[way]

    def press(self, keys: str) -> None:
        """Press keys such as `Ctrl+Return`, wherever the keyboard is."""
        self.actions += 1
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self._keyboard(), combination.key(), combination.keyboardModifiers())
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type a text wherever the keyboard is."""
        self.actions += 1
        for letter in text:
            QTest.keyClicks(self._keyboard(), letter)
        QApplication.processEvents()

    def in_the_dialog(self, words: str) -> None:
        """Type `words` and Enter into the next dialog when it is open; what opens it returns when it is closed."""
        timer = QTimer(self.frame, interval=20)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is not None and dialog.isActiveWindow():
                timer.stop()
                self.type(words)
                self.press("Return")
                QTimer.singleShot(0, self.frame, self.frame.activateWindow)  # as every desktop does

        timer.timeout.connect(look)
        timer.start()

    def _keyboard(self) -> QWidget:
        self._popup = QApplication.activePopupWidget()  # kept: with it Python would lose what has the focus in it
        if self._popup is not None:
            return self._popup.focusWidget() or self._popup
        return QApplication.focusWidget() or QApplication.activeWindow() or self.frame


def visible(kind: type[Widget]) -> list[Widget]:
    """Return the widgets of a kind that are on the screen."""
    found = (
        each
        for top in QApplication.topLevelWidgets()
        if top.isVisible()
        for each in ([top] if isinstance(top, kind) else []) + top.findChildren(kind)
        if each.isVisible()
    )
    return list(dict.fromkeys(found))  # a list that pops up is both a window and the child of one


def _lines() -> list[QTreeWidgetItem]:
    """Return the lines of all lists on the screen."""
    found = (view.topLevelItem(place) for view in visible(QTreeWidget) for place in range(view.topLevelItemCount()))
    return [line for line in found if line is not None]


def _names(widget: QWidget) -> set[str]:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    return {widget.accessibleName(), widget.objectName(), text} - {""}


def _all_names(kind: type[Widget]) -> set[str]:
    return {name for each in visible(kind) for name in _names(each)}
