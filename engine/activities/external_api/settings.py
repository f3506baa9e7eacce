"""The settings of an External API activity, under the names that Adobe Campaign Standard gives them (ACS 1.2)."""

from __future__ import annotations

from typing import Any, Literal

from engine.activities.external_api.answer_settings import ResponseSettings
from engine.activity import ActivitySettings, Effect, setting
from engine.http_client.models import USER_AGENT

Method = Literal["auto", "GET", "POST", "PUT", "PATCH", "DELETE"]

_BODY = "Inbound mapping"
_CALLS = "Calls"
_PER_KEY = {"calls": ["per-key"]}


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
        help="HTTPS endpoint required. Variables can stand in the path and the query: {{vars.name}}, {{now}}.",
        examples=["https://api.example.com/v1/codes"],
    )
    headers: tuple[HeaderSetting, ...] = setting((), label="Request headers")
    user_agent: str = setting(
        USER_AGENT, label="User-Agent", help="How the calls introduce themselves; the header itself is reserved."
    )
    add_count: bool = setting(
        False, label="Add count parameter", help="Sends the number of inbound rows as params.count.", group=_BODY
    )
    columns: tuple[InboundColumn, ...] = setting(
        (), label="Inbound columns", help="Each inbound row becomes an object of data.", group=_BODY
    )
    custom: Any = setting(
        None,
        label="Customize fields",
        help="A JSON object; its members are added to params. Variables can stand in texts: {{vars.name}}.",
        group=_BODY,
        editor="json",
        examples=['{"campaign": "{{vars.campaign}}"}'],
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


class PagingSettings(ActivitySettings):
    """How an answer goes on in further pages."""

    by: Literal["none", "link", "next", "cursor", "page", "offset"] = setting(
        "none",
        label="Next page",
        help="How a service that answers in pages is asked for the next one; Adobe Campaign reads one page.",
        choices={
            "none": "The answer is whole",
            "link": "Link header",
            "next": "URL in the answer",
            "cursor": "Cursor in the answer",
            "page": "Number of the page",
            "offset": "Number of rows so far",
        },
    )
    pointer: str = setting(
        "",
        label="Where it stands",
        help="JSON pointer to the URL or cursor of the next page. The last page has none.",
        examples=["/meta/next"],
        shown_when={"by": ["next", "cursor"]},
    )
    parameter: str = setting(
        "",
        label="Query parameter",
        help="Empty for cursor, page or offset, as the way is called.",
        shown_when={"by": ["cursor", "page", "offset"]},
    )
    first: int = setting(1, label="Number of the first page", ge=0, le=1, shown_when={"by": ["page"]})
    size: int = setting(
        0,
        label="Rows of a page",
        help="A shorter page is the last one. 0 when nobody knows: then an empty page is.",
        ge=0,
        le=100_000,
        shown_when={"by": ["page", "offset"]},
    )
    size_parameter: str = setting(
        "",
        label="Query parameter for the rows of a page",
        help="Such as limit; empty to send none.",
        shown_when={"by": ["page", "offset"]},
    )
    most: int = setting(
        20,
        label="Most pages",
        help="Of one call.",
        ge=1,
        le=10_000,
        shown_when={"by": ["link", "next", "cursor", "page", "offset"]},
    )


class LimitSettings(ActivitySettings):
    """How long a call may take and how much may be sent and received."""

    timeout_s: float = setting(
        60, label="Time limit in seconds", help="For the whole call, all attempts included.", gt=0, le=3600
    )
    response_bytes: int = setting(
        5_242_880,
        label="Largest answer",
        help="Counted after unpacking.",
        editor="bytes",
        ge=1,
        le=1_073_741_824,
    )
    request_bytes: int = setting(5_242_880, label="Largest body", editor="bytes", ge=1, le=1_073_741_824)
    total_s: float = setting(
        600,
        label="Time limit for all calls in seconds",
        help="For all keys and pages together, pauses and waiting included.",
        gt=0,
        le=86_400,
    )
    total_bytes: int = setting(
        52_428_800,
        label="Largest sum of all answers",
        help="For all keys and pages together, counted after unpacking.",
        editor="bytes",
        ge=1,
        le=1_073_741_824,
    )
    rate: int = setting(
        0,
        label="Calls to the host at most",
        help="0 for as fast as it answers. All activities that call the same host take turns.",
        ge=0,
        le=10_000,
    )
    rate_per: Literal["second", "minute"] = setting(
        "minute", label="In each", choices={"second": "Second", "minute": "Minute"}
    )

    quota: int = setting(
        0,
        label="Most calls in a run",
        help="What the owner of the service allows, attempts not counted; 0 for any number. More are never made.",
        ge=0,
        le=10_000_000,
    )

    @property
    def interval_s(self) -> float:
        """Return the seconds between the beginnings of two calls."""
        if not self.rate:
            return 0.0
        return (1 if self.rate_per == "second" else 60) / self.rate


class RetrySettings(ActivitySettings):
    """What happens after a failed attempt."""

    attempts: int = setting(
        3,
        label="Attempts",
        help="After connection errors, and after the statuses below; with a pause before each.",
        ge=1,
        le=10,
    )
    statuses: str = setting(
        "408, 425, 429, 500, 502, 503, 504",
        label="Statuses to try again after",
        help="Numbers with commas between them; 5xx stands for all from 500 to 599. Empty for none.",
        examples=["408, 429, 5xx"],
    )
    pause_s: float = setting(
        1,
        label="First pause in seconds",
        help="About so long, and twice as long before each further attempt. What Retry-After asks for goes first.",
        ge=0,
        le=600,
    )
    longest_pause_s: float = setting(
        30, label="Longest pause in seconds", help="Pauses grow no further than this.", ge=0, le=600
    )
    repeat_spending: bool = setting(
        False,
        label="Repeat calls that spend",
        help="Also when an attempt may have arrived: the other side could then spend twice.",
    )
    idempotency_key: bool = setting(
        False,
        label="Mark the call with a key of its own",
        help="Sends the header Idempotency-Key: many services carry out a repeated call with the same key only once.",
    )


class ExternalApiSettings(ActivitySettings):
    """Everything about one call."""

    request: RequestSettings = setting(RequestSettings(), label="Request")
    response: ResponseSettings = setting(ResponseSettings(), label="Response")
    paging: PagingSettings = setting(PagingSettings(), label="Pages")
    limits: LimitSettings = setting(LimitSettings(), label="Limits")
    retry: RetrySettings = setting(RetrySettings(), label="After a failed attempt")
    dry_run: Literal["recording", "live", "sample"] = setting(
        "recording",
        label="In a dry run",
        help="Without a recording, a call that only reads is made and recorded; one that spends uses the sample.",
        choices={
            "recording": "Replay the recorded answer",
            "live": "Call every time",
            "sample": "Use the sample response",
        },
    )
    effect: Literal["auto", "reads", "spends"] = setting(
        "auto",
        label="What a call does",
        help="Auto takes it that GET only reads and every other method spends something.",
        choices={"auto": "Auto", "reads": "It only reads", "spends": "It spends something, such as voucher codes"},
    )
    on_failure: Literal["stop", "transition"] = setting(
        "stop",
        label="If request failed",
        choices={"stop": "Stop with an error", "transition": "Enable an outbound transition"},
    )

    @property
    def has_body(self) -> bool:
        """Return whether the settings ask for a body; a count needs inbound rows as well."""
        request = self.request
        return bool(request.custom or request.columns or request.add_count)

    @property
    def makes_many(self) -> bool:
        """Return whether there may be more than one call: for each key, or for further pages."""
        return self.request.calls != "one" or self.paging.by != "none"

    def method(self, *, has_body: bool) -> str:
        """Return the method that is sent (ACS 1.4)."""
        if self.request.method != "auto":
            return self.request.method
        return "POST" if has_body else "GET"

    def effect_of(self, method: str) -> Effect:
        """Return what a call with this method does to the other side."""
        if self.effect != "auto":
            return Effect(self.effect)
        return Effect.READS if method == "GET" else Effect.SPENDS
