"""The file that `aicost new` writes says what was answered, and makes a bill."""

from pathlib import Path

import pytest
from answered import BOOK, dialogue, loaded
from cases import written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import tornado
from aicost.cli.draft_file import NameTaken, ending, file_text, free_path
from aicost.cli.named_answers import store_of
from aicost.cli.plain_words import KINDS
from aicost.cli.typed_answers import UNKNOWN
from aicost.scenario.checks import warnings
from aicost.scenario.load import load
from aicost.timing.checks import doubts
from aicost.values.spelling import ValueProblem, read_value


@pytest.mark.parametrize("kind", KINDS)
def test_all_unknown_still_gives_a_bill(kind: str, tmp_path: Path) -> None:
    answers, _ = dialogue(kind)
    case = loaded(answers, tmp_path)
    cost = expected(case)
    assert 0 < cost.p5 < cost.mean < cost.p95
    assert case.scenario.traffic.basis("users") == "assumed"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_and_none(kind: str, tmp_path: Path) -> None:
    answers = {**dialogue(kind)[0], "people": "none", "other.per_month": "0"}
    scenario = loaded(answers, tmp_path).scenario
    assert "people" not in [stage.name for stage in scenario.stages]


@pytest.mark.parametrize("kind", KINDS)
def test_model_reaches_every_stage_that_writes(kind: str, tmp_path: Path) -> None:
    model = "openai/gpt-6-sol"
    scenario = loaded({**dialogue(kind)[0], "model": model}, tmp_path).scenario
    assert all(scenario.stage(name).model == model for name in KINDS[kind].writers)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """Spellings of numbers and ranges."""
    plain = st.integers(low, high).map(lambda n: f"{n:_}")
    pair = st.tuples(st.integers(low, high // 3), st.floats(1.0, 3.0))
    wide = pair.map(lambda p: f"{p[0]} to {int(p[0] * p[1])}")
    return st.one_of(plain, plain.map("about {}".format), wide, st.just(UNKNOWN))


PERCENT = numbers(1, 60).map(lambda s: s if s == UNKNOWN else f"{s} %")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(list(KINDS)), data=st.data())
def test_file_holds_what_was_answered(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    answers = dialogue(kind)[0]
    for path in answers:
        if "." in path:
            share = path.endswith(("changed_per_month", "growth.users_per_month", "share"))
            short = path == "growth.months" or path.endswith(("_p95", "done_within", "minutes"))
            number = numbers(1, 24) if short else numbers(1, 100_000)
            answers[path] = data.draw(PERCENT if share else number, label=path)
    scenario = loaded(answers, tmp_path).scenario
    fields = {path: (section, field, value) for path, section, field, value in scenario.fields}
    fields = {path.replace("everything else.", ""): found for path, found in fields.items()}
    for path, text in answers.items():
        if path in fields and text != UNKNOWN:
            section, field, value = fields[path]
            assert value == read_value(text, section.quantities()[field])[0], path


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("contract-search", "Contract search"),
        ("a_b.yaml", "A b"),
        ("2nd system", "2nd system"),
        ("o'neil: search #2", "O'neil: search #2"),
        ("Łódź", "Łódź"),
    ],
)
def test_names_survive_the_file(file: str, name: str, tmp_path: Path) -> None:
    path = free_path(str(tmp_path / file))
    path.write_text(file_text(path, dialogue("rag-chat")[0], BOOK), encoding="utf-8")
    assert load(path).name == name


@pytest.mark.parametrize("name", ["", " ", ".hidden", "none/there"])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(NameTaken):
        free_path(name)


CHF = ("CHF", "300", "5 to 10", "", "", "", "AWS, EU", "", "", "", "5 % for 3 min", "nurse at 45")


def test_a_clients_money_place_and_wage_are_in_the_file(tmp_path: Path) -> None:
    case = loaded(dialogue("agent", *CHF)[0], tmp_path)
    scenario = case.scenario
    assert scenario.money.code == "CHF"
    assert scenario.constraints is not None
    assert scenario.constraints.residency == "eu"
    assert scenario.stage("people").role == "us/registered-nurse"
    assert scenario.stage("people").wage_per_hour == pytest.approx(45 * scenario.money.in_usd)
    models = {stage.name: getattr(stage, "model", "") for stage in scenario.stages}
    assert models["work/think"] == models["answer"] == "aws/regional.anthropic.claude-sonnet-5-5"


def test_nothing_is_on_the_bill_that_nobody_named(tmp_path: Path) -> None:
    names = {stage.name for stage in loaded(dialogue("rag-chat")[0], tmp_path).scenario.stages}
    assert not names & {"reranking", "traces"}
    said = dialogue("rag-chat", *[""] * 9, "Cohere rerank, Langfuse")[0]
    assert {"reranking", "traces"} <= {s.name for s in loaded(said, tmp_path).scenario.stages}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].searches])
def test_a_system_without_a_store(kind: str, tmp_path: Path) -> None:
    scenario = loaded({**dialogue(kind)[0], "store": "none"}, tmp_path).scenario
    words = {type(stage).component for stage in scenario.stages}
    assert not words & {"retrieval", "embedding"}


def test_search_units_may_be_said_with_the_store(tmp_path: Path) -> None:
    answers = dialogue("rag-chat")[0] | store_of("Azure AI Search S1, 3 search units", BOOK)
    assert loaded(answers, tmp_path).scenario.stage("retrieval").units == 3
    with pytest.raises(ValueProblem, match="is not sold by the unit"):
        store_of("pinecone with 3 units", BOOK)


def test_what_was_never_asked_is_assumed(tmp_path: Path) -> None:
    answers = {**dialogue("rag-chat")[0], "growth.users_per_month": "5 %"}
    growth = loaded(answers, tmp_path).scenario.growth
    assert growth is not None
    assert (growth.months, growth.basis("months")) == (24, "assumed")


@pytest.mark.parametrize("kind", KINDS)
def test_check_finds_nothing_that_could_have_been_asked(kind: str, tmp_path: Path) -> None:
    said = dialogue(kind)[0]
    answers = {**said, "people": "none"}
    case = loaded(answers, tmp_path)
    keys = [w.key for w in warnings(case.scenario, case.book)]
    assert [k for k in keys if not k.endswith("thinking_tokens")] == []  # what it can do if asked


BROKER = (
    *("EUR", "2,300 employees", "between 5 and 40 a month per user", "60,000", "12", "8 %"),
    *("Azure, EU", "gpt-4.1", "Azure AI Search", "none", "2 % for 5 minutes", "paralegal"),
    *("8 s, takes 4 to 5 s at nine", "900 and 10 % support", "none", "8,000 EUR", "15 %"),
)
#: Where a store is sold, and where people work: not asked.
LEFT = ["retrieval.store", *(f"people.{key}" for key in ("role", "overhead", "shrinkage"))]
NIGHT = ("", "200,000", "about 500,000", "5 %", "", "gemini-3.8-flash", "pinecone", "none", "none")


@pytest.mark.parametrize(
    ("kind", "said", "left"),
    [
        ("rag-chat", BROKER, LEFT),
        ("rag-chat", (), ["people.share"]),  # a student who knows nothing
        ("overnight-batch", (*NIGHT, "8 h", "none", "none", "none", "none"), []),
    ],
)
def test_of_three_clients_check_finds_nothing_that_could_have_been_asked(
    kind: str, said: tuple[str, ...], left: list[str], tmp_path: Path
) -> None:
    case = loaded(dialogue(kind, *said)[0], tmp_path)
    assert case.bill.total > 0
    found = [*warnings(case.scenario, case.book), *doubts(case)]
    assert [one.key for one in found] == left


def test_what_was_seen_and_shares_and_users_who_differ_are_in_the_file(tmp_path: Path) -> None:
    answers = dialogue("rag-chat", *BROKER)[0]
    scenario = loaded(answers, tmp_path).scenario
    assert scenario.observed is not None
    assert (scenario.observed.whole_answer_p50.low, scenario.observed.at) == (4.0, "peak")
    assert {line.name: line.share_of_lines for line in scenario.other} == {
        "everything else": None,
        "support": 0.1,
    }
    often = scenario.traffic.requests_per_user_month
    assert (often.p50, often.p95) == (14.1, 40.0)
    text = file_text(tmp_path / "x.yaml", answers, BOOK)
    assert "price_per_user_month" not in text  # it was answered `none`


def test_only_what_is_worth_it_is_to_be_found_out() -> None:
    text = "traffic: {requests_per_month: 9}\nother: {a: {per_month: 900}, b: {per_month: %s}}\n"
    said = []
    for amount in ("1 to 3", "100 to 900"):
        case = written(text % amount)
        said.append(ending(case, expected(case), tornado(case), Path("x.yaml")))
    assert "find out first" not in said[0]
    assert "find out first:\n  1. the other costs of a month" in said[1]
