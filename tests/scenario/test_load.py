"""From a file to a scenario: the client's words first, then the kind's, and where each is from."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES
from small_systems import BOOK

from aicost.billing.case import Case
from aicost.book.rows import BookError
from aicost.components.human_review import HumanReview
from aicost.components.inference import Inference
from aicost.scenario.checks import verify, warnings
from aicost.scenario.kinds import defaults, kind_names, profiles
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Range, Spread

Load = Callable[[str], Scenario]
HEAD = "kind: rag-chat\ntraffic: {users: 1_000}\n"


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Return a function that loads a scenario from its text."""

    def from_text(text: str) -> Scenario:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return from_text


def names(scenario: Scenario) -> list[str]:
    return [stage.name for stage in scenario.stages]


# ---- kinds


@pytest.mark.parametrize("kind", kind_names())
def test_kind_and_users_are_enough(loaded: Load, kind: str) -> None:
    scenario = loaded(f"kind: {kind}\ntraffic: {{users: 1_000}}\n")
    verify(scenario, BOOK)
    assert {w.key.rpartition(".")[2] for w in warnings(scenario, BOOK)} <= {
        "thinking_tokens",
        "share",
    }
    assert Case(scenario, BOOK).bill.total > 0
    assert scenario.name == "case"


@pytest.mark.parametrize("kind", kind_names())
def test_every_default_of_a_kind_is_used(loaded: Load, kind: str) -> None:
    growth = "growth: {users_per_month: 1 %}\n"
    scenario = loaded(f"kind: {kind}\ntraffic: {{users: unknown}}\n{growth}")
    sources = {
        (origin.basis, origin.source)
        for _, part in scenario.sections()
        for origin in part.origins.values()
    }
    held = {path for path, *_ in scenario.fields}
    for (of, field), given_default in defaults().items():
        if of != kind:
            continue
        assert (given_default.basis, given_default.source) in sources
        stem = field.removesuffix(".p50").removesuffix(".p95")
        assert stem.replace("work.loop.", "work.") in held, field


def test_a_number_of_the_client_comes_before_the_kinds(loaded: Load) -> None:
    scenario = loaded(f"{HEAD}corpus: {{documents: 700}}\n")
    assert scenario.get("corpus.documents") == 700
    assert scenario.corpus is not None
    origins = scenario.corpus.origins
    assert (origins["documents"].basis, origins["documents"].line) == ("stated", 3)
    assert origins["documents"].source == "case.yaml:3"
    assert origins["pages_per_document"].basis == "assumed"
    assert isinstance(scenario.get("pages_per_document"), Range)


def test_where_values_come_from(loaded: Load) -> None:
    answer = loaded(
        f"{HEAD}pipeline:\n  answer:\n    input_tokens: about 900\n"
        "    output_tokens: {p50: 200, p95: 600}\n    retry: 2 %\n"
    ).stage("answer")
    assert {key: (origin.basis, origin.line) for key, origin in answer.origins.items()} == {
        "name": ("given", 4),
        "input_tokens": ("given", 5),
        "output_tokens": ("stated", 6),
        "retry": ("stated", 7),
        "model": ("assumed", None),
    }
    assert answer.origins["input_tokens"].written == "450 to 1,800"
    assert answer.origins["retry"].written == ""
    assert answer.basis("tries") == "listed"


UNKNOWABLE = [
    ("corpus: {documents: unknown, chunk_tokens: unknown}\n", "corpus: {}\n"),
    ("pipeline: {answer: {model: unknown}}\n", "pipeline: {answer: {}}\n"),
    ("pipeline: {answer: {output_tokens: unknown}}\n", "\n"),
    ("pipeline: {people: {share: unknown, role: unknown}}\n", "\n"),
    ("pipeline: {retrieval: {store: unknown, top_k: unknown}}\n", "\n"),
    ("goals: {budget_per_month: unknown}\n", "goals: {}\n"),
    ("constraints: {residency: unknown}\n", "\n"),
]


@pytest.mark.parametrize(("written", "absent"), UNKNOWABLE)
def test_unknown_is_as_if_nobody_wrote_it(loaded: Load, written: str, absent: str) -> None:
    one, other = loaded(HEAD + written), loaded(HEAD + absent)
    assert [(p, v) for p, _, _, v in one.fields] == [(p, v) for p, _, _, v in other.fields]


# ---- the order of stages

GUARD = "{is: inference, model: openai/gpt-6-sol, input_tokens: 9, output_tokens: 9, after: %s}"
KIND = ["embedding", "retrieval", "reranking", "answer", "people", "traces"]


@pytest.mark.parametrize(
    ("stages", "order"),
    [
        ({}, KIND),
        ({"a": "start"}, ["a", *KIND]),
        ({"a": "traces"}, [*KIND, "a"]),
        ({"a": "retrieval"}, [*KIND[:2], "a", *KIND[2:]]),
        ({"a": "retrieval", "b": "retrieval"}, [*KIND[:2], "a", "b", *KIND[2:]]),
        ({"a": "b", "b": "retrieval"}, [*KIND[:2], "b", "a", *KIND[2:]]),
        ({"a": "start", "b": "a", "c": "a"}, ["a", "b", "c", *KIND]),
    ],
)
def test_new_stages_stand_where_they_say(
    loaded: Load, stages: dict[str, str], order: list[str]
) -> None:
    lines = [f"  {name}: {GUARD % after}\n" for name, after in stages.items()]
    text = f"pipeline:\n{''.join(lines)}" if lines else ""
    assert names(loaded(HEAD + text)) == order


def test_a_stage_of_the_kind_can_move_or_go(loaded: Load) -> None:
    text = "pipeline: {people: {after: embedding}, reranking: none, traces: none}\n"
    assert names(loaded(HEAD + text)) == ["embedding", "people", "retrieval", "answer"]


def test_a_place_stays_when_its_stage_goes(loaded: Load) -> None:
    text = f"pipeline: {{reranking: none, a: {GUARD % 'reranking'}}}\n"
    assert names(loaded(HEAD + text))[:3] == ["embedding", "retrieval", "a"]


def test_a_step_of_a_loop_can_go(loaded: Load) -> None:
    text = "kind: agent\ntraffic: {users: 9}\npipeline: {work: {loop: {steps: {search: none}}}}\n"
    scenario = loaded(text)
    assert "work/think" in names(scenario)
    assert "work/search" not in names(scenario)


def test_without_a_kind_stages_run_as_written(loaded: Load) -> None:
    stage = GUARD.replace(", after: %s", "")
    text = (
        "traffic: {users: 5, requests_per_user_month: 30}\npipeline:\n"
        f"  z: {stage}\n  a: {stage}\n  m: {{route: {{x: {stage}, y: {{share: 20 %, is: inference,"
        " model: openai/gpt-6-sol, input_tokens: 9}}}\n"
    )
    scenario = loaded(text)
    assert names(scenario) == ["z", "a", "m/x", "m/y"]
    assert scenario.pipeline.forms == [("z", "stage"), ("a", "stage"), ("m", "route")]
    assert [stage.name for stage in scenario.pipeline.groups["m"].stages] == ["m/x", "m/y"]
    assert [stage.share for stage in scenario.point().stages[2:]] == [0.8, 0.2]


def test_a_stage_can_be_another_thing_than_the_kinds(loaded: Load) -> None:
    text = (
        "pipeline: {answer: {is: human_review, when: after_answer, "
        "share: 2 %, minutes: 4, role: us/paralegal}}\n"
    )
    scenario = loaded(HEAD + text)
    assert names(scenario) == KIND
    assert isinstance(scenario.stage("answer"), HumanReview)


def test_a_route_in_the_place_of_the_kinds_stage(loaded: Load) -> None:
    model = "model: openai/gpt-6-sol, input_tokens: 9"
    text = f"pipeline: {{answer: {{route: {{a: {{share: 40 %, {model}}}, b: {{{model}}}}}}}}}\n"
    scenario = loaded(HEAD + text)
    assert names(scenario)[3:5] == ["answer/a", "answer/b"]
    assert all(isinstance(stage, Inference) for stage in scenario.stages[3:5])


def test_a_loop_holds_the_rounds_of_its_steps(loaded: Load) -> None:
    text = (
        "kind: agent\ntraffic: {users: 9}\npipeline:\n"
        "  work: {loop: {rounds: {p50: 4, p95: 9}, grows_tokens_per_round: 700}}\n"
    )
    scenario = loaded(text)
    for name in ("work/think", "work/search"):
        assert scenario.pipeline.group_of(name).rounds.rounds == Spread(4.0, 9.0)
    assert scenario.get("work.rounds") == Spread(4.0, 9.0)
    assert scenario.get("work.grows_tokens_per_round") == 700


# ---- traffic, profile, date


def test_requests_in_place_of_users(loaded: Load) -> None:
    scenario = loaded("kind: rag-chat\ntraffic: {requests_per_month: 90 k}\n")
    assert scenario.traffic.scale == "requests_per_month"
    assert scenario.traffic.users is None
    assert Case(scenario, BOOK).bill.requests == 90_000


def test_profiles(loaded: Load) -> None:
    hours = [str(h) for h in range(24)]
    own = loaded(f"kind: rag-chat\ntraffic: {{users: 5, profile: [{', '.join(hours)}]}}\n")
    assert own.profile.hours == tuple(map(float, range(24)))
    for name, known in profiles().items():
        text = f"kind: rag-chat\ntraffic: {{users: 5, profile: {name}}}\n"
        assert loaded(text).profile == known
    assert loaded(HEAD).profile == profiles()["office"]


def test_the_date_prices_are_read_at(loaded: Load) -> None:
    assert loaded(HEAD).as_of is None
    assert loaded(f"as_of: 2026-02-28\n{HEAD}").as_of == date(2026, 2, 28)


# ---- whatever stands in a file

PIECES = [
    "users",
    "traffic:",
    "pipeline:",
    "answer: {",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "none",
    "unknown",
    "about 4",
    "2 to 6",
    "5 %",
    "-1",
    "1e9",
    "9_999",
    "route:",
    "loop:",
    "share",
    "{p50: 5, p95: 2}",
    "is: inference",
    "kind: agent",
    "after: answer",
    "of: answer",
    "~",
    "'",
    '"',
    "\t",
    "#",
    "&a",
    "*a",
    "!!x",
    "---\n",
    "<<",
    "\u00e9",
    "\ufeff",
    "0",
    "100 %",
    "price: {}",
    "corpus: {}",
    "pools: {a: {}}",
    "steps: {}",
    "yes",
    "profile: []",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return the text of a sample with a few things cut out, doubled, swapped or put in."""
    text = draw(st.sampled_from([path.read_text(encoding="utf-8") for path in SAMPLES]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = draw(
            st.one_of(st.sampled_from(PIECES), st.text(max_size=3), st.just(text[start:end]))
        )
        text = text[:start] + piece + (piece if draw(st.booleans()) else "") + text[end:]
    return text


@st.composite
def with_lines_moved(draw: st.DrawFn) -> str:
    """Return the text of a sample with whole lines gone, doubled or in another place."""
    lines = draw(
        st.sampled_from([path.read_text(encoding="utf-8") for path in SAMPLES])
    ).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        line = lines.pop(draw(st.integers(0, len(lines) - 1)))
        for _ in range(draw(st.integers(0, 2))):
            lines.insert(draw(st.integers(0, len(lines))), line)
    return "\n".join(lines)


def judge(path: Path) -> None:
    """Load and check a file: a scenario, or problems that each fill one line."""
    try:
        scenario = load(path)
        verify(scenario, BOOK)
    except ScenarioError as error:
        lines = str(error).splitlines()
        if len(lines) != len(error.problems) or not all(line.isprintable() for line in lines):
            pytest.fail(f"not one line a problem: {lines}")
        return
    warnings(scenario, BOOK)
    bill = Case(scenario, BOOK).bill
    assert bill.total >= 0
    assert bill.once >= 0


@given(st.one_of(mutated(), with_lines_moved()))
@settings(max_examples=400)
def test_a_changed_file_is_a_scenario_or_has_problems(tmp_path_factory, text: str) -> None:
    path = tmp_path_factory.mktemp("fuzz", numbered=True) / "fuzz.yaml"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    judge(path)


@given(st.binary(max_size=200))
@settings(max_examples=150)
def test_any_bytes_have_problems(tmp_path_factory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes", numbered=True) / "fuzz.yaml"
    path.write_bytes(raw)
    with pytest.raises(ScenarioError):
        load(path)


def test_an_error_crosses_to_another_process(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("kind: rag-chat\ntraffic: {users: -3, nonsense: 1}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.problems == caught.value.problems
    of_book = pickle.loads(pickle.dumps(BookError("no such row", "take another")))
    assert (str(of_book), of_book.remedy) == ("no such row; take another", "take another")


def test_what_is_usual_of_a_stage_is_usual_of_its_ways(tmp_path: Path) -> None:
    """`unknown` in a way of a route takes what the kind says of the stage."""
    file = tmp_path / "routed.yaml"
    way = "model: openai/gpt-4o, output_tokens: 5, input_tokens: unknown"
    file.write_text(
        "kind: rag-chat\ntraffic: {requests_per_month: 9_000}\npipeline:\n  answer:\n    route:\n"
        f"      small: {{{way}, share: 90 %}}\n      large: {{{way}}}\n"
    )
    small, large = (load(file).stage(f"answer/{way}") for way in ("small", "large"))
    plain = tmp_path / "plain.yaml"
    plain.write_text(
        f"kind: rag-chat\ntraffic: {{requests_per_month: 9_000}}\npipeline: {{answer: {{{way}}}}}\n"
    )
    assert small.input_tokens == large.input_tokens == load(plain).stage("answer").input_tokens
    assert small.origins["input_tokens"].basis == "assumed"
