"""Sizes are typed and shown with their unit, and stand in the flow as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from designer.forms.binding import bind_settings
from designer.forms.form import make_field
from designer.forms.sizes import parsed_size, size_text
from designer.forms.specs import FieldKind, FieldSpec
from designer.session import Session
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


@pytest.mark.parametrize(
    ("typed", "count"),
    [("5 MB", 5_242_880), ("64k", 65_536), ("1,5 kb", 1536), ("1000", 1000), ("2 GiB", 2 * 1024**3), ("0 B", 0)],
)
def test_a_size_is_understood_with_and_without_its_unit(typed: str, count: int) -> None:
    assert parsed_size(typed) == count


@pytest.mark.parametrize("typed", ["", "much", "5 TB", "-1", "5 MB each"])
def test_what_is_no_size_is_none(typed: str) -> None:
    assert parsed_size(typed) is None


@given(st.integers(min_value=0, max_value=2**40))
def test_a_size_that_is_shown_means_the_same_when_it_is_read(count: int) -> None:
    assert parsed_size(size_text(count)) == count


def test_a_limit_is_typed_in_megabytes_and_kept_in_bytes(session: Session, qtbot: QtBot) -> None:
    flow, id = edits.add_activity(Flow(), "external-api", position=(0, 0))
    session.edit(Text("Begin"), flow)
    spec = FieldSpec("response_bytes", "Largest answer", FieldKind.INTEGER, editor="bytes", default=5_242_880)
    field = make_field(spec, "limits.response_bytes", bind_settings(session, id))
    qtbot.addWidget(field)
    field.show()
    line = field.findChild(QLineEdit)
    assert line.text() == "5 MB"
    line.selectAll()
    QTest.keyClicks(line, "2048 k")
    assert session.flow.activities[id].settings["limits"] == {"response_bytes": 2_097_152}
    assert line.text() == "2048 k"
    line.editingFinished.emit()
    assert line.text() == "2 MB"
