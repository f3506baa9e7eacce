"""The settings of the whole flow: its name, its options, its resources and its variables."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.forms.binding import bind_options
from designer.forms.form import make_field
from designer.forms.pages import Page
from designer.forms.parts import GAP, column, heading, label
from designer.forms.specs import FieldKind, FieldSpec
from designer.panels.account_list import AccountList
from designer.panels.resource_list import ResourceList
from designer.panels.title_line import INDENT, TitleLine
from designer.panels.variable_list import VariableList
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.text import Text

OPTIONS = (
    FieldSpec(
        "guardrails",
        "Guardrails",
        FieldKind.CHOICE,
        "Local: http and this machine are allowed and limits are wide; what Adobe Campaign would refuse is a warning. "
        "Adobe Campaign: its limits are errors.",
        default="local",
        choices=(("local", "Local"), ("acs", "Adobe Campaign Standard")),
    ),
    FieldSpec(
        "time_zone",
        "Time zone",
        FieldKind.TEXT,
        "Where dates and times in messages are told, such as Europe/Paris.",
        editor="time-zone",
        default="UTC",
    ),
    FieldSpec(
        "locale", "Language of messages", FieldKind.TEXT, "How dates and prices are written: fr, en-GB.", default="en"
    ),
    FieldSpec(
        "seed",
        "Seed of random choices",
        FieldKind.INTEGER,
        "The start of every random choice: the same seed gives the same result again.",
        default=1,
    ),
    FieldSpec(
        "now",
        "Run as if it were",
        FieldKind.TEXT,
        "A moment like 2026-12-24 or 2026-12-24T08:00, in UTC: see next month's message today. Empty: the clock.",
        default="",
        examples=("2026-12-24T08:00",),
    ),
)
"""The options of a flow, in the order of the panel."""


class FlowPanel(QWidget):
    """What concerns the flow and no activity in particular; shown while nothing is selected."""

    def __init__(self, session: Session) -> None:
        """Show the flow of `session`."""
        super().__init__()
        self._session = session
        self._name = TitleLine(tr(Text("Name of the flow")), tr(Text("Name of the flow: click to change it")))
        self._name.setPlaceholderText(tr(Text("Untitled flow")))
        self._name.textEdited.connect(self._rename)
        self._binding = bind_options(session)
        self._page = Page(self._binding)
        self._page.add(heading(Text("Resources")))
        self._page.add(
            label(Text("Tables that the flow reads: people, offers. Drop a CSV or Parquet file here."), "hint")
        )
        self._page.add(ResourceList(session))
        self._page.add(heading(Text("Accounts")))
        self._page.add(label(Text("Who the flow is to other services: the calls of an External API pick one."), "hint"))
        self._accounts = AccountList(session)
        self._page.add(self._accounts)
        self._page.add(heading(Text("Variables")))
        self._page.add(label(Text("Used as {place} in calls and messages.", place="{{ vars.name }}"), "hint"))
        self._page.add(VariableList(session))
        self._page.add(heading(Text("Options")))
        for spec in OPTIONS:
            self._page.add(make_field(spec, spec.name, self._binding))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP * 2 - 2, GAP + 4, GAP, GAP + 4)
        layout.setSpacing(GAP)
        kind = label(Text("Flow"), "hint")
        kind.setContentsMargins(INDENT, 0, 0, 0)
        names = column(self._name, kind, gap=0)
        layout.addWidget(names)
        layout.addWidget(self._page, 1)
        session.flow_changed.connect(self._on_flow)
        self._on_flow()

    def reveal(self, field: str) -> None:
        """Take the keyboard in an option of the flow, or in one of its accounts."""
        kind, _, name = field.partition(".")
        if kind != "accounts":
            self._page.reveal(field.removeprefix("options."))
            return
        found = self._accounts.reveal(name)
        if found is not None:
            self._page.ensureWidgetVisible(found)

    def _rename(self, name: str) -> None:
        self._session.edit(Text("Rename the flow"), edits.rename_flow(self._session.flow, name), merge="flow.name")

    def _on_flow(self) -> None:
        self._name.show_name(self._session.flow.name)
