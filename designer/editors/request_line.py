"""The method and the URL of a call, side by side, with what they come to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from designer.editors.call_import import METHODS
from designer.editors.curl import is_curl
from designer.editors.curl_paste import paste_curl
from designer.editors.request_preview import preview_of
from designer.forms.code_edit import CodeEdit
from designer.forms.completion import request_completions
from designer.forms.field import Field
from designer.forms.parts import button, column, label, role, row
from designer.forms.simple_fields import QuietComboBox, shown_text
from designer.words import tr
from engine.text import Text

ACS_METHODS = ("auto", "GET", "POST")
"""The methods of Adobe Campaign; Auto is POST with a body and GET without one (ACS 1.4)."""

ONCE = Text("Called once per flow run, not once per profile. For per-profile data use Transfer file/Load file.")
FOR_EACH_KEY = Text(
    "Called once for each key, whose name in braces stands for its value: {example}.", example="{region}"
)

PLAIN = "http://"


class RequestLineField(Field):
    """The URL, with the method in front of it."""

    also = ("request.method",)

    def build(self) -> QWidget:
        """Make the drop-down, the line and the sentence below."""
        self._method = QuietComboBox()
        self._method.setAccessibleName(tr(Text("Method")))
        self._method.setToolTip(tr(Text("Auto sends POST when there is a body and GET when there is none.")))
        self._method.setSizeAdjustPolicy(QuietComboBox.SizeAdjustPolicy.AdjustToContents)
        for value in ("auto", *METHODS):
            self._method.addItem("Auto" if value == "auto" else value, value)
            if value not in ACS_METHODS:
                outside = tr(Text("Adobe Campaign does not send {method}.", method=value))
                self._method.setItemData(self._method.count() - 1, outside, Qt.ItemDataRole.ToolTipRole)
        self._method.activated.connect(self._set_method)
        self._url = CodeEdit("text", completions=lambda: request_completions(self.binding))
        self._url.setPlaceholderText("https://api.example.com/v1/codes")
        self._url.typed.connect(lambda text: self.commit(text.strip()))
        self._url.on_paste = self._take_paste
        tip = Text("Call the same place over a connection that nobody can listen to")
        self._secure = button(Text("Use https"), tip, self._make_secure, kind="soft")
        self._secure.hide()
        self.add_beside_label(self._secure)
        self._said = label("", "hint")
        self._said.hide()
        self._sentence = label("", "hint")
        self._preview = preview_of(self.binding)
        self._preview.changed.connect(self._tell)
        return column(row(self._method, self._url), self._said, self._sentence, gap=4)

    def focus_target(self) -> QWidget:
        """Return the line of the URL."""
        return self._url

    def reveal(self, path: str) -> bool:
        """Take the keyboard in the method or in the URL."""
        (self._method if path == "request.method" else self._url).setFocus()
        return True

    def refresh(self) -> None:
        """Show method and URL of the flow."""
        method = shown_text(self.binding.get("request.method", "auto"))
        if self._method.findData(method) < 0:
            self._method.addItem(method, method)
        self._method.setCurrentIndex(self._method.findData(method))
        if self._url.text().strip() != shown_text(self.value):
            self._url.set_text(shown_text(self.value))
        self._secure.setVisible(shown_text(self.value).lower().startswith(PLAIN))
        self._tell()

    def _make_secure(self) -> None:
        place = shown_text(self.value)[len(PLAIN) :]
        self.binding.put(self.path, f"https://{place}", self.words, merge=False)
        self._url.setFocus()

    def _take_paste(self, text: str) -> bool:
        if not is_curl(text):
            return False
        paste_curl(self.binding, text, self._say, self)
        return True

    def _say(self, words: str, kind: str) -> None:
        role(self._said, kind)
        self._said.setText(words)
        self._said.setVisible(bool(words))

    def _set_method(self, index: int) -> None:
        self.binding.put("request.method", self._method.itemData(index), tr(Text("Method")), merge=False)

    def _tell(self) -> None:
        sent = shown_text(self._preview.request.get("method"))
        is_auto = self._method.currentData() == "auto"
        is_keyed = self.binding.get("request.calls") == "per-key"
        once = tr(FOR_EACH_KEY if is_keyed else ONCE)
        effective = tr(Text("Sent as {method}.", method=sent)) if is_auto and sent else ""
        self._sentence.setText(f"{once} {effective}".strip())
        if is_auto:
            self._method.setItemText(0, f"Auto · {sent}" if sent else "Auto")
