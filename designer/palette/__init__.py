"""The palette of activities, and the list that pops up to add one quickly."""

from designer.palette.panel import Palette

__all__ = ["Palette"]
