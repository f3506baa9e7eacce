"""Settings and inbound rows to the request that is sent, and to the one that people may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.accounts.secret_store import MASK
from engine.activities.external_api.authorization import credentials_of
from engine.activities.external_api.body import body_of, body_of_key, refuse_large, rows_in, template_of
from engine.activities.external_api.keys import Key
from engine.activities.external_api.pages import Asking, first_page
from engine.activities.external_api.places import COUNT, Places, as_text, keys_in
from engine.activities.external_api.settings import ExternalApiSettings, PagingSettings
from engine.activity import Services, TableInbound
from engine.errors import Code, Finding, Level, SettingsError
from engine.http_client.guardrails import Profile, check_header, check_url, check_value
from engine.http_client.models import USER_AGENT, Header, HttpRequest, looks_secret
from engine.tables.interim import Table
from engine.text import Text

DOTS = Code("EXT-KEY-PATH", "The value of a key would lead to another path of the URL.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request without its secrets, and what fetches them when it is really sent."""

    request: HttpRequest
    with_secrets: Callable[[], tuple[HttpRequest, frozenset[str]]]
    own_key: Header | None = None
    """The header that tells this call from all others, where there is one."""

    def asking(self, page: Asking, most_bytes: int) -> Prepared:
        """Return the same request for another page: another call, with a key of its own.

        Raises GuardrailError for a body of more than `most_bytes`.
        """
        refuse_large(page.body, most_bytes)
        own = Header(self.own_key.name, str(uuid.uuid4())) if self.own_key is not None else None

        def moved(request: HttpRequest) -> HttpRequest:
            headers = tuple(own if own and header == self.own_key else header for header in request.headers)
            return replace(request, url=page.url, body=page.body, headers=headers)

        def with_secrets() -> tuple[HttpRequest, frozenset[str]]:
            request, used = self.with_secrets()
            return moved(request), used

        return Prepared(moved(self.request), with_secrets, own)

    @property
    def shown(self) -> Mapping[str, Any]:
        """Return the request as people may see it."""
        return self.request.to_json()


def inbound_table(inbound: TableInbound) -> Table | None:
    """Return the table that arrives, None when nothing or only the event does."""
    return next((arrival.content for arrival in inbound.get("inbound", ())), None)


def prepare(
    settings: ExternalApiSettings,
    inbound: TableInbound,
    services: Services,
    *,
    is_preview: bool = False,
    key: Key | None = None,
    secret_of: Callable[[str], str] | None = None,
) -> Prepared:
    """Return the request for the rows that arrive, or for one key, checked once more with everything filled in.

    In a preview nothing is checked, because the form may be half-typed, and rows that are not there yet are shown as
    the shape of the body. Raises SettingsError, GuardrailError.
    """
    table = inbound_table(inbound)
    values = key.values if key is not None else None
    is_open = is_preview and table is None and bool(inbound.get("inbound"))
    places = Places(services.variables, services.now, lambda _name: MASK, values)
    if settings.request.needs_count:
        places = replace(places, rows=_count(key, table, services, is_open=is_open))
    if key is not None:
        _refuse_dots(settings.request.url, key)
        body = body_of_key(settings, key.count, key.objects, places)
    else:
        body = template_of(settings, places) if is_open else body_of(settings, table, places, services)
    page = _first(Asking(places.in_url(settings.request.url), body), settings.paging, is_preview=is_preview)
    method, url = settings.method(has_body=page.body is not None), page.url
    sent = None if method == "GET" else page.body
    if sent is None and method not in ("GET", "DELETE"):
        sent = b""
    key_header, agent = _idempotency(settings, method), settings.request.user_agent or USER_AGENT
    who = credentials_of(settings, services.design, secret_of or services.secret, is_preview=is_preview)
    shown = HttpRequest(method, url, (*_headers(settings, places, places), *key_header), sent, agent, credentials=who)
    if not is_preview:
        _refuse(shown, services.design.guardrails)

    def with_secrets() -> tuple[HttpRequest, frozenset[str]]:
        used: set[str] = set()

        def secret(name: str) -> str:
            used.add(value := (secret_of or services.secret)(name))
            return value

        headers = (*_headers(settings, replace(places, secret=secret), places), *key_header)
        request = HttpRequest(method, url, headers, sent, agent, credentials=who)
        _refuse_headers(request)  # everything else is as it was shown
        used.update(part for header in request.headers if header.shown == MASK for part in _secret_parts(header.value))
        return request, frozenset(used)

    return Prepared(shown, with_secrets, key_header[0] if key_header else None)


def _first(asking: Asking, paging: PagingSettings, *, is_preview: bool) -> Asking:
    try:
        return first_page(asking, paging)
    except SettingsError:
        if is_preview:
            return asking
        raise


def _count(key: Key | None, table: Table | None, services: Services, *, is_open: bool) -> Mapping[str, int]:
    """Return the number of the rows that a call is made for, where any arrive."""
    if key is not None:
        return {COUNT: key.count}
    if table is not None:
        return {COUNT: rows_in(table, services)}
    return {COUNT: 0} if is_open else {}


def _refuse_dots(url: str, key: Key) -> None:
    """Raise SettingsError for a value that the other side would take for a step in the path."""
    path = url.partition("?")[0]
    if any(as_text(key.values.get(name, "")) in (".", "..") for name in keys_in(path)):
        raise SettingsError(
            DOTS,
            Text("“{key}” cannot stand in the path of the URL.", key=key.words),
            hint=Text("Let its rows not arrive here, or send the key in the query."),
            field="request.keys",
        )


def _refuse(request: HttpRequest, profile: Profile) -> None:
    """Raise SettingsError for what HTTP does not allow, or the guardrails of the flow."""
    _raise_first(check_url(request.url, profile))
    _raise_first(check_value("User-Agent", request.user_agent, "request.user_agent"))
    _refuse_headers(request)


def _refuse_headers(request: HttpRequest) -> None:
    for place, header in enumerate(request.headers):
        _raise_first(check_header(header.name, header.value, f"request.headers.{place}"))


def _raise_first(findings: Iterator[Finding]) -> None:
    for finding in findings:
        if finding.level is Level.ERROR:
            raise SettingsError.of(finding)


def _secret_parts(value: str) -> tuple[str, ...]:
    """Return what must be masked of a header that holds a secret in clear: all of it, and what follows its scheme."""
    return value, value.rsplit(" ", maxsplit=1)[-1]


def _headers(settings: ExternalApiSettings, real: Places, masked: Places) -> tuple[Header, ...]:
    """Return the headers with their real and their shown values."""
    headers = []
    for place, header in enumerate(settings.request.headers):
        field = f"request.headers.{place}"
        value = real.in_header(header.value, f"{field}.value")
        shown = masked.in_header(header.value, f"{field}.value")
        headers.append(Header(header.name, value, MASK if _is_bare_secret(header.name, header.value) else shown))
    return tuple(headers)


def _is_bare_secret(name: str, value: str) -> bool:
    """Return whether a header holds in clear what looks like a secret, which nobody should see."""
    return looks_secret(name, value) and "{{secret:" not in value.replace(" ", "")


def _idempotency(settings: ExternalApiSettings, method: str) -> tuple[Header, ...]:
    names = {header.name.lower() for header in settings.request.headers}
    is_wanted = settings.retry.idempotency_key and method != "GET" and "idempotency-key" not in names
    return (Header("Idempotency-Key", str(uuid.uuid4())),) if is_wanted else ()
