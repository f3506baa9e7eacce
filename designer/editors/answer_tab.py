"""The tab of the answer: how it is read, where its rows stand, its columns, the sample, and the further tables."""

from __future__ import annotations

from designer.editors.columns_field import ColumnsField
from designer.editors.further_tables import FurtherTablesField
from designer.editors.sample_field import SampleField
from designer.forms.pages import Plan, Section
from engine.text import Text

ANSWER = Plan(
    Text("Columns"),
    (
        Section(None, ("response.mode", "response.pointer")),
        Section(None, ("response.format", "response.delimiter", "response.has_header")),
        Section(None, ("response.sample",)),
        Section(None, ("response.columns",)),
        Section(None, ("response.more",)),
    ),
    rest=("response",),
    help=Text("Adobe Campaign: Outbound mapping and Column definition"),
    makers={
        "response.sample": SampleField,
        "response.columns": ColumnsField,
        "response.more": FurtherTablesField,
    },
)
