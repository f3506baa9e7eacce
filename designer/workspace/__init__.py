"""The canvas, on which a flow is drawn and wired."""

from designer.workspace.workspace import Workspace

__all__ = ["Workspace"]
