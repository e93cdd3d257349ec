"""What of a pool does not go together, cannot be served, or is more than the formulas know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from aicost.book.book import Book
from aicost.book.machines import (
    WEIGHT_BYTES,
    architecture,
    chip,
    context_tokens,
    families,
    served_on,
)
from aicost.book.rents import rent
from aicost.book.rows import BookError
from aicost.formulas.serving import Machine, at_rate, step_seconds
from aicost.formulas.serving.shapes import PCIE_BELOW
from aicost.scenario.engine_cache import cache_warnings
from aicost.scenario.pool_section import IN_BATCHES, SIZES, WITH_TRAFFIC, Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.served_pools import (
    ALONE,
    FULL,
    chips_of,
    filled,
    holds,
    machine_of,
    most_of,
    prompt_s,
    sheets_of,
    working,
    works,
)
from aicost.scenario.time_left import ready
from aicost.scenario.unit_memory import fitting
from aicost.values.formatting import count, percent, seconds_words
from aicost.values.quantities import Numeric, at_means
from aicost.values.section import Concern

#: Families of chips whose constants rest on little, and on what.
THIN = {
    "ada": "22 published points",
    "blackwell-pcie": "20 published points",
    "cdna": "one source of 2024",
}
LONG = 32_768  # tokens of a sequence beyond which next to nothing was measured
CLEARLY = 1.1  # times the calls, from which on more copies are worth a word
TINY = 8  # sequences of a step that meet few experts


def odd_pool(pool: Pool) -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of prices and sizes of a pool that do not go together."""
    path = f"pools.{pool.name}"
    for field, wrong, remedy in (
        *_odd_prices(pool),
        *_odd_size(pool),
        *_odd_disks(pool),
        *_odd_ownership(pool),
    ):
        yield f"{path}.{field}", wrong, remedy


def _odd_prices(pool: Pool) -> Iterator[tuple[str, str, str]]:
    for price in ("price", "committed_price"):
        if all(getattr(pool, f"{price}_per_{period}") is not None for period in ("hour", "month")):
            wrong = f"{price}_per_hour says the same"
            yield f"{price}_per_month", wrong, "keep one of the two"
    committed, most = at_means(pool.committed), at_means(pool.at_most)
    some, priced = bool(np.any(committed > 0)), pool.paid("committed_price")
    rented = pool.bought is None and not pool.serves
    if rented and not pool.paid("price") and not (some and np.all(most <= committed)):
        wrong = "it is missing (price of one unit for an hour)"
        yield "price_per_hour", wrong, "write it, or price_per_month"
    if some and not priced:
        wrong = "nothing says what a committed unit costs"
        remedy = "write committed_price_per_hour or committed_price_per_month"
        yield "committed", wrong, remedy
    if priced and not pool.states("committed"):
        wrong = "a price of committed units, and none are"
        yield "committed", wrong, "write committed: …"
    if np.any(most < committed):
        remedy = "write at_most no smaller than committed"
        yield "at_most", "fewer units than are committed", remedy
    if pool.overflow and not np.all(np.isfinite(most)):
        wrong = "its units grow with the peak, and nothing is left over"
        yield "overflow", wrong, "write at_most: … beside it"


def _odd_size(pool: Pool) -> Iterator[tuple[str, str, str]]:
    if pool.serves and pool.carries is not None:
        wrong = "what a unit carries is worked out for a pool that serves a model"
        yield "carries", wrong, "keep carries: or serves:; reached: says what was measured"
    if not pool.serves and pool.carries is None:
        wrong = "it is missing (calls one unit carries in an hour)"
        remedy = "write it in calls/hour, or serves: …, a model"
        yield (
            "carries",
            wrong,
            f"{remedy}; if no stage runs on it, other: {{NAME: {{per_unit: …, units: …}}}}",
        )
    for field in pool.of_serving() if not pool.serves else ():
        yield field, "it does nothing without serves", "write serves: …, a model, or leave it out"
    for field in pool.of_standing() if pool.running == IN_BATCHES else ():
        wrong = "in batches a unit is paid for the hours that it works, and no other"
        yield field, wrong, "leave it out, or running"


def _odd_disks(pool: Pool) -> Iterator[tuple[str, str, str]]:
    for field, price in (("weights_on", "storage_price"), ("token_bytes", "egress_price")):
        if pool.serves and pool.states(field) and getattr(pool, price) is None:
            wrong = f"it does nothing without {price}"
            yield field, wrong, f"write {price}: …, or leave it out"


def _odd_ownership(pool: Pool) -> Iterator[tuple[str, str, str]]:
    if pool.bought is not None and pool.serves and not pool.chips:
        wrong = "nothing says how many chips that price buys"
        yield "chips", wrong, "write chips: 8 for a server of eight"
    worked = [f for f in ("build_hours", "run_hours_per_month") if pool.states(f)]
    if worked and pool.engineer_per_hour is None:
        yield worked[0], "nothing says what an hour costs", "write engineer_per_hour: …"
    if pool.engineer_per_hour is not None and not worked:
        wrong = "a price of hours, and none are worked"
        yield "engineer_per_hour", wrong, "write build_hours or run_hours_per_month"
    if pool.bought is None:
        return
    for price in ("price_per_hour", "price_per_month"):
        if getattr(pool, price) is not None:
            yield price, "units are bought", "keep one of the two"
    if pool.running != "always":
        wrong = "what is bought is paid for, whether it runs or not"
        yield "running", wrong, "leave it out; power_share says how much of its power it draws"
    if pool.states("terms"):
        yield "terms", "units are bought", "leave it out"
    if pool.bought.power is None and not pool.serves:
        yield "bought.power", "it is missing (what a unit draws at most)", "write it in W"


# ---- what cannot be served


def pool_gaps(point: Scenario, book: Book) -> Iterator[tuple[Pool, Concern]]:
    """Yield each pool whose model cannot be served, or has no price, and what to do about it."""
    point = ready(point, book)
    known = works(point) if any(pool.serves for pool in point.pools) else {}
    for pool in point.pools:
        if pool.serves:
            yield from ((pool, concern) for concern in _unserved(pool, known[pool.name], book))


def _unserved(pool: Pool, work: Work, book: Book) -> Iterator[Concern]:
    unknown = [*_unlisted("serves", lambda: architecture(pool.serves))]
    if not pool.chip:
        names = ", ".join(name.removeprefix("device/") for name in served_on(book))
        unknown.append(Concern("chip", "it is missing (what serves the model)", f"write {names}"))
    else:
        unknown += _unlisted("chip", lambda: chip(pool.chip, book=sheets_of(pool)))
    unknown = unknown or [*_unlisted("chips" if pool.chips else "serves", lambda: machine_of(pool))]
    if unknown:
        yield from unknown
        return
    if pool.price_per_hour is None and pool.price_per_month is None and pool.bought is None:
        field = "terms" if pool.states("terms") else "chip"
        yield from _unlisted(field, lambda: rent(pool.chip, pool.terms, book=sheets_of(pool)))
    one = machine_of(pool)
    if not holds(pool, chips_of(pool)):
        memory = count(round(float(one.chip.memory_bytes) / 1e9))
        wrong = f"its weights in {pool.weights} do not fit the {memory} GB of {pool.chip}"
        yield Concern("serves", f"{wrong}, {chips_of(pool)} to a unit", _roomier(pool, work))
    elif np.any(work.input_tokens + work.output_tokens > (most := context_tokens(pool.serves))):
        wrong = f"a mean call of {work.words} is more than the {count(most)} it holds"
        yield Concern("serves", wrong, "shorten it, or serve a model that holds more")
    elif np.any(fitting(one, work.input_tokens + work.output_tokens) < 1.0):
        wrong = f"a call of {work.words} does not fit beside its weights on {pool.chip}"
        yield Concern("serves", wrong, _roomier(pool, work))
    elif np.any(most_of(one, work) <= 0):
        yield from _too_slow(pool, one, work)


def _unlisted(field: str, find: Callable[[], object]) -> Iterator[Concern]:
    try:
        find()
    except BookError as error:
        yield Concern(field, error.wrong, error.remedy or "write another")


def _roomier(pool: Pool, work: Work) -> str:
    """More chips, or fewer bits, where that is enough; else another chip."""
    said = _enough(pool, work)
    return f"write {' or '.join(said)}, or a chip with more memory" if said else "take another chip"


def _enough(pool: Pool, work: Work) -> list[str]:
    """The fewest chips, and the most bits, with which a unit serves such calls in time."""
    own = chips_of(pool)
    more = [f"chips: {n}" for n in SIZES if n > own and _serves(pool, n, pool.weights, work)]
    bits = WEIGHT_BYTES[pool.weights]
    narrow = [w for w, n in WEIGHT_BYTES.items() if n < bits and _serves(pool, own, w, work)]
    return [*more[:1], *(f"weights: {w}" for w in narrow[:1])]


def _serves(pool: Pool, chips: int, weights: str, work: Work) -> bool:
    """Whether a unit of so many chips has room for such calls, and serves them in time."""
    one = replace(pool, chips=f"{chips}", weights=weights)
    try:
        return filled(one, chips) <= FULL and bool(np.all(most_of(machine_of(one), work) > 0))
    except BookError:
        return False


def _too_slow(pool: Pool, one: Machine, work: Work) -> Iterator[Concern]:
    """Yield why not even a lone call is served in time."""
    prompt = prompt_s(one, work)
    step = step_seconds(machine=one, running=1e-3, kept_tokens=work.input_tokens).total
    first = prompt + step + one.reached.first_s
    faster = f"write {' or '.join([*_enough(pool, work), 'a faster chip'])}"
    if np.any(first >= work.first_s):
        tokens = count(round(float(np.max(work.input_tokens))))
        wrong = f"alone on a unit the first word after {tokens} tokens takes "
        wrong += f"{seconds_words(np.max(first))}, and it may take "
        wrong += seconds_words(np.min(work.first_s))
        yield Concern("first_word_within", wrong, f"{faster}, or first_word_within: …")
        return
    wrong = f"alone on a unit a token takes {seconds_words(np.max(step))}, and it may take "
    wrong += seconds_words(np.min(work.token_s))
    yield Concern("token_within", wrong, f"{faster}, or token_within: …")


# ---- what the formulas know little of


def pool_warnings(point: Scenario) -> Iterator[tuple[Pool, Concern]]:
    """Yield each pool for which what a unit carries is less sure than the stated range, and why."""
    known = works(point) if any(pool.serves for pool in point.pools) else {}
    for pool in point.pools:
        if pool.serves:
            work, one = known[pool.name], machine_of(pool)
            full = running(one, work, most_of(one, work))
            told = (*unsure(pool, work, full), *_one_copy(pool, work))
            yield from ((pool, concern) for concern in told)
    yield from cache_warnings(point)
    yield from _too_long(point)
    yield from _never_fewer(point)


def _too_long(point: Scenario) -> Iterator[tuple[Pool, Concern]]:
    """Yield pools whose model does not hold a large call, each of its parts at its p95."""
    served = {pool.name: pool for pool in point.pools if pool.serves}
    for stage, flow in steps(point, point.requests()) if served else ():
        pool = served.get(stage.runs_on)
        size = float(np.max(stage.largest(flow)))
        if pool is not None and size > (most := context_tokens(pool.serves)):
            wrong = f"{count(round(size))} tokens in a large call of {stage.name} and its answer "
            wrong += f"are more than the {count(most)} that it holds"
            yield pool, Concern("serves", wrong, "shorten the call, or serve another model")


def _one_copy(pool: Pool, work: Work) -> Iterator[Concern]:
    """Yield a bought unit on whose chips several copies of its model would carry more."""
    chips = chips_of(pool)
    if pool.bought is None:
        return
    sizes = [n for n in SIZES if n <= chips and _serves(pool, n, pool.weights, work)]
    split = (machine_of(replace(pool, chips=f"{n}")) for n in sizes)
    each = [float(np.min(most_of(one, work))) / n for one, n in zip(split, sizes, strict=True)]
    best = int(np.argmax(each)) if each else -1
    if each and sizes[-1] == chips and each[best] > CLEARLY * each[-1]:
        wrong = f"one copy of its model on {chips} chips; copies on {sizes[best]} each carry "
        wrong += f"{each[best] / each[-1]:.2g} times as many calls in time, each more slowly"
        remedy = f"write chips: {sizes[best]} and its part of price, power and hosting"
        yield Concern("chips", wrong, f"{remedy}, at_least: {chips // sizes[best]}")


def _never_fewer(point: Scenario) -> Iterator[tuple[Pool, Concern]]:
    """Yield pools that are to run with the traffic, and all of whose units run at any hour."""
    if all(pool.running != WITH_TRAFFIC for pool in point.pools):
        return
    peak = [*steps(point, point.world.peak(point.requests()))]
    for pool in (one for one in working(point) if one.running == WITH_TRAFFIC):
        calls = sum(s.calls(flow).value for s, flow in peak if s.runs_on == pool.name)
        kept = np.maximum(pool.at_least, pool.committed)
        if np.all(pool.units(calls) <= kept):
            field = "at_least" if np.all(pool.at_least >= kept) else "committed"
            wrong = f"{field} keeps as many running all day as the peak needs"
            remedy = "write at_least: 0 where none may run at night"
            yield pool, Concern("running", wrong, remedy)


def running(one: Machine, work: Work, rate: Numeric) -> Numeric:
    """How many calls are under way on a unit at a rate."""
    return at_rate(machine=one, **work.lengths, requests_per_s=rate).running


def unsure(pool: Pool, work: Work, running: Numeric) -> Iterator[Concern]:
    """Yield what makes the speed of a pool less sure than its range says.

    `running` are the calls that are under way on a unit that is full.
    """
    one, chips = machine_of(pool), chips_of(pool)
    full = filled(pool, chips)
    measure = "measure it, and write reached: …"
    if full > FULL:
        wrong = f"weights fill {percent(round(full, 3))} of the memory, and what fits beside them "
        yield Concern("chips", f"{wrong}is unsure", "write more chips, or fewer bits")
    if pool.bought is not None and ALONE in pool.bought.origins["power"].source:
        wrong = f"the power of {ALONE}; a server's fans, processors and network draw more"
        yield Concern("bought", wrong, "write power: … of the whole server in it")
    if chips > 1 and float(one.chip.link_bytes_per_s) < PCIE_BELOW:
        wrong = f"{chips} chips over a bus (PCIe), on which twice as many may bring next to nothing"
        yield Concern("chips", wrong, measure)
    tokens = float(np.max(work.input_tokens + work.output_tokens))
    if tokens > LONG:
        wrong = f"a mean call of {count(round(tokens))} tokens, and next to nothing beyond "
        yield Concern("serves", f"{wrong}{LONG:,} was measured", measure)
    family = families().get(pool.chip, "")
    if family in THIN:
        wrong = f"what is reached on it rests on {THIN[family]}"
        yield Concern("chip", wrong, measure)
    if one.model.experts > 1 and np.any(running < TINY):
        wrong = f"a unit is full with {float(np.min(running)):.1f} calls at once, and few experts"
        yield Concern("token_within", f"{wrong} are then read: it was fitted on more", measure)
