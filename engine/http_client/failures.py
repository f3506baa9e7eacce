"""Turns what went wrong on the way into sentences, with the code that Adobe Campaign Standard would show (ACS 1.11)."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from urllib3 import exceptions as urllib3_errors

from engine.errors import CallError, CampaignFlowError, Code, GuardrailError
from engine.http_client.certificates import refusal
from engine.http_client.models import CallLimits, HttpRequest
from engine.http_client.problems import (
    BAD_ENCODING,
    BROKEN_OFF,
    HOST_UNKNOWN,
    NO_CONNECTION,
    NO_HTTP,
    NO_TLS,
    TOO_LARGE,
    TRUNCATED,
    URL,
    timed_out,
)
from engine.http_client.proxies import Proxy
from engine.text import Text


class AnswerTooLarge(Exception):
    """More bytes came than are allowed; raised while receiving."""

    def __init__(self, announced: int | None = None) -> None:
        """Keep how many bytes were announced, where they were."""
        super().__init__(announced)
        self.announced = announced


class PackedInPart(Exception):
    """The answer is packed, and ends in the middle of it."""


class OddEncoding(Exception):
    """The answer is packed with something that was not asked for."""


def failure(
    error: Exception, request: HttpRequest, limits: CallLimits, proxy: Proxy | None = None
) -> CampaignFlowError:
    """Return what went wrong on the way as an error of ours. Its sentences hold nothing that was sent."""
    if isinstance(error, CampaignFlowError):
        return error
    for cause in _causes(error):
        found = _known(cause, request, limits, proxy)
        if found is not None:
            return found
    kind = type(error).__name__
    return CallError(BROKEN_OFF, Text("The call to “{host}” failed ({kind}).", host=request.host, kind=kind), field=URL)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it was made of, the innermost first."""
    chain: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(chain) < 30:
        current = waiting.pop()
        if not isinstance(current, BaseException) or current in chain:
            continue
        chain.append(current)
        waiting += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
    return reversed(chain)


def _known(
    error: BaseException, request: HttpRequest, limits: CallLimits, proxy: Proxy | None
) -> CampaignFlowError | None:
    if isinstance(error, AnswerTooLarge):
        return _too_large(error, request, limits)
    if isinstance(error, ssl.SSLCertVerificationError):
        parts = urlsplit(request.url)
        return refusal(error, request.host, parts.port or 443, proxy)
    if isinstance(error, TimeoutError):
        return timed_out(request, limits, 1)
    for kinds, code, text, hint in _TABLE:
        if isinstance(error, kinds):
            words = Text(text, host=request.host, reason=reason_of(error))
            return CallError(code, words, hint=Text(hint), field=URL)
    return None


def _too_large(error: AnswerTooLarge, request: HttpRequest, limits: CallLimits) -> GuardrailError:
    told = Text(" ({bytes} bytes were announced)", bytes=error.announced) if error.announced else Text("")
    return GuardrailError(
        TOO_LARGE,
        Text(
            "The answer of “{host}” is larger than {limit} bytes{told}. It was not read to its end.",
            host=request.host,
            limit=limits.response_bytes,
            told=told,
        ),
        hint=Text("Ask for less, or raise the limit under Limits."),
        field="limits.response_bytes",
    )


def reason_of(error: BaseException) -> str:
    """Return what the system says, without addresses of objects and without anything that was sent."""
    places = (error, error.__cause__)
    words = next((w for each in places for w in (getattr(each, "strerror", 0), getattr(each, "reason", 0)) if w), "")
    if isinstance(words, str) and words:
        return words.rstrip(".").replace("_", " ").lower()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()


_TABLE: Final[tuple[tuple[tuple[type[BaseException], ...], Code, str, str], ...]] = (
    (
        (urllib3_errors.NameResolutionError,),
        HOST_UNKNOWN,
        "No computer called “{host}” can be found.",
        "Check the host in the URL, and that this computer is online.",
    ),
    (
        (urllib3_errors.NewConnectionError, urllib3_errors.ConnectTimeoutError, ConnectionRefusedError),
        NO_CONNECTION,
        "“{host}” cannot be reached: nobody takes the connection ({reason}).",
        "Check host and port of the URL, and that the service runs.",
    ),
    (
        (urllib3_errors.IncompleteRead, http.client.IncompleteRead),
        TRUNCATED,
        "The answer of “{host}” ended before its announced length.",
        "Try again; if it stays, ask the owner of the service.",
    ),
    (
        (PackedInPart,),
        TRUNCATED,
        "The packed answer of “{host}” ends in the middle.",
        "Try again; if it stays, ask the owner of the service.",
    ),
    (
        (urllib3_errors.DecodeError, OddEncoding),
        BAD_ENCODING,
        "The answer of “{host}” cannot be unpacked.",
        "Ask the owner of the service to send gzip or plain text, as the request says.",
    ),
    (
        (ssl.SSLEOFError, ConnectionError),
        BROKEN_OFF,
        "“{host}” ended the connection before the answer was complete.",
        "Try again; if it stays, ask the owner of the service.",
    ),
    (
        (ssl.SSLError,),
        NO_TLS,
        "No secure connection to “{host}” came about ({reason}).",
        "Check that the port of the URL speaks HTTPS.",
    ),
    (
        (http.client.HTTPException,),
        NO_HTTP,
        "What “{host}” answered is no HTTP, or its headers are too large ({reason}).",
        "Check the URL, or ask the owner of the service.",
    ),
)
