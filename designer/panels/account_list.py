"""The external accounts of the flow: who it is to other services, and whether they agree (ACS 1.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout, QWidget

from designer.engine_client import FindingView
from designer.forms.asking import ask
from designer.forms.binding import Binding, account_label, bind_account
from designer.forms.code_edit import Completion
from designer.forms.field import Field
from designer.forms.form import make_field
from designer.forms.list_fields import ListField
from designer.forms.parts import button, card, clear, column, icon_button, label, role, row, top_row
from designer.forms.resources import free_name
from designer.forms.secret_fields import NameField, SecretField
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from designer.words import tr
from engine.document import edits
from engine.document.model import AccountRef
from engine.text import Text

TYPES: Final[Mapping[str, str]] = {
    "oauth2": "OAuth 2.0",
    "basic": "User and password (Basic)",
    "bearer": "Fixed token (Bearer)",
    "api-key": "API key",
}
"""The types of accounts and what people call them; Adobe Campaign knows the first."""

_OAUTH: Final = "oauth2"
_MEMBERS: Final[Mapping[str, Sequence[FieldSpec]]] = {
    _OAUTH: (
        FieldSpec(
            "token_url",
            "Token URL",
            FieldKind.TEXT,
            "The token endpoint of the service, which begins with https. Adobe Campaign: Secure API URL.",
            default="",
            examples=("https://login.example.com/oauth/token",),
        ),
        FieldSpec(
            "credentials",
            "Credentials",
            FieldKind.MODELS,
            "Sent for a token, with grant_type=client_credentials. Secrets go to the keyring.",
            default=[],
        ),
    ),
    "basic": (
        FieldSpec("username", "User name", FieldKind.TEXT, default=""),
        FieldSpec("password", "Password", FieldKind.TEXT, "It goes to the keyring.", default=""),
    ),
    "bearer": (FieldSpec("token", "Token", FieldKind.TEXT, "It goes to the keyring.", default=""),),
    "api-key": (
        FieldSpec(
            "name",
            "Name of the header or parameter",
            FieldKind.TEXT,
            "As the service asks for it, such as X-Api-Key or apikey.",
            default="",
            examples=("X-Api-Key",),
        ),
        FieldSpec("value", "Key", FieldKind.TEXT, "It goes to the keyring.", default=""),
        FieldSpec(
            "in_header", "Send it in a header", FieldKind.BOOLEAN, "Otherwise it is sent in the query.", default=True
        ),
    ),
}
_FIRST: Final = (
    FieldSpec("label", "Label", FieldKind.TEXT, "What people call the account.", default="", examples=("CRM",)),
    FieldSpec("type", "Type", FieldKind.CHOICE, default=_OAUTH, choices=tuple(TYPES.items())),
)
_LAST: Final = (
    FieldSpec("enabled", "Enabled", FieldKind.BOOLEAN, "An account that is not enabled is not used.", default=True),
)
_IN_HEADER: Final = FieldSpec(
    "in_header", "In header", FieldKind.BOOLEAN, "Send it in a header of the request for a token", default=False
)


class CredentialNameField(NameField):
    """The name of a credential, with those of the standard to choose from."""

    suggestions = ("client_id", "client_secret", "scope", "audience", "resource")


class CredentialValueField(SecretField):
    """The value of a credential: no variable stands in it."""

    def completions(self) -> list[Completion]:
        """Return nothing."""
        return []


class WholeSecretField(CredentialValueField):
    """A password, a token or a key: always secret."""

    has_label = True

    def name(self) -> str:
        """Return a name that tells so."""
        return "secret"

    def _describe(self, target: QWidget) -> None:
        for editor in self.editors():
            super()._describe(editor)


class CredentialsField(ListField):
    """The credentials of an OAuth 2.0 account: name, value, and where each is sent."""

    def new_entry(self) -> Any:
        """Return an empty credential."""
        return {"name": "", "value": ""}

    def build_entry(self, index: int, count: int) -> QWidget:
        """Make the line of one credential."""
        path = f"{self.path}.{index}"
        name = CredentialNameField(FieldSpec("name", "", FieldKind.TEXT), f"{path}.name", self.binding)
        value = CredentialValueField(FieldSpec("value", "", FieldKind.TEXT), f"{path}.value", self.binding)
        place = make_field(_IN_HEADER, f"{path}.in_header", self.binding)
        name.focus_target().setAccessibleName(tr(Text("Name of credential {number}", number=index + 1)))
        for editor in value.editors():
            editor.setAccessibleName(tr(Text("Value of credential {number}", number=index + 1)))
        place.focus_target().setAccessibleName(tr(Text("Credential {number} in a header", number=index + 1)))
        name.renamed.connect(value.settle)
        self._fields += [name, value, place]
        line = top_row(name, value, *self.tools(index, 1), gap=3)  # their order means nothing
        layout = line.layout()
        if isinstance(layout, QBoxLayout):
            layout.setStretch(0, 1)
            layout.setStretch(1, 1)
        return column(line, place, gap=2)


class AccountCard(QWidget):
    """One account: its settings, and the test of its connection."""

    removed = Signal()

    def __init__(self, session: Session, name: str, kind: str) -> None:
        """Show the account `name`, which is of the type `kind`."""
        super().__init__()
        self._session = session
        self._name = name
        self._binding = bind_account(session, name)
        self.fields = [_field(spec, self._binding) for spec in (*_FIRST, *_MEMBERS.get(kind, ()), *_LAST)]
        self._said = label("", "hint")
        self._said.hide()
        remove = icon_button("trash", Text("Remove the account “{name}”", name=name), self.removed.emit)
        first, *others = self.fields
        test = button(Text("Test connection"), Text("Fetch an access token with these credentials"), self.test)
        test.setVisible(kind == _OAUTH)
        self._test = test
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card(top_row(first, remove), *others, row(test, None), self._said))
        self._binding.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what the flow says; what was said about the account before is over."""
        self._said.hide()
        for field in self.fields:
            field.refresh()

    def leave(self) -> None:
        """Stop following the flow."""
        self._binding.detach()

    def test(self) -> None:
        """Fetch a token, and say how that went."""
        self._test.setEnabled(False)
        self._say(tr(Text("Testing…")), "hint")
        params = {**self._session.params(), "name": self._name}
        ask(self._session, self, "test_account", params, on_result=self._succeeded, on_error=self._failed)

    def _succeeded(self, answer: Mapping[str, Any]) -> None:
        self._test.setEnabled(True)
        self._say(tr(Text.from_json(answer["text"])), "ok")

    def _failed(self, finding: FindingView) -> None:
        self._test.setEnabled(True)
        code = f" ({finding.acs})" if finding.acs else ""
        self._say(f"{finding.message}{code} {finding.hint}".strip(), "error")

    def _say(self, words: str, kind: str) -> None:
        role(self._said, kind)
        self._said.setText(words)
        self._said.show()


class AccountList(QWidget):
    """A card for each account, and a button that adds one."""

    def __init__(self, session: Session) -> None:
        """Show the accounts of `session`."""
        super().__init__()
        self._session = session
        self._shown: dict[str, str] | None = None
        self._cards: dict[str, AccountCard] = {}
        self._box = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._box)
        add = button(Text("Add account"), Text("Add an external account"), lambda: None, glyph="plus")
        menu = QMenu(add)
        for kind, words in TYPES.items():
            menu.addAction(tr(Text(words)), partial(self.add, kind))
        add.setMenu(menu)
        layout.addWidget(row(add, None))
        session.flow_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the accounts as they are now; cards are built again when there are others, or others of a type."""
        shown = {name: account.type for name, account in sorted(self._session.flow.accounts.items())}
        if shown == self._shown:
            return
        self._shown = shown
        for each in self._cards.values():
            each.leave()
        clear(self._box)
        self._cards = {name: AccountCard(self._session, name, kind) for name, kind in shown.items()}
        for name, each in self._cards.items():
            each.removed.connect(partial(self.remove, name))
            self._box.addWidget(each)
        if not shown:
            self._box.addWidget(label(Text("None yet."), "hint"))

    def add(self, kind: str) -> None:
        """Add an account of a type and take the keyboard in its label."""
        name = free_name("account", self._session.flow.accounts)
        flow = edits.set_account(self._session.flow, name, AccountRef(type=kind))
        self._session.edit(Text("Add an account"), flow)
        self.reveal(name)

    def remove(self, name: str) -> None:
        """Take an account out of the flow; its secrets stay in the keyring."""
        label_ = account_label(self._session.flow, name)
        flow = edits.set_account(self._session.flow, name, None)
        self._session.edit(Text("Remove the account “{name}”", name=label_), flow)

    def reveal(self, name: str) -> QWidget | None:
        """Take the keyboard in an account and return its card, None when there is no such account."""
        found = self._cards.get(name)
        if found is not None:
            found.fields[0].focus_target().setFocus()
        return found


def _field(spec: FieldSpec, binding: Binding) -> Field:
    if spec.kind is FieldKind.MODELS:
        return CredentialsField(spec, spec.name, binding)
    if spec.name in ("password", "token", "value"):
        return WholeSecretField(spec, spec.name, binding)
    return make_field(spec, spec.name, binding)
