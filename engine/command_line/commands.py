"""The commands that call nothing: check, forecast, columns, schema, docs, demo."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import api, reference
from engine.command_line.output import complain, say, say_json, say_on_error, sentence
from engine.demo import server
from engine.errors import Code, FileError
from engine.text import Text

NO_SAMPLE = Code("FILE-NO-SAMPLE", "The file of a sample cannot be opened.")


def check(asked: argparse.Namespace) -> int:
    """Print what is wrong with a flow; 1 when it could not run."""
    result = api.check_flow(api.load_flow(asked.file), guardrails=asked.guardrails)
    findings = [finding.to_json() for finding in result.findings]
    if asked.format == "json":
        say_json({"findings": findings}, indent=2)
    else:
        for finding in findings:
            say(sentence(finding))
        if not findings:
            say("Nothing is wrong.")
    return 1 if result.errors else 0


def forecast(asked: argparse.Namespace) -> int:
    """Print what the calls of a live run would take; 1 when that goes beyond a limit that stops them."""
    found = api.forecast(api.load_flow(asked.file))
    say_json(found, indent=2)
    for finding in found["findings"]:
        complain(finding)
    return 1 if any(finding["level"] == "error" for finding in found["findings"]) else 0


def columns(asked: argparse.Namespace) -> int:
    """Print the list that a sample means, its columns, and what is to be known about them."""
    proposal = api.columns(
        {"text": _text(asked.sample), "format": "json"}, flatten=asked.flatten, pointer=asked.pointer
    )
    say_json({name: proposal.get(name) for name in ("mode", "pointer", "columns", "notes")})
    return 0


def _text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise FileError(
            NO_SAMPLE,
            Text("“{file}” cannot be opened: {reason}.", file=file, reason=error.strerror or type(error).__name__),
            hint=Text("Check that the file exists and that you may read it."),
        ) from None
    return data.decode("utf-8-sig", "replace")


def schema(asked: argparse.Namespace) -> int:
    """Print the JSON Schema of `.flow` files."""
    say_json(api.flow_schema(), indent=2)
    return 0


def docs(asked: argparse.Namespace) -> int:
    """Write the pages that come from the code, or say which of them are out of date."""
    folder = reference.ROOT / "docs"
    if not asked.check:
        for file in reference.write(folder):
            say(str(file))
        return 0
    outdated = [name for name, page in reference.pages().items() if _page(folder / name) != page]
    for name in outdated:
        say_on_error(f"docs/{name} is out of date: run python -m engine docs")
    return 1 if outdated else 0


def _page(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def demo(asked: argparse.Namespace) -> int:
    """Serve the demo API until somebody stops it."""
    server.serve_forever(asked.port)
    return 0
