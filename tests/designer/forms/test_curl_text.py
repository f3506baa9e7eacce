"""A request becomes a cURL command that a shell reads as the same request, with variables for its secrets."""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from designer.editors.curl import read_curl
from designer.forms.curl_text import as_curl, secret_names, variable_name

URL = "https://api.example.com/v1/codes"
SIGNS = st.characters(codec="utf-8", exclude_characters="\0\r")


def request(**members: Any) -> dict[str, Any]:
    """Return a request with some members of its own."""
    return {"method": "GET", "url": URL, "headers": [], "body": None, **members}


def test_a_plain_call_is_a_short_command() -> None:
    assert as_curl(request()).command == f"curl \\\n  {URL}"
    assert as_curl(request(method="POST", body='{"a":1}')).command == f"curl \\\n  {URL} \\\n  --data-raw '{{\"a\":1}}'"
    assert as_curl(request(method="DELETE")).command.startswith("curl -X DELETE")


def test_secrets_are_variables_called_as_in_the_keyring() -> None:
    settings = {"request": {"headers": [{"name": "Authorization", "value": "Bearer {{secret:voucher-key}}"}]}}
    headers = [{"name": "Authorization", "value": "Bearer ********"}, {"name": "X-Api-Key", "value": "••••••••••"}]
    made = as_curl(request(headers=headers), secret_names(settings))
    assert "-H 'Authorization: Bearer '\"$VOUCHER_KEY\"" in made.command
    assert "-H 'X-Api-Key: '\"$X_API_KEY\"" in made.command
    assert made.variables == ("VOUCHER_KEY", "X_API_KEY")


def test_a_masked_parameter_is_a_variable_too() -> None:
    made = as_curl(request(url=f"{URL}?region=13&token=********&n=1"))
    assert made.variables == ("TOKEN",)
    words = _shell(made.command, TOKEN="t-1")
    assert words == ["curl", f"{URL}?region=13&token=t-1&n=1"]


def test_names_suit_a_shell() -> None:
    assert [variable_name(name) for name in ("voucher-key", "2nd", "…")] == ["VOUCHER_KEY", "_2ND", "SECRET"]


@given(value=st.text(SIGNS.filter(lambda sign: sign != "\n"), min_size=1), body=st.text(SIGNS))
@example(value="a'b\\", body='{"it\'s": "$HOME `x` !"}\n\\\n')
def test_what_is_written_is_read_again(value: str, body: str) -> None:
    kept = value.strip()
    made = as_curl(request(method="PUT", headers=[{"name": "X-A", "value": kept}], body=body)).command
    assert shlex.split(made.replace(" \\\n", " ", 2))[:3] == ["curl", "-X", "PUT"]
    if "\\\n" in body or "`\n" in body or "^" in body + kept or "********" in kept:
        return
    call = read_curl(made)
    assert (call.method, call.url, call.body) == ("PUT", URL, body or None)
    assert call.headers == ([("X-A", kept)] if kept else [])


def test_a_real_shell_understands_it() -> None:
    headers = [{"name": "X-A", "value": 'it\'s 50 % "of" $HOME'}, {"name": "X-Key", "value": "********"}]
    made = as_curl(request(method="PATCH", headers=headers, body='{"a": "l\'été\\n"}'))
    assert _shell(made.command, X_KEY='s3 cr"et') == [
        "curl",
        "-X",
        "PATCH",
        URL,
        "-H",
        'X-A: it\'s 50 % "of" $HOME',
        "-H",
        'X-Key: s3 cr"et',
        "--data-raw",
        '{"a": "l\'été\\n"}',
    ]


def _shell(command: str, **variables: str) -> list[str]:
    """Return the words that a shell makes of a command, which is not run."""
    script = "printf '%s\\0' " + command
    made = subprocess.run(["/bin/sh", "-c", script], env=variables, capture_output=True, check=True, text=True)
    return made.stdout.split("\0")[:-1]
