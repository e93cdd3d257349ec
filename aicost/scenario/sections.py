"""Sections of a scenario beside its traffic, its documents and its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aicost.values.charge import COMPONENTS
from aicost.values.quantities import Value, names, quantity, unbilled, word
from aicost.values.section import Section

#: Seconds to a first word, and to a whole answer, that are no slip for milliseconds.
FIRST_S, WHOLE_S = (0.0, 120.0), (0.0, 1_800.0)


@dataclass(frozen=True, kw_only=True)
class Goals(Section):
    """What the system may cost, what it earns and how fast it must be."""

    price_per_user_month: Value = unbilled("USD/user", "revenue per user and month")
    margin: Value = unbilled("share", "share of revenue that has to remain")
    budget_per_month: Value = unbilled("USD/month", "most it may cost a month")
    cloud_budget_per_month: Value = unbilled(
        "USD/month", "most it may cost a month without review staff"
    )
    first_word_p95: Value = quantity(
        "s", "95 % of answers start within", low=1e-3, default=None, plain=FIRST_S
    )
    whole_answer_p95: Value = unbilled(
        "s", "95 % of answers are whole within", low=1e-3, plain=WHOLE_S
    )
    done_within: Value = unbilled(
        "hours", "a night's work is done within", low=1e-2, plain=(0.0, 168.0)
    )
    #: Share of requests given up after so many seconds without a first word, rising. [s, share]
    abandonment: tuple[tuple[float, float], ...] = field(
        default=(), metadata={"doc": "share of requests given up after seconds of waiting"}
    )


@dataclass(frozen=True, kw_only=True)
class Observed(Section):
    """Times seen in the system: thinking in a range, on no invoice, is fitted, then times."""

    first_word_p50: Value = unbilled(
        "s", "half of the answers started within", low=1e-3, plain=FIRST_S
    )
    first_word_p95: Value = unbilled("s", "95 % of answers started within", low=1e-3, plain=FIRST_S)
    whole_answer_p50: Value = unbilled(
        "s", "half of the answers were whole within", low=1e-3, plain=WHOLE_S
    )
    whole_answer_p95: Value = unbilled(
        "s", "95 % of answers were whole within", low=1e-3, plain=WHOLE_S
    )
    at: str = word(
        "when that was: at the peak, in a mean hour, at night when no call waits for another",
        default="peak",
        choices=("peak", "mean", "night"),
        billed=False,
    )

    @property
    def seen(self) -> Mapping[str, tuple[str, Value]]:
        """Of the first word and of the whole answer, the field that was seen and its value."""
        every = ((name, getattr(self, name)) for name in self.quantities() if name != "at")
        return {n.rpartition("_")[0]: (n, value) for n, value in every if value is not None}


@dataclass(frozen=True, kw_only=True)
class Growth(Section):
    """How usage is planned to grow."""

    users_per_month: Value = quantity("share", "growth a month", low=-0.9, high=9.0)
    months: Value = quantity("months", "months looked ahead", low=1, high=120)


@dataclass(frozen=True, kw_only=True)
class Constraints(Section):
    """What rules a provider out before price does."""

    residency: str = word("where data has to stay: eu, us, …; global is anywhere", default="")


@dataclass(frozen=True, kw_only=True)
class Caps(Section):
    """What a request is stopped at; the bill is without it."""

    usd_per_request: Value = quantity(
        "USD",
        "what a loop may have spent and still go round again, in the currency of the file",
        low=1e-9,
        default=None,
    )


@dataclass(frozen=True)
class Option:
    """An alternative that a file names: fields set otherwise, or another file beside it.

    `settings` are values by path, as `--set` takes them, `lines` where each of them stands.
    """

    name: str
    line: int
    file: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)


#: The fields of another line that hold an amount of money.
AMOUNTS = (
    "per_month",
    "per_user_month",
    "per_request",
    "per_call",
    "per_round",
    "per_mtok",
    "per_page",
    "per_document",
    "per_unit",
    "share_of_lines",
    "once",
)
#: Those of them that are of a part of the system.
OF_PARTS = ("share_of_lines", "per_call", "per_round", "per_mtok")


@dataclass(frozen=True, kw_only=True)
class OtherLine(Section):
    """A cost the kit has no formula for."""

    name: str
    per_month: Value = quantity(
        "USD/month", "dollars a month; below zero what is taken off", low=-1e12, default=None
    )
    per_user_month: Value = quantity("USD/user", "dollars per user, as a seat costs", default=None)
    per_request: Value = quantity("USD/request", "dollars per request", spread=True, default=None)
    per_call: Value = quantity("USD/call", "dollars per call of `of`", spread=True, default=None)
    per_round: Value = quantity(
        "USD/round", "dollars per round of the loop `of`", spread=True, default=None
    )
    per_mtok: Value = quantity(
        "USD/Mtok", "dollars per million tokens that calls of `of` read and write", default=None
    )
    per_page: Value = quantity(
        "USD/page",
        "dollars per page of the corpus that is read: all once, then what is added and "
        "changed in a month",
        default=None,
    )
    per_document: Value = quantity("USD/document", "the same per document", default=None)
    per_unit: Value = quantity("USD/unit", "dollars per unit of `units`", default=None)
    units: Value = quantity("units", "units a month, such as seats or pages", default=0.0)
    free_units: Value = quantity("units", "units of them that are free", default=0.0)
    share_of_lines: Value = quantity(
        "share",
        "share of the lines above it: support, tax; below zero a discount",
        low=-1.0,
        high=10.0,
        default=None,
    )
    of: str = word(
        "the one component, stage, group or line that it is a share of (all but people, if left "
        "out), or whose calls, rounds or tokens are paid",
        default="",
    )
    once: Value = quantity("USD", "dollars once", default=None)
    component: str = word(
        "component it is shown under", default="hosting", choices=COMPONENTS, billed=False
    )


@dataclass(frozen=True, kw_only=True)
class Environment(Section):
    """What is run beside production, at a share of its cost; no request of it is one of users'."""

    name: str
    share: Value = quantity("share", "share of what production costs a month", high=10.0)
    of: tuple[str, ...] = names(
        "the stages, groups, components or lines that it is a share of; all but people, if left out"
    )
    component: str = word(
        "the one component that it is a share of, and is shown under",
        default="",
        choices=COMPONENTS,
    )
