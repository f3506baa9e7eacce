"""Writes one e-mail for each recipient, to be read and never sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from engine.activity import (
    ActivitySettings,
    Category,
    Design,
    Inbound,
    MessageActivity,
    Outcome,
    RenderedMessage,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
    setting,
)
from engine.errors import Code, Finding, Level, TemplateError
from engine.later import later
from engine.schema import TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from engine.personalization import faults, fields, letter, message, recipients
    from engine.personalization.fields import Shape
    from engine.personalization.message import Message
    from engine.tables import reaching
    from engine.tables.interim import Table
else:
    faults, fields, letter, message, recipients = later(
        "engine.personalization", "faults", "fields", "letter", "message", "recipients"
    )
    (reaching,) = later("engine.tables", "reaching")

NO_SUBJECT = Code("TPL-NO-SUBJECT", "A message has no subject.")
NO_CONTENT = Code("TPL-NO-CONTENT", "A message has neither HTML nor text.")
BAD_SENDER = Code("TPL-SENDER", "The sender of a message is no e-mail address.")
LARGE = Code("TPL-LARGE", "A message is larger than mail programs like it.")
NO_UNSUBSCRIBE = Code("TPL-NO-UNSUBSCRIBE", "A message has no link to unsubscribe.")
MISSING_DATA = Code("TPL-MISSING-DATA", "Some recipients have no value for a field of a message.")
NOT_RENDERED = Code("TPL-NOT-RENDERED", "The message of some recipients cannot be rendered.")

ADVISED_BYTES: Final = 35 * 1024
CLIPPED_BYTES: Final = 100 * 1024
SAMPLE: Final = 1_000
"""So many recipients' messages are rendered in a run, to find values that do not fit."""

_LISTED = 3
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+\Z")
_UNSUBSCRIBE = re.compile(
    r"unsubscri|opt[-_]?out|d[ée]sabonn|d[ée]sinscri|abmeld|abbestell|darse de baja|cancelar|disiscri|mirror", re.I
)


class Sender(ActivitySettings):
    """Who a message comes from."""

    name: str = setting("", label="Sender name", help="Fields can stand here too.", editor="template-line")
    address: str = setting("", label="Sender address", help="Nothing is ever sent from it.", editor="template-line")


class EmailSettings(ActivitySettings):
    """What is written, and who it comes from."""

    subject: str = setting(
        "", label="Subject", help="Type {{ to insert a field.", group="Message", editor="template-line"
    )
    html: str = setting("", label="HTML", help="The message as HTML, with fields.", group="Message", editor="html")
    text: str = setting(
        "",
        label="Text",
        help="The message for people who read no HTML. When it is empty, it is made from the HTML.",
        group="Message",
        editor="template",
    )
    preheader: str = setting(
        "",
        label="Preheader",
        help="The line that mail programs show beside the subject.",
        group="Message",
        editor="template-line",
    )
    sender: Sender = setting(Sender(), label="Sender", group="Sender")
    outbound: Literal["none", "rows"] = setting(
        "none",
        label="Outbound transition",
        help="Nothing is ever sent; the rows can go on to further activities.",
        group="Transition",
        choices={"none": "None", "rows": "With the recipients"},
    )


class Email(MessageActivity):
    """Writes an e-mail for each row that arrives (ACS 2.3); it never sends one."""

    kind = "email"
    title = Text("Email")
    category: ClassVar[Category] = "channels"
    help = Text("Writes a personalised e-mail for each recipient, to be read in the preview. Nothing is ever sent.")
    search_words = ("message", "delivery", "mail", "newsletter", "send")
    Settings = EmailSettings

    def summary(self, settings: EmailSettings) -> Text:
        """Return the subject."""
        subject = settings.subject.strip()
        return Text("{subject}", subject=subject) if subject else Text("No subject yet")

    def inbound(self, settings: EmailSettings) -> tuple[Inbound, ...]:
        """Return the recipients' inbound."""
        return (Inbound("inbound", Text("Recipients")),)

    def transitions(self, settings: EmailSettings) -> tuple[Transition, ...]:
        """Return no way out, or one that carries the rows on."""
        return (Transition("result", Text("Recipients")),) if settings.outbound == "rows" else ()

    def schemas(self, settings: EmailSettings, inbound: SchemaInbound, design: Design) -> Mapping[str, TableSchema]:
        """Return the schema of the rows that arrive, where they go on."""
        schema = _arriving(inbound)
        return {"result": schema} if schema is not None and settings.outbound == "rows" else {}

    def check(self, settings: EmailSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield what is wrong with the texts, each at the setting that holds it."""
        schema = _arriving(inbound)
        compiled = _message(settings, schema or TableSchema(), design.variables)
        for field, problem in compiled.problems():
            if schema is not None or problem.code not in (faults.UNKNOWN_FIELD, faults.BAD_TYPES):
                yield Finding(problem.level, problem.code, problem.text, field=field, hint=problem.hint)
        yield from _content_findings(settings)

    def freshness(self, settings: EmailSettings, services: Services) -> str | None:
        """Return what messages depend on beside the settings: the language, the time zone, and perhaps the clock."""
        parts = [services.locale, services.time_zone]
        names_now = re.compile(rf"\{{[{{%][^}}]*\b{fields.NOW}\b")
        if any(names_now.search(text) for text in _texts(settings).values()):
            parts.append(services.now.isoformat())
        return "|".join(parts)

    def run(self, settings: EmailSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Look at the whole audience: who has no value for a field, and whose message cannot be rendered."""
        table = inbound["inbound"][0].content
        if table is None:
            return Outcome({})
        compiled = _message(settings, table.schema, services.variables)
        renderer = self.renderer(settings, table.schema, services)
        total = table.rows if table.rows is not None else services.tables.count(table.expr)
        shown = compiled.shown
        counts = reaching.empty_counts(services.tables, table, sorted(shown), services.resource)
        missing = {column: count for column, count in counts.items() if count}
        for column, count in sorted(missing.items(), key=lambda each: (-each[1], fields.field_of(each[0]))):
            _note_missing(column, count, total, shown[column], services)
        rendered, failed = _tried(compiled, table, renderer, services)
        report = {"recipients": total, "missing": {fields.field_of(column): count for column, count in missing.items()}}
        services.report("message", {**report, "rendered": rendered, "failed": failed})
        return Outcome({"result": table} if settings.outbound == "rows" else {})

    def fields(
        self, settings: EmailSettings, schema: TableSchema, row: Mapping[str, Any] | None, services: Services
    ) -> Sequence[Mapping[str, Any]]:
        """Return every field that a message may use, with an example from `row`."""
        roots = fields.shapes(schema, tuple(sorted(services.variables)))
        labels = {path: column.label for path, column in schema.paths()}
        return [_field(path, shape, row or {}, labels, services) for path, shape in fields.known_paths(roots)]

    def paths(self, settings: EmailSettings, schema: TableSchema) -> frozenset[str]:
        """Return the columns that the message reads."""
        return _message(settings, schema, {}).columns

    def renderer(
        self, settings: EmailSettings, schema: TableSchema, services: Services
    ) -> Callable[[Mapping[str, Any]], RenderedMessage]:
        """Return what makes the e-mail of a row. Raises TemplateError when a text is broken."""
        compiled = _message(settings, schema, services.variables)
        for field, problem in compiled.problems():
            if problem.level is Level.ERROR:
                raise TemplateError(problem.code, problem.text, hint=problem.hint, field=field)
        renderer = compiled.renderer(services.locale, services.time_zone, services.variables, services.now)

        def render(row: Mapping[str, Any]) -> RenderedMessage:
            made = letter.letter(compiled, renderer, row)
            findings = tuple(
                Finding(problem.level, problem.code, problem.text, services.activity, field, problem.hint)
                for field, problem in made.problems
            )
            return RenderedMessage(
                made.subject,
                made.html,
                made.text,
                made.sender_name,
                made.sender_address,
                made.trace,
                made.missing,
                findings,
            )

        return render


def _arriving(inbound: SchemaInbound) -> TableSchema | None:
    arrivals = inbound.get("inbound", ())
    return arrivals[0].content if arrivals else None


def _texts(settings: EmailSettings) -> Mapping[str, str]:
    return {
        letter.SUBJECT: settings.subject,
        letter.PREHEADER: settings.preheader,
        letter.HTML: settings.html,
        letter.TEXT: settings.text if settings.text.strip() else "",
        letter.SENDER_NAME: settings.sender.name,
        letter.SENDER_ADDRESS: settings.sender.address,
    }


def _message(settings: EmailSettings, schema: TableSchema, variables: Mapping[str, Any]) -> Message:
    return message.compile_message(_texts(settings), schema, tuple(variables))


def _content_findings(settings: EmailSettings) -> Iterator[Finding]:
    """Yield what would stop a delivery on its way out (ACS 4, preparation), whatever arrives."""
    if not settings.subject.strip():
        yield Finding(Level.WARNING, NO_SUBJECT, Text("The message has no subject."), field="subject")
    if not settings.html.strip() and not settings.text.strip():
        hint = Text("Write HTML, or text, or both.")
        yield Finding(Level.WARNING, NO_CONTENT, Text("The message has no content."), field="html", hint=hint)
    elif not _UNSUBSCRIBE.search(settings.html + settings.text):
        hint = Text("Adobe Campaign asks for a link to unsubscribe in every message.")
        yield Finding(
            Level.INFO, NO_UNSUBSCRIBE, Text("The message has no link to unsubscribe."), field="html", hint=hint
        )
    address = settings.sender.address.strip()
    if address and "{{" not in address and not _ADDRESS.match(address):
        text = Text("“{address}” is no e-mail address.", address=address)
        hint = Text("Addresses look like news@shop.example.")
        yield Finding(Level.ERROR, BAD_SENDER, text, field="sender.address", hint=hint)
    yield from _size_findings(len(settings.html.encode("utf-8", "replace")))


def _size_findings(size: int) -> Iterator[Finding]:
    if size <= ADVISED_BYTES:
        return
    level = Level.WARNING if size > CLIPPED_BYTES else Level.INFO
    text = Text("The HTML has {size} KB.", size=size // 1024)
    hint = Text("Adobe Campaign advises 35 KB; some mail programs cut a message off at 100 KB.")
    yield Finding(level, LARGE, text, field="html", hint=hint)


def _note_missing(column: str, count: int, total: int, has_fallback: bool, services: Services) -> None:
    values = {"missing": count, "total": total, "path": fields.field_of(column)}
    if has_fallback:
        text = Text("{missing} of {total} recipients have no “{path}”: they get what is written for that.", **values)
    else:
        text = Text("{missing} of {total} recipients have no “{path}”: nothing stands there.", **values)
    services.note(Level.INFO if has_fallback else Level.WARNING, text, code=MISSING_DATA.id)


def _tried(
    compiled: Message, table: Table, render: Callable[[Mapping[str, Any]], RenderedMessage], services: Services
) -> tuple[int, list[Mapping[str, Any]]]:
    """Render the first recipients and tell of those whose message failed: how many were tried, and who failed."""
    order = reaching.order_of(table)
    naming = recipients.naming_columns(table.schema)
    columns = reaching.reach(table, [*compiled.columns, *naming, *([order] if order else [])], services.resource)
    if columns is None:
        return 0, []
    rows = services.tables.rows(columns.order_by(order) if order else columns, SAMPLE)
    failed: list[Mapping[str, Any]] = []
    for done, row in enumerate(rows, start=1):
        if done % 50 == 0:
            services.check_cancelled()
            services.progress(done, len(rows))
        found = [each for each in render(row).findings if each.level is Level.ERROR]
        if found:
            key = str(row.get(order, done))
            failed.append({"key": key, "name": recipients.name_of(row, naming, key), "reason": str(found[0].text)})
    for one in failed[:_LISTED]:
        text = Text("The message of {name} cannot be rendered: {reason}", name=one["name"], reason=one["reason"])
        services.note(Level.WARNING, text, code=NOT_RENDERED.id)
    if len(failed) > _LISTED:
        text = Text("{count} of the first {total} messages cannot be rendered.", count=len(failed), total=len(rows))
        services.note(Level.WARNING, text, code=NOT_RENDERED.id)
    return len(rows), failed[:100]


def _field(
    path: str, shape: Shape, row: Mapping[str, Any], labels: Mapping[str, str], services: Services
) -> Mapping[str, Any]:
    value: Any = row.get(shape.column)
    if path == fields.NOW:
        value = services.now
    elif path.startswith(f"{fields.VARIABLES}."):
        value = services.variables.get(path.removeprefix(f"{fields.VARIABLES}."))
    label = labels.get(shape.column, "")
    if shape.kind == "list":
        value = f"{len(value)} ×" if isinstance(value, list) else None
        label = (
            f"{{% for entry in {fields.written(path)} %}}{{{{ entry.{next(iter(shape.members), '')} }}}}{{% endfor %}}"
        )
    example = value.isoformat(" ", "minutes") if hasattr(value, "hour") else value
    example = example.isoformat() if isinstance(example, date) else example
    return {"path": fields.written(path), "type": str(shape.type or ""), "label": label, "example": example}
