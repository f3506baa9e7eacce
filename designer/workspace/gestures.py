"""What Qt's events mean on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QFocusEvent, QMouseEvent

from designer.editors.curl import is_curl
from designer.palette.activity_list import MIME

_BY_KEYBOARD = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}


def is_by_keyboard(event: QFocusEvent) -> bool:
    """Return whether the keyboard came by a key, so that the person looks for where it is."""
    return event.reason() in _BY_KEYBOARD


def with_shift_as_control(event: QMouseEvent) -> QMouseEvent:
    """Return the event as Qt's scene understands it: a click with Shift extends the selection, as with Control."""
    if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return event
    return QMouseEvent(
        event.type(),
        event.position(),
        event.globalPosition(),
        event.button(),
        event.buttons(),
        Qt.KeyboardModifier.ControlModifier,
    )


def dragged_to(place: QPoint, on_screen: QPoint) -> QMouseEvent:
    """Return the event of a mouse that is dragged to a place with its left button down."""
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(on_screen), Qt.MouseButton.NoButton, left, none)


def files_of(event: QDropEvent) -> list[str]:
    """Return the paths of the files that are dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]


def command_of(event: QDropEvent) -> str:
    """Return the cURL command that is dropped, or an empty string."""
    text = event.mimeData().text() if not event.mimeData().hasUrls() else ""
    return text if is_curl(text) else ""


def may_drop(event: QDropEvent) -> bool:
    """Return whether the canvas takes it; a flow is opened by the window."""
    files = files_of(event)
    is_table = bool(files) and not any(path.endswith(".flow") for path in files)
    return event.mimeData().hasFormat(MIME) or is_table or bool(command_of(event))
