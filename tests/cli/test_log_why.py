"""`aicost log explain` and `change`: what they print and refuse, and a gate."""

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from commands import one_line, refused, run, said
from priced import Truth, drawn

BEFORE, AFTER = date(2026, 10, 19), date(2026, 11, 2)
DAYS = ("--before", "2026-10-19..2026-11-01", "--after", "2026-11-02..2026-11-15")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A log of two weeks, one of the two after them, dearer, and one of all four."""
    folder = tmp_path_factory.mktemp("logs")
    first = drawn(Truth(volume=30), BEFORE, 14, 1)
    second = drawn(Truth(volume=45, cached=0.1), AFTER, 14, 2)
    frames = {"old.csv": first, "new.csv": second, "all.csv": pd.concat([first, second])}
    for name, frame in frames.items():
        frame.drop(columns="cost_pico").to_csv(folder / name, index=False)
    old, new, every = (folder / name for name in frames)
    return old, new, every


def test_two_logs_and_two_parts_of_one_say_the_same(logs: tuple[Path, Path, Path]) -> None:
    old, new, every = logs
    text = said("log", "change", old, new)
    assert "What changed" in text
    assert re.search(r"requests a day 2\d.*→ 3\d", one_line(text))
    assert "prices: book " in text
    assert said("log", "change", every, *DAYS) == text
    head, *rows = said("log", "change", old, new, "--csv").splitlines()
    assert head == "cause,label,usd,low,high,lmdi"
    assert rows[0].startswith("volume,requests a day 2")


@pytest.mark.parametrize(
    ("limit", "code", "word"), [("10 %", 1, "is past 10 %"), ("400 %", 0, "is not past 400 %")]
)
def test_as_a_gate(logs: tuple[Path, Path, Path], limit: str, code: int, word: str) -> None:
    found = run("log", "change", *logs[:2], "--limit", limit)
    assert found.exit_code == code
    assert f"The rise {word} with its whole interval." in one_line(found.stdout)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "name a later log, or days of this one: --before"),
        (("--before", "last week"), "--before last week: write two days, such as"),
        (("--before", "2026-11-01..2026-10-01"), "the first day is after the last"),
        ((*DAYS[:2], "--after", "2026-11-01..2026-11-15"), "share days of one log; part them"),
        ((*DAYS, "--limit", "a lot"), "--limit: "),
        ((*DAYS, "--limit", "5 % to 10 %"), "write one share, such as"),
        ((*DAYS[:2], "--after", "2027-01-01..2027-01-31"), "no call from 2027-01-01 to 2027-01-31"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    logs: tuple[Path, Path, Path], words: tuple[str, ...], line: str
) -> None:
    text = refused("log", "change", logs[2], *words)
    assert line in text
    assert text.count("\n") == 1


def test_explain_names_the_dearest_and_one_of_them(logs: tuple[Path, Path, Path]) -> None:
    text = said("log", "explain", logs[2])
    assert re.search(r"20 of \d,?\d+ requests cost \$0\.\d+ more than is usual", one_line(text))
    head, first, *rest = said("log", "explain", logs[2], "--csv").splitlines()
    assert head == "request,feature,usd,usual,excess,why"
    assert len(rest) == 19
    name = first.partition(",")[0]
    one = said("log", "explain", logs[2], name)
    assert one.startswith(f"Request {name} of ")
    assert "From what is usual" in one
    rows = said("log", "explain", logs[2], name, "--csv").splitlines()
    assert rows[0] == "stage,cause,label,usd"


def test_a_request_that_is_not_there_is_refused(logs: tuple[Path, Path, Path]) -> None:
    text = refused("log", "explain", logs[2], "nobody's")
    assert 'no priced request "nobody\'s" in the log' in text
    assert text.count("\n") == 1
