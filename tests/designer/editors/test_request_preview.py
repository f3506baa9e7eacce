"""What would be sent is shown byte for byte while the call is being filled in."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from designer.editors.external_api import BodyField
from designer.editors.request_preview import WireView
from designer.forms.binding import bind_settings
from designer.forms.code_edit import CodeEdit
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text

HEAD = """POST /v1/codes?x=a%20b HTTP/1.1
Host: api.example.com
Accept: application/json
Accept-Encoding: gzip, deflate
User-Agent: CampaignFlowDesigner/1
Content-Type: application/json
Authorization: Bearer ********
Content-Length: 20

{"params":{"a":"é"}}"""


def test_every_byte_is_shown_with_its_secrets_masked(session: Session, qtbot: QtBot) -> None:
    flow, call = edits.add_activity(Flow(name="Spring"), "external-api", position=(0, 0))
    request = {
        "url": "https://api.example.com/v1/codes?x=a b",
        "headers": [{"name": "Authorization", "value": "Bearer {{secret:key}}"}],
        "custom": {"a": "é"},
    }
    session.edit(Text("Begin"), edits.set_settings(flow, call, {"request": request}))
    settings = bind_settings(session, call)
    view = WireView(settings)
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    (code,) = view.findChildren(CodeEdit)
    qtbot.waitUntil(lambda: bool(code.text()), timeout=15_000)
    assert code.text() == HEAD.replace("Content-Length: 20", "Content-Length: 21")
    size = "Body 21 B · under 1 % of 5 MB"
    qtbot.waitUntil(lambda: size in [each.text() for each in view.findChildren(QLabel)])
    settings.put("limits.request_bytes", 10)
    said = "The body would be larger than 10 bytes"
    qtbot.waitUntil(lambda: any(said in each.text() for each in view.findChildren(QLabel)), timeout=15_000)
    settings.put("request.url", "")
    settings.put("limits.request_bytes", 100)
    left = "before the URL is whole"
    qtbot.waitUntil(lambda: any(left in each.text() for each in view.findChildren(QLabel)), timeout=15_000)
    assert code.isHidden()


def test_a_body_of_ones_own_is_completed_with_what_arrives(session: Session, qtbot: QtBot) -> None:
    session.open_example("voucher-codes")
    call = next(id for id, entry in session.flow.activities.items() if entry.kind == "external-api")
    settings = bind_settings(session, call)
    field = BodyField(FieldSpec("template", "JSON body", FieldKind.JSON), "request.template", settings)
    qtbot.addWidget(field)
    qtbot.waitUntil(lambda: bool(settings.arriving()), timeout=15_000)
    assert {"now", "count", "data"} <= {each.text for each in field.completions()}
    flow, alone = edits.add_activity(session.flow, "external-api", position=(0, 0))
    session.edit(Text("Another"), flow)
    other = BodyField(field.spec, field.path, bind_settings(session, alone))
    qtbot.addWidget(other)
    assert not {"count", "data"} & {each.text for each in other.completions()}
