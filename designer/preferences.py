"""What the program remembers of a person from one start to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QSettings, QStandardPaths, Signal

RECENT_LIMIT = 8
TEXT_SIZES = (100, 125, 150, 200)
"""The text sizes one can choose, in percent."""

ShadeChoice = Literal["system", "light", "dark"]


def state_folder() -> Path:
    """Return the folder for autosaved flows, scratch results and the engine's log; made if it is missing."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Preferences(QObject):
    """Choices and habits, kept in one small file of the person's."""

    recent_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Read the person's file."""
        super().__init__(parent)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
        self._settings = QSettings(str(Path(folder) / "preferences.ini"), QSettings.Format.IniFormat)

    @property
    def shade(self) -> ShadeChoice:
        """Return the chosen shade; `system` follows the desktop."""
        value = self._settings.value("shade", "system")
        return "dark" if value == "dark" else "light" if value == "light" else "system"

    @shade.setter
    def shade(self, value: ShadeChoice) -> None:
        self._settings.setValue("shade", value)

    @property
    def text_size(self) -> int:
        """Return the chosen text size in percent, one of `TEXT_SIZES`."""
        value = str(self._settings.value("text_size", 100))
        return int(value) if value.isdigit() and int(value) in TEXT_SIZES else 100

    @text_size.setter
    def text_size(self, value: int) -> None:
        self._settings.setValue("text_size", value)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Return the files opened or saved last that still exist, the latest first."""
        value = self._settings.value("recent", [])
        names = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
        return tuple(Path(str(name)) for name in names if name and Path(str(name)).is_file())

    def remember(self, path: Path) -> None:
        """Put a file at the top of the recent ones."""
        kept = [str(path), *(str(other) for other in self.recent if other != path)]
        self._settings.setValue("recent", kept[:RECENT_LIMIT])
        self.recent_changed.emit()

    def state(self, name: str) -> QByteArray:
        """Return a remembered arrangement of the window, empty when there is none."""
        value = self._settings.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_state(self, name: str, value: QByteArray) -> None:
        """Remember an arrangement of the window."""
        self._settings.setValue(f"state/{name}", value)
