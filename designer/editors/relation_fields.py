"""The fields of a relation: the wired table, its columns, and the relations that additional data is taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from designer.forms.binding import Binding
from designer.forms.completion import type_words
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.list_fields import ModelsField
from designer.forms.paths import as_list, as_mapping
from designer.forms.picker_fields import ColumnField
from designer.forms.simple_fields import QuietComboBox, shown_text
from designer.forms.specs import FieldKind, FieldSpec
from designer.words import tr
from engine.document.model import split_source
from engine.schema import TableSchema
from engine.text import Text


class PickedField(Field):
    """A name picked from those that exist; one that is gone stays visible until another is picked."""

    def build(self) -> QWidget:
        """Make the drop-down."""
        self._box = QuietComboBox()
        self._box.activated.connect(lambda index: self.commit(self._box.itemData(index)))
        self.binding.session.flow_changed.connect(self.refresh)
        return self._box

    def focus_target(self) -> QWidget:
        """Return the drop-down."""
        return self._box

    def choices(self) -> Sequence[tuple[str, str]]:
        """Return (value, words for people) of what can be picked."""
        raise NotImplementedError

    def refresh(self, *_: object) -> None:
        """List what exists and show the value of the flow."""
        value = shown_text(self.value)
        choices = list(self.choices())
        if value not in [name for name, _ in choices]:
            choices.insert(0, (value, value or tr(Text("Choose one…"))))
        if [(self._box.itemData(index), self._box.itemText(index)) for index in range(self._box.count())] != choices:
            self._box.clear()
            for name, words in choices:
                self._box.addItem(words, name)
        self._box.setCurrentIndex([name for name, _ in choices].index(value))


class WiredField(PickedField):
    """One of the tables that are wired in to be linked."""

    def choices(self) -> Sequence[tuple[str, str]]:
        """Return the wired transitions by the names of their activities."""
        session, entry = self.binding.session, self.binding.session.flow.activities.get(self.binding.activity)
        wired = entry.inputs.get("linked", ()) if entry is not None else ()
        return [(name, tr(session.name_of_transition(name))) for name in wired]


class RelationField(PickedField):
    """One of the relations of the activity; an empty name means the only one there is."""

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, *, relations: str) -> None:
        """List the relations that stand at the path `relations`."""
        self._relations = relations
        super().__init__(spec, path, binding)

    def choices(self) -> Sequence[tuple[str, str]]:
        """Return the relations by their ids."""
        known = [as_mapping(each) for each in as_list(self.binding.get(self._relations))]
        names = [relation_name(each) for each in known]
        only = [("", names[0])] if len(names) == 1 else []
        labels = {name: str(each.get("label") or name) for name, each in zip(names, known, strict=True)}
        return [
            (value, labels.get(name, name)) for value, name in (*only, *((name, name) for name in names[len(only) :]))
        ]


class LinkedColumnField(ColumnField):
    """A column of the table that the relation links."""

    def choices(self) -> list[tuple[str, str]]:
        """Return the columns of the linked table, or all that arrive while no table is chosen."""
        schema = self._schema()
        if schema is None:
            return super().choices()
        return [(path, type_words(column.type)) for path, column in schema.paths()]

    def _schema(self) -> TableSchema | None:
        list_path, index, *_ = self.path.split(".")
        relation: Mapping[str, Any] = as_mapping(self.binding.get(f"{list_path}.{index}"))
        return self.binding.session.schemas.get(str(relation.get("source")))


def relation_name(relation: Mapping[str, Any]) -> str:
    """Return the id of a relation, or the one that it has without."""
    return str(relation.get("id") or split_source(str(relation.get("source") or ""))[0].replace("-", "_"))


def make_relations(spec: FieldSpec, path: str, binding: Binding, *, source: str) -> Field:
    """Return the list of relations, whose setting `source` names a wired table."""

    def make(inner: FieldSpec, at: str, bound: Binding) -> Field:
        if inner.name == source:
            return WiredField(inner, at, bound)
        if inner.editor == "column":
            return LinkedColumnField(inner, at, bound)
        if inner.kind is FieldKind.MODELS:
            return ModelsField(inner, at, bound, make)
        return make_field(inner, at, bound)

    return ModelsField(spec, path, binding, make)


def make_additions(spec: FieldSpec, path: str, binding: Binding, *, relations: str) -> Field:
    """Return a list of additional data, each taken from one of the relations that stand at `relations`."""
    picked = partial(RelationField, relations=relations)

    def make(inner: FieldSpec, at: str, bound: Binding) -> Field:
        return picked(inner, at, bound) if inner.name == "relation" else make_field(inner, at, bound)

    return ModelsField(spec, path, binding, make)
