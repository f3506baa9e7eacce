"""What is to be mended before the flow can run, each line a jump to its field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from designer import theme
from designer.engine_client import FindingView
from designer.forms.parts import label
from designer.icons import icon
from designer.panels.run_log import LEVELS
from designer.panels.wrapped_delegate import WrappedDelegate
from designer.session import Session
from designer.words import tr
from engine.text import Text

LEVEL_WORDS = {"error": Text("Error"), "warning": Text("Warning"), "info": Text("Note")}
_ORDER = ("error", "warning", "info")


class Problems(QWidget):
    """The list of findings of the check and of the last run, the worst first."""

    counted = Signal(int)

    def __init__(self, session: Session) -> None:
        """Follow the findings and runs of `session`."""
        super().__init__()
        self._session = session
        self._known: tuple[FindingView, ...] | None = None
        self._list = QTreeWidget()
        self._pages = QStackedLayout()
        nothing = label(Text("No problems: the flow can be tested."), "soft")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(nothing)
        self._pages.addWidget(self._list)
        self._dress()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.addLayout(self._pages)
        session.findings_changed.connect(self._refresh)
        session.run_changed.connect(self._refresh)
        session.flow_changed.connect(lambda _old, _new: self._refresh())
        self._list.itemClicked.connect(lambda item, _column: self._jump(item))
        self._list.itemActivated.connect(lambda item, _column: self._jump(item))
        self._refresh()

    def _dress(self) -> None:
        view = self._list
        titles = (Text("Problem"), Text("Activity"), Text("Code"), Text("In Adobe"))
        view.setHeaderLabels([tr(title) for title in titles])
        view.setRootIsDecorated(False)
        view.setAlternatingRowColors(True)
        view.setAccessibleName(tr(Text("Problems")))
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 140)
        header.resizeSection(2, 150)
        header.resizeSection(3, 112)
        WrappedDelegate(view, 0)

    def _refresh(self) -> None:
        found = tuple(
            sorted(self._session.problems(), key=lambda each: _ORDER.index(each.level) if each.level in _ORDER else 0)
        )
        if found == self._known:
            return
        self._known = found
        self._list.clear()
        self._list.addTopLevelItems([self._line(finding) for finding in found])
        self._pages.setCurrentIndex(1 if found else 0)
        self.counted.emit(len([finding for finding in found if finding.level != "info"]))

    def _line(self, finding: FindingView) -> QTreeWidgetItem:
        name = tr(self._session.name_of(finding.activity)) if finding.activity else tr(Text("Flow"))
        message = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
        item = QTreeWidgetItem([message, name, finding.code, finding.acs])
        glyph, color = LEVELS.get(finding.level, LEVELS["error"])
        item.setIcon(0, icon(glyph, color))
        level = tr(LEVEL_WORDS.get(finding.level, LEVEL_WORDS["error"]))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{level}: {message}")
        item.setToolTip(0, tr(Text("{level}: press Enter to go to the field", level=level)))
        for column in (1, 2, 3):
            item.setForeground(column, theme.color("text_soft"))
        item.setData(0, Qt.ItemDataRole.UserRole, finding)
        return item

    def _jump(self, item: QTreeWidgetItem) -> None:
        finding: FindingView = item.data(0, Qt.ItemDataRole.UserRole)
        if finding.activity:
            self._session.select(finding.activity)
        self._session.reveal.emit(finding.activity, finding.field)
