"""Loads as rows: what nobody measured stays empty, and the heaviest is spoken of."""

import math

from aicost.measure.loads import Load, Loads, Seen

FEW = Load(20, 1_000, 200, 1.0, tokens_per_s=90.0, first=Seen(0.05, 0.04, 0.09), token=Seen(0.011))
MANY = Load(80, 1_000, 200, 8.0, tokens_per_s=500.0, first=Seen(0.2), failed=2, note="Two failed.")


def test_a_row_a_load_and_the_heaviest_in_words() -> None:
    found = Loads("somebody", "llama", (FEW, MANY))
    assert found.sentence == (
        "somebody: 2 loads of llama. Most tokens a second: 500, with 8 at once. "
        "The first word then came after 0.2 s on average."
    )
    few, many = found.rows().texts()
    assert few[0] == "1 at once"
    assert many[1:3] == ("80", "2")
    assert many[7] == many[8] == ""  # nobody said them
    assert found.rows().notes[1:] == ("Two failed.",)


def test_nothing_is_said_of_what_nobody_measured() -> None:
    found = Loads("somebody", "", (Load(20, 1_000, 200, requests_per_s=2.0),))
    assert found.sentence == "somebody: 1 load."
    assert found.each[0].words == "2 a second"


def test_a_load_as_formulas_take_it() -> None:
    point = FEW.point
    assert (point.input_tokens, point.output_tokens, point.concurrency) == (1_000, 200, 1.0)
    assert math.isnan(point.requests_per_s)
    assert (point.tokens_per_s, point.first_s, point.token_s) == (90.0, 0.05, 0.011)
