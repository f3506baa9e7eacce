"""Settings that have no meaning beside the others stay out of sight."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from designer.engine_client import FindingView
from designer.forms.binding import bind_settings
from designer.forms.form import make_form
from designer.forms.specs import Condition, find_spec, specs_of
from designer.forms.stack import FieldStack
from designer.session import Session
from engine.activity import ActivitySettings, setting
from engine.document import edits
from engine.document.model import Flow
from engine.text import Text


class Toy(ActivitySettings):
    method: Literal["any", "list"] = setting("any", label="Method")
    values: str = setting("", label="Values", shown_when={"method": ("list",)})


@pytest.fixture
def form(session: Session, qtbot: QtBot) -> FieldStack:
    """Return the form of the toy on the screen."""
    flow, toy = edits.add_activity(Flow(), "toy", position=(0, 0))
    session.edit(Text("Begin"), flow)
    made = make_form(specs_of(Toy), bind_settings(session, toy))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_spec_knows_the_default_of_the_setting_it_depends_on() -> None:
    spec = find_spec(specs_of(Toy), "values")
    assert spec is not None
    assert spec.shown_when == (Condition("method", ("list",), "any"),)


def test_a_field_appears_when_its_method_is_chosen_and_goes_with_undo(form: FieldStack, session: Session) -> None:
    method, values = form.fields
    assert not values.isVisible()
    box = method.findChild(QComboBox)
    assert box is not None
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert session.flow.activities["toy"].settings["method"] == "list"
    assert values.isVisible()
    session.history.stack.undo()
    assert not values.isVisible()


def test_a_field_with_something_to_mend_is_never_hidden(form: FieldStack) -> None:
    finding = FindingView("error", "FLOW-BAD-SETTING", "It is wrong.", activity="toy", field="values")
    form.show_findings([finding])
    assert form.fields[1].isVisible()
