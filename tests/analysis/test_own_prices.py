"""What of a client's own prices is used, and what is said of the rest."""

from pathlib import Path

import pytest
from cases import shows_well
from commands import run, said
from one_call import HAIKU, SYSTEM, files

import aicost
from aicost.analysis.own_prices import own_prices
from aicost.billing.case import Case
from aicost.show.review import facts
from aicost.show.review.look import Look
from aicost.show.review.sections.sources import sources

HEAD = "item,parameter,value,unit,currency,valid_from,valid_to,context,source,read_on"


def case(folder: Path, *rows: str) -> Case:
    return aicost.load(*files(folder, HEAD, *rows))


def test_none_are_none(tmp_path: Path) -> None:
    found = own_prices(aicost.load(files(tmp_path, HEAD)[0]))
    assert (found.sentence, found.warnings) == ("", ())


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (f"{HAIKU},input,0.5,USD/Mtok,USD,,,", ""),
        (f"{HAIKU},context_window,100000,tokens,,,,", ""),
        (f"speed/{HAIKU},ttft,1,s,,,,", ""),
        ("budget/rag-chat,first_word_p95,3,s,,,,", ""),
        (
            f"{HAIKU},input,0.5,USD/Mtok,USD,2027-01-01,,",
            "it begins on 2027-01-01, after 2026-11-23",
        ),
        (
            f"{HAIKU},input,0.5,USD/Mtok,USD,,2026-02-01,",
            "it had ended by 2026-11-23: 2026-02-01 is the first day without it",
        ),
        (f"{HAIKU},cache_read,0.5,USD/Mtok,USD,,,", "this system is not billed by it"),
        (f"{HAIKU},input,0.5,USD/Mtok,USD,,,processing=batch", "this system is not billed by it"),
        ("us/paralegal,hour,40,USD/hour,USD,,,", "this system is not billed by it"),
        ("acme/own,input,40,USD/Mtok,USD,,,", "neither the book nor this system names it"),
        ("fx/EUR,usd_per_unit,1.1,USD/EUR,USD,,,", "this system is not billed by it"),
    ],
)
def test_a_row_is_used_or_said(tmp_path: Path, row: str, why: str) -> None:
    found = own_prices(case(tmp_path, row))
    ((_, said_of_it),) = found.found
    assert said_of_it.startswith(why)
    assert bool(said_of_it) is bool(why)
    assert len(found.warnings) == bool(why)
    assert all(str(w).startswith("own.csv:2: ") and "; " in str(w) for w in found.warnings)
    shows_well(found)


def test_a_rate_is_used_by_what_it_converts(tmp_path: Path) -> None:
    rows = [f"{HAIKU},input,0.5,EUR/Mtok,EUR,,,", "fx/EUR,usd_per_unit,1.1,USD/EUR,USD,,,"]
    found = own_prices(case(tmp_path, *rows))
    assert found.sentence == "own.csv: 2 client prices, 2 used."


def test_a_later_row_takes_its_place(tmp_path: Path) -> None:
    rows = [f"{HAIKU},input,{i}.5,USD/Mtok,USD,2026-0{i}-01,," for i in (1, 2)]
    first, second = (why for _, why in own_prices(case(tmp_path, *rows)).found)
    assert first.startswith("a later row of the same cell holds in its place")
    assert not second


def test_many_rows_of_one_fate_are_one_line(tmp_path: Path) -> None:
    rows = [f"acme/{i},input,1,USD/Mtok,USD,2027-01-01,," for i in range(9)]
    (line,) = own_prices(case(tmp_path, *rows)).warnings
    assert "own.csv:2: 9 rows from here on (lines 2, 3, 4, 5, 6, …): it begins on" in str(line)


def test_every_command_says_what_is_not_used(tmp_path: Path) -> None:
    system, own = files(tmp_path, HEAD, f"{HAIKU},cache_read,0.5,USD/Mtok,USD,,,")
    line = f"own.csv:2: {HAIKU} cache_read: this system is not billed by it"
    for words in (("bill",), ("show",), ("check",), ("explain",), ("latency",)):
        result = run(*words, system, "--prices", own)
        assert result.exit_code == 0
        assert f"warning: {line}" in result.output, words
    assert "warning:" not in said("bill", system)


def test_a_page_says_what_of_them_is_used(tmp_path: Path) -> None:
    rows = f"{HAIKU},input,0.5,USD/Mtok,USD,,,", f"{HAIKU},cache_read,1,USD/Mtok,,,,"
    found = case(tmp_path, *rows)
    said = sources(Look(found))
    assert "own.csv: 2 client prices, 1 used, 1 not." in said["answer"]
    assert f"{HAIKU} cache_read: this system is not billed by it." in said["warnings"]
    figures = facts.own_figures(own_prices(found))["own_prices"]
    assert (figures["used_lines"], list(figures["not_used"])) == ([2], ["3"])


def test_a_place_that_the_client_was_told_of_is_used(tmp_path: Path) -> None:
    text = SYSTEM.replace("pipeline:", "constraints: {residency: eu}\npipeline:", 1)
    text = text.replace(HAIKU, "azure/gpt-4o")
    row = "residency/azure/gpt-4o,eu,1,times list price,,,,"
    desk, own = files(tmp_path, HEAD, row, system=text)
    told = run("bill", desk, "--prices", own)
    assert told.exit_code == 0, told.output
    assert "1 client price, 1 used." in told.output
