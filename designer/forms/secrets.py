"""Tells secrets from plain values and hands them to the keyring, so that the flow holds only references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject

from designer.engine_client import FindingView
from designer.forms.asking import ask
from designer.forms.binding import Binding

_SENSITIVE = re.compile(
    r"authorization|api[-_ ]?key|(?:^|[-_ ])keys?(?:$|[-_ ])|token|secret|passw|credential|cookie|session|signature",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(Bearer|Basic|Token|ApiKey|Api-Key|Negotiate)(\s+)(?=\S)", re.IGNORECASE)
_REFERENCE = re.compile(r"\{\{\s*secret:([^}\s]+)\s*\}\}")
_TOKEN = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+|(?:sk|pk|ghp|gho|xox[abp])[-_][\w-]{8,}|(?=\S*\d)(?=\S*[A-Za-z])[\w+/=-]{24,}"
)
_KNOWN_TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}|\b(?:sk|pk|ghp|gho|glpat|xox[abp])[-_][\w-]{8,}")
_PLACES = 9

DOTS = "••••••••••"
"""What is shown in the place of a secret."""


def is_sensitive_name(name: str) -> bool:
    """Return whether a header or parameter of this name usually holds a secret."""
    return _SENSITIVE.search(name) is not None


def looks_secret(name: str, value: str) -> bool:
    """Return whether a parameter holds a secret: by its name, or by the way that well-known tokens are written."""
    return is_sensitive_name(name) or _KNOWN_TOKEN.search(value) is not None


def secret_in(value: str, name: str) -> str:
    """Return the part of a header's `value` that must not stand in the flow, or an empty string.

    A scheme (`Bearer`) and references (`{{secret:…}}`) are no secrets; anything else in a sensitive header is, and so
    is what looks like a token in any other.
    """
    rest = _SCHEME.sub("", value.strip(), count=1) if _SCHEME.match(value.strip()) else value.strip()
    bare = re.sub(r"\{\{.*?\}\}", "", rest).strip()
    if not bare:
        return ""
    return rest if is_sensitive_name(name) or _TOKEN.fullmatch(bare) else ""


def with_reference(value: str, secret: str, reference: str) -> str:
    """Return `value` with its `secret` replaced by `{{secret:reference}}`: a scheme before it stays."""
    return value.strip().removesuffix(secret) + f"{{{{secret:{reference}}}}}"


def references(value: str) -> list[str]:
    """Return the names of the secrets that a value refers to."""
    return _REFERENCE.findall(value)


def masked(value: str, where: str) -> str:
    """Return a value with dots in the place of its secrets, and where they are kept."""
    shown = _REFERENCE.sub(DOTS, value)
    return f"{shown} ({where})" if where else shown


def secret_name(flow_name: str, activity: str, header: str) -> str:
    """Return a name for a secret: the flow, the activity and the header, in small letters and dashes."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{flow_name} {activity} {header}".lower()).strip("-")
    return words[:80] or "secret"


def keep_secret(  # noqa: PLR0913 - one question, all by name
    binding: Binding,
    owner: QObject,
    *,
    header: str,
    value: str,
    current: str,
    on_kept: Callable[[str, str], object],
    on_error: Callable[[FindingView], object],
) -> None:
    """Put `value` into the keyring and tell `on_kept` its name and where it is.

    The name that `current` (the header's value until now) refers to is used again; a new name is one that the keyring
    does not know, so that no other flow's secret is overwritten.
    """
    session = binding.session
    used = references(current)
    wish = secret_name(session.flow.name, binding.activity, header)
    names = used[:1] or [wish, *(f"{wish}-{number}" for number in range(2, _PLACES + 1))]

    def choose(known: Mapping[str, Any]) -> None:
        free = [name for name in names if not known.get(name)]
        store(names[0] if used or not free else free[0])

    def store(name: str) -> None:
        def kept(answer: Mapping[str, Any]) -> None:
            on_kept(name, str(answer["where"]))

        ask(session, owner, "secret_set", {"name": name, "value": value}, on_result=kept, on_error=on_error)

    ask(session, owner, "secret_known", {"names": names}, on_result=choose, on_error=on_error)
