"""Every notebook runs for another client, shows that client no figure of anybody else's, and says
what holds for a batch, for an agent and for a what-if at its edge."""

import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_run import LESSON, NOTEBOOKS, called, prose, read_for, shown, told
from places import ROOT, SAMPLES
from test_words import STIFF, stiff

from aicost import load
from aicost.show.review.chapter_choice import lacking, needs
from aicost.values.formatting import money

#: Whom each notebook is read for; that of time for an agent, and for a night's work.
CLIENTS = {
    "00": ["help-desk"],
    "01": ["claims-review"],
    "02": ["catalogue-overnight"],
    "03": ["contract-search-planned"],
    "04": ["research-agent"],
    "05": ["claims-review"],
    "06": ["contract-search-planned"],
    "07": ["help-desk"],
    "08": ["research-agent"],
    "09": ["research-agent", "catalogue-overnight"],
    "10": ["catalogue-overnight"],
    "13": ["claims-review"],
}
#: What-ifs at their edge, one set to a run.
EDGES = [
    ("00", {"usage": 0}),
    ("02", {"changed_per_month": "5 %"}),
    ("05", {"share": 0}),
    ("05", {"share": "0 %"}),
    ("07", {"hit_share": 1.0}),
    ("09", {"hit_share": 1.0}),
    ("10", {"users_per_month": 0, "budget_per_month": 0}),
]


@pytest.fixture(scope="module")
def pool() -> Iterator[Any]:
    """A process of its own: what notebooks set is theirs alone."""
    with multiprocessing.get_context("spawn").Pool(1) as found:
        yield found


@pytest.fixture(scope="module")
def read(pool: Any) -> dict[tuple[str, str], str]:
    """What each client reads of a notebook, by its number and the client."""
    runs = [(number, name) for number, names in CLIENTS.items() for name in names]
    paths = [(called(number), path_of(name)) for number, name in runs]
    return dict(zip(runs, pool.starmap(read_for, paths), strict=True))


def path_of(sample: str) -> Path:
    return ROOT / "data" / "scenarios" / f"{sample}.yaml"


def test_every_notebook_is_read() -> None:
    assert [called(number) for number in CLIENTS] == NOTEBOOKS


def test_every_notebook_speaks_of_this_client_alone_and_in_round_figures(
    read: dict[tuple[str, str], str],
) -> None:
    theirs = {path.stem: [*marks(path)] for path in SAMPLES}
    found = [
        f"{number} for {name}: {mark}"
        for (number, name), text in read.items()
        if not [*lacking(load(path_of(name)), needs(called(number)))]  # else a review leaves it out
        for mark in (*strangers(text, name, theirs), *long_figures(text), *stiff(text, STIFF))
    ]
    assert found == []


def test_a_night_is_judged_by_its_window(read: dict[tuple[str, str], str]) -> None:
    """No budget but the night, no cache for what comes once, nobody who leaves."""
    text = read["09", "catalogue-overnight"]
    assert "a night's work: 8 h, says catalogue-overnight.yaml:" in text
    assert "No budget is stated" not in text
    assert "The records come once each: nothing is asked twice." in text
    assert "Nobody waits here, so nobody leaves." in text
    assert "are given up before the first word" not in text


def test_an_agent_is_judged_by_what_its_user_waits_for(read: dict[tuple[str, str], str]) -> None:
    """By its answer: the rounds before it show nothing."""
    text = read["09", "research-agent"]
    assert "What a user waits for last is &#x27;answer&#x27;." in text
    assert "whole answer: 5 min, says research-agent.yaml:" in text


def test_no_edit_costs_more_than_its_whole_document(read: dict[tuple[str, str], str]) -> None:
    said = re.search(
        r"Changed documents cost \$([\d.]+) a month here; by passage\s+"
        r"they would cost \$([\d.]+), by document \$([\d.]+)\.",
        read["02", "catalogue-overnight"],
    )
    assert said
    here, least, most = map(float, said.groups())
    assert 0 < least <= here <= most


def test_the_wait_at_the_peak_stands_beside_the_first_bill(
    read: dict[tuple[str, str], str],
) -> None:
    text = read["00", "help-desk"]
    assert "at the busiest hour of the month" in text
    assert re.search(r"The first word is there within [\d.]+ s for half of them", text)


@pytest.mark.parametrize(("number", "what_if"), EDGES, ids=str)
def test_a_what_if_at_its_edge_is_answered(pool: Any, number: str, what_if: Any) -> None:
    text = pool.apply(told, (called(number), what_if))
    assert not re.findall(r"\b(?:nan|inf|NaN)\b", text)
    assert [*stiff(text, STIFF)] == []


def marks(path: Path) -> Iterator[str]:
    """Yield what nobody but this client should read: its name, its bill, its largest line.

    Of the amounts those with four digits or more: with three, a price may read the same.
    """
    case = load(path)
    yield case.scenario.name
    largest = max(float(charge.usd) for charge in case.bill.charges)
    yield from (money(usd) for usd in (float(case.bill.total), largest) if usd >= 1_000)


def strangers(text: str, client: str, told: dict[str, list[str]]) -> list[str]:
    """Return the marks of other clients in a text."""
    others = {mark for stem, theirs in told.items() if stem != client for mark in theirs}
    own = "\n".join(told[client])
    return sorted(mark for mark in others if mark not in own and mark in text)


def long_figures(text: str) -> list[str]:
    """Return the figures in sentences that nobody would say: 96.951 ms, 431.1 %, +$0.00.

    Tables, sources in quotes and the making of a figure, which is worked out again, keep theirs.
    """
    found = []
    for line in text.splitlines():
        words = re.findall(r"[A-Za-z]{2,}", line)
        if len(words) < 3 or re.search(r"[<\"{|]|,\S*,\S| x .* = ", line):
            continue
        found += re.findall(r"[+−-][$€£]0\.?0*(?![\d.])", line)
        for figure in re.findall(r"(?<!arXiv )(?<![\w$€£.,/:-])\d[\d,]*\.\d+(?![\w.])", line):
            plain = figure.replace(",", "")
            if float(plain) >= 100 or len(plain.replace(".", "").lstrip("0")) > 4:
                found.append(f"{figure} in {line}")
    return found


def test_long_figures_are_found() -> None:
    assert long_figures("It takes 97 ms, or 3.37 of $13,503.21, see arXiv 2604.06183") == []
    assert long_figures("40,983.7 tokens x 12 calls a month = $9") == []
    for said in ("A question takes 96.951 ms.", "That is 431.1 % of it.", "It costs +$0.00 more."):
        assert len(long_figures(said)) == 1, said


def test_marks_of_another_client_are_found(tmp_path: Path) -> None:
    told = {"desk": ["Help desk", "$9,000"], "mail": ["Help desk for mail", "$8"]}
    book = new_notebook()
    book.cells = [new_markdown_cell("Help desk for mail"), new_code_cell("'a bill of $9,000'")]
    nbformat.write(book, tmp_path / "book.ipynb")
    assert strangers(read_for(tmp_path / "book.ipynb", Path("x")), "mail", told) == ["$9,000"]
    book.cells[1].metadata["tags"] = [LESSON]
    nbformat.write(book, tmp_path / "book.ipynb")
    assert strangers(read_for(tmp_path / "book.ipynb", Path("x")), "mail", told) == []
    assert (prose(tmp_path / "book.ipynb"), shown(tmp_path / "book.ipynb")) == (
        ["Help desk for mail"],
        {},
    )
