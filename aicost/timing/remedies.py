"""What each remedy does to the median and to the tail, apart, and to the bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.components.caching import ResponseCache
from aicost.components.inference import Inference
from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import call_of, timed
from aicost.timing.percentiles import QUANTILES, peak_waits
from aicost.timing.walk import answer_time
from aicost.values.formatting import percent
from aicost.values.quantities import Spread, Value, mean

HITS, MORE_HITS = 0.30, 0.20
FASTER = 0.5  # a smaller model's time, of the larger one's: our assumption


@dataclass(frozen=True)
class Remedy:
    """A change, with p50 and p95 of first word and whole answer and the bill under it.

    Times in seconds, the bill in USD a month; `note` says what is assumed.
    """

    name: str
    first: tuple[float, float]
    whole: tuple[float, float]
    usd: float
    note: str = ""


@dataclass(frozen=True)
class _Change:
    name: str
    scenario: Scenario
    note: str = ""
    hedges: Mapping[str, float] = field(default_factory=dict)


def remedies(scenario: Scenario, book: Book) -> tuple[Remedy, ...]:
    """The system as it is, and under each remedy that fits it, one at a time.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book.

    Returns
    -------
    The first is the system as it is.

    Notes
    -----
    A cache in front answers 30 % of requests, one that is there 20 points more. The others are
    about the call that takes longest: p95 of its answers halfway to their median (by ratio), a
    second call where the first word is late (hedged at its p95), the provider's cheapest model, and
    what some ask twice, at the same time. One at a time; they do not add up.
    """
    point = timed(scenario, book).point()
    changes = [_Change("as it is", point), *_changes(point, book)]
    return tuple(_remedy(change, book) for change in changes)


def _remedy(change: _Change, book: Book) -> Remedy:
    answer = answer_time(
        change.scenario, book, waits=peak_waits(change.scenario), hedges=change.hedges
    )
    first, whole = (p.quantile(QUANTILES[:2]).tolist() for p in (answer.first, answer.whole))
    priced = bill(change.scenario, book)
    usd = float(priced.total) + sum(_twice(change, priced))
    return Remedy(change.name, tuple(first), tuple(whole), usd, change.note)


def _twice(change: _Change, priced: Bill) -> Iterator[float]:
    """Yield what the second calls of hedged stages cost: a share of what the stage costs."""
    by = priced.by("stage")
    for name, after in change.hedges.items():
        late = 1.0 - float(call_of(change.scenario.stage(name)).first.within(after))
        yield late * float(by.get(name, 0.0))


def _changes(point: Scenario, book: Book) -> Iterator[_Change]:
    yield _cached(point)
    stage = _longest(point)
    if stage is not None:
        yield from _shorter(point, stage)
        yield from _hedged(point, stage)
        yield from _smaller(point, stage, book)
        yield from _side_by_side(point, stage)


def _longest(point: Scenario) -> Inference | None:
    """The stage that calls a model for longest in a mean request."""

    def busy(stage: Inference) -> float:
        return float(call_of(stage).done.mean * stage.share * stage.repeat * mean(stage.rounds))

    calls = [s for s in point.pipeline if isinstance(s, Inference) and s.seconds is None]
    return max(calls, key=busy, default=None)


def _cached(point: Scenario) -> _Change:
    there = next((s for s in point.pipeline if isinstance(s, ResponseCache)), None)
    if there is not None:
        more = min(1.0, float(there.hit_share) + MORE_HITS)
        words = f"{there.name}: {percent(round(more, 2))} of requests answered from it"
        return _Change(words, point.with_stage(replace(there, hit_share=more)))
    cache = ResponseCache(name="cache of answers", hit_share=HITS)
    words = f"a cache that answers {percent(HITS)} of requests"
    front = replace(point, pipeline=(cache, *point.pipeline))
    return _Change(words, front, "what the cache itself costs is not in the bill")


def _shorter(point: Scenario, stage: Inference) -> Iterator[_Change]:
    tokens = stage.output_tokens
    if isinstance(tokens, Spread):
        held = Spread(tokens.p50, (tokens.p50 * tokens.p95) ** 0.5)
        words = f"{stage.name}: long answers held shorter, p95 from {tokens.p95:,.0f} to "
        words += f"{held.p95:,.0f} tokens"
        yield _Change(words, point.with_stage(replace(stage, output_tokens=held)))


def _hedged(point: Scenario, stage: Inference) -> Iterator[_Change]:
    if stage.streams and not stage.batch:
        after = float(call_of(stage).first.quantile(0.95))
        words = f"{stage.name}: sent again where no word has come after {after:.1f} s"
        note = "the later one is stopped at its first word, and paid like a whole call"
        yield _Change(words, point, note, {stage.name: after})


def _smaller(point: Scenario, stage: Inference, book: Book) -> Iterator[_Change]:
    """Yield the cheapest model of the same provider, where that is not the one in use."""
    listed = stage.price is None and not stage.pool
    now = _price(stage.model, book, stage.context) if listed else None
    provider = stage.model.partition("/")[0]
    names = [
        n
        for n in Book.load(as_of=book.as_of, layers=("curated",)).items()
        if n.startswith(f"{provider}/")
    ]
    prices = {name: _price(name, book, stage.context) for name in names}
    priced = {name: usd for name, usd in prices.items() if usd is not None}
    cheapest = min(priced, key=lambda name: priced[name], default="")
    if now is None or not cheapest or priced[cheapest] >= now:
        return
    quick = replace(
        stage, model=cheapest, ttft=_scaled(stage.ttft, FASTER), tpot=_scaled(stage.tpot, FASTER)
    )
    note = "taken to be twice as fast, which is our assumption; its answers differ"
    yield _Change(f"{stage.name} on {cheapest}", point.with_stage(quick), note)


def _price(model: str, book: Book, context: str) -> float | None:
    """What a token in and one out cost together, for a model that writes and is sold so."""
    try:
        found = rates(book, model, context=context)
        return found.row("input").value + found.row("output").value
    except BookError:
        return None


def _side_by_side(point: Scenario, stage: Inference) -> Iterator[_Change]:
    """Yield what is done twice by some, done at the same time."""
    again = float(stage.repeat) - 1.0
    alone = "/" not in stage.name and stage.name not in {
        *(s.of for s in point.pipeline),
        *(s.timeout.fallback for s in point.pipeline if s.timeout is not None),
    }
    if not (alone and 0 < again <= 1):
        return
    group = f"{stage.name} twice"
    one = replace(stage, name=f"{group}/first", repeat=1.0)
    other = replace(one, name=f"{group}/second", share=again)
    pipeline: list[Stage] = []
    for s in point.pipeline:
        pipeline += [one, other] if s is stage else [s]
    beside = replace(
        point,
        pipeline=tuple(pipeline),
        parallels={**point.parallels, group: (one.name, other.name)},
    )
    note = f"{percent(round(again, 2))} of requests call twice; it fits only where the second call "
    note += "needs nothing from the first"
    yield _Change(f"{stage.name}: a second call beside the first, not after it", beside, note)


def _scaled(value: Value, factor: float) -> Value:
    if isinstance(value, Spread):
        return Spread(value.p50 * factor, value.p95 * factor)
    return value * factor
