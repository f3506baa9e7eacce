"""The Load file activity's tabs: which file, how it is cut, what its columns hold, and what may go wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from designer.editors.columns_field import ColumnsField
from designer.forms.binding import Binding
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.parts import button, column, label, row
from designer.forms.paths import as_list
from designer.forms.specs import FieldSpec
from engine.schema import Column
from engine.text import Text


class FileColumnsField(ColumnsField):
    """The columns of the file. While none is defined, the file's own are used, and can be taken over."""

    def build(self) -> QWidget:
        """Put what to do first above the table."""
        tip = Text("Write down the columns that the file has now, with the types that their values show")
        self._take = button(Text("Define the columns"), tip, self._take_columns, glyph="columns")
        self._offer = column(
            label(Text("No column is defined: those of the file are used, typed by their values."), "hint"),
            row(self._take, None),
        )
        editor = super().build()
        self._empty.setText("")
        self.binding.session.schemas_changed.connect(self._show_offer)
        return column(self._offer, editor)

    def refresh(self) -> None:
        """Show the columns of the flow."""
        super().refresh()
        self._empty.hide()
        self._show_offer()

    def _show_offer(self) -> None:
        self._offer.setVisible(not as_list(self.value))
        self._take.setEnabled(bool(self._columns()))

    def _columns(self) -> Sequence[Column]:
        """Return the columns that the file has, as far as the engine has told."""
        schema = self.binding.session.schemas.get(f"{self.binding.activity}.result")
        return [each for each in schema.columns if not each.is_system] if schema is not None else []

    def _take_columns(self) -> None:
        definitions = [
            {"id": each.id, "key": each.label or each.id, "type": str(each.type)} for each in self._columns()
        ]
        self.binding.put(self.path, definitions, self.words, merge=False)


PLANS = (
    Plan(
        Text("File"),
        (
            Section(None, ("path",)),
            Section(
                Text("Structure"),
                ("has_header", "skipped_lines", "delimiter", "quote", "spans_lines", "encoding", "time_zone"),
            ),
            Section(None, ("line_number_as_id",)),
        ),
        help=Text("Adobe Campaign: Execution and File structure"),
    ),
    Plan(
        Text("Columns"),
        (Section(None, ("columns",)), Section(None, ("checks_columns",))),
        help=Text("Adobe Campaign: Column definition"),
        makers={"columns": FileColumnsField},
    ),
    Plan(
        Text("Options"),
        (Section(Text("Errors"), ("max_errors", "keeps_rejects")),),
        rest=("",),
        help=Text("Adobe Campaign: Execution and Execution options"),
        is_options=True,
    ),
)
"""The tabs, in order."""


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of a Load file activity."""
    return plan_tabs(binding, specs, PLANS)
