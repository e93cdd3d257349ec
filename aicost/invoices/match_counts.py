"""Causes for which a log counts other tokens than an export: each tried, none taken here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.invoices.match_cells import INPUT, OUTPUT, Flags, Floats
from aicost.invoices.match_state import (
    CACHE,
    MISSING,
    MODELS,
    RETRIES,
    THINKING,
    TIER,
    State,
    Try,
    total,
)
from aicost.values.formatting import listing, percent

FULL, READ, WRITTEN, CACHED = 1, 2, slice(3, 5), slice(2, 5)
#: Of what a cause brings nearer, what may be off in that which it does not touch.
HELD = 0.25
#: Of what is compared, what two totals that are the same may be apart by.
SAME = 0.02
#: Output beside input of calls that are missing, below which they were broken off.
BROKEN_OFF = 0.7
#: Of what the export has more, what it may have less elsewhere where calls are missing.
OTHER_WAY = 0.1
FEW = 3


def counting_tries(state: State, quiet: Flags, when: str) -> Iterator[Try]:
    """Yield each way in which the log may count otherwise.

    Parameters
    ----------
    state : both sides, as far as they are explained.
    quiet : spans with half hours in which the log has no call, though it has at other times.
    when : which those are, in words.
    """
    yield from _cache(state)
    yield from _thinking(state)
    yield from _sold(state)
    yield from _models(state)
    if quiet.any() and total(state.open_gap[quiet]) > 0:
        where = np.zeros_like(state.settled)
        where[quiet] = True
        yield Try(
            MISSING, f"hours without a call in the log: {when}", state.set_where(where), False
        )
    yield from _missing(state)


def _per_model(state: State, counted: Floats, held: slice) -> State | None:
    """Another count for those models alone that it brings nearer, and whose `held` are the same."""
    found = state.with_counted(counted)
    was, now = (np.abs(one.gap).sum(axis=0) for one in (state, found))
    gain = was.sum(axis=1) - now.sum(axis=1)
    nearer = (gain > 0) & (was[:, held].sum(axis=1) <= HELD * gain)
    if not nearer.any():
        return None
    return state.with_counted(np.where(nearer[None, :, None], counted, state.counted))


def _cache(state: State) -> Iterator[Try]:
    cached = state.counted[..., READ] + state.counted[..., WRITTEN].sum(axis=-1)
    more, less = state.counted.copy(), state.counted.copy()
    more[..., FULL] += cached
    less[..., FULL] -= cached
    twice = "what a cache read or wrote is counted in the log's input too"
    short = "what a cache read or wrote is taken out of an input that never held it"
    for counted, label in ((less, twice), (more, short)):
        if (counted >= 0).all() and (found := _per_model(state, counted, CACHED)) is not None:
            yield Try(CACHE, label, found)
    where = np.zeros_like(state.settled)
    for k in range(len(state.cells.keys)):
        ours, theirs = state.counted[:, k, INPUT], state.exported[:, k, INPUT]
        apart = np.abs(theirs.sum(axis=-1) - ours.sum(axis=-1)).sum()
        split = np.abs(theirs - ours).sum()
        if total(ours) and apart <= SAME * total(ours) and split > 2 * apart:
            where[:, k, INPUT] = True
    if where.any():
        ours, theirs = (
            np.where(where, side, 0.0).sum(axis=(0, 1)) for side in (state.counted, state.exported)
        )
        label = "the log does not tell what was read from a cache, or written to one"
        if abs(ours[READ] - theirs[READ]) <= SAME * max(ours[READ], theirs[READ]):
            label = "what is written to a cache has another lifetime than in the log"
        yield Try(CACHE, label, state.set_where(where), exact=False)


def _thinking(state: State) -> Iterator[Try]:
    for sign, label in (
        (1.0, "what was thought is not in the log's output"),
        (-1.0, "what was thought is counted in the log's output twice"),
    ):
        counted = state.counted.copy()
        counted[..., OUTPUT] += sign * state.cells.thought
        there = (counted >= 0).all() and state.cells.thought.any()
        if there and (found := _per_model(state, counted, INPUT)) is not None:
            yield Try(THINKING, label, found)
    where = np.zeros_like(state.settled)
    for k in range(len(state.cells.keys)):
        gap, usd = state.open_gap[:, k], state.usd[:, k]
        read = np.abs(gap[:, INPUT]).sum() / max(total(usd[:, INPUT]), 1e-300)
        more = total(gap[:, OUTPUT]) / max(total(usd[:, OUTPUT]), 1e-300)
        if not state.cells.thought[:, k].any() and more > SAME and read < more / 10:
            where[:, k, OUTPUT] = gap[:, OUTPUT] > 0
    if where.any():
        label = "output that the log does not count, such as what was thought"
        yield Try(THINKING, label, state.set_where(where), exact=False)


def _sold(state: State) -> Iterator[Try]:
    """The same tokens of a model, sold otherwise."""
    where, names = np.zeros_like(state.settled), []
    for item, at in _of_items(state):
        if len(at) < 2:
            continue
        ours, theirs = state.counted[:, at, 1:], state.exported[:, at, 1:]
        apart = np.abs(theirs.sum(axis=1) - ours.sum(axis=1)).sum()
        if np.abs(theirs - ours).sum() > 4 * apart and apart <= SAME * total(theirs):
            where[:, at] = True
            more = [k for n, k in enumerate(at) if total(theirs[:, n]) > total(ours[:, n])]
            sold = listing([state.cells.keys[k][1] or "the standard way" for k in more])
            names.append(f"{item.partition('/')[2]} sold as {sold}")
    if names:
        label = f"{_some(names)} where the log says otherwise"
        yield Try(TIER, label, state.set_where(where))


def _models(state: State) -> Iterator[Try]:
    new, gone = np.zeros_like(state.settled), np.zeros_like(state.settled)
    names: tuple[list[str], list[str]] = ([], [])
    ours, theirs = (side.sum(axis=(0, 2)) for side in (state.usd, state.target))
    if len(state.cells.keys) < 2:
        return
    for item, at in _of_items(state):
        mine, other = total(ours[at]), total(theirs[at])
        if (other > 0) == (mine > 0):
            continue
        (new if other > 0 else gone)[:, at] = True
        names[mine > 0].append(item.partition("/")[2] or "a model without a name")
    if names[0]:
        yield Try(MODELS, f"not in the log: {_some(names[0])}", state.set_where(new), False)
    if names[1]:
        yield Try(MODELS, f"not in the export: {_some(names[1])}", state.set_where(gone), False)


def _missing(state: State) -> Iterator[Try]:
    """Calls that one side does not have: all classes of tokens go the same way."""
    for sign in (1.0, -1.0):
        gap = sign * state.open_gap
        more, less = total(gap[gap > 0]), -total(gap[gap < 0])
        usd = np.where(state.settled, 0.0, state.usd).sum(axis=(0, 1))
        read = total(gap[..., INPUT]) / max(total(usd[INPUT]), 1e-300)
        wrote = total(gap[..., OUTPUT]) / max(usd[OUTPUT], 1e-300)
        calls = sign * (state.exported[..., 0].sum() / max(total(state.counted[..., 0]), 1) - 1)
        told = bool(state.exported[..., 0].any())
        if not more or less > OTHER_WAY * more or read <= 0 or read < wrote / 5:
            continue
        if told and calls < read / 4:
            continue
        found = state.set_where(gap > 0)
        if sign < 0:
            label = f"calls that the export does not have, {percent(_short(read))} of the input"
            if abs(calls * total(state.counted[..., 0]) - state.cells.failed) < max(
                1.0, OTHER_WAY * state.cells.failed
            ):
                label += ", as many as ended in an error"
            yield Try(MISSING, label, found, exact=False)
        elif wrote < BROKEN_OFF * read:
            label = (
                f"tries that failed and are billed: {percent(_short(read))} more input, "
                f"{percent(_short(wrote))} more output than in the log"
            )
            yield Try(RETRIES, label, found, exact=False)
        else:
            label = f"calls that the log does not have, {percent(_short(read))} of its input"
            yield Try(MISSING, label, found, exact=False)


def _of_items(state: State) -> Iterator[tuple[str, list[int]]]:
    """Yield each model and where its keys stand."""
    items = dict.fromkeys(item for item, _ in state.cells.keys)
    for item in items:
        yield item, [k for k, key in enumerate(state.cells.keys) if key[0] == item]


def _some(names: list[str]) -> str:
    more = len(names) - FEW
    return listing([*names[:FEW], *([f"{more} more"] if more > 0 else [])])


def _short(share: float) -> float:
    return float(f"{share:.2g}")
