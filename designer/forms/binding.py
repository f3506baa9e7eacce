"""The connection between a form and the part of the flow it edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from PySide6.QtCore import QObject, Signal

from designer.forms.paths import value_at, with_value, without_value
from designer.forms.specs import specs_of
from designer.words import tr
from engine import registry
from engine.document import edits
from engine.document.model import AccountRef, Flow
from engine.schema import Column, TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from designer.session import Session

Read = Callable[[Flow], Mapping[str, Any] | None]
"""Gives the JSON object that a form edits, or None when it is gone."""

Write = Callable[[Flow, Mapping[str, Any]], Flow]
"""Gives the flow with some top-level members of that object changed. Raises ValueError for what cannot stand."""


@dataclass(frozen=True, slots=True)
class ArrivingColumn:
    """A column that expressions and pickers of an activity can name: its path, and where it comes from."""

    path: str
    column: Column
    source: str


class Binding(QObject):
    """Reads one JSON object of the flow and turns what people type into edits of the session.

    Widgets hold a binding and a dotted path; they never hold settings of their own. `changed` tells that the
    object has another value, `surroundings_changed` that what can be named or what is wrong has changed.
    """

    changed = Signal()
    surroundings_changed = Signal()

    def __init__(self, session: Session, activity: str, read: Read, write: Write, name: Callable[[], str]) -> None:
        """Bind to what `read` gives; `name` is how the undo list calls it, `activity` its id or empty."""
        super().__init__()
        self.session = session
        self.activity = activity
        self._read = read
        self._write = write
        self.name = name
        self._known = read(session.flow)
        session.flow_changed.connect(self._on_flow)
        session.schemas_changed.connect(self.surroundings_changed)
        session.findings_changed.connect(self.surroundings_changed)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the JSON object as it stands in the flow, empty when it is gone."""
        return self._read(self.session.flow) or {}

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a dotted path of the object, or `default`."""
        return value_at(self.settings, path, default)

    def put(self, path: str, value: Any, label: str = "", *, merge: bool = True) -> None:
        """Change the value at `path` as one undo step; `merge` folds the keystrokes of one field together."""
        if self.get(path, _NOTHING) == value and type(self.get(path)) is type(value):
            return
        self.set_many({path: value}, label, merge=f"{self.activity}.{path}" if merge else "")

    def set_many(self, values: Mapping[str, Any], label: str = "", *, merge: str = "") -> None:
        """Change several values as one undo step."""
        self._edit(self.changed_flow(self.session.flow, values), label, values, merge)

    def changed_flow(self, flow: Flow, values: Mapping[str, Any]) -> Flow:
        """Return `flow` with several values of the object changed."""
        changed: Any = self._read(flow) or {}
        for path, value in values.items():
            changed = with_value(changed, path, value)
        return self._written(flow, changed, values)

    def remove(self, path: str, label: str = "") -> None:
        """Take away the list entry or the inner member at `path` as one undo step."""
        flow = self._written(self.session.flow, without_value(self.settings, path), [path])
        self._edit(flow, label, [path], "")

    def arriving(self) -> list[ArrivingColumn]:
        """Return every column that reaches the activity, or that a resource named in its settings has."""
        found: dict[str, ArrivingColumn] = {}
        for source, schema in self._schemas():
            for path, column in schema.paths():
                found.setdefault(path, ArrivingColumn(path, column, source))
        return list(found.values())

    def detach(self) -> None:
        """Stop listening to the session: the form is going away."""
        self.session.flow_changed.disconnect(self._on_flow)
        self.session.schemas_changed.disconnect(self.surroundings_changed)
        self.session.findings_changed.disconnect(self.surroundings_changed)

    def _schemas(self) -> list[tuple[str, TableSchema]]:
        found = [pair for pairs in self.session.inbound_schemas(self.activity).values() for pair in pairs]
        resource = self.settings.get("resource")
        schema = self.session.resources.get(resource) if isinstance(resource, str) else None
        if schema is not None:
            found.append((str(resource), schema))
        return found

    def _written(self, flow: Flow, changed: Mapping[str, Any], paths: Iterable[str]) -> Flow:
        return self._write(flow, {member: changed[member] for member in _members(paths) if member in changed})

    def _edit(self, flow: Flow, label: str, paths: Iterable[str], merge: str) -> None:
        text = Text("Change {setting} of {name}", setting=label or ", ".join(_members(paths)), name=self.name())
        self.session.edit(text, flow, merge=merge)

    def _on_flow(self) -> None:
        current = self._read(self.session.flow)
        if current != self._known:
            self._known = current
            self.changed.emit()


_NOTHING: Any = object()


def _members(paths: Iterable[str]) -> list[str]:
    """Return the top-level members that paths lead into."""
    return sorted({path.partition(".")[0] for path in paths})


def bind_settings(session: Session, activity: str) -> Binding:
    """Return a binding to the settings of an activity, shown as today's version would save them."""

    def read(flow: Flow) -> Mapping[str, Any] | None:
        entry = flow.activities.get(activity)
        return None if entry is None else {**_first_entries(entry.kind), **registry.current_settings(entry)}

    def write(flow: Flow, members: Mapping[str, Any]) -> Flow:
        entry = flow.activities[activity]
        found = registry.activity(entry.kind)
        version = max(entry.version, found.version if found else 0)
        settings = {**registry.current_settings(entry), **members}
        return edits.replace_entry(flow, activity, settings=settings, version=version)

    return Binding(session, activity, read, write, lambda: _label(session, activity))


def _first_entries(kind: str) -> Mapping[str, Any]:
    """Return the lists that are not empty to begin with, so that their entries can be edited where they stand."""
    found = registry.activity(kind)
    return _lists_of(found.Settings) if found is not None else {}


@cache
def _lists_of(settings: type[BaseModel]) -> Mapping[str, Any]:
    return {spec.name: spec.default for spec in specs_of(settings) if isinstance(spec.default, list) and spec.default}


def bind_execution(session: Session, activity: str) -> Binding:
    """Return a binding to the execution options of an activity (ACS 3.4)."""

    def read(flow: Flow) -> Mapping[str, Any] | None:
        entry = flow.activities.get(activity)
        return None if entry is None else entry.execution.model_dump(mode="json")

    def write(flow: Flow, members: Mapping[str, Any]) -> Flow:
        return edits.set_execution(flow, activity, **members)

    return Binding(session, activity, read, write, lambda: _label(session, activity))


def bind_options(session: Session) -> Binding:
    """Return a binding to the options of the whole flow."""

    def read(flow: Flow) -> Mapping[str, Any]:
        return flow.options.model_dump(mode="json")

    def write(flow: Flow, members: Mapping[str, Any]) -> Flow:
        return edits.set_options(flow, **members)

    return Binding(session, "", read, write, lambda: session.flow.name)


def bind_account(session: Session, name: str) -> Binding:
    """Return a binding to an external account of the flow."""

    def read(flow: Flow) -> Mapping[str, Any] | None:
        account = flow.accounts.get(name)
        return None if account is None else account.model_dump(mode="json", exclude_unset=True)

    def write(flow: Flow, members: Mapping[str, Any]) -> Flow:
        account = AccountRef.model_validate({**(read(flow) or {}), **members})
        return edits.set_account(flow, name, account)

    # no activity has a dot in its id, so the keystrokes of the two never fold together
    return Binding(session, f"accounts.{name}", read, write, lambda: account_label(session.flow, name))


def account_label(flow: Flow, name: str) -> str:
    """Return what people call an account, or its name when it has no label or does not exist."""
    account = flow.accounts.get(name)
    return (account.label if account is not None else "") or name


def _label(session: Session, activity: str) -> str:
    entry = session.flow.activities.get(activity)
    return tr(registry.title(entry)) if entry is not None else activity
