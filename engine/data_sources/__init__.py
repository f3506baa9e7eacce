"""Resources: named tables with a key, read from files or made up."""

from __future__ import annotations

from engine.data_sources.resources import SOURCES, fingerprint, open_resource, propose, resource_schema

__all__ = ["SOURCES", "fingerprint", "open_resource", "propose", "resource_schema"]
