"""Bytes are read as what they are, whatever their label says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.http_client.charsets import decoded

TEXT = '{"city":"Orléans","price":"10 €"}'


@pytest.mark.parametrize(
    ("codec", "label", "charset", "is_other"),
    [
        ("utf-8", "", "UTF-8", False),
        ("utf-8", "utf-8", "UTF-8", False),
        ("utf-8", "UTF8", "UTF-8", False),
        ("utf-8", "iso-8859-1", "UTF-8", True),
        ("utf-8", "us-ascii", "UTF-8", True),
        ("utf-8", "nonsense", "UTF-8", False),
        ("utf-8", "base64", "UTF-8", False),
        ("utf-8", "utf-16", "UTF-8", True),
        ("utf-8-sig", "", "UTF-8", False),
        ("utf-8-sig", "windows-1252", "UTF-8", True),
        ("utf-16", "", "UTF-16", False),
        ("utf-16", "utf-16", "UTF-16", False),
        ("utf-16", "utf-8", "UTF-16", True),
        ("utf-16-le", "utf-16", "UTF-16", False),
        ("utf-16-be", "utf-16be", "UTF-16", False),
        ("utf-32", "", "UTF-32", False),
        ("utf-32-be", "utf-8", "UTF-32", True),
        ("cp1252", "windows-1252", "Windows-1252", False),
        ("cp1252", "iso-8859-1", "Windows-1252", True),
        ("cp1252", "utf-8", "Windows-1252", True),
        ("cp1252", "", "Windows-1252", True),
    ],
)
def test_the_bytes_count_more_than_the_label(codec: str, label: str, charset: str, is_other: bool) -> None:
    kind = f'application/json; charset="{label}"' if label else "application/json"
    found = decoded(TEXT.encode(codec), kind)
    assert (found.text, found.charset, found.is_other, found.is_damaged) == (TEXT, charset, is_other, False)


@pytest.mark.parametrize(
    ("codec", "label"), [("cp1251", "windows-1251"), ("shift_jis", "Shift_JIS"), ("koi8-r", "koi8-r")]
)
def test_a_label_that_fits_is_believed(codec: str, label: str) -> None:
    text = "Привет" if codec != "shift_jis" else "東京"
    found = decoded(text.encode(codec), f"text/csv; charset={label}")
    assert (found.text, found.is_other) == (text, False)


def test_latin_1_is_what_windows_does_not_have() -> None:
    found = decoded(b'{"a":"\xe9\x81"}', "application/json")
    assert (found.charset, found.text, found.is_other) == ("Latin-1", '{"a":"é\x81"}', True)


def test_broken_utf_8_stays_utf_8_and_is_told() -> None:
    found = decoded('{"a":"éèà"}'.encode() + b"\xff", "application/json; charset=utf-8")
    assert (found.charset, found.is_other, found.is_damaged) == ("UTF-8", False, True)
    assert found.text == '{"a":"éèà"}\ufffd'


def test_a_replacement_character_that_was_sent_is_no_damage() -> None:
    assert not decoded('{"a":"\ufffd"}'.encode(), "application/json").is_damaged


def test_halves_of_characters_are_no_windows_signs() -> None:
    found = decoded(b'{"a":"\xed\xa0\x80"}', "application/json")
    assert (found.charset, found.is_damaged) == ("UTF-8", True)


@given(
    st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]), st.sampled_from(["", "utf-8", "latin-1"])
)
def test_json_in_any_unicode_encoding_comes_back(text: str, codec: str, label: str) -> None:
    whole = json.dumps({"text": text.encode("utf-8", "replace").decode()}, ensure_ascii=False)
    assert decoded(whole.encode(codec), f"application/json; charset={label}").text == whole


@given(
    st.binary(),
    st.sampled_from(
        ["", "utf-8", "latin-1", "cp1252", "utf-16", "big5", "idna", "undefined", "unicode_escape", "nonsense"]
    ),
)
def test_no_bytes_break_the_reading(body: bytes, label: str) -> None:
    assert isinstance(decoded(body, f"text/plain; charset={label}").text, str)
