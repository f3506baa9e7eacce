"""Tabs of a panel from a plan: which settings stand where, under which heading, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from designer.forms.binding import Binding
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.parts import GAP, heading, label, starts_section
from designer.forms.paths import is_under
from designer.forms.specs import FieldSpec, find_spec, walk
from designer.forms.stack import reveal_in, show_at, show_due
from designer.words import tr
from engine.text import Text

MakeOne = Callable[[FieldSpec, str, Binding], Field]


@dataclass(frozen=True, slots=True)
class Section:
    """Settings under a heading. `paths` that the model does not have are passed over.

    `within` are settings that the fields of `paths` show too; `before` and `after` make widgets that are no settings.
    """

    title: Text | None = None
    paths: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    hint: Text | None = None
    before: tuple[Callable[[Binding], QWidget], ...] = ()
    after: tuple[Callable[[Binding], QWidget], ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the panel: its title, the settings it holds, and how to make it when it is first looked at.

    `help` says where Adobe Campaign Standard has these settings; `is_options` that the execution options, which every
    activity has, stand here too.
    """

    title: Text
    paths: tuple[str, ...]
    make: Callable[[], Page]
    help: Text | None = None
    is_options: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A tab to be: its sections, and which settings it takes that no section names.

    `rest` holds beginnings of their paths (`retry`); the plan with an empty one takes whatever is left.
    """

    title: Text
    sections: tuple[Section, ...]
    rest: tuple[str, ...] = ()
    help: Text | None = None
    makers: Mapping[str, MakeOne] = field(default_factory=dict)
    is_options: bool = False


class Page(QScrollArea):
    """Fields below each other in a scrolled column."""

    def __init__(self, binding: Binding) -> None:
        """Make an empty page that follows the flow."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = QWidget()
        self._layout = QVBoxLayout(self._box)
        self._layout.setContentsMargins(2, GAP, GAP, GAP)
        self._layout.setSpacing(GAP + 2)
        self._layout.addStretch(1)
        self.setWidget(self._box)
        self.binding = binding
        self.fields: list[Field] = []
        binding.changed.connect(self.refresh)

    def add(self, widget: QWidget) -> None:
        """Put a field, or a widget that is no setting, at the end."""
        if isinstance(widget, Field):
            self.fields.append(widget)
            show_due([widget])
        if starts_section(widget) and self._layout.count() > 1:
            self._layout.insertSpacing(self._layout.count() - 1, GAP)
        self._layout.insertWidget(self._layout.count() - 1, widget)

    def refresh(self) -> None:
        """Show what the flow says."""
        for one in self.fields:
            one.refresh()
        show_due(self.fields)

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its field."""
        show_at(self.fields, findings)

    def reveal(self, path: str) -> bool:
        """Take the keyboard for the setting at `path`; False when this page does not hold it."""
        found = reveal_in(self.fields, path)
        focused = self._box.focusWidget()
        if found and focused is not None:
            self.ensureWidgetVisible(focused)
        return found


def plan_tabs(binding: Binding, specs: Sequence[FieldSpec], plans: Sequence[Plan]) -> list[Tab]:
    """Return the tabs of `plans` for the settings `specs`. Every setting stands in exactly one of them."""
    named = [path for plan in plans for section in plan.sections for path in (*section.paths, *section.within)]
    left = [path for path, _ in walk(specs) if not any(is_under(path, name) for name in named)]
    tabs = []
    for plan in plans:
        rest = tuple(path for path in left if _taker(path, plans) is plan)
        named_here = (path for section in plan.sections for path in (*section.paths, *section.within))
        paths = (*named_here, *rest)
        if any(find_spec(specs, path) for path in paths):
            tabs.append(Tab(plan.title, paths, _maker(binding, specs, plan, rest), plan.help, plan.is_options))
    return tabs


def tab_of(tabs: Sequence[Tab], path: str) -> int:
    """Return the place of the tab that holds the setting at `path`; the first when none does."""
    for index, tab in enumerate(tabs):
        if any(is_under(path, each) or is_under(each, path) for each in tab.paths):
            return index
    return 0


def _taker(path: str, plans: Sequence[Plan]) -> Plan | None:
    takers = [(rest, plan) for plan in plans for rest in plan.rest if is_under(path, rest)]
    return max(takers, key=lambda pair: len(pair[0]))[1] if takers else None


def _maker(binding: Binding, specs: Sequence[FieldSpec], plan: Plan, rest: tuple[str, ...]) -> Callable[[], Page]:
    def make() -> Page:
        page = Page(binding)
        for section in plan.sections:
            for widget in _section(binding, specs, section, plan.makers):
                page.add(widget)
        for path in rest:
            page.add(_field(binding, specs, path, plan.makers))
        return page

    return make


def _section(
    binding: Binding, specs: Sequence[FieldSpec], section: Section, makers: Mapping[str, MakeOne]
) -> Iterator[QWidget]:
    paths = [path for path in section.paths if find_spec(specs, path)]
    if section.paths and not paths:
        return
    if section.title is not None:
        yield heading(section.title)
    if section.hint is not None:
        yield label(section.hint, "hint")
    yield from (make(binding) for make in section.before)
    for path in paths:
        field = _field(binding, specs, path, makers)
        if field.has_label and section.title is not None and field.words == tr(section.title):
            field.hide_label()  # the heading says it already
        yield field
    yield from (make(binding) for make in section.after)


def _field(binding: Binding, specs: Sequence[FieldSpec], path: str, makers: Mapping[str, MakeOne]) -> Field:
    spec = find_spec(specs, path)
    if spec is None:
        raise KeyError(path)
    return makers.get(path, make_field)(spec, path, binding)
