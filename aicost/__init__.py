"""aicost: what an AI system costs, line by line, and where it stops being viable.

    import aicost as ac

    case = ac.load("client.yaml")
    case.bill                    # every line unfolds to what it is made of
    ac.inflections(case)         # the usage at which each goal stops being met

Everything below takes a `Case`, a system with its prices; names are loaded when they are used.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicost.analysis.alternatives.models import models
    from aicost.analysis.alternatives.stores import stores
    from aicost.analysis.attribution.bridge import bridge
    from aicost.analysis.levers.report import levers
    from aicost.analysis.options.report import options
    from aicost.analysis.request_cost.report import request_cost
    from aicost.analysis.scaling.growth import growth
    from aicost.analysis.scaling.sweep import sweep
    from aicost.analysis.uncertainty.expected import expected
    from aicost.analysis.uncertainty.tornado import tornado
    from aicost.analysis.user_margins.report import user_margins
    from aicost.analysis.viability.inflection import inflections
    from aicost.billing.case import Case, case, load
    from aicost.book.book import Book
    from aicost.invoices.reconcile import reconcile
    from aicost.scenario.problems import ScenarioError
    from aicost.show import charts
    from aicost.show.review.page import review
    from aicost.show.workshop.panel import panel
    from aicost.timing.report import latency
    from aicost.values.quantities import Range, Spread

    __version__: str

__all__ = [
    "Book",
    "Case",
    "Range",
    "ScenarioError",
    "Spread",
    "__version__",
    "bridge",
    "case",
    "charts",
    "expected",
    "growth",
    "inflections",
    "latency",
    "levers",
    "load",
    "models",
    "options",
    "panel",
    "reconcile",
    "request_cost",
    "review",
    "stores",
    "sweep",
    "tornado",
    "user_margins",
]

_LIVES_IN = {
    "Book": "book.book",
    "Case": "billing.case",
    "Range": "values.quantities",
    "ScenarioError": "scenario.problems",
    "Spread": "values.quantities",
    "bridge": "analysis.attribution.bridge",
    "case": "billing.case",
    "charts": "show",
    "expected": "analysis.uncertainty.expected",
    "growth": "analysis.scaling.growth",
    "inflections": "analysis.viability.inflection",
    "latency": "timing.report",
    "levers": "analysis.levers.report",
    "load": "billing.case",
    "models": "analysis.alternatives.models",
    "options": "analysis.options.report",
    "panel": "show.workshop.panel",
    "reconcile": "invoices.reconcile",
    "request_cost": "analysis.request_cost.report",
    "review": "show.review.page",
    "stores": "analysis.alternatives.stores",
    "sweep": "analysis.scaling.sweep",
    "tornado": "analysis.uncertainty.tornado",
    "user_margins": "analysis.user_margins.report",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("aicost-kit")
    if name not in _LIVES_IN:
        raise AttributeError(f"module 'aicost' has no attribute {name!r}")
    home = f"aicost.{_LIVES_IN[name]}"
    found = getattr(import_module(home), name, None) or import_module(f"{home}.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
