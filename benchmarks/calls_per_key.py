"""How long 200 calls for 200 keys take against a server that needs 50 ms for each, beside the least they could."""

from __future__ import annotations

import http.server
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

KEYS = 200
ANSWER_S = 0.05
MOST_RATIO = 1.25


def serve(ports: Any) -> None:
    """Answer every request after 50 ms, keeping connections open, and tell the port and the connections."""
    connections: list[int] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            connections.append(1)

        def do_GET(self) -> None:
            if self.path == "/connections":
                body = str(len(connections)).encode()
            else:
                time.sleep(ANSWER_S)
                body = b'{"data":[{"sky":"sun"}]}'
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)

        def log_message(self, *_arguments: Any) -> None:
            """Keep quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ports.put(server.server_port)
    server.serve_forever()


def measured(port: int, at_once: int) -> tuple[float, int]:
    """Return the seconds of a run's calls, and the number of calls."""
    from engine.activities.external_api.keys import Key
    from engine.activities.external_api.many import fetch, tasks_of
    from engine.activities.external_api.settings import ExternalApiSettings
    from engine.activity import Effect
    from engine.document.files import from_json
    from engine.runner.questions import opened
    from engine.runner.request import Place, RunRequest
    from engine.runner.services import RunServices

    settings = ExternalApiSettings.model_validate(
        {
            "request": {
                "url": f"http://127.0.0.1:{port}/{{region}}",
                "calls": "per-key",
                "keys": [{"field": "region"}],
                "concurrency": at_once,
            },
            "response": {"pointer": "/data", "columns": [{"id": "sky", "key": "sky"}]},
        }
    )
    flow = from_json({"format": "campaign-flow/1", "activities": {"call": {"kind": "external-api"}}})
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), Path(folder) / "work")
        with opened(flow, place, RunRequest(live="all")) as context:
            services = RunServices(context, "call", {}, lambda _event: None)
            keys = [Key({"region": str(number)}, 1) for number in range(KEYS)]
            tasks = tasks_of(settings, None, keys, services)
            started = time.perf_counter()
            fetched = fetch("live", settings, tasks, Effect.READS, services)
            took = time.perf_counter() - started
    failed = next((each.error for each in fetched if each.error is not None), None)
    if failed is not None:
        raise failed
    return took, sum(len(each.exchanges) for each in fetched)


def main() -> int:
    """Print each figure with its promise; 1 when one is not kept."""
    import urllib.request

    ports: Any = multiprocessing.get_context("spawn").Queue()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(ports,), daemon=True)
    server.start()
    port = ports.get(timeout=30)
    is_kept = True
    before = 0
    try:
        for at_once in (5, 20):
            ideal = KEYS * ANSWER_S / at_once
            took, calls = min(measured(port, at_once) for _ in range(3))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/connections") as answer:
                connections = int(answer.read())
            opened_now, before = connections - before - 1, connections
            is_kept = is_kept and took <= ideal * MOST_RATIO
            print(
                f"{calls} keys, {at_once:2} at a time".ljust(28)
                + f"{took:6.2f} s   ideal {ideal:5.2f} s   ratio {took / ideal:5.2f}   at most {MOST_RATIO}"
                + f"   {opened_now} connections in 3 runs"
            )
    finally:
        server.terminate()
        server.join(5)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
