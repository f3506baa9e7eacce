"""The request as it would be sent: its body below the inbound columns, and every byte of it below the request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.asking import LateQuestion
from designer.forms.binding import Binding
from designer.forms.code_edit import CodeEdit
from designer.forms.parts import heading, label, role
from designer.forms.sizes import size_text
from designer.panels.call_report import size_words
from designer.panels.elided_label import ElidedLabel
from designer.words import tr
from engine.text import Text

_MOST_CHARACTERS = 20_000


class RequestPreview(QObject):
    """Asks the engine for the request whenever the settings or what arrives have changed."""

    changed = Signal()

    def __init__(self, binding: Binding) -> None:
        """Follow `binding`, the settings of an External API activity."""
        super().__init__(binding)
        self.request: Mapping[str, Any] = {}
        self.problem: FindingView | None = None
        self._binding = binding
        self._question = LateQuestion(binding.session, self, "request_preview")
        binding.changed.connect(self.ask)
        binding.surroundings_changed.connect(self.ask)
        self.ask()

    def ask(self) -> None:
        """Ask again, soon."""
        session, activity = self._binding.session, self._binding.activity
        self._question.soon(lambda: {**session.params(), "activity": activity}, self._take, self._refuse)

    def _take(self, request: Mapping[str, Any]) -> None:
        self.request, self.problem = request, None
        self.changed.emit()

    def _refuse(self, problem: FindingView) -> None:
        self.request, self.problem = {}, problem
        self.changed.emit()


def preview_of(binding: Binding) -> RequestPreview:
    """Return the preview that all widgets of one binding share."""
    found = binding.findChild(RequestPreview)
    return found if found is not None else RequestPreview(binding)


class BodyPreview(QWidget):
    """The body that would be posted, read only, with its size."""

    def __init__(self, binding: Binding) -> None:
        """Follow the preview of `binding`."""
        super().__init__()
        self._preview = preview_of(binding)
        self._size = ElidedLabel("hint")
        self._body = CodeEdit("json", lines=7)
        self._body.setReadOnly(True)
        self._body.setAccessibleName(tr(Text("Post body")))
        self._body.setToolTip(
            tr(Text("The body as it would be sent. Adobe Campaign: Inbound mapping → Post body template"))
        )
        self._problem = label("", "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading(Text("Post body"), self._size))
        layout.addWidget(self._body)
        layout.addWidget(self._problem)
        self._preview.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        body = self._preview.request.get("body")
        text = str(body) if body else ""
        self._body.setVisible(bool(text))
        self._body.set_text(_readable(text))
        _tell(self._problem, self._preview, "" if text else tr(Text("No body: nothing of the inbound table is sent.")))
        self._size.set_words(_size_words(self._preview))


class WireView(QWidget):
    """The request byte by byte, read only, secrets masked."""

    def __init__(self, binding: Binding) -> None:
        """Follow the preview of `binding`."""
        super().__init__()
        self.setProperty("starts", "section")
        self._binding = binding
        self._preview = preview_of(binding)
        self._size = ElidedLabel("hint")
        self._bytes = CodeEdit("text", lines=12)
        self._bytes.setReadOnly(True)
        self._bytes.setAccessibleName(tr(Text("Request as it is sent")))
        self._bytes.setToolTip(tr(Text("What leaves this computer, byte for byte. Secrets are masked here alone.")))
        self._said = label("", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading(Text("Request as it is sent"), self._size))
        layout.addWidget(self._bytes)
        layout.addWidget(self._said)
        self._preview.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        request = self._preview.request
        head, body = str(request.get("head") or ""), str(request.get("body") or "")
        text = f"{head}{body}".replace("\r\n", "\n").rstrip("\n")
        self._bytes.setVisible(bool(head))
        self._bytes.set_text(_short(text))
        self._size.set_words(_size_words(self._preview))
        _tell(self._said, self._preview, self._words(is_known=bool(head)))

    def _words(self, *, is_known: bool) -> str:
        if not is_known:
            return tr(Text("Nothing can be sent before the URL is whole."))
        if self._preview.request.get("is_shape"):
            return tr(Text("The rows are not known before a run: the count stands as 0, values as their columns."))
        if self._binding.get("request.calls") == "per-key":
            return tr(Text("The first call; each key has its own."))
        return ""


def _tell(line: QLabel, preview: RequestPreview, words: str) -> None:
    """Say what is wrong with the request, or else `words`."""
    problem = preview.problem
    role(line, "hint" if problem is None else "error")
    line.setText(words if problem is None else f"{problem.message} {problem.hint}".strip())
    line.setVisible(bool(line.text()))


def _size_words(preview: RequestPreview) -> str:
    """Return how much of the allowed size the body has."""
    size, limit = (int(preview.request.get(name) or 0) for name in ("bytes", "limit"))
    if not size or not limit:
        return ""
    share = f"{size / limit:.0%}" if size * 100 >= limit else tr(Text("under 1 %"))
    return tr(Text("Body {size} · {share} of {limit}", size=size_words(size), share=share, limit=size_text(limit)))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}\n…"


def _readable(body: str) -> str:
    """Return a JSON body with line breaks, and anything else as it is; very long ones are cut."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body
    return _short(text)
