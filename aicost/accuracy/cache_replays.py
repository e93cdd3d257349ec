"""Figures of a case file of caches that are read off a log, which is played again."""

from __future__ import annotations

import numpy as np

from aicost.accuracy.cache_rows import (
    BILL,
    LIFETIMES,
    NUMBER,
    PILOT,
    REPLAY,
    Figure,
    Known,
    Unheld,
    capacity,
    here,
    load,
    one,
    prompts,
    said,
)
from aicost.formulas.reuse import input_multiplier, repeated_next
from aicost.values.table_file import Record


def _block_hit(row: Record, known: Known) -> float:
    return prompts(row, known).crowded(capacity(row)).blocks


def _token_hit(row: Record, known: Known) -> float:
    return prompts(row, known).crowded(capacity(row)).tokens


def _request_hit(row: Record, known: Known) -> float:
    return prompts(row, known).crowded(capacity(row)).requests


def _of_ideal(row: Record, known: Known) -> float:
    log, blocks = (
        prompts(row, known),
        one(row, r".*\(([1-9][0-9]{0,8}) blocks\)", "3M tokens (5859 blocks)"),
    )
    return log.crowded(blocks).tokens / log.crowded(np.inf).tokens


def _ideal_per_request(row: Record, known: Known) -> float:
    log = prompts(row, known)
    reused = log.met(np.inf) / np.maximum(log.lengths, 1)
    figures = {
        "mean": np.mean(reused),
        "p50": np.median(reused),
        "share_of_requests_with_>50pct": np.mean(reused > 0.5),
        "share_of_requests_with_only_first_block_or_less": np.mean(log.met(np.inf) <= 1),
    }
    if row["param"] not in figures:
        raise Unheld(f"no formula for {row['param']}")
    return float(figures[row["param"]])


def _read_share(row: Record, known: Known) -> float:
    return prompts(row, known).kept(one(row, rf"({NUMBER})s", "300s")).shares[0]


def _bill(row: Record, known: Known) -> float:
    pattern = rf".*_w({NUMBER})_r({NUMBER})@({NUMBER})s"
    write, read, lifetime = map(float, said(row, pattern, "anthropic_5m_w1.25_r0.1@300s"))
    read_share, written = prompts(row, known).kept(lifetime).shares
    return float(
        input_multiplier(read_share=read_share, written_share=written, write=write, read=read)
    )


def _slowed(row: Record, known: Known) -> float:
    """One prefix, the log's clock slowed so that a lifetime holds so many arrivals."""
    times = here(known.logs.times(row["dataset"]), row)
    return float(np.mean(np.diff(times) <= load(row) * times[-1] / len(times)))


def _seen_once(row: Record, known: Known) -> float:
    n = int(one(row, r"n=([1-9][0-9]{0,8})", "n=30000"))
    often = np.unique(prompts(row, known).blocks[:n], return_counts=True)[1]
    return float(repeated_next(once=float(np.sum(often == 1)), seen=float(n)))


def _next_tenth(row: Record, known: Known) -> float:
    n = int(one(row, r"n=([1-9][0-9]{0,8})", "n=30000"))
    blocks = prompts(row, known).blocks
    first = np.zeros(len(blocks), bool)
    first[np.unique(blocks, return_index=True)[1]] = True
    return float(1.0 - np.mean(first[n : n + n // 10]))


FIGURES: dict[str, Figure] = {
    "prefix_lru_block_hit": Figure(REPLAY, _block_hit),
    "prefix_lru_token_hit": Figure(REPLAY, _token_hit),
    "prefix_lru_request_hit_ge2blocks_proxy": Figure(REPLAY, _request_hit),
    "prefix_ideal_reuse_per_request": Figure(REPLAY, _ideal_per_request),
    "plain_lru_block_hit_real_order": Figure(REPLAY, _block_hit),
    "lru_share_of_ideal": Figure(REPLAY, _of_ideal),
    "good_turing_actual_hit_next10pct": Figure(REPLAY, _next_tenth),
    "ttl_token_read_share": Figure(LIFETIMES, _read_share),
    "ttl_sliding_hit_timescaled": Figure(LIFETIMES, _slowed),
    "input_cost_multiplier": Figure(BILL, _bill),
    "good_turing_predicted_hit": Figure(PILOT, _seen_once),
}
