"""Rows that messages are written for, and short ways to write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.personalization.message import Message, compile_message
from engine.personalization.render import Rendered
from engine.schema import Column, ColumnType, Link, TableSchema

NOW = datetime(2026, 3, 1, 12, 0)

PROFILES = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("firstName", ColumnType.TEXT),
        Column("points", ColumnType.INTEGER),
        Column("timeZone", ColumnType.TEXT),
        Column("birthDate", ColumnType.DATE),
    ),
    key="id",
    dimension="profiles",
)
OFFERS = Column(
    "offers",
    ColumnType.LIST,
    fields=(
        Column("title", ColumnType.TEXT),
        Column("url", ColumnType.TEXT),
        Column("rank", ColumnType.INTEGER),
        Column("kickoff", ColumnType.DATE_TIME),
    ),
)
SCHEMA = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("code", ColumnType.TEXT),
        Column("price", ColumnType.FLOAT),
        Column("url", ColumnType.TEXT),
        Column("first name", ColumnType.TEXT),
        OFFERS,
    ),
    links=(
        Link("target", PROFILES, is_stored=False),
        Link("weather", TableSchema((Column("sky", ColumnType.TEXT), Column("tempC", ColumnType.INTEGER)))),
    ),
    key="id",
    dimension="profiles",
)
ROW: Mapping[str, Any] = {
    "id": 1,
    "code": "V-7F3",
    "price": 9.5,
    "url": "https://shop.example/tents?a=1&b=2",
    "first name": "Ann B.",
    "weather.sky": "rain",
    "weather.tempC": None,
    "target.firstName": "Ann",
    "target.points": 1234567,
    "target.timeZone": "Asia/Tokyo",
    "target.birthDate": date(2000, 2, 29),
    "offers": [
        {"title": "Lens", "url": "https://a.example/1", "rank": 2, "kickoff": datetime(2026, 3, 14, 20, 0)},
        {"title": "Nice", "url": "https://a.example/2", "rank": 1, "kickoff": datetime(2026, 3, 7, 20, 0)},
        {"title": "Brest", "url": None, "rank": 3, "kickoff": datetime(2026, 2, 28, 16, 0)},
    ],
}
VARIABLES: Mapping[str, Any] = {"campaign": "SPRING26", "budget": Decimal("9.90")}


def message_of(source: str, *, is_html: bool = False) -> Message:
    """Return a message of one text."""
    return compile_message({"html" if is_html else "text": source}, SCHEMA, tuple(VARIABLES))


def rendered(
    source: str, row: Mapping[str, Any] = ROW, *, is_html: bool = False, locale: str = "en", zone: str = "Europe/Paris"
) -> Rendered:
    """Return one text for one row."""
    renderer = message_of(source, is_html=is_html).renderer(locale, zone, VARIABLES, NOW)
    return renderer.render("html" if is_html else "text", renderer.values(row))


def text_of(source: str, row: Mapping[str, Any] = ROW, **more: Any) -> str:
    """Return a text that must come out without any problem."""
    made = rendered(source, row, **more)
    assert made.problem is None, str(made.problem.text)
    return made.text


def html_of(source: str, row: Mapping[str, Any] = ROW, **more: Any) -> str:
    """Return HTML that must come out without any problem."""
    return text_of(source, row, is_html=True, **more)


def problems(source: str, *, is_html: bool = False) -> list[str]:
    """Return code and sentence of everything that is wrong before any row is seen."""
    return [f"{found.code.id} {found.text}" for _, found in message_of(source, is_html=is_html).problems()]


def codes(source: str, *, is_html: bool = False) -> list[str]:
    """Return the codes of everything that is wrong before any row is seen."""
    return [found.code.id for _, found in message_of(source, is_html=is_html).problems()]


def hint(source: str) -> str:
    """Return the way out of the first problem."""
    return str(next(found.hint for _, found in message_of(source).problems()))


def failure(source: str, row: Mapping[str, Any] = ROW, **more: Any) -> str:
    """Return code and sentence of what goes wrong for one row alone."""
    made = rendered(source, row, **more)
    assert made.problem is not None
    return f"{made.problem.code.id} {made.problem.text}"
