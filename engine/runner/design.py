"""What is known of a flow before anything runs: its variables, limits and the schemas of its resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from engine import checks, data_sources
from engine.document.model import AccountRef, Flow
from engine.errors import CampaignFlowError
from engine.schema import TableSchema


class FlowDesign:
    """The design of one flow. Schemas of resources are read when they are first asked for, and kept."""

    def __init__(self, flow: Flow, folder: Path) -> None:
        """Look at `flow`, whose relative paths start in `folder`."""
        self._flow = flow
        self._folder = folder
        self._known: dict[str, TableSchema | CampaignFlowError] = {}

    @property
    def variables(self) -> Mapping[str, Any]:
        """Return the flow's variables."""
        return self._flow.variables

    @property
    def guardrails(self) -> Literal["acs", "local"]:
        """Return the guardrail profile of the flow."""
        return self._flow.options.guardrails

    @property
    def folder(self) -> Path:
        """Return the folder that relative paths start from."""
        return self._folder

    def resource(self, name: str) -> TableSchema | None:
        """Return the schema of a resource; None when the flow has none of that name, or it cannot be read."""
        known = self._look_up(name)
        return known if isinstance(known, TableSchema) else None

    def problem(self, name: str) -> CampaignFlowError | None:
        """Return why a resource of the flow cannot be read, or None."""
        known = self._look_up(name)
        return known if isinstance(known, CampaignFlowError) else None

    def resource_names(self) -> Sequence[str]:
        """Return the names of the flow's resources."""
        return tuple(self._flow.resources)

    def account(self, name: str) -> AccountRef | None:
        """Return an external account of the flow, or None when the flow has none of that name."""
        return self._flow.accounts.get(name)

    def _look_up(self, name: str) -> TableSchema | CampaignFlowError | None:
        ref = self._flow.resources.get(name)
        if ref is not None and name not in self._known:
            try:
                self._known[name] = data_sources.resource_schema(ref.model_dump(), name, self._folder)
            except CampaignFlowError as error:
                self._known[name] = error
        return self._known.get(name)


def checked(flow: Flow, folder: Path) -> checks.CheckResult:
    """Return what is wrong with a flow whose relative paths start in `folder`; nothing is run or called."""
    return checks.check(flow, FlowDesign(flow, folder))
