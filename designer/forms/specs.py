"""What a form needs to know of each setting, read off a pydantic model."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo


class FieldKind(StrEnum):
    """The shapes of a setting that the form knows how to show."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    MODEL = "model"
    MODELS = "models"
    TEXTS = "texts"
    PAIRS = "pairs"
    RULES = "rules"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Condition:
    """The values of the setting `name` beside it, `default` where the flow has none, that a setting is shown for."""

    name: str
    values: tuple[Any, ...]
    default: Any = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One setting of a form.

    `name` is the member's name in its model, `choices` the (value, words) of a choice, `fields` the settings of
    a model or of each entry of a list of models, `minimum` and `maximum` the bounds of a number (inclusive).
    `default` is plain JSON, as the file would hold it; the setting is shown where all of `shown_when` hold. For a tree
    of rules `fields` are the group's own settings, and the one that lists what is in it has those of a rule as its
    `fields`.
    """

    name: str
    label: str
    kind: FieldKind
    help: str = ""
    group: str = ""
    editor: str = ""
    default: Any = None
    is_optional: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    examples: tuple[str, ...] = ()
    shown_when: tuple[Condition, ...] = ()

    def child(self, name: str) -> FieldSpec | None:
        """Return the setting called `name` inside this one, or None."""
        return next((spec for spec in self.fields if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an annotation says: the kind, and what is in it."""

    kind: FieldKind
    is_optional: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    bounds: Sequence[Any] = field(default=())


@cache
def specs_of(model: type[BaseModel], *, _within: tuple[type[BaseModel], ...] = ()) -> tuple[FieldSpec, ...]:
    """Return a spec for every field of `model`, in the order of declaration.

    Labels, help, groups, editors and the words of choices are those that `engine.activity.setting` wrote; a
    model that contains itself is shown as JSON where it would repeat. What a model says never changes, and is looked
    at once.
    """
    within = (*_within, model)
    specs = [_spec(name, info, within) for name, info in model.model_fields.items() if not info.exclude]
    defaults = {spec.name: spec.default for spec in specs}
    return tuple(replace(spec, shown_when=_with_defaults(spec.shown_when, defaults)) for spec in specs)


def find_spec(specs: Sequence[FieldSpec], path: str) -> FieldSpec | None:
    """Return the spec at a dotted `path` of names (`request.headers`), or None; list indices are passed over."""
    found: FieldSpec | None = None
    for name in (part for part in path.split(".") if not part.isdigit()):
        found = next((spec for spec in specs if spec.name == name), None)
        if found is None:
            return None
        specs = found.fields
    return found


def walk(specs: Sequence[FieldSpec], prefix: str = "") -> Iterator[tuple[str, FieldSpec]]:
    """Yield every setting with its dotted path: models opened, optional models and lists of models not."""
    for spec in specs:
        path = f"{prefix}{spec.name}"
        if spec.kind is FieldKind.MODEL and not spec.is_optional:
            yield from walk(spec.fields, f"{path}.")
        else:
            yield path, spec


def default_of(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """Return the settings of a new entry of a list: every default that says something."""
    return {spec.name: spec.default for spec in specs if spec.default not in (None, [], {})}


def _spec(name: str, info: FieldInfo, within: tuple[type[BaseModel], ...]) -> FieldSpec:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, Mapping) else {}
    form = extra.get("form", {})
    words: Mapping[str, Any] = form if isinstance(form, Mapping) else {}
    shape = _shape(info.annotation, within)
    bounds = [*info.metadata, *shape.bounds]
    labels = words.get("choices") or {}
    return FieldSpec(
        name=info.serialization_alias or name,
        label=info.title or _spaced(name),
        kind=shape.kind,
        help=info.description or "",
        group=str(words.get("group") or ""),
        editor=str(words.get("editor") or ""),
        default=_plain(None if info.is_required() else info.get_default(call_default_factory=True)),
        is_optional=shape.is_optional,
        choices=tuple((value, str(labels.get(str(value), label))) for value, label in shape.choices),
        fields=shape.fields,
        minimum=_bound(bounds, Ge, "ge", Gt, "gt"),
        maximum=_bound(bounds, Le, "le", Lt, "lt"),
        examples=tuple(str(example) for example in info.examples or ()),
        shown_when=tuple(Condition(other, tuple(values)) for other, values in words.get("shown_when", {}).items()),
    )


def _with_defaults(conditions: Sequence[Condition], defaults: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(replace(each, default=defaults.get(each.name)) for each in conditions)


def _shape(annotation: Any, within: tuple[type[BaseModel], ...]) -> _Shape:
    annotation, bounds = _bare(annotation)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation), within)
    if origin is Literal:
        values = get_args(annotation)
        return _Shape(FieldKind.CHOICE, None in values, tuple((v, _spaced(str(v))) for v in values if v is not None))
    if isinstance(annotation, type):
        return _plain_shape(annotation, within, bounds)
    return _container(annotation, origin, within)


def _bare(annotation: Any) -> tuple[Any, Sequence[Any]]:
    """Return the annotation without its alias and `Annotated`, and the constraints found on the way."""
    bounds: list[Any] = []
    while True:
        if hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            bounds += more
        else:
            return annotation, bounds


def _union(members: Sequence[Any], within: tuple[type[BaseModel], ...]) -> _Shape:
    others = [member for member in members if member is not type(None)]
    is_optional = len(others) < len(members)
    kinds = {_bare(member)[0] for member in others}
    if kinds == {int, float}:
        return _Shape(FieldKind.NUMBER, is_optional)
    if len(others) != 1:
        return _Shape(FieldKind.JSON, is_optional)
    shape = _shape(others[0], within)
    return _Shape(shape.kind, is_optional, shape.choices, shape.fields, shape.bounds)


def _plain_shape(annotation: type, within: tuple[type[BaseModel], ...], bounds: Sequence[Any]) -> _Shape:
    if issubclass(annotation, BaseModel):
        if annotation in within:
            return _Shape(FieldKind.JSON)
        rule = _rule_of(annotation)
        fields = specs_of(annotation, _within=within)
        if rule is None:
            return _Shape(FieldKind.MODEL, fields=fields)
        name, leaf = rule
        leaves = specs_of(leaf, _within=(*within, annotation))
        listed = (replace(spec, fields=leaves) if spec.name == name else spec for spec in fields)
        return _Shape(FieldKind.RULES, fields=tuple(listed))
    if issubclass(annotation, Enum):
        return _Shape(FieldKind.CHOICE, choices=tuple((member.value, _spaced(member.name)) for member in annotation))
    for python_type, kind in _PLAIN:
        if issubclass(annotation, python_type):
            return _Shape(kind, bounds=bounds)
    return _Shape(FieldKind.JSON)


def _rule_of(group: type[BaseModel]) -> tuple[str, type[BaseModel]] | None:
    """Return (member, model of a rule) of a model that lists rules and groups like itself; None for any other."""
    for name, info in group.model_fields.items():
        entries = _entry_models(info.annotation)
        leaves = [entry for entry in entries if entry is not group]
        if group in entries and len(leaves) == 1:
            return name, leaves[0]
    return None


def _entry_models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that the entries of a list can be of."""
    annotation, _ = _bare(annotation)
    members = [member for member in get_args(annotation) if member is not Ellipsis]
    if not isinstance(get_origin(annotation), type) or len(members) != 1:
        return []
    entry, _ = _bare(members[0])
    kinds = [_bare(each)[0] for each in get_args(entry)] or [entry]
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


_PLAIN: tuple[tuple[type, FieldKind], ...] = (
    (bool, FieldKind.BOOLEAN),
    (int, FieldKind.INTEGER),
    (float, FieldKind.NUMBER),
    (str, FieldKind.TEXT),
)


def _container(annotation: Any, origin: Any, within: tuple[type[BaseModel], ...]) -> _Shape:
    members = [member for member in get_args(annotation) if member is not Ellipsis]
    if not isinstance(origin, type) or not members:
        return _Shape(FieldKind.JSON)
    if issubclass(origin, Mapping):
        return _Shape(FieldKind.PAIRS if members == [str, str] else FieldKind.JSON)
    if issubclass(origin, Sequence | frozenset | set) and len(members) == 1:
        return _entries(_shape(members[0], within))
    return _Shape(FieldKind.JSON)


def _entries(entry: _Shape) -> _Shape:
    if entry.kind is FieldKind.MODEL:
        return _Shape(FieldKind.MODELS, fields=entry.fields)
    if entry.kind is FieldKind.TEXT:
        return _Shape(FieldKind.TEXTS)
    return _Shape(FieldKind.JSON)


def _bound(bounds: Sequence[Any], inclusive: type, name: str, exclusive: type, other: str) -> float | None:
    for bound in bounds:
        for kind, attribute in ((inclusive, name), (exclusive, other)):
            value = getattr(bound, attribute, None) if isinstance(bound, kind) else None
            if isinstance(value, int | float):
                return float(value)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(member) for member in value]
    return value


def _spaced(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
