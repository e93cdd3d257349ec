"""What others call the fields of a call leads to the key that there is, and to no other."""

import pytest
from cases import written

from aicost.components.call_words import MEANT
from aicost.components.inference import Inference
from aicost.scenario.problems import ScenarioError

CALL = "input_tokens: 1_000, output_tokens: 200, price: {input: 2, output: 8}"


def refusal(fields: str) -> list[str]:
    text = f"traffic: {{requests_per_month: 5}}\npipeline: {{a: {{is: inference, {fields}}}}}\n"
    with pytest.raises(ScenarioError) as error:
        written(text)
    return [str(problem).partition(": ")[2] for problem in error.value.problems]


def test_each_word_is_no_key_and_names_one() -> None:
    keys = Inference.quantities().keys() | Inference.nested().keys()
    assert not MEANT.keys() & keys
    assert {remedy.partition(":")[0] for remedy in MEANT.values()} <= keys


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ("prompt_tokens: 5", "input_tokens"),
        ("question_tokens: 5", "prompt"),
        ("system_prompt: 5", "prompt"),
        ("completion_tokens: 5", "output_tokens"),
        ("cached_tokens: 5", "cache_read_share"),
        ("cache_hit_rate: 5 %", "cache_read_share"),
        ("price_in_per_mtok: 2", "price"),
    ],
)
def test_a_word_that_is_like_another_key_is_not_taken_for_it(fields: str, key: str) -> None:
    """By its letters prompt_tokens is nearest to output_tokens, cached_tokens to cache_kept."""
    (line,) = refusal(f"{CALL}, {fields}")
    assert line.startswith(f"a.{fields.partition(':')[0]}: no such key; write {key}: ")


def test_a_price_of_cached_input_is_not_one_of_what_is_written() -> None:
    price = "price: {input: 2, output: 8, cached_input: 1}"
    (line,) = refusal(f"input_tokens: 1_000, output_tokens: 200, {price}")
    assert line == "a.price.cached_input: no such key; write cache_read: …"


def test_parts_of_a_prompt_lead_to_the_key_that_takes_them() -> None:
    (one,) = refusal("output_tokens: 2, input_tokens: {system: 900, question: 50}")
    assert one.startswith("a.input_tokens: parts where one number is due; write prompt: {system:")
    (one, _) = refusal("input_tokens: 2, output_tokens: {shown: 900, hidden: 50}")
    assert one.endswith("no such key; write one number, what its parts add up to")
