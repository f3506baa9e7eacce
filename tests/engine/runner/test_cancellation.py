"""A wish to stop is heard, also by who was not listening yet."""

from __future__ import annotations

import threading

import pytest

from engine.errors import RunCancelled
from engine.runner.cancellation import Cancellation


def test_the_wish_is_repeated_until_the_work_has_stopped() -> None:
    stop, heard, enough = Cancellation(), [0], threading.Event()

    def listen() -> None:
        heard[0] += 1
        if heard[0] == 3:
            enough.set()

    with stop.calling(listen):
        stop.cancel()
        assert enough.wait(5)
    count = heard[0]
    stop.cancel()
    assert heard[0] == count


def test_who_begins_after_the_wish_hears_it_at_once() -> None:
    stop, heard = Cancellation(), threading.Event()
    stop.cancel()
    with stop.calling(heard.set):
        assert heard.is_set()
    with pytest.raises(RunCancelled):
        stop.check()


def test_without_a_wish_nobody_is_disturbed() -> None:
    stop, heard = Cancellation(), threading.Event()
    with stop.calling(heard.set):
        stop.check()
    assert not heard.is_set()
