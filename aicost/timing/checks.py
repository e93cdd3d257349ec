"""What in a system's times does not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aicost.billing.case import Case
from aicost.components.stage import Stage
from aicost.scenario.checks import problem
from aicost.scenario.problems import Problem
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import believed, invoiced, observed_scale, timed
from aicost.timing.pool_waits import PoolUse, pool_uses
from aicost.timing.sentences import fitted, observed_words, thought_words
from aicost.timing.walk import alone
from aicost.values.formatting import count, money, percent, plural, seconds_words
from aicost.values.quantities import Spread, ends
from aicost.values.section import Concern

MOST_WAIT = 0.5  # of calls, from which share on a pool is said to be short of machines
THOUGHT = "thinking_tokens"
SAME = 0.05  # between thinking billed and thinking that fits the times seen, no word is lost
CLEARLY = 1.1  # times the stated share from which on the two do not fit


def doubts(case: Case) -> list[Problem]:
    """What is unlikely in the times of a system, one line each.

    The share of calls longer than their timeout is worked out from their times. It should not be
    more than the share that is said to be tried again, or to go to the fallback: that one is paid.
    """
    point = timed(case).point.scenario
    found = [
        problem(point, stage.name, stage, concern)
        for stage in point.stages
        for concern in _of_timeout(point, stage)
    ]
    found += [problem(point, *one) for one in _of_thinking(case)]
    found += _of_observed(case)
    for use in pool_uses(point):
        found += [problem(point, f"pools.{use.pool.name}", use.pool, c) for c in _of_pool(use)]
    return found


def fit_words(case: Case) -> str:
    """What the times that were observed made of what nobody knew; nothing where none were."""
    if case.scenario.observed is None:
        return ""
    return observed_words(timed(case).point.scenario, observed_scale(case))


def _of_observed(case: Case) -> Iterator[Problem]:
    """Yield what was seen where it takes calls that are faster than any that is known."""
    observed, scale = case.scenario.observed, observed_scale(case)
    if observed is None or scale is None or believed(case, scale):
        return
    field, _ = next(iter(observed.seen.values()))
    wrong = f"calls take x {scale.per_token:.2g} of what is usual then, faster than any known here"
    remedy = "ask what was timed, how long its answers are and how much it thinks"
    concern = Concern(field, wrong, remedy)
    yield problem(case.scenario, "observed", observed, concern)


def _of_thinking(case: Case) -> Iterator[tuple[str, Stage, Concern]]:
    """Yield each stage whose bill takes other thinking than fits the times that were seen."""
    point, told = timed(case).point.scenario, invoiced(case)
    for name, fit in fitted(point):
        stage = point.stage(name)
        taken = Spread(*(ends(getattr(stage, THOUGHT)) * 2)[:2])
        if abs(float(taken.p50 / fit.p50) - 1.0) < SAME:
            continue
        whole = fit if fit.p50 != fit.p95 else fit.p50
        bills = [float(c.bill.total) for c in (case.at({f"{name}.{THOUGHT}": whole}), case)]
        taken = Spread(*(float(f"{float(end):.3g}") for end in ends(taken)))
        wrong = f"the times that were observed fit {thought_words(fit)}; the bill takes "
        p50, p95 = (f"{end:_g}" for end in ends(fit))
        written = p50 if p50 == p95 else f"{{p50: {p50}, p95: {p95}}}"
        remedy = f"write {THOUGHT}: {written}, and it is {money(bills[0])} a month in place of "
        if name in told:
            remedy = "that was invoiced, the other was seen: let a log tell, for with the other it "
            remedy += f"is {money(bills[0])} a month in place of "
        concern = Concern(THOUGHT, f"{wrong}{thought_words(taken)}", f"{remedy}{money(bills[1])}")
        yield name, stage, concern


def _of_pool(use: PoolUse) -> Iterator[Concern]:
    """Yield a pool in which most calls wait, with what another unit does to it."""
    if not use.full and use.waits <= MOST_WAIT:
        return
    machines = f"{count(use.units)} {plural('machine', count(use.units))}"
    if use.busy > 1 + 1e-9:
        calls = f"{count(round(use.calls_per_hour))} calls an hour"
        wrong = f"{machines} carry {percent(round(1 / use.busy, 3))} of the {calls} at the peak"
        yield Concern(
            "at_most", f"{wrong}; the queue grows without end", "let there be more of them"
        )
        return
    busy = f"busy {percent(round(use.busy, 3))} of the busiest hour with {machines}"
    waits = f"{percent(round(use.waits, 3))} of calls wait, {seconds_words(use.mean_wait_s)} in "
    waits = f"{waits}the mean of all" if not use.full else "the queue grows without end"
    more = replace(use, units=use.units + 1)
    remedy = f"write spare: {float(use.pool.spare) + 1:g}, and it is "
    remedy += seconds_words(more.mean_wait_s)
    if use.units >= float(use.pool.at_most):
        remedy = f"let there be more than {count(use.pool.at_most)}"
    yield Concern("carries", f"{busy}: {waits}", remedy)


def _of_timeout(point: Scenario, stage: Stage) -> Iterator[Concern]:
    if stage.timeout is None:
        return
    after, name = float(stage.timeout.after), stage.timeout.fallback
    late = 1.0 - float(alone(point, stage).done.within(after))
    stated = float(point.stage(name).share if name else stage.retry)
    if late > stated * CLEARLY + 1e-3:
        longer = f"{percent(round(late, 3))} of calls take longer than {seconds_words(after)}"
        place = f"that {name} is said to answer" if name else "said to be tried again"
        remedy = f"set {name}.share to it" if name else "set retry to it, name a fallback"
        wrong = f"{longer}, more than the {percent(stated)} {place}"
        wrong += "" if name else ": the others end without an answer, and are paid"
        yield Concern("timeout", wrong, f"{remedy}, or wait longer")
