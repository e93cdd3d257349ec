"""A case: what is worked out of it once, what others made of it share, and what is checked."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import DAY, sample, written
from hypothesis import given
from hypothesis import strategies as st
from places import SAMPLES
from small_systems import BOOK, bill_of, system

import aicost
from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.viability.inflection import inflections
from aicost.billing import case as module
from aicost.billing.case import BOOK_S, Case, case, kept, load
from aicost.book.rows import BookError
from aicost.components.modalities import MEDIA
from aicost.components.retrieval import Retrieval
from aicost.scenario.load import load as scenario_load
from aicost.scenario.problems import ScenarioError
from aicost.values.charge import DOLLAR
from aicost.values.quantities import Range

HELP_DESK = sample("help-desk")
CALL = "is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 9"


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the systems of which a bill is worked out meanwhile."""
    names: list[str] = []
    whole = module.bill

    def counted(scenario: Any, book: Any) -> Any:
        names.append(scenario.name)
        return whole(scenario, book)

    monkeypatch.setattr(module, "bill", counted)
    return names


def fresh() -> Case:
    """Return a case of which nothing is known yet."""
    return Case(HELP_DESK.scenario, HELP_DESK.book)


# ---- once


def test_a_case_is_billed_once_at_its_point(worked_out: list[str]) -> None:
    one = fresh()
    assert one.point is one.point
    assert one.point.point is one.point
    assert one.point.scenario.unknowns() == []
    assert one.bill is one.bill is one.point.bill
    assert one.bill.scenario is one.point.scenario
    assert worked_out == ["Help desk"]


def test_a_point_comes_to_what_its_case_does() -> None:
    point = Case(HELP_DESK.point.scenario, HELP_DESK.book)
    assert point.bill.total == HELP_DESK.bill.total


def test_what_is_kept_is_worked_out_once_for_the_same_arguments() -> None:
    seen: list[tuple[Any, ...]] = []

    @kept
    def work(of: Case, times: int, *, more: int = 0) -> float:
        """The bill, so many times."""
        seen.append((of, times, more))
        return float(of.bill.total) * times + more

    one, other = fresh(), fresh()
    assert work(one, 2) is work(one, 2)
    assert work(one, 2, more=5) == work(one, 2) + 5
    assert work(one, 3) != work(one, 2)
    assert work(other, 2) == work(one, 2)
    assert seen == [(one, 2, 0), (one, 2, 5), (one, 3, 0), (other, 2, 0)]
    assert (work.__name__, work.__doc__) == ("work", "The bill, so many times.")


def test_two_functions_keep_apart_what_they_found() -> None:
    one = fresh()
    found = [kept(lambda of, by=by: by)(one) for by in (1, 2)]
    assert found == [1, 2]


def test_nothing_of_a_case_is_kept_for_another() -> None:
    @kept
    def users(of: Case) -> float:
        return of.usage

    one = fresh()
    more = one.at({"users": 7.0})
    assert (users(one), users(more)) == (40_000, 7)


# ---- other cases


@pytest.mark.parametrize(
    "changes",
    [
        {"goals.budget_per_month": 5.0},
        {"growth.months": 3.0},
        {"answer.ttft": 2.0, "answer.backoff": 1.0},
        {"traffic.success_share": 0.5},
        {"traffic.unit": "customer"},
        {},
    ],
)
def test_a_change_that_moves_no_money_shares_the_bill(
    worked_out: list[str], changes: dict[str, Any]
) -> None:
    before = fresh()
    assert before.bill.charges
    after = before.at(changes)
    assert after.bill.charges is before.bill.charges
    assert after.bill.scenario is after.point.scenario
    assert worked_out == ["Help desk"]


def test_a_bill_is_shared_over_changes_that_nobody_billed(worked_out: list[str]) -> None:
    before = fresh()
    assert before.bill.total > 0
    after = before.at({"goals.budget_per_month": 5.0}).at({"answer.ttft": 2.0}).point
    assert after.bill.charges is before.bill.charges
    assert after.bill.scenario.goals.budget_per_month == 5
    assert after.bill.per_success is before.bill.per_success is None
    assert worked_out == ["Help desk"]


def test_what_is_said_of_a_shared_bill_is_that_of_the_other_case() -> None:
    before = fresh()
    helps = before.at({"traffic.success_share": 0.5})
    assert before.bill.per_success is None
    assert helps.bill.per_success == 2 * before.bill.per_request
    named = before.at({"traffic.unit": "customer"})
    assert "per customer" in named.bill.sentence


@pytest.mark.parametrize("changes", [{"users": 9.0}, {"answer.repeat": 2.0}, {"month.days": 28.0}])
def test_a_change_that_moves_money_does_not(worked_out: list[str], changes: dict[str, Any]) -> None:
    before = fresh()
    assert before.bill.total > 0
    after = before.at(changes)
    assert after.bill.charges is not before.bill.charges
    assert worked_out == ["Help desk"] * 2
    assert before.bill.total == HELP_DESK.bill.total


@given(st.sampled_from(SAMPLES), st.data())
def test_whatever_is_changed_the_bill_is_as_if_it_were_the_first(
    path: Path, data: st.DataObject
) -> None:
    """Numbers of any field: a bill that is shared is the one that would be worked out.

    A nought that was written is a line of its own there, which costs nothing.
    """
    before = load(path)
    assert before.bill.total > 0
    fields = {
        name: (value, part.quantities()[field])
        for name, part, field, value in before.point.scenario.fields
        if part.quantities()[field].unit and isinstance(value, float) and np.isfinite(value)
        if field not in MEDIA  # which few models have a price for
    }
    name = data.draw(st.sampled_from(sorted(fields)))
    value, meaning = fields[name]
    low, high = max(meaning.low, value / 2), min(meaning.high, value * 2 + 1)
    high = min(high, 1.0) if meaning.unit == "share" else high  # more is spelled in per cent
    after = before.at({name: data.draw(st.floats(low, high))})
    again = Case(after.scenario, after.book).bill
    assert [float(c.usd) for c in after.bill.charges if c.usd] == [
        float(c.usd) for c in again.charges if c.usd
    ]


def test_names_are_checked_and_numbers_within_their_bounds() -> None:
    with pytest.raises(ScenarioError, match=r"answer\.model: no 'openai/gpt-7' in the book"):
        HELP_DESK.at({"answer.model": "openai/gpt-7"})
    with pytest.raises(ScenarioError, match=r"^at\(\): cache\.hit_share: '2' would be 200 %"):
        HELP_DESK.at({"cache.hit_share": 2.0})
    with pytest.raises(KeyError, match="usres: no such field in Help desk"):
        HELP_DESK.at({"usres": 5.0})
    dear = HELP_DESK.at({"answer.model": "anthropic/claude-opus-5-5"})
    assert dear.bill.total > HELP_DESK.bill.total


def test_a_stage_in_place_of_another_is_checked() -> None:
    find = HELP_DESK.scenario.stage_of(Retrieval, "retrieval", "no search")
    with pytest.raises(
        ScenarioError, match=r"retrieval\.store: the book has no prices of 'pinecone'"
    ):
        HELP_DESK.with_stage(replace(find, store="pinecone"))
    with pytest.raises(KeyError, match="no stage 'search'"):
        HELP_DESK.with_stage(replace(find, name="search"))
    other = HELP_DESK.with_stage(replace(find, top_k=1.0))
    assert other.scenario.get("retrieval.top_k") == 1
    assert other.bill.total < HELP_DESK.bill.total


def test_draws_and_sweeps_are_cases_of_arrays() -> None:
    drawn = HELP_DESK.draw(16, seed=3)
    assert drawn.bill.total.shape == (16,)
    assert np.array_equal(drawn.bill.total, HELP_DESK.draw(16, seed=3).bill.total)
    assert not np.array_equal(drawn.bill.total, HELP_DESK.draw(16, seed=4).bill.total)
    swept = HELP_DESK.at({"users": np.array([10.0, 20.0, 40_000.0])})
    assert swept.bill.total.shape == (3,)
    assert swept.bill.total[-1] == pytest.approx(HELP_DESK.bill.total, rel=1e-12)
    assert swept.draw(16).bill.total.shape == (3, 16)


def test_the_prices_stay_and_the_first_case_is_as_it_was() -> None:
    other = HELP_DESK.of(HELP_DESK.scenario.at({"users": 5.0}))
    assert other.book is HELP_DESK.at({"users": 5.0}).book is HELP_DESK.book
    assert (other.usage, HELP_DESK.usage) == (5, 40_000)


# ---- what it says of itself


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_number_of_file_and_book_is_a_line(path: Path) -> None:
    found = load(path)
    lines = [row for row in found.rows().rows if row.role == "line"]
    stated = [row for row in found.scenario.rows().rows if row.role == "line"]
    assert [row for row in lines if row.of] == stated
    prices = {row.cells[1:] for row in lines if not row.of}
    of_the_book = [
        c.price for c in found.bill.charges if c.price is not DOLLAR and c.price.basis in BOOK_S
    ]
    stages = {stage.name for stage in found.scenario.stages}
    sources = {c.price.source for c in found.bill.charges if c.stage in stages}
    assert {source for *_, source in prices} == sources & {price.source for price in of_the_book}
    assert f"{found.name} (kind {found.scenario.kind}): {len(lines)} lines" in found.sentence


def test_usage_is_users_or_else_requests() -> None:
    assert written("kind: rag-chat\ntraffic: {users: 20 to 80}\n").usage == Range(20.0, 80.0).mean
    assert written("kind: rag-chat\ntraffic: {requests_per_month: 9 k}\n").usage == 9_000


# ---- from a file


def test_a_sample_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = "data/scenarios/help-desk.yaml"
    assert load(path).bill.total == HELP_DESK.bill.total
    own = tmp_path / path
    own.parent.mkdir(parents=True)
    own.write_text(f"name: Mine\n{DAY}kind: rag-chat\ntraffic: {{users: 5}}\n", encoding="utf-8")
    assert load(path).name == "Mine"
    assert load(own).usage == 5


def test_prices_are_those_of_the_day_of_the_file() -> None:
    text = "as_of: 2026-08-01\ntraffic: {users: 9, requests_per_user_month: 30}\n"
    text += "pipeline: {a: {is: inference, model: deepseek/deepseek-v4-pro, input_tokens: 9,"
    early = written(f"{text} output_tokens: 9}}}}\n")
    assert early.book.as_of == early.scenario.as_of
    assert early.bill.total < Case(early.scenario, BOOK).bill.total


def test_prices_of_the_client_win(tmp_path: Path) -> None:
    model = HELP_DESK.scenario.get("answer.model")
    prices = tmp_path / "ours.csv"
    prices.write_text(
        "item,parameter,value,unit,currency,source,read_on\n"
        f"{model},input,0,USD/Mtok,USD,contract,2026-11-20\n"
        f"{model},output,0,USD/Mtok,USD,contract,2026-11-20\n",
        encoding="utf-8",
    )
    free = load("data/scenarios/help-desk.yaml", prices)
    assert free.bill.by("stage")["answer"] == 0
    assert free.bill.total < HELP_DESK.bill.total


def test_what_is_wrong_with_the_prices_is_said_of_their_file(tmp_path: Path) -> None:
    system, own = tmp_path / "one.yaml", tmp_path / "own.csv"
    system.write_text("name: One\nkind: rag-chat\ncurrency: EUR\n")
    own.write_text("residency/acme/own,eu,1,times list price\n")
    with pytest.raises(BookError, match=r"^own\.csv:1: no column 'residency/acme/own'"):
        load(system, own)


def test_what_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("kind: rag-chat\ntraffic: {users: 5}\npipeline: {answer: {model: a/x}}\n")
    with pytest.raises(ScenarioError, match=r"wrong\.yaml:3: answer\.model: no 'a/x' in the book"):
        load(path)
    assert scenario_load(path).stage("answer").model == "a/x"  # as the file has it, not checked
    with pytest.raises(ScenarioError, match="no such file"):
        load(tmp_path / "nowhere.yaml")
    with pytest.raises(BookError):
        load("data/scenarios/help-desk.yaml", tmp_path / "nowhere.csv")


# ---- without a file


def test_a_system_in_code_bills_what_its_file_does(tmp_path: Path) -> None:
    text = system(f"answer: {{{CALL}, share: 40 %}}", users="about 500")
    call = {"is": "inference", "price": {"input": 1, "output": 2}, "share": "40 %"}
    made = case(
        name="Small",
        users="about 500",
        requests_per_user_month=50,
        corpus={
            "documents": 1_000,
            "pages_per_document": 6,
            "tokens_per_page": 500,
            "chunk_tokens": 400,
        },
        answer={**call, "input_tokens": 9, "output_tokens": 9},
    )
    assert made.bill.total == bill_of(text, tmp_path).total
    assert (made.name, made.scenario.path) == ("Small", None)


def test_words_of_traffic_and_stages_may_stand_by_themselves_or_not() -> None:
    short = case(kind="rag-chat", users=5, profile="office", people="none")
    traffic = {"users": 5, "profile": "office"}
    whole = case(kind="rag-chat", traffic=traffic, pipeline={"people": "none"})
    mixed = case(kind="rag-chat", traffic={"profile": "office"}, users=5, people="none")
    fields = [
        [(path, value) for path, _, _, value in c.scenario.fields] for c in (short, whole, mixed)
    ]
    assert fields[0] == fields[1] == fields[2]
    assert short.scenario.profile == whole.scenario.profile


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"users": 5}, "requests_per_user_month: it is missing"),
        ({"users": 5}, "or name a kind"),
        ({"kind": "rag-chat", "users": 5, "anwser": {}}, "did you mean 'answer'?"),
        ({"kind": "rag-chat", "user": 5}, "case(): user: no such word; did you mean 'users'?"),
        ({"kind": "rag-chat", "users": None}, "None is no value; write a value, or leave it out"),
        ({"kind": "rag-chat", "users": [1, 2]}, "write one value; case.at takes several"),
        ({"kind": "rag-chat", "users": 1j}, "1j is nothing that a file could hold"),
        ({"kind": "rag-chat", "users": 1e300}, "…' is too large"),
        ({"kind": "rag-chat", "users": 5, "traffic": {"users": 6}}, "written twice; keep one"),
        ({"kind": "rag-chat", "users": 5, "traffic": 6}, "traffic: 6 beside users; write it as"),
        ({"kind": "rag-chat", "users": 5, "answer": "gpt"}, 'such as answer={"share": 0.5}'),
        ({"kind": "rag-chat", "users": 5, "growth": 0.1}, "{users_per_month: …, months: …}"),
        ({"kind": "rag-chat", "users": 5, "name": "a\nb"}, "name: a line break"),
        ({"kind": "rag-chat", "users": 5, "name": "a\u2028b"}, "name: a line break"),
        ({"kind": "rag-chat", "users": 5, "name": "a\u202eb"}, "U+202E (right-to-left override)"),
        ({"kind": "rag-chat", "users": 5, "name": ""}, "name: it is empty"),
        ({"kind": "rag-chat", "users": 5, "name": "x" * 201}, "name: 201 letters long"),
        ({"kind": "rag-chat", "users": 5, "other": {"a": {}, "\uff41": {}}}, "looks like 'a'"),
        ({}, "traffic: it is missing; write users=1_000"),
        ({"kind": "rag-chat", "users": 5, "answer": {"model": "a/x"}}, "no 'a/x' in the book"),
    ],
)
def test_a_system_in_code_is_checked(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        case(**keys)
    assert said in str(error.value)


# ---- what a case refuses


def test_a_sweep_or_draws_is_no_file_and_no_one_system(tmp_path: Path) -> None:
    one = aicost.load("data/scenarios/contract-search-billed.yaml")
    for many in (one.at({"users": np.array([100.0, 1_000.0])}), one.draw(16)):
        for ask in (
            aicost.latency,
            aicost.tornado,
            aicost.expected,
            aicost.sweep,
            aicost.models,
            aicost.stores,
            aicost.panel,
            aicost.review,
        ):
            with pytest.raises(ValueError, match=r"has several values, and .* takes one; ask"):
                ask(many)
        with pytest.raises(ValueError, match="a file takes one"):
            many.write(tmp_path / "many.yaml")
    assert [*tmp_path.iterdir()] == []


def test_a_path_in_place_of_a_case_is_told() -> None:
    with pytest.raises(TypeError, match=r"latency takes a Case, as aicost\.load gives; .* str"):
        aicost.latency("client.yaml")


def test_what_stands_in_the_way_is_named_and_kept(tmp_path: Path) -> None:
    one = aicost.load("data/scenarios/help-desk.yaml")
    (tmp_path / "there.yaml").write_text("mine", encoding="utf-8")
    for taken in (tmp_path / "there.yaml", tmp_path):
        with pytest.raises(FileExistsError, match="it is there already; write another name"):
            one.write(taken)
    assert (tmp_path / "there.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda: HELP_DESK.with_stage("answer"), TypeError, "with_stage takes a stage"),  # type: ignore[arg-type]
        (lambda: HELP_DESK.at([("users", 5)]), TypeError, "set by their paths"),  # type: ignore[arg-type]
        (lambda: HELP_DESK.at({5: 1}), KeyError, "a field is called by its name"),  # type: ignore[dict-item]
        (lambda: HELP_DESK.draw(0), ValueError, "1 or more; this is 0"),
        (lambda: HELP_DESK.draw(2.5), ValueError, "1 or more; this is 2.5"),  # type: ignore[arg-type]
        (lambda: HELP_DESK.write(""), FileNotFoundError, "names no file; write one such as"),
        (lambda: HELP_DESK.write("no/x.yaml"), FileNotFoundError, "there is no folder no; make"),
        (lambda: HELP_DESK.write(None), TypeError, "write takes the path of a file"),  # type: ignore[arg-type]
        (lambda: load(None), TypeError, "load takes the path of a file"),  # type: ignore[arg-type]
        (lambda: load("data"), ScenarioError, "data:1: file: it is a folder; name a file in it"),
        (lambda: load("a\0b"), FileNotFoundError, "no file has such a name"),
        (lambda: case(kind="rag-chat", users=5, prices=5), TypeError, "prices takes the path"),  # type: ignore[arg-type]
        (lambda: sweep("x.yaml"), TypeError, "a sweep takes a Case, as aicost.load gives"),  # type: ignore[arg-type]
        (lambda: bridge("x.yaml", HELP_DESK), TypeError, "a bridge takes a Case"),  # type: ignore[arg-type]
        (lambda: growth(HELP_DESK.at({"users": [1, 2]})), ValueError, "users has several values"),
        (lambda: inflections(HELP_DESK.at({"users": [1, 2]})), ValueError, "has several values"),
    ],
)
def test_what_a_function_cannot_take_is_told_in_one_line(
    ask: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as found:
        ask()
    assert said in str(found.value)
    assert "\n" not in str(found.value)


def test_a_bill_of_several_says_that_it_prints_means() -> None:
    swept = HELP_DESK.at({"users": [100.0, 900.0]})
    assert "the mean of 2 bills" in swept.bill.sentence
    assert "Each figure is the mean of 2 bills." in repr(swept.bill)
    assert "2 values, 100 to 900 users" in repr(swept)
    assert "mean of" not in repr(HELP_DESK.bill)


def test_an_empty_bill_has_no_shares() -> None:
    empty = replace(HELP_DESK.bill, charges=())
    assert "Nothing is billed." in empty.sentence
    assert "100.0 %" not in repr(empty)
