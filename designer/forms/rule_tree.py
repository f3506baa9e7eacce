"""Rules as people build them: groups within groups, each rule a field, an operator and a value (ACS: Query)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QFrame, QSizePolicy, QVBoxLayout, QWidget

from designer.forms.binding import Binding
from designer.forms.field import Field
from designer.forms.parts import GAP, button, clear, icon_button, label, row, top_row
from designer.forms.paths import as_list, as_mapping, is_list
from designer.forms.picker_fields import ColumnField
from designer.forms.reading_line import ReadingLine
from designer.forms.simple_fields import QuietComboBox, shown_text
from designer.forms.specs import FieldKind, FieldSpec
from designer.forms.stack import reveal_in, show_at
from designer.words import tr
from engine.schema import ColumnType
from engine.text import Text

_SHARES = (5, 4, 5)
"""How the field, the operator and the value of a rule share its line."""


@dataclass(frozen=True, slots=True)
class RuleShape:
    """How rules stand in the settings: the names of the members, and what can stand in them.

    A group is an object with the list `rules`; anything else is a rule. `combinations` and `operators` give (value,
    words); `no_value` are the operators that need none, `many_values` those that take a list.
    """

    rules: str
    combine: str
    combinations: Sequence[tuple[str, str]]
    field: str
    operator: str
    value: str
    operators: Callable[[ColumnType | None], Sequence[tuple[str, str]]]
    no_value: frozenset[str]
    many_values: frozenset[str]


def shape_of(spec: FieldSpec) -> RuleShape:
    """Return how the rules of `spec` (a tree of rules) stand in the settings, read off their declaration."""
    rules = next(each for each in spec.fields if each.fields)
    combine = next((each for each in spec.fields if each.kind is FieldKind.CHOICE), FieldSpec("", "", FieldKind.CHOICE))
    leaf = rules.fields
    operator = next((each for each in leaf if each.kind is FieldKind.CHOICE), FieldSpec("", "", FieldKind.CHOICE))
    texts = [each for each in leaf if each.kind is FieldKind.TEXT]
    named = next((each for each in texts if each.editor in ("column", "expression")), texts[0])
    value = next((each for each in leaf if each not in (operator, named)), FieldSpec("value", "", FieldKind.JSON))
    choices = tuple((str(each), words) for each, words in operator.choices)
    return RuleShape(
        rules=rules.name,
        combine=combine.name,
        combinations=tuple((str(each), words) for each, words in combine.choices),
        field=named.name,
        operator=operator.name,
        value=value.name,
        operators=lambda kind: [pair for pair in choices if _fits(pair[0], kind)],
        no_value=frozenset(
            each for each, _ in choices if re.search(r"empty|null|today|yesterday|tomorrow|this-", each)
        ),
        many_values=frozenset(each for each, _ in choices if re.fullmatch(r"(not[- _])?(in|one[- _]of|between)", each)),
    )


def _fits(operator: str, kind: ColumnType | None) -> bool:
    """Return whether an operator says something about values of a type: only words can contain other words."""
    if re.search(r"today|yesterday|tomorrow|this-|days", operator):
        return kind in (None, ColumnType.DATE, ColumnType.DATE_TIME)
    is_about_words = re.search(r"like|contain|start|end|match", operator) is not None
    return kind in (None, ColumnType.TEXT) or not is_about_words


class RulesField(Field):
    """A tree of rules, from its declaration alone."""

    def build(self) -> QWidget:
        """Make the outermost group."""
        self._group = RuleGroupField(self.spec, self.path, self.binding, shape_of(self.spec))
        return self._group

    def focus_target(self) -> QWidget:
        """Return the first rule, or the button that adds one."""
        return self._group.focus_target()

    def state_target(self) -> QWidget:
        """Return the group: each rule tells for itself what is wrong."""
        return self._group

    def refresh(self) -> None:
        """Show the rules of the flow."""
        self._group.refresh()

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its rule."""
        self._group.show_findings(findings)

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the rule."""
        return self._group.reveal(path)

    def _describe(self, target: QWidget) -> None:
        """Leave the name of the first field as it is."""


class RuleValueField(Field):
    """The value of a rule, written as the column's type: a number for a number, a list where the operator takes one."""

    has_label = False

    def __init__(self, path: str, binding: Binding, shape: RuleShape, holder: str) -> None:
        """Edit the value of the rule at `holder`."""
        self._shape = shape
        self._holder = holder
        super().__init__(FieldSpec("", "Value", FieldKind.TEXT, "What the field is compared with"), path, binding)

    def build(self) -> QWidget:
        """Make the line."""
        self._line = ReadingLine()
        self._line.textEdited.connect(self._write)
        return self._line

    def refresh(self) -> None:
        """Show the value in the flow; nothing where the operator needs none."""
        rule = as_mapping(self.binding.get(self._holder))
        operator = shown_text(rule.get(self._shape.operator))
        self.setVisible(operator not in self._shape.no_value)
        many = operator in self._shape.many_values
        self._line.setPlaceholderText(tr(Text("one, two, three")) if many else "")
        if self._parsed(self._line.text()) != self.value or self._line.text() == "":
            value = self.value
            self._line.setText(", ".join(shown_text(each) for each in value) if is_list(value) else shown_text(value))

    def _write(self, text: str) -> None:
        self.commit(self._parsed(text))

    def _parsed(self, text: str) -> Any:
        rule = as_mapping(self.binding.get(self._holder))
        kind = type_of(self.binding, shown_text(rule.get(self._shape.field)))
        if rule.get(self._shape.operator) in self._shape.many_values:
            return [typed_value(part.strip(), kind) for part in text.split(",") if part.strip()]
        return typed_value(text, kind)


class RuleField(Field):
    """One rule: field, operator, value."""

    has_label = False

    def __init__(self, path: str, binding: Binding, shape: RuleShape) -> None:
        """Edit the rule at `path`."""
        self._shape = shape
        super().__init__(FieldSpec("", "Rule", FieldKind.JSON), path, binding)

    def build(self) -> QWidget:
        """Make the three parts."""
        column = FieldSpec("", "Field", FieldKind.TEXT, "The column that is compared")
        self._column = ColumnField(column, f"{self.path}.{self._shape.field}", self.binding)
        self._column.hide_label()
        self._operator = QuietComboBox()
        self._operator.setAccessibleName(tr(Text("Operator")))
        self._operator.setToolTip(tr(Text("How the field is compared")))
        self._operator.activated.connect(self._set_operator)
        self._value = RuleValueField(f"{self.path}.{self._shape.value}", self.binding, self._shape, self.path)
        self._parts: list[Field] = [self._column, self._value]
        box = top_row(self._column, self._operator, self._value, gap=4)
        for widget in (self._column, self._operator, self._value):
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
        layout = box.layout()
        if isinstance(layout, QBoxLayout):
            for place, share in enumerate(_SHARES):
                layout.setStretch(place, share)
        return box

    def focus_target(self) -> QWidget:
        """Return the drop-down of fields."""
        return self._column.focus_target()

    def state_target(self) -> QWidget:
        """Return the line: each part tells for itself what is wrong."""
        return self.editor

    def refresh(self) -> None:
        """Show the rule of the flow; the operators are those of the field's type."""
        self._column.refresh()
        rule = as_mapping(self.value)
        choices = list(self._shape.operators(type_of(self.binding, shown_text(rule.get(self._shape.field)))))
        current = shown_text(rule.get(self._shape.operator)) or choices[0][0]
        if current not in [value for value, _ in choices]:
            choices.append((current, current))
        self._operator.clear()
        for value, words in choices:
            self._operator.addItem(tr(Text(words)), value)
        self._operator.setCurrentIndex(self._operator.findData(current))
        self._value.refresh()

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its part, and what concerns the whole rule below."""
        show_at(self._parts, findings)
        super().show_findings([each for each in findings if not any(part.holds(each.field) for part in self._parts)])

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the part."""
        return reveal_in(self._parts, path) or super().reveal(path)

    def _describe(self, target: QWidget) -> None:
        """Leave the name of the field's drop-down as it is."""

    def _set_operator(self, index: int) -> None:
        operator = str(self._operator.itemData(index))
        rule = {**as_mapping(self.value), self._shape.operator: operator}
        value = rule.get(self._shape.value)
        if operator in self._shape.many_values and not is_list(value):
            rule[self._shape.value] = [] if value in (None, "") else [value]
        elif operator not in self._shape.many_values and is_list(value):
            rule[self._shape.value] = next(iter(as_list(value)), "")
        self.binding.put(self.path, rule, tr(Text("Operator")), merge=False)


class RuleGroupField(Field):
    """A group of rules and groups, and how they combine."""

    has_label = False

    def __init__(self, spec: FieldSpec, path: str, binding: Binding, shape: RuleShape, remove: Any = None) -> None:
        """Edit the group at `path`; `remove` takes the whole group away, None for the outermost one."""
        self._shape = shape
        self._remove = remove
        self._signature: list[bool] | None = None
        self._parts: list[Field] = []
        super().__init__(spec, path, binding)

    def build(self) -> QWidget:
        """Make the head and the place for the rules."""
        frame = QFrame()
        frame.setProperty("role", "card")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(GAP, GAP, GAP, GAP)
        layout.setSpacing(4)
        self._combine = QuietComboBox()
        self._combine.setAccessibleName(tr(Text("How the rules combine")))
        self._combine.setToolTip(
            tr(Text("AND: all of them. OR: at least one. EXCEPT: the first and none of the others."))
        )
        for value, words in self._shape.combinations:
            self._combine.addItem(tr(Text(words)), value)
        self._combine.activated.connect(self._set_combine)
        self._add_rule = button(Text("Rule"), Text("Add a rule to this group"), self.add_rule, glyph="plus")
        add_group = button(Text("Group"), Text("Add a group within this group"), self.add_group, glyph="plus")
        tools = [icon_button("trash", Text("Remove the group"), self._remove)] if self._remove is not None else []
        layout.addWidget(row(self._combine, None, self._add_rule, add_group, *tools, gap=2))
        self._rules = QVBoxLayout()
        self._rules.setSpacing(4)
        layout.addLayout(self._rules)
        return frame

    def focus_target(self) -> QWidget:
        """Return the first rule, or the button that adds one."""
        return self._parts[0].focus_target() if self._parts else self._add_rule

    def state_target(self) -> QWidget:
        """Return the frame: each rule tells for itself what is wrong."""
        return self.editor

    def refresh(self) -> None:
        """Show the group of the flow; it is built again only when rules come, go or become groups."""
        group = as_mapping(self.value)
        self._combine.setCurrentIndex(max(self._combine.findData(group.get(self._shape.combine)), 0))
        rules = as_list(group.get(self._shape.rules))
        signature = [self._is_group(rule) for rule in rules]
        if signature != self._signature:
            self._signature = signature
            self._rebuild(signature)
        for part in self._parts:
            part.refresh()

    def add_rule(self) -> None:
        """Add a rule at the end and take the keyboard there."""
        operator = self._shape.operators(None)[0][0]
        self._append({self._shape.field: "", self._shape.operator: operator, self._shape.value: ""})

    def add_group(self) -> None:
        """Add an empty group at the end."""
        self._append({self._shape.combine: self._shape.combinations[0][0], self._shape.rules: []})

    def show_findings(self, findings: Sequence[Any]) -> None:
        """Show each finding at its rule, and what concerns the group below."""
        show_at(self._parts, findings)
        super().show_findings([each for each in findings if not any(part.holds(each.field) for part in self._parts)])

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the rule."""
        return reveal_in(self._parts, path) or super().reveal(path)

    def _describe(self, target: QWidget) -> None:
        """Leave the name of the first field as it is."""

    def _is_group(self, rule: Any) -> bool:
        return isinstance(rule, Mapping) and is_list(rule.get(self._shape.rules))

    def _rebuild(self, signature: Sequence[bool]) -> None:
        clear(self._rules)
        self._parts = []
        for place, is_group in enumerate(signature):
            path = f"{self.path}.{self._shape.rules}.{place}"
            remove = partial(self._drop, place)
            part: Field
            if is_group:
                part = RuleGroupField(self.spec, path, self.binding, self._shape, remove)
                self._rules.addWidget(part)
            else:
                part = RuleField(path, self.binding, self._shape)
                self._rules.addWidget(top_row(part, icon_button("trash", Text("Remove the rule"), remove), gap=2))
            self._parts.append(part)
        if not signature:
            self._rules.addWidget(label(Text("No rule: every row is kept."), "hint"))

    def _set_combine(self, index: int) -> None:
        group = {self._shape.rules: [], **as_mapping(self.value), self._shape.combine: self._combine.itemData(index)}
        self.binding.put(self.path, group, tr(Text("How the rules combine")), merge=False)

    def _append(self, entry: Mapping[str, Any]) -> None:
        group = {self._shape.combine: self._shape.combinations[0][0], **as_mapping(self.value)}
        rules = [*as_list(group.get(self._shape.rules)), entry]
        self.binding.put(self.path, {**group, self._shape.rules: rules}, tr(Text("Rules")), merge=False)
        place = len(rules) - 1
        QTimer.singleShot(0, self, lambda: self.reveal(f"{self.path}.{self._shape.rules}.{place}"))

    def _drop(self, place: int) -> None:
        group = as_mapping(self.value)
        rules = as_list(group.get(self._shape.rules))
        kept = rules[:place] + rules[place + 1 :]
        self.binding.put(self.path, {**group, self._shape.rules: kept}, tr(Text("Rules")), merge=False)


def type_of(binding: Binding, path: str) -> ColumnType | None:
    """Return the type of a column that arrives, or None when nobody knows it."""
    wanted = path.lstrip("@")
    return next((each.column.type for each in binding.arriving() if each.path == wanted), None)


def typed_value(text: str, kind: ColumnType | None) -> Any:
    """Return what a person typed as a value of the column's type, or the text where it is none (yet)."""
    text = text.strip() if kind is not ColumnType.TEXT else text
    if kind is ColumnType.INTEGER and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if kind in (ColumnType.INTEGER, ColumnType.FLOAT) and re.fullmatch(r"-?\d{0,15}[.,]\d{1,15}|-?\d{1,15}", text):
        return float(text.replace(",", "."))
    if kind is ColumnType.BOOLEAN and text.lower() in ("true", "yes", "1", "false", "no", "0"):
        return text.lower() in ("true", "yes", "1")
    return text
