"""Numbers of a document are written as they were read, to the last digit."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import digits
from engine.document.digits import Written
from engine.document.files import dumps, loads
from engine.errors import FileError

NUMBERS = ["0.1000000000000000055", "12345678901234567890.10", "9.90", "1e3", "1E+2", "-0.0", "-0", "2.5", "1e22", "7"]
FRACTIONS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)


def flow(number: str) -> bytes:
    """Return the bytes of a flow with a number in a sample."""
    return (
        '{\n  "format": "campaign-flow/1",\n  "name": "",\n  "activities": {\n    "call": {\n'
        '      "kind": "external-api",\n      "version": 1,\n      "settings": {\n        "response": {\n'
        f'          "sample": [\n            {{\n              "n": {number}\n            }}\n          ]\n'
        "        }\n      }\n    }\n  }\n}\n"
    ).encode()


@pytest.mark.parametrize("number", NUMBERS)
def test_saving_what_was_loaded_changes_no_digit(number: str) -> None:
    assert dumps(loads(flow(number))) == flow(number)


@given(FRACTIONS)
def test_every_number_comes_back_as_it_was_written(number: str) -> None:
    assert digits.dumps(digits.loads(f'{{"a": [{number}]}}')) == f'{{"a": [{number}]}}'


def test_a_number_in_another_form_is_another_value_but_counts_alike() -> None:
    written = digits.number("9.90")
    assert isinstance(written, Written)
    assert written != 9.9
    assert {"a": written} != {"a": 9.9}
    assert written == digits.number("9.90")
    assert len({written, digits.number("9.90"), 9.9}) == 2
    assert (written + 1, written > 9, f"{written:.1f}", str(written)) == (10.9, True, "9.9", "9.90")
    assert not isinstance(digits.number("9.9"), Written)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" * 5000])
def test_a_number_that_cannot_be_kept_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"1e999|integer string"):
        digits.loads(number)
    with pytest.raises(FileError) as caught:
        loads(flow(number))
    assert caught.value.code.id == "FILE-BAD-NUMBER"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_keeps_the_digits(duplicate: Any) -> None:
    assert repr(duplicate(Written("1e3"))) == "1e3"


def test_values_without_such_numbers_are_written_as_ever() -> None:
    value = {"a": [1, 2.5, None, "9.90", True], "é": {"b": ()}}
    assert digits.dumps(value, indent=1, ensure_ascii=False) == json.dumps(value, indent=1, ensure_ascii=False)
