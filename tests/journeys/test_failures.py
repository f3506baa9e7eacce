"""Things go wrong, and the window teaches: each failure is a sentence at its field, on the card and under Problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from designer.forms.field import Field
from engine.document import edits
from engine.document.model import Flow, Options, ResourceRef, Wire
from engine.text import Text
from tests.engine.http_client.loopback import issued, plain, serving
from tests.journeys.conftest import own_folders, started
from tests.journeys.person import User, visible

FAILURES = "https://demo-api.example/v1/failures/"
SECRET = "sk-Very-secret-0123456789"
CODES = {"pointer": "/data", "columns": [{"id": "code", "key": "code", "type": "text"}]}
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Ports:
    """Where the servers of these tests listen: one whose certificate has expired, and one without any."""

    expired: int
    bare: int


@dataclass(frozen=True)
class Failure:
    """A call that goes wrong, and what is to be read about it."""

    name: str
    url: str
    code: str
    acs: str
    field: str
    said: tuple[str, ...]
    settings: Mapping[str, Any] | None = None


TABLE = (
    Failure(
        "host",
        "https://nobody.invalid/v1/codes",
        "EXT-HOST-UNKNOWN",
        "WKF-560246",
        "request.url",
        ("No computer called “nobody.invalid” can be found.", "Check the host in the URL"),
    ),
    Failure(
        "certificate",
        "https://localhost:{expired}/v1/codes",
        "EXT-CERTIFICATE-EXPIRED",
        "",
        "request.url",
        ("The certificate of “localhost” expired on ", "issued by “Test authority”", "Nothing was sent."),
    ),
    Failure(
        "401",
        f"{FAILURES}401",
        "EXT-UNAUTHORIZED",
        "WKF-560246",
        "request.headers.0.value",
        ("401 Unauthorized", "It was sent with “Authorization: Bearer ********”."),
        {"headers": [{"name": "Authorization", "value": "Bearer {{secret:journey-key}}"}]},
    ),
    Failure(
        "404",
        f"{FAILURES}404",
        "EXT-STATUS",
        "WKF-560246",
        "request.url",
        ("404 Not Found", "Check the path of the URL."),
    ),
    Failure(
        "html",
        f"{FAILURES}html",
        "EXT-CONTENT-TYPE",
        "WKF-560246",
        "request.url",
        ("answered with text/html instead of application/json", "<title>Maintenance</title>", "a page for people"),
    ),
    Failure(
        "broken",
        f"{FAILURES}broken",
        "EXT-BAD-JSON",
        "WKF-560241",
        "request.url",
        ("line 4, column 13", '{"code" "V-8B1"}', "Check the URL"),
    ),
    Failure(
        "large",
        f"{FAILURES}too-large?bytes=6000000",
        "EXT-RESPONSE-SIZE",
        "WKF-560239",
        "limits.response_bytes",
        (f"larger than 5{NARROW_SPACE}242{NARROW_SPACE}880 bytes", "raise the limit under Limits"),
    ),
    Failure(
        "slow",
        f"{FAILURES}slow?seconds=9",
        "EXT-TIMEOUT",
        "WKF-560246",
        "limits.timeout_s",
        ("did not answer completely within 1 s", "Raise the limit under Limits"),
        {"limits": {"timeout_s": 1}},
    ),
    Failure(
        "no list",
        f"{FAILURES}no-list",
        "EXT-NO-LIST",
        "WKF-560241",
        "response.mode",
        ("The answer has no list of objects", "Choose Flatten"),
        {"response": {"columns": CODES["columns"]}},
    ),
)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    """Serve with a certificate that was good until two days ago, and without any."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = issued("Test authority")
    server = issued("server", names=["localhost"], issuer=authority, days=(-9, -2))
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(plain(), server.context(folder)) as expired,
        serving(plain(b'{"data":[{"code":"V-7F3"}]}')) as bare,
    ):
        patch.setenv("REQUESTS_CA_BUNDLE", str(authority.file(folder, "authority.pem")))
        patch.setenv("CAMPAIGN_FLOW_SECRET_JOURNEY_KEY", SECRET)
        yield Ports(expired, bare)


@pytest.fixture(scope="module")
def window(
    qapp: QApplication, ports: Ports, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[User]:
    """Return a person before one window, in which everything goes wrong in turn."""
    with own_folders(tmp_path_factory.mktemp("home")), started(qapp, QtBot(request)) as person:
        person.click("new-flow")
        yield person


@pytest.fixture
def person(window: User) -> Iterator[User]:
    """Return the person before an empty canvas; what runs is over when the test is."""
    window.session.new()
    yield window
    window.session.runs.cancel()
    window.wait(lambda: not window.session.run.running)


def flow_that_calls(url: str, *, options: Options | None = None, **settings: Any) -> tuple[Flow, str]:
    """Return a flow with one call of `url`, and the id of its activity."""
    headers = settings.pop("headers", [])
    whole = {"request": {"url": url, "headers": headers}, "response": CODES, **settings}
    flow, id = edits.add_activity(Flow(), "external-api", position=(0, 0), settings=whole)
    return flow.model_copy(update={"options": options}) if options is not None else flow, id


def show(person: User, flow: Flow, id: str) -> None:
    """Open a flow and the settings of one of its activities."""
    person.session.edit(Text("Begin"), flow)
    person.session.select(id)
    person.wait(lambda: person.session.schemas)


def send(person: User) -> None:
    """Press Send and wait for the end."""
    person.click("Send")
    person.wait(lambda: person.session.run.status != "idle")
    person.waits_for_the_run()


def problem(person: User, code: str) -> QTreeWidgetItem:
    """Return the line under Problems with a code."""
    view = person.widget(QTreeWidget, "Problems")
    lines = [line for place in range(view.topLevelItemCount()) if (line := view.topLevelItem(place)) is not None]
    return next(line for line in lines if line.data(0, Qt.ItemDataRole.UserRole).finding.code == code)


def click_problem(person: User, code: str) -> None:
    """Click on the line under Problems with a code."""
    person.editor.bring_forward("problems")
    line = problem(person, code)
    view = line.treeWidget()
    view.scrollToItem(line)
    person.click(view.viewport(), view.visualItemRect(line).topLeft() + QPoint(60, 10))


def fields_of(path: str) -> list[Field]:
    """Return the fields on the screen that hold a setting."""
    return [each for each in visible(QWidget) if isinstance(each, Field) and each.holds(path)]


def words_at(path: str) -> str:
    """Return what stands in red or orange at the fields that hold a setting."""
    labels = [label for each in fields_of(path) for label in each.findChildren(QLabel) if label.isVisible()]
    return "\n".join(label.text() for label in labels if label.property("role") in ("error", "warning"))


def has_keyboard(path: str) -> bool:
    """Return whether the keyboard is in a field that holds a setting."""
    focused = QApplication.focusWidget()
    return focused is not None and any(each is focused or each.isAncestorOf(focused) for each in fields_of(path))


@pytest.mark.parametrize("failure", TABLE, ids=lambda failure: failure.name)
def test_a_failed_call_is_a_sentence_at_its_field_on_the_card_and_under_problems(
    person: User, ports: Ports, failure: Failure
) -> None:
    url = failure.url.replace("{expired}", str(ports.expired))
    flow, id = flow_that_calls(url, **(failure.settings or {}))
    show(person, flow, id)
    send(person)
    error = person.session.run.activities[id].error
    assert error is not None
    assert (error.code, error.acs, error.field) == (failure.code, failure.acs, failure.field)
    for words in failure.said:
        assert words in f"{error.message} {error.hint}"
    assert (person.card(id).status.words, person.card(id).errors) == ("failed", 1)
    person.sees("Problems (1)")
    assert person.widget(QAbstractButton, "Send").hasFocus()
    assert error.message in problem(person, failure.code).text(0)
    click_problem(person, failure.code)
    person.wait(lambda: error.message in words_at(failure.field), lambda: words_at(failure.field))
    person.wait(lambda: has_keyboard(failure.field), lambda: repr(QApplication.focusWidget()))
    assert SECRET not in person.reads()
    assert "Traceback" not in person.reads()


def test_no_button_leads_past_a_bad_certificate(person: User, ports: Ports) -> None:
    flow, id = flow_that_calls(f"https://localhost:{ports.expired}/")
    show(person, flow, id)
    send(person)
    assert not [each.text() for each in visible(QAbstractButton) if "gnore" in each.text()]


def test_http_is_allowed_here_and_said_to_be_refused_there(person: User, ports: Ports) -> None:
    flow, id = flow_that_calls(f"http://localhost:{ports.bare}/")
    show(person, flow, id)
    person.wait(lambda: "WKF-560238" in words_at("request.url"))
    assert "Write https." in words_at("request.url")
    send(person)
    assert person.session.run.status == "done"
    assert (person.card(id).errors, person.session.run.transitions[f"{id}.result"].rows) == (0, 1)
    person.click("Use https")
    assert person.settings(id)["request"]["url"] == f"https://localhost:{ports.bare}/"
    person.wait(lambda: "WKF-560238" not in words_at("request.url"))


def test_http_is_an_error_before_anything_is_sent_where_campaigns_limits_hold(person: User, ports: Ports) -> None:
    flow, id = flow_that_calls(f"http://localhost:{ports.bare}/", options=Options(guardrails="acs"))
    show(person, flow, id)
    person.wait(lambda: person.card(id).errors)
    found = [each for each in person.session.findings if each.code == "EXT-NOT-SECURE"]
    assert [(each.level, each.acs, each.field) for each in found] == [("error", "WKF-560238", "request.url")]
    send(person)
    assert person.session.run.status == "failed"
    assert "call" not in person.session.run.activities[id].reports


def test_a_service_that_asks_for_patience_is_waited_for_and_can_be_given_up(person: User) -> None:
    flow, id = flow_that_calls(f"{FAILURES}429?times=9&after=20&id=journey")
    show(person, flow, id)
    person.click("Send")
    person.sees("429 Too Many Requests. Attempt 2 of 3 follows in 20.0 s.")
    person.sees("The next attempt follows in 15 s.")
    person.click("Cancel")
    person.waits_for_the_run()
    assert person.outcome() == "cancelled"
    assert person.card(id).status.words == "stopped"


def test_an_answer_without_a_list_is_made_one_row_with_one_click(person: User) -> None:
    flow, id = flow_that_calls(f"{FAILURES}no-list", response={"columns": CODES["columns"]})
    show(person, flow, id)
    send(person)
    person.click("Flatten: one row of the whole answer")
    assert person.settings(id)["response"]["mode"] == "flatten"
    send(person)
    assert person.session.run.status == "done"


def test_an_answer_that_has_changed_is_told_and_taken_over_or_not(person: User) -> None:
    flow, id = flow_that_calls(f"{FAILURES}drift")
    show(person, flow, id)
    send(person)
    person.sees("The answer has changed: it has no code any more; new in it: voucher, expires.")
    (warning,) = [each for each in person.session.problems() if each.level == "warning"]
    assert (warning.activity, warning.field) == (id, "response.columns")
    assert person.card(id).warnings == 1
    click_problem(person, warning.code)
    person.wait(lambda: "The answer lacks columns, which stay empty: code." in words_at("response.columns"))
    person.editor.bring_forward("response")
    person.click("Keep mine")
    assert "The answer has changed" not in "".join(each.text() for each in visible(QLabel))
    assert person.settings(id)["response"]["columns"] == CODES["columns"]
    person.click("Send")
    person.waits_for_the_run()


def test_the_changed_columns_are_taken_over_with_one_click(person: User) -> None:
    flow, id = flow_that_calls(f"{FAILURES}drift")
    show(person, flow, id)
    send(person)
    person.click("Take the new columns")
    person.wait(lambda: [each["key"] for each in person.settings(id)["response"]["columns"]] == ["voucher", "expires"])
    person.wait(lambda: person.session.run.status == "done" and not person.session.problems())
    assert person.card(id).warnings == 0


def test_text_that_is_joined_with_a_number_is_told_before_any_run(person: User, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,rank\n1,01\n2,02\n3,03\n", encoding="utf-8")
    flow = edits.set_resource(Flow(), "people", ResourceRef(source="csv", path=str(people), key="id"))
    flow, query = edits.add_activity(flow, "query", position=(0, 0), settings={"resource": "people"})
    response = {"pointer": "/offers", "columns": [{"id": "rank", "key": "rank", "type": "integer"}]}
    request = {"url": "https://demo-api.example/v1/offers"}
    settings = {"request": request, "response": response}
    flow, offers = edits.add_activity(flow, "external-api", position=(0, 200), settings=settings)
    criteria = [{"primary": "target.rank", "linked": "rank"}]
    relation = {"source": f"{offers}.result", "id": "offers", "cardinality": "n", "criteria": criteria}
    flow, join = edits.add_activity(flow, "enrichment", position=(300, 100), settings={"relations": [relation]})
    flow = edits.connect(flow, Wire(query, "result", join, "primary"))
    flow = edits.connect(flow, Wire(offers, "result", join, "linked"))
    show(person, flow, join)
    place = "relations.0.criteria.0.primary"
    person.wait(lambda: person.card(join).errors == 1)
    (finding,) = [each for each in person.session.findings if each.level == "error"]
    assert (finding.code, finding.field) == ("DATA-KEY-TYPES", place)
    assert finding.message == "“target.rank” is text, but “rank” of “offers” is a number: they are never equal."
    assert "ToInteger(target.rank)" in finding.hint
    click_problem(person, "DATA-KEY-TYPES")
    person.wait(lambda: finding.message in words_at(place))
    person.wait(lambda: has_keyboard(place))
    assert person.session.run.status == "idle"
