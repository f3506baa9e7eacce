"""The request as it would be sent: its effective method beside the URL, its body below the inbound columns."""

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
        self._size = label("", "hint")
        self._size.setWordWrap(False)
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
        problem = self._preview.problem
        if problem is not None:
            role(self._problem, "error")
            self._problem.setText(f"{problem.message} {problem.hint}".strip())
        elif not text:
            role(self._problem, "hint")
            self._problem.setText(tr(Text("No body: nothing of the inbound table is sent.")))
        self._problem.setVisible(problem is not None or not text)
        size = len(text.encode())
        self._size.setText(tr(Text("{size} bytes", size=size)) if text else "")


def _readable(body: str) -> str:
    """Return a JSON body with line breaks, and anything else as it is; very long ones are cut."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}\n…"
