"""A whole e-mail: header lines, preheader, and the text for people who read no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.errors import TemplateError
from engine.personalization.fields import field_of
from engine.personalization.letter import PARTS, Letter, letter
from engine.personalization.links import plain_text
from engine.personalization.message import compile_message
from engine.personalization.recipients import name_of, naming_columns
from engine.schema import Column, ColumnType, Link, TableSchema
from tests.engine.personalization.message_world import NOW, ROW, SCHEMA, VARIABLES


def written(row: Mapping[str, Any] = ROW, **texts: str) -> Letter:
    """Return the e-mail of these texts (`sender_name` for `sender.name`) for a row."""
    parts = {name: texts.get(name.replace(".", "_"), "") for name in PARTS}
    message = compile_message(parts, SCHEMA, tuple(VARIABLES))
    return letter(message, message.renderer("en", "UTC", VARIABLES, NOW), row)


def test_a_line_break_in_a_value_begins_no_other_header() -> None:
    made = written(
        {**ROW, "code": "a\r\nBcc: all@x.example"}, subject="{{ targetData.code }}", sender_name="{{ targetData.code }}"
    )
    assert made.subject == "a  Bcc: all@x.example"
    assert made.sender_name == "a  Bcc: all@x.example"


def test_the_text_is_made_from_the_html_when_there_is_none() -> None:
    html = (
        "<html><head><style>p{color:red}</style><title>x</title></head><body><div style='display: none'>hidden</div>"
        "<h1>Hi {{ profile.firstName }}</h1><p>One<br>two &amp; <b>three</b></p><ul><li>a</li><li>b</li></ul>"
        "<a href='https://a.example/'>Shop</a> <img src='https://a.example/x.png' alt='Logo'></body></html>"
    )
    made = written(html=html)
    assert made.text == "Hi Ann\n\nOne\ntwo & three\n\n- a\n- b\n\nShop (https://a.example/) Logo"
    assert written(html=html, text="Own {{ targetData.code }}").text == "Own V-7F3"


def test_text_of_deeply_nested_html_is_found_without_recursion() -> None:
    assert plain_text("<div>" * 3_000 + "deep" + "</div>" * 3_000) == "deep"
    assert plain_text("") == ""


def test_the_preheader_stands_hidden_at_the_top_and_shifts_the_trace() -> None:
    made = written(
        html="<body class='x'><p>{{ profile.firstName }}</p></body>", preheader="{{ targetData.code }} <now>"
    )
    assert made.html.startswith("<body class='x'><div style=\"display:none")
    assert "V-7F3 &lt;now&gt;</div><p>Ann</p>" in made.html
    piece = made.trace[0]
    assert made.html[piece["start"] : piece["end"]] == "Ann"
    assert "V-7F3" not in plain_text(made.html)


def test_missing_fields_and_problems_of_all_parts_are_gathered() -> None:
    made = written(
        {"id": 1}, subject="{{ profile.firstName }}", html="{{ targetData.code }}", text="{{ targetData.code }}"
    )
    assert made.missing == ("profile.firstName", "targetData.code")
    failed = written(subject="{{ targetData.code | date }}", html="<p>{{ targetData.code }}</p>")
    assert [name for name, _ in failed.problems] == ["subject"]
    assert (failed.subject, failed.html) == ("", "<p>V-7F3</p>")


def test_an_unknown_language_or_time_zone_is_said_in_a_sentence() -> None:
    message = compile_message({"text": "x"}, SCHEMA, ())
    for locale, zone in (("xx-nowhere", "UTC"), ("en", "Mars/Base"), ("en", "../etc/passwd")):
        with pytest.raises(TemplateError, match="is no language or time zone"):
            message.renderer(locale, zone, {}, NOW)


def test_fields_are_called_as_messages_write_them() -> None:
    names = [field_of(path) for path in ("target.firstName", "code", "weather.sky", "first name")]
    assert names == ["profile.firstName", "targetData.code", "targetData.weather.sky", "targetData['first name']"]


def test_a_recipient_is_called_by_name_then_by_address_then_by_key() -> None:
    profile = TableSchema(tuple(Column(name, ColumnType.TEXT) for name in ("first_name", "lastName", "email")))
    schema = TableSchema((Column("email", ColumnType.TEXT),), links=(Link("target", profile, is_stored=False),))
    columns = naming_columns(schema)
    assert columns == ["target.first_name", "target.lastName", "target.email"]
    assert name_of({"target.first_name": "Ann", "target.lastName": "Lee"}, columns, "7") == "Ann Lee"
    assert name_of({"target.lastName": "Lee"}, columns, "7") == "Lee"
    assert name_of({"target.email": "ann@x.example"}, columns, "7") == "ann@x.example"
    assert name_of({}, columns, "7") == "7"
