"""Enrichment: adds to each row what other tables know about it (ACS 2.3)."""

from __future__ import annotations

from engine.activities.enrichment.activity import Enrichment

__all__ = ["Enrichment"]
