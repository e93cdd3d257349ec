"""The sources of logs, as rows of a file."""

import pytest

from aicost.log.layouts import KINDS, UNITS, LogError, at, layouts, recognised, steps


def test_every_layout_tells_what_a_call_is_made_of() -> None:
    for layout in layouts().read:
        assert layout.form in ("lines", "spans", "turns")
        assert {layout.cached, layout.thought} <= {"inside", "beside"}
        assert layout.signs
        assert {"moment", "model", "input_tokens", "output_tokens", "call"} <= set(layout.fields)
        assert set(layout.fields) <= set(KINDS), layout.name
        assert all(place.unit in UNITS for of in layout.fields.values() for place in of)


def test_every_word_for_what_a_call_did_is_a_word_of_the_table() -> None:
    words = {"chat", "embedding", "retrieval", "rerank", "tool", "judge", "wrapper"}
    assert set(layouts().says.values()) == words
    assert all(said == said.lower() for said in layouts().says)


def test_a_place_is_reached_through_lists_and_through_json_in_a_text() -> None:
    record = {"a.b": [{"c": '{"d": 4}'}], "n": None, "t": "plain"}
    assert at(record, steps("a.b>0>c>d")) == 4
    assert at(record, steps("a.b>1>c")) is None
    assert at(record, steps("n>x")) is None
    assert at(record, steps("t>x")) is None


@pytest.mark.parametrize(
    ("head", "columns", "said"),
    [
        ({"uncached_input_tokens": 4}, {}, "the Anthropic usage report: sums of many requests"),
        ({"results": [{"num_model_requests": 4}]}, {}, "the OpenAI usage export"),
        ({"when": 1, "engine": "x"}, {}, "it holds 'when', 'engine'; say where"),
        ({"when": 1}, {"moment": "when", "cache_read_tokens": "c"}, "--column cached=inside"),
        ({"when": 1}, {"moment": "when", "modle": "c"}, "did you mean 'model'?"),
        ({"when": 1}, {"moment": "when", "whole_s": "c [hours]"}, "'hours' is no unit here"),
        ({"when": 1}, {"moment": "when", "cached": "outside"}, "write cached=inside or"),
    ],
)
def test_what_is_no_log_is_refused_with_what_to_do(head: object, columns: dict, said: str) -> None:
    with pytest.raises(LogError) as problem:
        recognised([head], columns, "log.json")
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)
