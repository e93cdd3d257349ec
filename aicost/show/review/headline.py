"""The figures at the head of a review, and all of them for a machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.expected import NO_RANGE, Expected
from aicost.analysis.user_margins.report import UserMargins
from aicost.analysis.user_margins.seats import Part
from aicost.analysis.viability.ends import Ends
from aicost.billing.bill import Bill
from aicost.show.charts.theme import each as each_of
from aicost.show.review.facts import basis_shares, told_sizes
from aicost.values.formatting import about, count, listing, money, percent
from aicost.values.money import Money


def cards(bill: Bill, cost: Expected, found_ends: Ends) -> list[dict[str, str]]:
    """The figures at the top of the page."""
    unit, price = bill.scenario.traffic.usage_unit, bill.scenario.revenue_per_user
    each, request = float(bill.per_user), float(bill.per_request)
    brings = f"brings {money(price)}" if price is not None else f"{count(bill.users)} {unit}s"
    ends = f"{about(cost.p5)} to {about(cost.p95)}, nine times in ten"
    found = [
        {
            "label": "A month",
            "figure": money(bill.total),
            "note": NO_RANGE if cost.certain else ends,
        },
        {"label": f"Per {each_of(unit)}", "figure": money(each), "note": brings},
    ]
    if bill.per_success is not None:
        share_words = percent(bill.scenario.traffic.success_share)
        found.append(
            {
                "label": "Per answer that helps",
                "figure": money(request / float(bill.scenario.traffic.success_share)),
                "note": f"{share_words} of answers do",
            }
        )
    elif unit != "request" and float(bill.requests) != float(bill.users):
        note = f"{float(bill.requests):,.0f} a month"
        found.append({"label": "Per request", "figure": money(request), "note": note})
    found.append(_card(found_ends))
    return found


def _card(found: Ends) -> dict[str, str]:
    """The nearest end of viability, the figure the whole kit is about."""
    label, ahead = "Its goals hold up to", found.next
    if found.missed:
        note = listing([end.noun for end in found.missed])
        return {"label": "Its goals are missed", "figure": "today", "note": note}
    if ahead is None or ahead.last is None:
        note = "no goal is stated"
        if found.every:
            note = f"looked at up to {found.reach}"
        return {"label": label, "figure": "any size", "note": note}
    note = f"{found.unit}, {ahead.last / found.now:.1f} x today: then {ahead.noun}"
    return {"label": label, "figure": count(ahead.last), "note": note}


def figures(bill: Bill, cost: Expected, found: Ends, at: Sweep) -> dict[str, Any]:
    """The figures of a review for a machine, in the scenario's currency, rounded to the cent."""
    money = bill.scenario.money

    def cents(usd: Any) -> float:
        return round(float(money.of(usd)), 2)

    goals = {
        p.goal: {
            "met_now": p.met_now,
            "met": [list(span) for span in p.intervals],
            "crossings": [c.at for c in p.crossings],
            "all_tried_to": p.up_to,
        }
        for p in found.money
    } | {
        end.name: {"met_now": end.met_now, "missed_from": end.at}
        for end in found.every[len(found.money) :]
    }
    totals = np.broadcast_to(at.bill.total, at.values.shape)
    return {
        "name": bill.scenario.name,
        "as_of": str(bill.book.as_of),
        "book": bill.book.hash,
        "currency": money.code,
        "usd_per_unit": money.in_usd,
        "a_month": {
            "at_means": cents(bill.total),
            "mean": cents(cost.mean),
            "p5": cents(cost.p5),
            "p95": cents(cost.p95),
            "review_staff": cents(bill.people),
        },
        "once": cents(bill.once),
        "usage": float(bill.users),
        "requests": float(bill.requests),
        "components": {name: cents(usd) for name, usd in bill.by("component").items()},
        "behaves": {name: cents(usd) for name, usd in bill.by("behaves").items()},
        "basis": {name: round(part, 4) for name, part in basis_shares(bill).items()},
        "at_usage": {f"{s:.0f}": cents(totals[at.place(s)]) for s in told_sizes(at)},
        "goals": goals,
        "first_failure": found.first
        and {"goal": found.first.name, "holds_up_to": found.first.last},
    }


def user_figures(found: UserMargins, ours: Money) -> dict[str, Any]:
    """What users bring and cost for a machine, in the scenario's currency."""

    def of(part: Part) -> dict[str, float]:
        amounts = {"costs": part.costs} | ({"brings": part.brings} if found.priced else {})
        return {
            "share": round(part.share, 6),
            "requests": round(part.asked, 3),
            "of_bill": round(found.of_bill(part), 4),
            **{name: round(float(ours.of(usd)), 4) for name, usd in amounts.items()},
        }

    return {
        "all": of(found.users),
        "tenths": [of(part) for _, part in found.tenths],
        "heaviest": found.heaviest and of(found.heaviest[1]),
        "plans": {plan.name: of(plan.users) for plan in found.plans if plan.name},
    } | ({"at_a_loss": round(found.losing, 4)} if found.priced else {})
