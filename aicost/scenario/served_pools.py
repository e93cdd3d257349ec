"""Pools that serve a model: the rent of their chips, and what a unit of them carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from aicost.book.book import Book
from aicost.book.machines import architecture, chip, machine, within
from aicost.book.rents import RATIOS, expected, rent, token_bytes
from aicost.book.rows import BookError
from aicost.components.unit_prices import figure_of
from aicost.formulas.serving import (
    Layout,
    Machine,
    most_requests,
    prompt_seconds,
    step_seconds,
    weights_of_chip,
)
from aicost.formulas.serving.memory import RESERVED_BYTES, USABLE
from aicost.scenario.pool_section import SIZES, Bought, Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.unit_memory import kept_gb
from aicost.values.formatting import count
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric, Range, Value, at_means, scaled
from aicost.values.section import Origin, Section

FULL = 0.85  # of a chip's memory: with more weights on it the sequences that fit are unsure
OneSection = TypeVar("OneSection", bound=Section)
#: How the source of what the kit filled in begins: it is filled anew for another chip.
ALONE = "chips alone"
RENT, SHEET, LEFT = "rent of ", "data sheet of ", "first word: 1/3 of the "


# ---- its chips and their rent


def equipped(scenario: Scenario, book: Book) -> Scenario:
    """The scenario whose pools that serve a model have the rent of their chips, unless stated.

    What is not to be had stays open: `aicost.scenario.pool_checks` says so.
    """
    if not any(pool.serves for pool in scenario.pools):
        return scenario
    pools = (rented(replace(one, sheets=book)) if one.serves else one for one in scenario.pools)
    return replace(scenario, pools=tuple(pools))


def rented(pool: Pool) -> Pool:
    """A pool with what nobody stated of its units; drawn values stay as they are."""
    if pool.reached is None:
        low, high = within()["speed_within"]
        words = "data/serving_constants.csv: nine in ten of unseen pairs of model and chip"
        said = Origin("assumed", words, written=f"{low:g} to {high:g}")
        pool = filled_in(pool, "reached", Range(low, high), said)
    if pool.token_bytes is None and pool.egress_price is not None:
        sent, words = token_bytes()
        said = Origin("assumed", words, written=f"{sent.low:g} to {sent.high:g}")
        pool = filled_in(pool, "token_bytes", sent, said)
    try:
        chips = chips_of(pool)
        if pool.bought is not None:
            return replace(pool, bought=_powered(pool, pool.bought, chips))
        if pool.price_per_month is not None:
            return pool
        one = rent(pool.chip, pool.terms, book=sheets_of(pool))
    except BookError:
        return opened(pool, "price_per_hour")
    said = Origin(one.basis, f"{RENT}{chips} x {pool.chip}: {one.source}")
    return filled_in(pool, "price_per_hour", _times(one.usd, chips), said)


def _powered(pool: Pool, own: Bought, chips: int) -> Bought:
    """What is bought, with its chips' share of the power of a server, or of theirs alone."""
    item, book = f"device/{pool.chip}", sheets_of(pool)
    whole = figure_of(book, item, "server_power") is not None
    row = book.find(item, "server_power" if whole else "power")
    words = "with their share of a server's" if whole else ALONE
    words = f"{SHEET}{chips} x {pool.chip}, {words}: {row.source}"
    return filled_in(own, "power", row.value * chips, Origin("listed", words))


def filled_in(part: OneSection, field: str, value: Value, said: Origin) -> OneSection:
    """A section with what the kit knows of a field, unless it holds that, or somebody's word."""
    held = part.origins.get(field)
    stands = held is not None and (not _by_kit(held) or held.source == said.source)
    if stands and getattr(part, field) is not None:
        return part
    found: dict[str, Any] = {field: value, "origins": {**part.origins, field: said}}
    return replace(part, **found)


def _by_kit(said: Origin) -> bool:
    return said.source.startswith((RENT, SHEET, LEFT))


def opened(part: OneSection, field: str) -> OneSection:
    """A section without what the kit filled in."""
    if field in part.origins and not _by_kit(part.origins[field]):
        return part
    origins = {name: origin for name, origin in part.origins.items() if name != field}
    found: dict[str, Any] = {field: None, "origins": origins}
    return replace(part, **found)


def _left(pool: Pool) -> bool:
    """Whether its first word is due in what the stages before it leave."""
    return "first_word_within" in pool.origins and _by_kit(pool.origins["first_word_within"])


def _times(value: Value, factor: float) -> Value:
    if isinstance(value, Range):
        return Range(value.low * factor, value.high * factor)
    return scaled(value, factor)


def sheets_of(pool: Pool) -> Book:
    """The book that a pool's data sheets are read in."""
    return pool.sheets if pool.sheets is not None else _kits()


@lru_cache(maxsize=1)
def _kits() -> Book:
    return Book.load()


def chips_of(pool: Pool) -> int:
    """The chips of one unit: as stated, else the fewest whose memory is not too full of weights.

    Raises BookError where no number of them is enough.
    """
    if pool.chips:
        return int(pool.chips)
    shape, sheet = architecture(pool.serves), chip(pool.chip, book=sheets_of(pool))
    for chips in SIZES:
        if shape.heads % chips == 0 and filled(pool, chips) <= FULL:
            return chips
    bytes_ = weights_of_chip(model=shape, layout=_layout(pool, SIZES[-1]))
    wrong = f"its weights in {pool.weights} are {count(round(bytes_ / 1e9))} GB on each of "
    wrong += f"{SIZES[-1]} chips of {count(round(sheet.memory_bytes / 1e9))} GB"
    raise BookError(wrong, "write weights: fp8 or fp4, or a chip with more memory")


def filled(pool: Pool, chips: int) -> float:
    """The share of a chip's memory that weights take, of so many chips."""
    sheet = chip(pool.chip, book=sheets_of(pool))
    held = weights_of_chip(model=architecture(pool.serves), layout=_layout(pool, chips))
    return float(held / sheet.memory_bytes)


def holds(pool: Pool, chips: int) -> bool:
    """Whether weights leave any room on so many chips."""
    sheet = chip(pool.chip, book=sheets_of(pool))
    return filled(pool, chips) * sheet.memory_bytes < USABLE * sheet.memory_bytes - RESERVED_BYTES


def _layout(pool: Pool, chips: int) -> Layout:
    return machine_of(replace(pool, chips=f"{chips}")).layout


def machine_of(pool: Pool) -> Machine:
    """The model on the chips of one unit. Raises BookError for what cannot be."""
    words = pool.serves, pool.chip, pool.engine, pool.weights
    return _machine(*words, chips_of(pool), sheets_of(pool))


@lru_cache(maxsize=512)
def _machine(
    serves: str, device: str, engine: str, weights: str, chips: int, book: Book
) -> Machine:
    return machine(serves, device, engine=engine, weights=weights, tensor=chips, book=book)


# ---- what a unit carries


def works(scenario: Scenario) -> dict[str, Work]:
    """The mean call of each pool that serves a model, over all stages that run on it."""
    on_it: dict[str, list[str]] = {}
    for stage in scenario.stages:
        on_it.setdefault(stage.runs_on, []).append(stage.name)
    served = (pool for pool in scenario.pools if pool.serves)
    return {pool.name: work_of(pool, scenario, on_it.get(pool.name, [])) for pool in served}


def work_of(pool: Pool, scenario: Scenario, stages: Sequence[str]) -> Work:
    """The mean call of some stages, in the time in which a pool is to serve them."""
    found = [
        (stage.calls(flow).value, *tokens, tokens[0] * stage.read_before * pool.prefix_cache)
        for stage, flow in steps(scenario, scenario.requests())
        if stage.name in stages and (tokens := stage.worked(flow)) is not None
    ]
    alike = (one for one in scenario.stages if one.name in stages and np.any(one.read_before))
    each = [one.prompts_kept(scenario.world) for one in alike]
    kept = sum(1.0 if many is None else many for many in each) if each else 1.0
    return _mean_call(found, *_limits(pool, scenario), kept)


def _mean_call(
    calls: list[tuple[Numeric, ...]],
    first_s: Numeric,
    token_s: Numeric,
    limits: str,
    kept: Numeric,
) -> Work:
    every: Numeric = sum(n for n, *_ in calls)
    shares = [np.where(np.greater(every, 0.0), n, 1.0) for n, *_ in calls]
    whole: Numeric = sum(shares) if shares else 1.0
    read, written, found = (
        sum(s * call[i] for s, call in zip(shares, calls, strict=True)) / whole for i in (1, 2, 3)
    )
    read, written = np.maximum(read, 1.0), np.maximum(written, 1.0)
    return Work(every, read, written, first_s, token_s, limits, found, kept)


def _limits(pool: Pool, scenario: Scenario) -> tuple[Numeric, Numeric, str]:
    """The mean first word and the mean time of a token at which a unit is full, and who says so."""
    usual = expected(pool.serves, book=sheets_of(pool))
    first, token, goal = pool.first_word_within, pool.token_within, scenario.goals.first_word_p95
    if first is None and token is None and goal is None and scenario.goals.done_within is not None:
        return np.inf, np.inf, "goals.done_within: nobody waits for a word"
    said = [pool.origins["first_word_within"].source] if _left(pool) else []
    if first is None:
        share = RATIOS["ttft"]
        first = usual.first_s / share if goal is None else at_means(goal) / share
        of = usual.source if goal is None else "goals.first_word_p95"
        said.append(f"first word: 1/{share:g} of {of}")
    if token is None:
        token, part = usual.token_s / RATIOS["tpot"], f"1/{RATIOS['tpot']:g} of"
        known = bool(said) and said[0].endswith(usual.source)
        said.append(f"token: {part} {'its limit there' if known else usual.source}")
    return at_means(first), at_means(token), "; ".join(said) or "the file"


def most_of(one: Machine, work: Work) -> Numeric:
    """The requests a second that one unit serves in time, by the formulas; 0 where it cannot."""
    return most_requests(
        machine=one,
        **work.lengths,
        first_word_within=work.first_s,
        token_within=work.token_s,
    )


def prompt_s(one: Machine, work: Work) -> Numeric:
    """The seconds in which a unit reads the prompt of a call, but for what it has kept of it."""
    read, found = work.input_tokens, work.found_tokens
    return prompt_seconds(machine=one, input_tokens=read, found_tokens=found)


def working(scenario: Scenario) -> tuple[Pool, ...]:
    """The pools of a scenario at its point, or of draws; each with the calls a unit carries.

    A call that is too long to be served in time, as some draws are, has a unit to itself.
    """
    if not any(pool.serves for pool in scenario.pools):
        return scenario.pools
    known = works(scenario)
    return tuple(_sized(p, known[p.name]) if p.serves else p for p in scenario.pools)


def _sized(pool: Pool, work: Work) -> Pool:
    one = machine_of(pool)
    least = 1.0 / (
        prompt_s(one, work)
        + work.output_tokens
        * step_seconds(machine=one, running=1.0, kept_tokens=work.input_tokens).total
    )
    most = most_of(one, work)
    carries = np.where(most > 0, most, least) * SECONDS_PER_HOUR * at_means(pool.reached)
    return carrying(pool, carries, work)


def carrying(pool: Pool, carries: Numeric, work: Work) -> Pool:
    """A pool of which each unit carries so many calls an hour, and why."""
    words = f"{unit_words(pool)}: {count(round(float(np.mean(carries))))} calls an hour of "
    words += f"{work.words}{_kept_words(pool, work)}, {work.due}"
    origins = {**pool.origins, "carries": Origin("assumed", words)}
    return replace(pool, carries=carries, origins=origins)


def _kept_words(pool: Pool, work: Work) -> str:
    """The memory that what it keeps of prompts takes, if it keeps any."""
    if not np.any(work.found_tokens):
        return ""
    many, (each, room) = work.kept_prompts, kept_gb(machine_of(pool), work.found_tokens)
    words = f"{count(round(float(np.mean(many))))} prompts" if np.any(many > 1.0) else "a prompt"
    taken = f"{each * float(np.mean(many)):.2g} of the {room:,.0f} GB"
    return f" (what is kept of {words} takes {taken} beside the weights)"


def unit_words(pool: Pool) -> str:
    """What one unit of a pool is."""
    chips = chips_of(pool)
    on = f"{chips} x {pool.chip}" if chips > 1 else pool.chip
    return f"{pool.serves} ({pool.weights}) on {on}, {pool.engine}"
