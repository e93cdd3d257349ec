"""Figures of a case file of caches that are formulas, and times of a system behind a cache."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from aicost.accuracy.cache_rows import (
    FORECAST,
    FORMULAS,
    NUMBER,
    SECONDS,
    THINNED,
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
from aicost.accuracy.traces import Arrivals
from aicost.formulas.latency import Latency, const, empirical, mixture, series
from aicost.formulas.reuse import (
    Crowded,
    answer_saving,
    break_even_gap_s,
    break_even_reads,
    break_even_warm,
    conversation_input,
    conversation_written,
    counted,
    input_multiplier,
    warm_over_day,
    warm_share,
    zipf,
)
from aicost.values.table_file import Record

FLAT = (1.0,) * 24
LOOKUP = 0.01  # of a call, in the rows of what is saved
SLOW_S, TOKENS_PER_S, TPOT_S, LOOKUP_S = 0.3, 8_000.0, 0.02, 0.03  # of the file's toy system
#: Write and read prices and lifetime of what the file calls by a name.
POLICIES = {
    "anthropic_5m": (1.25, 0.1, 300.0),
    "anthropic_1h": (2.0, 0.1, 3600.0),
    "openai_5.6+_30m": (1.25, 0.1, 1800.0),
    "openai_pre5.6": (1.0, 0.1, 300.0),
    "deepseek_flash": (1.0, 0.02, 300.0),
}
WRITES = {"5m": 1.25, "1h": 2.0, "free write": 1.0}


def _policy(row: Record) -> tuple[float, float, float]:
    if row["param"] not in POLICIES:
        raise Unheld(f"nobody says what {row['param']} costs")
    return POLICIES[row["param"]]


def _renewal(row: Record, known: Known, refreshed: bool) -> float:
    return float(warm_share(arrivals_per_s=load(row), lifetime_s=1.0, refreshed=refreshed))


def _sliding(row: Record, known: Known) -> float:
    return _renewal(row, known, refreshed=True)


def _fixed(row: Record, known: Known) -> float:
    return _renewal(row, known, refreshed=False)


def _day(row: Record, hours: list[float] | tuple[float, ...]) -> float:
    per_day, number, unit = said(row, rf"({NUMBER})/day@([0-9]+)([smh])", "100/day@5m")
    lifetime = float(number) * SECONDS[unit]
    return float(
        warm_over_day(requests_per_day=float(per_day), hour_weights=hours, lifetime_s=lifetime)
    )


def _diurnal(row: Record, known: Known) -> float:
    return _day(row, here(known.logs.hours(row["dataset"].removesuffix("_diurnal")), row))


def _flat(row: Record, known: Known) -> float:
    return _day(row, FLAT)


def _warm(row: Record, known: Known) -> float:
    write, read, _ = _policy(row)
    return float(break_even_warm(write=write, read=read))


def _reads(row: Record, known: Known) -> float:
    write, read, _ = _policy(row)
    return float(break_even_reads(write=write, read=read))


def _gap_minutes(row: Record, known: Known) -> float:
    write, read, lifetime = _policy(row)
    return float(break_even_gap_s(lifetime_s=lifetime, write=write, read=read)) / SECONDS["m"]


def _per_day(row: Record, known: Known) -> float:
    return 24 * SECONDS["m"] / _gap_minutes(row, known)


def _sizes(row: Record, turns: float) -> dict[str, float]:
    """A conversation of so many turns; its sizes stand in the note, where they are said."""
    found = re.search(r"S=(\d+),u=(\d+),a=(\d+)", row.get("note", ""))
    head, asked, answer = map(float, found.groups()) if found else (1500.0, 150.0, 300.0)
    named = {"prompt_tokens": head, "asked_tokens": asked, "answer_tokens": answer}
    return {"turns": turns, **named}


def _turns(row: Record, known: Known) -> float:
    turns, how = said(row, r"K=([1-9][0-9]{0,5}),(.*)", "K=2,5m")
    if how not in WRITES:
        raise Unheld(f"nobody says what {how} costs")
    sizes = _sizes(row, float(turns))
    written = conversation_written(**sizes) / conversation_input(**sizes)
    return float(
        input_multiplier(
            read_share=1.0 - written, written_share=written, write=WRITES[how], read=0.1
        )
    )


def _beside_naive(row: Record, known: Known) -> float:
    turns = one(row, r"K=([1-9][0-9]{0,5})", "K=2")
    first = conversation_input(**_sizes(row, 1.0))
    return float(conversation_input(**_sizes(row, turns)) / (turns * first))


def _zipf_lru(row: Record, known: Known) -> float:
    found = re.fullmatch(r".*_N([1-9][0-9]{0,8})_a([0-9](?:\.[0-9]+)?)", row["dataset"])
    if found is None:
        raise Unheld(f"{row['dataset']} says no number of keys and no exponent")
    pages = zipf(keys=float(found[1]), skew=float(found[2]))
    return float(
        Crowded(pages, one(row, r"C=([1-9][0-9]{0,8})", "C=100")).hit_share(requests=np.inf)
    )


def _counted_lru(row: Record, known: Known) -> float:
    often = np.unique(prompts(row, known).blocks, return_counts=True)[1]
    model = Crowded(counted(times_asked=often), capacity(row))
    return float(model.hit_share(requests=np.inf))


def _net(row: Record, known: Known) -> float:
    """What a cache of answers saves, in calls: from the shares of hits that other rows state."""
    level, times = said(row, rf"({NUMBER})@W=([0-9]+)", "0.9@W=10")
    hits, wrong = (known.other(row, m, level) for m in ("hit_rate", "wrong_hit_rate"))
    costs = {"call_usd": 1.0, "wrong_usd": float(times), "lookup_usd": LOOKUP}
    wrong_share = wrong / hits if hits else 0.0
    return float(answer_saving(hit_share=hits, wrong_share=wrong_share, **costs))


def _foretold(row: Record, known: Known) -> float:
    return known.other(row, "good_turing_predicted_hit", row["param"])


FIGURES: dict[str, Figure] = {
    "ttl_sliding_hit_poisson": Figure(FORMULAS, _sliding),
    "ttl_sliding_formula": Figure(FORMULAS, _sliding),
    "ttl_sliding_sim": Figure(FORMULAS, _sliding),
    "ttl_fixed_hit_poisson": Figure(FORMULAS, _fixed),
    "ttl_fixed_formula": Figure(FORMULAS, _fixed),
    "ttl_fixed_sim": Figure(FORMULAS, _fixed),
    "sliding_ttl_hit": Figure(FORMULAS, _diurnal),
    "sliding_ttl_hit_flat": Figure(FORMULAS, _flat),
    "breakeven_hit_rate": Figure(FORMULAS, _warm),
    "breakeven_reads_per_write": Figure(FORMULAS, _reads),
    "breakeven_mean_gap_poisson_sliding": Figure(FORMULAS, _gap_minutes),
    "breakeven_requests_per_day": Figure(FORMULAS, _per_day),
    "multi_turn_input_multiplier": Figure(FORMULAS, _turns),
    "multi_turn_tokens_vs_naive": Figure(FORMULAS, _beside_naive),
    "net_saving_per_request": Figure(FORMULAS, _net),
    "lru_hit_che": Figure(FORMULAS, _zipf_lru),
    "lru_hit_simulated": Figure(FORMULAS, _zipf_lru),
    "che_block_hit_empirical_popularity": Figure(FORMULAS, _counted_lru),
    "ttl_sliding_hit_real": Figure(THINNED, _sliding),
    "ttl_fixed_hit_real": Figure(THINNED, _fixed),
    "good_turing_actual_hit_next500": Figure(FORECAST, _foretold),
}


# ---- times


def toy_times(log: Arrivals, hit_share: float) -> Latency:
    """The time of a request of the file's toy system: a look-up, and behind it what misses.

    Without a cache, at a share of 0, nothing is looked up.
    """
    behind = SLOW_S + log.input_tokens / TOKENS_PER_S + TPOT_S * log.output_tokens
    if hit_share == 0:
        return empirical(behind)
    both = mixture([hit_share, 1.0 - hit_share], [const(0.0), empirical(behind)])
    return series(const(LOOKUP_S), both)


class Timed(NamedTuple):
    """How far a time is off, and what drawing the hits of the log once is off by, as shares."""

    error: float
    drawn: float


def timed(row: Record, known: Known) -> Timed:
    """How far a stated time is from ours, beside the standard error of one draw of the hits.

    Of a percentile, in shares of requests: how far the stated time is from the one that just so
    many stay below. Of a mean, as a share of it.
    """
    hits, figure = said(row, r"h=(0(?:\.[0-9]+)?):(p[0-9]{1,2}|mean)", "h=0.3:p95")
    log, hit_share = here(known.logs.arrivals(row["dataset"]), row), float(hits)
    times, n = toy_times(log, hit_share), len(log.at_s)
    stated = row.number("value", low=1e-9)
    if figure == "mean":
        behind = toy_times(log, 0.0).mean
        drawn = behind * np.sqrt(hit_share * (1.0 - hit_share) / n) / times.mean
        return Timed(abs(times.mean / stated - 1.0), drawn)
    share = float(figure[1:]) / 100
    low, high = (float(times.within(stated * near)) for near in (1 - 1e-4, 1 + 1e-4))
    drawn = np.sqrt(hit_share / max(1.0 - hit_share, 1e-9) / n) * (1.0 - share)
    return Timed(max(low - share, share - high, 0.0), drawn)
