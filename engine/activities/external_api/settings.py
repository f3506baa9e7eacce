"""The settings of an External API activity, under the names that Adobe Campaign Standard gives them (ACS 1.2)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from engine.activity import ActivitySettings, Effect, setting
from engine.http_client.models import USER_AGENT
from engine.settings.columns import ColumnDefinition

Method = Literal["auto", "GET", "POST", "PUT", "PATCH"]

_BODY = "Inbound mapping"


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


class RequestSettings(ActivitySettings):
    """What is sent, and where to."""

    method: Method = setting(
        "auto",
        label="Method",
        help="Auto sends POST when there is a body and GET when there is none. PUT and PATCH are outside ACS.",
        choices={"auto": "Auto", "GET": "GET", "POST": "POST", "PUT": "PUT", "PATCH": "PATCH"},
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
    calls: Any = Field("one", title="Calls", exclude=True)


class ResponseSettings(ActivitySettings):
    """What the answer means."""

    mode: Literal["array", "flatten", "keyed", "parallel", "header"] = setting(
        "array",
        label="Rows",
        help="Flatten makes one single row of the whole answer, its keys become columns.",
        choices={
            "array": "One for each element of a list",
            "flatten": "Flatten: one row of the whole answer",
            "keyed": "One for each member of an object; its name is a column",
            "parallel": "One for each place of lists that stand side by side",
            "header": "One for each list after the first, which names the columns",
        },
    )
    pointer: str = setting(
        "", label="List", help="Where the rows stand in the answer, such as /codes; / is the answer itself."
    )
    columns: tuple[ColumnDefinition, ...] = setting((), label="Column definition")
    sample: Any = setting(
        None,
        label="Sample response",
        help="To find the columns in, and to run without a call.",
        editor="json",
    )


class LimitSettings(ActivitySettings):
    """How long a call may take and how much may be sent and received."""

    timeout_s: float = setting(
        60, label="Time limit in seconds", help="For the whole call, all attempts included.", gt=0, le=3600
    )
    response_bytes: int = setting(
        5_242_880, label="Largest answer in bytes", help="Counted after unpacking.", ge=1, le=1_073_741_824
    )
    request_bytes: int = setting(5_242_880, label="Largest body in bytes", ge=1, le=1_073_741_824)


class RetrySettings(ActivitySettings):
    """What happens after a failed attempt."""

    attempts: int = setting(
        3,
        label="Attempts",
        help="After connection errors and the statuses 408, 425, 429, 500, 502, 503, 504; pauses of about 1, 2, 4 s.",
        ge=1,
        le=10,
    )
    repeat_spending: bool = setting(
        False,
        label="Repeat calls that spend",
        help="Also when an attempt may have arrived: the other side could then spend twice.",
    )
    idempotency_key: bool = setting(
        False,
        label="Send an Idempotency-Key",
        help="Many services carry out a repeated call with the same key only once, so it can be repeated.",
    )


class ExternalApiSettings(ActivitySettings):
    """Everything about one call."""

    request: RequestSettings = setting(RequestSettings(), label="Request")
    response: ResponseSettings = setting(ResponseSettings(), label="Response")
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
