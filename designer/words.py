"""Renders the words of the program in the person's language."""

from __future__ import annotations

import gettext
from pathlib import Path

from engine.text import Text

TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"

_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(locale: str, folder: Path = TRANSLATIONS) -> None:
    """Render words from the catalogue of `locale` (`fr_FR`); without one they stay English."""
    global _catalogue  # noqa: PLW0603 # one language for the whole program, chosen once at its start
    _catalogue = gettext.translation("messages", folder, [locale, locale.partition("_")[0]], fallback=True)


def tr(text: Text | str) -> str:
    """Return the sentence of `text` in the person's language; a plain string is returned as it is."""
    return text if isinstance(text, str) else text.render(_translate)


def _translate(one: str, many: str, count: int) -> str:
    return _catalogue.ngettext(one, many, count) if many else _catalogue.gettext(one)
