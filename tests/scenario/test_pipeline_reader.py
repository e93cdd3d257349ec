"""The client's stages are merged with the kind's, in order, as a tree."""

from typing import Any

import pytest

from aicost.components.stage import registry
from aicost.scenario.in_code import node_of
from aicost.scenario.pipeline import Loop, Parallel, Pipeline, Route
from aicost.scenario.pipeline_reader import PipelineReader
from aicost.scenario.section_reader import Filler
from aicost.values.quantities import Range

CALL = {"is": "inference", "price": {"input": 1, "output": 2}}
CALL |= {"input_tokens": 9, "output_tokens": 5}


def read(kind: str = "", /, **parts: Any) -> tuple[Pipeline, list[str]]:
    """Read a pipeline; return it with what is wrong."""
    filler = Filler("x")
    filler.kind = kind
    built = PipelineReader(filler, {"traffic"}).read(node_of(parts))
    return built, [f"{p.key}: {p.wrong}; {p.remedy}" for p in filler.problems]


def names(kind: str = "", /, **parts: Any) -> list[str]:
    built, wrong = read(kind, **parts)
    assert wrong == []
    return [name for name, _ in built.forms]


def test_stages_stand_as_they_are_written_or_behind_what_they_name() -> None:
    assert names(a=CALL, b=CALL, c=CALL) == ["a", "b", "c"]
    assert names(a=CALL | {"after": "c"}, b=CALL, c=CALL) == ["b", "c", "a"]
    assert names(a=CALL, b=CALL | {"after": "start"}) == ["b", "a"]
    assert names(a=CALL, b=CALL | {"after": "a"}, c=CALL | {"after": "a"}) == ["a", "b", "c"]


def test_the_kind_s_stages_keep_their_place() -> None:
    usual = names("rag-chat")
    assert names("rag-chat", check=CALL | {"after": "answer"}) == [
        name for one in usual for name in ([one, "check"] if one == "answer" else [one])
    ]
    assert names("rag-chat", people="none") == [name for name in usual if name != "people"]


def test_the_client_s_keys_win_over_the_kind_s() -> None:
    kinds, _ = read("rag-chat")
    built, _ = read("rag-chat", answer={"model": "openai/gpt-6-sol"})
    assert built.stage("answer").model == "openai/gpt-6-sol" != kinds.stage("answer").model
    assert built.stage("answer").origins["model"].basis == "stated"
    assert kinds.stage("answer").origins["model"].source == "kind rag-chat"
    assert built.stage("answer").output_tokens == kinds.stage("answer").output_tokens


def test_groups_are_parts_of_the_tree() -> None:
    built, wrong = read(
        which={"route": {"small": CALL | {"share": "about 20 %"}, "large": CALL}},
        both={"parallel": {"one": CALL, "two": CALL}},
        work={"loop": {"rounds": 4, "steps": {"think": CALL}}},
    )
    assert wrong == []
    which, both, work = built.parts
    assert isinstance(which, Route)
    assert isinstance(both, Parallel)
    assert isinstance(work, Loop)
    small, large = which.stages
    assert isinstance(small.share, Range)
    assert (large.name, large.share) == ("which/large", None)
    assert large.origins["share"].source == "the rest of the route"
    assert work.rounds.rounds == 4
    assert [stage.name for stage in built.stages][-1] == "work/think"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"a": CALL | {"after": "b"}, "b": CALL | {"after": "a"}}, "wait for each other"),
        ({"a": CALL | {"after": "bb"}, "b": CALL}, "no stage 'bb' to come after"),
        ({"a/b": CALL}, "a name with /"),
        ({"traffic": CALL}, "the word has a meaning of its own"),
        ({"a": {"is": "inferense"}}, "no kind of stage 'inferense'; did you mean 'inference'?"),
        ({"a": {"is": "hosting"}}, "'hosting'; write it under other: {NAME: {per_month: …}}"),
        ({"a": {"input_tokens": 9}}, "it does not say what it is"),
        ({"a": "none"}, "there is no such stage to leave out"),
        ({"a": CALL | {"of": "b"}, "b": CALL}, "no stage 'b' before it"),
        ({"a": {"route": {"b": CALL, "c": CALL}}}, "a/b and a/c have no share"),
        ({"a": {"route": {"b": CALL | {"share": 0.4}}}}, "shares add up to 40 %; make them 100 %"),
        ({"a": {"parallel": {"b": {"loop": {}}}}}, "a loop inside a route, loop or parallel"),
        ({"a": {"parallel": {"b": CALL | {"after": "start"}}}}, "stages inside run as written"),
        ({"a": {"loop": {"rounds": 2, "steps": {"b": CALL}}, "is": "inference"}}, "no such key"),
        ({"a": {"lop": {"steps": {"b": CALL}}}}, "a.lop: no such key; did you mean 'loop'?"),
        ({"a": CALL | {"timeout": {"after": 5, "fallback": "b"}}}, "no stage 'b' after it"),
    ],
)
def test_what_is_no_pipeline_is_said_once(parts: dict[str, Any], said: str) -> None:
    _, wrong = read(**parts)
    assert len(wrong) == 1
    assert said in wrong[0]


def test_a_cache_in_front_of_a_part_is_refused() -> None:
    (word,) = [word for word, stage in registry().items() if stage.ends_requests]
    _, wrong = read(a={"loop": {"rounds": 2, "steps": {"b": {"is": word}, "c": CALL}}})
    assert "a hit would leave the whole pipeline, not a part of it" in wrong[0]
