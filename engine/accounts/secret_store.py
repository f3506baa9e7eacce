"""Secrets by name: from the environment, the keyring of the computer, or the memory of this session."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote, quote_plus

from engine.errors import Code, SecretError
from engine.text import Text

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

MISSING = Code("SEC-MISSING", "A secret that is needed is kept nowhere on this computer.")
LOCKED = Code("SEC-LOCKED", "The keyring is locked, and nobody unlocked it.")
KEYRING_FAILED = Code("SEC-KEYRING-FAILED", "The keyring did not do what it was asked to.")
BAD_NAME = Code("SEC-BAD-NAME", "A secret's name has characters that a name cannot have.")
EMPTY = Code("SEC-EMPTY", "A secret without any character cannot be kept.")

SERVICE: Final = "campaign-flow-designer"
"""The name under which all secrets stand in the keyring; the user name there is the secret's name."""

MASK: Final = "********"
"""What is shown in the place of a secret."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}\Z")
_SHORT = 3
"""Up to this length a value is masked only where it stands alone: otherwise hardly any text would be left."""

_REFUSED = ("keyrings.alt", "keyring.backends.null")
"""Backends that write secrets as plain text to the disk, or drop them, without a word (design: keyring)."""

Answer = TypeVar("Answer")


class Where(StrEnum):
    """The places of secrets; the first one that has a secret wins.

    New ones go to the keyring. Memory comes before it, because it has only what a closed keyring did not take.
    """

    ENVIRONMENT = "environment"
    SESSION = "session"
    KEYRING = "keyring"


class SecretStore:
    """Keeps secrets by name. Loads and asks nothing before the first question; safe to use from any thread.

    Asking a locked keyring makes the computer ask its owner for the password and waits for the answer, so
    the window's process never does.
    """

    def __init__(self) -> None:
        """Begin with an empty memory of this session."""
        self._session: dict[str, str] = {}
        self._lock = threading.Lock()
        self._backend: KeyringBackend | None = None
        self._is_open = False
        self._notice: Text | None = None

    @property
    def notice(self) -> Text | None:
        """Return why secrets are kept in the memory of this session only, or None while the keyring serves."""
        return self._notice

    def get(self, name: str) -> str:
        """Return the secret called `name`.

        Raises SecretError: SEC-MISSING when it is kept nowhere, SEC-LOCKED or SEC-KEYRING-FAILED when it may
        be in a keyring that cannot be read.
        """
        _check_name(name)
        value = os.environ.get(variable_of(name)) or self._session.get(name)
        value = value or self._ask(lambda keyring: keyring.get_password(SERVICE, name))
        if not value:
            variable = variable_of(name)
            raise SecretError(
                MISSING,
                Text("The secret “{name}” is not known on this computer.", name=name),
                hint=Text("Enter it in the panel, or set the environment variable {variable}.", variable=variable),
            )
        return value

    def set(self, name: str, value: str) -> Where:
        """Keep a secret and return where: in the keyring, or in memory with the reason in `notice`.

        A variable of the environment with the same secret still wins when it is read. Raises SecretError for
        a name that is none and for an empty secret.
        """
        _check_name(name)
        if not value:
            raise SecretError(
                EMPTY, Text("The secret “{name}” has no character.", name=name), hint=Text("Type it again.")
            )
        try:
            is_kept = self._ask(lambda keyring: keyring.set_password(SERVICE, name, value) or True)
        except SecretError as error:
            self._notice = _in_memory(error.text)
            is_kept = None
        if is_kept:
            self._notice = None
            self._session.pop(name, None)
            return Where.KEYRING
        self._session[name] = value
        return Where.SESSION

    def forget(self, name: str) -> None:
        """Remove a secret from the keyring and from memory; a variable of the environment stays.

        Raises SecretError when the keyring has it and does not give it away.
        """
        _check_name(name)
        self._session.pop(name, None)
        if self._ask(lambda keyring: keyring.get_password(SERVICE, name)) is not None:
            self._ask(lambda keyring: keyring.delete_password(SERVICE, name))

    def where(self, name: str) -> Where | None:
        """Return where the secret called `name` would be read from, or None when nobody has it."""
        _check_name(name)
        if os.environ.get(variable_of(name)):
            return Where.ENVIRONMENT
        if name in self._session:
            return Where.SESSION
        try:
            is_in_keyring = self._ask(lambda keyring: keyring.get_password(SERVICE, name)) is not None
        except SecretError as error:
            self._notice = error.text
            is_in_keyring = False
        return Where.KEYRING if is_in_keyring else None

    def _ask(self, question: Callable[[KeyringBackend], Answer]) -> Answer | None:
        """Return what the keyring answers, None without one. Raises SecretError in the place of its errors."""
        backend = self._opened()
        if backend is None:
            return None
        try:
            return question(backend)
        except Exception as error:  # noqa: BLE001 - each backend has errors of its own; every one becomes a sentence
            raise _sentence(error) from None

    def _opened(self) -> KeyringBackend | None:
        with self._lock:
            if not self._is_open:
                self._backend, self._notice = _find_backend()
                self._is_open = True
            return self._backend


def variable_of(name: str) -> str:
    """Return the variable of the environment that can hold the secret: `CAMPAIGN_FLOW_SECRET_VOUCHER_KEY`."""
    return "CAMPAIGN_FLOW_SECRET_" + re.sub(r"\W", "_", name).upper()


def _check_name(name: str) -> None:
    if not _NAME.match(name):
        raise SecretError(
            BAD_NAME,
            Text("“{name}” cannot be the name of a secret.", name=name[:40]),
            hint=Text("Use letters, digits, “-”, “_”, “.” and “/”, at most 128 of them."),
        )


def _find_backend() -> tuple[KeyringBackend | None, Text | None]:
    """Return the keyring to use, or None with the reason why there is none."""
    import keyring.core

    try:
        keyring.core.init_backend(limit=is_trusted)
        backend = keyring.core.get_keyring()
    except Exception as error:  # noqa: BLE001 - a configured backend that does not load raises what it likes
        return None, _in_memory(_sentence(error).text)
    if is_trusted(backend):
        return backend, None
    if type(backend).__module__ == "keyring.backends.fail":
        return None, _in_memory(Text("This computer has no keyring."))
    name = f"{type(backend).__module__}.{type(backend).__qualname__}"
    return None, _in_memory(Text("The keyring “{keyring}” does not keep secrets safely and is not used.", keyring=name))


def _in_memory(reason: Text) -> Text:
    return Text("{reason} Secrets are kept until the program ends.", reason=reason)


def is_trusted(backend: KeyringBackend) -> bool:
    """Return whether secrets may be given to `backend`: it works here, encrypts, and keeps what it gets."""
    module = type(backend).__module__
    return float(backend.priority) > 0 and not any(
        module == refused or module.startswith(f"{refused}.") for refused in _REFUSED
    )


def _sentence(error: Exception) -> SecretError:
    """Return a backend's error as ours. Its own words are left out: some backends quote what they were given."""
    import keyring.errors

    kind = type(error).__name__
    if isinstance(error, keyring.errors.KeyringLocked) or kind in {"LockedException", "PromptDismissedException"}:
        return SecretError(
            LOCKED,
            Text("The keyring of this computer is locked."),
            hint=Text("Unlock it and try again, or set the secret in the environment."),
        )
    return SecretError(
        KEYRING_FAILED,
        Text("The keyring of this computer does not answer as it should ({kind}).", kind=kind),
        hint=Text("Check that the keyring works, or set the secret in the environment."),
    )


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret in it masked, also where it stands percent-encoded, in JSON or in base64.

    A secret of up to three characters is masked only where it stands alone, between characters that are no
    letters or digits; an empty one is ignored.
    """
    forms = sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True)
    if not forms:
        return text
    return re.sub("|".join(forms), MASK, text)


def _forms(secret: str) -> Iterator[str]:
    """Yield patterns for each way of writing a secret."""
    plain = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
    }
    if len(secret) <= _SHORT:
        yield from (rf"(?<!\w){re.escape(form)}(?!\w)" for form in plain)
        return
    yield from map(re.escape, plain)
    if len(secret) > 2 * _SHORT:
        yield from map(re.escape, _coded(secret))


def _coded(secret: str) -> Iterator[str]:
    """Yield what base64 makes of a secret within a longer text: one of three forms, after where it begins."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + secret.encode("utf-8", "replace")).decode()
        core = coded[(0, 2, 3)[shift] :]
        yield core.rstrip("=")[:-1] if core.endswith("=") else core
