"""Made-up people: an audience of any size, the same on every machine for the same seed, and no real person's data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.errors import Code, SettingsError
from engine.schema import Column, ColumnType, TableSchema
from engine.tables.backend import quoted_name, quoted_text
from engine.tables.interim import Table, TableStore
from engine.text import Text

BAD_AUDIENCE = Code("DATA-MADE-UP", "The number of made-up people, their seed or their share of empty fields is wrong.")

MOST_PEOPLE: Final = 100_000_000
_VERSION: Final = 1

SCHEMA: Final = TableSchema(
    (
        Column("id", ColumnType.INTEGER),
        Column("email", ColumnType.TEXT, label="Email"),
        Column("firstName", ColumnType.TEXT, label="First name"),
        Column("lastName", ColumnType.TEXT, label="Last name"),
        Column("birthDate", ColumnType.DATE, label="Birth date"),
        Column("gender", ColumnType.TEXT, label="Gender"),
        Column("language", ColumnType.TEXT, label="Language"),
        Column("city", ColumnType.TEXT, label="City"),
        Column("zipCode", ColumnType.TEXT, label="Zip code"),
        Column("region", ColumnType.TEXT, label="Region"),
        Column("country", ColumnType.TEXT, label="Country"),
        Column("loyaltyPoints", ColumnType.INTEGER, label="Loyalty points"),
        Column("optIn", ColumnType.BOOLEAN, label="Opt-in"),
        Column("created", ColumnType.DATE_TIME, label="Created"),
        Column("team", ColumnType.TEXT, label="Team"),
        Column("pref", ColumnType.TEXT, label="Preference"),
    )
)
"""The columns of made-up people. `region` is a French department as text, because `01` is not 1."""

_FEMALE: Final = "Ann,Zoë,Inès,Chloé,Léa,Maëlle,Agnès,Nora,Sofia,Ingrid,Aïcha,Mei,Giulia,Anne-Sophie,Yasmin,Elif"
_MALE: Final = "Bob,Cid,Noël,Hugo,René,François,Jean-Luc,Omar,Łukasz,Søren,José,Kenji,Étienne,Karim,Ørjan,Benoît"
_LAST: Final = (
    "Martin,Bernard,Petit,Lefèvre,O'Connor,D'Angelo,Müller,García López,Núñez,Nowak,Šimek,Van den Berg,Haddad,Nguyễn,"
    "Dupont-Aignan,Le Goff,Sánchez,Ivanova,Østergaard,Yildiz,Sow,Tanaka,Smith,Fontaine"
)
_ODD: Final = (
    ("שלום", "כהן"),
    ("ليلى", "حداد"),
    ("Zoë 🎉", "Brontë"),
    ("李", "王"),
    ('Robert"; --', "<b>Tables</b>"),
    ("Hubert Blaine " + "Wolfe" * 18, "Schlegelsteinhausenbergerdorff " * 3 + "Senior"),
    ("A", "Ng"),
    ("Mary  Ann", "McDonald {{ code }}"),
)
_PLACES: Final = (
    ("01", "Bourg-en-Bresse"),
    ("13", "Marseille"),
    ("13", "Aix-en-Provence"),
    ("29", "Brest"),
    ("2A", "Ajaccio"),
    ("31", "Toulouse"),
    ("33", "Bordeaux"),
    ("35", "Rennes"),
    ("44", "Nantes"),
    ("59", "Lille"),
    ("59", "Dunkerque"),
    ("67", "Strasbourg"),
    ("69", "Lyon"),
    ("75", "Paris"),
    ("75", "Paris"),
    ("93", "Saint-Denis"),
)
_LANGUAGES: Final = ("fr", "fr", "fr", "fr", "en", "de", "es", "it")
_TEAMS: Final = ("LIO", "LIL", "MAR")
_PREFERENCES: Final = ("outdoor", "phones", "books", "home")


def fingerprint(ref: Mapping[str, Any]) -> str:
    """Return a name for what the settings make. Raises SettingsError."""
    rows, seed, missing = settings_of(ref)
    return f"made-up-{_VERSION}-{rows}-{seed}-{round(missing * 1000)}"


def settings_of(ref: Mapping[str, Any]) -> tuple[int, int, float]:
    """Return how many people, the seed, and the share of fields that stay empty. Raises SettingsError."""
    rows, seed, missing = ref.get("rows", 1000), ref.get("seed", 1), ref.get("missing", 0.0)
    are_whole = all(isinstance(each, int) and not isinstance(each, bool) for each in (rows, seed))
    is_share = isinstance(missing, int | float) and not isinstance(missing, bool) and 0 <= missing <= 1
    if not are_whole or not 0 <= rows <= MOST_PEOPLE or not is_share:
        text = Text(
            "Made-up people need a number of rows up to {most}, a whole seed and an empty share from 0 to 1.",
            most=MOST_PEOPLE,
        )
        raise SettingsError(BAD_AUDIENCE, text, hint=Text("Change the numbers of the resource."))
    return rows, seed, float(missing)


def imported(ref: Mapping[str, Any], store: TableStore, key: str) -> Table:
    """Return the people as a table that is kept under `key`. Raises SettingsError."""
    rows, seed, missing = settings_of(ref)
    fields = [
        f"{value if name == 'id' else _or_nothing(value, name, missing)} AS {quoted_name(name)}"
        for name, value in _FIELDS.items()
    ]
    made = store.sql(f"SELECT {', '.join(fields)} FROM ({_named(rows, seed)}) ORDER BY id")  # noqa: S608 # our own words
    return store.materialise(Table(made, SCHEMA), key)


def _dice(rows: int, seed: int) -> str:
    """Return SQL for `rows` rows of `id` and a number below 2^32 for each of the dice, as good as random.

    Multiplications and shifts in the manner of MurmurHash: alike on every machine and version, and fast.
    """
    salts = {name: int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:4], "big") for name in _DICE}
    steps = ("xor({0}, {0} >> 16) * 2246822519 & {1}", "xor({0}, {0} >> 13) * 3266489917 & {1}", "xor({0}, {0} >> 16)")
    first = ", ".join(f"xor(i, {salt}) * 2654435761 & {_MASK} AS {name}" for name, salt in salts.items())
    query = f"SELECT CAST(i AS BIGINT) AS id, {first} FROM (SELECT CAST(n + 1 AS UBIGINT) AS i FROM range({rows}) t(n))"  # noqa: S608 # numbers
    for step in steps:
        mixed = ", ".join(f"{step.format(name, _MASK)} AS {name}" for name in _DICE)
        query = f"SELECT id, {mixed} FROM ({query})"  # noqa: S608 # our own words
    return query


def _named(rows: int, seed: int) -> str:
    """Return SQL that adds to the dice what several fields are made of: a name and a place."""
    female, male, last = (names.split(",") for names in (_FEMALE, _MALE, _LAST))
    odd_first, odd_last = (_one("name", names) for names in zip(*_ODD, strict=True))
    regions, cities = (_one("place", names) for names in zip(*_PLACES, strict=True))
    return (
        f"SELECT *, CASE WHEN odd % 200 = 0 THEN {odd_first} WHEN sex % 2 = 0 THEN {_one('name', female)}"  # noqa: S608
        f" ELSE {_one('name', male)} END AS first, CASE WHEN odd % 200 = 0 THEN {odd_last}"
        f" ELSE {_one('family', last)} END AS last, {regions} AS region, {cities} AS city FROM ({_dice(rows, seed)})"
    )


def _one(die: str, words: Sequence[str]) -> str:
    """Return SQL that picks one of the words by a die."""
    listed = ", ".join(quoted_text(word) for word in words)
    return f"([{listed}])[CAST({die} % {len(words)} AS INTEGER) + 1]"


def _or_nothing(value: str, name: str, missing: float) -> str:
    if not missing:
        return value
    die, half = divmod(list(_FIELDS).index(name), 2)
    return f"CASE WHEN (gap{die} >> {16 * half}) % 65536 >= {round(missing * 65536)} THEN {value} END"


_DICE: Final = (
    *("odd", "sex", "name", "family", "place", "birth", "tongue", "zip", "points", "consent", "since", "team", "taste"),
    *(f"gap{number}" for number in range(8)),
)
_MASK: Final = 0xFFFFFFFF
_FIELDS: Final = {
    "id": "id",
    "email": "left(regexp_replace(lower(strip_accents(first)), '[^a-z]', '', 'g'), 20) || id || '@example.org'",
    "firstName": "first",
    "lastName": "last",
    "birthDate": "DATE '1940-01-01' + CAST(birth % 25000 AS INTEGER)",
    "gender": "CASE WHEN (sex >> 8) % 20 = 0 THEN 'other' WHEN sex % 2 = 0 THEN 'female' ELSE 'male' END",
    "language": _one("tongue", _LANGUAGES),
    "city": "city",
    "zipCode": "replace(region, 'A', '0') || lpad(CAST(zip % 1000 AS VARCHAR), 3, '0')",
    "region": "region",
    "country": "'FR'",
    "loyaltyPoints": "CAST((points % 72) * ((points >> 8) % 70) AS BIGINT)",
    "optIn": "consent % 10 < 7",
    "created": "TIMESTAMP '2018-01-01' + to_seconds(CAST(since % 252460800 AS BIGINT))",
    "team": _one("team", _TEAMS),
    "pref": _one("taste", _PREFERENCES),
}
"""How each field is made from the dice, and from the name and the place that they chose."""
