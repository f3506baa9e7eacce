"""What Adobe Campaign would refuse is an error under its guardrails, and told under our own."""

from __future__ import annotations

import pytest

from engine.errors import Finding, Level
from engine.http_client.guardrails import check_doubles, check_header, check_limits, check_url


def seen(findings: object) -> list[tuple[str, str]]:
    assert hasattr(findings, "__iter__")
    found = list(findings)
    assert all(isinstance(each, Finding) and each.hint is not None for each in found if each.level is Level.ERROR)
    return [(str(each.level), each.code.acs) for each in found]


@pytest.mark.parametrize(
    ("url", "acs", "local"),
    [
        ("https://api.example.com/v1/codes?count=2", [], []),
        ("https://bücher.example/", [], []),
        ("http://api.example.com/", [("error", "WKF-560238")], [("warning", "WKF-560238")]),
        ("https://localhost:8443/", [("error", "WKF-560244")], [("info", "WKF-560244")]),
        ("https://192.168.0.5/", [("error", "WKF-560244")], [("info", "WKF-560244")]),
        ("https://2130706433/", [("error", "WKF-560244")], [("info", "WKF-560244")]),
        ("https://[2001:db8::1]/", [("error", "WKF-560244")], [("info", "WKF-560244")]),
        (
            "http://127.0.0.1/",
            [("error", "WKF-560238"), ("error", "WKF-560244")],
            [("info", "WKF-560238"), ("info", "WKF-560244")],
        ),
        *((url, [("error", "WKF-560245")], [("error", "WKF-560245")]) for url in (
            "",
            "api.example.com/v1",
            "ftp://api.example.com/",
            "https://",
            "https://[2001]/",
            "https://a b.example/",
            "https://api.example.com:99999/",
            "https://-bad-.example/",
            "https://a..example/",
            "https://api.example.com/\r\nX: y",
        )),
    ],
)  # fmt: skip
def test_urls(url: str, acs: list[tuple[str, str]], local: list[tuple[str, str]]) -> None:
    assert seen(check_url(url, "acs")) == acs
    assert seen(check_url(url, "local")) == local


@pytest.mark.parametrize(
    ("name", "value", "codes"),
    [
        ("X-Api-Key", "abc", []),
        ("Authorization", "Bearer abc", []),
        ("X-Note", "déjà vu\twith a tab", []),
        ("", "abc", ["WKF-560246"]),
        ("X Api", "abc", ["WKF-560246"]),
        ("X-Api:", "abc", ["WKF-560246"]),
        ("Clé", "abc", ["WKF-560246"]),
        ("X-Api", "a\r\nX-Evil: b", ["WKF-560247"]),
        ("X-Api", " padded", ["WKF-560247"]),
        ("X-Api", "10 €", ["WKF-560247"]),
        ("X-Api", "\x00", ["WKF-560247"]),
        *((name, "x", ["WKF-560248"]) for name in (
            "Accept", "accept-encoding", "Connection", "Content-Length", "CONTENT-TYPE", "Cookie", "Expect", "Host",
            "Keep-Alive", "Proxy-Authorization", "Proxy-Anything", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
            "User-Agent",
        )),
    ],
)  # fmt: skip
def test_headers(name: str, value: str, codes: list[str]) -> None:
    found = list(check_header(name, value, "request.headers.0"))
    assert [each.code.acs for each in found] == codes
    assert all(each.field.startswith("request.headers.0.") for each in found)


def test_a_header_that_stands_twice_is_told() -> None:
    found = list(check_doubles({0: "X-A", 1: "x-a", 2: "X-B"}))
    assert [(each.level, each.field) for each in found] == [(Level.WARNING, "request.headers.1.name")]


def test_limits_beyond_those_of_campaign() -> None:
    assert not list(check_limits(60, 5_242_880, 5_242_880, "acs"))
    assert seen(check_limits(61, 5_242_881, 5_242_881, "acs")) == [
        ("error", "WKF-560246"),
        ("error", "WKF-560239"),
        ("error", "WKF-560250"),
    ]
    assert {level for level, _ in seen(check_limits(61, 5_242_881, 5_242_881, "local"))} == {"warning"}
