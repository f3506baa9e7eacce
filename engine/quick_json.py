"""The door of the quick JSON library: for texts so large that the time of the standard one is felt.

It refuses more than the standard library does (halves of characters, constants that JSON does not have, endless
numbers): whoever reads here reads again with that one, which tells what is wrong or gets along with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import msgspec


def loads(text: str | bytes | memoryview, fraction: Callable[[str], Any] | None = None) -> Any:
    """Return what a JSON text says, each fraction as `fraction` makes it of its digits; of doubled keys the last.

    Integers are whole, of whatever length. Raises ValueError, also for valid JSON that is refused; RecursionError.
    """
    import msgspec

    try:
        return _decoder(fraction).decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None


@cache
def _decoder(fraction: Callable[[str], Any] | None) -> msgspec.json.Decoder[Any]:
    import msgspec

    return msgspec.json.Decoder(float_hook=fraction)


def dumps(value: Any, indent: int | None = None) -> bytes:
    """Return a value as JSON in UTF-8, in one line or indented.

    Raises ValueError for halves of characters, TypeError for what JSON does not have.
    """
    import msgspec

    data = msgspec.json.encode(value)
    return data if indent is None else msgspec.json.format(data, indent=indent)
