"""Puts the request that an activity would send on the clipboard, as a command without its secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from designer.engine_client import FindingView
from designer.forms.asking import ask
from designer.forms.curl_text import as_curl, secret_names
from designer.words import tr

if TYPE_CHECKING:
    from designer.session import Session


def copy_curl(session: Session, owner: QObject, activity: str, say: Callable[[str], object]) -> None:
    """Ask the engine for the request of `activity`, copy it, and `say` what a person has to know, or what is wrong."""

    def take(request: Mapping[str, Any]) -> None:
        entry = session.flow.activities.get(activity)
        made = as_curl(request, secret_names(entry.settings) if entry is not None else None)
        QGuiApplication.clipboard().setText(made.command)
        say(tr(made.note))

    def refuse(finding: FindingView) -> None:
        say(f"{finding.message} {finding.hint}".strip())

    ask(session, owner, "request_preview", {**session.params(), "activity": activity}, on_result=take, on_error=refuse)
