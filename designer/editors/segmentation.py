"""The Segmentation activity's tabs: the segments in order, and what becomes of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from designer.forms.binding import Binding
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.list_fields import ModelField, ModelsField
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.paths import as_list, as_mapping
from designer.forms.specs import FieldSpec
from designer.words import tr
from engine.text import Text


class LimitField(ModelField):
    """The limit of a segment, without the settings that its other ones leave no use for."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Build the fields of the limit."""
        super().__init__(spec, path, binding, make_field)

    def refresh(self) -> None:
        """Show the order for ordered sampling, and sizes by value for one grouping field."""
        super().refresh()
        limit = as_mapping(self.value)
        used = {"orders": limit.get("sampling") == "ordered", "sizes": len(as_list(limit.get("groups"))) == 1}
        for field in self._stack.fields:
            name = field.spec.name
            field.setVisible(used.get(name, True) or bool(as_list(limit.get(name))))


def make_part(spec: FieldSpec, path: str, binding: Binding) -> Field:
    """Return the field for one setting of a segment."""
    return LimitField(spec, path, binding) if spec.name == "limit" else make_field(spec, path, binding)


class SegmentsField(ModelsField):
    """The segments. A new one gets an id that no other has; it names the transition and is not shown."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding) -> None:
        """Build the fields of each segment but its id."""
        shown = tuple(each for each in spec.fields if each.name != "id")
        super().__init__(replace(spec, fields=shown), path, binding, make_part)

    def new_entry(self) -> Any:
        """Return a segment of its own: the number after those that there are."""
        entries = [as_mapping(each) for each in as_list(self.value)]
        taken = {str(each.get("id")) for each in entries}
        number = next(each for each in count(len(entries) + 1) if f"segment{each}" not in taken)
        return {
            **super().new_entry(),
            "id": f"segment{number}",
            "label": tr(Text("Segment {number}", number=number)),
        }


PLANS = (
    Plan(
        Text("Segments"),
        (Section(None, ("segments",)),),
        help=Text("Adobe Campaign: Properties and the segments in it"),
        makers={"segments": SegmentsField},
    ),
    Plan(
        Text("Options"),
        (
            Section(Text("Transitions"), ("output", "complement")),
            Section(Text("Advanced options"), ("overlap", "concatenate")),
        ),
        rest=("",),
        help=Text("Adobe Campaign: Properties, Advanced options, Transition and Execution options"),
        is_options=True,
    ),
)
"""The tabs, in order. Settings that no section names stand where `rest` says, so that none is ever out of reach."""


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of a Segmentation."""
    return plan_tabs(binding, specs, PLANS)
