"""What is to be mended before the flow can run: each line a jump to its field, with what can be done right there."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer import theme
from designer.forms.parts import GAP, label
from designer.icons import icon
from designer.panels.levels import LEVELS, level_filter, level_word
from designer.panels.mending import Problem, problems_of
from designer.panels.recipient_rows import ChosenRows, rows_of
from designer.panels.remedies import Remedies, has_remedies
from designer.panels.wrapped_delegate import WrappedDelegate
from designer.session import Session
from designer.words import tr
from engine.text import Text

MANY = 5
"""With more problems than this they can be filtered by level."""
NARROW_EM = 40
"""In a list narrower than so many heights of its type there are no columns."""

_PROBLEM = Qt.ItemDataRole.UserRole


class Problems(QWidget):
    """The list of findings of the check and of the last run, the worst first."""

    counted = Signal(int)
    rows_wanted = Signal(object)
    """Somebody wants to see the `ChosenRows` of the recipients whom a problem concerns."""

    def __init__(self, session: Session) -> None:
        """Follow the findings and runs of `session`."""
        super().__init__()
        self._session = session
        self._known: tuple[Problem, ...] | None = None
        self._is_narrow = False
        self._list = QTreeWidget()
        self._level = level_filter()
        self._count = label("", "soft")
        self._head = QWidget()
        self._pages = QStackedLayout()
        nothing = label(Text("No problems: the flow can be tested."), "soft")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setParent(self)  # a page without a parent would be shown as a window of its own
        self._pages.addWidget(nothing)
        self._pages.addWidget(self._list)
        self._dress()
        self._lay_out()
        self.setFocusProxy(self._list)
        session.findings_changed.connect(self._refresh)
        session.run_changed.connect(self._refresh)
        theme.signals.changed.connect(self._repaint)
        self._list.itemClicked.connect(self._jump)
        self._list.itemActivated.connect(self._jump)
        self._list.header().sectionResized.connect(self._fit)
        self._level.currentIndexChanged.connect(self._filter)
        self._refresh()

    def _dress(self) -> None:
        view = self._list
        titles = (Text("Problem"), Text("Activity"), Text("Code"), Text("In Adobe"))
        view.setHeaderLabels([tr(title) for title in titles])
        view.setRootIsDecorated(False)
        view.setItemsExpandable(False)
        view.setIndentation(24)
        view.setAccessibleName(tr(Text("Problems")))
        view.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 140)
        header.resizeSection(2, 150)
        header.resizeSection(3, 112)
        WrappedDelegate(view, 0)

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._count, 1)
        head.addWidget(self._level)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, GAP, 12, 12)
        layout.setSpacing(GAP)
        layout.addWidget(self._head)
        layout.addLayout(self._pages, 1)

    def _refresh(self, *_changed: object) -> None:
        found = problems_of(self._session)
        if found == self._known:
            return
        keyboard = QApplication.focusWidget()
        had_keyboard = keyboard is not None and (keyboard is self._list or self._list.isAncestorOf(keyboard))
        self._known = found
        self._list.clear()
        for problem in found:
            self._add(problem)
        self._pages.setCurrentIndex(1 if found else 0)
        self._show_columns()
        self._tell()
        self._filter()
        self._fit()
        if had_keyboard:
            self._take_keyboard()
        self.counted.emit(len([each for each in found if each.finding.level != "info" and not each.is_stale]))

    def _repaint(self) -> None:
        """Take the colours and sizes of another look."""
        for item, _ in self._items():
            _soften(item)
        self._fit()

    def _add(self, problem: Problem) -> None:
        item = self._line(problem)
        self._list.addTopLevelItem(item)
        if not has_remedies(problem):
            return
        below = QTreeWidgetItem(item)
        below.setFlags(Qt.ItemFlag.NoItemFlags)
        below.setFirstColumnSpanned(True)
        rows = rows_of(self._session, problem)
        remedies = Remedies(self._session, problem, can_show_rows=rows is not None)
        remedies.height_changed.connect(self._fit)
        remedies.rows_wanted.connect(lambda: self._show_rows(rows))
        self._list.setItemWidget(below, 0, remedies)
        item.setExpanded(True)

    def _line(self, problem: Problem) -> QTreeWidgetItem:
        finding = problem.finding
        message = self._words(problem)
        item = QTreeWidgetItem([message, problem.name, finding.code, finding.acs])
        glyph, color = LEVELS.get(finding.level, LEVELS["error"])
        item.setIcon(0, icon("clock-counter-clockwise", "text_faint") if problem.is_stale else icon(glyph, color))
        level = level_word(finding.level)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{level}: {message}")
        item.setToolTip(0, tr(Text("{level}: press Enter to go to the field", level=level)))
        for column in (1, 2, 3):
            item.setToolTip(column, item.text(column))
        item.setData(0, _PROBLEM, problem)
        _soften(item)
        return item

    def _items(self) -> Iterator[tuple[QTreeWidgetItem, Problem]]:
        for place in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(place)
            if item is not None:
                yield item, item.data(0, _PROBLEM)

    def _tell(self) -> None:
        """Count the problems by level; a few of them need neither the count nor the filter."""
        levels = [problem.finding.level for problem in self._known or ()]
        counts = (
            Text.plural("{count} error", "{count} errors", count=levels.count("error")),
            Text.plural("{count} warning", "{count} warnings", count=levels.count("warning")),
            Text.plural("{count} note", "{count} notes", count=levels.count("info")),
        )
        present = zip(counts, ("error", "warning", "info"), strict=True)
        self._count.setText(" · ".join(tr(count) for count, level in present if level in levels))
        is_useful = len(levels) > MANY and len(set(levels)) > 1
        if not is_useful:
            self._level.setCurrentIndex(0)
        self._head.setVisible(is_useful)

    def _filter(self, *_changed: object) -> None:
        levels = self._level.currentData()
        for item, problem in self._items():
            item.setHidden(problem.finding.level not in levels)

    def _fit(self, *_changed: object) -> None:
        """Use the width of the list: what stands below a problem wraps, and without room for columns they are words."""
        # the room beside a scroll bar, also while there is none: otherwise one height could ask for it and another not
        room = self._list.width() - self._list.verticalScrollBar().sizeHint().width() - 2 * self._list.frameWidth()
        self._set_narrow(room < NARROW_EM * theme.size("body"))
        for item, _ in self._items():
            below = item.child(0)
            remedies = self._list.itemWidget(below, 0) if below is not None else None
            if isinstance(remedies, Remedies):
                height = remedies.height_at(room - self._list.indentation())
                if below.sizeHint(0).height() != height:
                    remedies.setFixedHeight(height)
                    below.setSizeHint(0, QSize(0, height))

    def _set_narrow(self, is_narrow: bool) -> None:
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self._show_columns()
        for item, problem in self._items():
            item.setText(0, self._words(problem))

    def _show_columns(self) -> None:
        """Show the columns there is room for; the one of Adobe's codes only where there are any."""
        has_acs = any(problem.finding.acs for problem in self._known or ())
        for column in (1, 2, 3):
            self._list.setColumnHidden(column, self._is_narrow or (column == 3 and not has_acs))

    def _words(self, problem: Problem) -> str:
        """Return the sentence, below it the way out, and where there are no columns what would be in them."""
        finding = problem.finding
        hint = tr(Text("Changed since. Test the flow again to see if this is mended.")) if problem.is_stale else ""
        lines = [finding.message, hint or finding.hint]
        if self._is_narrow:
            lines.append(" · ".join(words for words in (problem.name, finding.code, finding.acs) if words))
        return "\n".join(words for words in lines if words)

    def _take_keyboard(self) -> None:
        """Go on where the person was: a mended problem offers the test, otherwise the list has the keyboard."""
        for item, problem in self._items():
            if problem.is_stale:
                self._list.setCurrentItem(item)
                button = self._list.itemWidget(item.child(0), 0).findChild(QPushButton)
                if button is not None:
                    button.setFocus()
                    return
        self._list.setFocus()

    def _jump(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        problem = item.data(0, _PROBLEM)
        if problem is None:
            return
        finding = problem.finding
        if finding.activity:
            self._session.select(finding.activity)
        self._session.reveal.emit(finding.activity, finding.field)

    def _show_rows(self, rows: ChosenRows | None) -> None:
        if rows is not None:
            self.rows_wanted.emit(rows)


def _soften(item: QTreeWidgetItem) -> None:
    for column in (1, 2, 3):
        item.setForeground(column, theme.color("text_soft"))
