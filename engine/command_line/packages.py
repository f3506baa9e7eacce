"""The commands for packages: a flow with its recorded answers in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine import api
from engine.command_line.output import complain, say_json


def pack(asked: argparse.Namespace) -> int:
    """Write a flow and its recorded answers to one file, and print what is in it and what is not."""
    target: Path = asked.package or asked.file.with_suffix(".zip")
    packed = dict(api.pack_flow(api.load_flow(asked.file), target))
    for finding in packed.pop("clear_secrets"):
        complain(finding)
    say_json({"package": str(target), **packed})
    return 0


def unpack(asked: argparse.Namespace) -> int:
    """Write the flow of a package and its recorded answers to a folder, and print the flow's file."""
    say_json({"flow": str(api.unpack_flow(asked.package, asked.folder))})
    return 0
