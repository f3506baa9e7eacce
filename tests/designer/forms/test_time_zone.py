"""A time zone is found by any part of its name."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from designer.forms.binding import bind_options
from designer.forms.form import make_field
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session


def test_a_zone_is_picked_by_a_part_of_its_name(session: Session, qtbot: QtBot) -> None:
    spec = FieldSpec("time_zone", "Time zone", FieldKind.TEXT, editor="time-zone", default="UTC")
    field = make_field(spec, "time_zone", bind_options(session))
    qtbot.addWidget(field)
    field.show()
    line = field.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "ari")
    completer = line.completer()
    offered = {completer.completionModel().index(row, 0).data() for row in range(completer.completionCount())}
    assert "Europe/Paris" in offered
    completer.activated.emit("Europe/Paris")
    assert session.flow.options.time_zone == "Europe/Paris"
