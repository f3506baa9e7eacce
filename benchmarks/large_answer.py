"""How long an answer of 5 MB takes until its tree and its rows stand in the window, beside the least that takes."""

from __future__ import annotations

import http.client
import http.server
import itertools
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MOST_BYTES = 5_242_880
TIMES = 7
MOST_RATIO = 2.5

COLUMNS: list[dict[str, Any]] = [
    {"id": "id", "key": "id", "type": "integer"},
    {"id": "code", "key": "code", "length": 40},
    {"id": "name", "key": "name"},
    {"id": "price", "key": "price", "type": "float"},
    {"id": "stock", "key": "stock", "type": "integer"},
    {"id": "is_active", "key": "is_active", "type": "boolean"},
    {"id": "changed", "key": "changed", "type": "date-time"},
    {"id": "url", "key": "url"},
]


def answer() -> bytes:
    """Return a JSON answer that is just as large as an answer may be."""
    rows: list[dict[str, Any]] = []
    size = 0
    while True:
        number = len(rows)
        row = {
            "id": number,
            "code": f"SHOE-{number:06d}-{number % 97:02d}",
            "name": f"Trail shoe “Étoile” no. {number}",
            "price": round(19.9 + number % 977 * 0.37, 2),
            "stock": number * 7 % 113,
            "is_active": number % 3 != 0,
            "changed": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T{number % 24:02d}:15:00Z",
            "url": f"https://shop.example/products/{number:06d}?ref=mail",
            "tags": ["run", "trail"] if number % 2 else [],
        }
        size += len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if size > MOST_BYTES - 100:
            return json.dumps({"page": 1, "data": rows}, ensure_ascii=False, separators=(",", ":")).encode()
        rows.append(row)


def serve(ports: Any) -> None:
    """Answer every request with the large answer, and tell the port."""
    rest = answer().removeprefix(b'{"page":1,')
    calls = itertools.count(100)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = b'{"page":%d,' % next(calls) + rest  # each answer is another one
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_arguments: Any) -> None:
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ports.put(server.server_port)
    server.serve_forever()


def fastest_parser() -> tuple[str, Callable[[bytes], Any]]:
    """Return the name of the fastest JSON parser that is installed, and the parser."""
    try:
        import orjson
    except ImportError:
        return "json", json.loads
    return "orjson", orjson.loads


def bare(url: str, parse: Callable[[bytes], Any], file: str) -> float:
    """Return the seconds of fetching the answer, parsing it and writing its typed table by hand."""
    import pyarrow as pa
    from pyarrow import compute, parquet

    address = urlsplit(url)
    started = time.perf_counter()
    line = http.client.HTTPConnection(address.netloc)
    line.request("GET", address.path)
    body = line.getresponse().read()
    line.close()
    rows = parse(body)["data"]
    types = {"text": pa.string(), "integer": pa.int64(), "float": pa.float64(), "boolean": pa.bool_()}
    made = {}
    for column in COLUMNS:
        values = [row.get(column["key"]) for row in rows]
        if column.get("type") == "date-time":
            made[column["id"]] = compute.strptime(pa.array(values), "%Y-%m-%dT%H:%M:%SZ", "us")
        else:
            made[column["id"]] = pa.array(values, types[column.get("type", "text")])
    parquet.write_table(pa.table(made), file)
    return time.perf_counter() - started


def main() -> int:
    """Print the figure with its promise; 1 when it is not kept."""
    context = multiprocessing.get_context("spawn")
    ports: Any = context.Queue()
    server = context.Process(target=serve, args=(ports,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ports.get(timeout=30)}/answer"
    try:
        with tempfile.TemporaryDirectory() as home:
            return measure(url, Path(home))
    finally:
        server.terminate()
        server.join(5)


def measure(url: str, home: Path) -> int:
    """Call the service from the window again and again, each time beside the same by hand."""
    from benchmarks.stall import prepare

    prepare(str(home))
    from benchmarks._large import Desk
    from benchmarks._timing import tell

    name, parse = fastest_parser()
    desk = Desk(url, home, COLUMNS)
    ours, by_hand = [], []
    for _ in range(TIMES):
        by_hand.append(bare(url, parse, str(home / "bare.parquet")))
        ours.append(desk.send())
    desk.close()
    tell(
        f"{MOST_BYTES / 1e6:.1f} MB sent for, read, mapped and shown",
        min(ours),
        min(by_hand),
        f"{name}, at most {MOST_RATIO}",
    )
    return 0 if min(ours) <= MOST_RATIO * min(by_hand) else 1


if __name__ == "__main__":
    sys.exit(main())
