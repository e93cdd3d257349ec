"""The answers of a review as sentences, each computed from the figures behind it."""

from __future__ import annotations

from collections.abc import Sequence

from aicost.analysis.scaling.growth import Outlook
from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.expected import Expected
from aicost.analysis.uncertainty.tornado import Unknown
from aicost.analysis.viability.inflection import Inflection
from aicost.billing.bill import Bill
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import about, count, listing, money, percent, share


def verdict(
    bill: Bill, cost: Expected, inflections: Sequence[Inflection], plan: Outlook | None
) -> str:
    """The verdict: what it costs, what it brings, and until when that holds."""
    s, users = bill.scenario, float(bill.users)
    price = s.goals.price_per_user_month
    words = (
        f"{s.name} costs about {about(cost.mean)} a month ({about(cost.p5)} to {about(cost.p95)}) "
        f"for {count(users)} {s.traffic.usage_units}"
    )
    if price is not None:
        words += f": {about(cost.mean / users)} each, against the {money(price)} that each brings"
    return f"{words}. {outlook(inflections, plan)}"


def outlook(inflections: Sequence[Inflection], plan: Outlook | None) -> str:
    """Whether the goals hold today, and at which usage the first of them fails."""
    if not inflections:
        return "No goal is stated, so nothing says when it stops being viable."
    missed = [i for i in inflections if not i.met_now]
    if missed:
        return f"At this size it misses {listing([goal_words(i) for i in missed])}."
    ends = [i for i in inflections if i.point is not None and not i.point.met]
    unit = inflections[0].unit
    if not ends:
        return f"Every goal holds at any size up to {count(inflections[0].far)} {unit}."
    first = min(ends, key=lambda i: i.point.at if i.point else 0)
    assert first.point is not None
    words = f"Its goals hold up to {count(first.point.at - 1)} {unit}; there "
    words += f"{goal_words(first)} goes first"
    month = plan.missed.get(first.goal) if plan is not None else None
    if month is not None:
        words += f", in month {month} of the growth plan"
    elif plan is not None:
        words += ", beyond the growth plan"
    return f"{words}."


def goal_words(inflection: Inflection) -> str:
    """A goal as a noun."""
    words = {"contribution": "the price", "margin": "the margin", "budget": "the budget"}
    return words[inflection.goal]


def cost(bill: Bill) -> str:
    """Where the money goes."""
    by = sorted(bill.by("component").items(), key=lambda kv: -float(kv[1]))
    total = float(bill.total)
    first, amount = by[0]
    words = f"{first.capitalize()} is the largest part with {share(amount, total)}"
    rest = [f"{name} {share(usd, total)}" for name, usd in by[1:4] if float(usd) > 0]
    if rest:
        words += f", then {listing(rest)}"
    return f"{words}."


def cost_note(bill: Bill, cost: Expected) -> str:
    """How the bill at the means and the mean of the draws part, if they do."""
    words = (
        "The table stands at the mean of every input, so that each line can be multiplied by "
        f"hand: {money(bill.total)}. Over 4,096 draws of what is not known the mean is "
        f"{about(cost.mean)}, and nine in ten lie between {about(cost.p5)} and {about(cost.p95)}."
    )
    if cost.parted:
        words += f" The two differ by more than 5 % in {listing([p.line for p in cost.parted])}."
    return words


def behaves(bill: Bill, empty: Bill) -> str:
    """What grows with usage and data, and what stands at no usage at all."""
    sums, total = bill.by("behaves"), float(bill.total)
    words = f"{share(sums.get('usage', 0.0), total)} of the bill grows with usage"
    if float(sums.get("data", 0.0)) > 0:
        words += f", {share(sums['data'], total)} with the documents"
    unit = bill.scenario.traffic.usage_units
    return f"{words}. With no {unit} at all it still costs {money(empty.total)} a month."


def usage(at: Sweep) -> str:
    """How the cost of one user changes between the smallest and the largest size."""
    each, (low, *_, high) = at.totals()["per_user"], at.values
    first, last = float(each.iloc[0]), float(each.iloc[-1])
    unit = at.scenario.traffic.usage_unit
    turn = "falls" if last < first else "rises"
    return (
        f"From {count(low)} to {count(high)} the cost of one {unit} {turn} from {money(first)} "
        f"to {money(last)}."
    )


def unknowns(widest: Sequence[Unknown], total: float) -> str:
    """Which unknown widens the bill most."""
    if not widest:
        return "Every number in this scenario was counted: nothing is left to measure first."
    first = widest[0]
    words = (
        f"Measure '{first.words}' first: on its own it moves the bill by {about(first.width)} a "
        f"month, {percent(round(first.width / total, 3))} of it, between its low and high end."
    )
    if len(widest) > 1:
        then = [f"'{w.words}' ({about(w.width)})" for w in widest[1:]]
        words += f" Then {listing(then)}."
    return words


def bridge(a: Bill, b: Bill, sentence: str) -> str:
    """How far two bills lie apart, and what moved most."""
    ratio = float(b.total) / float(a.total)
    return (
        f"The plan said {money(a.total)} a month, the bill is {money(b.total)}: {ratio:.1f} times "
        f"as much. {sentence}"
    )


def missing(scenario: Scenario) -> list[str]:
    """What this review does not cover, from what the scenario asks for."""
    items = []
    residency = scenario.constraints.residency
    if residency:
        items.append(
            f"Residency {residency}: the price book does not say where a provider keeps data, so "
            "for every model and store here it is unknown, which is not the same as allowed."
        )
    items.append("Tax, support plans, discounts and credits, unless a line says so.")
    items.append("Building the system: engineers, evaluation before launch, project management.")
    if scenario.traffic.success_share is None:
        items.append("Answers that did not help: no share of successes was given.")
    if not any(s.component == "human review" for s in scenario.pipeline):
        items.append("People who check answers: the scenario has none.")
    return items
