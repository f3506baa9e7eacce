"""`python -m engine`: the engine for scripts, and as the process that the window talks to."""

from __future__ import annotations

import importlib
import sys


def main() -> int:
    """Run the command that the arguments name and return the exit code.

    The window waits for `serve`, so that is reached without loading any other command.
    """
    module = "engine.serve.protocol" if sys.argv[1:] == ["serve"] else "engine.command_line.main"
    found = importlib.import_module(module)
    return int(found.serve() if sys.argv[1:] == ["serve"] else found.main(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
