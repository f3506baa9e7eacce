"""The External API activity's tabs: every setting under the name Adobe Campaign Standard gives it, in fewer places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from designer.editors.account_field import AccountField
from designer.editors.answer_tab import ANSWER
from designer.editors.call_summary import CallSummary
from designer.editors.forecast_line import ForecastLine
from designer.editors.header_list import HeadersField
from designer.editors.query_parameters import QueryParameters
from designer.editors.recording_line import RecordingLine
from designer.editors.request_line import RequestLineField
from designer.editors.request_preview import BodyPreview, WireView
from designer.forms.binding import Binding
from designer.forms.code_edit import Completion
from designer.forms.code_fields import JsonField
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.specs import FieldSpec
from designer.words import tr
from engine.text import Text


class BodyField(JsonField):
    """A body of one's own, in which the rows that arrive can stand too."""

    lines = 9

    def completions(self) -> Sequence[Completion]:
        """Return what the rest of the request can name, and the rows."""
        rows = Completion("data", tr(Text("the inbound columns of all rows, as a list")))
        return [*super().completions(), *([rows] if self.binding.arriving() else [])]


PLANS = (
    Plan(
        Text("Request"),
        (
            Section(None, ("request.url",), within=("request.method",), after=(QueryParameters,)),
            Section(None, ("request.headers", "request.user_agent")),
            Section(Text("Authorization"), ("request.account",)),
            Section(
                Text("Calls"),
                (
                    "request.calls",
                    "request.keys",
                    "request.concurrency",
                    "request.most_keys",
                    "request.on_key_error",
                    "paging",
                ),
                after=(ForecastLine,),
            ),
        ),
        help=Text("Adobe Campaign: Execution"),
        makers={"request.url": RequestLineField, "request.headers": HeadersField, "request.account": AccountField},
    ),
    Plan(
        Text("Inbound"),
        (
            Section(
                None,
                ("request.body", "request.add_count", "request.columns", "request.custom", "request.template"),
                after=(BodyPreview,),
            ),
        ),
        rest=("request",),
        makers={"request.template": BodyField},
        help=Text("Adobe Campaign: Inbound mapping"),
    ),
    ANSWER,
    Plan(
        Text("Limits"),
        (Section(None, ("limits",)), Section(None, ("retry",))),
        rest=("limits", "retry"),
        help=Text("Adobe Campaign has fixed limits: 1 minute, 5 MB, attempts that cannot be set"),
    ),
    Plan(
        Text("Options"),
        (
            Section(Text("Dry run"), ("dry_run", "effect"), after=(RecordingLine,)),
            Section(Text("If request failed"), ("on_failure",)),
        ),
        rest=("",),
        help=Text("Adobe Campaign: Transition and Execution options; it has no dry run"),
        is_options=True,
    ),
)
"""The tabs, in order. Settings that no section names stand where `rest` says, so that none is ever out of reach."""


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of an External API activity."""
    request, *others = PLANS
    end = (Section(Text("Summary"), after=(partial(CallSummary, specs),)), Section(after=(WireView,)))
    return plan_tabs(binding, specs, (replace(request, sections=(*request.sections, *end)), *others))
