"""What each remedy does to the median and to the tail, apart, and to the bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aicost.bill import bill
from aicost.book import Book
from aicost.components.base import Stage
from aicost.components.caching import ResponseCache
from aicost.components.inference import Inference
from aicost.quantities import Spread
from aicost.rates import rates
from aicost.rows import BookError
from aicost.scenario import Scenario
from aicost.section import Made, at_means
from aicost.timing.calls import call_of, timed
from aicost.timing.speed import QUANTILES, peak_waits
from aicost.timing.walk import answer_time
from aicost.words import percent

HITS = 0.30
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
    """Return the system as it is, and under each remedy that fits it, one at a time.

    Parameters
    ----------
    scenario : the system; ranges stand at their means.
    book : the price book.

    Returns
    -------
    tuple of Remedy
        The first is the system as it is.

    Notes
    -----
    All are about the call that takes longest on average: shorter answers (p95 halfway to the median,
    by ratio), a cache of answers in front (30 % hits, or a fifth more of all requests where there is
    one), a second call where the first word is late (hedged at its p95), a smaller model, the second
    of two calls at the same time.
    """
    point = timed(scenario, book).point()
    changes = [_Change("as it is", point), *_changes(point, book)]
    return tuple(_remedy(change, book) for change in changes)


def _remedy(change: _Change, book: Book) -> Remedy:
    answer = answer_time(
        change.scenario, book, waits=peak_waits(change.scenario), hedges=change.hedges
    )
    first, whole = (p.quantile(QUANTILES[:2]).tolist() for p in (answer.first, answer.whole))
    usd = float(bill(change.scenario, book).total) + sum(_twice(change, book))
    return Remedy(change.name, tuple(first), tuple(whole), usd, change.note)


def _twice(change: _Change, book: Book) -> Iterator[float]:
    """Yield what the second calls of hedged stages cost: a share of what the stage costs."""
    by = bill(change.scenario, book).by("stage")
    for name, after in change.hedges.items():
        late = 1.0 - float(call_of(change.scenario.stage(name)).first.within(after))
        yield late * float(by.get(name, 0.0))


def _changes(point: Scenario, book: Book) -> Iterator[_Change]:
    stage = _longest(point)
    if stage is None:
        return
    tokens = stage.output_tokens
    if isinstance(tokens, Spread) and stage.seconds is None:
        held = Spread(tokens.p50, (tokens.p50 * tokens.p95) ** 0.5)
        words = f"{stage.name}: answers of at most {held.p95:,.0f} tokens at p95, now {tokens.p95:,.0f}"
        yield _Change(words, _with(point, replace(stage, output_tokens=held)))
    yield _cached(point)
    if stage.streams and stage.seconds is None and not stage.batch:
        after = float(call_of(stage).first.quantile(0.95))
        words = f"{stage.name}: a second call where no word has come after {after:.1f} s"
        yield _Change(words, point, "the slower one is stopped; its input is paid", {stage.name: after})
    smaller = _smaller(stage, book)
    if smaller and stage.seconds is None:
        quick = replace(stage, model=smaller, ttft=_faster(stage.ttft), tpot=_faster(stage.tpot))
        note = "taken to be twice as fast, which nobody has published; answers differ"
        yield _Change(f"{stage.name}: {smaller}", _with(point, quick), note)
    if stage.states("repeat") and float(stage.repeat) > 1:
        side = replace(stage, repeat=1.0)
        note = "both are paid, as now"
        again = replace(stage, name=f"{stage.name} again", share=float(stage.repeat) - 1.0, of="",
                        repeat=1.0, made={**stage.made, "share": Made("given")})  # fmt: skip
        yield _Change(f"{stage.name}: the repeats at the same time", _beside(point, side, again), note)
