"""Small parts that every form is made of: headings, hints, buttons with a name, the line of an error."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.icons import icon
from designer.words import tr
from engine.text import Text

GAP = 8
"""The rhythm of the panel, in pixels."""
_ROW_GAP = 14
"""The room above and below the words in a row of a table, together, in pixels."""


def role(widget: QWidget, name: str) -> None:
    """Tell the style sheet what a widget is (`hint`, `error`, `primary`, …), now or after it was shown."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        # only this event makes a label work out its room again with the new padding
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def label(text: Text | str, kind: str = "") -> QLabel:
    """Return a line of words that wraps and can be selected; `kind` is its role for the style sheet."""
    widget = QLabel(tr(text) if isinstance(text, Text) else text)
    widget.setWordWrap(True)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        widget.setProperty("role", kind)
    return widget


def heading(text: Text, *buttons: QWidget) -> QWidget:
    """Return a section heading with buttons at its right end."""
    title = label(text, "section")
    title.setWordWrap(False)
    line = row(title, None, *buttons)
    line.setProperty("starts", "section")
    return line


def starts_section(widget: QWidget) -> bool:
    """Return whether a widget is the heading of a section, and so stands apart from what is above it."""
    return bool(widget.property("starts") == "section")


def button(
    text: Text, tip: Text, on_click: Callable[[], object], *, kind: str = "ghost", glyph: str = ""
) -> QPushButton:
    """Return a push button with words; `kind` is its role (`primary`, `ghost`)."""
    widget = QPushButton(tr(text))
    if glyph:
        widget.setIcon(icon(glyph))
    _name(widget, text, tip)
    widget.setProperty("role", kind)
    widget.clicked.connect(lambda _checked=False: on_click())
    return widget


def icon_button(glyph: str, tip: Text, on_click: Callable[[], object]) -> QToolButton:
    """Return a button that shows only an icon; `tip` is its tooltip and its name for a screen reader."""
    widget = QToolButton()
    widget.setIcon(icon(glyph))
    widget.setProperty("glyph", True)
    widget.setAutoRaise(True)
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _name(widget, tip, tip)
    widget.clicked.connect(lambda _checked=False: on_click())
    return widget


def row(*widgets: QWidget | None, gap: int = GAP) -> QWidget:
    """Return the widgets side by side; None stands for the space that grows."""
    return _boxed(QHBoxLayout(), widgets, gap)


def top_row(*widgets: QWidget, gap: int = GAP) -> QWidget:
    """Return the widgets side by side with their upper edges in line, however tall each of them grows."""
    box = row(*widgets, gap=gap)
    layout = box.layout()
    if layout is not None:
        for widget in widgets:
            layout.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
    return box


def pair_row(name: QWidget, value: QWidget, *tools: QWidget) -> QWidget:
    """Return a name, its value with a little more room, and their tools, side by side."""
    box = top_row(name, value, *tools, gap=3)
    layout = box.layout()
    if isinstance(layout, QBoxLayout):
        layout.setStretch(0, 2)
        layout.setStretch(1, 3)
    return box


def column(*widgets: QWidget | None, gap: int = GAP) -> QWidget:
    """Return the widgets below each other; None stands for the space that grows."""
    return _boxed(QVBoxLayout(), widgets, gap)


def card(*widgets: QWidget | None) -> QFrame:
    """Return a framed box around the widgets, below each other."""
    frame = QFrame()
    frame.setProperty("role", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(GAP, GAP, GAP, GAP)
    layout.setSpacing(GAP)
    _fill(layout, widgets)
    return frame


def fit_rows(table: QTableView) -> None:
    """Give the rows of `table` the height of a line, now and whenever the size of the type changes."""
    table.verticalHeader().setMinimumSectionSize(1)
    _RowHeight(table)


class _RowHeight(QObject):
    """Follows the size of the type for one table, as long as that is there."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table
        theme.signals.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._table.verticalHeader().setDefaultSectionSize(theme.size("body") + _ROW_GAP)


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a layout and delete it."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def _boxed(layout: QBoxLayout, widgets: tuple[QWidget | None, ...], gap: int) -> QWidget:
    box = QWidget()
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    _fill(layout, widgets)
    box.setLayout(layout)
    return box


def _fill(layout: QBoxLayout, widgets: tuple[QWidget | None, ...]) -> None:
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)


def _name(widget: QPushButton | QToolButton, name: Text, tip: Text) -> None:
    widget.setAccessibleName(tr(name))
    widget.setToolTip(tr(tip))
    widget.setCursor(Qt.CursorShape.PointingHandCursor)
