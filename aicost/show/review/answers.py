"""The answers of a review as sentences, each computed from the figures behind it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.analysis.alternatives.three_ways import ThreeWays, three_ways
from aicost.analysis.attribution.bridge import Bridge
from aicost.analysis.capacity.idle_units import idle_units
from aicost.analysis.scaling.growth import Outlook
from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.expected import NO_RANGE, Expected
from aicost.analysis.viability.ends import ends
from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.terms import place_of
from aicost.components.caching import ResponseCache
from aicost.scenario.scenario import Scenario
from aicost.scenario.unit_memory import weights_gb
from aicost.show.review.facts import told_sizes
from aicost.values.charge import HUMAN
from aicost.values.formatting import about, count, listing, money, share, times

MACHINES = (
    "Of machines: licences, whole servers where a provider rents no single chips, and fetching the "
    "weights."
)


def outlook(case: Case, plan: Outlook | None) -> str:
    """Which goals and limits fail today, and at which usage the first of the others does."""
    found = ends(case)
    ahead = found.next
    if ahead is None or ahead.at is None or plan is None:
        return found.sentence
    grown, missed = plan.month_of(ahead.at), plan.missed_in(ahead.name)
    month = grown if missed is None else missed
    when = "beyond the growth plan" if month is None else f"in month {month} of the growth plan"
    if missed is not None and missed != grown:
        when += ", for what is stored grows too"
    return found.told(when)


def cost_note(bill: Bill, cost: Expected) -> str:
    """How the bill at the means and the mean of the draws part, if they do."""
    words = (
        "The table stands at the mean of every input, so that each line can be multiplied by "
        f"hand: {money(bill.total)}. Beside a line stands the basis of its weakest number: "
        "stated, given as a range, assumed by the kit, or listed by a seller. "
    )
    if cost.certain:
        return f"{words}It has no range, for {NO_RANGE}."
    words += (
        f"Over {cost.totals.size:,} draws of what is not known the mean is "
        f"{about(cost.mean)}, and nine in ten lie between {about(cost.p5)} and {about(cost.p95)}."
    )
    if cost.gaps:
        words += f" The two differ by more than 5 % in {listing([p.line for p in cost.gaps])}."
    return words


def behaves(bill: Bill, empty: Bill) -> str:
    """What grows with usage and data, and what stands at no usage at all."""
    sums, total = bill.by("behaves"), float(bill.total)
    words = f"{share(sums.get('usage', 0.0), total)} of the bill grows with usage"
    if float(sums.get("data", 0.0)) > 0:
        words += f", {share(sums['data'], total)} with the documents"
    if float(sums.get("capacity", 0.0)) > 0:
        words += f", {share(sums['capacity'], total)} in whole units, in steps"
    unit = bill.scenario.traffic.usage_units
    return f"{words}. With no {unit} at all it still costs {money(empty.total)} a month."


def usage(at: Sweep) -> str:
    """How the cost of one user changes between the smallest and the largest size."""
    low, *_, high = told_sizes(at)
    each = np.broadcast_to(at.bill.per_user, at.values.shape)
    first, last = (float(each[at.place(size)]) for size in (low, high))
    turn = "falls" if last < first else "rises"
    return (
        f"From {count(low)} to {count(high)} the cost of one "
        f"{at.case.scenario.traffic.usage_unit} {turn} from {money(first)} to {money(last)}."
    )


def bridge(found: Bridge) -> str:
    """How far two bills lie apart, and what moved most."""
    ratio = found.after / found.before
    return (
        f"The plan said {money(found.before)} a month, the bill is {money(found.after)}: "
        f"{times(ratio)} times as much. {found.sentence}"
    )


def machines(case: Case, options: Iterable[tuple[str, Case]] = ()) -> list[tuple[str, ThreeWays]]:
    """Of each pool that serves a model: what it costs beside the same by the token, and today's.

    `options` are the other systems of the file, by name: a pool that only one of them runs on is
    told as theirs.
    """
    told: dict[tuple[str, str], tuple[str, ThreeWays]] = {}
    for option, one in (("", case), *options):
        for pool, stage in _served(one.scenario).items():
            if (pool, stage) in told:
                continue
            found = own_machines(one, stage)
            ways = three_ways(found, self_hosting(one, stage, known=found, today=case))
            idle = [words.sentence for words in idle_units(one) if words.pool == pool]
            which = f"Option '{option}', " if option else ""
            told[pool, stage] = (" ".join((f"{which}{ways.sentence}", *idle)), ways)
    return [*told.values()]


def _served(scenario: Scenario) -> dict[str, str]:
    """The first stage on each pool that serves a model."""
    stages = {stage.runs_on: stage.name for stage in reversed(scenario.stages)}
    served = (pool.name for pool in scenario.pools if pool.serves)
    return {name: stages[name] for name in served if name in stages}


def _where(scenario: Scenario, book: Book) -> str:
    """What is said of where each part runs, and of which nobody says it."""
    rules = {
        item: book.terms.placed(item, book.as_of)
        for s in scenario.stages
        for _, item in s.sold_as()
    }
    there = [item for item, rule in rules.items() if rule is not None]
    unsaid = [item for item, rule in rules.items() if rule is None]
    words = ""
    if there:
        verb = "is" if len(there) == 1 else "are"
        words = f"{listing(there)} {verb} offered there, which proves nothing of where data are: a "
        words += "contract does. "
    if unsaid:
        words += f"Nobody says it of {listing(unsaid)}: unknown, which is not the same as allowed. "
    return f"{words}Where people, logs and machines of one's own are is not looked at."


def _of_machines(scenario: Scenario) -> str:
    """What is not billed of pools that serve a model, with its size, and what to write for it."""
    served = [pool for pool in scenario.pools if pool.serves]
    anew = [pool.name for pool in served if not pool.prefix_cache]
    words, asked = MACHINES, []
    if anew:
        words += f" What an engine keeps of prompts on {listing(anew)} (write prefix_cache: yes)."
    for pool in served:
        if pool.storage_price is None:
            size = count(round(weights_gb(pool)))
            asked.append(f"disks for the {size} GB of weights of {pool.name} (storage_price: …)")
        if pool.egress_price is None:
            asked.append(f"answers of {pool.name} that leave the cloud (egress_price: …)")
    return f"{words} Nobody gave a price of {listing(asked)}." if asked else words


def missing(scenario: Scenario, book: Book) -> list[str]:
    """What this review does not cover, from what the scenario asks for."""
    items = []
    place = place_of(scenario.constraints.residency)
    if place:
        items.append(f"Residency {place}: {_where(scenario, book)}")
    items.append("Tax, support plans, discounts and credits, unless a line says so.")
    built = any(pool.states("build_hours") for pool in scenario.pools)
    beyond = " beyond the hours of its pools" if built else ""
    items.append(
        f"Building the system: engineers{beyond}, evaluation before launch, project management."
    )
    if any(pool.serves for pool in scenario.pools):
        items.append(_of_machines(scenario))
    bare = [
        s.name for s in scenario.stages if isinstance(s, ResponseCache) and not s.node_per_month
    ]
    if bare:
        items.append(f"What {listing(bare)} itself costs, for node_per_month is not given.")
    if scenario.traffic.success_share is None:
        items.append("Answers that did not help: no share of successes was given.")
    if not any(s.component == HUMAN for s in scenario.stages):
        items.append("People who check answers: the scenario has none.")
    return items
