"""A bill beside published figures and cloud invoices."""

from pathlib import Path

import numpy as np
import pytest
from cases import shows_well, written
from invoiced import INVOICES, SYSTEM, invoice, published
from places import SAMPLES

import aicost
from aicost.billing.case import Case
from aicost.book.data_files import data_rows
from aicost.invoices.beside_invoice import METERS
from aicost.invoices.invoice_reader import InvoiceError, read_invoice
from aicost.invoices.reconcile import reconcile


@pytest.fixture(scope="module")
def case() -> Case:
    return written(SYSTEM)


# ---- published figures


@pytest.mark.parametrize(
    ("name", "print_"),
    [
        ("mithril_summarise_request", {"per_request_usd": 0.00115, "total_usd": 1.15}),
        ("atlas_5000_calls_day_haiku_3_5", {"daily_usd": 47.6, "monthly_usd": 1428}),
        (
            "aws_shopping_assistant_100k_requests",
            {"embedding_usd": 2.2, "inference_usd": 2550, "total": 2777.76, "vector_usd": 175.22},
        ),
        ("aws_no_code_agents_enterprise", {"total": "1,534.64", "bedrock": 500, "Fargate": 391.03}),
        ("knoxtes_local_stack", {"monthly": 82, "per_user_usd": 0.23, "answer: input": 60.24}),
        ("trackai_embedding_slip", {"once": 0.2}),
    ],
)
def test_figures_that_agree(name: str, print_: dict) -> None:
    found = reconcile(published(name), print_)
    assert len(found.ties) == len(print_)
    assert all(tie.agrees and not tie.said for tie in found.ties)
    assert found.text.count(" agrees with ") == len(print_)
    assert found.tied == pytest.approx(1, abs=0.01)


def test_rounding_is_taken_as_printed() -> None:
    """Half a cent is rounded up or down, and a round figure is round."""
    one = written("""
name: One
traffic: {requests_per_month: 100}
pipeline:
  answer:
    {is: inference, input_tokens: 20_000, output_tokens: 1_000, price: {input: 1.5, output: 0.75}}
""")
    assert float(one.bill.per_request) == pytest.approx(0.03075)
    for text in ("0.0307", "0.0308", "0.031", "0.03", "$0.03075"):
        assert reconcile(one, {"per_request": text}).ties[0].agrees, text
    assert not reconcile(one, {"per_request": "0.0306"}).ties[0].agrees
    big = one.at({"requests_per_month": 48_000})  # $1,476
    assert float(big.bill.total) == pytest.approx(1_476)
    for figure in ("1476", 1_480, "1,500", "1476.00"):
        assert reconcile(big, {"monthly": figure}).ties[0].agrees, figure
    for figure in ("1400", "1,500.00", 1_470, 2_000):
        assert not reconcile(big, {"monthly": figure}).ties[0].agrees, figure


def test_a_table_whose_parts_are_not_its_total_says_so(case: Case) -> None:
    """Its bill is in tests/invoiced.py, and 3,000 of people."""
    parts = {"inference": 1_000, "embedding": 20, "retrieval": 300, "hosting": 500}
    rest = {"observability": 100, "human review": "3000.00"}
    assert "add up" not in reconcile(case, parts | rest | {"monthly": "4920"}).text
    assert "add up" not in reconcile(case, parts | {"monthly": "4920"}).text  # some are not told
    twice = reconcile(case, parts | rest | {"monthly": "5220"})
    words = "their components add up to $4,920.00, their total says $5,220.00: $300.00 less"
    assert f"{words}, as much as retrieval" in twice.notes
    more = reconcile(case, parts | {"monthly": "1700.00"})
    assert "$1,820.00, their total says $1,700.00: $120.00 more" in more.notes[0]


def test_published_figures_lie_inside_the_range_or_not() -> None:
    open_ = written(SYSTEM.replace("5_000, output_tokens", "4_000 to 6_000, output_tokens"))
    found = reconcile(open_, {"inference": "1100.00", "hosting": 600})
    by_name = {tie.name: tie for tie in found.ties}
    assert by_name["inference"].unknown
    assert by_name["inference"].inside
    assert ", inside what we said ($800 to $1,200)" in found.text
    assert not by_name["hosting"].unknown
    above = reconcile(open_, {"inference": "1300.00"})
    assert "above what we said" in above.text


def test_figures_are_in_the_money_of_the_file_or_the_one_written_at_them() -> None:
    euro = written(SYSTEM.replace("name: Search", "name: Search\nas_of: 2026-11-23\ncurrency: EUR"))
    rate = euro.scenario.money.in_usd
    hosting = {"hosting": "500.00"}  # other: in the money of the file
    assert reconcile(euro, hosting).ties[0].agrees
    assert reconcile(euro, {"hosting": "€500.00"}).ties[0].agrees
    assert reconcile(euro, {"hosting": f"${500 * rate:.2f}"}).ties[0].agrees
    (note,) = reconcile(euro, {"hosting": "¥500"}).notes
    assert note == "not compared: hosting, ¥ is of several currencies"


def test_what_is_not_understood_is_listed(case: Case) -> None:
    found = reconcile(case, {"monthly": 4920, "montly": 6.6, "inference": "n/a", "by": [1]})
    assert found.notes == (
        "not compared: montly, no figure of this bill; did you mean 'monthly'?",
        "not compared: inference, 'n/a' is not a number; write it as 1234.56",
        "not compared: by, a list is no number",
    )
    assert found.notes[0] in found.text
    (said,) = reconcile(case, {"overstatement": 6.6}).notes
    assert "use one of: monthly, once, per_user, per_request, daily, yearly, " in said
    assert reconcile(case, {}).text == "nothing to compare"


def test_the_furthest_apart_comes_first(case: Case) -> None:
    found = reconcile(case, {"embedding": 25, "inference": 400, "hosting": 500})
    assert [tie.name for tie in found.ties] == ["inference", "embedding", "hosting"]


def test_draws_enter_at_their_mean(case: Case) -> None:
    drawn = case.at({"requests_per_month": np.array([5e4, 1.5e5])})
    assert "agrees" in reconcile(drawn, {"inference": 1000}).text


@pytest.mark.parametrize("theirs", [None, 950, ["monthly"], 9.5])
def test_what_is_neither_a_file_nor_figures(case: Case, theirs: object) -> None:
    with pytest.raises(TypeError, match=r"^reconcile takes the path of an invoice, or figures"):
        reconcile(case, theirs)  # type: ignore[arg-type]


# ---- invoices


@pytest.mark.parametrize(
    ("name", "columns", "models", "search", "hosting", "seen", "aside"),
    [
        (
            "aws_cost_explorer",
            None,
            1100,
            300,
            500,
            110,
            {"tax": 160, "support": 100, "credits": -50, "commitments": 120},
        ),
        (
            "azure_cost_details",
            None,
            1048.75,
            250,
            510,
            92,
            {"tax": 200, "credits": -12.75, "commitments": 180, "rounding": -0.01},
        ),
        ("azure_cost_analysis", None, 1050, 250, 0, 0, {}),
        (
            "gcp_cost_table",
            None,
            1038.005,
            0,
            505,
            95,
            {"tax": 350, "credits": -50, "commitments": -50.5, "rounding": -0.055},
        ),
        ("gcp_reports", None, 1050.001, 0, 500, 0, {"tax": 310}),
        ("gcp_bigquery", None, 1020, 280.5, 500, 0, {"tax": 342.1, "rounding": -0.004}),
        ("focus", None, 1010, 300, 500, 100, {"tax": 180, "credits": -40, "commitments": 120}),
        ("own_list", "Lieferant,Kosten,Monat", 1020, 300, 0, 100, {}),
    ],
)
def test_an_invoice_by_service(
    case: Case,
    name: str,
    columns: str | None,
    models: float,
    search: float,
    hosting: float,
    seen: float,
    aside: dict[str, float],
) -> None:
    found = reconcile(case, INVOICES / f"{name}.csv", columns)
    theirs = {tie.name: tie.theirs for tie in found.ties}
    joined = (cost for key, cost in theirs.items() if key[:3] in ("inf", "emb", "rer"))
    assert sum(joined) == pytest.approx(models, abs=0.005)
    others = {"retrieval": search, "hosting": hosting, "observability": seen}
    assert {key: theirs[key] for key in others} == pytest.approx(others)
    assert {tie.name: tie.theirs for tie in found.aside} == pytest.approx(aside)
    assert not any("states a total" in note for note in found.notes)
    assert any("review staff of $3,000.00" in note for note in found.notes)


@pytest.mark.parametrize("path", sorted(INVOICES.glob("*.csv")), ids=lambda p: p.stem)
def test_nothing_of_an_invoice_is_lost(case: Case, path: Path) -> None:
    columns = "Lieferant,Kosten,Monat" if path.stem == "own_list" else None
    invoice = read_invoice(path, columns)
    months = [m for m in invoice.months if m] or [""]
    found = reconcile(case, path, columns)
    shown = sum(tie.theirs for tie in (*found.ties, *found.aside))
    assert shown * len(months) == pytest.approx(sum(row.amount for row in invoice.rows))
    if invoice.totals:
        assert shown * len(months) == pytest.approx(invoice.totals[-1], abs=0.02)


def test_every_meter_of_the_file_has_a_word_for_the_lines_of_a_bill() -> None:
    rows = data_rows("invoice_services.csv")
    assert {row["component"] for row in rows if row["provider"] == "meter"} == {*METERS}


def test_one_more_than_are_named_is_one_other(case: Case, tmp_path: Path) -> None:
    rows = "".join(f"Gizmo {letter},{usd}\n" for usd, letter in enumerate("ABCDEFG", start=8))
    found = reconcile(case, invoice(tmp_path, f"Service,Cost\n{rows}"), "Service,Cost")
    assert "Gizmo B $9.00, 1 other $8.00" in found.text.replace("\n  ", " ")


def test_months_enter_at_their_mean(case: Case) -> None:
    found = reconcile(case, INVOICES / "aws_cost_explorer.csv")
    assert found.notes[0].startswith("3 months, their mean is taken: 2026-08 $2,258.00, 2026-09")
    one = reconcile(case, INVOICES / "azure_cost_details.csv")
    assert not any("months" in note for note in one.notes)


def test_it_says_how_far_the_total_ties(case: Case) -> None:
    """Of each component the smaller of the two is explained."""
    found = reconcile(case, INVOICES / "aws_cost_explorer.csv")
    assert found.tied == pytest.approx((1020 + 300 + 500 + 100) / (1100 + 300 + 500 + 110 + 8))
    assert found.text.startswith("$1,920.00 of the $2,018.00 a month invoiced for services is on")
    assert "taken as other: Managed Blockchain $8.00" in found.text
    focus = reconcile(case, INVOICES / "focus.csv")
    assert focus.tied == 1
    assert "; $10.00 of the bill is not on the invoice" in focus.text


def test_a_total_that_does_not_add_up_is_noted(case: Case, tmp_path: Path) -> None:
    path = invoice(tmp_path, "service,cost\nOpenAI,100\nPinecone,50\nTotal,180\n")
    found = reconcile(case, path, ["service", "cost"])
    said = "the file states a total of $180.00, its lines add up to $150.00: $30.00 more"
    assert said in found.notes
    assert "the file has no dates and is taken for one month" in found.notes
    assert found.tied == 1


def test_a_number_that_can_be_read_two_ways_is_noted(case: Case, tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service;Cost\nOpenAI;1.234\n")
    found = reconcile(case, path, "Service,Cost")
    assert "1.234 was read as 1,234" in found.notes


def test_an_invoice_that_cannot_be_read_says_so(case: Case, tmp_path: Path) -> None:
    with pytest.raises(InvoiceError, match=r":1: file: no such file or directory; check the path"):
        reconcile(case, tmp_path / "none.csv")


# ---- what every result shows


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_a_comparison_of_each_sample_shows_well(path: Path) -> None:
    sample = aicost.load(path)
    parts = {name: round(float(usd), 2) for name, usd in sample.bill.by("component").items()}
    figures = {**parts, "monthly": round(1.1 * float(sample.bill.total), 2), "n": "no figure"}
    found = reconcile(sample, figures)
    shows_well(found)
    assert [row.of for row in found.rows().rows] == [*found.ties]
    shows_well(reconcile(sample, INVOICES / "aws_cost_explorer.csv"))


def test_the_parts_of_an_invoice_add_up(case: Case) -> None:
    found = reconcile(case, INVOICES / "aws_cost_explorer.csv")
    *lines, last = found.rows().rows
    assert [row.of for row in lines] == [*found.ties, *found.aside]
    assert last.role == "sum"
    both = [*found.ties, *found.aside]
    assert last.cells[1:3] == pytest.approx((1_920, sum(tie.theirs for tie in both)))
    assert found.sentence == f"{found.text.splitlines()[0]}."


def test_published_figures_are_no_parts_of_a_sum(case: Case) -> None:
    for figures in ({"monthly": 7.77, "hosting": 3.33}, {}):
        assert not [row for row in reconcile(case, figures).rows().rows if row.role == "sum"]


def test_its_table_says_what_was_left_out(case: Case) -> None:
    found = reconcile(case, INVOICES / "aws_cost_explorer.csv")
    assert found.notes
    assert found.rows().notes == found.notes
    assert "not compared: tea, 'cups'" in repr(reconcile(case, {"tea": "cups"}))


def test_credits_are_no_share_of_what_was_invoiced(case: Case, tmp_path: Path) -> None:
    invoice = tmp_path / "invoice.csv"
    invoice.write_text("svc,cost\nBedrock,10\nother,-5\n")
    found = reconcile(case, invoice, "svc,cost")
    assert "of the $10.00 a month invoiced for services is on the bill" in found.sentence
    assert "; $5.00 of credits are taken off it" in found.sentence
    assert found.tied <= 1


def test_nothing_is_explained_by_no_slip_and_less_than_nothing_is_refused(case: Case) -> None:
    (tie,) = reconcile(case, {"monthly": 0}).ties
    assert "unit slip" not in tie.said
    (note,) = reconcile(case, {"monthly": "-5"}).notes[:1]
    assert "less than nothing" in note


def test_a_letter_in_place_of_a_header_is_not_repeated(tmp_path: Path) -> None:
    invoice = tmp_path / "invoice.csv"
    invoice.write_text("This is a letter about what nobody else is meant to read.\n")
    with pytest.raises(InvoiceError) as refused:
        read_invoice(invoice)
    assert "nobody" not in str(refused.value)


def test_an_export_by_the_month_is_of_a_month(case: Case, tmp_path: Path) -> None:
    """Each of its rows is dated on the first day, in a column of months."""
    rows = "2026-08-01,Azure OpenAI,100\n2026-08-01,Storage,20\n"
    file = tmp_path / "azure.csv"
    file.write_text(f"BillingMonth,ServiceName,Cost\n{rows}")
    assert reconcile(case, file).notes[0] == "it covers 2026-08"
    file.write_text(f"Date,ServiceName,Cost\n{rows}")
    assert reconcile(case, file).notes[0].startswith("it has charges of one day of 2026-08")
