"""The JSON Schema of `.flow` files, generated from the document and from every activity's settings."""

from __future__ import annotations

from typing import Any

from engine import registry
from engine.document.model import Flow

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def flow_schema() -> dict[str, Any]:
    """Return the schema: the document's members, and for each known kind the shape of its settings.

    Unknown kinds, members and settings are allowed everywhere, as the file format promises to keep them.
    """
    document = Flow.model_json_schema(ref_template="#/$defs/{model}")
    definitions = document.pop("$defs")
    cases = []
    for activity in registry.kinds():
        name = "".join(part.capitalize() for part in activity.kind.split("-")) + "Settings"
        prefix = f"#/$defs/{name}/$defs/{{model}}"
        definitions[name] = _without_form_hints(activity.Settings.model_json_schema(ref_template=prefix))
        cases.append(
            {
                "if": {"properties": {"kind": {"const": activity.kind}}, "required": ["kind"]},
                "then": {"properties": {"settings": {"$ref": f"#/$defs/{name}"}}},
            }
        )
    definitions["ActivityEntry"]["allOf"] = cases
    head = {"$schema": DIALECT, "title": "Campaign flow", "description": "A .flow file of the format campaign-flow/1."}
    return {**document, **head, "required": ["format"], "$defs": dict(sorted(definitions.items()))}


def _without_form_hints(value: Any) -> Any:
    """Return the schema without the members that only the designer's forms read."""
    if isinstance(value, dict):
        return {name: _without_form_hints(member) for name, member in value.items() if name != "form"}
    if isinstance(value, list):
        return [_without_form_hints(member) for member in value]
    return value
