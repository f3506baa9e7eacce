"""What the column definitions do to the answer at hand: asked of the engine after each edit, and shown line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from designer.editors.effect_table import BECOMES, CAME, EffectTable, reason_of
from designer.engine_client import FindingView
from designer.forms.asking import LateQuestion
from designer.forms.binding import Binding
from designer.forms.parts import icon_button, label, role, row
from designer.forms.paths import as_list, as_mapping
from designer.panels.call_report import moment
from designer.words import tr
from engine.text import Text

PAUSE_MS = 150
"""How long after the last edit the engine is asked."""
SEPARATOR = " · "

_PLAIN = ("kept", "empty", "ignored")
_COUNTED: Mapping[str, Text] = {
    "rejected": Text("rejected"),
    "default": Text("set to the default"),
    "emptied": Text("emptied"),
    "changed": Text("changed"),
}


class EffectView(QWidget):
    """The lines of the chosen column, and those that any column rejects.

    `examples` tells a text of each column, in their order; `column_wanted` the column of a rejected line.
    """

    examples = Signal(list)
    column_wanted = Signal(int)

    def __init__(self, binding: Binding, path: str) -> None:
        """Follow the column definitions at `path` of `binding`."""
        super().__init__()
        self._binding = binding
        self._path = path
        self._column = -1
        self._answer: Mapping[str, Any] = {}
        self._question = LateQuestion(binding.session, self, "column_effect", pause_ms=PAUSE_MS)
        self._pages = QTabBar()
        self._pages.setAccessibleName(tr(Text("Lines to show")))
        self._pages.setExpanding(False)
        self._pages.setDrawBase(False)
        self._pages.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._pages.addTab(tr(Text("This column")))
        self._pages.addTab("")
        self._odd = icon_button("funnel", Text("Show only the values that do not stay as they came"), self._show)
        self._odd.setCheckable(True)
        self._said = label("", "hint")
        self._problem = label("", "warning")
        self.lines = EffectTable(Text("What becomes of the values of the column"), is_rejects=False)
        self.rejects = EffectTable(Text("Rejected lines"), is_rejects=True)
        self.rejects.activated.connect(self._go_to)
        self._why = label("", "hint")
        for table in (self.lines, self.rejects):
            table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._tell_why())
        self._tables = QStackedWidget()
        self._tables.addWidget(self.lines)
        self._tables.addWidget(self.rejects)
        self._tables.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._pages.currentChanged.connect(lambda _page: self._show())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(row(self._pages, None, self._odd))
        layout.addWidget(self._said)
        layout.addWidget(self._problem)
        layout.addWidget(self._tables)
        layout.addWidget(self._why)
        binding.session.runs.finished.connect(self.ask)
        self.hide()

    @property
    def words(self) -> str:
        """Return what is said above the lines."""
        return self._said.text()

    def choose(self, column: int) -> None:
        """Show what the definition at the place `column` does."""
        if column != self._column:
            self._column = column
            self._pages.setCurrentIndex(0)
            self.ask()

    def ask(self) -> None:
        """Ask the engine again, soon."""
        if as_list(self._binding.get(self._path)):
            self._question.soon(self._params, self._take, self._refuse)
        else:
            self.hide()

    def _params(self) -> Mapping[str, Any]:
        binding = self._binding
        return {**binding.session.params(), "activity": binding.activity, "field": self._path, "column": self._column}

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer
        self.examples.emit(list(answer.get("examples") or ()))
        self._problem.hide()
        self._tables.show()
        self._show()
        self.setVisible(bool(answer.get("source")) and self._column >= 0)

    def _refuse(self, finding: FindingView) -> None:
        """Say what stands in the way; the lines of before would be wrong."""
        role(self._problem, "warning")
        self._problem.setText(f"{finding.message} {finding.hint}".strip())
        self._problem.show()
        for part in (self._tables, self._said, self._why):
            part.hide()
        self.setVisible(self._column >= 0)

    def _show(self) -> None:
        names = [str(as_mapping(each).get("id") or "") for each in as_list(self._binding.get(self._path))]
        rejected = int(self._answer.get("rejected") or 0)
        self._pages.setTabText(1, tr(Text("Rejected lines ({count})", count=rejected)))
        is_rejects = self._pages.currentIndex() == 1
        self._odd.setEnabled(not is_rejects)
        lines: Sequence[Any] = self._answer.get("lines") or ()
        if self._odd.isChecked():
            lines = [each for each in lines if each[3] not in _PLAIN]
        self.lines.show_lines(lines, names)
        self.rejects.show_lines(self._answer.get("rejects") or (), names)
        self._tables.setCurrentIndex(int(is_rejects))
        self._tables.setFixedHeight(self._tables.currentWidget().height())
        self._said.setText(SEPARATOR.join(self._parts_of_rejects(rejected) if is_rejects else self._parts()))
        self._said.show()
        self._tell_why()

    def _tell_why(self) -> None:
        """Say in a sentence what is wrong with the value that the keyboard stands on."""
        table = self.rejects if self._pages.currentIndex() == 1 else self.lines
        if table is self.rejects and table.lines.rows and not table.currentIndex().isValid():
            table.setCurrentIndex(table.lines.index(0, CAME))
        index = table.currentIndex()
        row = table.lines.rows[index.row()] if index.isValid() else (None,)
        reason = reason_of(row)
        if reason:
            value = table.lines.index(index.row(), BECOMES if table is self.rejects else CAME).data()
            told = Text("Line {line}: “{value}” {reason}.", line=str(row[0]), value=value, reason=reason)
            self._why.setText(tr(told))
        self._why.setVisible(bool(reason))

    def _parts(self) -> Iterator[str]:
        """Yield how many values of the column have which fate, and where the lines come from."""
        counts = self._answer.get("counts") or {}
        total = sum(counts.values())
        told = [(counts[fate], words) for fate, words in _COUNTED.items() if counts.get(fate)]
        if told:
            yield tr(Text("{count} of {total} {what}", count=told[0][0], total=total, what=told[0][1]))
            yield from (tr(Text("{count} {what}", count=count, what=words)) for count, words in told[1:])
        elif counts.get("ignored"):
            yield tr(Text("The column is left out of the table"))
        else:
            yield tr(
                Text.plural("The only value stays as it came", "All {count} values stay as they came", count=total)
            )
        yield from self._origin()

    def _parts_of_rejects(self, rejected: int) -> Iterator[str]:
        looked_at = int(self._answer.get("looked_at") or 0)
        yield tr(Text("{count} of {total} lines are rejected", count=rejected, total=looked_at))
        shown = len(self._answer.get("rejects") or ())
        if shown < rejected:
            yield tr(Text("the first {count} are shown", count=shown))
        yield from self._origin()

    def _origin(self) -> Iterator[str]:
        source = self._answer.get("source")
        if source == "recording":
            yield tr(Text("in the answer of {time}", time=moment(self._answer.get("moment"))))
        elif source:
            yield tr({"sample": Text("in the sample"), "file": Text("in the file")}[str(source)])
        looked_at, total = int(self._answer.get("looked_at") or 0), self._answer.get("total")
        if total is None:
            yield tr(Text("only the first {count} lines are looked at", count=looked_at))
        elif looked_at < int(total):
            yield tr(Text("only the first {count} of {total} lines are looked at", count=looked_at, total=total))

    def _go_to(self, index: QModelIndex) -> None:
        self.column_wanted.emit(int(self.rejects.lines.rows[index.row()][1]))
