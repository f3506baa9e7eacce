"""What is asked about who one is to other services: where secrets are kept, and whether an account works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.accounts.oauth import try_connection
from engine.document.model import Flow
from engine.errors import Code, SettingsError
from engine.http_client.lines import Connections
from engine.runner.cancellation import Cancellation
from engine.runner.services import SECRETS
from engine.text import Text

NOTHING_TO_TEST = Code("EXT-ACCOUNT-NO-TEST", "Only an OAuth 2.0 account has a connection that can be tested.")


def secret_known(names: Sequence[str]) -> Mapping[str, str]:
    """Return for each name where the secret is kept, an empty text for nowhere. Raises SecretError."""
    return {name: str(SECRETS.where(name) or "") for name in names}


def secret_set(name: str, value: str) -> Mapping[str, str]:
    """Keep a secret and return where. Raises SecretError."""
    return {"where": str(SECRETS.set(name, value)), "notice": str(SECRETS.notice or "")}


def try_account(
    flow: Flow, name: str, cancellation: Cancellation | None = None, certificate_file: Path | None = None
) -> Mapping[str, Any]:
    """Fetch an access token for an account of the flow and return a sentence as `text`.

    Raises SettingsError, SecretError, CallError, RunCancelled.
    """
    account = flow.accounts.get(name)
    if account is None or account.type != "oauth2":
        raise SettingsError(
            NOTHING_TO_TEST,
            Text("“{name}” is no OAuth 2.0 account of the flow.", name=name),
            hint=Text("Send a call that uses the account instead."),
        )
    watcher = _Patient(cancellation or Cancellation())
    label, profile = account.label or name, flow.options.guardrails
    with Connections(certificate_file) as connections:
        text = try_connection(account, label, SECRETS.get, profile, watcher, connections)
    return {"text": text.to_json()}


class _Patient:
    """Waits for the answer until somebody takes the question back."""

    def __init__(self, cancellation: Cancellation) -> None:
        self._cancellation = cancellation

    def check_cancelled(self) -> None:
        self._cancellation.check()

    def tell(self, text: Text) -> None:
        """Hear what the call does, which only its end matters of."""

    def progress(self, done: int, total: int | None) -> None:
        """Hear how many bytes have come, which are few."""
