"""Who a recipient is, in the words of people: by a name, else an address, else the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.schema import TARGET, TableSchema

_FIRST = ("firstName", "first_name", "firstname", "prenom", "givenName")
_LAST = ("lastName", "last_name", "lastname", "nom", "familyName")
_WHOLE = ("name", "fullName", "full_name")
_ADDRESS = ("email", "mail", "emailAddress", "email_address")


def naming_columns(schema: TableSchema) -> Sequence[str]:
    """Return the columns that say who a row is: those of the profile before the row's own."""
    known = [path for path, _ in schema.paths()]
    found = []
    for names in (_FIRST, _LAST, _WHOLE, _ADDRESS):
        wanted = [f"{prefix}{name}".lower() for prefix in (f"{TARGET}.", "") for name in names]
        path = next((each for want in wanted for each in known if each.lower() == want), None)
        if path is not None:
            found.append(path)
    return found


def name_of(row: Mapping[str, Any], columns: Sequence[str], key: str) -> str:
    """Return the name of the person in `row`, whose naming columns are `columns`."""
    texts = {column.rpartition(".")[2].lower(): str(row[column]) for column in columns if row.get(column)}
    first, last = (_one(texts, names) for names in (_FIRST, _LAST))
    if first or last:
        return " ".join(part for part in (first, last) if part)
    return _one(texts, _WHOLE) or _one(texts, _ADDRESS) or key


def _one(texts: Mapping[str, str], names: Sequence[str]) -> str:
    return next((texts[name.lower()] for name in names if name.lower() in texts), "")
