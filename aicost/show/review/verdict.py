"""The verdict: one paragraph on money, time and growth, each goal by how much it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.analysis.scaling.growth import Outlook
from aicost.analysis.uncertainty.expected import Expected
from aicost.analysis.viability.ends import Ends, ends
from aicost.analysis.viability.goals import Goal, left_over, price_from
from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.show.review.answers import outlook
from aicost.timing.budgets import BudgetStanding, standings
from aicost.timing.unknowns import resting_words
from aicost.values.formatting import about, count, money, percent, seconds_words
from aicost.values.money import spoken

APART = 0.05  # of the bill: where the mean of the draws is said beside it


def verdict(case: Case, cost: Expected, plan: Outlook | None) -> str:
    """What it costs, how it stands against each goal, and until when that holds.

    The month is the bill at the means, as it is everywhere on the page; its range is of the draws.
    """
    found = ends(case)
    against = "; ".join([*_of_money(case, found), *_of_time(case, found)])
    said = f"{against[0].upper()}{against[1:]}." if against else ""
    rests = resting_words(case, [one.name for one in found.missed])
    return " ".join(filter(None, (_costs(case, cost), said, rests, outlook(case, plan))))


def cloud_and_staff(bill: Bill) -> tuple[str, str]:
    """What of a month is cloud and what review staff, rounded so that the two add up."""
    rate, whole = spoken().in_usd, float(bill.total)
    people = float(bill.people)
    if whole / rate >= 100:
        people = round(people / rate) * rate
        whole = round(whole / rate) * rate
    return money(whole - people), money(people)


def _costs(case: Case, cost: Expected) -> str:
    """What a month comes to, of it staff, and how far that may go."""
    bill, traffic = case.bill, case.point.scenario.traffic
    words = f"{case.name} costs {money(bill.total)} a month"
    if (many := count(case.usage)) == "1":
        words += f" for 1 {traffic.usage_unit}"
    else:
        words += f" for {many} {traffic.usage_units}, {money(bill.per_user)} each"
    if bill.people > 0:
        cloud, people = cloud_and_staff(bill)
        words += f": {cloud} for cloud and {people} for review staff"
    if not cost.certain and about(cost.p5) != about(cost.p95):
        words += f". Nine times in ten it lies between {about(cost.p5)} and {about(cost.p95)}"
        if abs(cost.mean - cost.plan) > APART * cost.plan:
            words += f", {about(cost.mean)} on average"
    return f"{words}."


def _of_money(case: Case, found: Ends) -> Iterator[str]:
    """Yield how each goal of money stands, with how likely it is kept."""
    bill, goals = case.bill, case.point.scenario.goals
    odds = {str(one.goal): one.odds for one in found.money}
    for goal, left in left_over(bill).items():
        said = _beside(goal, float(left), bill, goals)
        chance = odds[str(goal)]
        kept = None if chance is None else chance.met_now
        sure = kept is None or round(kept, 2) in (0.0, 1.0)
        what = "cover the cost" if goal is Goal.CONTRIBUTION else "be kept"
        yield said if sure else f"{said} ({percent(round(kept or 0.0, 2))} likely to {what})"


def _beside(goal: Goal, left: float, bill: Bill, goals: object) -> str:
    """How a goal of money stands, in a few words."""
    if goal is Goal.CONTRIBUTION:
        unit = bill.scenario.traffic.usage_unit
        return (
            f"each {unit} brings {money(bill.scenario.revenue_per_user)}{price_from(bill.scenario)}"
        )
    if goal is Goal.MARGIN:
        kept = 1 - float(bill.total) / float(bill.scenario.revenue_per_user * bill.users)
        wanted = percent(bill.scenario.goals.margin)
        return f"the margin is {percent(round(kept, 2))} against a goal of {wanted}"
    most = getattr(goals, f"{goal}_per_month")
    of = "for cloud alone the budget" if goal is Goal.CLOUD else "the budget"
    if left >= 0:
        return f"{of} of {money(most)} has {money(left)} to spare"
    return f"{of} of {money(most)} is exceeded by {money(-left)}"


def _of_time(case: Case, found: Ends) -> Iterator[str]:
    """Yield how each goal of time stands that the system is held against."""
    counted = {end.name for end in found.counted}
    for standing in standings(case):
        if standing.budget.field in counted:
            yield _in_time(standing)


def _in_time(standing: BudgetStanding) -> str:
    budget = standing.budget
    usual = "that are usual for its kind" if budget.basis == "assumed" else "allowed"
    due = f"the {seconds_words(budget.seconds)} {usual}"
    if standing.served < 1:
        served = percent(round(standing.served, 2))
        return f"in the busiest hour {served} of calls are served, and {due} cannot be kept"
    does = "begin" if budget.what == "first word" else "are whole"
    words = f"95 % of answers {does} within {seconds_words(standing.p95)}"
    return f"{words}, {standing.apart} {'inside' if standing.met else 'over'} {due}"
