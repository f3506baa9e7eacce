"""Ten activities over a million people, beside the same work written by hand for the same table library.

Both sides read the same Parquet files, keep every interim result as Parquet, count it, verify the same promises, look
at the same missing values and render a thousand messages. What the engine adds is reading the flow, checks, schemas,
content keys and events. When a resource is first opened, the engine also takes a copy of it, so that a file that is
changed meanwhile changes no run: the first figure has that in it, the second is every later run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import minijinja

from benchmarks._timing import tell
from engine.api import run_flow
from engine.document import edits
from engine.document.model import Flow, ResourceRef, Wire
from engine.runner.request import Place, RunRequest
from engine.tables.interim import TableStore

PEOPLE = 1_000_000
ROUNDS = 3
MESSAGES = 1000
COPY = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2"


def prepare(folder: Path) -> None:
    """Write the people, a code for each, and the weather of their regions."""
    with TableStore(folder) as store:
        con = store.backend.con
        con.execute(
            f"""COPY (SELECT i AS id, 'p' || (i % 900000) || '@example.com' AS email, 'Name' || (i % 5000) AS firstName,
            lpad(CAST(i % 95 + 1 AS VARCHAR), 2, '0') AS region, CAST(18 + i % 70 AS BIGINT) AS age
            FROM range(1, {PEOPLE + 1}) t(i)) TO '{folder}/people.parquet' ({COPY})"""
        )
        con.execute(
            f"COPY (SELECT i AS id, 'V-' || i AS code FROM range(1, {PEOPLE + 1}) t(i)) "
            f"TO '{folder}/codes.parquet' ({COPY})"
        )
    skies = ("sun", "rain", "cloud")
    lines = [f"{region:02},{skies[region % 3]},{region % 30}" for region in range(1, 96)]
    (folder / "weather.csv").write_text("\n".join(["region,sky,tempC", *lines]) + "\n", encoding="utf-8")


def drawn() -> Flow:
    """Return the flow."""
    flow = edits.set_resource(Flow(), "people", ResourceRef(source="parquet", path="people.parquet", key="id"))
    flow = edits.set_resource(flow, "codes", ResourceRef(source="parquet", path="codes.parquet", key="id"))
    numbered = [{"id": "expr1", "expression": "RowId()"}]
    region = [{"primary": "target.region", "linked": "region"}]
    rules = {"match": "and", "rules": [{"field": "age", "operator": "at-least", "value": 20}]}
    segments = [
        {"id": sky, "label": sky, "filter": {"rules": [{"field": "sky", "operator": "equals", "value": sky}]}}
        for sky in ("rain", "sun")
    ]
    weather = {"id": "weather", "source": "load-file.result", "cardinality": "0..1", "criteria": region}
    codes = {"id": "codes", "source": "query2.result", "cardinality": "1"}
    by_number = [{"primary": "expr1", "linked": "expr1"}]
    settings: dict[str, dict[str, Any]] = {
        "query": {"resource": "people", "filter": rules, "additional": numbered},
        "fork": {},
        "deduplication": {
            "identification": ["target.region"],
            "method": "expression",
            "preferences": [{"expression": "id"}],
        },
        "load-file": {"path": "weather.csv"},
        "enrichment": {"relations": [weather], "columns": [{"id": "sky", "expression": "weather.sky"}]},
        "deduplication2": {
            "identification": ["target.email"],
            "method": "expression",
            "preferences": [{"expression": "id"}],
        },
        "query2": {"resource": "codes", "additional": [*numbered, {"id": "code", "expression": "code"}]},
        "enrichment2": {
            "relations": [{**codes, "criteria": by_number}],
            "columns": [{"id": "code", "expression": "codes.code"}],
        },
        "segmentation": {"segments": segments, "complement": True},
        "email": {"subject": "{{ profile.firstName }}: {{ targetData.code }}", "text": "{{ targetData.sky }}"},
    }
    for id, values in settings.items():
        flow, _ = edits.add_activity(flow, id.rstrip("2"), position=(0, 0), settings=values)
    for wire in (
        Wire("query", "result", "fork", "inbound"),
        Wire("fork", "copy1", "deduplication", "inbound"),
        Wire("fork", "copy2", "enrichment", "primary"),
        Wire("load-file", "result", "enrichment", "linked"),
        Wire("enrichment", "result", "deduplication2", "inbound"),
        Wire("deduplication2", "result", "enrichment2", "primary"),
        Wire("query2", "result", "enrichment2", "linked"),
        Wire("enrichment2", "result", "segmentation", "inbound"),
        Wire("segmentation", "rain", "email", "inbound"),
    ):
        flow = edits.connect(flow, wire)
    return flow


class ByHand:
    """The same steps without any of the engine above the tables."""

    def __init__(self, store: TableStore, folder: Path) -> None:
        """Write results through `store`."""
        self._con = store.backend
        self._folder = folder
        self._number = 0
        self.rows: dict[str, int] = {}

    def keep(self, name: str, expr: Any) -> Any:
        """Write a step's result and return it as a table."""
        path = self._folder / f"{name}.parquet"
        answer = self._con.con.execute(f"COPY ({self._con.compile(expr)}) TO '{path}' ({COPY})").fetchall()
        self.rows[name] = int(answer[0][0])
        return self._con.read_parquet(str(path), table_name=f"kept_{name}")

    def value(self, expr: Any) -> Any:
        """Return the one row of a look at the data."""
        return self._con.con.execute(self._con.compile(expr)).fetchall()[0]

    def go(self, source: Path) -> None:
        """Do everything."""
        people = self._con.read_parquet(str(source / "people.parquet"), table_name="people")
        codes = self._con.read_parquet(str(source / "codes.parquet"), table_name="codes")
        self._con.con.execute(
            f"CREATE VIEW weather AS SELECT *, row_number() OVER () AS line FROM read_csv('{source}/weather.csv', "
            "types={'region': 'VARCHAR'})"
        )
        for table in (people, codes):
            self.value(table.agg(rows=table.count(), keys=table.id.nunique()))
        query = self._query(people)
        self.keep("regions", _first_of(query.join(people.select("id", "region"), "id"), "region").select("id", "expr1"))
        enriched = self._weather(query, people, self.keep("weather", self._con.table("weather")))
        with_email = enriched.join(people.select("id", "email"), "id")
        unique = self.keep("unique", _first_of(with_email, "email").select(enriched.columns))
        numbered = codes.mutate(expr1=(ibis.row_number().over(order_by=codes.id) + 1).cast("int64"))
        coded = self._codes(unique, self.keep("codes", numbered))
        self._segments(coded, people)

    def _query(self, people: Any) -> Any:
        chosen = people.filter(people.age >= 20)
        number = (ibis.row_number().over(order_by=chosen.id) + 1).cast("int64")
        return self.keep("query", chosen.select("id", expr1=number).order_by("id"))

    def _weather(self, query: Any, people: Any, weather: Any) -> Any:
        with_region = query.join(people.select("id", "region"), "id")
        matched = with_region.left_join(weather.group_by("region").agg(n=weather.count()), "region")
        self.value(matched.agg(rows=matched.count(), found=matched.n.count(), most=matched.n.max()))
        joined = with_region.left_join(weather, "region").select("id", "expr1", "sky", "tempC", "region", "line")
        link = ibis.struct({name: joined[name] for name in ("region", "sky", "tempC", "line")})
        return self.keep("enriched", joined.select("id", "expr1", "sky", weather=link))

    def _codes(self, unique: Any, codes: Any) -> Any:
        matched = unique.left_join(codes.group_by("expr1").agg(n=codes.count()), "expr1")
        self.value(matched.agg(rows=matched.count(), found=matched.n.count(), most=matched.n.max()))
        linked = codes.select(expr1=codes.expr1, code=codes.code, code_id=codes.id)
        used = unique.select("expr1").join(linked, "expr1")
        self.value(used.agg(rows=used.count(), different=used.code.nunique()))
        joined = unique.left_join(linked, "expr1")
        link = ibis.struct({"id": joined.code_id, "expr1": joined.expr1, "code": joined.code})
        return self.keep("coded", joined.select("id", "expr1", "sky", "weather", "code", codes=link))

    def _segments(self, coded: Any, people: Any) -> None:
        segment = ibis.cases((coded.sky == "rain", "rain"), (coded.sky == "sun", "sun"), else_="rest")
        split = self.keep("split", coded.mutate(segment=segment))
        for name in ("rain", "sun", "rest"):
            self.value(split.filter(split.segment == name).count().as_table())
        rain = split.filter(split.segment == "rain").join(people.select("id", "firstName"), "id")
        self.value(rain.agg(names=rain.firstName.count(), codes=rain.code.count(), skies=rain.sky.count()))
        render(self._con.con.execute(self._con.compile(rain.order_by("id").limit(MESSAGES))).fetchall(), rain.columns)


def render(rows: list[Any], names: tuple[str, ...]) -> None:
    """Render the message of each row."""
    environment = minijinja.Environment(templates={"subject": "{{ firstName }}: {{ code }}", "text": "{{ sky }}"})
    for row in rows:
        for part in ("subject", "text"):
            environment.render_template(part, **dict(zip(names, row, strict=True)))


def _first_of(expr: Any, column: str) -> Any:
    place = ibis.row_number().over(group_by=expr[column], order_by=expr.id)
    return expr.mutate(place=place).filter(lambda each: each.place == 0).drop("place")


def by_engine(folder: Path, flow: Flow, work: Path, seed: int) -> tuple[float, Mapping[str, int]]:
    """Return the seconds of one run of the flow and its rows; with another seed no result of before is used."""
    started = time.perf_counter()
    events = [event.to_json() for event in run_flow(flow, RunRequest(seed=seed), Place(folder, work))]
    seconds = time.perf_counter() - started
    if events[-1]["status"] != "done" or any(event.get("status") == "reused" for event in events):
        raise RuntimeError(events[-1])
    filled = [event for event in events if event["event"] == "TransitionFilled"]
    return seconds, {f"{each['activity']}.{each['transition']}": each["rows"] for each in filled}


def by_hand(folder: Path) -> tuple[float, Mapping[str, int]]:
    """Return the seconds of the same work by hand, and its rows."""
    work = Path(tempfile.mkdtemp(dir=folder))
    started = time.perf_counter()
    with TableStore(work, readable=[folder]) as store:
        steps = ByHand(store, work)
        steps.go(folder)
    return time.perf_counter() - started, steps.rows


def main() -> None:
    """Print the best of several rounds of both, taken in turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        flow = drawn()
        by_engine(folder, flow, Path(tempfile.mkdtemp(dir=folder)), 0)  # once, for libraries and disk
        first, ours, theirs = [], [], []
        for seed in range(ROUNDS):
            work = Path(tempfile.mkdtemp(dir=folder))
            first.append(by_engine(folder, flow, work, 2 * seed)[0])
            seconds, rows = by_engine(folder, flow, work, 2 * seed + 1)
            ours.append(seconds)
            seconds, same = by_hand(folder)
            theirs.append(seconds)
        pairs = {"enrichment.result": "enriched", "deduplication2.result": "unique", "enrichment2.result": "coded"}
        for one, other in pairs.items():
            if rows[one] != same[other]:
                raise RuntimeError(f"{one} has {rows[one]} rows, by hand {same[other]}")
    tell("the first run, resources copied", min(first), min(theirs), "")
    tell("ten activities, 1 million people", min(ours), min(theirs), "promised: at most 1.3 times")


if __name__ == "__main__":
    main()
