"""A bill beside published figures and cloud invoices."""

import re
from pathlib import Path

import numpy as np
import pytest
from places import TESTS

import aicost
from aicost.billing.bill import Bill
from aicost.invoices.invoice_reader import InvoiceError, read_invoice
from aicost.invoices.number_formats import Numbers, month_of
from aicost.invoices.reconcile import reconcile, reconcile_invoice
from aicost.invoices.services import ASIDE, _services, component_of
from aicost.values.charge import COMPONENTS

INVOICES = TESTS / "data" / "invoices"
BOOK = aicost.Book.load()

SYSTEM = """
name: Search
traffic: {requests_per_month: 100_000}
pipeline:
  embed: {is: embedding, query_tokens: 1_000, price: {input: 0.2}}
  search: {is: retrieval, price: {gb: 100, gb_month: 3}}
  answer: {is: inference, input_tokens: 5_000, output_tokens: 0, price: {input: 2, output: 10}}
  people: {is: human_review, when: after_answer,
           share: 0.1 %, minutes: 60, wage_per_hour: 30, overhead: 1,
           occupancy: 100 %, shrinkage: 0 %}
other:
  servers: {per_month: 500}
  traces: {per_month: 100, component: observability}
"""  # inference 1,000, embedding 20, retrieval 300, hosting 500, observability 100


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> Bill:
    path = tmp_path_factory.mktemp("reconcile") / "search.yaml"
    path.write_text(SYSTEM, encoding="utf-8")
    return Case(aicost.load(path), BOOK).bill


def published(case: str, **changes: float) -> Bill:
    """Return the bill of a published case."""
    return Case(aicost.load(TESTS / "data" / "published" / f"{case}.yaml").at(changes), BOOK).bill


# ---- published figures


@pytest.mark.parametrize(
    ("case", "print_", "line", "why"),
    [
        ("digital_twin_low", {"monthly_usd": 68}, "embed: questions", "10 x ours, a unit slip?"),
        ("digital_twin_low", {"monthly_usd": 68.34}, "embed: questions", "$3.75 in place of"),
        ("trackai_embedding_slip", {"usd": 200}, "embed: first ingestion", "1,000 x ours"),
        (
            "agenta_gemini_cached_call",
            {"total": 0.039084},
            "answer: input from cache",
            "paid like fresh input",
        ),
        (
            "ods_gpt4o_90pct_cached",
            {"total": 3.625},
            "answer: input from cache",
            "counted as fresh input besides",
        ),
        (
            "aws_low_cost_search_scenario4",
            {"monthly_usd": 67.95},
            "one-off lines of $6.19",
            "count in it",
        ),
    ],
)
def test_it_names_the_line_that_explains_the_print(
    case: str, print_: dict, line: str, why: str
) -> None:
    found = reconcile(published(case), print_)
    assert len(found.ties) == 1
    assert f"it fits if {line}" in found.text
    assert why in found.text


def test_a_model_named_and_another_one_priced() -> None:
    """Intelli-Agent: at the price of the model it names, inference is 180 and not 8."""
    named = published(
        "intelli_agent_full", **{"answer.price.input": 3.0, "answer.price.output": 15.0}
    )
    found = reconcile(named, {"monthly_usd": 1169.52, "inference_usd": 8, "embedding_usd": 0.2})
    by_name = {tie.name: tie for tie in found.ties}
    assert by_name["inference"].ours == pytest.approx(180)
    assert "22.5 x less" in found.text
    assert by_name["the month"].said == "inference is apart by as much"
    assert by_name["embedding"].said == ""


def test_a_headline_that_no_line_explains() -> None:
    found = reconcile(published("aws_no_code_agents_enterprise"), {"monthly_usd": 542.66})
    assert "no mistake in one line explains it" in found.text
    assert "$991.98 below ours of $1,534.64" in found.text


@pytest.mark.parametrize(
    ("case", "print_"),
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
def test_figures_that_agree(case: str, print_: dict) -> None:
    found = reconcile(published(case), print_)
    assert len(found.ties) == len(print_)
    assert all(tie.agrees and not tie.said for tie in found.ties)
    assert found.text.count(" agrees with ") == len(print_)
    assert found.tied == pytest.approx(1, abs=0.01)


def test_every_slip_of_every_line_is_found(bill: Bill) -> None:
    """Whichever line is 10, 100 or 1,000 times off, left out or doubled: it is named."""
    for line in bill.charges:
        for times, words in (
            (10, "10 x ours"),
            (1e3, "1,000 x ours"),
            (0.01, "ours / 100"),
            (0, "left out"),
            (2, "counted twice"),
        ):
            if line.usd == 0:
                continue
            total = round(float(bill.total + (times - 1) * line.usd), 4)
            name = line.stage if line.stage == line.item else f"{line.stage}: {line.item}"
            said = reconcile(bill, {"monthly": total}).ties[0].said
            assert f"{name} is {words}" in said


def test_what_is_not_understood_is_listed(bill: Bill) -> None:
    found = reconcile(bill, {"monthly": 4920, "overstatement": 6.6, "inference": "n/a", "by": [1]})
    assert found.notes == ("not compared: overstatement, inference, by",)
    assert found.notes[0] in found.text
    assert reconcile(bill, {}).text == "nothing to compare"


def test_the_furthest_apart_comes_first(bill: Bill) -> None:
    found = reconcile(bill, {"embedding": 25, "inference": 400, "hosting": 500})
    assert [tie.name for tie in found.ties] == ["inference", "embedding", "hosting"]


def test_draws_enter_at_their_mean(bill: Bill) -> None:
    drawn = Case(bill.scenario.at({"requests_per_month": np.array([5e4, 1.5e5])}), BOOK).bill
    assert "agrees" in reconcile(drawn, {"inference": 1000}).text


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
    bill: Bill,
    name: str,
    columns: str | None,
    models: float,
    search: float,
    hosting: float,
    seen: float,
    aside: dict[str, float],
) -> None:
    found = reconcile_invoice(bill, INVOICES / f"{name}.csv", columns)
    theirs = {tie.name: tie.theirs for tie in found.ties}
    joined = next(key for key in theirs if key.startswith("inference"))
    assert theirs[joined] == pytest.approx(models, abs=0.005)
    others = {"retrieval": search, "hosting": hosting, "observability": seen}
    assert {key: theirs[key] for key in others} == pytest.approx(others)
    assert {tie.name: tie.theirs for tie in found.aside} == pytest.approx(aside)
    assert not any("states a total" in note for note in found.notes)
    assert any("review staff of $3,000.00" in note for note in found.notes)


@pytest.mark.parametrize("path", sorted(INVOICES.glob("*.csv")), ids=lambda p: p.stem)
def test_nothing_of_an_invoice_is_lost(bill: Bill, path: Path) -> None:
    columns = "Lieferant,Kosten,Monat" if path.stem == "own_list" else None
    invoice = read_invoice(path, columns)
    months = [m for m in invoice.months if m] or [""]
    found = reconcile_invoice(bill, path, columns)
    shown = sum(tie.theirs for tie in (*found.ties, *found.aside))
    assert shown * len(months) == pytest.approx(sum(row.amount for row in invoice.rows))
    if invoice.totals:
        assert shown * len(months) == pytest.approx(invoice.totals[-1], abs=0.02)


def test_months_enter_at_their_mean(bill: Bill) -> None:
    found = reconcile_invoice(bill, INVOICES / "aws_cost_explorer.csv")
    assert found.notes[0].startswith("3 months, their mean is taken: 2026-08 $2,258.00, 2026-09")
    one = reconcile_invoice(bill, INVOICES / "azure_cost_details.csv")
    assert not any("months" in note for note in one.notes)


def test_it_says_how_far_the_total_ties(bill: Bill) -> None:
    """Of each component the smaller of the two is explained."""
    found = reconcile_invoice(bill, INVOICES / "aws_cost_explorer.csv")
    assert found.tied == pytest.approx((1020 + 300 + 500 + 100) / (1100 + 300 + 500 + 110 + 8))
    assert found.text.startswith("$1,920.00 of the $2,018.00 a month invoiced for services is on")
    assert "taken as other: Managed Blockchain $8.00" in found.text
    focus = reconcile_invoice(bill, INVOICES / "focus.csv")
    assert focus.tied == 1
    assert "; $10.00 of the bill is not on the invoice" in focus.text


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "invoice.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_total_that_does_not_add_up_is_noted(bill: Bill, tmp_path: Path) -> None:
    path = write(tmp_path, "service,cost\nOpenAI,100\nPinecone,50\nTotal,180\n")
    found = reconcile_invoice(bill, path, ["service", "cost"])
    said = "the file states a total of $180.00, its lines add up to $150.00"
    assert said in found.notes
    assert "the file has no dates and is taken for one month" in found.notes
    assert found.tied == 1


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", None, ":1: file: it is empty; export the invoice again"),
        (b"PK\x03\x04rest", None, ":1: file: an Excel workbook; save it as CSV"),
        (b"Service,Cost\nCaf\xe9,1\n", "Service,Cost", ":2: file: not UTF-8 text; save it as"),
        (
            "a,b\n1,2\n",
            None,
            ":1: header: no export of AWS Cost Explorer, Azure or Google Cloud, "
            "it has a, b; name two columns: --columns SERVICE,COST",
        ),
        ("Service,Cost\nS3,1\n", "Servce,Cost", ":1: Servce: no such column; did you mean 'Serv"),
        ("Service,Cost\nS3,1\n", "Service", ":1: columns: 1 names; name service and cost"),
        (
            "Service,Cost\nS3,twelve\n",
            "Service,Cost",
            ":2: Cost: 'twelve' is not an amount; write it as 1234.56",
        ),
        ("Service,Cost\nS3,\n", "Service,Cost", ":2: Cost: '' is not an amount"),
        (
            "Service,Cost\nS3,1,234.50\n",
            "Service,Cost",
            ":2: row: 3 fields where the header has 2; quote texts that hold a comma",
        ),
        ("Service,Cost\n,12\n", "Service,Cost", ":2: Service: a cost without a service; write"),
        (
            'Service,Cost\nS3,1.5\nEC2,"1,5"\n',
            "Service,Cost",
            ":2: Cost: 1,5 and 1.5 in one file; write all decimals with a point",
        ),
        (
            "Service,Cost,Day\nS3,1,soon\n",
            "Service,Cost,Day",
            ":2: Day: 'soon' is not a date; write it as 2026-07-31",
        ),
        ("Service,Cost\n", "Service,Cost", ":1: file: it has a header and no costs"),
        ("Service,Cost\nTotal,3\n", "Service,Cost", ":1: file: it has a header and no costs"),
        (
            "Service,S3(€),Total costs(€)\n2026-01-01,1,1\n",
            None,
            ":1: currency: costs in €, the bill is in dollars; export it in USD",
        ),
        (
            "MeterCategory,CostInBillingCurrency,BillingCurrency\nStorage,1,EUR\n",
            None,
            ":1: currency: costs in EUR, the bill is in dollars",
        ),
        ("Service,S3($),Total costs($)\n2026-01-01,x,1\n", None, ":2: S3: 'x' is not an amount"),
    ],
)
def test_a_bad_file_is_one_line(
    bill: Bill, tmp_path: Path, text: str | bytes, columns: str | None, said: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InvoiceError) as error:
        reconcile_invoice(bill, path, columns)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{path}{said}")


def test_each_bad_cell_is_a_line_and_there_is_an_end(bill: Bill, tmp_path: Path) -> None:
    path = write(tmp_path, "Service,Cost\n" + "S3,x\nEC2,1\n" * 500)
    with pytest.raises(InvoiceError) as error:
        reconcile_invoice(bill, path, "Service,Cost")
    lines = str(error.value).splitlines()
    assert [line.split(":")[1] for line in lines] == [str(2 * i) for i in range(1, 21)]


def test_no_file_is_one_line(bill: Bill, tmp_path: Path) -> None:
    with pytest.raises(InvoiceError, match=r":1: file: no such file or directory; check the path"):
        reconcile_invoice(bill, tmp_path / "none.csv")


# ---- spellings


@pytest.mark.parametrize(
    ("texts", "comma", "values"),
    [
        (["1,234.56", "-0.5", "$12"], False, [1234.56, -0.5, 12]),
        (["1.234,56", "-0,5", "12 €"], True, [1234.56, -0.5, 12]),
        (["1 234,5", "(3,25)"], False, [1234.5, -3.25]),
        (["1.5", "2,000"], True, [1.5, 2000]),
        (["7.00-", "1e-3", ".5"], False, [-7, 0.001, 0.5]),
        (["1,234,567"], False, [1234567]),
        (["1'234.50"], False, [1234.5]),
    ],
)
def test_numbers_of_many_countries(texts: list[str], comma: bool, values: list[float]) -> None:
    numbers = Numbers(texts, comma=comma)
    assert [numbers.read(text) for text in texts] == values


@pytest.mark.parametrize("text", ["1,23.4", "12,34,567", "--", "", "1.2.3", "0x10", "nan", "inf"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Numbers(["1.5"], comma=False).read(text)


def test_a_number_that_can_be_read_two_ways_is_noted(bill: Bill, tmp_path: Path) -> None:
    path = write(tmp_path, "Service;Cost\nOpenAI;1.234\n")
    found = reconcile_invoice(bill, path, "Service,Cost")
    assert "1.234 was read as 1,234" in found.notes


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-07-31", "2026-07"),
        ("2026-07", "2026-07"),
        ("202607", "2026-07"),
        ("2026-07-01T00:00:00Z", "2026-07"),
        ("20260731", "2026-07"),
        ("07/31/2026", "2026-07"),
        ("31.07.2026", "2026-07"),
        ("1.7.2026", "2026-07"),
    ],
)
def test_months_of_many_countries(text: str, month: str) -> None:
    assert month_of(text, day_first=False) == month


def test_days_may_come_first(bill: Bill, tmp_path: Path) -> None:
    path = write(tmp_path, "Service,Cost,Day\nOpenAI,1,05/07/2026\nOpenAI,1,31/07/2026\n")
    assert read_invoice(path, "Service,Cost,Day").months == ["2026-07"]


# ---- services


@pytest.mark.parametrize(
    ("provider", "service", "component"),
    [
        ("aws", "Amazon Bedrock", "inference + embedding + reranking"),
        ("aws", "Claude Opus 5.5 (Amazon Bedrock Edition)", "inference"),
        ("aws", "AmazonCloudWatch", "observability"),
        ("aws", "EC2 - Other", "hosting"),
        ("aws", "Amazon Simple Storage Service", "hosting"),
        ("aws", "Support (Business)", "support"),
        ("azure", "Azure OpenAI", "inference + embedding + reranking"),
        ("gcp", "Vertex AI Search", "retrieval"),
        ("gcp", "Vertex AI", "inference + embedding + reranking"),
        ("", "Sales tax", "tax"),
        ("", "Something new", ""),
    ],
)
def test_services_and_their_components(provider: str, service: str, component: str) -> None:
    assert component_of(service, provider) == component


def test_every_service_maps_to_components_that_exist() -> None:
    for known in _services():
        assert known.provider in ("aws", "azure", "gcp", "any")
        assert known.pattern == known.pattern.lower()
        assert set(known.component.split(" + ")) <= {*COMPONENTS, *ASIDE}


def test_no_service_stands_behind_one_that_takes_its_rows() -> None:
    """A pattern that an earlier one of its vendor covers whole could never apply."""
    rows = [(s.provider, s.pattern) for s in _services()]
    for i, (provider, pattern) in enumerate(rows):
        word = pattern.replace("*", "x")
        first = component_of(word, provider) if provider != "any" else component_of(word)
        assert first, pattern
        assert (provider, pattern) not in rows[:i]
