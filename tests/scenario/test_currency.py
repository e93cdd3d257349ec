"""A file in another currency bills what the same file in dollars bills, and is written back."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aicost as ac
from aicost.scenario.problems import ScenarioError
from aicost.values.money import spoken

RATE = 1.1172  # of the euro on the day below
HEAD = "kind: rag-chat\nas_of: 2026-11-23\ntraffic: {users: 900, requests_per_user_month: 20}\n"
MONEY = """other:
  support: {{per_month: {0}}}
  licence: {{per_user_month: {1}}}
goals: {{budget_per_month: {2}, price_per_user_month: {1} to {2}}}
"""


def case_of(folder: Path, text: str) -> ac.Case:
    file = folder / "client.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return ac.load(file)


@settings(max_examples=10)
@given(st.lists(st.integers(20, 100_000), min_size=3, max_size=3).map(sorted))
def test_euros_are_so_many_dollars(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("euro")
    euros = case_of(folder, "currency: EUR\n" + MONEY.format(*amounts))
    marked = case_of(folder, MONEY.format(*(f"{amount} EUR" for amount in amounts)))
    dollars = case_of(folder, MONEY.format(*(amount * RATE for amount in amounts)))
    assert euros.bill.total == pytest.approx(dollars.bill.total, rel=1e-12)
    assert marked.bill.total == euros.bill.total
    assert euros.scenario.goals.budget_per_month == pytest.approx(amounts[2] * RATE)


def test_it_is_said_and_written_in_its_currency(tmp_path: Path) -> None:
    case = case_of(tmp_path, "currency: EUR\n" + MONEY.format(500, 2, 8_000))
    assert spoken().code == "EUR"
    assert "€" in case.bill.sentence
    assert "$" not in case.bill.sentence
    assert "budget of €8,000" in repr(ac.inflections(case))
    again = ac.load(case.write(tmp_path / "again.yaml"))
    text = (tmp_path / "again.yaml").read_text(encoding="utf-8")
    assert "currency: EUR" in text
    assert "per_month: 500" in text
    assert again.bill.total == case.bill.total
    frame = case.bill.frame()
    assert set(frame["currency"]) == {"EUR"}
    assert frame["amount"].to_numpy() == pytest.approx(frame["usd"].to_numpy() / RATE)


def test_what_is_set_is_in_its_currency(tmp_path: Path) -> None:
    case = case_of(tmp_path, "currency: EUR\n" + MONEY.format(500, 2, 8_000))
    path = "other.support.per_month"
    for value in (1_000, "1_000", "1 k EUR", f"${1_000 * RATE:.4f}", [1_000.0]):
        there = case.at({path: value})
        assert np.mean(there.scenario.get(path)) == pytest.approx(1_000 * RATE)
    built = ac.case(kind="rag-chat", users=900, currency="EUR", as_of="2026-11-23")
    assert built.scenario.money == case.scenario.money


def test_what_is_written_can_be_set_again(tmp_path: Path) -> None:
    case = case_of(tmp_path, "currency: EUR\n" + MONEY.format(500, 2, 8_000)).point
    path = "other.support.per_month"
    assert case.scenario.as_written(path) == pytest.approx(500)
    assert case.scenario.as_written("traffic.users") == 900
    same = case.at({path: case.scenario.as_written(path)})
    assert same.bill.total == pytest.approx(case.bill.total, rel=1e-12)
    sliders = ac.panel(case, {path: (100, 1_000)})
    assert sliders.at(path) == pytest.approx(500)
    sliders.move(path, "600 EUR")
    assert float(sliders.bill.total) == pytest.approx(float(case.bill.total) + 100 * RATE)


def test_a_system_without_a_file_is_spoken_of_in_the_currency_of_the_file(tmp_path: Path) -> None:
    case_of(tmp_path, "currency: EUR\n")
    price = {"input": RATE, "output": 0}
    small = {"is": "inference", "input_tokens": 1_000, "output_tokens": 0, "price": price}
    one = ac.case(requests_per_month=1_000_000, ask=small, as_of="2026-11-23")
    assert one.bill.total == pytest.approx(1_000 * RATE)
    assert "€1,000" in one.bill.sentence


def test_dollars_are_spoken_after_a_file_in_dollars(tmp_path: Path) -> None:
    case_of(tmp_path, "currency: EUR\n")
    bill = case_of(tmp_path, "").bill
    assert "$" in bill.sentence
    assert "€" not in bill.sentence
    assert "currency" not in bill.frame()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("currency: EURX\n", ":4: currency: 'EURX' is no currency; write its code"),
        ("currency: VND\n", ":4: currency: no exchange rate of VND on 2026-11-23; add a row"),
        ("currency: {EUR: 1.1}\n", ":4: currency: keys where one value is due; write one value"),
        ("currency:\n", ":4: currency: it is empty"),
        ("goals: {budget_per_month: 9 VND}\n", ":4: goals.budget_per_month: no exchange rate"),
    ],
)
def test_a_currency_without_a_rate_is_refused(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(ScenarioError) as error:
        case_of(tmp_path, text)
    assert wrong in str(error.value)


@pytest.mark.parametrize(
    ("currency", "amount", "refused"),
    [
        ("CAD", "$100", True),
        ("CNY", "¥100", True),
        ("CAD", "US$100", False),
        ("CAD", "100 CAD", False),
        ("JPY", "¥100", False),
        ("EUR", "$100", False),
    ],
)
def test_a_sign_of_two_currencies_is_asked_about(
    currency: str, amount: str, refused: bool, tmp_path: Path
) -> None:
    text = f"currency: {currency}\nother: {{servers: {{per_month: '{amount}'}}}}\n"
    if not refused:
        assert case_of(tmp_path, text).bill.total > 0
        return
    with pytest.raises(ScenarioError, match=f"or {currency}; write {currency} or ... behind"):
        case_of(tmp_path, text)
