"""Ten questions, and what a log lacks for each."""

import re

import narwhals as nw
import pandas as pd
import pytest

from aicost.book.data_files import data_rows
from aicost.log.engine import conform
from aicost.log.layouts import layouts
from aicost.log.read import Log
from aicost.log.ready import EMITTERS, FIELDS, QUESTIONS, Ready, ready

FULL = {name: ["a", "b"] for name in ("model", "feature", "tenant", "stage", "session", "user")} | {
    "call": ["c1", "c2"],
    "request": ["r", "r"],
    "status": ["ok", "error"],
    "judge": ["j", None],
    "version": ["1", "2"],
    **{name: [1, 2] for name in ("input_tokens", "output_tokens", "cache_read_tokens", "attempt")},
    **{name: [0.5, None] for name in ("whole_s", "first_s", "quality")},
}


def found(frame: pd.DataFrame) -> Ready:
    calls: nw.LazyFrame = conform(frame)
    return ready(Log("own", ("log.csv",), calls, 2, pd.DataFrame({"reason": []})))


def test_there_are_ten_and_a_full_log_answers_all() -> None:
    assert len(QUESTIONS) == 10
    told = found(pd.DataFrame(FULL))
    answers = told.rows().frame().set_index("question")
    assert (answers["lacks"] == "").all()
    assert answers["answered"]["what a request costs"] == "yes"
    assert answers["answered"]["how fast answers come, and the slowest"] == "in part"
    assert not told.emitters().rows


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_not_there_is_lacked_by_all_that_need_it(field: str) -> None:
    told = found(pd.DataFrame(FULL).drop(columns=field))
    for one in QUESTIONS:
        assert told.missing(one) == ((field,) if field in one.needs else ())
    assert {row.cells[0] for row in told.emitters().rows} == {field}
    assert len(told.emitters().rows) == 2


def test_a_request_that_is_its_only_call_is_no_trace() -> None:
    told = found(pd.DataFrame({**FULL, "request": ["c1", "c2"]}))
    assert "request" in told.missing(QUESTIONS[0])


def test_what_is_to_be_written_is_read_again() -> None:
    """Each attribute and each key that a line writes is a place where the reader looks."""
    by_name = {one.name: one for one in layouts().read}
    for row in data_rows(EMITTERS):
        otel = row["emitter"] == "OpenTelemetry"
        fields = by_name["OpenTelemetry GenAI" if otel else "LiteLLM"].fields
        steps = {step for of in fields.values() for place in of for step in place.path}
        quoted = re.findall(r'set_attribute\("([^"]+)"|metadata=\{"([^"]+)"', row["line"])
        assert all((a or b) in steps for a, b in quoted), row
