"""Fields of records, each of its type."""

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.log.cells import BLANKS, cell, flag, frame_of, moment, number
from aicost.log.layouts import KINDS, Place, layouts, steps
from aicost.log.records import Dug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T09:00:00Z", datetime(2026, 11, 2, 9)),
        ("2026-11-02 09:00", datetime(2026, 11, 2, 9)),
        ("2026-11-02", datetime(2026, 11, 2)),
        ("2026-11-02 09:00:00 UTC", datetime(2026, 11, 2, 9)),
        ("2026-11-02T09:00:00.123456789+02:00", datetime(2026, 11, 2, 7, 0, 0, 123456)),
        ("2026-11-02T09:00:00-0530", datetime(2026, 11, 2, 14, 30)),
        ("1793610000", datetime(2026, 11, 2, 9)),
        ("1793610000000", datetime(2026, 11, 2, 9)),
        ("1793610000000000", datetime(2026, 11, 2, 9)),
        ("1793610000000000000", datetime(2026, 11, 2, 9)),
        ("1793610000.5", datetime(2026, 11, 2, 9, 0, 0, 500_000)),
        ("02.11.2026", None),
        ("2026-13-02", None),
        ("1e300", None),
        ("soon", None),
    ],
)
def test_a_moment_is_read_however_it_is_written(text: str, expected: datetime | None) -> None:
    assert moment(text) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_written_is_read_again(value: float) -> None:
    assert number(repr(value)) == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_000", "1,000", "0x10", "12 apples", "١٢"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None


def test_flags_are_yes_no_or_neither() -> None:
    assert [flag(text) for text in ("TRUE", "1", "no", "f", "")] == [True, True, False, False, None]


def test_the_first_place_that_says_something_counts() -> None:
    places = tuple(Place(steps(text)) for text in ("new", "old>name"))
    assert cell({"old": {"name": " m "}}, places, "text") == ("m", "")
    assert cell({"new": "", "old": {"name": "m"}}, places, "text") == ("m", "")
    assert cell({"new": "n", "old": {"name": "m"}}, places, "text") == ("n", "")
    assert cell({}, places, "text") == (None, "")
    assert cell({"new": "x"}, places, "count") == (None, "is not a number")
    assert cell({"new": ["x"]}, places, "text") == (None, "")
    assert cell({}, (Place(("=aws",)),), "text") == ("aws", "")
    assert cell({"c": 5}, (Place(("c",), "nUSD"),), "number") == (5e-9, "")


def test_a_frame_has_every_field_of_its_type() -> None:
    (layout,) = (one for one in layouts().read if one.name == "Claude Code")
    frame = frame_of([Dug(1, {"message": {"model": "m"}}), Dug(2, None, "broken")], layout)
    assert [*frame] == ["place", "problem", "lost_mark", *KINDS]
    assert frame["model"].to_list()[0] == "m"
    assert frame["problem"].fillna("").to_list() == ["", "broken"]


def test_a_rollout_tells_the_model_once() -> None:
    (layout,) = (one for one in layouts().read if one.name == "Codex")
    used = {"input_tokens": 9, "total_tokens": 11}
    said = {"last_token_usage": used, "total_token_usage": {"total_tokens": 40}}
    frame = frame_of(
        [
            Dug(1, {"type": "session_meta", "payload": {"id": "s", "cli_version": "1.2"}}),
            Dug(2, {"type": "turn_context", "payload": {"model": "gpt-5-codex"}}),
            Dug(3, {"type": "event_msg", "payload": {"type": "token_count", "info": said}}),
        ],
        layout,
    )
    last = frame.iloc[2]
    assert (last["model"], last["call"], last["version"]) == ("gpt-5-codex", "s 40", "1.2")
    assert last["input_tokens"] == 9


def test_the_spaces_that_are_no_part_of_a_cell_are_those_of_unicode() -> None:
    every = (chr(i) for i in range(0x110000))
    assert {*BLANKS} == {blank for blank in every if unicodedata.category(blank) == "Zs"}
