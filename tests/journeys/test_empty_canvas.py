"""From an empty canvas to a personalised message: everything that can be picked is picked, in thirty actions."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QTableView

from designer.forms.picker_fields import ResourceField
from designer.palette.quick_add import QuickAdd
from designer.panels.json_view import JsonView
from engine.document import files
from tests.journeys.person import User, visible

FORECAST = "https://demo-api.example/v1/forecast"
REGIONS = ("01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94")
ACTIONS = 30
EXAMPLE = Qt.ItemDataRole.UserRole + 1


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """Return a file with 200 people, 49 of whom live in a region that has no forecast."""
    path = tmp_path / "profiles.csv"
    people = (f"{n},Person {n},p{n}@example.com,{'99' if n > 151 else REGIONS[n % 18]}" for n in range(1, 201))
    path.write_text("\n".join(("id,firstName,email,region", *people, "")), encoding="utf-8")
    return path


def test_a_message_is_written_for_each_profile_in_thirty_actions(user: User, profiles: Path) -> None:
    pick_profiles(user, profiles)
    call_the_api(user)
    choose_rows_and_columns(user)
    join(user)
    write(user)
    path = profiles.with_name("weather.flow")
    user.in_the_dialog(str(path))
    user.press("Ctrl+S")
    assert user.actions <= ACTIONS
    assert not user.session.is_dirty
    flow = files.load(path)
    assert set(flow.activities) == {"query", "external-api", "enrichment", "email"}
    assert flow.resources["profiles"].path == "profiles.csv"
    user.sees("weather.flow · saved")


def pick_profiles(user: User, profiles: Path) -> None:
    """Begin with a Query on the people of a file, and see them."""
    user.click("new-flow")
    user.press("Tab")
    user.type("que")
    user.press("Return")
    assert user.session.selection == ("query",)
    (field,) = visible(ResourceField)
    user.drop_file(field, profiles)
    user.wait(lambda: "profiles" in user.session.flow.resources)
    assert user.session.flow.resources["profiles"].key == "id"
    user.wait(lambda: user.card("query").status.words == "200 rows")
    user.sees("200 rows · ")
    user.wait(user.editor.data.isVisible)


def call_the_api(user: User) -> None:
    """Draw a wire to nowhere, take what is offered first, paste an address and send."""
    user.draw_wire("query.result", user.right_of("query"))
    (offer,) = visible(QuickAdd)
    assert offer.list.kinds()[0] == "external-api"
    user.press("Return")
    QGuiApplication.clipboard().setText(FORECAST)
    user.press("Ctrl+V")
    user.press("Ctrl+Return")
    user.wait(lambda: user.session.run.running)
    user.waits_for_the_run()
    user.sees("200 OK")
    user.sees("Live")
    user.sees("/regions · 18 rows")
    user.sees("/warnings · 2 rows")
    (tree,) = visible(JsonView)
    model = tree.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["asOf", "regions", "warnings"]


def choose_rows_and_columns(user: User) -> None:
    """Click the list that is meant; ignore a column, rename one, make one a date; keep the answer."""
    user.click("Use the list /regions")
    user.wait(lambda: "columns" in user.settings("external-api").get("response", {}))
    user.wait(lambda: "18 rows" in user.card("external-api").print.summary + user.card("external-api").status.words)
    assert "18 rows" in user.editor.workspace.canvas.accessibleDescription()
    assert user.card("external-api").print.summary == "GET …/forecast · 4 columns"
    table = user.widget(QTableView, "Column definition")
    user.wait(lambda: [table.model().index(row, 3).data() for row in range(3)] == ["01", "18", "rain"])
    user.click(table.viewport(), cell(table, 1, 0, left=14))
    user.click(table.viewport(), cell(table, 3, 0), twice=True)
    user.type("day")
    user.click(table.viewport(), cell(table, 3, 1), twice=True)
    user.wait(lambda: user.popup() is not None)
    user.type("Date")
    user.press("Return")
    columns = user.settings("external-api")["response"]["columns"]
    assert [(each["id"], each["key"], each["type"], each.get("ignore", False)) for each in columns] == [
        ("region", "region", "text", False),
        ("tempC", "tempC", "integer", True),
        ("sky", "sky", "text", False),
        ("day", "updated", "date", False),
    ]
    user.click("Use as sample")
    assert len(user.settings("external-api")["response"]["sample"]["regions"]) == 18


def join(user: User) -> None:
    """Wire people and weather into an Enrichment and take its proposal."""
    user.draw_wire("query.result", user.right_of("query") + QPoint(0, 130))
    user.type("enr")
    user.press("Return")
    user.draw_wire("external-api.result", "enrichment<linked")
    user.sees("region = region, 100 % of 18 matched, 49 recipients unmatched")
    user.sees("Each row has at most one linked row")
    user.click("Link them")
    user.wait(lambda: user.card("enrichment").status.words == "200 rows")


def write(user: User) -> None:
    """Write a subject with a field that is picked from those that really arrive, and watch the message."""
    user.draw_wire("enrichment.result", user.right_of("enrichment"))
    user.press("Return")
    user.sees("Person 1, recipient 1 of 200")
    user.type("Today: ")
    user.wait(lambda: user.editor.preview.subject == "Subject: Today: ")
    user.type("{{sky")
    user.wait(lambda: user.popup() is not None)
    fields = user.popup()
    assert isinstance(fields, QAbstractItemView)
    assert fields.model().index(0, 0).data() == "targetData.external_api.sky"
    user.wait(lambda: "cloud" in fields.model().index(0, 0).data(EXAMPLE))
    user.press("Return")
    assert user.settings("email")["subject"] == "Today: {{ targetData.external_api.sky }}"
    user.wait(lambda: user.editor.preview.subject == "Subject: Today: cloud")


def cell(table: QTableView, row: int, column: int, left: int = 0) -> QPoint:
    """Return a point in a cell: its middle, or so many pixels from its left edge."""
    area = table.visualRect(table.model().index(row, column))
    return QPoint(area.left() + left, area.center().y()) if left else area.center()
