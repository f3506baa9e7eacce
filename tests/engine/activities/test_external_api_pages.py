"""External API: an answer in pages is read to its end, and no further than allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.document.model import AccountRef
from engine.errors import Level
from engine.tables.interim import TableStore
from tests.engine.activities.call_world import SECRET, CallWorld
from tests.engine.http_client.answering import Answering, Asked, Said, answering

PAGES = (("a", "b"), ("c", "d"), ("e",))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CallWorld]:
    tables = tmp_path / "tables"
    tables.mkdir()
    with TableStore(tables) as store:
        yield CallWorld(store, recordings=(tmp_path / "flow.d",), live=True)


def rows(place: int) -> list[dict[str, str]]:
    """Return the rows of a page from 0; none after the last."""
    return [{"code": code} for code in PAGES[place]] if place < len(PAGES) else []


def by_link(asked: Asked) -> Said:
    place = int(asked.query.get("at", "0"))
    link = {"Link": f'</codes?at={place + 1}>; rel="next", </codes?at=0>; rel="first"'} if place < 2 else {}
    return Said({"data": rows(place)}, headers=link)


def by_url(asked: Asked) -> Said:
    place = int(asked.query.get("at", "0"))
    return Said({"data": rows(place), "meta": {"next": f"/codes?at={place + 1}" if place < 2 else None}})


def by_cursor(asked: Asked) -> Said:
    place = int(asked.query.get("after", "0"))
    return Said({"data": rows(place), "meta": {"next": str(place + 1) if place < 2 else ""}})


def by_page(asked: Asked) -> Said:
    return Said({"data": rows(int(asked.query["page"]) - 1)})


def by_offset(asked: Asked) -> Said:
    assert asked.query["limit"] == "2"
    return Said({"data": rows(int(asked.query["offset"]) // 2)})


def settings(server: Answering, **paging: Any) -> dict[str, Any]:
    """Return the settings of a call in pages."""
    return {
        "request": {"url": f"{server.url}/codes?x=1"},
        "response": {"pointer": "/data", "columns": [{"id": "code", "key": "code"}]},
        "retry": {"attempts": 1},
        "paging": paging,
    }


def by_cursor_in_the_body(asked: Asked) -> Said:
    assert (asked.method, asked.query) == ("POST", {"x": "1"})
    place = (asked.body.get("page") or {}).get("after") or 0
    return Said({"data": rows(place), "meta": {"next": place + 1 if place < 2 else None}})


def by_offset_in_the_body(asked: Asked) -> Said:
    assert asked.body["page"]["size"] == 2
    return Said({"data": rows(asked.body["page"]["from"] // 2)})


IN_BODY = {"place": "body", "body_pointer": "/page/after"}

WAYS: dict[str, tuple[Callable[[Asked], Said], dict[str, Any], int]] = {
    "link": (by_link, {"by": "link"}, 3),
    "next": (by_url, {"by": "next", "pointer": "/meta/next"}, 3),
    "cursor": (by_cursor, {"by": "cursor", "pointer": "/meta/next", "parameter": "after"}, 3),
    "page, until an empty one": (by_page, {"by": "page"}, 4),
    "page, until a short one": (by_page, {"by": "page", "size": 2}, 3),
    "cursor in the body": (by_cursor_in_the_body, {"by": "cursor", "pointer": "/meta/next", **IN_BODY}, 3),
    "offset in the body": (
        by_offset_in_the_body,
        {"by": "offset", "size": 2, "size_parameter": "/page/size", "place": "body", "body_pointer": "/page/from"},
        3,
    ),
    "offset": (by_offset, {"by": "offset", "size": 2, "size_parameter": "limit"}, 3),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_read(world: CallWorld, way: str) -> None:
    answer, paging, calls = WAYS[way]
    with answering(answer) as server:
        found = world.result(settings(server, **paging))
        assert [(row["lineNum"], row["code"]) for row in found] == list(enumerate("abcde", 1))
        assert len(server.asked) == calls
        assert server.connections == 1
        assert (world.call["calls"], len(world.call["pages"])) == (calls, calls)
        assert world.call["request"]["url"] == world.call["pages"][0]["request"]["url"]
        world.live = False
        assert world.result(settings(server, **paging)) == found
    assert len(server.asked) == calls


def test_the_cap_ends_an_answer_that_goes_on(world: CallWorld) -> None:
    with answering(by_url) as server:
        found = world.result(settings(server, by="next", pointer="/meta/next", most=2))
    assert ([row["code"] for row in found], len(server.asked)) == (list("abcd"), 2)
    assert any("goes on after 2 pages" in text for _, _, text in world.notes)


def test_more_calls_than_the_quota_are_never_made(world: CallWorld) -> None:
    with answering(by_url) as server:
        made = settings(server, by="next", pointer="/meta/next")
        error = world.error({**made, "limits": {"quota": 2}})
        assert len(world.result({**made, "limits": {"quota": 3}})) == 5
    assert (error.code.id, error.field, len(server.asked)) == ("EXT-QUOTA", "limits.quota", 5)


def test_a_page_that_fails_fails_the_call(world: CallWorld) -> None:
    with answering(lambda asked: by_url(asked) if asked.query.get("at") != "2" else Said({}, 503)) as server:
        error = world.error(settings(server, by="next", pointer="/meta/next"))
    assert error.code.id == "EXT-STATUS"
    assert world.call["response"]["status"] == 503
    assert len(world.call["pages"]) == 3


def test_no_page_is_fetched_from_another_host(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": []})) as other:
        answer = Said({"data": rows(0), "next": f"{other.url}/more"})
        with answering(lambda _asked: answer) as server:
            error = world.error(settings(server, by="next", pointer="/next"))
    assert (error.code.id, error.field, other.asked) == ("EXT-PAGE-ELSEWHERE", "paging.by", [])


def test_the_key_of_an_account_in_the_query_comes_with_every_page(world: CallWorld, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        place = int(asked.query.get("at", "0"))
        more = f"/codes?at={place + 1}&api_key={asked.query['api_key']}" if place < 2 else None
        return Said({"data": rows(place), "next": more})

    account = AccountRef(type="api-key", name="api_key", value="{{secret:key}}", in_header=False)
    world.accounts = {"shop": account}
    with answering(answer) as server:
        made = settings(server, by="next", pointer="/next")
        made["request"]["account"] = "shop"
        found = world.result(made)
    assert [row["code"] for row in found] == list("abcde")
    assert {each.query["api_key"] for each in server.asked} == {SECRET}
    assert SECRET not in world.everything(tmp_path)


def test_pages_in_a_circle_are_told(world: CallWorld) -> None:
    with answering(lambda asked: Said({"data": rows(0), "next": f"/codes?at={len(asked.query) % 2}"})) as server:
        error = world.error(settings(server, by="next", pointer="/next"))
    assert error.code.id == "EXT-PAGE-AGAIN"
    assert len(server.asked) < 5


def test_what_leads_to_the_next_page_must_be_text(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": rows(0), "next": {"href": "/x"}})) as server:
        error = world.error(settings(server, by="next", pointer="/next"))
    assert (error.code.id, error.field) == ("EXT-PAGE-NEXT", "paging.pointer")


def test_each_page_that_is_posted_has_a_key_of_its_own(world: CallWorld) -> None:
    with answering(by_page) as server:
        made = settings(server, by="page", size=2)
        made["request"]["method"] = "POST"
        made["retry"] = {"attempts": 1, "idempotency_key": True}
        world.result(made)
    keys = [each.headers["idempotency-key"] for each in server.asked]
    assert len(set(keys)) == len(keys) == 3


def test_keys_have_pages_too(world: CallWorld) -> None:
    with answering(by_url) as server:
        made = settings(server, by="next", pointer="/meta/next")
        made["request"] |= {"url": f"{server.url}/{{region}}", "calls": "per-key", "keys": [{"field": "region"}]}
        found = world.result(made, world.audience([{"id": 1, "region": "13"}, {"id": 2, "region": "75"}]))
        assert [row["code"] for row in found] == list("abcdeabcde")
        world.live = False
        assert world.result(made, world.audience([{"id": 1, "region": "13"}, {"id": 2, "region": "75"}])) == found
    assert len(server.asked) == 6


def test_a_page_in_the_body_leaves_the_rest_of_it_as_it_is(world: CallWorld) -> None:
    with answering(by_cursor_in_the_body) as server:
        made = settings(server, by="cursor", pointer="/meta/next", **IN_BODY)
        body = {"query": [{"sku": "a/b", "n": 1.5}], "page": {"after": None, "limit": 2}}
        made["request"] |= {"body": "json", "template": body}
        made["retry"] = {"attempts": 1, "idempotency_key": True}
        assert [row["code"] for row in world.result(made)] == list("abcde")
    assert [each.body for each in server.asked] == [
        {**body, "page": {"after": after, "limit": 2}} for after in (None, 1, 2)
    ]
    assert len({each.headers["idempotency-key"] for each in server.asked}) == 3
    assert [json.loads(page["request"]["body"]) for page in world.call["pages"]] == [each.body for each in server.asked]


def test_a_cursor_in_the_body_that_comes_again_is_told(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": rows(0), "next": "same"})) as server:
        error = world.error(settings(server, by="cursor", pointer="/next", **IN_BODY))
    assert (error.code.id, len(server.asked)) == ("EXT-PAGE-AGAIN", 2)


def test_a_cursor_that_makes_the_body_too_large_is_not_sent(world: CallWorld) -> None:
    with answering(lambda _asked: Said({"data": rows(0), "next": "x" * 5000})) as server:
        made = settings(server, by="cursor", pointer="/next", **IN_BODY)
        error = world.error({**made, "limits": {"request_bytes": 2000}})
    assert (error.code.acs, len(server.asked)) == ("WKF-560250", 1)


@pytest.mark.parametrize(
    ("pointer", "method", "template", "field"),
    [
        ("", "auto", None, "paging.body_pointer"),
        ("/", "auto", None, "paging.body_pointer"),
        ("after", "POST", None, "paging.body_pointer"),
        ("/query/after", "POST", {"query": "text"}, "paging.body_pointer"),
        ("/list/3", "POST", {"list": [1]}, "paging.body_pointer"),
        ("/after", "GET", None, "paging.place"),
    ],
)
def test_a_body_without_a_place_for_the_page_is_red(
    world: CallWorld, pointer: str, method: str, template: Any, field: str
) -> None:
    made = settings(Answering("https://a.example"), by="cursor", pointer="/next", place="body", body_pointer=pointer)
    made["request"] |= {"method": method, **({"body": "json", "template": template} if template else {})}
    found = [(each.code.id, each.field) for each in world.findings(made) if each.level is Level.ERROR]
    assert found == [("EXT-PAGES", field)]
    if method != "GET":
        assert world.error(made).field == field


@pytest.mark.parametrize(
    ("paging", "mode", "field"),
    [
        ({"by": "next"}, "array", "paging.pointer"),
        ({"by": "page"}, "flatten", "paging.by"),
        ({"by": "offset", "size_parameter": "limit"}, "array", "paging.size"),
    ],
)
def test_pages_that_cannot_be_asked_for_are_red(
    world: CallWorld, paging: dict[str, Any], mode: str, field: str
) -> None:
    made = {"request": {"url": "https://a.example/"}, "response": {"mode": mode}, "paging": paging}
    assert ("EXT-PAGES", field) in [(found.code.id, found.field) for found in world.findings(made)]
