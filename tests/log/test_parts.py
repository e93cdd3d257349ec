"""Which calls of a log are one stage, what it is called, and what no stage is made of."""

from dataclasses import replace
from typing import Any

import duckdb
import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.log.engine import collected
from aicost.log.parts import Parts, cleaned, parts_of, unplaced_lines
from aicost.log.price import price_calls

BOOK = Book.load()


def call(n: int, **of: Any) -> dict[str, Any]:
    usual = {
        "moment": pd.Timestamp("2026-11-02") + pd.Timedelta(minutes=n),
        "request": f"r{n // 4}",
        "provider": "openai",
        "model": "gpt-5",
        "operation": "chat",
        "input_tokens": 1_000,
        "output_tokens": 100,
    }
    return usual | of


def parts(*rows: dict[str, Any]) -> Parts:
    return parts_of(price_calls(pd.DataFrame(list(rows)), BOOK))


def names(found: Parts) -> dict[str, str]:
    return {part.path: part.does for part in found.parts}


def test_a_stage_is_named_by_its_span_without_the_model_in_it() -> None:
    found = parts(
        call(0, stage="chat gpt-5"),
        call(1, stage="plan: next step/first"),
        call(2, stage=None),
        call(3, stage="start"),
    )
    assert names(found) == dict.fromkeys(("answer", "plan next step first", "start stage"), "chat")


def test_stages_are_told_by_what_they_do_where_nothing_says_so() -> None:
    embeds = call(0, model="text-embedding-3-small", output_tokens=0, operation=None, stage="look")
    ranks = call(1, provider="voyageai", model="rerank-2.5", output_tokens=0, operation=None)
    judges = call(2, stage="eval grader", operation=None)
    found = parts(embeds, ranks, judges, call(3, operation=None))
    does = {"look": "embedding", "reranking": "rerank", "eval grader": "judge", "answer": "chat"}
    assert names(found) == does


def test_features_and_models_are_branches_of_what_writes_and_one_stage_of_what_looks_up() -> None:
    rows = [
        call(n, feature=feature, stage=stage, model=model, output_tokens=out)
        for n, (feature, stage, model, out) in enumerate(
            [
                ("chat", "answer", "gpt-5", 9),
                ("chat", "answer", "gpt-5-mini", 9),
                ("help", "answer", "gpt-5", 9),
                ("chat", "embed", "text-embedding-3-small", 0),
                ("help", "embed", "text-embedding-3-small", 0),
            ]
        )
    ]
    for row in rows[3:]:
        row["operation"] = "embedding"
    found = parts(*rows)
    assert sorted(names(found)) == [
        "answer/chat gpt-5",
        "answer/chat gpt-5-mini",
        "answer/help",
        "embed",
    ]
    assert len(collected(found.calls.select("part")).dropna()) == len(rows)


def test_many_branches_and_names_are_put_together_and_none_is_lost() -> None:
    rows = [call(n, feature=f"f{n}", stage="answer") for n in range(40)]
    rows += [call(n, stage=f"span {n}") for n in range(40)]
    found = parts(*rows)
    assert 10 < len(found.parts) < 40
    assert sum(part.calls for part in found.parts) == len(rows)
    assert "answer/other gpt-5" in names(found)


def test_what_has_no_price_or_no_stage_is_listed_with_why() -> None:
    tool = call(0, model=None, provider=None, operation="tool", stage="weather", output_tokens=None)
    lost = call(1, model="gpt-0", stage="answer", feature="old")
    found = parts(tool | {"input_tokens": None}, lost, call(2))
    assert [*unplaced_lines(found.unplaced)] == [
        "not in the file: answer (1 call of the log): no price of its model is known",
        "not in the file: weather (1 call of the log): what a call of it costs is not in the log",
    ]
    assert sum(one.calls for one in (*found.parts, *found.unplaced)) == 3


def test_engines_agree() -> None:
    rows = [call(n, feature=f"f{n % 3}", stage=f"s{n % 2}") for n in range(60)]
    frame = pd.DataFrame(rows)
    other = duckdb.connect().from_df(frame)
    one, two = (parts_of(price_calls(made, BOOK)) for made in (frame, other))
    assert [replace(part, usd=0.0) for part in one.parts] == [
        replace(part, usd=0.0) for part in two.parts
    ]
    usd = [[part.usd for part in found.parts] for found in (one, two)]
    assert usd[0] == pytest.approx(usd[1], rel=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a/b: {c}", "a b c"), ("  - x -", "x"), ("z" * 99, "z" * 40), ("été 1.2", "été 1.2")],
)
def test_a_name_has_no_letters_that_a_file_takes_for_others(name: str, expected: str) -> None:
    assert cleaned(name) == expected
