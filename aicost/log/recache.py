"""The same calls with their prompts kept otherwise: not at all, for five minutes, for an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from aicost.book.book import Book
from aicost.book.prompt_caches import CachePolicy, cache_policy
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.log.columns import COLUMNS
from aicost.log.costs import at_prices
from aicost.log.engine import collected
from aicost.log.price import named, notes_of, price_calls, usd_of
from aicost.log.price_table import INPUT, price_table, profile
from aicost.log.reprice import Repriced, sums_of
from aicost.values.formatting import listing, percent
from aicost.values.suggest import instead

if TYPE_CHECKING:
    import pandas as pd

NONE, FIVE, HOUR, AUTOMATIC = "none", "5m", "1h", "automatic"
POLICIES = (NONE, FIVE, HOUR, AUTOMATIC)
FULL, READ, WRITTEN = INPUT[0], INPUT[1], {FIVE: INPUT[2], HOUR: INPUT[3]}
#: Calls that begin with the same prompt, as far as a log tells: by what they are for.
SHARED = ("item", "feature", "stage", "version")
#: Of what the log itself read, by how much a replay of it as it was may be off before that is told.
TELLING = 0.02
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Replayed:
    """What each call reads from a cache and writes to one: as likely, and at best."""

    read: Floats
    written: Floats


def replayed(
    kept: Floats, at_s: Floats, chains: Floats, shared: Floats, alike: Floats, lifetime_s: float
) -> Replayed:
    """Play calls again through a cache that keeps the first part of each prompt.

    Parameters
    ----------
    kept : what of each prompt is put into the cache, from its first token on. [tokens]
    at_s : when each call comes, in order. [s]
    chains : calls of one conversation, whose prompts grow; each call its own where none is told.
    shared : calls whose prompts begin alike, whatever the conversation.
    alike : how much of those is alike, of each call. [tokens]
    lifetime_s : how long an entry is kept since it was used last. [s]

    Notes
    -----
    The same as `aicost.formulas.reuse.blocks_met` plays, with a block for what all begin with and
    one for what each call of a conversation adds to the one before it.
    """
    head = np.minimum(alike, kept)
    read = np.where(_since(shared, at_s)[0] <= lifetime_s, head, 0.0)
    gap, before = _since(chains, at_s)
    grown = np.minimum(np.where(before >= 0, kept[before], 0.0), kept)
    read = np.where(gap <= lifetime_s, np.maximum(read, grown), read)
    return Replayed(read, kept - read)


def _since(group: Floats, at_s: Floats) -> tuple[Floats, Any]:
    """How long ago a call of the same group came, and which; endless and -1 for its first."""
    order = np.argsort(group, kind="stable")
    same = np.concatenate([[False], group[order][1:] == group[order][:-1]])
    before = np.full(len(group), -1)
    before[order[1:]] = np.where(same[1:], order[:-1], -1)
    return np.where(before >= 0, at_s - at_s[before], np.inf), before


def recache_calls(frame: Any, book: Book, policy: str, *, by: str = "model") -> Repriced:
    """What the calls of a log would cost if their prompts were kept otherwise.

    Parameters
    ----------
    frame : calls, as `price_calls` takes them; they are held in memory.
    book : the prices, and what each provider does with prompts that it keeps.
    policy : none, 5m, 1h, or automatic: as a provider keeps prompts that nobody marks.
    by : what the sums are by.

    Raises
    ------
    ValueError : no such policy, or no model of the log is kept so.

    Notes
    -----
    What is kept of a prompt is what the log read and wrote of it; under automatic all of it. Calls
    of one session, else of one request, grow by what each adds; what their first calls read is
    alike in all calls of that feature, stage and version. Where the log kept nothing, or has no
    sessions, the best that could be and the worst are given.
    """
    if policy not in POLICIES:
        raise ValueError(f"--cache {policy}: no such policy; {instead(policy, POLICIES)}")
    before = price_calls(frame, book, by=by)
    calls = before.calls.rename({"cost_pico": "before_pico"})
    held = collected(calls).sort_values("moment", kind="stable", ignore_index=True)
    plan = _Plan(held, book, policy)
    likely, ends, notes = plan.tokens()
    words = {
        NONE: "with no prompt kept",
        FIVE: "with prompts kept for five minutes",
        HOUR: "with prompts kept for an hour",
        AUTOMATIC: "with prompts kept unasked",
    }[policy]
    after = _priced(held, likely, book)
    totals = tuple(_usd(_priced(held, one, book)) for one in ends) if ends else None
    return Repriced(
        before,
        after,
        sums_of(after, named(by)),
        (min(totals), max(totals)) if totals else None,
        words,
        (*notes, *notes_of(before.table)),
    )


Tokens = dict[str, Floats]


class _Plan:
    """The prompts of a log, and what a cache would make of them."""

    def __init__(self, held: pd.DataFrame, book: Book, policy: str) -> None:
        self.held, self.book, self.policy = held, book, policy
        counts = held[[*INPUT]].fillna(0).to_numpy(float)
        self.whole, self.logged_read = counts.sum(axis=1), counts[:, 1]
        self.marked = counts[:, 1:].sum(axis=1)
        self.counts = dict(zip(INPUT, counts.T, strict=True))
        epoch = np.datetime64("1970-01-01", "us")
        moments = held["moment"].to_numpy("datetime64[us]")
        self.at_s = (moments - epoch) / np.timedelta64(1, "s")
        chain = held["session"].fillna(held["request"])
        self.chains = self._numbered(held["item"].fillna("") + "|" + chain.fillna(""))
        single = chain.isna().to_numpy() | np.isnan(self.at_s)
        self.chains[single] = -1.0 - np.flatnonzero(single)
        self.single = bool((np.unique(self.chains, return_counts=True)[1] == 1).all())
        parts = held[[*SHARED]].fillna("").agg("|".join, axis=1)
        self.shared = self._numbered(parts)

    @staticmethod
    def _numbered(names: Any) -> Floats:
        found: Floats = np.unique(names.to_numpy(str), return_inverse=True)[1].astype(float)
        return found

    def _alike(self) -> Floats:
        """How much all calls of a feature begin with: what the first calls of sessions read."""
        first = _since(self.chains, self.at_s)[1] < 0
        some = first & (self.logged_read > 0)
        found = np.zeros(len(self.whole))
        for group in np.unique(self.shared[some]):
            of = self.shared == group
            found[of] = np.median(self.logged_read[of & some])
        return found

    def tokens(self) -> tuple[Tokens, tuple[Tokens, Tokens] | None, list[str]]:
        """The tokens of each kind as likely, at best and worst where that is not known; why."""
        if self.policy == NONE:
            return self._none(), None, []
        notes: list[str] = []
        likely, best, worst = ({n: c.copy() for n, c in self.counts.items()} for _ in range(3))
        unmarked = self.policy == AUTOMATIC or not self.marked.any()
        kept, left = self.whole if unmarked else self.marked, []
        done = False
        for item in sorted(self.held["item"].dropna().unique()):
            of = (self.held["item"] == item).fillna(False).to_numpy(bool) & ~np.isnan(self.at_s)
            how = self._how(str(item))
            if how is None:
                left.append(str(item))
                continue
            done = True
            rule, lifetime, bucket = how
            part = np.where(kept[of] >= rule.minimum, kept[of], 0.0)
            if self.policy == AUTOMATIC:
                part = np.array([rule.longest(tokens) for tokens in kept[of]])
            asked = self.at_s[of], self.chains[of], self.shared[of]
            alike = np.zeros(of.sum()) if unmarked else self._alike()[of]
            found = replayed(part, *asked, alike, lifetime)
            self._put(likely, of, part, found.read, bucket)
            self._put(worst, of, part, np.zeros(of.sum()), bucket)
            most = np.where(_since(asked[2], asked[0])[0] <= lifetime, part, 0.0)
            self._put(best, of, part, np.maximum(found.read, most), bucket)
        if not done:
            raise ValueError(
                f"--cache {self.policy}: no model of the log is kept so; ask for another"
            )
        if left:
            notes.append(f"Not kept so, and left as they are: {listing(left[:3])}.")
        if unmarked:
            notes.append(
                "What prompts share is not in the log: a call is taken to begin with all that the "
                "one before it in its session read. The worst is that nothing is met."
            )
        if self.single:
            notes.append("It has no sessions: the best is that all calls of a feature are alike.")
        elif not unmarked:
            notes += self._as_it_was()
        unsure = unmarked or self.single
        return likely, (best, worst) if unsure else None, notes

    def _as_it_was(self) -> Iterator[str]:
        """Yield how far a replay of the log's own lifetime is off what it read."""
        hour = self.counts[INPUT[3]].sum() > self.counts[INPUT[2]].sum()
        own = replayed(
            self.marked, self.at_s, self.chains, self.shared, self._alike(), 3600 if hour else 300
        )
        there = ~np.isnan(self.at_s)
        read, logged = own.read[there].sum(), self.logged_read[there].sum()
        if logged and abs(read / logged - 1) > TELLING:
            words = f"{percent(float(f'{abs(read / logged - 1):.2g}'))} "
            words += f"{'more' if read > logged else 'less'} from caches than the log itself did"
            yield f"Played again as it was, it reads {words}: take the figure no finer than that."

    def _how(self, item: str) -> tuple[CachePolicy, float, str] | None:
        """What is kept of a model's prompts, for how long, and what is written is counted as."""
        try:
            price = rates(self.book, item, on=self.book.newest)
        except BookError:
            return None
        written = price.lists("cache_write_5m")
        rule = cache_policy(self.book, item, written=written)
        if self.policy == AUTOMATIC:
            lifetime = rule.lifetime_s("") if rule.automatic else None
            return (
                None if lifetime is None else (rule, lifetime, WRITTEN[FIVE] if written else FULL)
            )
        lifetime = rule.lifetimes_s.get(self.policy)
        return None if lifetime is None or not written else (rule, lifetime, WRITTEN[self.policy])

    def _put(self, tokens: Tokens, of: Any, kept: Floats, read: Floats, bucket: str) -> None:
        for name in INPUT:
            tokens[name][of] = 0.0
        tokens[FULL][of] = self.whole[of] - kept
        tokens[READ][of] = read
        tokens[bucket][of] += kept - read

    def _none(self) -> Tokens:
        nothing = np.zeros(len(self.whole))
        return {name: self.whole if name == FULL else nothing for name in INPUT}


def _priced(held: pd.DataFrame, tokens: Tokens, book: Book) -> nw.LazyFrame[Any]:
    columns = {name: np.round(count).astype("int64") for name, count in tokens.items()}
    frame = held.assign(**columns)[[*(c.name for c in COLUMNS), "before_pico"]]
    calls = nw.from_native(frame.astype(dict.fromkeys(INPUT, "Int64"))).lazy()
    return at_prices(calls, price_table(profile(calls), book), keep=["before_pico"])


def _usd(calls: nw.LazyFrame[Any]) -> Decimal:
    return usd_of(sums_of(calls, nw.lit("all")), "after_")
