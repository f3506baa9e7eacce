"""The External API activity: what it is on the canvas, and one call from rows to rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from engine.activities.external_api.answer_settings import named_tables
from engine.activities.external_api.request_settings import host_of
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import (
    Arrival,
    CallingActivity,
    Category,
    ColumnActivity,
    Design,
    Effect,
    Forecast,
    Inbound,
    Outcome,
    Population,
    SchemaInbound,
    Services,
    TableInbound,
    Transition,
)
from engine.errors import CallError, CampaignFlowError, DataError, Finding, GuardrailError, Level
from engine.later import later
from engine.schema import TableSchema
from engine.text import Text

if TYPE_CHECKING:
    from engine.activities.external_api import (
        answer_tables,
        body,
        calling,
        checks,
        forecast,
        request,
        schemas,
        several,
        single,
        unruled,
    )
    from engine.activities.external_api.calling import Called
    from engine.activities.external_api.request import Prepared
    from engine.http_client import models
    from engine.tables.column_effect import Unruled
else:
    answer_tables, body, calling, checks, forecast, request, schemas, several, single, unruled = later(
        "engine.activities.external_api",
        "answer_tables",
        "body",
        "calling",
        "checks",
        "forecast",
        "request",
        "schemas",
        "several",
        "single",
        "unruled",
    )
    (models,) = later("engine.http_client", "models")

FAILED, NO_DATA = "failed", "no_data"


class ExternalApi(CallingActivity, ColumnActivity):
    """Calls somebody else's service once in a run and makes a table of its answer."""

    kind = "external-api"
    title = Text("External API")
    category: ClassVar[Category] = "data"
    help = Text("Passes JSON to a service over HTTPS, takes JSON back and makes a table of it.")
    search_words = ("http", "rest", "request", "call", "json", "web service", "curl", "voucher", "weather")
    Settings = ExternalApiSettings

    def summary(self, settings: ExternalApiSettings) -> Text:
        """Say which method goes where, `POST vouchers.example.com/v1/codes`; shorter when there are columns to tell."""
        if not settings.request.url.strip():
            return Text("No URL yet")
        method, place = settings.method(has_body=settings.has_body), host_of(settings.request.url)
        count = sum(not column.ignore for column in settings.response.columns)
        if not count:
            return Text("{method} {place}", method=method, place=place)
        _, slash, end = place.rstrip("/").rpartition("/")
        short = f"…/{end}" if slash else end
        one, many = "{method} {place} · {count} column", "{method} {place} · {count} columns"
        return Text.plural(one, many, count=count, method=method, place=short)

    def inbound(self, settings: ExternalApiSettings) -> tuple[Inbound, ...]:
        """A table to send may arrive, or only the event (ACS 1.1)."""
        return (Inbound("inbound", Text("Inbound"), minimum=0, needs_rows=False),)

    def transitions(self, settings: ExternalApiSettings) -> tuple[Transition, ...]:
        """The rows of each table leave; rejected rows, a failed call and missing rows where the settings ask for it."""
        ways = []
        for table in named_tables(settings.response):
            label = Text("{label}", label=table.label) if table.label else Text("Result")
            ways.append(Transition(table.id, label))
            if table.has_rejects:
                told = Text("Rejects of {table}", table=table.label) if table.label else Text("Rejects")
                ways.append(Transition(table.rejects, told, role="rejects"))
        if settings.request.when_empty == "branch":
            ways.append(Transition(NO_DATA, Text("No data"), Population.EVENT, role="complement"))
        if settings.on_failure == "transition":
            ways.append(Transition(FAILED, Text("Failed request"), role="failed"))
        return tuple(ways)

    def effect(self, settings: ExternalApiSettings) -> Effect:
        """A GET reads; anything else is taken to spend something, unless the settings say otherwise."""
        return settings.effect_of(settings.method(has_body=settings.has_body))

    def schemas(
        self, settings: ExternalApiSettings, inbound: SchemaInbound, design: Design
    ) -> Mapping[str, TableSchema]:
        """The columns of the column definition, and the line number."""
        found = schemas.schemas_of(settings, _arriving(inbound))
        if settings.on_failure == "transition":
            found[FAILED] = schemas.FAILED_SCHEMA
        return found

    def check(self, settings: ExternalApiSettings, inbound: SchemaInbound, design: Design) -> Iterator[Finding]:
        """Yield everything that is wrong before anything is sent."""
        return checks.check(settings, _arriving(inbound), self.effect(settings), design)

    def freshness(self, settings: ExternalApiSettings, services: Services) -> str | None:
        """The recording or sample that is replayed; None for a real call, or where nothing can be replayed."""
        try:
            found = {calling.freshness_of(settings, effect, services) for effect in _possible_effects(settings)}
        except CampaignFlowError:
            return None  # the run says why, and where to mend it
        return found.pop() if len(found) == 1 else None

    def may_call_often(self, settings: ExternalApiSettings) -> bool:
        """For each key, or for further pages."""
        return settings.makes_many

    def forecast(self, settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Forecast:
        """Return how many calls a live run would make, and how much they take."""
        return forecast.forecast_of(settings, inbound, services)

    def request(self, settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Mapping[str, Any]:
        """Return the request as it would be sent, secrets masked; the first one where there are several.

        `head` is what leaves before the body, `limit` the most bytes of the body, and `is_shape` tells that the rows
        are not known, so that the body shows where they will stand.
        """
        table = request.inbound_table(inbound)
        key = several.first_key(settings, table, services)
        prepared = request.prepare(settings, inbound, services, is_preview=True, key=key)
        is_shape = table is None and bool(inbound.get("inbound"))
        return {
            **prepared.shown,
            "head": prepared.request.head,
            "limit": settings.limits.request_bytes,
            "is_shape": is_shape,
        }

    def unruled(self, settings: ExternalApiSettings, field: str, services: Services, most: int) -> Unruled | None:
        """Return the first lines that the answer at hand has for a table."""
        return unruled.unruled_lines(settings, field, services, most)

    def run(self, settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Send what arrives, or replay, and make rows of the answer."""
        table = request.inbound_table(inbound)
        if table is not None and settings.request.when_empty != "call" and body.rows_in(table, services) == 0:
            return self._without_rows(settings, inbound, services)
        if settings.makes_many:
            return self._run_several(settings, inbound, services)
        prepared = request.prepare(settings, inbound, services)
        effect = settings.effect_of(prepared.request.method)
        mode = calling.mode_of(settings, effect, services)
        services.report("call", calling.unanswered(mode, prepared))
        called = calling.obtain(mode, settings, prepared, effect, services)
        services.report("call", calling.report_of(called, prepared, []))
        notes: single.Notes = []
        try:
            answered = single.read(settings, called, prepared, services, notes)
        except (CallError, GuardrailError, DataError) as error:
            services.report("call", calling.report_of(called, prepared, notes))
            is_of_the_call = error.code.id.startswith("EXT-") and called.source != "sample"
            if settings.on_failure != "transition" or not is_of_the_call:
                raise
            return self._failed(called, prepared, error, services)
        except CampaignFlowError:
            services.report("call", calling.report_of(called, prepared, notes))
            raise
        services.report("call", calling.report_of(called, prepared, notes))
        return Outcome(answered.tables, {"recCount": answered.count})

    def _run_several(self, settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Make a call for each key, and for each page of an answer, and one table of all answers."""
        came = several.run_several(settings, request.inbound_table(inbound), services)
        if came is None:
            return self._without_rows(settings, inbound, services)
        if isinstance(came, answer_tables.Answered):
            return Outcome(came.tables, {"recCount": came.count})
        is_of_the_call = came.error.code.id.startswith("EXT-") and came.called.source != "sample"
        if settings.on_failure != "transition" or not is_of_the_call:
            raise came.error
        return self._failed(came.called, came.prepared, came.error, services)

    def _without_rows(self, settings: ExternalApiSettings, inbound: TableInbound, services: Services) -> Outcome:
        """Go on without a call: nothing arrived that could be sent (ACS 1.3)."""
        services.note(Level.INFO, Text("No rows arrived, so nothing was called."), code=answer_tables.ROWS.id)
        if settings.request.when_empty == "branch":
            return Outcome({NO_DATA: None}, {"recCount": 0})
        arrivals = inbound.get("inbound", ())
        arriving = [Arrival(each.source, each.transition, each.content.schema) for each in arrivals if each.content]
        promised = self.schemas(settings, {"inbound": arriving}, services.design)
        names = [name for table in answer_tables.answer_tables(settings.response) for name in table.schemas]
        return Outcome({name: services.tables.from_rows([], promised[name]) for name in names}, {"recCount": 0})

    def _failed(self, called: Called, prepared: Prepared, error: CampaignFlowError, services: Services) -> Outcome:
        """Take the transition of a failed request with one row that says what happened."""
        services.note(Level.WARNING, error.text, code=error.code.id)
        exchange = called.exchange
        row = {
            "status": called.answer.status if called.answer is not None else None,
            "reason_code": error.code.id,
            "reason": str(error.text),
            "url_redacted": models.shown_url(prepared.request.url),
            "attempt_count": exchange.attempts,
            "elapsed_ms": round(exchange.elapsed_ms),
            "started_at": exchange.started_at.replace(tzinfo=None),
        }
        return Outcome({FAILED: services.tables.from_rows([row], schemas.FAILED_SCHEMA)})


def _arriving(inbound: SchemaInbound) -> TableSchema | None:
    return next((arrival.content for arrival in inbound.get("inbound", ())), None)


def _possible_effects(settings: ExternalApiSettings) -> frozenset[Effect]:
    """Return what a call may do: a count alone makes a body, and so a POST, only where rows arrive."""
    methods = {settings.method(has_body=settings.has_body)}
    if not settings.always_has_body:
        methods.add(settings.method(has_body=False))
    return frozenset(map(settings.effect_of, methods))
