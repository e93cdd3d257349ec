"""Every command says whose prices these are and how old; the client's own win."""

from datetime import timedelta
from pathlib import Path

import pytest
from commands import one_line, run, said
from desk_file import DESK, NEWEST

import aicost
from aicost.cli.common import age_warning
from aicost.paths import data_dir


def test_overlay_wins_and_changes_the_hash(tmp_path: Path) -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    overlay = tmp_path / "client.csv"
    overlay.write_text(
        "item,parameter,value,unit,source,read_on\n"
        "anthropic/claude-sonnet-5-5,output,5,USD/Mtok,frame contract,2026-11-01\n"
    )
    listed, own = said("bill", file), said("bill", file, "--prices", overlay)
    case = aicost.load(file, overlay)
    assert f"total a month ${case.bill.total:,.2f}" in one_line(own)
    assert f"book {case.book.hash}," in own
    assert f"book {case.book.hash}," not in listed
    assert "frame contract" in said("show", file, "--prices", overlay)


@pytest.mark.parametrize(
    ("days", "word"),
    [(1, ""), (45, ""), (46, "check them"), (90, "check them"), (91, "quote nothing")],
)
def test_old_prices_are_warned_of(desk: Path, days: int, word: str) -> None:
    day = NEWEST + timedelta(days=days)
    desk.write_text(DESK.replace(str(NEWEST), str(day)))
    result = run("bill", desk)
    assert f"prices at {day}: book" in result.stdout
    assert f"read {NEWEST}, {days} {'day' if days == 1 else 'days'} old" in result.stdout
    assert (word in result.stderr) if word else not result.stderr
    assert age_warning(aicost.load(desk).book) == result.stderr.strip()
