"""The commands that say where the money goes print what was worked out."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
from commands import one_line, run, said
from desk_file import DESK, NEWEST

import aicost
from aicost.analysis.uncertainty.expected import expected


def test_bill_states_the_range_and_the_prices(desk: Path) -> None:
    case, text = aicost.load(desk), said("bill", desk)
    assert one_line(expected(case).sentence) in one_line(text)
    assert text.splitlines()[-1] == f"prices: book {case.book.hash}, read {NEWEST}, 0 days old"


def test_bill_without_anything_unknown_has_no_range(tmp_path: Path) -> None:
    path = tmp_path / "counted.yaml"
    counted = DESK.replace("about 50", "50").replace("3 to 5", "4")
    staff = "wage_per_hour: 30, overhead: 1.45, occupancy: 80 %, shrinkage: 30 %"
    path.write_text(counted.replace("wage_per_hour: 30", staff))
    assert "no number that is billed is a range" in said("bill", path)


def test_bill_of_nobody_divides_by_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text(DESK.replace("users: 2_000", "users: 0, success_share: 90 %"))
    with np.errstate(all="raise"):
        text = said("bill", path)
    assert "total a month $700.00" in one_line(text)
    assert "per user" not in text


def test_csv_holds_every_line(desk: Path) -> None:
    result = run("bill", desk, "--csv")
    read = pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)
    frame = aicost.load(desk).bill.frame()
    pd.testing.assert_frame_equal(read, frame, check_dtype=False, rtol=1e-12)
    assert result.stderr.strip().startswith("prices: book ")


def test_explain_by_name_with_the_line_of_the_file(desk: Path) -> None:
    text = said("explain", desk, "answer: output")
    assert text.startswith(
        "2  answer: output (inference): $338.56 a month".replace(
            "$338.56", f"${aicost.load(desk).bill.charges[1].usd:,.2f}"
        )
    )
    assert re.search(r"users +2,000 +stated +line 3$", text, re.MULTILINE)
    assert re.search(r"mean of 25 to 100", text)


def test_bill_says_who_pays_for_whom_where_users_differ(desk: Path, tmp_path: Path) -> None:
    assert "ask most" not in said("bill", desk)
    path = tmp_path / "mixed.yaml"
    path.write_text(DESK.replace("about 50", "{p50: 20, p95: 150}"))
    text = one_line(said("bill", path))
    assert one_line(aicost.user_margins(aicost.load(path)).sentence) in text
    assert "The 1 in 10 users who ask most make " in text
