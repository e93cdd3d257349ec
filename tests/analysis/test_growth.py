"""The bill month by month, against one bill at a time."""

import numpy as np
import pytest
from cases import STEPPED, sample, written

from aicost.analysis.scaling.growth import growth


def test_growth_is_one_bill_a_month() -> None:
    case = sample("contract-search-billed")
    outlook = growth(case)
    frame = outlook.frame
    assert outlook.case is case
    assert frame["month"].tolist() == list(range(25))
    for t in (0, 1, 7, 24):
        users, documents = 6_000 * 1.08**t, 180_000 * 1.02**t
        b = case.at({"users": users, "corpus.documents": documents}).bill
        row = frame.iloc[t]
        assert row["users"] == pytest.approx(users)
        assert row["documents"] == pytest.approx(documents)
        assert row["usd"] == pytest.approx(b.total)
        assert row["retrieval"] == pytest.approx(b.by("component")["retrieval"])
        assert row["margin"] == pytest.approx(1 - b.total / (4 * users))
        assert row["p5"] < row["usd"] < row["p95"]
    over = frame[frame["usd"] > 20_000]["month"].iloc[0]
    assert outlook.missed == {"contribution": None, "margin": None, "budget": over}
    assert f"the budget is missed from month {over} on" in outlook.sentence
    assert "the price covers the cost and the margin is kept throughout" in outlook.sentence
    now = np.percentile(case.draw().bill.total, (5, 95))
    assert (frame["p5"][0], frame["p95"][0]) == pytest.approx(tuple(now))


def test_the_table_is_the_frame_in_whole_users() -> None:
    outlook = growth(sample("contract-search-billed"))
    table = outlook.rows().frame()
    assert table["month"].tolist() == outlook.frame["month"].tolist()
    assert table["users"].tolist() == outlook.frame["users"].round().tolist()
    for column in ("usd", "p5", "p95", "revenue", "margin"):
        assert table[column].tolist() == outlook.frame[column].tolist()


def test_growth_without_a_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="no growth plan; write growth"):
        growth(written(STEPPED))


def test_a_goal_missed_already_is_said() -> None:
    case = written(STEPPED + "growth: {users_per_month: 20 %, months: 12}\n")
    outlook = growth(case)
    assert outlook.missed["contribution"] == 0
    assert "the price does not cover the cost from today on" in outlook.sentence
    assert outlook.frame["p5"].tolist() == outlook.frame["usd"].tolist()


def test_where_nothing_is_earned_no_margin_is_shown() -> None:
    text = "traffic: {requests_per_month: 10}\nother: {api: {per_request: 0.5}}\n"
    outlook = growth(written(text + "growth: {users_per_month: 10 %, months: 2}\n"))
    keys = [column.key or column.name for column in outlook.rows().columns]
    assert keys == ["month", "requests_per_month", "usd", "p5", "p95"]
    assert outlook.missed == {}


def test_months_that_nobody_said_are_said_to_be_assumed() -> None:
    text = "kind: rag-chat\ntraffic: {users: 90, requests_per_user_month: 20}\n"
    silent, said = (
        growth(written(f"{text}growth: {{users_per_month: 5 %{more}}}\n")).sentence
        for more in ("", ", months: 24")
    )
    assert "In 24 months (assumed: the file does not say for how many) 90 users" in silent
    assert "In 24 months 90 users" in said


def test_a_goal_missed_at_first_is_said_to_be_kept_later() -> None:
    """$50 a month against $1 a user: 45 users grow by a tenth a month to 49.5, then to 54."""
    text = "traffic: {users: 45, requests_per_user_month: 1}\nother: {box: {per_month: 50}}\n"
    text += "goals: {price_per_user_month: 1}\ngrowth: {users_per_month: 10 %, months: 3}\n"
    outlook = growth(written(text))
    assert (outlook.missed["contribution"], outlook.again["contribution"]) == (0, 2)
    said = "the price does not cover the cost from today to month 1, and from month 2 on the price"
    assert f"{said} covers the cost." in outlook.sentence
    once = growth(written(text.replace("users: 45", "users: 48")))
    assert "from today, and from month 1 on the price covers" in once.sentence
