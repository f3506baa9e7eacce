"""The request as it would be sent: its body below the inbound columns, and every byte of it below the request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

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


class RequestPart(QWidget):
    """A part of the request, read only, with the size of the body beside its heading and what is wrong below it."""

    def __init__(self, binding: Binding, title: Text, tip: Text, code: CodeEdit) -> None:
        """Show the preview of `binding` in `code`."""
        super().__init__()
        self.setProperty("starts", "section")
        self.binding = binding
        self._preview = preview_of(binding)
        self._size = ElidedLabel("hint")
        self._code = code
        code.setReadOnly(True)
        code.setAccessibleName(tr(title))
        code.setToolTip(tr(tip))
        self._said = label("", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading(title, self._size))
        layout.addWidget(code)
        layout.addWidget(self._said)
        self._preview.changed.connect(self._show)
        self._show()

    def text_of(self, request: Mapping[str, Any]) -> str:
        """Return what is shown of a request, empty for nothing."""
        raise NotImplementedError

    def words_on(self, request: Mapping[str, Any]) -> str:
        """Return what is said about a request that can be built."""
        raise NotImplementedError

    def _show(self) -> None:
        request, problem = self._preview.request, self._preview.problem
        text = self.text_of(request)
        self._code.setVisible(bool(text))
        self._code.set_text(text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}\n…")
        self._size.set_words(_size_words(request))
        role(self._said, "hint" if problem is None else "error")
        self._said.setText(self.words_on(request) if problem is None else f"{problem.message} {problem.hint}".strip())
        self._said.setVisible(bool(self._said.text()))


class BodyPreview(RequestPart):
    """The body that would be posted, laid out to be read."""

    def __init__(self, binding: Binding) -> None:
        """Follow the preview of `binding`."""
        tip = Text("The body as it would be sent. Adobe Campaign: Inbound mapping → Post body template")
        super().__init__(binding, Text("Post body"), tip, CodeEdit("json", lines=7))

    def text_of(self, request: Mapping[str, Any]) -> str:
        """Return the body with line breaks, or as it is where it is no JSON."""
        body = str(request.get("body") or "")
        try:
            return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except ValueError:
            return body

    def words_on(self, request: Mapping[str, Any]) -> str:
        """Say when there is no body."""
        return "" if request.get("body") else tr(Text("No body: nothing of the inbound table is sent."))


class WireView(RequestPart):
    """The request byte by byte, secrets masked."""

    def __init__(self, binding: Binding) -> None:
        """Follow the preview of `binding`."""
        tip = Text("What leaves this computer, byte for byte. Secrets are masked here alone.")
        super().__init__(binding, Text("Request as it is sent"), tip, CodeEdit("text", lines=12))

    def text_of(self, request: Mapping[str, Any]) -> str:
        """Return head and body, nothing while the URL is not whole."""
        head, body = str(request.get("head") or ""), str(request.get("body") or "")
        return f"{head}{body}".replace("\r\n", "\n").rstrip("\n") if head else ""

    def words_on(self, request: Mapping[str, Any]) -> str:
        """Say why there is nothing, or which of several requests this is."""
        if not request.get("head"):
            return tr(Text("Nothing can be sent before the URL is whole."))
        if request.get("is_shape"):
            return tr(Text("The rows are not known before a run: the count stands as 0, values as their columns."))
        is_keyed = self.binding.get("request.calls") == "per-key"
        return tr(Text("The first call; each key has its own.")) if is_keyed else ""


def _size_words(request: Mapping[str, Any]) -> str:
    """Return how much of the allowed size the body has."""
    size, limit = (int(request.get(name) or 0) for name in ("bytes", "limit"))
    if not size or not limit:
        return ""
    share = f"{size / limit:.0%}" if size * 100 >= limit else tr(Text("under 1 %"))
    return tr(Text("Body {size} · {share} of {limit}", size=size_words(size), share=share, limit=size_text(limit)))
