"""The query of the URL as a table: names and values as people read them, written into the URL as they are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from designer.forms.binding import Binding
from designer.forms.code_edit import Completion
from designer.forms.code_fields import CodeField
from designer.forms.completion import request_completions
from designer.forms.list_fields import ListField
from designer.forms.parts import pair_row
from designer.forms.paths import as_list, as_mapping
from designer.forms.secret_fields import NameField
from designer.forms.simple_fields import shown_text
from designer.forms.specs import FieldKind, FieldSpec, specs_of
from designer.words import tr
from engine.document.model import Flow
from engine.settings.url_query import UrlQuery, parameters_of, with_parameters
from engine.text import Text

_URL = "request.url"
_PATH = "parameters"


class ParameterValueField(CodeField):
    """The value of a parameter, with what can stand in it."""

    has_label = False

    def completions(self) -> Sequence[Completion]:
        """Return variables, the clock and the number of rows."""
        return request_completions(self.binding)


class QueryParameters(ListField):
    """The parameters, one a line. They are no setting of their own: whatever is typed here is typed into the URL."""

    def __init__(self, binding: Binding) -> None:
        """Follow the URL of `binding`, the settings of an External API activity."""
        (spec,) = specs_of(UrlQuery)
        super().__init__(spec, _PATH, _query_of(binding))
        self.binding.changed.connect(self.refresh)
        self.setToolTip(tr(Text("Adobe Campaign: Execution → URL, written by hand")))

    def new_entry(self) -> Any:
        """Return an empty parameter."""
        return {"name": "", "value": ""}

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make the line of one parameter."""
        name = NameField(FieldSpec("name", "", FieldKind.TEXT), f"{_PATH}.{index}.name", self.binding)
        value = ParameterValueField(FieldSpec("value", "", FieldKind.TEXT), f"{_PATH}.{index}.value", self.binding)
        name.focus_target().setAccessibleName(tr(Text("Name of parameter {number}", number=index + 1)))
        value.focus_target().setAccessibleName(tr(Text("Value of parameter {number}", number=index + 1)))
        self._fields += [name, value]
        return pair_row(name, value, *self.tools(index, count))


def _query_of(settings: Binding) -> Binding:
    """Return a binding to the parameters in the URL that `settings` hold."""

    def read(_flow: Flow) -> Mapping[str, Any]:
        return {_PATH: list(parameters_of(shown_text(settings.get(_URL))))}

    def write(flow: Flow, members: Mapping[str, Any]) -> Flow:
        parameters = [
            {name: shown_text(value) for name, value in as_mapping(each).items()} for each in as_list(members[_PATH])
        ]
        return settings.changed_flow(flow, {_URL: with_parameters(shown_text(settings.get(_URL)), parameters)})

    query = Binding(settings.session, settings.activity, read, write, settings.name)
    query.setParent(settings)
    return query
