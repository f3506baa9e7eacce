"""The account that a call uses, picked from those of the flow."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from designer.forms.binding import account_label
from designer.forms.field import Field
from designer.forms.parts import icon_button, row
from designer.forms.resources import free_name
from designer.forms.simple_fields import QuietComboBox, shown_text
from designer.words import tr
from engine.document import edits
from engine.document.model import AccountRef
from engine.text import Text


class AccountField(Field):
    """No account, or one of the flow's; a new one is added, and each is edited, in the panel of the flow."""

    def build(self) -> QWidget:
        """Make the drop-down and its buttons."""
        self._box = QuietComboBox()
        self._box.activated.connect(lambda index: self.commit(self._box.itemData(index) or None))
        self._edit = icon_button("pencil-simple", Text("Edit the account in the panel of the flow"), self._open)
        add = icon_button("plus", Text("Add an OAuth 2.0 account to the flow and use it here"), self._add)
        self.binding.session.flow_changed.connect(self.refresh)
        return row(self._box, self._edit, add, gap=2)

    def focus_target(self) -> QWidget:
        """Return the drop-down."""
        return self._box

    def refresh(self, *_: object) -> None:
        """List the accounts of the flow and show the one of the call."""
        flow, value = self.binding.session.flow, shown_text(self.value)
        names = ["", *flow.accounts]
        shown = [(name, account_label(flow, name) if name else tr(Text("None"))) for name in names]
        if value not in names:
            shown.append((value, value))
        if shown != [(self._box.itemData(index), self._box.itemText(index)) for index in range(self._box.count())]:
            self._box.clear()
            for name, words in shown:
                self._box.addItem(words, name)
        self._box.setCurrentIndex([name for name, _ in shown].index(value))
        self._edit.setEnabled(value in flow.accounts)

    def _open(self) -> None:
        self.binding.session.reveal.emit("", f"accounts.{shown_text(self.value)}")

    def _add(self) -> None:
        session = self.binding.session
        name = free_name("account", session.flow.accounts)
        flow = edits.set_account(session.flow, name, AccountRef(type="oauth2"))
        session.edit(Text("Add an account"), edits.set_setting(flow, self.binding.activity, self.path, name))
        session.reveal.emit("", f"accounts.{name}")
