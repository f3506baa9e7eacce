"""An HTTP archive gives its requests, whatever else is in it."""

from __future__ import annotations

from typing import Any

import pytest

from designer.editors.har import read_har
from engine.errors import FileError

URL = "https://api.example.com/v1/codes?region=13#top"


def archive(*entries: Any) -> dict[str, Any]:
    """Return an archive of `entries`."""
    return {"log": {"version": "1.2", "entries": list(entries)}}


def test_method_address_headers_and_body_are_read() -> None:
    entry = {
        "request": {
            "method": "post",
            "url": URL,
            "headers": [{"name": "X-A", "value": "1"}, {"name": "Referer", "value": "https://shop.example.com"}],
            "postData": {"mimeType": "application/json", "text": '{"params": {}}'},
        },
        "response": {"status": 201, "content": {"mimeType": "application/json; charset=utf-8"}},
    }
    (found,) = read_har(archive(entry))
    assert (found.call.method, found.call.full_url) == ("POST", URL.removesuffix("#top"))
    assert (found.call.headers, found.call.body) == ([("X-A", "1")], '{"params": {}}')
    assert (found.place, found.status, found.media_type) == ("api.example.com/v1/codes?…", 201, "application/json")


def test_what_is_no_request_over_http_is_passed_over() -> None:
    odd: list[Any] = [{}, None, {"request": {"url": "data:text/plain,x"}}, {"request": {"url": URL}, "response": None}]
    (found,) = read_har(archive(*odd))
    assert (found.call.method, found.status) == ("GET", 0)


@pytest.mark.parametrize("value", [None, [], {}, {"log": {}}, archive(), archive({"request": {"url": "blob:x"}})])
def test_a_file_without_requests_is_refused(value: Any) -> None:
    with pytest.raises(FileError) as caught:
        read_har(value)
    assert caught.value.code.id == "FILE-HAR"
    assert caught.value.finding.hint
