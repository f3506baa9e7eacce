"""A table of two columns: what is found, and what it becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QClipboard, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from designer.forms.field import Field
from designer.forms.parts import button, column, icon_button, label
from designer.forms.paths import as_mapping
from designer.forms.simple_fields import shown_text
from designer.words import tr
from engine.text import Text


class PairsField(Field):
    """One pair a line. A line that says nothing yet is not in the flow; of two for the same value the last counts.

    Enter goes to the next line and makes it where there is none; cells of a spreadsheet can be pasted.
    """

    def build(self) -> QWidget:
        """Make the lines and the button that adds one."""
        self._lines: list[tuple[QLineEdit, QLineEdit]] = []
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        self._none = label(Text("None yet."), "hint")
        self._twice = label("", "warning")
        self._twice.hide()
        self._add = button(Text("Add"), Text("Add an entry to {setting}", setting=self.words), self.add, glyph="plus")
        self.add_beside_label(self._add)
        return column(self._none, self._box, self._twice, gap=4)

    def focus_target(self) -> QWidget:
        """Return the first line, or the button that adds one."""
        return self._lines[0][0] if self._lines else self._add

    def state_target(self) -> QWidget:
        """Return the box around the lines."""
        return self.editor

    def refresh(self) -> None:
        """Show the pairs of the flow, unless the lines say the same already."""
        wanted = {str(source): shown_text(target) for source, target in as_mapping(self.value).items()}
        if self._pairs() != wanted:
            self._show(list(wanted.items()))
        self._tell()

    def add(self) -> None:
        """Begin another pair and take the keyboard there."""
        self._show([*self._texts(), ("", "")])
        self._lines[-1][0].setFocus()

    def remove(self, place: int) -> None:
        """Take the pair in the line `place` away."""
        texts = self._texts()
        self._show(texts[:place] + texts[place + 1 :])
        self._write()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Enter go on to the next line, and take cells of a spreadsheet as lines."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            place = next((place for place, line in enumerate(self._lines) if watched in line), -1)
            text = QGuiApplication.clipboard().text(QClipboard.Mode.Clipboard)
            if event.matches(QKeySequence.StandardKey.Paste) and place >= 0 and ("\t" in text or "\n" in text.strip()):
                self._paste(text, place)
                return True
            if event.matches(QKeySequence.StandardKey.InsertParagraphSeparator) and place >= 0:
                self._go_on(place, is_source=watched is self._lines[place][0])
                return True
        return super().eventFilter(watched, event)

    def _go_on(self, place: int, *, is_source: bool) -> None:
        if is_source:
            self._lines[place][1].setFocus()
        elif place + 1 < len(self._lines):
            self._lines[place + 1][0].setFocus()
        else:
            self.add()

    def _paste(self, text: str, place: int) -> None:
        """Put the cells that were copied in the place of the line `place`, when it is empty, or after it."""
        cells = [line.split("\t") for line in text.splitlines() if line.strip()]
        pasted = [(each[0].strip(), each[1].strip() if len(each) > 1 else "") for each in cells]
        texts = self._texts()
        end = place if texts[place] == ("", "") else place + 1
        self._show([*texts[:end], *pasted, *texts[place + 1 :]])
        self._write()

    def _texts(self) -> list[tuple[str, str]]:
        return [(source.text(), target.text()) for source, target in self._lines]

    def _pairs(self) -> Mapping[str, str]:
        return {source: target for source, target in self._texts() if source or target}

    def _write(self) -> None:
        self.commit(dict(self._pairs()))
        self._tell()

    def _tell(self) -> None:
        """Say which values stand in several lines."""
        counts = Counter(source for source, target in self._texts() if source or target)
        twice = [source for source, count in counts.items() if count > 1]
        self._twice.setVisible(bool(twice))
        if twice:
            self._twice.setText(tr(Text("“{value}” stands in several lines: the last one counts.", value=twice[0])))

    def _show(self, texts: list[tuple[str, str]]) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines = []
        if texts:
            for place, words in enumerate((Text("Value"), Text("Becomes"))):
                self._grid.addWidget(label(words, "hint"), 0, place)
        for row, pair in enumerate(texts):
            self._add_line(row, pair)
        self._none.setVisible(not texts)
        self._box.setVisible(bool(texts))
        self._title.setBuddy(self.focus_target())

    def _add_line(self, row: int, pair: tuple[str, str]) -> None:
        names = (Text("Value {number}", number=row + 1), Text("Value {number} becomes", number=row + 1))
        source, target = (QLineEdit(text) for text in pair)
        for place, (line, name) in enumerate(zip((source, target), names, strict=True)):
            line.setAccessibleName(tr(name))
            line.textEdited.connect(self._write)
            line.installEventFilter(self)
            self._grid.addWidget(line, row + 1, place)
            line.show()  # at once, so that it can take the keyboard
        source.setPlaceholderText(tr(Text("no value")))
        remove = icon_button("trash", Text("Remove entry {number}", number=row + 1), partial(self.remove, row))
        self._grid.addWidget(remove, row + 1, 2)
        self._lines.append((source, target))

    def _describe(self, target: QWidget) -> None:
        """Leave the names of the lines as they are."""
