"""Opening and saving, with the questions and sentences that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.dialogs.files import Files
from designer.panels.notices import Notices
from designer.preferences import Preferences
from designer.session import Session
from engine.document import edits, files
from engine.document.model import Flow
from engine.text import Text


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> tuple[Files, Notices]:
    """Return what opens and saves, with the place of its notices, in a window."""
    window = QWidget()
    qtbot.addWidget(window)
    notices = Notices()
    QVBoxLayout(window).addWidget(notices)
    window.show()
    return Files(session, Preferences(), notices, window), notices


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return the file of an empty flow."""
    path = tmp_path / "a.flow"
    files.save(Flow(name="A"), path)
    return path


def rename(session: Session, name: str) -> None:
    """Edit the flow of a session."""
    session.edit(Text("Rename"), edits.rename_flow(session.flow, name))


def words(notices: Notices) -> str:
    """Return all that the notices say."""
    return " ".join(label.text() for label in notices.findChildren(QLabel) if label.isVisibleTo(notices))


def press(notices: Notices, name: str) -> None:
    """Press a button of a notice."""
    buttons = [each for each in notices.findChildren(QPushButton) if each.text() == name and each.isVisibleTo(notices)]
    buttons[-1].click()


def answer(button: QMessageBox.StandardButton) -> Callable[[], None]:
    """Press a button of the question as soon as it is asked."""

    def press_it() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        box.button(button).click()

    QTimer.singleShot(50, press_it)
    return press_it


def test_a_broken_file_is_told_with_its_code_and_nothing_else_happens(
    desk: tuple[Files, Notices], session: Session, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.flow"
    bad.write_text('{"format": "campaign-flow/1", ', encoding="utf-8")
    desk[0].open_path(bad)
    assert "“bad.flow” is not a complete flow" in words(desk[1])
    assert "FILE-NOT-JSON" in words(desk[1])
    assert session.path is None


def test_unsaved_changes_are_asked_about_and_cancel_stays(
    desk: tuple[Files, Notices], session: Session, saved: Path
) -> None:
    rename(session, "Mine")
    answer(QMessageBox.StandardButton.Cancel)
    desk[0].open_path(saved)
    assert session.flow.name == "Mine"
    answer(QMessageBox.StandardButton.Discard)
    desk[0].open_path(saved)
    assert session.flow.name == "A"


def test_save_in_the_question_saves_before_leaving(desk: tuple[Files, Notices], session: Session, saved: Path) -> None:
    desk[0].open_path(saved)
    rename(session, "Better")
    answer(QMessageBox.StandardButton.Save)
    desk[0].new()
    assert files.load(saved).name == "Better"
    assert session.path is None


def test_a_folder_that_cannot_be_written_is_told_and_the_old_file_is_whole(
    desk: tuple[Files, Notices], session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk[0].open_path(saved)
    rename(session, "Too much")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_atomically", full)
    assert not desk[0].save()
    assert "No space left on device" in words(desk[1])
    assert session.is_dirty
    assert files.load(saved).name == "A"


def test_a_file_open_elsewhere_is_told_with_the_way_out(
    desk: tuple[Files, Notices], session: Session, saved: Path, tmp_path: Path
) -> None:
    other = Session(tmp_path / "other")
    other.open(saved)
    desk[0].open_path(saved)
    assert "open in another window" in words(desk[1])
    other.close()


def test_a_file_changed_by_another_program_can_be_shown(
    desk: tuple[Files, Notices], session: Session, saved: Path, qtbot: QtBot
) -> None:
    desk[0].open_path(saved)
    with qtbot.waitSignal(session.changed_on_disk, timeout=3000):
        files.save(Flow(name="Theirs"), saved)
    assert "was changed by another program" in words(desk[1])
    press(desk[1], "Show the file as it is now")
    assert session.flow.name == "Theirs"


def test_work_of_a_program_that_ended_without_warning_is_offered(
    desk: tuple[Files, Notices], session: Session, tmp_path: Path
) -> None:
    crashed = Session(tmp_path / "state")
    rename(crashed, "Almost lost")
    crashed.autosave.keep()
    crashed.autosave.wait()
    crashed.autosave.let_go()
    desk[0].offer_recovered()
    assert "“Almost lost” was being edited" in words(desk[1])
    press(desk[1], "Recover it")
    assert session.flow.name == "Almost lost"
    assert session.is_dirty
    assert session.autosave.leftovers() == []
    crashed.close()
