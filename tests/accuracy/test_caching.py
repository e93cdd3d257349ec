"""Topic `caching`: logs played again by a second engine, rows that are wrong, logs that are not."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aicost.accuracy import Report, cache_alike, cache_formulas, cache_replays, run
from aicost.accuracy.cache_rows import FORECAST, LIKENESS, THINNED
from aicost.accuracy.caching import FIGURES, hold
from aicost.accuracy.traces import BLOCK, LEAST, Prompts, Traces
from aicost.book import embedders
from aicost.book.data_files import data_rows
from aicost.formulas.reuse import input_multiplier

ALIKE = (("a1", "x"), ("a2", "x"), ("a\n3", "x"), ("b1", "y"), ("b2", "y"), ("b3", "y"))
HEADER = "dataset,metric,param,value,unit,note\n"
#: Three prompts of 3, 3 and 1 full blocks; the second begins like the first, a minute later.
LOG = (
    {"timestamp": 0, "input_length": 1_600, "hash_ids": [1, 2, 3, 4]},
    {"timestamp": 60_000, "input_length": 1_536, "hash_ids": [1, 2, 5]},
    {"timestamp": 70_000, "input_length": 600, "hash_ids": [1, 6]},
)
ROWS = (
    "small,prefix_lru_block_hit,inf,0.333333333333,share of blocks,",
    "small,ttl_token_read_share,60s,0.274089935760,share of input tokens,",
    "small,ttl_token_read_share,59s,0,share of input tokens,",
    "small,input_cost_multiplier,x_w1.25_r0.1@300s,0.890364025696,x uncached input cost,",
    "small,good_turing_predicted_hit,n=7,0.571428571429,share of blocks,",
    "small,prefix_ideal_reuse_per_request,mean,0.388888888889,share,",
    "formula,breakeven_reads_per_write,anthropic_5m,0.277778,reads,",
    "q|model,hit_rate,0.9,0.5,share of requests,",
    "q|model,wrong_hit_rate,0.9,0.1,share of requests,",
    "q|model,net_saving_per_request,0.9@W=2,0.29,x full call cost,",
    "small,blocks_total,,9,blocks,",
)


def folder(tmp_path: Path, *lines: str) -> Path:
    """Write the small log, or other lines in place of its own, and return its folder."""
    text = "\n".join(lines or map(json.dumps, LOG))
    with gzip.open(tmp_path / "small.jsonl.gz", "wt") as file:
        file.write(text)
    return tmp_path


def held(tmp_path: Path, *rows: str) -> Report:
    """Hold rows of figures against the log of that folder."""
    (tmp_path / "cases.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return run("caching", tmp_path / "cases.csv", tmp_path)


def test_what_is_shipped_of_logs_is_what_was_measured(reference_dir: Path) -> None:
    """Of questions row by row; of prompts what was read, and the bill that both shares make."""
    table = pd.read_csv(reference_dir / "cache_measured.csv").set_index(
        ["dataset", "metric", "param"]
    )
    measured = table["value"]
    logs = {"all-MiniLM-L6-v2": "minilm384", "wordllama, 256 numbers": "wordllama256"}
    for row in data_rows("answer_cache_points.csv"):
        log, at = f"banking77|{logs[row['embedding']]}", row["threshold"]
        for column, metric, param in (
            ("hit_share", "hit_rate", at),
            ("hits_first_100", "hit_rate_by_volume", f"{at}@req0-100"),
            ("hits_last_1000", "hit_rate_by_volume", f"{at}@req4000-5000"),
            ("wrong_share", "wrong_share_of_hits", at),
        ):
            assert row.number(column) == pytest.approx(measured[log, metric, param], rel=1e-6)
    prices = {300: ("anthropic_5m_w1.25_r0.1", 1.25), 3600: ("anthropic_1h_w2_r0.1", 2.0)}
    for row in data_rows("prompt_cache_points.csv"):
        life = int(row.number("lifetime_s"))
        read, written = row.number("read_share"), row.number("written_share")
        log = "mooncake_conversation"
        assert read == pytest.approx(measured[log, "ttl_token_read_share", f"{life}s"], abs=1e-4)
        name, write = prices.get(life, ("openai_pre5.6_w1_r0.1", 1.0))
        bill = input_multiplier(read_share=read, written_share=written, write=write, read=0.1)
        said = measured[log, "input_cost_multiplier", f"{name}@{life}s"]
        assert bill == pytest.approx(said, abs=2e-4)


def test_true_figures_pass(tmp_path: Path) -> None:
    report = held(folder(tmp_path), *ROWS)
    assert report.passed, str(report)
    assert sum(len(part.errors) for part in report.parts) == len(ROWS) - 3
    assert max(error for part in report.parts for error in part.errors) < 1e-6
    assert "q|model hit_rate: needs the embedding model model" in str(report)
    assert "small blocks_total: describes a log and is of no cache" in str(report)


@pytest.mark.parametrize("row", [row for row in ROWS if "hit_rate" not in row][:-1])
def test_a_wrong_figure_fails(tmp_path: Path, row: str) -> None:
    name, metric, param, value, *rest = row.split(",")
    wrong = ",".join([name, metric, param, str(float(value) + 0.006), *rest])
    beside = [other for other in ROWS if "hit_rate" in other]
    report = held(folder(tmp_path), wrong, *beside)
    assert not report.passed
    assert f"past the bar: {name} {metric} {param}: " in str(report)


def test_a_log_that_is_not_there_leaves_its_rows_out(tmp_path: Path) -> None:
    row = "other,prefix_lru_block_hit,inf,0.3,share of blocks,"
    report = held(folder(tmp_path), row, row.replace("inf", "30"), ROWS[6])
    assert report.passed
    why = "no such log of other in the folder of traces (2 rows)"
    assert f"left out: other prefix_lru_block_hit: {why}" in str(report)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("small,prefix_lru_block_hit,many,0.3,share,", "cannot read 'many'; write it as 3000"),
        ("zipf_N10_a1.0,lru_hit_che,C=0,0.3,share,", "cannot read 'C=0'; write it as C=100"),
        ("formula,ttl_fixed_formula,lamT=1.2.3,0.3,share,", "write it as lamT=0.3"),
        ("small,prefix_lru_block_hit,30,n/a,share,", "'n/a' is not a number"),
    ],
)
def test_a_broken_row_is_one_line(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^cases.csv:2: ") as problem:
        held(folder(tmp_path), row)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    "line", ["{", "[1, 2]", '{"timestamp": 0}', json.dumps({**LOG[0], "hash_ids": ["x"]})]
)
def test_a_broken_log_is_one_line(tmp_path: Path, line: str) -> None:
    logs = folder(tmp_path, json.dumps(LOG[0]), line)
    with pytest.raises(ValueError, match=r"^small.jsonl.gz:2: line: no object with timestamp, "):
        held(logs, ROWS[0])


def test_a_folder_has_to_be_named_and_there(tmp_path: Path) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text(HEADER, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^caching plays logs again; name their folder with --tr"):
        run("caching", cases)
    with pytest.raises(ValueError, match=r"none: no such folder; --traces names the one that hol"):
        run("caching", cases, tmp_path / "none")
    with pytest.raises(ValueError, match=r"^prices plays no logs again; leave --traces out"):
        run("prices", cases, tmp_path)


def test_each_metric_is_held_by_one_file() -> None:
    assert not cache_replays.FIGURES.keys() & cache_formulas.FIGURES.keys()


def test_times_behind_a_cache_are_a_mixture(tmp_path: Path) -> None:
    """Half of all are hits of 30 ms; the others stand behind the look-up as they were."""
    rows = "\n".join(f"2023-11-16 18:15:{i:02d}.5,800,{10 * i}" for i in range(60))
    table = tmp_path / "chat.csv"
    table.write_text(f"TIMESTAMP,ContextTokens,GeneratedTokens\n{rows}\n", encoding="utf-8")
    log = Traces(tmp_path).arrivals("chat")
    assert log is not None
    times = cache_formulas.toy_times(log, 0.5)
    behind = 0.3 + 0.1 + 0.2 * np.arange(60)
    assert times.mean == pytest.approx(0.03 + 0.5 * behind.mean(), rel=1e-6)
    assert float(times.quantile(0.3)) == pytest.approx(0.03, abs=0.01)
    assert float(times.quantile(0.9)) == pytest.approx(0.03 + np.quantile(behind, 0.8), abs=0.2)


# ---- the logs that the figures were read off


@pytest.fixture(scope="module")
def chat(reference_dir: Path) -> Prompts:
    found = Traces(reference_dir / "traces").prompts("mooncake_conversation")
    assert found is not None
    return found


def test_reference_figures(
    reference_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    report = hold(reference_dir / "cache_measured.csv", reference_dir / "traces")
    *judged, other = report.parts
    lines = "\n  ".join(part.line() for part in judged)
    record_property("figure", f"accuracy caching, bar {report.bar}\n  {lines}")
    assert report.passed, str(report)
    rows = (reference_dir / "cache_measured.csv").read_text(encoding="utf-8").count("\n") - 1
    assert sum(len(part.errors) for part in judged) + len(other.left_out) == rows
    names = {part.name for part in judged if part.judged}
    assert names == {FIGURES[m].part for m in FIGURES} - {THINNED, FORECAST} | {"times by mixture"}


@pytest.mark.parametrize("lifetime", [60.0, 300.0, 3600.0])
def test_a_second_engine_reads_the_same_tokens(chat: Prompts, lifetime: float) -> None:
    """No cache at all: a block is there where it was last used no longer ago than the lifetime.

    When it was last used follows from sorting all uses of all blocks at once.
    """
    owner = np.repeat(np.arange(len(chat.lengths)), chat.lengths)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(chat.lengths) - chat.lengths, chat.lengths)
    full = place < np.repeat(chat.full, chat.lengths)
    block, owner, place = chat.blocks[full], owner[full], place[full]
    order = np.lexsort((owner, block))
    since = np.full(len(block), np.inf)
    again = block[order][1:] == block[order][:-1]
    gaps = np.diff(chat.at_s[owner[order]])
    since[order[1:][again]] = gaps[again]
    first_gone = np.full(len(chat.lengths), 10**9)
    np.minimum.at(first_gone, owner, np.where(since <= lifetime, 10**9, place))
    tokens = np.minimum(first_gone, chat.full) * BLOCK
    read = tokens[tokens >= LEAST].sum()
    assert chat.kept(lifetime).read == pytest.approx(read, rel=1e-12)


def test_a_second_engine_meets_the_same_blocks(chat: Prompts) -> None:
    """LRU by counting: a block is there where fewer others were used since its last use."""
    capacity, some = 300, 250
    ends = np.cumsum(chat.lengths[:some])
    uses: list[int] = []
    met = []
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        own = chat.blocks[start:end].tolist()
        there = set(list(dict.fromkeys(reversed(uses)))[:capacity])
        met.append(next((i for i, block in enumerate(own) if block not in there), len(own)))
        uses = (uses + own[::-1])[-20 * capacity :]
    assert chat.met(capacity)[:some].tolist() == met


def like_first_letters(texts: list[str]) -> np.ndarray:
    return np.array([[text[0] == "a", text[0] == "b"] for text in texts], np.float32)


def test_questions_are_played_again_where_the_model_of_a_row_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever their order, all but two of six meet an answer, and none a wrong one."""
    model = embedders.Embedder("toy2", "toy 1.0", 2, like_first_letters, len)
    monkeypatch.setattr(cache_alike, "embedder", {"toy2": model}.get)
    text = "text,category\n" + "".join(f'"{q}",{a}\n' for q, a in ALIKE)
    (tmp_path / "q_train.csv").write_text(text)
    rows = (
        "q|toy2,hit_rate,0.9,0.666666666667,share of requests,",
        "q|toy2,wrong_hit_rate,0.9,0,share of requests,",
        "q|toy2,wrong_share_of_hits,0.9,0.2,share of hits,",
        "q|other3,hit_rate,0.9,0.5,share of requests,",
        "q|toy2,hit_rate_by_volume,0.9@req0-3,0.5,share of requests,",
        "z|toy2,hit_rate,0.9,0.5,share of requests,",
    )
    report = held(tmp_path, *rows)
    (part,) = (one for one in report.parts if one.name == LIKENESS)
    assert part.errors == pytest.approx([0.0, 0.0, 0.2], abs=1e-9)
    assert [line.split(" 0.9: ")[0] for line in part.failed] == ["q|toy2 wrong_share_of_hits"]
    assert "q|other3 hit_rate: needs the embedding model other3" in str(report)
    assert "q|toy2 hit_rate_by_volume: is read off the likeness of" in str(report)
    assert "z|toy2 hit_rate: no such log of z|toy2" in str(report)
