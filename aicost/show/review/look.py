"""What the parts of a page look at: a case, its plan, and what several of them need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from aicost.analysis.levers.report import Levers, levers
from aicost.analysis.options.report import Options, options
from aicost.analysis.request_cost.report import RequestCost, request_cost
from aicost.analysis.scaling.growth import Outlook, growth
from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.expected import Expected, expected
from aicost.analysis.uncertainty.tornado import Tornado, tornado
from aicost.analysis.user_margins.report import UserMargins, told, user_margins
from aicost.analysis.viability.ends import Ends, ends
from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.invoices.calibrate import calibrate
from aicost.invoices.calibration import Calibration
from aicost.invoices.comparison import Reconciliation
from aicost.show.review.pictures import sizes
from aicost.timing.report import Times, latency

FEW = 3


@dataclass(frozen=True)
class Look:
    """A case under review, with what stands beside it; each answer is worked out once."""

    case: Case
    plan: Case | None = None
    log: str | Path | None = None
    invoice: Reconciliation | None = None

    @property
    def bill(self) -> Bill:
        """The bill of a month at the means."""
        return self.case.bill

    @cached_property
    def cost(self) -> Expected:
        """The bill over the draws of what is not known."""
        return expected(self.case)

    @cached_property
    def ends(self) -> Ends:
        """Its goals and limits, and where each ends."""
        return ends(self.case)

    @cached_property
    def months(self) -> Outlook | None:
        """The growth plan, where there is one."""
        return growth(self.case) if self.case.scenario.growth is not None else None

    @cached_property
    def at(self) -> Sweep:
        """The bill at all sizes that a page draws or tells of."""
        return sizes(self.case, self.ends.money)

    @cached_property
    def clock(self) -> Times | None:
        """Its times, where it has any."""
        return latency(self.case)

    @cached_property
    def unknowns(self) -> Tornado:
        """Every range that moves the bill, the one that moves it most first."""
        return tornado(self.case, len(self.case.scenario.unknowns()) or 1)

    @property
    def widest(self) -> Tornado:
        """The three that move it most."""
        return replace(self.unknowns, unknowns=self.unknowns.unknowns[:FEW])

    @cached_property
    def request(self) -> RequestCost | None:
        """What one request costs, where there are any."""
        return request_cost(self.case) if self.bill.requests > 0 else None

    @cached_property
    def users(self) -> UserMargins | None:
        """What its users bring and cost, where the file tells them apart."""
        return user_margins(self.case) if told(self.case) else None

    @cached_property
    def options(self) -> Options | None:
        """What else it could be, where its file names options."""
        return options(self.case) if self.case.scenario.options else None

    @cached_property
    def levers(self) -> Levers:
        """What to change first."""
        return levers(self.case)

    @cached_property
    def calibration(self) -> Calibration:
        """Which inputs explain the invoice."""
        assert self.invoice is not None
        return calibrate(self.case, self.invoice)
