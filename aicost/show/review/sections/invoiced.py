"""An invoice beside the bill: component by component, and which inputs explain what is apart."""

from __future__ import annotations

from typing import Any, NamedTuple

from aicost.invoices.calibration import Calibration, Moved
from aicost.invoices.comparison import Comparison, Reconciliation
from aicost.show.review.look import Look
from aicost.values.money import Money
from aicost.values.quantities import Range, Spread, Value, ends


class Beside(NamedTuple):
    """The bill beside an invoice, and what of the unknown inputs it tells, where there are any."""

    found: Reconciliation
    known: Calibration | None


def invoiced(look: Look) -> Beside | None:
    """What an invoice says; nothing where the review has none."""
    if look.invoice is None:
        return None
    return Beside(look.invoice, look.calibration if look.case.scenario.unknowns() else None)


def invoice_figures(look: Look, ours: Money) -> dict[str, Any]:
    """The same for a machine, amounts in the scenario's currency."""
    if (beside := invoiced(look)) is None:
        return {}
    found, known = beside

    def cents(usd: float) -> float:
        return round(float(ours.of(usd)), 2)

    def part(tie: Comparison) -> dict[str, Any]:
        own = [tie.low, tie.high] if tie.unknown else [tie.ours, tie.ours]
        low, high = map(cents, own)
        where = "inside" if tie.inside else "above" if tie.gap > 0 else "below"
        sums = {"bill": cents(tie.ours), "p5": low, "p95": high, "invoice": cents(tie.theirs)}
        return {**sums, "stands": where}

    said = {
        "covers": found.covers,
        "explained": round(found.tied, 4),
        "parts": {tie.name: part(tie) for tie in found.ties},
        "aside": {tie.name: cents(tie.theirs) for tie in found.aside},
    }
    if known is not None:
        said["moved"] = {one.path: _moved(one, ours) for one in known.moved}
        said["not_told_apart"] = [[*group] for group in known.alike]
        said["not_explained"] = [one.sentence for one in known.off]
        said["not_covered"] = {rest.name: cents(rest.usd) for rest in known.rests}
    return {"invoice": said}


def _moved(one: Moved, ours: Money) -> dict[str, Any]:
    def plain(value: Value) -> Any:
        if isinstance(value, Spread):
            p50, p95 = map(plain, ends(value))
            return {"p50": p50, "p95": p95}
        if isinstance(value, Range):
            return [plain(value.low), plain(value.high)]
        return float(f"{ours.of(value) if one.meaning.is_money else value:.6g}")

    return {"was": plain(one.was), "explains": plain(one.now), "range": plain(one.known)}
