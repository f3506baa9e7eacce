"""Adds calls to the flow from cURL commands that are pasted or dropped, each as one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Signal

from designer.editors.call_import import CallImport, ImportedCall
from designer.editors.curl import CurlCall, is_curl, read_curl
from designer.editors.curl_paste import settings_with
from designer.engine_client import FindingView
from designer.palette.adding import add_activity
from designer.session import Session
from engine.document import edits
from engine.document.tidy import CARD_HEIGHT, CARD_WIDTH
from engine.errors import SettingsError

KIND = "external-api"
GRID = 8


class CallPaste(QObject):
    """Makes External API activities. `added` tells the id of each, `said` what a person has to know about it."""

    added = Signal(str)
    said = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        """Add to the flow of `session`."""
        super().__init__(parent)
        self._session = session

    def take(self, text: str, middle: QPointF | None = None) -> bool:
        """Add the call of a cURL command with its card around `middle`; return False for any other text.

        The activity is there when its secrets are in the keyring.
        """
        if not is_curl(text):
            return False
        try:
            call = read_curl(text)
        except SettingsError as error:
            self._refuse(FindingView.of(error.finding))
        else:
            self.add(call, middle)
        return True

    def add(self, call: CurlCall, middle: QPointF | None = None) -> None:
        """Add a call with its card around `middle`, else after the selected activity."""

        def ready(imported: ImportedCall) -> None:
            self._add(imported, middle)

        id = edits.new_id(self._session.flow, KIND)
        CallImport(self._session, id, self, on_ready=ready, on_error=self._refuse).take(call)

    def _add(self, imported: ImportedCall, middle: QPointF | None) -> None:
        flow, values = imported.with_account(self._session.flow)
        place = None
        if middle is not None:
            corner = (middle.x() - CARD_WIDTH / 2, middle.y() - CARD_HEIGHT / 2)
            place = (round(corner[0] / GRID) * GRID, round(corner[1] / GRID) * GRID)
        id = add_activity(self._session, KIND, place, settings=settings_with({}, values), flow=flow)
        self.added.emit(id)
        if imported.note:
            self.said.emit(imported.note)

    def _refuse(self, finding: FindingView) -> None:
        self.said.emit(f"{finding.message} {finding.hint}".strip())
