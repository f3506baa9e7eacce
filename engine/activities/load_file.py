"""Reads a delimited file of lines into rows, by column definitions or by what its values show (ACS 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.activity import (
    ActivitySettings,
    Category,
    ColumnActivity,
    Design,
    Inbound,
    Outcome,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
    setting,
)
from engine.errors import CampaignFlowError, Code, DataError, Finding, Level, SettingsError
from engine.later import later
from engine.schema import LINE_NUMBER, TableSchema
from engine.settings.columns import ColumnDefinition, check_columns, check_zone, rules_of
from engine.tables.column_rule import REASON, ColumnRule
from engine.tables.text_values import Form
from engine.text import Text

if TYPE_CHECKING:
    from engine.data_sources import delimited, memory
    from engine.data_sources import layout as layouts
    from engine.data_sources import lines as file_lines
    from engine.data_sources.layout import Layout
    from engine.tables import column_effect, column_rules, interim
    from engine.tables.column_effect import Unruled
    from engine.tables.interim import TableStore
else:
    delimited, layouts, file_lines, memory = later("engine.data_sources", "delimited", "layout", "lines", "memory")
    column_effect, column_rules, interim = later("engine.tables", "column_effect", "column_rules", "interim")

NO_FILE = Code("FILE-NONE-CHOSEN", "A Load file activity does not say which file it reads.")
BAD_SEPARATOR = Code("FILE-SEPARATOR", "The separator of columns is no single character that can separate.")
OTHER_COLUMNS = Code("DATA-FILE-COLUMNS", "A file does not have the columns that are defined for it.")
TOO_MANY_ERRORS = Code("DATA-TOO-MANY-ERRORS", "More lines of a file were rejected than the activity allows.")
REJECTED = Code("DATA-REJECTED", "Lines of a file were rejected.")
VALUES = Code("DATA-VALUES", "Values of a column were left empty or replaced by its rules.")

_ENCODINGS = {"auto": "", "utf-8": "utf-8-sig"}
_FILE, _STRUCTURE, _ERRORS = "File", "File structure", "Errors"


class LoadFileSettings(ActivitySettings):
    """Which file is read, how its lines are cut, and what its columns hold."""

    path: str = setting(
        "", label="File", help="A file of lines, also one compressed with gzip.", editor="file", group=_FILE
    )
    delimiter: str = setting(
        "",
        label="Column separator",
        help="One character, or \\t for a tab; empty: found out from the file.",
        group=_STRUCTURE,
    )
    quote: Literal["auto", '"', "'", "none"] = setting(
        "auto",
        label="String delimiter",
        choices={"auto": "Find it out", '"': 'Double quote (")', "'": "Single quote (')", "none": "None"},
        group=_STRUCTURE,
    )
    encoding: Literal["auto", "utf-8", "utf-16", "cp1252", "latin-1"] = setting(
        "auto",
        label="Encoding",
        choices={
            "auto": "Find it out",
            "utf-8": "UTF-8",
            "utf-16": "UTF-16",
            "cp1252": "Windows-1252",
            "latin-1": "Latin-1",
        },
        group=_STRUCTURE,
    )
    skipped_lines: int = setting(
        0, label="Lines to ignore", help="At the beginning of the file.", group=_STRUCTURE, ge=0, le=1000
    )
    has_header: bool = setting(True, label="Use first line as column header", group=_STRUCTURE)
    spans_lines: bool = setting(True, label="Records span multiple lines", group=_STRUCTURE)
    line_number_as_id: bool = setting(
        True,
        label="Use a line number as ID",
        help="The rows are told apart by lineNum, the number of their line.",
        group=_STRUCTURE,
    )
    time_zone: str = setting(
        "",
        label="Time zone",
        help="The zone of times in columns that name none, such as Europe/Paris; empty for UTC.",
        editor="time-zone",
        examples=["UTC"],
        group=_STRUCTURE,
    )
    columns: tuple[ColumnDefinition, ...] = setting(
        (),
        label="Columns",
        help="What the columns hold. Without any definition the file's own columns are used, typed by their values.",
    )
    checks_columns: bool = setting(
        False,
        label="Check columns from file against column definitions",
        help="Other columns in the file are an error; otherwise a warning.",
        group=_ERRORS,
    )
    max_errors: int | None = setting(
        100,
        label="Maximum number of errors",
        help="So many lines may be rejected; empty for any number.",
        group=_ERRORS,
        ge=0,
    )
    keeps_rejects: bool = setting(
        False,
        label="Keep the rejects",
        help="Adds a transition with the lines that were rejected, and why.",
        group=_ERRORS,
    )


class LoadFile(ColumnActivity):
    """Reads the lines of a file into rows."""

    kind = "load-file"
    title = Text("Load file")
    category: ClassVar[Category] = "data"
    help = Text("Reads a file of lines, such as CSV, into rows.")
    search_words = ("csv", "import", "text", "lines", "delimited", "upload")
    Settings = LoadFileSettings

    def summary(self, settings: LoadFileSettings) -> Text:
        """Return the name of the file."""
        if not settings.path:
            return Text("No file chosen yet")
        return Text("{file}", file=Path(settings.path).name)

    def inbound(self, settings: LoadFileSettings) -> tuple[Inbound, ...]:
        """Nothing, or what starts the reading."""
        return (Inbound("inbound", Text("Trigger"), minimum=0, needs_rows=False),)

    def transitions(self, settings: LoadFileSettings) -> tuple[Transition, ...]:
        """The rows, and the rejected lines where they are kept."""
        result = Transition("result", Text("Result"))
        if not settings.keeps_rejects:
            return (result,)
        return (result, Transition("rejects", Text("Rejects"), role="rejects"))

    def schemas(self, settings: LoadFileSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """Return the defined columns, or those that the file itself shows; none while there is no such file."""
        try:
            rules = _rules(settings, design.folder)
        except CampaignFlowError:
            return {}  # `check` says why
        schemas = {"result": _keyed(column_rules.good_schema(rules), settings)}
        if settings.keeps_rejects:
            schemas["rejects"] = column_rules.rejects_schema(rules)
        return schemas

    def check(self, settings: LoadFileSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield a file that is missing or unreadable, unusable definitions, and columns that do not agree."""
        yield from check_columns(settings.columns, "columns")
        yield from check_zone(settings.time_zone, "time_zone")
        try:
            names = delimited.cut(*_file(settings, design.folder)).names
            _rules(settings, design.folder)
        except CampaignFlowError as error:
            yield replace(error.finding, field=error.field or "path")
            return
        yield from _differences(settings, names)

    def freshness(self, settings: LoadFileSettings, services: Services) -> str | None:
        """Return a fingerprint of the file; without the file there is none, and the run will say so."""
        try:
            return memory.fingerprint_of(_file(settings, services.design.folder)[0])
        except CampaignFlowError:
            return None

    def run(self, settings: LoadFileSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Return the lines that fit as rows. Raises FileError, DataError, SettingsError, RunCancelled."""
        folder, store = services.design.folder, services.tables
        path, layout = _file(settings, folder)
        layout = delimited.cut(path, layout)
        for finding in _differences(settings, layout.names):
            if finding.level is Level.ERROR:
                raise DataError.of(finding)
            services.note(finding.level, finding.text, code=finding.code.id)
        ruled = file_lines.ruled_lines(
            path, layout, _picks(settings, layout.names), _rules(settings, folder, store), store
        )
        for warning in ruled.warnings:
            services.note(Level.WARNING, warning.reason, code=VALUES.id)
        if settings.max_errors is not None and ruled.rejected > settings.max_errors:
            raise _too_many(settings.max_errors, ruled.rejected, store.rows(ruled.rejects, 1)[0])
        if ruled.rejected:
            text = Text.plural("{count} line was rejected.", "{count} lines were rejected.", count=ruled.rejected)
            services.note(Level.WARNING, text, code=REJECTED.id)
        good = interim.Table(ruled.good.expr, _keyed(ruled.good.schema, settings))
        return Outcome({"result": good, "rejects": ruled.rejects} if settings.keeps_rejects else {"result": good})

    def unruled(self, settings: LoadFileSettings, field: str, services: Services, most: int) -> Unruled | None:
        """Return the first lines of the file; None while none is chosen."""
        if not settings.path or not settings.columns:
            return None
        folder, store = services.design.folder, services.tables
        path, layout = _file(settings, folder)
        layout = delimited.cut(path, layout)
        ids = tuple(f"f{place}" for place in range(len(layout.names)))
        lines = delimited.first_records(path, layout, ids, most + 1, store)
        total = lines.rows if lines.rows is not None and lines.rows <= most else None
        rules = _rules(settings, folder)
        named = [replace(rule, id=f"c{place}") for place, rule in enumerate(rules)]
        picks = _picks(settings, layout.names)
        table = column_rules.arranged(lines, named, [None if pick is None else ids[pick] for pick in picks])
        return column_effect.Unruled(
            replace(table, expr=table.expr.filter(table.expr[LINE_NUMBER] <= most)), rules, "file", total
        )


def _file(settings: LoadFileSettings, folder: Path) -> tuple[Path, Layout]:
    """Return the file and what the settings say of its layout. Raises SettingsError."""
    if not settings.path:
        hint = Text("Choose the file to read.")
        raise SettingsError(NO_FILE, Text("No file is chosen."), hint=hint, field="path")
    delimiter = {"": None, "\\t": "\t", "tab": "\t"}.get(settings.delimiter, settings.delimiter)
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in "\r\n\"'"):
        hint = Text("Write a character such as ; or \\t for a tab, or leave it empty.")
        text = Text("“{separator}” cannot separate columns.", separator=settings.delimiter)
        raise SettingsError(BAD_SEPARATOR, text, hint=hint, field="delimiter")
    layout = layouts.Layout(
        encoding=_ENCODINGS.get(settings.encoding, settings.encoding),
        delimiter=delimiter,
        quote={"auto": None, "none": ""}.get(settings.quote, settings.quote),
        skipped_lines=settings.skipped_lines,
        has_head=settings.has_header,
        spans_lines=settings.spans_lines,
    )
    return folder / settings.path, layout


def _rules(settings: LoadFileSettings, folder: Path, store: TableStore | None = None) -> tuple[ColumnRule, ...]:
    """Return the rules of the columns: as they are defined, or as the file shows. Raises FileError, DataError."""
    if settings.columns:
        rules = rules_of(settings.columns)
        return tuple(
            rule if rule.form.time_zone else replace(rule, form=replace(rule.form, time_zone=settings.time_zone))
            for rule in rules
        )
    path, layout = _file(settings, folder)
    found = (
        delimited.described(path, layout, store.check_stopped)
        if store is not None
        else delimited.described(path, layout)
    )
    form = Form(time_zone=settings.time_zone)
    return tuple(ColumnRule(column.id, column.type, column.label, form=form) for column in found.columns)


def _picks(settings: LoadFileSettings, names: Sequence[str]) -> list[int | None]:
    """Return for each column definition the place of its column in the file, None where the file has none."""
    if not settings.columns:
        return list(range(len(names)))
    if not settings.has_header:
        return [place if place < len(names) else None for place in range(len(settings.columns))]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
        places.setdefault(name.lower(), place)
    return [places.get(each, places.get(each.lower())) for each in map(_key_of, settings.columns)]


def _key_of(column: ColumnDefinition) -> str:
    return (column.key or column.id).strip()


def _differences(settings: LoadFileSettings, names: Sequence[str]) -> Iterator[Finding]:
    """Yield the columns that only the definitions or only the file have."""
    if not settings.columns:
        return
    level = Level.ERROR if settings.checks_columns else Level.WARNING
    picks = _picks(settings, names)
    for place, (column, pick) in enumerate(zip(settings.columns, picks, strict=True)):
        if pick is None and not column.ignore:
            text = Text("The file has no column “{key}”.", key=_key_of(column))
            hint = Text("Change the key, ignore the column, or choose another file.")
            yield Finding(level, OTHER_COLUMNS, text, field=f"columns.{place}.key", hint=hint)
    others = [name or str(place + 1) for place, name in enumerate(names) if place not in picks]
    if others:
        text = Text("No column is defined for these of the file: {names}.", names=", ".join(others[:10]))
        yield Finding(level, OTHER_COLUMNS, text, field="columns", hint=Text("Define them, and ignore them there."))


def _keyed(schema: TableSchema, settings: LoadFileSettings) -> TableSchema:
    return replace(schema, key=LINE_NUMBER) if settings.line_number_as_id else schema


def _too_many(most: int, rejected: int, first: Mapping[str, Any]) -> DataError:
    text = Text.plural(
        "{count} line was rejected, and at most {most} may be. Line {line}: {reason}",
        "{count} lines were rejected, and at most {most} may be. Line {line}: {reason}",
        count=rejected,
        most=most,
        line=first[LINE_NUMBER],
        reason=first[REASON],
    )
    hint = Text("Mend the file, change the columns, or raise the maximum number of errors.")
    return DataError(TOO_MANY_ERRORS, text, hint=hint, field="max_errors")
