"""A cURL command fills a call; its secrets never reach the flow."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from designer.editors.curl import is_curl, read_curl
from designer.editors.request_line import RequestLineField
from designer.forms.binding import bind_settings
from designer.forms.code_edit import CodeEdit
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from engine.document import edits, files
from engine.document.model import Flow
from engine.errors import SettingsError
from engine.text import Text

URL = "https://api.example.com/v1/codes"


@pytest.mark.parametrize(
    ("command", "method", "url", "headers", "body"),
    [
        (f"curl {URL}", "", URL, [], None),
        (f"curl -X POST '{URL}' -H 'X-A: 1' -d '{{\"a\": 1}}'", "POST", URL, [("X-A", "1")], '{"a": 1}'),
        (f'curl \\\n  --url {URL} \\\n  --header "X-A: b c"', "", URL, [("X-A", "b c")], None),
        (f"curl -G {URL} -d a=1 --data-urlencode 'q=x y'", "", f"{URL}?a=1&q=x%20y", [], None),
        (f'curl {URL} --data-raw $\'{{"it\\\'s": "\\u00e9"}}\'', "", URL, [], '{"it\'s": "é"}'),
        (f'curl.exe ^\n ^"{URL}^" ^\n -H ^"X-A: 1^"', "", URL, [("X-A", "1")], None),
        (f"$ curl -u ann:pw {URL} -s --compressed", "", URL, [("Authorization", "Basic YW5uOnB3")], None),
        (f"curl -XPUT {URL} --json={{}}", "PUT", URL, [], "{}"),
        (f"curl {URL} -b 'a=b' -HX-A:2", "", URL, [("Cookie", "a=b"), ("X-A", "2")], None),
        (f"curl -sSLX PATCH {URL} -d a=1 -d b=2", "PATCH", URL, [], "a=1&b=2"),
        (
            f"curl -G '{URL}?z=0#top' --data-urlencode 'q=a/b&c' --data-urlencode '=d e'",
            "",
            f"{URL}?z=0&q=a%2Fb%26c&d%20e#top",
            [],
            None,
        ),
        (f"curl {URL} --url-query 'q=x y' --url-query +raw=%20", "", f"{URL}?q=x%20y&raw=%20", [], None),
        ("curl api.example.com/v1/codes", "", URL, [], None),
        (f"curl {URL} --oauth2-bearer abc", "", URL, [("Authorization", "Bearer abc")], None),
        (f"curl --json '{{\"a\":' --json '1}}' {URL}", "", URL, [], '{"a":1}'),
        (f"curl {URL} -H 'X-Gone:' -H 'X-Empty;' -A 'me 1'", "", URL, [("User-Agent", "me 1")], None),
        (f"curl -X DELETE {URL} | jq .", "DELETE", URL, [], None),
        (f'curl {URL} -H "X-A: say \\"hi\\" for \\$5" -d "it\'s"', "", URL, [("X-A", 'say "hi" for $5')], "it's"),
        (f"curl {URL} --data-raw $'\\x41\\ud83d\\ude00\\n'", "", URL, [], "A😀\n"),
        (f"curl.exe `\n  -H 'X-A: 1' `\n  {URL}", "", URL, [("X-A", "1")], None),
        (
            f'curl ^"{URL}?a=1^&b=2^" ^\r\n  -H ^"x-a: 50^%^" ^\r\n  --data-raw ^"^{{^\\^"a^\\^":1^}}^"',
            "",
            f"{URL}?a=1&b=2",
            [("x-a", "50%")],
            '{"a":1}',
        ),
    ],
)
def test_commands_are_read_as_curl_reads_them(
    command: str, method: str, url: str, headers: list[tuple[str, str]], body: str | None
) -> None:
    assert is_curl(command)
    call = read_curl(command)
    assert (call.method, call.full_url, call.headers, call.body) == (method, url, headers, body)


@pytest.mark.parametrize("command", ["curl 'https://x", "curl -H 'X-A: 1'"])
def test_a_command_that_cannot_be_read_says_why(command: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_curl(command)
    assert caught.value.code.id == "EXT-CURL"
    assert caught.value.finding.hint


def test_options_without_a_place_here_are_named() -> None:
    assert read_curl(f"curl -k {URL} --http3").left_out == ["-k", "--http3"]
    assert read_curl(f"curl {URL} -d @body.json -F a=b").left_out == ["-d @body.json", "-F"]
    assert read_curl(f"curl {URL} -b jar.txt -H @names -u $ME:$PW").left_out == ["-b jar.txt", "-H @names", "-u"]
    assert read_curl(f"curl {URL} https://other.example.com").left_out == ["https://other.example.com"]
    assert not is_curl("https://curl.example.com")


def test_pasting_a_command_into_the_url_fills_the_call_in_one_step(session: Session, qtbot: QtBot) -> None:
    flow, call = edits.add_activity(Flow(name="Spring"), "external-api", position=(0, 0))
    session.edit(Text("Begin"), flow)
    steps = session.history.stack.count()
    field = RequestLineField(FieldSpec("url", "URL", FieldKind.TEXT), "request.url", bind_settings(session, call))
    field.binding.changed.connect(field.refresh)
    qtbot.addWidget(field)
    field.show()
    command = (
        f"curl -X POST {URL} -H 'Authorization: Bearer s3cr3t-t0ken' -H 'Accept: */*' -H 'X-A: 1' -k "
        '-d \'{"params": {"count": 3, "campaign": "SPRING"}}\''
    )
    QApplication.clipboard().setText(command)
    field.findChildren(CodeEdit)[0].paste()
    qtbot.waitUntil(lambda: session.history.stack.count() == steps + 1, timeout=15_000)
    assert session.flow.activities[call].settings["request"] == {
        "url": URL,
        "method": "auto",
        "headers": [
            {"name": "Authorization", "value": "Bearer {{secret:spring-external-api-authorization}}"},
            {"name": "X-A", "value": "1"},
        ],
        "custom": {"campaign": "SPRING"},
    }
    assert "s3cr3t" not in files.dumps(session.flow).decode()
    said = [each.text() for each in field.findChildren(QLabel) if each.isVisible()]
    assert any("Left out" in words and "-k" in words for words in said)
    assert field.findChildren(CodeEdit)[0].text() == URL
