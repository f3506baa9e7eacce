"""The parts of the documentation that are written by the code itself: activities, functions and error codes.

`python -m engine docs` writes them to `docs/`; a test fails while a page and the code disagree.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine import registry
from engine.activity import Activity, Effect, Population
from engine.document.model import ActivityEntry
from engine.errors import Code
from engine.expressions.functions import FUNCTIONS

ROOT: Final = Path(__file__).parent.parent
_NOTE: Final = "<!-- Written by `python -m engine docs` from the code: change the descriptions there. -->"
_EFFECTS: Final = {
    Effect.NONE: "nothing outside this flow",
    Effect.READS: "reads from outside",
    Effect.SPENDS: "spends something outside (a dry run replays a recording or the sample)",
    Effect.WRITES: "changes something outside",
}
_POPULATIONS: Final = {
    Population.ROWS: "rows",
    Population.EVENT: "no rows, only that it happened",
    Population.INBOUND: "what came in",
}


def pages() -> Mapping[str, str]:
    """Return the generated pages by their file name in `docs/`, as Markdown."""
    return {
        "activities.md": _activities_page(registry.kinds()),
        "expressions.md": _expressions_page(),
        "errors.md": _errors_page(codes(ROOT)),
    }


def write(folder: Path) -> Sequence[Path]:
    """Write the generated pages to `folder` and return those files that changed."""
    changed = []
    for name, page in pages().items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != page:
            file.write_text(page, encoding="utf-8", newline="\n")
            changed.append(file)
    return changed


def _page(*blocks: str) -> str:
    return "\n\n".join((_NOTE, *(block for block in blocks if block))) + "\n"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    if not lines:
        return ""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, ["---"] * len(titles), *lines))


def _activities_page(kinds: Sequence[Activity]) -> str:
    contents = "\n".join(f"- [{each.title}](#{_anchor(str(each.title))}): {each.help}" for each in kinds)
    return _page("# Activities", contents, *(_activity(each) for each in kinds))


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _activity(activity: Activity) -> str:
    facts = f"Kind `{activity.kind}`, in the group “{activity.category}”."
    return "\n\n".join(
        block
        for block in (
            f"## {activity.title}",
            str(activity.help),
            facts,
            _ways(activity),
            _table(
                ("Setting", "Name", "Takes", "Default", "Meaning"),
                _settings(activity.Settings.model_json_schema(), ""),
            ),
        )
        if block
    )


def _ways(activity: Activity) -> str:
    """Return what arrives, what leaves and what happens outside, for settings as they are at first."""
    settings, _ = registry.settings(ActivityEntry(kind=activity.kind, version=activity.version))
    if settings is None:
        return ""
    lines = [
        f"- Takes `{each.name}` ({each.label}): {_count(each.minimum, each.maximum)}."
        for each in activity.inbound(settings)
    ]
    lines += [
        f"- Gives `{each.name}` ({each.label}): {_POPULATIONS[each.population]}."
        for each in activity.transitions(settings)
    ]
    return "\n".join((*lines, f"- A run {_EFFECTS[activity.effect(settings)]}."))


def _count(minimum: int, maximum: int | None) -> str:
    if maximum == minimum:
        return f"{minimum} wire" if minimum == 1 else f"{minimum} wires"
    return f"{minimum} or more wires" if maximum is None else f"{minimum} to {maximum} wires"


def _settings(
    schema: Mapping[str, Any], prefix: str, definitions: Mapping[str, Any] | None = None, within: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each setting of a JSON Schema, those of nested models under dotted paths."""
    definitions = schema.get("$defs", {}) if definitions is None else definitions
    for name, member in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        model, is_list = _model(member, definitions)
        yield f"`{path}`", member.get("title", name), _takes(member, definitions), _default(member), _meaning(member)
        if model and model not in within:
            yield from _settings(
                definitions[model], f"{path}[]." if is_list else f"{path}.", definitions, (*within, model)
            )


def _model(member: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the name of the model in a setting, or an empty one, and whether it is a list of them."""
    for option in _options(member):
        if option.get("type") == "array" and "items" in option:
            return _model(option["items"], definitions)[0], True
        if "$ref" in option:
            name = option["$ref"].rpartition("/")[2]
            if "properties" in definitions.get(name, {}):
                return name, False
    return "", False


def _options(member: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    options: Sequence[Mapping[str, Any]] = member.get("anyOf") or member.get("oneOf") or [member]
    return options


def _takes(member: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    return " or ".join(dict.fromkeys(_type(option, definitions) for option in _options(member)))


def _type(option: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in option:
        referred = definitions.get(option["$ref"].rpartition("/")[2], {})
        return "settings" if "properties" in referred else _type(referred, definitions)
    if "enum" in option:
        return ", ".join(f"`{value}`" for value in option["enum"])
    if "const" in option:
        return f"`{option['const']}`"
    if option.get("type") == "array":
        return f"list of {_takes(option.get('items', {}), definitions)}"
    limits = [f"{words} {option[name]}" for name, words in _LIMITS.items() if name in option]
    words = _WORDS.get(str(option.get("type", "")), "JSON")
    return f"{words} ({', '.join(limits)})" if limits else words


_WORDS: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "object": "object",
    "null": "nothing",
}
_LIMITS: Final = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "maxLength": "characters at most",
}


def _default(member: Mapping[str, Any]) -> str:
    default = member.get("default")
    if default in (None, "", [], {}) or isinstance(default, dict | list):
        return ""
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def _meaning(member: Mapping[str, Any]) -> str:
    choices = member.get("form", {}).get("choices", {})
    words = "; ".join(f"`{value}`: {label}" for value, label in choices.items())
    return " ".join(part for part in (member.get("description", ""), words) if part)


def _expressions_page() -> str:
    groups: dict[str, list[tuple[str, ...]]] = {}
    for function in FUNCTIONS.values():
        groups.setdefault(function.group, []).append((f"`{function.signature}`", str(function.help)))
    tables = [f"## {group.capitalize()}\n\n{_table(('Function', 'Gives'), rows)}" for group, rows in groups.items()]
    return _page("# Functions of expressions", _LANGUAGE, *tables)


_LANGUAGE: Final = """\
Rules, additional data and conditions are written in one language, that of Adobe Campaign's advanced mode:
`@age > 21 AND target.region = '13'`. Columns are called by their path, texts stand between single quotes, a
variable of the flow is `$(vars/@name)` or `vars.name`. Comparisons are `=`, `<>` or `!=`, `<`, `<=`, `>`, `>=`,
`IN`, `LIKE` and `IS NULL`; `AND`, `OR` and `NOT` join them; `CASE WHEN … THEN … ELSE … END` chooses."""


@dataclass(frozen=True, slots=True)
class DeclaredCode:
    """One error code of the program, and the file that declares it."""

    code: Code
    file: str


def codes(root: Path) -> Sequence[DeclaredCode]:
    """Return every error code that the sources below `root` declare, sorted by id.

    The sources are read, not run: so the pages of the window are among them, and nothing has to be loaded.
    """
    found = []
    for package in ("engine", "designer"):
        for file in sorted((root / package).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_code(node))
            found += [DeclaredCode(_declared(call), file.relative_to(root).as_posix()) for call in calls]
    return sorted(found, key=lambda each: (each.code.id, each.file))


def _is_code(call: ast.Call) -> bool:
    """Return whether a call declares a code: `Code("EXT-…", …)`, not one that passes values on."""
    first = call.args[0] if call.args else None
    return isinstance(call.func, ast.Name) and call.func.id == "Code" and isinstance(first, ast.Constant)


def _declared(call: ast.Call) -> Code:
    names = ("id", "meaning", "acs")
    values = dict(zip(names, map(ast.literal_eval, call.args), strict=False))
    values |= {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    return Code(**values)


_FAMILIES: Final = {
    "APP": "The program",
    "DATA": "Tables and their sources",
    "EXP": "Expressions",
    "EXT": "External API",
    "FILE": "Files",
    "FLOW": "The flow and its wires",
    "SEC": "Secrets",
    "TPL": "Messages",
}


def _errors_page(declared: Sequence[DeclaredCode]) -> str:
    families: dict[str, list[tuple[str, ...]]] = {}
    for each in declared:
        row = (f"`{each.code.id}`", each.code.meaning, each.code.acs, f"`{each.file}`")
        families.setdefault(each.code.id.partition("-")[0], []).append(row)
    titles = ("Code", "Meaning", "Adobe Campaign", "Declared in")
    tables = [f"## {_FAMILIES.get(name, name)}\n\n{_table(titles, rows)}" for name, rows in sorted(families.items())]
    return _page("# Error codes", _CODES, *tables)


_CODES: Final = """\
Whatever goes wrong has a code that stays the same, a sentence, and a way out. Where Adobe Campaign Standard
has a code for the same condition, it stands beside ours."""
