"""A form from a Settings model: the right field for each setting, however it is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from designer.forms.binding import Binding
from designer.forms.code_fields import (
    CodeField,
    ConditionField,
    ExpressionField,
    JsonField,
    TemplateField,
    TemplateLineField,
)
from designer.forms.field import Field
from designer.forms.list_fields import ModelField, ModelsField, TextsField
from designer.forms.pairs_field import PairsField
from designer.forms.picker_fields import ColumnField, FileField, ResourceField
from designer.forms.rule_tree import RulesField
from designer.forms.simple_fields import BooleanField, ChoiceField, MultilineField, NumberField, TextField
from designer.forms.sizes import SizeField
from designer.forms.specs import FieldKind, FieldSpec
from designer.forms.stack import FieldStack
from designer.forms.time_zone import TimeZoneField

_BY_EDITOR: Mapping[str, type[Field]] = {
    "expression": ExpressionField,
    "condition": ConditionField,
    "column": ColumnField,
    "resource": ResourceField,
    "file": FileField,
    "json": JsonField,
    "template": TemplateField,
    "template-line": TemplateLineField,
    "multiline": MultilineField,
    "code": CodeField,
    "time-zone": TimeZoneField,
}
"""The field for a text (or, with `json`, for anything) whose declaration names an editor."""

_BY_KIND: Mapping[FieldKind, type[Field]] = {
    FieldKind.TEXT: TextField,
    FieldKind.INTEGER: NumberField,
    FieldKind.NUMBER: NumberField,
    FieldKind.BOOLEAN: BooleanField,
    FieldKind.CHOICE: ChoiceField,
    FieldKind.PAIRS: PairsField,
    FieldKind.RULES: RulesField,
    FieldKind.JSON: JsonField,
}

_NESTED: Mapping[FieldKind, Any] = {
    FieldKind.MODEL: ModelField,
    FieldKind.MODELS: ModelsField,
    FieldKind.TEXTS: TextsField,
}


def make_field(spec: FieldSpec, path: str, binding: Binding) -> Field:
    """Return the field for the setting `spec` whose value stands at `path` of the binding."""
    nested = _NESTED.get(spec.kind)
    if spec.editor == "json":
        return JsonField(spec, path, binding)
    if nested is not None:
        field: Field = nested(spec, path, binding, make_field)
        return field
    if spec.kind is FieldKind.INTEGER and spec.editor == "bytes":
        return SizeField(spec, path, binding)
    if spec.kind is FieldKind.TEXT and spec.editor in _BY_EDITOR:
        return _BY_EDITOR[spec.editor](spec, path, binding)
    return _BY_KIND[spec.kind](spec, path, binding)


def make_form(specs: Sequence[FieldSpec], binding: Binding, prefix: str = "") -> FieldStack:
    """Return a form of all `specs` that follows the flow: what another panel changes is shown here too."""
    stack = FieldStack(specs, prefix, binding, make_field)
    binding.changed.connect(stack.refresh)
    return stack
