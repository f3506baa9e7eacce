"""JSON to tables: the one that the activity is about and the further ones, each by its own column definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.activities.external_api.answer_settings import NamedTable, ResponseSettings, named_tables
from engine.activity import Services
from engine.errors import Code, DataError, Level
from engine.schema import ColumnType, TableSchema
from engine.settings.columns import rules_of
from engine.tables import column_rules
from engine.tables.column_rule import ColumnRule
from engine.tables.column_rules import Ruled, good_schema, rejects_schema
from engine.tables.interim import Table
from engine.tables.json_nested import EACH, PARENT_LINE, is_within
from engine.tables.json_rows import JsonColumn, JsonRows, RowNote, read_rows
from engine.text import Text

ROWS = Code("EXT-ROWS", "What an answer lacks, or has beyond its columns.")

_PARENT_RULE: Final = ColumnRule(PARENT_LINE, ColumnType.INTEGER, "Parent line")


@dataclass(frozen=True, slots=True)
class AnswerTable(NamedTable):
    """A table of an answer with the rules of its columns."""

    inner: frozenset[str] = frozenset()
    """The properties of its rows that hold the rows of other tables."""

    @property
    def is_within(self) -> bool:
        """Return whether the rows stand within the entries of another list."""
        return self.mode != "flatten" and is_within(self.pointer)

    @property
    def rules(self) -> tuple[ColumnRule, ...]:
        """Return the rules of the columns; rows within others also have the number of the entry around them."""
        return (*rules_of(self.columns), *((_PARENT_RULE,) if self.is_within else ()))

    @property
    def schemas(self) -> dict[str, TableSchema]:
        """Return the schemas of the transitions."""
        found = {self.id: good_schema(self.rules)}
        return {**found, self.rejects: rejects_schema(self.rules)} if self.has_rejects else found

    def read(self, document: Any, most: int | None = None) -> JsonRows:
        """Return the rows of one answer as texts, only the first of more than `most`.

        Raises DataError when the answer's form is another one than agreed.
        """
        columns = [
            JsonColumn(column.id, column.key or column.id, column.value_type, column.ignore) for column in self.columns
        ]
        try:
            rows = read_rows(
                document,
                columns,
                mode=self.mode,
                pointer=self.pointer,
                most=most,
                read_elsewhere=self.inner,
            )
        except DataError as error:
            if columns:
                raise self._of_this(error) from None
            # nobody has said yet which list and which columns there are: the answer is there to choose them
            text = Text("Choose the list and the columns of the answer.")
            return JsonRows({PARENT_LINE: []} if self.is_within else {}, 0, (self.note(RowNote(Level.INFO, text)),))
        return replace(rows, notes=tuple(map(self.note, rows.notes)))

    def note(self, note: RowNote) -> RowNote:
        """Return a note that names the table, unless it is the one that the activity is about."""
        if not self.label:
            return note
        return RowNote(note.level, Text("{table}: {note}", table=self.label, note=note.text))

    def ruled(self, rows: JsonRows, services: Services) -> Ruled:
        """Return the tables that the column definition makes of rows."""
        return column_rules.apply_to_rows(services.tables, rows, self.rules)

    def joined(self, pages: Sequence[JsonRows]) -> JsonRows:
        """Return the rows of several answers as those of one."""
        lacking: Sequence[None] = ()
        ids = [column.id for column in self.columns]
        texts = {id: [text for page in pages for text in page.columns.get(id, lacking)] for id in ids}
        if self.is_within:
            texts[PARENT_LINE] = list(_counted_on(pages))
        return JsonRows(texts, sum(page.count for page in pages))

    def _of_this(self, error: DataError) -> DataError:
        """Return an error in the reading with the table and the setting that it is about."""
        if not self.label:
            return error
        finding = error.finding
        field = finding.field.replace("response", self.field, 1) if finding.field else self.field
        text = Text("{table}: {note}", table=self.label, note=finding.text)
        return DataError.of(replace(finding, text=text, field=field))


def _counted_on(pages: Iterable[JsonRows]) -> Iterator[str | None]:
    """Yield the numbers of the entries around all rows, counted on from page to page."""
    before = 0
    for page in pages:
        yield from (str(int(line or 0) + before) for line in page.columns.get(PARENT_LINE, ()))
        before += page.parents


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer came to: its tables by transition, the rows of the first, and what somebody should know."""

    tables: Mapping[str, Table]
    count: int
    notes: tuple[RowNote, ...]


def answer_tables(response: ResponseSettings) -> tuple[AnswerTable, ...]:
    """Return the tables of an answer, the one that the activity is about first; those without a name are left out."""
    found = named_tables(response)
    return tuple(
        AnswerTable(
            each.id,
            each.rejects,
            each.label,
            each.mode,
            each.pointer,
            each.columns,
            each.field,
            _inner(each, found),
        )
        for each in found
    )


def _inner(table: NamedTable, tables: Sequence[NamedTable]) -> frozenset[str]:
    prefix = f"{table.pointer.rstrip('/')}/{EACH}/"
    within = [each.pointer.removeprefix(prefix) for each in tables if each.pointer.startswith(prefix)]
    return frozenset(each.split("/")[0].replace("~1", "/").replace("~0", "~") for each in within)


def read_answer(document: Any, response: ResponseSettings) -> tuple[JsonRows, ...]:
    """Return the rows of one answer as texts, table by table. Raises DataError when its form is another one."""
    return tuple(table.read(document) for table in answer_tables(response))


def rows_of(document: Any, response: ResponseSettings, services: Services) -> Answered:
    """Return the tables of an answer (JSON, or a `JsonDocument`). Raises DataError when its form is another one."""
    found: dict[str, Table] = {}
    notes: list[RowNote] = []
    counts = []
    for table in answer_tables(response):
        rows = table.read(document)
        ruled = table.ruled(rows, services)
        notes += [*rows.notes, *warnings_of(table, ruled)]
        counts.append(rows.count - ruled.rejected)
        found |= transitions_of(table, ruled)
    return Answered(found, counts[0], tuple(notes))


def transitions_of(table: AnswerTable, ruled: Ruled) -> Mapping[str, Table]:
    """Return what leaves by the transitions of a table."""
    return {table.id: ruled.good, table.rejects: ruled.rejects} if table.has_rejects else {table.id: ruled.good}


def warnings_of(table: AnswerTable, ruled: Ruled) -> Sequence[RowNote]:
    """Return what the column definition left empty or replaced."""
    return [table.note(RowNote(Level.WARNING, warning.reason)) for warning in ruled.warnings]
