"""Secrets come from the environment, a real keyring or memory, and never from anywhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.accounts.secret_store import MASK, redact, variable_of

ROOT = Path(__file__).parents[3]

# A process of its own for each session: backends of keyring are found once a process and remembered.
ASK = """
import json, sys
from engine.accounts.secret_store import SecretStore
from engine.errors import SecretError

store = SecretStore()
answers = []
for verb, *arguments in json.load(sys.stdin):
    try:
        answers.append(getattr(store, verb)(*arguments))
    except SecretError as error:
        answers.append({**error.to_json(), "text": None})
answers.append(str(store.notice) if store.notice else None)
loaded = sorted(name for name in ("keyring", "secretstorage", "jeepney") if name in sys.modules)
print(json.dumps({"answers": answers, "loaded": loaded}))
"""


def session(environment: Mapping[str, str], *questions: list[str]) -> list[Any]:
    """Ask a new store in a new process; the last answer is its notice."""
    return list(_ask(environment, *questions)["answers"])


def _ask(environment: Mapping[str, str], *questions: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        # the library leaves its socket to the garbage collector when the keyring is locked
        [sys.executable, "-W", "error", "-W", "ignore::ResourceWarning", "-c", ASK],
        input=json.dumps(questions),
        env={**environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


@pytest.fixture
def no_service(home: Path) -> dict[str, str]:
    """Return the environment of a computer without any keyring."""
    return {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def test_a_secret_outlives_the_program_in_the_keyring(secret_service: dict[str, str], home: Path) -> None:
    assert session(secret_service, ["set", "voucher-key", "sk-live-7f3"]) == ["keyring", None]
    assert session(secret_service, ["where", "voucher-key"], ["get", "voucher-key"]) == ["keyring", "sk-live-7f3", None]
    assert not [file for file in home.rglob("*") if file.is_file() and b"sk-live-7f3" in file.read_bytes()]


def test_a_forgotten_secret_is_gone_from_the_keyring(secret_service: dict[str, str]) -> None:
    session(secret_service, ["set", "voucher-key", "sk-live-7f3"])
    where, missing, _ = session(secret_service, ["forget", "voucher-key"], ["where", "voucher-key"])
    assert (where, missing) == (None, None)
    answer, notice = session(secret_service, ["get", "voucher-key"])
    assert answer["code"] == "SEC-MISSING"
    assert "CAMPAIGN_FLOW_SECRET_VOUCHER_KEY" in answer["hint"]
    assert notice is None


def test_forgetting_what_nobody_keeps_changes_nothing(secret_service: dict[str, str]) -> None:
    assert session(secret_service, ["forget", "voucher-key"]) == [None, None]


def test_a_second_value_replaces_the_first(secret_service: dict[str, str]) -> None:
    session(secret_service, ["set", "voucher-key", "old"], ["set", "voucher-key", "nouveau – ✓"])
    assert session(secret_service, ["get", "voucher-key"])[0] == "nouveau – ✓"


def test_the_environment_wins_over_the_keyring(secret_service: dict[str, str]) -> None:
    session(secret_service, ["set", "voucher-key", "from the keyring"])
    environment = {**secret_service, "CAMPAIGN_FLOW_SECRET_VOUCHER_KEY": "from the environment"}
    answers = session(environment, ["where", "voucher-key"], ["get", "voucher-key"])
    assert answers[:2] == ["environment", "from the environment"]


def test_the_environment_needs_no_keyring_library(no_service: dict[str, str]) -> None:
    environment = {**no_service, "CAMPAIGN_FLOW_SECRET_VOUCHER_KEY": "from the environment"}
    answer = _ask(environment, ["get", "voucher-key"])
    assert answer["loaded"] == []


def test_a_locked_keyring_gives_a_sentence_and_no_wait(locked_service: dict[str, str]) -> None:
    answer, _ = session(locked_service, ["get", "voucher-key"])
    assert answer["code"] == "SEC-LOCKED"
    assert answer["message"] == "The keyring of this computer is locked."
    assert "Unlock it" in answer["hint"]


def test_a_locked_keyring_leaves_new_secrets_in_memory_and_says_so(locked_service: dict[str, str]) -> None:
    where, value, notice = session(locked_service, ["set", "voucher-key", "sk-live"], ["get", "voucher-key"])
    assert (where, value) == ("session", "sk-live")
    assert notice == "The keyring of this computer is locked. Secrets are kept until the program ends."
    assert session(locked_service, ["where", "voucher-key"])[0] is None


def test_without_a_keyring_secrets_stay_in_memory_and_a_sentence_says_so(no_service: dict[str, str]) -> None:
    where, value, gone, notice = session(
        no_service, ["set", "a/b", "x"], ["get", "a/b"], ["forget", "a/b"], ["where", "a/b"]
    )[:4]
    assert (where, value, gone, notice) == ("session", "x", None, None)
    assert session(no_service, ["where", "a"])[-1] == (
        "This computer has no keyring. Secrets are kept until the program ends."
    )


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_drops_secrets_is_refused(backend: str, no_service: dict[str, str]) -> None:
    environment = {**no_service, "PYTHON_KEYRING_BACKEND": backend}
    where, value, notice = session(environment, ["set", "voucher-key", "sk-live"], ["get", "voucher-key"])
    assert (where, value) == ("session", "sk-live")
    assert "until the program ends" in notice


def test_a_keyring_that_writes_plain_text_is_refused(no_service: dict[str, str], home: Path) -> None:
    package = home / "library" / "keyrings" / "alt"
    package.mkdir(parents=True)
    (package / "file.py").write_text(
        "import pathlib\n"
        "from keyring.backend import KeyringBackend\n"
        "class PlaintextKeyring(KeyringBackend):\n"
        "    priority = 5\n"
        "    def set_password(self, service, username, password):\n"
        "        pathlib.Path.home().joinpath('plain.txt').write_text(password)\n"
        "    def get_password(self, service, username):\n"
        "        return pathlib.Path.home().joinpath('plain.txt').read_text()\n",
        encoding="utf-8",
    )
    environment = {
        **no_service,
        "PYTHONPATH": str(home / "library"),
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }
    where, notice = session(environment, ["set", "voucher-key", "sk-live"])
    assert where == "session"
    assert "keyrings.alt.file.PlaintextKeyring" in notice
    assert not (home / "plain.txt").exists()


def test_a_keyring_that_does_not_exist_gives_a_sentence(no_service: dict[str, str]) -> None:
    environment = {**no_service, "PYTHON_KEYRING_BACKEND": "nowhere.Keyring"}
    where, notice = session(environment, ["set", "voucher-key", "sk-live"])
    assert where == "session"
    assert notice.startswith("The keyring of this computer does not answer as it should (ModuleNotFoundError).")


def test_a_keyring_that_died_gives_a_sentence(secret_service: dict[str, str]) -> None:
    environment = {**secret_service, "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
    where, notice = session(environment, ["set", "voucher-key", "sk-live"])
    assert where == "session"
    assert "sk-live" not in notice


def test_a_name_that_is_none_is_refused(no_service: dict[str, str]) -> None:
    names = ["", "a b", "../x\n", "a=b", "ü", "x" * 129]
    questions = [[verb, name] for name in names for verb in ("get", "where", "forget")]
    answers = session(no_service, *questions)[:-1]
    assert {answer["code"] for answer in answers} == {"SEC-BAD-NAME"}


def test_an_empty_secret_is_refused(no_service: dict[str, str]) -> None:
    assert session(no_service, ["set", "voucher-key", ""])[0]["code"] == "SEC-EMPTY"


def test_the_variable_of_a_secret_is_its_name_in_capitals() -> None:
    assert variable_of("voucher-key") == "CAMPAIGN_FLOW_SECRET_VOUCHER_KEY"
    assert variable_of("EXT26/client_secret") == "CAMPAIGN_FLOW_SECRET_EXT26_CLIENT_SECRET"


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("X-Api-Key: sk-live-7f3", ["sk-live-7f3"], f"X-Api-Key: {MASK}"),
        ("Basic dXNlcjpzay1saXZlLTdmMw==", ["sk-live-7f3"], f"Basic dXNlcjp{MASK}w=="),
        ("?key=a%26b%2Fc+d", ["a&b/c d"], f"?key={MASK}"),
        ('{"key": "say \\"hi\\""}', ['say "hi"'], f'{{"key": "{MASK}"}}'),
        ('{"key": "p\\u00e4ss"}', ["päss"], f'{{"key": "{MASK}"}}'),
        ("long-secret and long", ["long", "long-secret"], f"{MASK} and {MASK}"),
        ("count=12, key=1", ["1"], f"count=12, key={MASK}"),
        ("nothing here", ["", "  absent"], "nothing here"),
    ],
)
def test_a_secret_is_masked_however_it_is_written(text: str, secrets: list[str], shown: str) -> None:
    assert redact(text, secrets) == shown


@given(st.text(min_size=4), st.text(), st.text())
def test_a_masked_text_holds_no_secret(secret: str, before: str, after: str) -> None:
    masked = redact(before + secret + after, [secret])
    assert secret not in masked.replace(MASK, "\0") or secret in (before, after)
