"""The commands that say where the money goes print what was worked out."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
from commands import one_line, refused, run, said
from desk_file import DESK, NEWEST

import aicost
from aicost.analysis.uncertainty.expected import expected
from aicost.invoices.reconcile import reconcile
from aicost.paths import data_dir


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
    assert re.search(r"users +2,000 +measured +line 3$", text, re.MULTILINE)
    assert re.search(r"mean of 25 to 100", text)


def test_reconcile_puts_bill_and_invoice_side_by_side(tmp_path: Path) -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    invoice = tmp_path / "october.csv"
    invoice.write_text("what,paid\nAmazon OpenSearch Service,712.44\nTax,402.10\nFoo Ltd,12\n")
    text = said("reconcile", file, invoice, "--columns", "what,paid")
    found = reconcile(aicost.load(file), invoice, "what,paid")
    assert one_line(text).startswith(found.sentence)
    for pair in found.ties:
        assert re.search(rf"^  {re.escape(pair.name)} .*[\d-]  \S", text, re.MULTILINE)
    assert re.search(
        r"^  retrieval +2,005\.68 .* 712\.44  -64\.5 %, below what we said$", text, re.MULTILINE
    )
    assert re.search(r"^  tax +- +402\.10  a line of its own$", text, re.MULTILINE)
    assert re.search(r"^  in all .* 1,126\.54$", text, re.MULTILINE)
    assert "Foo Ltd $12.00" in text
    assert "svc: no such column" in refused("reconcile", file, invoice, "--columns", "svc,paid")


def test_bill_says_who_pays_for_whom_where_users_differ(desk: Path, tmp_path: Path) -> None:
    assert "ask most" not in said("bill", desk)
    path = tmp_path / "mixed.yaml"
    path.write_text(DESK.replace("about 50", "{p50: 20, p95: 150}"))
    text = one_line(said("bill", path))
    assert one_line(aicost.user_margins(aicost.load(path)).sentence) in text
    assert "The 1 in 10 users who ask most make " in text


def test_reconcile_takes_figures_that_were_stated(desk: Path) -> None:
    case = aicost.load(desk)
    total = round(float(case.bill.total), 2)
    text = said("reconcile", desk, f"monthly={total}", "tea=5")
    assert "- the month: " in text
    assert " agrees with " in text
    assert "- not compared: tea, no figure of this bill; " in text
    twice = said("reconcile", desk, f"monthly={2 * total}")
    assert "- the month: published " in twice


def test_reconcile_holds_the_bill_against_what_the_file_says_was_published(
    desk: Path, tmp_path: Path
) -> None:
    words = refused("reconcile", desk)
    assert words == f"{desk} has no published: figures; name an invoice, or monthly=245.50\n"
    total = float(aicost.load(desk).bill.total)
    file = tmp_path / "table.yaml"
    figures = f"published: {{monthly: {total:.2f}, per_user: {total / 2_000:.3f}, tea: 1}}\n"
    file.write_text(desk.read_text(encoding="utf-8") + figures)
    text = one_line(said("reconcile", file))
    assert text.count(" agrees with ") == 2
    assert "not compared: tea, no figure of this bill" in text
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(desk.read_text(encoding="utf-8") + "published: 5\n")
    assert "published: needs figures; write published: {monthly: 245.50}" in refused(
        "reconcile", wrong
    )


def test_reconcile_refuses_what_is_no_figure(desk: Path) -> None:
    said_ = refused("reconcile", desk, "monthly=")
    assert said_ == "'monthly=' is no figure; write one such as monthly=245.50\n"
    assert "stands twice; keep one of them" in refused("reconcile", desk, "monthly=5", "monthly=6")
    assert "'x.csv' is no figure" in refused("reconcile", desk, "monthly=5", "x.csv")
    assert "no figure of this bill" in refused("reconcile", desk, "tea=5")
    words = refused("reconcile", desk, "monthly=5", "--columns", "a,b")
    assert words == "--columns names those of an invoice; these are figures\n"
