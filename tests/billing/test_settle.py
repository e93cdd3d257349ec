"""What is settled behind the walk: whole units, lines by hand, minimums of accounts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cases import STEPPED, sample, written

from aicost.billing.case import Case, load
from aicost.billing.settle import capacity, minimums, other_lines
from aicost.scenario.problems import ScenarioError
from aicost.values.charge import Factor, total

CASE = written(STEPPED).point
SCENARIO, BOOK = CASE.scenario, CASE.book
ENTRY = SCENARIO.requests()


def test_machines_are_bought_whole_for_the_peak_hour() -> None:
    (line,) = capacity(SCENARIO, BOOK, ENTRY)
    peak = SCENARIO.world.busiest_hour(ENTRY).value
    hours = SCENARIO.month.hours
    assert (line.stage, line.item, line.behaves) == ("boxes", "pool", "capacity")
    assert line.usd == pytest.approx(np.ceil(peak / 20) * 2.5 * hours)


def test_twice_the_peak_is_no_more_than_twice_the_machines() -> None:
    one, two = (total(capacity(SCENARIO, BOOK, ENTRY.times(Factor("n", n)))) for n in (1.0, 2.0))
    assert one <= two <= 2 * one
    (empty,) = capacity(SCENARIO, BOOK, ENTRY.times(Factor("nobody", 0.0)))
    assert empty.usd == 2.5 * SCENARIO.month.hours  # one unit runs for nobody too


def test_where_nothing_is_sized_by_its_peak_no_unit_is_bought() -> None:
    text = "{is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9}"
    case = written(f"traffic: {{requests_per_month: 9}}\npipeline: {{a: {text}}}\n")
    assert [*capacity(case.scenario, case.book, case.scenario.requests())] == []


def test_lines_by_hand_grow_with_what_they_are_paid_by() -> None:
    lines = {line.stage: line for line in other_lines(SCENARIO, ENTRY)}
    assert {name: line.usd for name, line in lines.items()} == {"desk": 700, "agent": 0.8 * 400}
    twice = CASE.at({"users": 800.0}).scenario
    again = {line.stage: line.usd for line in other_lines(twice, twice.requests())}
    assert again == {"desk": 700, "agent": 0.8 * 800}
    assert {line.every for line in lines.values()} == {"month"}


def test_an_account_is_topped_up_to_its_least_bill_once() -> None:
    case = sample("contract-search-billed").point
    named = [(s, a, least) for s in case.scenario.stages for a, least in s.minimums(case.book)]
    found = [*minimums(case.scenario, case.book, [])]
    assert [line.usd for line in found] == [
        least.usd for i, (_, a, least) in enumerate(named) if a not in [b for _, b, _ in named[:i]]
    ]


def test_no_more_is_added_than_an_account_is_short_of() -> None:
    text = (
        "traffic: {requests_per_month: 10}\n"
        "corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, "
        "chunk_tokens: 400}\npipeline:\n"
        "  search: {is: retrieval, store: pinecone-standard, dimensions: 1_024, top_k: 5}\n"
    )
    case = written(text).point
    scenario, book = case.scenario, case.book
    ((account, least),) = case.scenario.stage("search").minimums(book)
    lines = [c for c in case.bill.charges if c.item != "account minimum"]
    own = total(c for c in lines if c.account == account)
    (gap,) = minimums(scenario, book, lines)
    assert 0 < own < least.usd
    assert gap.usd == pytest.approx(least.usd - own)
    (enough,) = minimums(scenario, book, [replace(lines[0], account=account, usd=1e9)])
    assert enough.usd == 0


OTHER = """kind: rag-chat
traffic: {users: 6_000, requests_per_user_month: 20}
pipeline: {people: {share: 1 %}}
other:
"""


def with_other(folder: Path, *lines: str) -> Case:
    file = folder / "client.yaml"
    file.write_text(OTHER + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return load(file)


def amounts(case: Case) -> dict[str, float]:
    names = {line.name for line in case.scenario.other}
    return {c.stage: float(c.usd) for c in case.bill.charges if c.stage in names}


def test_units_beyond_those_that_are_free_are_paid(tmp_path: Path) -> None:
    case = with_other(tmp_path, "pages: {per_unit: 0.0015, units: 250_000, free_units: 500}")
    assert amounts(case) == {"pages": pytest.approx(249_500 * 0.0015)}
    assert amounts(case.at({"other.pages.units": 400})) == {"pages": 0.0}
    assert "249,500 units beyond 500 free" in case.bill.explain("pages: pages")


def test_a_share_is_of_the_lines_above_it_and_of_people_only_by_name(tmp_path: Path) -> None:
    plain = with_other(tmp_path, "api: {per_month: 100}").bill
    inference, people = (float(plain.by("component")[n]) for n in ("inference", "human review"))
    bought = float(plain.total) - people
    case = with_other(
        tmp_path,
        "api: {per_month: 100}",
        "support: {share_of_lines: 10 %, of: inference}",
        "desk: {share_of_lines: 5 %, of: human review}",
        "discount: {share_of_lines: -20 %, of: api}",
        "VAT: {share_of_lines: 19 %}",
        "credit: {per_month: -50}",
    )
    support, desk, discount = 0.1 * inference, 0.05 * people, -20.0
    vat = 0.19 * (bought - 50 + support + desk + discount)
    expected = {"api": 100, "support": support, "desk": desk, "discount": discount}
    assert amounts(case) == pytest.approx({**expected, "VAT": vat, "credit": -50.0})
    twice = case.at({"traffic.users": [6_000, 12_000]})
    vats = next(c.usd for c in twice.bill.charges if c.stage == "VAT")
    assert vats[0] == pytest.approx(vat)
    assert vats[1] > 1.5 * vat


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("x: {per_unit: 2}", "other.x.per_unit: a price without units; write units"),
        ("x: {per_month: 1, units: 2}", "other.x.units: units without a price; write per_unit"),
        ("x: {per_month: 1, of: answer}", "other.x.of: nothing here is of it; write one of: share"),
        ("x: {share_of_lines: 1 %, of: infer}", "no line or component 'infer'; did you mean"),
        ("x: {share_of_lines: 1 %, of: x}", "no line or component 'x'"),
        ("x: {share_of_lines: -200 %}", "'-200 %' is too small; write -100 % or more"),
        ("x: {units: 3}", "other.x: it has no amount; write one of: per_month"),
    ],
)
def test_a_part_of_a_line_without_its_other_half_is_refused(
    tmp_path: Path, line: str, wrong: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        with_other(tmp_path, line)
    assert wrong in str(error.value)
