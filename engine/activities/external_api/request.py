"""Settings and inbound rows to the request that is sent, and to the one that people may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.accounts.secret_store import MASK
from engine.activities.external_api.authorization import credentials_of
from engine.activities.external_api.body import body_of, template_of
from engine.activities.external_api.places import Places
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Services, TableInbound
from engine.errors import Level, SettingsError
from engine.http_client.guardrails import Profile, check_header, check_url, check_value
from engine.http_client.models import USER_AGENT, Header, HttpRequest, looks_secret
from engine.tables.interim import Table


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request without its secrets, and what fetches them when it is really sent."""

    request: HttpRequest
    with_secrets: Callable[[], tuple[HttpRequest, frozenset[str]]]

    @property
    def shown(self) -> Mapping[str, Any]:
        """Return the request as people may see it."""
        return self.request.to_json()


def inbound_table(inbound: TableInbound) -> Table | None:
    """Return the table that arrives, None when nothing or only the event does."""
    return next((arrival.content for arrival in inbound.get("inbound", ())), None)


def prepare(
    settings: ExternalApiSettings, inbound: TableInbound, services: Services, *, is_preview: bool = False
) -> Prepared:
    """Return the request for the rows that arrive, checked once more with everything filled in.

    In a preview nothing is checked, because the form may be half-typed, and rows that are not there yet are shown as
    the shape of the body. Raises SettingsError, GuardrailError.
    """
    table = inbound_table(inbound)
    places = Places(services.variables, services.now, lambda _name: MASK)
    is_open = is_preview and table is None and bool(inbound.get("inbound"))
    body = template_of(settings, places) or None if is_open else body_of(settings, table, places, services)
    method = settings.method(has_body=body is not None)
    url = places.in_url(settings.request.url)
    sent = None if method == "GET" else body if body is not None else b""
    key, agent = _idempotency(settings, method), settings.request.user_agent or USER_AGENT
    who = credentials_of(settings, services.design, services.secret, is_preview=is_preview)
    shown = HttpRequest(method, url, (*_headers(settings, places, places), *key), sent, agent, credentials=who)
    if not is_preview:
        _refuse(shown, services.design.guardrails)

    def with_secrets() -> tuple[HttpRequest, frozenset[str]]:
        used: set[str] = set()

        def secret(name: str) -> str:
            used.add(value := services.secret(name))
            return value

        real = Places(services.variables, services.now, secret)
        request = HttpRequest(method, url, (*_headers(settings, real, places), *key), sent, agent, credentials=who)
        _refuse(request, services.design.guardrails)
        used.update(part for header in request.headers if header.shown == MASK for part in _secret_parts(header.value))
        return request, frozenset(used)

    return Prepared(shown, with_secrets)


def _refuse(request: HttpRequest, profile: Profile) -> None:
    """Raise SettingsError for what HTTP does not allow, or the guardrails of the flow."""
    findings = [*check_url(request.url, profile), *check_value("User-Agent", request.user_agent, "request.user_agent")]
    for place, header in enumerate(request.headers):
        findings += check_header(header.name, header.value, f"request.headers.{place}")
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
