"""Fields for names and for values that may be secret: those go to the keyring before the flow sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QStackedWidget, QWidget

from designer.engine_client import FindingView
from designer.forms.asking import ask
from designer.forms.code_edit import CodeEdit, Completion
from designer.forms.completion import request_completions
from designer.forms.field import Field
from designer.forms.parts import button, column, icon_button, role, row
from designer.forms.secrets import is_sensitive_name, keep_secret, masked, references, secret_in, with_reference
from designer.forms.simple_fields import shown_text
from designer.words import tr
from engine.text import Text

_WHERE = {
    "environment": Text("environment"),
    "keyring": Text("keyring"),
    "session": Text("until the program ends"),
}


class NameField(Field):
    """The name of what stands beside it. It is written when it is whole: a value is judged by the whole name."""

    has_label = False
    placeholder: ClassVar[Text] = Text("Name")
    suggestions: ClassVar[Sequence[str]] = ()
    renamed = Signal()

    def build(self) -> QWidget:
        """Make the line."""
        self._line = QLineEdit()
        self._line.setProperty("role", "mono")
        self._line.setPlaceholderText(tr(self.placeholder))
        completer = QCompleter(QStringListModel(list(self.suggestions), self), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._line.setCompleter(completer)
        self._line.editingFinished.connect(self._write)
        return self._line

    def refresh(self) -> None:
        """Show the name in the flow, unless another one is being typed."""
        name = shown_text(self.value)
        if self._line.text() != name and not (self._line.hasFocus() and self._line.isModified()):
            self._line.setText(name)
            self._line.setCursorPosition(0)

    def _write(self) -> None:
        name = self._line.text().strip()
        self._line.setModified(False)
        if name != shown_text(self.value):
            self.commit(name)
            self.renamed.emit()


class SecretField(Field):
    """A value that may be secret, which its name tells.

    What is typed here reaches the flow only when it is whole and no secret. A secret goes to the keyring, and the flow
    gets a reference to it; it is shown as dots and can be replaced, never read.
    """

    has_label = False

    def build(self) -> QWidget:
        """Make the plain editor, the editor for secrets and the dots."""
        self._draft = ""
        self._is_replacing = False
        self._is_asking = False
        self._plain = CodeEdit("text", completions=self.completions)
        self._plain.setPlaceholderText(tr(Text("Value")))
        self._plain.finished.connect(lambda: self._take(self._plain.text()))
        self._secret = QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._secret.setPlaceholderText(tr(Text("Secret, for the keyring")))
        self._secret.editingFinished.connect(lambda: self._take(self._secret.text()))
        self._dots = QLineEdit()
        self._dots.setReadOnly(True)
        self._dots.setProperty("role", "mono")
        self._dots.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        replace = icon_button("pencil-simple", Text("Replace the secret"), self._replace)
        self._move = button(Text("Move it to the keyring"), Text("Keep only a reference in the flow"), self.settle)
        self._stack = QStackedWidget()
        for page in (self._plain, self._secret, row(self._dots, replace, gap=2)):
            self._stack.addWidget(page)
        self._stack.setFixedHeight(self._plain.sizeHint().height())
        return column(self._stack, self._move, gap=2)

    def completions(self) -> list[Completion]:
        """Return what `{{…}}` in a plain value can name."""
        return request_completions(self.binding)

    def name(self) -> str:
        """Return the name that tells whether the value is secret: the one beside it, empty while there is none."""
        return shown_text(self.binding.get(f"{self.path.rpartition('.')[0]}.name"))

    def editors(self) -> tuple[QWidget, ...]:
        """Return everything that can take the keyboard here."""
        return (self._plain, self._secret, self._dots)

    def focus_target(self) -> QWidget:
        """Return the editor in front."""
        return self.editors()[self._stack.currentIndex()]

    def refresh(self) -> None:
        """Show the value in the flow: dots for a secret, an editor without echo where one belongs."""
        value = shown_text(self.value)
        self._move.setVisible(bool(secret_in(value, self.name())))
        if references(value) and not self._is_replacing:
            self._stack.setCurrentIndex(2)
            self._show_dots(masked(value, ""))
            self._ask_where(value)
            return
        is_secret = self._is_replacing or (is_sensitive_name(self.name()) and not value)
        self._stack.setCurrentIndex(1 if is_secret else 0)
        is_typing = self._plain.hasFocus() and self._plain.document().isModified()
        if not is_typing and not self._draft:
            self._plain.set_text(value)

    def settle(self) -> None:
        """Judge the value again: the header has got another name, or a person wants the secret moved."""
        text = self._draft or shown_text(self.value)
        if text:
            self._take(text)
        self.refresh()

    def _take(self, text: str) -> None:
        """Write what is whole: a plain value to the flow, a secret to the keyring. Without a name nothing is whole."""
        name, current = self.name(), shown_text(self.value)
        self._draft = "" if name else text
        if not name or self._is_asking:
            return
        secret = secret_in(text, name)
        if secret:
            self._keep(text, secret, name, current)
            return
        if text or not self._is_replacing:
            self.commit(text)
        self._is_replacing = False
        self.refresh()

    def _keep(self, text: str, secret: str, name: str, current: str) -> None:
        def kept(reference: str, _where: str) -> None:
            self._is_asking = self._is_replacing = False
            self._error.hide()
            self._wipe()
            self.commit(with_reference(text, secret, reference))
            self.refresh()

        def refused(finding: FindingView) -> None:
            self._is_asking = False
            role(self._error, "error")
            self._error.setText(f"{finding.message} {finding.hint}".strip())
            self._error.show()

        self._is_asking = True
        keep_secret(self.binding, self, header=name, value=secret, current=current, on_kept=kept, on_error=refused)

    def _wipe(self) -> None:
        """Forget what was typed: also what Ctrl+Z in the editors would bring back."""
        self._secret.clear()
        self._plain.set_text("")
        self._plain.document().clearUndoRedoStacks()

    def _replace(self) -> None:
        self._is_replacing = True
        self._stack.setCurrentIndex(1)
        self._secret.setFocus()

    def _show_dots(self, words: str) -> None:
        self._dots.setText(words)
        self._dots.setCursorPosition(0)

    def _ask_where(self, value: str) -> None:
        def tell(known: dict[str, Any]) -> None:
            missing = [name for name, place in known.items() if not place]
            places = [tr(_WHERE[place]) for place in known.values() if place in _WHERE]
            self._show_dots(masked(value, tr(Text("missing")) if missing else ", ".join(dict.fromkeys(places))))
            self._dots.setToolTip(tr(Text("The secret “{name}”", name=", ".join(known))))
            self._error.setVisible(bool(missing))
            role(self._error, "warning")
            sentence = Text("The secret “{name}” is not on this computer: enter it.", name=", ".join(missing))
            self._error.setText(tr(sentence) if missing else "")

        ask(self.binding.session, self, "secret_known", {"names": references(value)}, on_result=tell)
