"""The look: colours by name for light and dark, fonts, and the one style sheet made from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
Shade = Literal["light", "dark"]

PICTURES = {"icon": 16, "mark": 14, "caret": 12}
"""The heights in pixels of pictures that grow with the type: in buttons, of check boxes, beside lists."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one shade as `#rrggbb`, named by what they are for.

    `soft` variants are grounds for words in the colour itself; `category_*` come as the two ends of a
    gradient, light above, for the tiles of activities.
    """

    name: Shade
    ground: str
    panel: str
    canvas: str
    canvas_dot: str
    card: str
    header: str
    hover: str
    field: str
    border: str
    border_strong: str
    text: str
    text_soft: str
    text_faint: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str
    placeholder: str
    placeholder_soft: str
    code_name: str
    code_text: str
    code_number: str
    wire: str
    shadow: str
    category_execution: str = "#6f819a #5b6b82"
    category_data: str = "#426cf4 #3459d8"
    category_targeting: str = "#10a493 #0c8578"
    category_transform: str = "#8758f7 #7145e0"
    category_channels: str = "#f15011 #d8440a"


LIGHT = Tokens(
    name="light",
    ground="#f3f5f9",
    panel="#ffffff",
    canvas="#f6f7fb",
    canvas_dot="#d9dde9",
    card="#ffffff",
    header="#f7f8fb",
    hover="#f0f3f9",
    field="#ffffff",
    border="#e1e5ee",
    border_strong="#c6cddb",
    text="#1b2236",
    text_soft="#5b647d",
    text_faint="#7e88a1",
    accent="#3b63e6",
    accent_hover="#3156d0",
    accent_soft="#ecf1ff",
    on_accent="#ffffff",
    ok="#11733a",
    ok_soft="#e3f0e8",
    warning="#a8480b",
    warning_soft="#f6ebe2",
    error="#c02626",
    error_soft="#fbe9e9",
    placeholder="#be1861",
    placeholder_soft="#fdf2f8",
    code_name="#7a2fe0",
    code_text="#0b7a55",
    code_number="#b4530a",
    wire="#a3adc4",
    shadow="#1b2236",
)

DARK = Tokens(
    name="dark",
    ground="#14171f",
    panel="#1b1f2a",
    canvas="#12151c",
    canvas_dot="#2a3040",
    card="#1f2431",
    header="#202532",
    hover="#252b3a",
    field="#151923",
    border="#2d3445",
    border_strong="#434c61",
    text="#e8ebf4",
    text_soft="#a3adc4",
    text_faint="#7f8aa5",
    accent="#7b9bff",
    accent_hover="#93aeff",
    accent_soft="#26304d",
    on_accent="#0f1422",
    ok="#4ade80",
    ok_soft="#1f3331",
    warning="#fbbf24",
    warning_soft="#39322a",
    error="#f98080",
    error_soft="#3b2228",
    placeholder="#f0a3cf",
    placeholder_soft="#3a1f30",
    code_name="#b69bff",
    code_text="#5eddb0",
    code_number="#fbb03b",
    wire="#56617c",
    shadow="#000000",
)

SIZES = {"tiny": 11, "small": 12, "body": 13, "title": 15, "display": 26}
"""Heights of the type in pixels at a text size of 100 %."""


class _Changes(QObject):
    changed = Signal()


signals = _Changes()
"""`signals.changed` tells painters that the shade or the text size is another one."""

_tokens = LIGHT
_scale = 1.0


def tokens() -> Tokens:
    """Return the colours in use."""
    return _tokens


def color(name: str, alpha: float = 1.0) -> QColor:
    """Return the colour called `name` (a field of `Tokens`, or a `#rrggbb`), at an opacity of `alpha`."""
    value = name if name.startswith("#") else getattr(_tokens, name).split()[0]
    made = QColor(value)
    made.setAlphaF(alpha)
    return made


def category_colors(category: str) -> tuple[QColor, QColor]:
    """Return the upper and the lower end of the gradient for a category's tiles."""
    upper, lower = getattr(_tokens, f"category_{category}").split()
    return QColor(upper), QColor(lower)


def size(name: str) -> int:
    """Return the height of a type size (`tiny`, `small`, `body`, `title`, `display`) in pixels."""
    return round(SIZES[name] * _scale)


def font(name: str = "body", *, weight: QFont.Weight = QFont.Weight.Normal, is_mono: bool = False) -> QFont:
    """Return the program's font for painters, in one of the sizes of `SIZES`."""
    made = QFont("JetBrains Mono" if is_mono else "Inter")
    made.setStyleHint(QFont.StyleHint.Monospace if is_mono else QFont.StyleHint.SansSerif)
    made.setPixelSize(size(name))
    made.setWeight(weight)
    return made


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; where they are missing, the system's take their place."""
    for path in sorted((RESOURCES / "fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def apply(application: QApplication, shade: Shade, scale: float = 1.0) -> None:
    """Dress the whole program in a shade, with the type at `scale` times its usual size."""
    global _tokens, _scale  # noqa: PLW0603 # one look for the whole program; painters ask for it
    _tokens = DARK if shade == "dark" else LIGHT
    _scale = scale
    if not application.styleSheet():  # a style polishes every widget, and there is only one
        application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(_tokens))
    application.setFont(font())
    application.setStyleSheet(style_sheet())
    signals.changed.emit()


def style_sheet() -> str:
    """Return the style sheet in the colours and sizes in use."""
    template = Template((RESOURCES / "theme" / "designer.qss").read_text(encoding="utf-8"))
    pictures = (RESOURCES / "theme").as_posix()
    sizes = {**{name: size(name) for name in SIZES}, **{name: round(px * _scale) for name, px in PICTURES.items()}}
    return template.substitute(
        asdict(_tokens), pictures=pictures, **{f"size_{name}": f"{px}px" for name, px in sizes.items()}
    )


def _palette(use: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for place, value in (
        (role.Window, use.ground),
        (role.WindowText, use.text),
        (role.Base, use.field),
        (role.AlternateBase, use.header),
        (role.Text, use.text),
        (role.Button, use.panel),
        (role.ButtonText, use.text),
        (role.BrightText, use.error),
        (role.ToolTipBase, use.card),
        (role.ToolTipText, use.text),
        (role.PlaceholderText, use.text_faint),
        (role.Highlight, use.accent),
        (role.HighlightedText, use.on_accent),
        (role.Accent, use.accent),
        (role.Link, use.accent),
        (role.LinkVisited, use.accent),
        (role.Light, use.border),
        (role.Midlight, use.border),
        (role.Mid, use.border),
        (role.Dark, use.border_strong),
        (role.Shadow, use.shadow),
    ):
        palette.setColor(place, QColor(value))
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, QColor(use.text_faint))
    return palette
