"""Reads the arguments, runs the command, and turns whatever goes wrong into a sentence and an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from engine import __version__
from engine.command_line import commands, packages, running
from engine.command_line.output import complain, say_on_error
from engine.errors import CampaignFlowError, Code, FileError, InternalError
from engine.runner.cache import NO_RESULTS
from engine.runner.execute import NO_ACTIVITY
from engine.runner.request import NO_MOMENT
from engine.serve import protocol
from engine.text import Text

MISTAKE = Code("APP-MISTAKE", "A command made a mistake that nobody foresaw.")

USAGE: Final = 2
"""The exit code of a command that was not understood, or a file that cannot be read."""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 done, 1 errors in the flow, 2 usage or unreadable file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.action(asked)
        sys.stdout.flush()
    except CampaignFlowError as error:
        complain(error.to_json())
        return exit_code(error)
    except KeyboardInterrupt:
        say_on_error("Stopped.")
        return 1
    except BrokenPipeError:  # the reader has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the door: what nobody foresaw becomes one sentence, without any value
        complain(mistake(error).to_json())
        return 1
    return code


def exit_code(error: CampaignFlowError) -> int:
    """Return the exit code that an error ends the program with."""
    is_unreadable = isinstance(error, FileError) and error.code != NO_RESULTS
    return USAGE if is_unreadable or error.code in {NO_ACTIVITY, NO_MOMENT} else 1


def mistake(error: Exception) -> InternalError:
    """Return an error that nobody foresaw as one sentence with its place in the code."""
    frames = traceback.extract_tb(error.__traceback__)
    return InternalError(
        MISTAKE,
        Text(
            "The program made a mistake ({kind} in {place}).",
            kind=type(error).__name__,
            place=f"{Path(frames[-1].filename).stem}, line {frames[-1].lineno}",
        ),
        hint=Text("Your flow is untouched. Please report this sentence."),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine", description="Campaign Flow Designer without its window. Nothing is ever sent."
    )
    parser.add_argument("--version", action="version", version=__version__)
    adding = parser.add_subparsers(required=True, metavar="COMMAND")

    run = adding.add_parser("run", help="run a flow dry")
    _add_file(run)
    run.add_argument("--out", type=Path, metavar="DIR", help="write run.json, messages and tables there")
    run.add_argument("--to", default="", metavar="ACTIVITY", help="run up to this activity only")
    run.add_argument("--recipients", type=_count, default=100, metavar="N|all", help="how many messages --out gets")
    calling = run.add_mutually_exclusive_group()
    calling.add_argument("--live", action="append", default=[], metavar="ID|all", help="really call, several times")
    calling.add_argument("--replay", action="store_true", help="call nothing: recordings and samples only")
    _add_circumstances(run)
    run.add_argument("--backend", choices=("duckdb",), default="duckdb", help="the table engine")
    run.add_argument("--events", action="store_true", help="print each event as a line of JSON")
    run.set_defaults(action=running.run)

    check = adding.add_parser("check", help="find what is wrong without calling or running anything")
    _add_file(check)
    check.add_argument("--guardrails", choices=("acs", "local"), help="check against another profile of limits")
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.set_defaults(action=commands.check)

    forecast = adding.add_parser("forecast", help="say how many calls a live run would make, and what they take")
    _add_file(forecast)
    forecast.set_defaults(action=commands.forecast)

    call = adding.add_parser("call", help="run up to an activity and show its call")
    _add_file(call)
    call.add_argument("activity", metavar="ACTIVITY")
    call.add_argument("--live", action="store_true", help="really call")
    _add_circumstances(call)
    call.set_defaults(action=running.call)

    _add_small_commands(adding)
    return parser


def _add_small_commands(adding: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    columns = adding.add_parser("columns", help="show the columns that a sample answer means")
    columns.add_argument("sample", metavar="SAMPLE.json", help="a file, or - for standard input")
    columns.add_argument("--flatten", action="store_true", help="make one row of the whole answer")
    columns.add_argument("--pointer", help="take the rows from this list, written as a JSON pointer")
    columns.set_defaults(action=commands.columns)

    schema = adding.add_parser("schema", help="print the JSON Schema of .flow files")
    schema.set_defaults(action=commands.schema)

    pack = adding.add_parser("pack", help="put a flow and its recorded answers in one file, without people's data")
    _add_file(pack)
    pack.add_argument("package", type=Path, nargs="?", metavar="PACKAGE.zip", help="FILE.zip unless told")
    pack.set_defaults(action=packages.pack)

    unpack = adding.add_parser("unpack", help="take a flow and its recorded answers out of such a file")
    unpack.add_argument("package", type=Path, metavar="PACKAGE.zip")
    unpack.add_argument("folder", type=Path, nargs="?", default=Path(), help="where to; here unless told")
    unpack.set_defaults(action=packages.unpack)

    docs = adding.add_parser("docs", help="write the pages that come from the code anew")
    docs.add_argument("--check", action="store_true", help="only say whether they are up to date")
    docs.set_defaults(action=commands.docs)

    demo = adding.add_parser("demo", help="serve the demo API until it is stopped")
    demo.add_argument("--port", type=int, default=0, help="the port to listen on; any free one unless told")
    demo.set_defaults(action=commands.demo)

    serve = adding.add_parser("serve", help="be the engine that the window talks to")
    serve.set_defaults(action=lambda _asked: protocol.serve())


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.flow")


def _add_circumstances(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, metavar="N", help="the seed of every random choice")
    parser.add_argument("--now", metavar="ISO", help="run as if it were this moment")
    parser.add_argument(
        "--set", action="append", default=[], type=_setting, metavar="NAME=VALUE", help="set a variable for this run"
    )
    parser.add_argument("--ca", type=Path, metavar="FILE", help="trust this certificate authority too")


def _count(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is neither a number nor “all”")
    return int(text)


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"“{text}” is not written like NAME=VALUE")
    return name, value
