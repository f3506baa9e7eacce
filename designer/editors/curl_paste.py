"""Fills a call that is there already from a pasted cURL command, as one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from designer.editors.call_import import CallImport, ImportedCall
from designer.editors.curl import read_curl
from designer.engine_client import FindingView
from designer.forms.binding import Binding
from designer.forms.paths import with_value
from engine import registry
from engine.document import edits
from engine.errors import SettingsError
from engine.text import Text

Say = Callable[[str, str], object]
"""Shows words in a role of the style sheet (`error`, `warning`, `hint`)."""


def paste_curl(binding: Binding, text: str, say: Say, owner: QObject) -> None:
    """Fill the activity of `binding` from the cURL command `text`, and say what was left out."""

    def refuse(finding: FindingView) -> None:
        say(f"{finding.message} {finding.hint}".strip(), "error")

    def write(call: ImportedCall) -> None:
        session, id = binding.session, binding.activity
        if id not in session.flow.activities:
            return
        flow, values = call.with_account(session.flow)
        entry = flow.activities[id]
        found = registry.activity(entry.kind)
        flow = edits.replace_entry(
            flow,
            id,
            settings=settings_with(registry.current_settings(entry), values),
            version=max(entry.version, found.version if found else 0),
        )
        session.edit(Text("Fill “{name}” from cURL", name=session.name_of(id)), flow)
        say(call.note, "warning" if call.note else "hint")

    try:
        call = read_curl(text)
    except SettingsError as error:
        refuse(FindingView.of(error.finding))
        return
    CallImport(binding.session, binding.activity, owner, on_ready=write, on_error=refuse).take(call)


def settings_with(settings: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return settings with values at dotted paths."""
    changed: Any = settings
    for path, value in values.items():
        changed = with_value(changed, path, value)
    return dict(changed)
