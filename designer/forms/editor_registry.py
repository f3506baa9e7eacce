"""Finds the purpose-made editor of a kind, so that adding one changes no other file."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence

from designer.forms.binding import Binding
from designer.forms.pages import Plan, Section, Tab, plan_tabs
from designer.forms.specs import FieldSpec
from engine.text import Text

MakeTabs = Callable[[Binding, Sequence[FieldSpec]], Sequence[Tab]]
"""What an editor module offers as `tabs`: (binding, specs of the settings) gives its tabs."""


def tabs_of(kind: str, binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs for a kind: those of `designer/editors/<kind>.py`, or one generated from the settings."""
    make = _editor(kind)
    return make(binding, specs) if make is not None else _generated(binding, specs)


def _editor(kind: str) -> MakeTabs | None:
    stem = kind.replace("-", "_")
    name = f"designer.editors.{stem}"
    if not stem.isidentifier() or importlib.util.find_spec(name) is None:
        return None
    make: MakeTabs | None = getattr(importlib.import_module(name), "tabs", None)
    return make


def _generated(binding: Binding, specs: Sequence[FieldSpec]) -> list[Tab]:
    """Return one tab whose sections are the groups of the settings, in the order of their first members."""
    groups = dict.fromkeys(spec.group for spec in specs)
    sections = tuple(
        Section(Text(group) if group else None, tuple(spec.name for spec in specs if spec.group == group))
        for group in groups
    )
    return plan_tabs(binding, specs, [Plan(Text("General"), sections, rest=("",))])
