"""From the first start to a message that was written for somebody: no setup, no network, three actions."""

from __future__ import annotations

from designer.start_page.template_card import TemplateCard
from designer.start_page.templates import TEMPLATES
from tests.journeys.person import User, visible

RECIPIENTS = ("Ann Martin", "Bob Okafor", "Cid Moreau", "Dee Larsen")


def test_three_actions_lead_to_a_message_with_a_code(user: User) -> None:
    user.actions += 1  # the program was opened
    assert len(visible(TemplateCard)) == len(TEMPLATES)
    user.sees("New flow")
    user.click("template-voucher-codes")
    user.wait(lambda: len(user.editor.workspace.drawing.cards) == len(user.session.flow.activities))
    assert {user.card(id).status.words for id in user.session.flow.activities} == {"not run"}
    user.press("Ctrl+Return")
    user.waits_for_the_run()
    user.wait(lambda: user.editor.preview.subject.startswith("Subject: Ann, your voucher: "))
    code = user.editor.preview.subject.rpartition(" ")[2]
    user.reads_in_the_message("Ann, this one is yours")
    user.reads_in_the_message(code)
    assert user.actions == 3


def test_the_whole_flow_is_in_sight_before_and_after_its_run(user: User) -> None:
    user.click("template-voucher-codes")
    user.wait(lambda: user.window.has_flow)
    canvas, drawing = user.editor.workspace.canvas, user.editor.workspace.drawing
    user.wait(lambda: drawing.cards)
    user.wait(lambda: canvas.viewport().rect().contains(canvas.mapFromScene(drawing.area()).boundingRect()))
    user.press("Ctrl+Return")
    user.waits_for_the_run()
    assert canvas.viewport().rect().contains(canvas.mapFromScene(drawing.area()).boundingRect())


def test_cards_and_wires_count_and_the_bar_says_what_was_called(user: User) -> None:
    user.click("template-voucher-codes")
    user.click("Test flow")
    user.waits_for_the_run()
    user.sees("Dry run: nothing is sent · 1 call replayed from its recording")
    statuses = {id: user.card(id).status.words for id in user.session.flow.activities}
    assert statuses == {
        "members": "4 rows",
        "fork": "2 × 4 rows",
        "codes": "recording · 4 rows",
        "enrich": "4 rows",
        "email": "4 rows in",
        "stop": "skipped",
    }
    words = {wire.name: line.words for wire, line in user.editor.workspace.drawing.wires.items()}
    assert words["enrich.result"] == "4"


def test_arrow_keys_and_a_typed_name_lead_to_other_recipients(user: User) -> None:
    user.click("template-voucher-codes")
    user.press("Ctrl+Return")
    user.sees("Ann Martin, recipient 1 of 4")
    user.press("Alt+5")
    subjects = []
    for place, name in enumerate(RECIPIENTS, 1):
        user.sees(f"{name}, recipient {place} of 4")
        reads_a_subject_for(user, name.split()[0])
        subjects.append(user.editor.preview.subject)
        user.press("Right")
    assert len({subject.rpartition(" ")[2] for subject in subjects}) == 4
    user.press("Left")
    user.sees("Cid Moreau, recipient 3 of 4")
    user.type("bob")
    user.sees("Bob Okafor, recipient 2 of 4")
    user.reads_in_the_message("Bob, this one is yours")
    user.press("Esc")
    user.press("Right")
    user.sees("Cid Moreau, recipient 3 of 4")


def reads_a_subject_for(user: User, first_name: str) -> None:
    """Wait until the preview shows the message to somebody."""
    user.wait(lambda: user.editor.preview.subject.startswith(f"Subject: {first_name}, "))
