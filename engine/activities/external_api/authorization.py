"""Who calls: the external account that an activity uses, as what it adds to each request (ACS 1.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.accounts.external_account import FIELD, FixedCredentials, check_account, spot_of
from engine.accounts.oauth import OAuthCredentials
from engine.activities.external_api.settings import ExternalApiSettings
from engine.activity import Design
from engine.document.model import AccountRef
from engine.errors import Code, Finding, Level, SettingsError
from engine.http_client.guardrails import HEADER_RESERVED
from engine.http_client.models import Credentials
from engine.text import Text

NO_ACCOUNT = Code("EXT-ACCOUNT-MISSING", "The flow has no external account of that name.", acs="WKF-560280")


def check_authorization(settings: ExternalApiSettings, design: Design) -> Iterator[Finding]:
    """Yield what is wrong with the account that the settings name."""
    name = settings.request.account
    if not name:
        return
    account = design.account(name)
    if account is None:
        text = Text("The flow has no account called “{name}”.", name=name)
        hint = Text("Choose another account, or add it to the flow.")
        yield Finding(Level.ERROR, NO_ACCOUNT, text, field=FIELD, hint=hint)
        return
    label = account.label or name
    yield from check_account(account, label, design.guardrails)
    yield from _check_header(settings, account, label)


def _check_header(settings: ExternalApiSettings, account: AccountRef, label: str) -> Iterator[Finding]:
    """Yield an error for a header that the account sets as well."""
    spot = spot_of(account)
    for place, header in enumerate(settings.request.headers):
        if spot.in_header and spot.name and header.name.lower() == spot.name.lower():
            text = Text("The account “{account}” sets the header “{name}”.", account=label, name=header.name)
            hint = Text("Remove the header, or call without the account.")
            yield Finding(Level.ERROR, HEADER_RESERVED, text, field=f"request.headers.{place}.name", hint=hint)


def credentials_of(
    settings: ExternalApiSettings, design: Design, secret: Callable[[str], str], *, is_preview: bool = False
) -> Credentials | None:
    """Return what the account adds to a request, None without an account or, in a preview, without a usable one.

    Nothing is fetched before a request is sent. Raises SettingsError for an account that cannot be used.
    """
    name = settings.request.account
    account = design.account(name) if name else None
    problem = next((each for each in check_authorization(settings, design) if each.level is Level.ERROR), None)
    if problem is not None and not is_preview:
        raise SettingsError.of(problem)
    if name is None or account is None or problem is not None:
        return None
    kind = OAuthCredentials if account.type == "oauth2" else FixedCredentials
    return kind(account, account.label or name, secret)
