"""A bar of steps: nothing in a pipe, and after a second on a terminal."""

import sys
from inspect import getsource
from io import StringIO
from time import sleep

import pytest

from aicost.cli.app import accuracy
from aicost.cli.log import app
from aicost.cli.log_draft import drawn
from aicost.cli.progress import bar, steps


class Terminal(StringIO):
    """A screen that is none."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_sees_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert bar(3, "step") is None
    with steps(2) as step:
        step("reading")
    assert capsys.readouterr().err == ""


def test_a_step_is_named_once_it_has_taken_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with steps(2) as step:
        step("reading")
        assert screen.getvalue() == ""
        sleep(1.3)
        assert "reading" in screen.getvalue()
        step("pricing")


def test_whatever_reads_a_log_has_a_bar() -> None:
    of_logs = [one.callback for one in app.registered_commands]
    assert len(of_logs) > 8
    silent = [one.__name__ for one in (*of_logs, drawn, accuracy) if "steps(" not in getsource(one)]
    assert not silent
