"""What every stage of a pipeline shares: its share of the requests, its calls, its charges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from aicost.components.flow import Corpus, Flow, OneCall, World
from aicost.values.charge import COMPONENTS, Charge, Count, Factor, UnitPrice, charge, weakest
from aicost.values.quantities import Numeric, Value, quantity, word
from aicost.values.section import Concern, Origin, Section, section

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.components.demand import Demand, Queue
    from aicost.formulas.latency.call import Call


def attempts(*, retry: Numeric, tries: Numeric) -> Numeric:
    """The paid calls per call asked for: (1 - p^n) / (1 - p).

    Parameters
    ----------
    retry : share of calls that fail and are tried again. [share]
    tries : most calls that are paid for. [calls]

    Returns
    -------
    Mean paid calls. [calls]

    Examples
    --------
    >>> round(float(attempts(retry=0.05, tries=3)), 4)
    1.0525
    """
    safe = np.minimum(retry, 1 - 1e-12)
    return ((1 - np.power(safe, tries)) / (1 - safe))[()]


@dataclass(frozen=True, kw_only=True)
class Timeout(Section):
    """How long a call is waited for, and what answers in its place."""

    after: Value = quantity(
        "s", "seconds after which a call is given up", low=1e-3, plain=(0.0, 600.0)
    )
    fallback: str = word("later stage that answers in its place", default="")


@dataclass(frozen=True, slots=True)
class Faster:
    """A change of one stage that might help, in words; `note`: what is assumed."""

    words: str
    stage: Stage
    note: str = ""
    again_after_s: float | None = None  # calls that have no word by then are sent once more


@dataclass(frozen=True, kw_only=True)
class Stage(Section):
    """One step that a request may pass, and all that can be said of it.

    A component overrides what is special about it; no other part of the kit knows of which
    component a stage is.
    """

    component: ClassVar[str]
    of_all: ClassVar[bool] = False  # sees every request, also those a cache has answered
    ends_requests: ClassVar[bool] = False  # some have their answer here, and go no further
    rostered: ClassVar[bool] = False  # its seats follow the days; a month pays for mean ones
    slows_down: ClassVar[bool] = True  # with all machines, on a slow day

    name: str
    share: Value = quantity("share", "share of the arriving requests that take this", default=1.0)
    of: str = word("stage whose requests the share is of; `requests` means all", default="")
    repeat: Value = quantity(
        "calls", "calls of this stage alone per request, one after the other", default=1.0
    )
    retry: Value = quantity("share", "share of calls that fail and are tried again", default=0.0)
    tries: Value = quantity("calls", "most tries of one call", low=1, default=3.0)
    backoff: Value = quantity(
        "s", "pause before a call is tried again", default=0.0, billed=False, plain=(0.0, 100.0)
    )
    timeout: Timeout | None = section(Timeout, "when a call is given up", billed=False)
    seconds: Value = quantity(
        "s", "time of one call", spread=True, default=None, billed=False, plain=(0.0, 900.0)
    )
    billed_as: str = word(
        "component it is billed under, if not its own",
        default="",
        choices=COMPONENTS,
    )

    # ---- what it costs

    def prepared(self, world: World) -> World:
        """The world that later stages stand in, where this one changes what is kept there."""
        return world

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        """Yield what is there at any usage."""
        return ()

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        """Yield what the requests of `flow` cost."""
        return ()

    def one_call(self, flow: Flow, book: Book, call: OneCall) -> Self:
        """The stage as it bills one call of those that `flow` makes.

        What only all calls of a month decide is stated, and what went before stands in the prompt.
        """
        return replace(self, share=1.0, of="", repeat=1.0, retry=0.0)

    def sized_by_peak(self, book: Book) -> bool:
        """Say whether it is bought in whole units for the busiest hour."""
        return False

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        """Yield what the whole units cost that carry `peak`, the flow of the busiest hour."""
        return ()

    def minimums(self, book: Book) -> Iterable[tuple[str, UnitPrice]]:
        """Yield the accounts that its charges go to and that have a least bill, with that."""
        return ()

    def pass_on(self, flow: Flow) -> Flow:
        """The flow that reaches the next stage."""
        return flow

    def recounted(
        self, before: Stage | None, corpus: Corpus | None, earlier: Corpus | None
    ) -> Self:
        """The stage, once `before` (over `earlier`), with counts in those of its model now."""
        return self

    def refers(self) -> Mapping[str, str]:
        """The fields that name another part of the file, with the path of that part."""
        return {"of": self.of} if self.of not in ("", "requests") else {}

    def sold_as(self) -> Iterator[tuple[str, str]]:
        """Yield the fields that name what it is billed by (model, store, platform), with those."""
        for field, meaning in self.quantities().items():
            if (meaning.model or meaning.service) and (item := getattr(self, field)):
                yield field, item

    @property
    def runs_on(self) -> str:
        """The pool of machines that its calls are a load on, if any."""
        return ""

    def by_call(self) -> Stage:
        """The stage as those calls are billed that its pool leaves to a provider."""
        return self

    # ---- what does not fit

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        """Yield what it needs and neither file nor book has: it cannot be billed."""
        return ()

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        """Yield what is possible but unlikely."""
        return ()

    # ---- how long it takes

    @property
    def waited_for(self) -> bool:
        """Whether a user waits for it; what is done meanwhile adds no time."""
        return True

    def answered(self, flow: Flow) -> Numeric:
        """The share of its requests that have their answer here, where it ends some."""
        return 0.0

    @property
    def times(self) -> tuple[str, ...]:
        """The fields that say how long a call takes."""
        return ("seconds",) if self.waited_for else ()

    @property
    def usual(self) -> str:
        """What data/defaults.csv calls its usual times."""
        return kind_word(type(self))

    @property
    def writes(self) -> bool:
        """Whether its answer comes word by word."""
        return False

    @property
    def batched(self) -> bool:
        """Whether its calls go through a batch service, which answers when it likes."""
        return False

    def reads(self, flow: Flow, book: Book) -> tuple[Value, Numeric]:
        """The tokens it reads before its first word, and the share of them that a cache holds."""
        return 0.0, 0.0

    @property
    def unread(self) -> tuple[str, ...]:
        """What it reads beside text, of which nobody says how long that takes."""
        return ()

    def published_time(self, field: str, book: Book) -> tuple[Value, Origin] | None:
        """What was published of a time, where anything was."""
        return None

    def call(self) -> Call:
        """The time of one call on a day like any other, once all of `times` have a value."""
        from aicost.formulas.latency.call import whole_call

        return whole_call(seconds=self.seconds)

    def at_once(self) -> Self:
        """The stage as if it did what it does in no time."""
        return replace(self, seconds=0.0, backoff=0.0)

    def passed_by(self) -> Stage:
        """A stage in its place that does nothing, for the requests that would take it."""
        return Stage(name=self.name, share=self.share, of=self.of, seconds=0.0)

    def demand(self, flow: Flow) -> Demand | None:
        """What its calls ask of a provider, where one counts them."""
        return None

    def queue(self, peak: Flow) -> Queue | None:
        """What its calls wait for in the busiest hour, beside a provider's limits."""
        return None

    def faster(self, book: Book) -> Iterable[Faster]:
        """Yield changes that might make the system faster, for a stage whose times are known."""
        return ()

    def cheaper(self, book: Book) -> Iterable[Faster]:
        """Yield changes that take work off people, for a stage that people do."""
        return ()

    # ---- what every component needs

    def arriving(self, flow: Flow) -> Flow:
        """The flow of requests that take this stage."""
        count = flow.count
        if self.of == "requests" or (self.of_all and not self.of):
            count = flow.entry
        elif self.of:
            count = flow.taken[self.of]
        if self.states("share"):
            count = count.times(self.factor("share", f"go to {self.name}"))
        return replace(flow, count=count)

    def calls(self, flow: Flow) -> Count:
        """The billable calls: requests x repeats x tries x rounds."""
        count = flow.count
        if self.states("repeat"):
            count = count.times(self.factor("repeat", "calls per request"))
        if self.states("retry"):
            paid = attempts(retry=self.retry, tries=self.tries)
            count = count.times(Factor("tries per call", paid, "", self.basis("retry")))
        if flow.loop is not None:
            count = count.times(flow.loop.factor("rounds"))
        return count

    def tokens_per_call(self, flow: Flow) -> Factor | None:
        """The tokens that one call reads and writes, where it does."""
        return None

    def worked(self, flow: Flow) -> tuple[Numeric, Numeric] | None:
        """The tokens that one call reads and writes, where machines may serve its model."""
        return None

    @property
    def read_before(self) -> Numeric:
        """The share of what a call reads that was read before, where an engine keeps it."""
        return 0.0

    def prompts_kept(self, world: World) -> Numeric | None:
        """How many prompts there are whose calls share a beginning, where one knows."""
        return 1.0

    def largest(self, flow: Flow) -> Numeric:
        """The tokens of a large call and its answer, each part at its p95."""
        return 0.0

    def charge(self, count: Count, price: UnitPrice, **words: Any) -> Charge:
        """A charge in this stage's name."""
        component = self.billed_as or self.component
        return charge(count, price, stage=self.name, component=component, **words)


def on_average(stage: Stage, found: Factor, before: Factor | None) -> Factor:
    """The passages of a mean request, where only a share of them takes `stage`."""
    if not stage.differs("share"):
        return found
    rest = (1.0 - stage.share) * (before.value if before is not None else 0.0)
    basis = weakest([found.basis, stage.basis("share")])
    return Factor(found.name, stage.share * found.value + rest, found.unit, basis, found.source)


def registry() -> dict[str, type[Stage]]:
    """Every kind of stage by the name a scenario calls it."""
    import importlib
    import pkgutil

    import aicost.components as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_kinds(Stage))


def _kinds(cls: type[Stage]) -> Iterator[tuple[str, type[Stage]]]:
    for sub in cls.__subclasses__():
        if "component" in vars(sub):  # else it is only part of one
            yield kind_word(sub), sub
        yield from _kinds(sub)


def kind_word(cls: type[Stage]) -> str:
    """What a scenario calls a kind of stage: ResponseCache is a response_cache."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
