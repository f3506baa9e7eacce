"""The Email activity's tabs: what is written, and who it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from designer.editors.message_fields import fields_of
from designer.forms.binding import Binding
from designer.forms.code_edit import Completion
from designer.forms.code_fields import CodeField
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.specs import FieldKind, FieldSpec, walk
from engine.text import Text

_TEMPLATE_EDITORS = ("template", "template-line", "html")
_READING_ORDER = ("subject", "preheader", "html", "text")


class SubjectField(CodeField):
    """One line of a message, with the fields that arrive."""

    is_picking = True

    def build(self) -> QWidget:
        """Make the editor, and ask for the fields before the first one is wanted."""
        fields = fields_of(self.binding)
        built = super().build()
        fields.changed.connect(self._code.renew)
        return built

    def completions(self) -> Sequence[Completion]:
        """Return the fields of the message."""
        return fields_of(self.binding).completions()


class HtmlField(SubjectField):
    """The HTML of a message."""

    language = "html"
    lines = 20


class TextBodyField(SubjectField):
    """The plain text of a message."""

    language = "template"
    lines = 10


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of an Email activity."""
    written = {path: spec for path, spec in walk(specs) if spec.kind is FieldKind.TEXT and _is_written(path, spec)}
    makers = {path: _maker(path) for path in written}
    sender = tuple(path for path in written if path.startswith("sender."))
    content = tuple(sorted((path for path in written if path not in sender), key=_order))
    plans = (
        Plan(
            Text("Message"),
            (*(Section(None, (path,)) for path in content), Section(Text("Sender"), sender)),
            help=Text("Adobe Campaign: the content of the delivery. Type {braces} to insert a field.", braces="{{"),
            makers=makers,
        ),
        Plan(
            Text("Options"),
            (),
            rest=("",),
            help=Text("Adobe Campaign: the properties of the delivery and Execution options"),
            is_options=True,
        ),
    )
    return plan_tabs(binding, specs, plans)


def _is_written(path: str, spec: FieldSpec) -> bool:
    return spec.editor in _TEMPLATE_EDITORS or path.rpartition(".")[2] in ("subject", "html", "text")


def _maker(path: str) -> type[CodeField]:
    name = path.rpartition(".")[2]
    return HtmlField if "html" in name else TextBodyField if "text" in name else SubjectField


def _order(path: str) -> tuple[int, str]:
    name = path.rpartition(".")[2]
    return next((place for place, word in enumerate(_READING_ORDER) if word in name), len(_READING_ORDER)), path
