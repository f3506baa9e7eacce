"""External API: passes rows to somebody else's service and makes rows of what it answers (ACS 1)."""

from __future__ import annotations

from engine.activities.external_api.activity import ExternalApi
from engine.activities.external_api.settings import ExternalApiSettings

__all__ = ["ExternalApi", "ExternalApiSettings"]
