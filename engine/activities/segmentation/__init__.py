"""Splits the rows into segments, each with rules, a limit and a code."""

from __future__ import annotations

from engine.activities.segmentation.activity import Segmentation

__all__ = ["Segmentation"]
