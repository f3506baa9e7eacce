"""What the other tabs of a call say, a line each below the request; a click opens the tab at that setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from designer.forms.binding import Binding
from designer.forms.parts import GAP, card, label
from designer.forms.paths import as_list, as_mapping, is_list, value_at
from designer.forms.simple_fields import shown_text
from designer.forms.sizes import size_text
from designer.forms.specs import FieldSpec, find_spec
from designer.icons import icon
from designer.words import tr
from engine.text import Text

SEPARATOR = " · "


class SummaryLine(QPushButton):
    """A line to click: what it is about at the left, what is set at the right."""

    def __init__(self, glyph: str, title: Text) -> None:
        """Show `title` with a glyph before it and a caret at the end."""
        super().__init__()
        self._title = tr(title)
        self.setProperty("role", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._words = ""
        self._said = label("", "hint")
        self._said.setWordWrap(False)
        self._said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP - 2, GAP, GAP - 2)
        line.setSpacing(GAP)
        line.addWidget(_glyph(glyph, 16))
        line.addWidget(QLabel(self._title))
        line.addWidget(self._said, 1)
        line.addWidget(_glyph("caret-right", 12))
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room for the words, as large as they are written at the moment."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut what is set to the room there is, at its end."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self._cut()

    def say(self, words: str) -> None:
        """Show what is set."""
        self._words = words
        self._cut()
        self.setAccessibleName(f"{self._title}: {words}")
        self.setToolTip(f"{words}\n{tr(Text('Click to change it.'))}")

    def _cut(self) -> None:
        room = self._said.width()
        self._said.setText(self._said.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))


class CallSummary(QWidget):
    """The lines of one call, which follow its settings."""

    def __init__(self, specs: Sequence[FieldSpec], binding: Binding) -> None:
        """Show what `binding` holds; `specs` describe its settings."""
        super().__init__()
        self._specs = specs
        self._binding = binding
        lines = (
            ("tray", Text("Inbound"), "request.columns", self._inbound),
            ("columns", Text("Columns"), "response.columns", self._columns),
            ("flask", Text("Sample response"), "response.sample", self._sample),
            ("shield-check", Text("Limits"), "limits.timeout_s", self._limits),
            ("recycle", Text("In a dry run"), "dry_run", self._dry_run),
        )
        self._lines = []
        for glyph, title, path, words in lines:
            line = SummaryLine(glyph, title)
            line.clicked.connect(lambda _checked=False, path=path: binding.session.reveal.emit(binding.activity, path))
            self._lines.append((line, words))
        box = card(*(line for line, _ in self._lines))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(box)
        inner = box.layout()
        if inner is not None:
            inner.setContentsMargins(GAP // 2, GAP // 2, GAP // 2, GAP // 2)
            inner.setSpacing(0)
        binding.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what is set now."""
        for line, words in self._lines:
            line.say(words())

    def _get(self, path: str) -> Any:
        spec = find_spec(self._specs, path)
        return self._binding.get(path, spec.default if spec is not None else None)

    def _inbound(self) -> str:
        columns, custom = len(as_list(self._get("request.columns"))), len(as_mapping(self._get("request.custom")))
        said = [
            tr(Text("count")) if self._get("request.add_count") is True else "",
            tr(Text.plural("{count} column", "{count} columns", count=columns)) if columns else "",
            tr(Text.plural("{count} custom field", "{count} custom fields", count=custom)) if custom else "",
        ]
        return SEPARATOR.join(filter(None, said)) or tr(Text("Nothing is sent"))

    def _columns(self) -> str:
        used = [each for each in as_list(self._get("response.columns")) if as_mapping(each).get("ignore") is not True]
        if not used:
            return tr(Text("None yet"))
        pointer = shown_text(self._get("response.pointer"))
        is_flat = self._get("response.mode") == "flatten"
        source = tr(Text("One row")) if is_flat else pointer if pointer.strip("/") else tr(Text("The whole answer"))
        columns = Text.plural("{count} column", "{count} columns", count=len(used))
        more = len(as_list(self._get("response.more")))
        further = Text.plural("{count} further table", "{count} further tables", count=more)
        return f"{source} → {tr(columns)}" + (SEPARATOR + tr(further) if more else "")

    def _sample(self) -> str:
        sample = self._get("response.sample")
        if sample is None:
            return tr(Text("None yet"))
        rows = _at(sample, shown_text(self._get("response.pointer")))
        if not is_list(rows) or self._get("response.mode") == "flatten":
            return tr(Text("Kept"))
        return tr(Text.plural("{count} row kept", "{count} rows kept", count=len(rows)))

    def _limits(self) -> str:
        attempts, size = self._get("retry.attempts"), self._get("limits.response_bytes")
        said = [
            tr(Text("{seconds} s", seconds=shown_text(self._get("limits.timeout_s")))),
            size_text(size) if isinstance(size, int) else "",
            tr(Text.plural("{count} attempt", "{count} attempts", count=attempts)) if isinstance(attempts, int) else "",
        ]
        return SEPARATOR.join(filter(None, said))

    def _dry_run(self) -> str:
        spec, value = find_spec(self._specs, "dry_run"), self._get("dry_run")
        choices: Mapping[Any, str] = dict(spec.choices) if spec is not None else {}
        return tr(Text(choices[value])) if value in choices else shown_text(value)


def _at(sample: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer of plain names in the sample, None where nothing does."""
    names = pointer.strip("/")
    return value_at(sample, names.replace("/", ".")) if names else sample


def _glyph(name: str, side: int) -> QLabel:
    picture = QLabel()
    picture.setPixmap(icon(name).pixmap(QSize(side, side)))
    return picture
