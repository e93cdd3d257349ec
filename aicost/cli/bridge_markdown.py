"""The way from one bill to another for a pull request: a verdict, what changed, goals missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicost.analysis.attribution.bridge import Bridge
from aicost.analysis.uncertainty.paired import Apart, apart
from aicost.analysis.viability.ends import Ends, ends
from aicost.billing.agreed_draws import agrees
from aicost.billing.case import Case
from aicost.values.formatting import listing, money, percent, signed
from aicost.values.markdown import inline, table

DUST = 1e-9  # what adding up leaves over a limit that is just reached


def rise(bridge: Bridge) -> float:
    """By which share the second bill lies above the first; below zero where it is less."""
    if bridge.before > 0:
        return bridge.after / bridge.before - 1.0
    return float("inf") if bridge.difference > 0 else 0.0


def is_past(bridge: Bridge, limit: float) -> bool:
    """Whether the second bill lies above the first by more than a share of it."""
    return rise(bridge) > limit + DUST


def bridge_markdown(
    bridge: Bridge, names: Sequence[str], before: Case, after: Case, limit: float
) -> str:
    """A verdict in a line, a table of what makes the difference, goals that were kept before."""
    rows = [[names[0], money(bridge.before)]]
    rows += [[bar.label, signed(bar.usd)] for bar in bridge.bars]
    rows.append([names[1], money(bridge.after)])
    verdict = _verdict(bridge, apart(before, after), limit)
    parts = [verdict, table(["What differs", "a month"], "lr", rows)]
    parts += [inline(f"{bar.group}: {'; '.join(bar.inside)}") for bar in bridge.bars if bar.inside]
    neutral = "; ".join(bridge.neutral)
    parts += [inline(f"Without effect on the bill: {neutral}.")] if neutral else []
    parts += [inline(bridge.note)] if bridge.note else []
    parts += [inline(line) for line in _invoiced(names, (before, after))]
    newly = [*_newly(ends(before), ends(after))]
    told = f"**{inline(f'Newly missed: {listing(newly)}.')}**"
    parts.append(told if newly else "No goal is newly missed.")
    return "\n\n".join(parts)


def _verdict(bridge: Bridge, between: Apart, limit: float) -> str:
    up, most = rise(bridge), percent(limit)
    head = f"The bill falls by {_share(-up)}" if up < 0 else "The bill does not rise"
    if up > 0:
        by = f"rises by {_share(up)}" if bridge.before > 0 else "was nothing, and rises"
        head = (
            f"The bill {by}, {'past' if is_past(bridge, limit) else 'within'} the limit of {most}"
        )
    words = f"{money(bridge.before)} a month, then {money(bridge.after)}"
    if " (" in between.words:  # there is a range
        words += f"; over the same draws of what is not known {between.words}"
    return f"**{inline(head)}.** {inline(f'{words}.')}"


def _invoiced(names: Sequence[str], sides: Sequence[Case]) -> Iterator[str]:
    """Yield of which side an invoice is, where it is not of both."""
    same = [all(agrees(of.bill, name) for name in of.scenario.invoiced) for of in sides]
    if not any(same):
        yield "Neither is what was invoiced any more: no range follows that."
    elif not all(same):
        yield f"What was invoiced is of {names[same.index(True)]}: both are drawn by it."


def _share(part: float) -> str:
    return percent(float(f"{part:.3g}"))


def _newly(before: Ends, after: Ends) -> Iterator[str]:
    """Yield what is missed and was not; what nobody asked for before is said to be new."""
    there = {end.name for end in before.missed}
    asked = {end.name for end in before.counted}
    for end in after.missed:
        if end.name not in there:
            yield end.noun if end.name in asked else f"{end.noun} (a new goal)"
