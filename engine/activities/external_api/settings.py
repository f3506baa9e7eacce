"""The settings of an External API activity, under the names that Adobe Campaign Standard gives them (ACS 1.2)."""

from __future__ import annotations

from typing import Literal

from engine.activities.external_api.answer_settings import ResponseSettings
from engine.activities.external_api.request_settings import RequestSettings
from engine.activity import ActivitySettings, Effect, setting


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
    place: Literal["query", "body"] = setting(
        "query",
        label="Where it is asked for",
        choices={"query": "In the query of the URL", "body": "In the body"},
        shown_when={"by": ["cursor", "page", "offset"]},
    )
    parameter: str = setting(
        "",
        label="Query parameter",
        help="Empty for cursor, page or offset, as the way is called.",
        shown_when={"by": ["cursor", "page", "offset"], "place": ["query"]},
    )
    body_pointer: str = setting(
        "",
        label="Place in the body",
        help="JSON pointer to what each page changes; members that are missing are added.",
        examples=["/page/after"],
        shown_when={"by": ["cursor", "page", "offset"], "place": ["body"]},
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
        label="Name for the rows of a page",
        help="Such as limit, in the body a JSON pointer such as /page/size. Empty to send none.",
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

    @property
    def is_in_body(self) -> bool:
        """Return whether the body says which page is asked for."""
        return self.place == "body" and self.by in ("cursor", "page", "offset")


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
        return self.always_has_body or self.request.sends_count

    @property
    def always_has_body(self) -> bool:
        """Return whether there is a body even where no rows arrive."""
        request = self.request
        has_own = request.free_body is not None or request.extra is not None
        return has_own or request.sends_rows or self.paging.is_in_body

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
