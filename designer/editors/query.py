"""The Query activity's tabs: who is picked, what is added, and what the rows are about."""

from __future__ import annotations

from collections.abc import Sequence

from designer.forms.binding import ArrivingColumn, Binding
from designer.forms.code_edit import Completion
from designer.forms.code_fields import ConditionField
from designer.forms.completion import column_completions, expression_completions
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.specs import FieldSpec
from engine.text import Text


class OutputField(ConditionField):
    """A condition on what the query gives: the additional data, and the dimension behind `target`."""

    def completions(self) -> Sequence[Completion]:
        """Return the columns of the result, variables and functions."""
        read = {each.path for each in self.binding.arriving()}
        others = [each for each in expression_completions(self.binding) if each.text not in read]
        schema = self.binding.session.schemas.get(f"{self.binding.activity}.result")
        source = self.binding.activity
        columns = [ArrivingColumn(path, column, source) for path, column in schema.paths()] if schema else []
        return [*column_completions(columns), *others]


PLANS = (
    Plan(
        Text("Target"),
        (
            Section(None, ("resource",)),
            Section(None, ("filter",)),
            Section(None, ("condition",)),
        ),
        help=Text("Adobe Campaign: Target, and the resource of Properties"),
    ),
    Plan(
        Text("Additional data"),
        (
            Section(None, ("additional", "distinct")),
            Section(None, ("output",)),
        ),
        help=Text("Adobe Campaign: Additional data and Output filtering"),
        makers={"output": OutputField},
    ),
    Plan(
        Text("Options"),
        (
            Section(Text("If the query retrieves no data"), ("fires_when_empty",)),
            Section(Text("Targeting dimension"), ("dimension", "dimension_key")),
        ),
        rest=("",),
        help=Text("Adobe Campaign: Properties, Transition and Execution options"),
        is_options=True,
    ),
)
"""The tabs, in order. Settings that no section names stand where `rest` says, so that none is ever out of reach."""


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of a Query."""
    return plan_tabs(binding, specs, PLANS)
