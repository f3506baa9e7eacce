"""A time zone, picked from all that there are by any part of its name."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QStringListModel, Qt, QTimeZone
from PySide6.QtWidgets import QCompleter, QWidget

from designer.forms.simple_fields import TextField


class TimeZoneField(TextField):
    """The name of a time zone; what is typed narrows the list: `pari` finds Europe/Paris."""

    def build(self) -> QWidget:
        """Make the line with its list."""
        line = super().build()
        completer = QCompleter(QStringListModel(list(_zones()), self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._on_edit)
        self._line.setCompleter(completer)
        return line


@cache
def _zones() -> tuple[str, ...]:
    """Return the names of zones that stand for a place, and UTC."""
    names = (bytes(each.data()).decode() for each in QTimeZone.availableTimeZoneIds())
    return ("UTC", *sorted(name for name in names if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))))
