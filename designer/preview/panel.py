"""The panel “Message preview”: the message of any recipient, as it would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.panels.elided_label import ElidedLabel
from designer.preview.finding_strip import FindingStrip
from designer.preview.head import Head
from designer.preview.message_sheet import MessageSheet, Mode
from designer.preview.question import PreviewQuestion
from designer.preview.recipient_line import RecipientLine
from designer.preview.targets import message_activities, target
from designer.session import Session
from designer.words import tr
from engine.document.changes import changes
from engine.text import Text

PAGE = 10
"""So many recipients Page Up and Page Down go on."""
_FIRST: Mapping[str, Any] = {"index": 0}


class MessagePreview(QWidget):
    """Follows the selected message activity, the runs and every edit, and keeps the recipient meanwhile."""

    def __init__(self, session: Session) -> None:
        """Preview the messages of `session`. What draws them is loaded with the first one."""
        super().__init__()
        self.setObjectName("message-preview")
        self.setAccessibleName(tr(Text("Message preview")))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(280)
        self._session = session
        self._activity = ""
        self._wanted: Mapping[str, Any] = _FIRST
        self._index, self._count = 0, 0
        self._is_late = True
        self.head = Head(self.use_mode, self.use_dark)
        self.recipient = RecipientLine()
        self._subject = ElidedLabel("preview-subject")
        self._sender = ElidedLabel("hint")
        self.strip = FindingStrip()
        self.sheet = MessageSheet()
        self._foot = ElidedLabel("hint")
        self._question = PreviewQuestion(session, self, self._params)
        self._lay_out()
        self._connect()
        self._retarget()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(6)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        for line in (self._subject, self._sender):
            lines.addWidget(line)
        layout.addWidget(self.head)
        layout.addWidget(self.recipient)
        layout.addLayout(lines)
        layout.addWidget(self.strip)
        layout.addWidget(self.sheet, 1)
        layout.addWidget(self._foot)
        self._foot.hide()

    def _connect(self) -> None:
        session = self._session
        session.flow_changed.connect(self._flow_changed)
        session.selection_changed.connect(lambda _ids: self._retarget())
        session.opened.connect(self._start_over)
        session.runs.finished.connect(self._refresh)
        self._question.answered.connect(self._answered)
        self._question.refused.connect(self._refused)
        self.recipient.stepped.connect(self.step)
        self.recipient.sought.connect(self._seek)
        self.sheet.remarked.connect(self._remark)
        self.strip.chosen.connect(session.reveal)
        for key, by in (("Left", -1), ("Right", 1), ("PgUp", -PAGE), ("PgDown", PAGE)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=by: self.step(by))

    @property
    def activity(self) -> str:
        """Return the id of the activity whose message is shown, or ""."""
        return self._activity

    @property
    def subject(self) -> str:
        """Return the subject line that is shown."""
        return self._subject.accessibleName()

    def step(self, by: int) -> None:
        """Show the message of the recipient `by` places further on (back when negative)."""
        if self._count:
            self._index = max(0, min(self._index + by, self._count - 1))
            self._want({"index": self._index})

    def find_recipient(self) -> None:
        """Let the person type whom to show."""
        if self._count:
            self.recipient.open_find()

    def use_mode(self, mode: Mode) -> None:
        """Show messages as on a desktop, on a phone, or as plain text."""
        self.head.show_mode(mode)
        self.sheet.use(mode)

    def use_dark(self, is_dark: bool) -> None:
        """Show messages as a mail program in dark or light mode would."""
        self.head.show_dark(is_dark)
        self.sheet.use(is_dark=is_dark)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 # Qt's name
        """Ask for what was missed while the panel was out of sight."""
        super().showEvent(event)
        if self._is_late:
            self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 # Qt's name
        """Begin to find a recipient with the first letter that is typed."""
        letter = event.text()
        if self._count and letter.strip() and letter.isprintable():
            self.recipient.open_find(letter)
        else:
            super().keyPressEvent(event)

    # What is asked

    def _params(self) -> Mapping[str, Any]:
        return {**self._session.params(), "activity": self._activity, "recipient": dict(self._wanted)}

    def _want(self, recipient: Mapping[str, Any]) -> None:
        self._wanted = recipient
        self._question.now()

    def _seek(self, words: str, is_next: bool) -> None:
        self._want({"find": words, "from": self._index + 1 if is_next else 0})

    def _start_over(self) -> None:
        self._activity = ""
        self._retarget()

    def _retarget(self) -> None:
        """Show the message of the activity that is selected now."""
        wanted = target(self._session.flow, self._session.selection, self._activity)
        if wanted != self._activity or not wanted:
            self._activity = wanted
            self._wanted, self._index, self._count = _FIRST, 0, 0
            self._question.forget()
            self.recipient.close_find()
            self._refresh()
        self._name_activity()

    def _name_activity(self) -> None:
        several = len(message_activities(self._session.flow)) > 1
        self.head.show_name(tr(self._session.name_of(self._activity)) if several and self._activity else "")

    def _flow_changed(self, old: Any, new: Any) -> None:
        difference = changes(old, new)
        self._retarget()
        if self._activity and (
            difference.changed or difference.wired or difference.unwired or difference.is_flow_changed
        ):
            self._refresh(is_edit=True)

    def _refresh(self, *, is_edit: bool = False) -> None:
        """Ask for the message again, for the same recipient."""
        if not self._activity:
            self._show_nobody(tr(Text("This flow writes to nobody yet. Add an Email to read its messages here.")))
            return
        self._is_late = not self.isVisible()
        if self._is_late:
            return
        if "find" in self._wanted:
            self._wanted = {"index": self._index}
        if is_edit:
            self._question.soon()
        else:
            self._question.now()

    # What is answered

    def _answered(self, answer: Mapping[str, Any]) -> None:
        recipient = answer.get("recipient")
        if recipient is None:
            self._tell_nobody(answer)
            return
        index, self._count, key = int(recipient["index"]), int(recipient["count"]), str(recipient["key"])
        if self._wanted.get("index", index) == index:
            # from now on by key: another run may bring the recipients in another order
            self._index, self._wanted = index, {"key": key}
        self.recipient.show()
        self.recipient.show_failure(is_found=True)
        self.recipient.show_recipient(index, self._count, str(recipient.get("name") or ""), key)
        self._show_message(answer)

    def _tell_nobody(self, answer: Mapping[str, Any]) -> None:
        if "find" in self._wanted:
            self.recipient.show_failure(is_found=False)
            self._wanted = {"index": self._index}
            return
        if self._wanted != _FIRST:
            # the recipient is gone: the first one takes the place
            self._want(_FIRST)
            return
        reason = answer.get("reason")
        words = Text.from_json(reason) if isinstance(reason, Mapping) else Text("Test the flow to see messages.")
        self._show_nobody(tr(words))

    def _show_nobody(self, words: str) -> None:
        self._count = 0
        for widget in (self.recipient, self._subject, self._sender, self.strip):
            widget.hide()
        self.sheet.show_sentence(words)

    def _show_message(self, answer: Mapping[str, Any]) -> None:
        findings = [FindingView.from_json(finding) for finding in answer.get("findings") or ()]
        subject, html, text = (str(answer.get(part) or "") for part in ("subject", "html", "text"))
        self._subject.set_words(tr(Text("Subject: {subject}", subject=subject)))
        self._subject.setVisible(bool(subject))
        name, address = str(answer.get("sender_name") or ""), str(answer.get("sender_address") or "")
        sender = f"{name} <{address}>" if name and address else name or address
        self._sender.set_words(tr(Text("From: {sender}", sender=sender)))
        self._sender.setVisible(bool(sender))
        self.strip.show_findings([*findings, *self._missing(answer, findings)])
        if html or text:
            self.sheet.show_message(html, text)
        else:
            error = next((finding.message for finding in findings if finding.level == "error"), "")
            self.sheet.show_sentence(error or tr(Text("This message is empty: write its content.")))

    def _missing(self, answer: Mapping[str, Any], findings: list[FindingView]) -> list[FindingView]:
        """Return a line for each field without a value that no finding speaks of."""
        told = " ".join(finding.message for finding in findings)
        return [
            FindingView(
                "warning",
                "",
                tr(Text("“{field}” has no value for this recipient.", field=path)),
                activity=self._activity,
            )
            for path in answer.get("missing") or ()
            if str(path) not in told
        ]

    def _refused(self, finding: FindingView) -> None:
        if self._count:
            self.strip.show_findings([finding])
        else:
            self._show_nobody(f"{finding.message} {finding.hint}".strip())

    def _remark(self, words: str) -> None:
        self._foot.set_words(words)
        self._foot.setVisible(bool(words))
