"""The start page: a new flow, a file, the files of last time, or one of four templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from designer.forms.parts import button, clear, label
from designer.icons import icon, product_logo
from designer.place import EXAMPLES
from designer.preferences import Preferences
from designer.start_page.template_card import TemplateCard
from designer.start_page.templates import TEMPLATES
from designer.words import tr
from engine.document import files
from engine.text import Text

WIDTH = 1040
COLUMNS = 2


class StartPage(QScrollArea):
    """What to begin with; the window does it."""

    new_flow = Signal()
    open_file = Signal()
    open_path = Signal(Path)
    open_template = Signal(str)

    def __init__(self, preferences: Preferences) -> None:
        """List the recent files of `preferences`."""
        super().__init__()
        self._preferences = preferences
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._lay_out()
        preferences.recent_changed.connect(self._list_recent)
        self._list_recent()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(2)
        column.addLayout(_greeting())
        column.addSpacing(24)
        column.addLayout(self._beginnings())
        column.addSpacing(34)
        column.addWidget(label(Text("Start from a template"), "section"))
        column.addSpacing(10)
        column.addLayout(self._cards())
        column.addSpacing(34)
        column.addLayout(self._recent)
        column.addStretch(3)
        middle = QWidget()
        middle.setMaximumWidth(WIDTH)
        middle.setLayout(column)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(32, 24, 32, 24)
        row.addStretch(1)
        row.addWidget(middle, 100)
        row.addStretch(1)
        self.setWidget(page)

    def _beginnings(self) -> QHBoxLayout:
        new = button(Text("New flow"), Text("Begin with an empty canvas (Ctrl+N)"), self.new_flow.emit, kind="primary")
        new.setIcon(icon("plus", "on_accent"))
        new.setObjectName("new-flow")
        old = button(Text("Open…"), Text("Open a .flow file (Ctrl+O)"), self.open_file.emit, kind="")
        old.setIcon(icon("folder-open"))
        old.setObjectName("open-flow")
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(new)
        row.addWidget(old)
        row.addStretch(1)
        return row

    def _cards(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(16)
        places = iter(range(len(TEMPLATES)))
        for template in TEMPLATES:
            path = EXAMPLES / f"{template.name}.flow"
            if not path.is_file():
                continue
            card = TemplateCard(template, files.load(path))
            card.clicked.connect(lambda _checked=False, name=template.name: self.open_template.emit(name))
            place = next(places)
            grid.addWidget(card, place // COLUMNS, place % COLUMNS)
        for column in range(COLUMNS):
            grid.setColumnStretch(column, 1)
        return grid

    def _list_recent(self) -> None:
        clear(self._recent)
        recent = self._preferences.recent
        if not recent:
            return
        self._recent.addWidget(label(Text("Recent files"), "section"))
        for path in recent:
            self._recent.addWidget(self._recent_row(path))

    def _recent_row(self, path: Path) -> QPushButton:
        row = QPushButton()
        row.setProperty("role", "row")
        row.setAccessibleName(tr(Text("Open {file}", file=path.name)))
        row.setToolTip(str(path))
        row.setCursor(Qt.CursorShape.PointingHandCursor)
        row.clicked.connect(lambda _checked=False: self.open_path.emit(path))
        inside = QHBoxLayout(row)
        inside.setContentsMargins(8, 0, 8, 0)
        inside.setSpacing(12)
        mark = QLabel()
        mark.setPixmap(icon("file-text", "text_faint").pixmap(QSize(18, 18)))
        inside.addWidget(mark)
        for words, kind in _about(path):
            part = label(words, kind)
            part.setWordWrap(False)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside.addWidget(part)
        inside.addStretch(1)
        row.setMinimumHeight(34)
        return row


def _greeting() -> QHBoxLayout:
    logo = QLabel()
    logo.setPixmap(product_logo(52))
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(Text("Campaign Flow Designer"), "display"))
    line = Text("Draw a campaign, call an API, and read the message each person would get. Nothing is ever sent.")
    words.addWidget(label(line, "soft"))
    row = QHBoxLayout()
    row.setSpacing(18)
    row.addWidget(logo)
    row.addLayout(words, 1)
    return row


def _about(path: Path) -> Iterator[tuple[str, str]]:
    changed = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
    yield path.stem, "strong"
    yield str(path.parent), "hint"
    yield QLocale().toString(changed, QLocale.FormatType.ShortFormat), "hint"
