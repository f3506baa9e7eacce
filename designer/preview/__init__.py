"""The message preview: what a recipient would read, beside the flow that writes it."""

from designer.preview.panel import MessagePreview

__all__ = ["MessagePreview"]
