"""Ids of columns from the names in the head of a file: safe in expressions and messages, unique (ACS 1.5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from engine.schema import LINE_NUMBER, TARGET

_CODES: Final = re.compile(
    "code|zip|zipcode|postcode|postal|plz|region|department|dept|departement|province|county|district|commune|insee|"
    "phone|telephone|tel|mobile|fax|sku|ean|gtin|isbn|iban|bic|barcode|voucher|coupon|siren|siret|fips|naics"
)


def column_ids(names: Sequence[str], *, taken: Sequence[str] = (LINE_NUMBER, TARGET)) -> tuple[str, ...]:
    """Return an id for each name, unlike those `taken`: letters, digits and `_`, different also in small letters."""
    used = {each.lower() for each in taken}
    found = []
    for place, name in enumerate(names, start=1):
        wish = re.sub(r"\W", "_", name.strip()) or f"column_{place}"
        wish = f"_{wish}" if wish[0].isdigit() else wish
        id, number = wish, 1
        while id.lower() in used:
            number += 1
            id = f"{wish}_{number}"
        used.add(id.lower())
        found.append(id)
    return tuple(found)


def names_codes(name: str) -> bool:
    """Return whether a column of that name holds codes, which stay text even where all of them are digits.

    The regions 13 and 59 are no numbers: somewhere there is a region 01, and another table has them as text.
    """
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return any(_CODES.fullmatch(word.lower()) for word in re.findall("[A-Z]?[a-z]+|[A-Z]+", plain))
