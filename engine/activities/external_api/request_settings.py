"""The settings of what is sent: where to, with which headers, body, account and keys (ACS 1.2)."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

from engine.activities.external_api.places import COUNT, DATA, places_in, texts_in
from engine.activity import ActivitySettings, setting
from engine.http_client.models import USER_AGENT

Method = Literal["auto", "GET", "POST", "PUT", "PATCH", "DELETE"]

_BODY = "Inbound mapping"
_CALLS = "Calls"
_PER_KEY = {"calls": ["per-key"]}
_ACS_BODY, _OWN_BODY = {"body": ["acs"]}, {"body": ["json"]}


class HeaderSetting(ActivitySettings):
    """One header of the request."""

    name: str = setting("", label="Key")
    value: str = setting("", label="Value", help="Secrets are kept in the keyring: {{secret:name}}.")


class InboundColumn(ActivitySettings):
    """A column of the inbound table that is sent."""

    field: str = setting("", label="Column", help="Such as region or target.region.", editor="column")
    alias: str = setting("", label="Name in the body", help="Empty for the last part of the column's path.")

    @property
    def name(self) -> str:
        """Return the key in the objects of `data`: the last name of the path unless there is an alias (ACS 1.2)."""
        return self.alias or self.field.rpartition(".")[2]


class KeyColumn(ActivitySettings):
    """A column of the inbound table that tells the calls apart."""

    field: str = setting("", label="Column", help="Such as region or target.region.", editor="column")
    alias: str = setting("", label="Name", help="For {name} in the URL; empty for the last part of the path.")

    @property
    def name(self) -> str:
        """Return the name in braces, which is also the column of the result that holds the key."""
        return self.alias or self.field.strip().rpartition(".")[2]


class RequestSettings(ActivitySettings):
    """What is sent, and where to."""

    method: Method = setting(
        "auto",
        label="Method",
        help="Auto sends POST when there is a body and GET when there is none. PUT, PATCH and DELETE are outside ACS.",
        choices={"auto": "Auto", "GET": "GET", "POST": "POST", "PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE"},
    )
    url: str = setting(
        "",
        label="URL",
        help="HTTPS endpoint required. In the path and the query can stand {{vars.name}}, {{now}} and {{count}}.",
        examples=["https://api.example.com/v1/codes"],
    )
    headers: tuple[HeaderSetting, ...] = setting((), label="Request headers")
    user_agent: str = setting(
        USER_AGENT, label="User-Agent", help="How the calls introduce themselves; the header itself is reserved."
    )
    body: Literal["acs", "json"] = setting(
        "acs",
        label="Body",
        help="Adobe Campaign sends one object with the members params and data.",
        choices={"acs": "As Adobe Campaign builds it", "json": "JSON of your own"},
        group=_BODY,
    )
    add_count: bool = setting(
        False,
        label="Add count parameter",
        help="Sends the number of inbound rows as params.count.",
        group=_BODY,
        shown_when=_ACS_BODY,
    )
    columns: tuple[InboundColumn, ...] = setting(
        (), label="Inbound columns", help="Each inbound row becomes an object of data.", group=_BODY
    )
    template: Any = setting(
        None,
        label="JSON body",
        help="Sent as it stands, with {{vars.name}} and {{now}}, the number of inbound rows for {{count}}, and "
        "for “{{data}}” the list of their columns. A text that is nothing but a place takes the type of its value.",
        group=_BODY,
        editor="json",
        examples=['{"quantity": "{{count}}", "people": "{{data}}"}'],
        shown_when=_OWN_BODY,
    )
    custom: Any = setting(
        None,
        label="Customize fields",
        help="A JSON object; its members are added to params. Variables can stand in texts: {{vars.name}}.",
        group=_BODY,
        editor="json",
        examples=['{"campaign": "{{vars.campaign}}"}'],
        shown_when=_ACS_BODY,
    )
    when_empty: Literal["empty", "branch", "call"] = setting(
        "empty",
        label="When no rows arrive",
        group=_BODY,
        choices={
            "empty": "Do not call, go on without rows",
            "branch": "Do not call, take the “No data” transition",
            "call": "Call anyway",
        },
    )
    account: str | None = setting(
        None, label="External account", help="Adds the token, password or key of an account of the flow to the request."
    )
    calls: Literal["one", "per-key"] = setting(
        "one",
        label="Calls",
        help="Adobe Campaign makes one call. A key that several rows share is called for once.",
        choices={"one": "One for all rows", "per-key": "One for each key of the inbound rows"},
        group=_CALLS,
    )
    keys: tuple[KeyColumn, ...] = setting(
        (),
        label="Keys",
        help="Their values stand in the URL as {region}, also in headers and customized fields, and in the result.",
        group=_CALLS,
        shown_when=_PER_KEY,
    )
    concurrency: int = setting(5, label="Calls at the same time", ge=1, le=50, group=_CALLS, shown_when=_PER_KEY)
    most_keys: int = setting(
        200,
        label="Most keys",
        help="With more keys than this nothing is called.",
        ge=1,
        le=100_000,
        group=_CALLS,
        shown_when=_PER_KEY,
    )
    on_key_error: Literal["keep", "drop", "stop"] = setting(
        "keep",
        label="If the call for a key fails",
        choices={
            "keep": "Keep the key, with the reason in _error",
            "drop": "Leave the key out",
            "stop": "The whole activity fails",
        },
        group=_CALLS,
        shown_when=_PER_KEY,
    )

    @property
    def is_free(self) -> bool:
        """Return whether the body is JSON of its own, not the one that Adobe Campaign builds."""
        return self.body == "json"

    @property
    def free_body(self) -> Any:
        """Return the JSON of a free body, None for none."""
        return self.template if self.is_free and self.template not in (None, "") else None

    @property
    def extra(self) -> Any:
        """Return the customized fields, None for none."""
        return self.custom if not self.is_free and self.custom not in (None, "", {}) else None

    @property
    def sends_count(self) -> bool:
        """Return whether the body holds the number of the inbound rows."""
        return COUNT in places_in(texts_in(self.free_body)) if self.is_free else self.add_count

    @property
    def sends_rows(self) -> bool:
        """Return whether the body holds columns of the inbound rows."""
        return bool(self.columns) and (not self.is_free or DATA in places_in(texts_in(self.free_body)))

    @property
    def needs_count(self) -> bool:
        """Return whether any part of the request holds the number of the inbound rows."""
        texts = (self.url, *(header.value for header in self.headers), *texts_in(self.extra))
        return self.sends_count or COUNT in places_in(texts)


def host_of(url: str) -> str:
    """Return the host of a URL that may be half-typed, with its path, for the card."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else url
