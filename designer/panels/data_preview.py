"""The table of any transition: its columns with types, its count, sorted, filtered and paged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from designer.forms.parts import GAP, button, fit_rows, icon_button, label
from designer.icons import icon
from designer.panels.page_model import PageModel
from designer.panels.typed_header import TypedHeader, fit_columns
from designer.session import Session
from designer.words import tr
from engine.document.model import split_source
from engine.text import Text

FILTER_DELAY_MS = 250


class DataPreview(QWidget):
    """Shows what travelled along a transition in the last run."""

    def __init__(self, session: Session) -> None:
        """Follow the runs of `session` and the wire that is selected in it."""
        super().__init__()
        self._session = session
        self._shown = ""
        self._model = PageModel(session)
        self._chooser = QComboBox()
        self._filter = QLineEdit()
        self._count = label("", "soft")
        self._picked = button(Text("All rows"), Text("Show all rows again"), self._show_all, kind="soft", glyph="x")
        self._view = QTableView()
        self._empty = label("", "soft")
        self._pages = QStackedLayout()
        self._filter_timer = QTimer(self, singleShot=True, interval=FILTER_DELAY_MS)
        self._dress()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def table(self) -> QTableView:
        """Return the view of the rows."""
        return self._view

    @property
    def model(self) -> PageModel:
        """Return the rows."""
        return self._model

    def show_transition(self, name: str) -> None:
        """Show the table of the transition called `name` (`fork.copy1`)."""
        place = self._chooser.findData(name)
        if place >= 0:
            self._chooser.setCurrentIndex(place)

    def show_rows(self, name: str, path: str, values: Sequence[str]) -> None:
        """Show of the transition `name` only the rows that have, as text, one of `values` in the column `path`."""
        self.show_transition(name)
        if self._shown == name:
            self._filter.clear()
            self._model.pick((path, tuple(values)))

    def _show_all(self) -> None:
        self._model.pick(None)

    def _dress(self) -> None:
        self._chooser.setAccessibleName(tr(Text("Transition to show")))
        self._chooser.setToolTip(tr(Text("Which transition's table is shown")))
        self._chooser.setMinimumWidth(220)
        self._filter.setPlaceholderText(tr(Text("Filter rows")))
        self._filter.setAccessibleName(tr(Text("Filter rows")))
        self._picked.hide()
        self._filter.setToolTip(tr(Text("Keep the rows that hold this text in any column")))
        self._filter.addAction(icon("magnifying-glass", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self._filter.setClearButtonEnabled(True)
        self._filter.setMaximumWidth(260)
        self._count.setWordWrap(False)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        view = self._view
        view.setModel(self._model)
        view.setHorizontalHeader(TypedHeader(view))
        view.setSortingEnabled(True)
        view.horizontalHeader().setSortIndicatorClearable(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.horizontalHeader().setStretchLastSection(True)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setAccessibleName(tr(Text("Rows of the transition")))
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = view.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        fit_rows(view)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self._chooser)
        head.addWidget(self._count)
        head.addWidget(self._picked)
        head.addStretch(1)
        head.addWidget(self._filter, 1)
        head.addWidget(
            icon_button("copy", Text("Copy the selected cells, with their values in full (Ctrl+C)"), self.copy)
        )
        empty = QWidget(self)  # a page without a parent would be shown as a window of its own
        middle = QVBoxLayout(empty)
        middle.addWidget(self._empty)
        self._pages.addWidget(empty)
        self._pages.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, GAP, 12, 12)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        layout.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self._session.run_changed.connect(self._refresh)
        self._session.wire_selected.connect(self.show_transition)
        self._session.selection_changed.connect(self._follow_selection)
        self._session.runs.finished.connect(self._follow_run)
        self._chooser.currentIndexChanged.connect(lambda _index: self._show())
        self._filter.textChanged.connect(lambda _text: self._filter_timer.start())
        self._filter_timer.timeout.connect(lambda: self._model.set_filter(self._filter.text().strip()))
        self._model.loaded.connect(self._tell)
        self._model.modelReset.connect(self._tell)
        self._model.failed.connect(self._tell_failure)
        self._view.customContextMenuRequested.connect(
            lambda at: self._menu().exec(self._view.viewport().mapToGlobal(at))
        )
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, whole values with tabs and line ends between them."""
        chosen: list[QModelIndex] = self._view.selectionModel().selectedIndexes()
        if not chosen:
            return
        rows = sorted({index.row() for index in chosen})
        columns = sorted({index.column() for index in chosen})
        QGuiApplication.clipboard().setText(self._model.text_of(rows, columns))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(icon("copy"), tr(Text("Copy the selected cells")), self.copy)
        menu.addAction(icon("text-aa"), tr(Text("Copy the column's name")), self._copy_name)
        return menu

    def _copy_name(self) -> None:
        column = self._view.currentIndex().column()
        if column >= 0:
            QGuiApplication.clipboard().setText(str(self._model.headerData(column, Qt.Orientation.Horizontal)))

    def _follow_selection(self, ids: tuple[str, ...]) -> None:
        """Show a table of the selected activity, or one that arrives there, unless one of its own is shown already."""
        entry = self._session.flow.activities.get(ids[0]) if len(ids) == 1 else None
        if entry is not None and split_source(self._shown)[0] != ids[0]:
            filled = self._session.run.transitions
            own = [name for name in filled if split_source(name)[0] == ids[0]]
            arriving = [name for names in entry.inputs.values() for name in names if name in filled]
            if own or arriving:
                self.show_transition((own or arriving)[0])

    def _follow_run(self) -> None:
        """Show the rows of the activity that was run to, where it is the selected one."""
        selection = self._session.selection
        if len(selection) == 1 and self._session.run.ahead[-1:] == selection:
            self._follow_selection(selection)

    def _refresh(self) -> None:
        """List the transitions of the last run again; the one that is shown stays."""
        run = self._session.run
        names = [name for name, filled in run.transitions.items() if filled.rows is not None]
        listed = [self._chooser.itemData(place) for place in range(self._chooser.count())]
        if names != listed:
            self._chooser.blockSignals(True)
            self._chooser.clear()
            for name in names:
                self._chooser.addItem(tr(self._session.name_of_transition(name)), name)
            self._chooser.setCurrentIndex(max(self._chooser.findData(self._shown), 0) if names else -1)
            self._chooser.blockSignals(False)
        self._show()

    def _show(self) -> None:
        name = self._chooser.currentData()
        filled = self._session.run.transitions.get(name) if name else None
        if filled is None or not filled.table:
            if not self._session.run.running:
                self._shown = ""
                self._model.show("", (), 0)
            self._tell()
            return
        if name != self._shown:
            self._model.pick(None)
        self._shown = name
        before = [self._model.headerData(c, Qt.Orientation.Horizontal) for c in range(self._model.columnCount())]
        self._model.show(filled.table, filled.columns, filled.rows or 0)
        after = [self._model.headerData(c, Qt.Orientation.Horizontal) for c in range(self._model.columnCount())]
        if before != after:
            self._view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
            fit_columns(self._view)
        self._tell()

    def _tell(self) -> None:
        """Say how much there is to see, or why there is nothing."""
        self._picked.setVisible(bool(self._shown) and self._model.among is not None)
        if not self._shown:
            self._empty.setText(tr(Text("Test the flow to see the rows on each transition.")))
            self._count.clear()
            self._pages.setCurrentIndex(0)
            return
        columns = Text.plural("{count} column", "{count} columns", count=self._model.columnCount())
        rows = Text.plural("{count} row", "{count} rows", count=self._model.total)
        waiting = self._model.is_loading and self._model.total == 0
        words = Text("Reading…") if waiting else Text("{rows} · {columns}", rows=rows, columns=columns)
        self._count.setText(tr(words))
        self._pages.setCurrentIndex(1)

    def _tell_failure(self, error: Any) -> None:
        self._count.setText(error.message)
