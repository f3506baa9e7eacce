"""What happens to an error that nobody expected: written to a file, told in one sentence, and the work goes on."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from engine.errors import Code, InternalError
from engine.text import Text

MISHAP = Code("APP-MISHAP", "The window made a mistake; the flow is as it was before.")


class Mishaps(QObject):
    """Takes the place of Python's own handler, so that no traceback reaches a person."""

    happened = Signal(object)

    def __init__(self, log: Path, parent: QObject | None = None) -> None:
        """Keep the traces in the file `log`."""
        super().__init__(parent)
        self._log = log

    def install(self) -> None:
        """Hear of every error that is not caught; Qt hands those of its slots on as well."""
        sys.excepthook = self.take

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write the trace and tell the sentence."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        with self._log.open("a", encoding="utf-8") as stream:
            # values may be secret: the lines of the code are enough to find the place
            stream.writelines(traceback.format_tb(trace))
            stream.write(f"{kind.__name__}\n")
        frames = traceback.extract_tb(trace)
        place = f"{Path(frames[-1].filename).stem}, line {frames[-1].lineno}" if frames else "?"
        self.happened.emit(
            InternalError(
                MISHAP,
                Text("The program made a mistake ({kind} in {place}).", kind=kind.__name__, place=place),
                hint=Text("Your flow is untouched: save it, and go on. Please report this sentence."),
            )
        )
