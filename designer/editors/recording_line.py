"""What is recorded of a call: when, from where and how much; with a way to record anew and one to delete it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.asking import LateQuestion, ask
from designer.forms.binding import Binding
from designer.forms.parts import button, label, role, row
from designer.panels.call_report import moment, size_words
from designer.words import tr
from engine.text import Text

SEPARATOR = " · "


class RecordingLine(QWidget):
    """Asks the engine after every run, and says what it answers."""

    def __init__(self, binding: Binding) -> None:
        """Follow the recording of the External API activity that `binding` holds the settings of."""
        super().__init__()
        self.setAccessibleName(tr(Text("Recorded answer")))
        self._binding = binding
        self._said = label("", "hint")
        record_tip = Text("Call for real, and keep the answer for dry runs in place of the one before")
        self._record = button(Text("Record now"), record_tip, self._send, kind="soft")
        self._delete = button(
            Text("Delete the recording"), Text("Dry runs then call again, or use the sample"), self._doubt, kind="soft"
        )
        self._sure = button(Text("Delete it for good"), Text("This cannot be undone"), self._forget)
        self._no = button(Text("Keep it"), Text("Delete nothing"), self._calm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._said)
        layout.addWidget(row(self._record, self._delete, self._sure, self._no, None))
        self._is_own = False
        self._question = LateQuestion(binding.session, self, "recording", pause_ms=0)
        binding.session.runs.finished.connect(self.ask)
        binding.session.place_changed.connect(self.ask)
        binding.session.run_changed.connect(self._follow_run)
        self._calm()
        self._follow_run()
        self.ask()

    @property
    def words(self) -> str:
        """Return what is said."""
        return self._said.text()

    def ask(self) -> None:
        """Ask again, soon."""
        self._question.soon(self._params, self._take, self._refuse)

    def _params(self) -> Mapping[str, Any]:
        return {**self._binding.session.params(), "activity": self._binding.activity}

    def _take(self, recording: Mapping[str, Any] | None) -> None:
        self._is_own = recording is not None and bool(recording["is_own"])
        self._say(recording_words(recording), "hint")
        self._calm()

    def _refuse(self, problem: FindingView) -> None:
        """Say that the file is damaged; it can still be deleted, and recorded anew."""
        self._is_own = True
        self._say(f"{problem.message} {problem.hint}".strip(), "error")
        self._calm()

    def _say(self, words: str, kind: str) -> None:
        role(self._said, kind)
        self._said.setText(words)

    def _send(self) -> None:
        self._binding.session.send_asked.emit(self._binding.activity)

    def _follow_run(self) -> None:
        self._record.setEnabled(not self._binding.session.run.running)

    def _doubt(self) -> None:
        """Ask whether it is meant: what a call gave that spends something is not to be had again for nothing."""
        self._show_question(is_asked=True)
        self._no.setFocus()

    def _calm(self) -> None:
        self._show_question(is_asked=False)

    def _show_question(self, *, is_asked: bool) -> None:
        self._record.setVisible(not is_asked)
        self._delete.setVisible(self._is_own and not is_asked)
        self._sure.setVisible(is_asked)
        self._no.setVisible(is_asked)

    def _forget(self) -> None:
        ask(
            self._binding.session,
            self,
            "forget_recording",
            self._params(),
            on_result=lambda _answer: self.ask(),
            on_error=self._refuse,
        )


def recording_words(recording: Mapping[str, Any] | None) -> str:
    """Return a recording in a line."""
    if recording is None:
        return tr(Text("Nothing is recorded yet."))
    time, hosts = moment(recording["recorded_at"]), ", ".join(recording["hosts"]) or "?"
    return SEPARATOR.join([tr(Text("Recorded {time} from {host}", time=time, host=hosts)), *_facts(recording)])


def _facts(recording: Mapping[str, Any]) -> Iterator[str]:
    calls, rows = recording["calls"], recording.get("rows")
    if calls > 1:
        yield tr(Text.plural("{count} call", "{count} calls", count=calls))
    else:
        yield str(recording["status"])
    if isinstance(rows, int):
        yield tr(Text.plural("{count} row", "{count} rows", count=rows))
    yield size_words(recording["bytes"])
