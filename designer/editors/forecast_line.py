"""What a live run would call, told below the settings before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.asking import LateQuestion
from designer.forms.binding import Binding
from designer.forms.parts import label, role
from designer.panels.call_report import size_words, time_words
from designer.words import tr
from engine.text import Text

SEPARATOR = " · "


class ForecastLine(QWidget):
    """Asks the engine whenever the settings or what arrives have changed, and says what it answers."""

    def __init__(self, binding: Binding) -> None:
        """Follow `binding`, the settings of an External API activity."""
        super().__init__()
        self.setAccessibleName(tr(Text("Forecast of the calls")))
        self._binding = binding
        self._said = label("", "hint")
        self._problems = label("", "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._said)
        layout.addWidget(self._problems)
        self._question = LateQuestion(binding.session, self, "forecast")
        binding.changed.connect(self.ask)
        binding.surroundings_changed.connect(self.ask)
        binding.session.runs.finished.connect(self.ask)
        self._show(None, "")
        self.ask()

    @property
    def words(self) -> str:
        """Return what is said."""
        return self._said.text()

    @property
    def problems(self) -> str:
        """Return the limits that the calls would go beyond."""
        return self._problems.text()

    def ask(self) -> None:
        """Ask again, soon."""
        session, activity = self._binding.session, self._binding.activity
        self._question.soon(lambda: {**session.params(), "activity": activity}, self._take, self._refuse)

    def _take(self, forecast: Mapping[str, Any]) -> None:
        found = [FindingView.from_json(each) for each in forecast.get("findings") or ()]
        self._show(forecast, "\n".join(f"{each.message} {each.hint}".strip() for each in found))

    def _refuse(self, _problem: FindingView) -> None:
        """Say nothing: what is wrong with the settings stands at them."""
        self._show(None, "")

    def _show(self, forecast: Mapping[str, Any] | None, problems: str) -> None:
        words = forecast_words(forecast) if forecast is not None else ""
        self._said.setText(words)
        self._said.setVisible(bool(words))
        role(self._problems, "error")
        self._problems.setText(problems)
        self._problems.setVisible(bool(problems))


def forecast_words(forecast: Mapping[str, Any]) -> str:
    """Return a forecast of one activity in a line, empty while it has no host yet."""
    host = next(iter(forecast.get("hosts") or ()), "")
    return tr(Text("A live run: {what}", what=SEPARATOR.join(_parts(forecast, host)))) if host else ""


def _parts(forecast: Mapping[str, Any], host: str) -> Iterator[str]:
    least, most = forecast["calls"]["least"], forecast["calls"]["most"]
    if least == most:
        yield tr(Text.plural("{count} call to {host}", "{count} calls to {host}", count=most, host=host))
    else:
        yield tr(Text("{least} to {most} calls to {host}", least=least, most=most, host=host))
    for each in forecast.get("tokens") or ():
        yield tr(Text("before it 1 access token from {host}", host=each["host"]))
    units, seconds = forecast.get("units"), forecast.get("seconds")
    if units:
        yield tr(Text("spends {count}", count=units))
    if seconds:
        yield tr(time_words(float(seconds)))
    if forecast.get("bytes_out"):
        yield tr(Text("sends {size}", size=size_words(int(forecast["bytes_out"]))))
    if forecast.get("bytes_in"):
        yield tr(Text("receives {size}", size=size_words(int(forecast["bytes_in"]))))
