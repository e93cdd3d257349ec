"""Bills that people published, replayed from scenario files with their own prices.

`recomputed` is what a published input comes to by hand; where `published` differs the print
contradicts itself, and tests/invoices/test_mistakes.py holds what is said about it.
"""

import csv
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from cases import written
from invoiced import PUBLISHED as FOLDER
from invoiced import SYSTEM

import aicost
from aicost.invoices.published import figures_of, mean_of_all, printed, scope_of

sys.path.insert(0, str(FOLDER))
from from_row import FIGURES, KINDS, NAMES, replayed, scenario_text

with (FOLDER / "expected.csv").open(newline="", encoding="utf-8") as file:
    EXPECTED = list(csv.DictReader(file))
FILES = sorted(FOLDER.glob("*.yaml"))
SWEPT = {"turns": "conversation.rounds", "top_k": "search.top_k"}


def published_rows(folder: Path) -> list[dict]:
    """Return the rows of the reference file that are bills."""
    with (folder / "published_bills.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            {**row, "inputs": json.loads(row["inputs"]), **json.loads(row["published_output"])}
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row["inputs"]["kind"] in KINDS]


@pytest.mark.parametrize("row", EXPECTED, ids=lambda r: f"{r['case']}-{r['figure']}{r['at']}")
def test_a_file_replays_its_bill(row: dict[str, str]) -> None:
    case = aicost.load(FOLDER / f"{row['case']}.yaml")
    if row["at"]:
        name, value = row["at"].split("=")
        case = case.at({SWEPT[name]: float(value)})
    found = case.bill
    figure = found.total if row["at"].startswith("top_k") else FIGURES[NAMES[row["figure"]]](found)
    assert figure == pytest.approx(float(row["recomputed"]), rel=1e-3)


def test_every_file_is_expected_and_says_where_it_is_from() -> None:
    assert {row["case"] for row in EXPECTED} == {path.stem for path in FILES}
    for path in FILES:
        assert path.read_text(encoding="utf-8").startswith("# ")
        paid = {c.basis for c in aicost.load(path).bill.charges if c.usd}
        assert paid <= {"stated", "listed"}


def test_the_reference_says_the_same(reference_dir: Path) -> None:
    rows = published_rows(reference_dir)
    assert {row["case"] for row in rows} == {path.stem for path in FILES}
    for row in rows:
        expected = [r for r in EXPECTED if r["case"] == row["case"]]
        for name in row["recomputed"].keys() & NAMES.keys():
            stated = [float(r["recomputed"]) for r in expected if r["figure"] == name]
            assert stated == np.atleast_1d(row["recomputed"][name]).tolist()


def test_generated_and_written_files_agree(reference_dir: Path, tmp_path: Path) -> None:
    """A row's inputs, translated by rule, come to the bill of the file written by hand."""
    for row in published_rows(reference_dir):
        path = tmp_path / f"{row['case']}.yaml"
        path.write_text(scenario_text(row["inputs"], row["case"]), encoding="utf-8")
        generated, written = aicost.load(path), aicost.load(FOLDER / path.name)
        for name in row["recomputed"].keys() & NAMES.keys():
            found = replayed(row["inputs"], generated, name)
            assert np.allclose(found, row["recomputed"][name], rtol=1e-3), row["case"]
            assert np.allclose(found, replayed(row["inputs"], written, name), rtol=1e-5), row[
                "case"
            ]


PRICES = {"price_in_per_mtok": 2.0, "price_out_per_mtok": 8.0}
CALL = {"input_tokens": 1_000, "output_tokens": 100}
TOKENS = {"kind": "tokens", **CALL, **PRICES}  # 0.0028 a call
VECTOR = {"hours": 720, "cu": 4, "price_cu_hour": 0.5, "price_gb_month": 0.1, "storage_gb": 50}


@pytest.mark.parametrize(
    ("inputs", "usd"),
    [
        ({**TOKENS, "requests": 1_000}, 2.8),
        ({**TOKENS, "requests_per_day": 100, "days_per_month": 30}, 8.4),
        ({**TOKENS, "requests_per_day": 100}, 8.4),
        ({**TOKENS, "users": 50, "requests_per_user_day": 2, "days_per_month": 20}, 5.6),
        ({**TOKENS, "users": 50, "requests_per_user_month": 20}, 2.8),
        (
            {
                "kind": "tokens",
                "requests_per_month": 10,
                "input_tokens_month": 1e6,
                "output_tokens_month": 5e5,
                **PRICES,
            },
            6.0,
        ),
        (
            {
                "kind": "tokens",
                "requests": 1_000,
                "input_tokens": 1_000,
                "output_tokens": 100,
                "price_in_per_1k": 0.002,
                "price_out_per_1k": 0.008,
            },
            2.8,
        ),
        # cached inside the input, and beside it
        (
            {
                "kind": "tokens_cached",
                "requests": 10,
                "input_tokens_total": 1e6,
                "cached_tokens": 8e5,
                "output_tokens": 0,
                "price_in_per_mtok": 2.0,
                "price_cached_in_per_mtok": 0.2,
            },
            5.6,
        ),
        (
            {
                "kind": "tokens_cached",
                "requests": 10,
                "input_tokens": 2e5,
                "cache_read_tokens": 8e5,
                "cache_write_tokens": 1e5,
                "output_tokens": 1_000,
                "price_cached_in_per_mtok": 0.2,
                "price_cache_write_per_mtok": 2.5,
                **PRICES,
            },
            4.0 + 1.6 + 2.5 + 0.08,
        ),
        (
            {
                **TOKENS,
                "kind": "rag_bill",
                "requests_per_month": 1e5,
                "response_cache_hit_rate": 0.25,
                "embedding_tokens_per_request": 40,
                "price_embed_per_mtok": 0.1,
                "vector": VECTOR,
                "infrastructure_usd": 12.5,
                "other_lines_usd": {"waf": 5, "alb": 20},
            },
            280 * 0.75 + 0.4 + 1_440 + 5 + 12.5 + 25,
        ),
        (
            {
                **TOKENS,
                "kind": "rag_bill",
                "requests_per_month": 1e5,
                "price_embed_per_mtok": 0.1,
                "embedding_tokens_per_month": 4e6,
                "price_rerank_per_1k_searches": 2.0,
            },
            480.4,
        ),
        (
            {
                "kind": "rag_bill_routed",
                "requests_per_month": 1e4,
                "routes": [
                    {
                        "name": "small",
                        "share": 0.7,
                        "input_tokens": 500,
                        "output_tokens": 100,
                        "price_in_per_mtok": 0.2,
                        "price_out_per_mtok": 0.5,
                    },
                    {"name": "large", "share": 0.3, **CALL, **PRICES},
                ],
            },
            7_000 * 0.00015 + 3_000 * 0.0028,
        ),
        ({"kind": "line_items", "lines_usd": {"a": 1.5, "b": 30}, "one_off_lines": ["b"]}, 31.5),
        ({"kind": "embedding", "tokens": 3e9, "price_embed_per_mtok": 0.13}, 390),
        (
            {
                "kind": "embedding",
                "documents": 2_000,
                "tokens_per_document": 500,
                "price_embed_per_ktok": 0.0001,
            },
            0.1,
        ),
        (
            {
                "kind": "vector_dedicated",
                "hours": 730,
                "pods": 3,
                "replicas": 2,
                "price_pod_hour": 0.1,
            },
            438,
        ),
    ],
)
def test_other_rows_of_these_kinds(inputs: dict, usd: float, tmp_path: Path) -> None:
    """The same kinds with other keys, each worked out by hand."""
    path = tmp_path / "row.yaml"
    path.write_text(scenario_text(inputs), encoding="utf-8")
    bill = aicost.load(path).bill
    assert bill.total + bill.once == pytest.approx(usd, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"surcharge_share": 0.1}, "not understood: surcharge_share"),
        ({"vector": {"shards": 3}}, "not understood: vector.shards"),
        ({"routes": [{**PRICES, "share": 1, "input_tokens": 1, "hops": 2}]}, "routes.hops"),
        ({"kind": "rerank"}, "'rerank' is none of tokens"),
    ],
)
def test_no_input_is_left_out(change: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        scenario_text({**TOKENS, "requests": 1_000, **change})


# ---- figures by name


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("1,534.64", (1534.64, 0.005)),
        ("$68", (68, 0.5)),
        (68.3, (68.3, 0.05)),
        (-2, (-2, 0.5)),
    ],
)
def test_a_printed_number_is_good_to_half_its_last_digit(value: object, read: tuple) -> None:
    assert printed(value) == pytest.approx(read)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("about 5", "'about 5' is not a number; write it as 1234.56"),
        ("n/a", "'n/a' is not a number"),
        (float("nan"), "nan is not a number"),
        (float("inf"), "inf is not a number"),
        ("1e400", "'1e400' is more than any bill"),
        ("1,5", "'1,5' is not a number"),
        ("1.000", "'1.000' may be meant in thousands; write 1_000 or 1"),
        ("100 \u20ac", "'100 \u20ac' is in \u20ac, the bill is in dollars"),
        (True, "a bool is no number"),
        ([1], "a list is no number"),
        (None, "a NoneType is no number"),
    ],
)
def test_what_is_no_printed_number_says_why(value: object, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}"):
        printed(value)


@pytest.mark.parametrize(
    ("name", "called", "usd"),
    [
        ("monthly_usd", "the month", 4_920),
        ("Total", "the month", 4_920),
        ("yearly", "a year", 12 * 4_920),
        ("per_request_usd", "a request", 0.0492),
        ("LLM", "inference", 1_000),
        ("review", "human review", 3_000),
        ("servers", "servers", 500),
        ("answer: input", "answer: input", 1_000),
    ],
)
def test_a_name_stands_for_its_lines(name: str, called: str, usd: float) -> None:
    found = scope_of(written(SYSTEM).bill, name)
    assert found is not None
    assert found.name == called
    assert found.scale * sum(line.usd for line in found.lines) == pytest.approx(usd)


def test_a_name_that_no_line_has() -> None:
    bill = written(SYSTEM).bill
    assert scope_of(bill, "overstatement") is None
    assert all(scope_of(bill, name) for name in figures_of(bill))


def test_arrays_count_with_their_mean() -> None:
    assert mean_of_all(np.array([1.0, 3.0])) == 2
    assert mean_of_all(5) == 5
