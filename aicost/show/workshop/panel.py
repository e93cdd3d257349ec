"""Sliders that move a bill: the chart, its sentence, and the command that says the same."""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case, single
from aicost.scenario.currency import worth_at
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.show.charts.bars import components_bar
from aicost.show.charts.frames import component_frame
from aicost.show.charts.renderer import Chart, bundle, spec_of
from aicost.show.charts.theme import label_share
from aicost.values.formatting import count, money, percent
from aicost.values.quantities import Quantity, Range, Spread
from aicost.values.spelling import ValueProblem, read_value

ENDS = (100.0, 1_000_000.0)  # of a slider of usage
WITHOUT_SLIDERS = "The sliders take ipywidgets and anywidget; without them: "
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")  # as a number is shown; a file has no commas


class Panel:
    """A bill under sliders. Shown as widgets where there are any, else as the chart as it stands.

    `values` holds what was moved, by path; `bill`, `sentence` and `command` belong to them.
    """

    def __init__(
        self, case: Case, sliders: Mapping[str, tuple[float, float]], width: float
    ) -> None:
        self.start, self.case, self.width = case, case, width
        self.values: dict[str, float] = {}
        point = case.point.scenario
        self.starts = {path: _start(point, path) for path in sliders}
        self.sliders = {
            path: _slider(path, ends, self.starts[path], case) for path, ends in sliders.items()
        }
        self.widget = _widget(self) if has_widgets() else None

    @property
    def bill(self) -> Bill:
        """The bill as the sliders stand."""
        return self.case.bill

    def move(self, path: str, value: float | str) -> None:
        """Set one value and bill it: a number to three digits, a text as it reads."""
        exact = self._read(path, value) if isinstance(value, str) else float(f"{value:.3g}")
        kept = {p: v for p, v in self.values.items() if p != path}
        asked = exact if isinstance(value, str) else value
        if not math.isclose(asked, self.starts[path], rel_tol=1e-6):
            kept[path] = exact
        try:
            case = self.start.at(kept)
        except ScenarioError as error:
            problem, *_ = error.problems
            raise ValueError(f"{problem.key}: {problem.wrong}; {problem.remedy}") from None
        self.values = {p: kept[p] for p in self.sliders if p in kept}
        self.case = case

    def at(self, path: str) -> float:
        """Where a slider stands."""
        return self.values.get(path, self.starts[path])

    def shown(self, path: str) -> str:
        """Where a slider stands, in words that may be typed."""
        value = self.at(path)
        return percent(value) if self._meaning(path).unit == "share" else count(value)

    def _read(self, path: str, text: str) -> float:
        """What was typed, read as a file is, and with the commas that are shown."""
        plain = text.strip()
        plain = plain.replace(",", "_") if GROUPED.fullmatch(plain) else plain
        meaning, own = self._meaning(path), self.start.scenario.money
        try:
            value, _ = read_value(plain, meaning, worth_at(own, self.start.book))
        except ValueProblem as problem:
            unfit = "unknown" in problem.remedy  # or a range: neither can slide
            remedy = f"write one, as {self.shown(path)}" if unfit else problem.remedy
            raise ValueError(f"{path}: {problem.wrong}; {remedy}") from None
        if not isinstance(value, float):
            raise ValueError(f"{path}: {text!r} is no number; write one, as {self.shown(path)}")
        value = own.of(value) if meaning.is_money else value
        return float(f"{value:.12g}")  # 0.7 %, not 0.006999999999999999

    def _meaning(self, path: str) -> Quantity:
        stem = path.removesuffix(".p50").removesuffix(".p95")
        return next(
            section.quantities()[name]
            for full, section, name, _ in self.start.scenario.fields
            if full in (stem, f"traffic.{stem}")
        )

    @property
    def chart(self) -> Chart:
        """Where the money goes, as the sliders stand."""
        return components_bar(component_frame(self.bill), width=self.width)

    @property
    def sentence(self) -> str:
        """The bill in one sentence."""
        b, unit = self.bill, self.start.scenario.traffic.unit
        parts = {name: float(np.mean(usd)) for name, usd in b.by("component").items()}
        most = max(parts, key=lambda name: parts[name])
        each = ""
        if np.all(b.requests > 0):
            if b.scenario.traffic.users is not None:
                each = f", {money(b.per_user)} per {unit}"
            each += f", {money(b.per_request)} per request"
        share = parts[most] / float(b.total) if b.total else 0.0
        return f"{money(b.total)} a month{each}; most of it is {most} ({label_share(share)})."

    @property
    def command(self) -> str:
        """The command that prints the same bill."""
        file = self.start.scenario.path.as_posix() if self.start.scenario.path else "FILE"
        settings = [f" --set {path}={_plain(value)}" for path, value in self.values.items()]
        return f"aicost bill {file}{''.join(settings)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Widgets for a live notebook, and the picture and its words for an export."""
        shown = bundle(spec_of(self.chart))
        words = f"{self.sentence}\n{self.command}"
        if self.widget is None:
            return {**shown, "text/plain": WITHOUT_SLIDERS + words}
        picture = {kind: data for kind, data in shown.items() if kind.startswith("image/")}
        return {**self.widget._repr_mimebundle_(), **picture, "text/plain": words}


def panel(
    case: Case, sliders: Mapping[str, tuple[float, float]] | None = None, *, width: float = 640
) -> Panel:
    """A bill that sliders move; by default its usage from 100 to 1M.

    `sliders` gives the ends of each field: {"users": (100, 1e6), "answer.output_tokens.p50":
    (50, 2_000)}; a slider runs on a log scale unless an end is zero or less. Raises KeyError for
    a field that is not there, ValueError for ends that it cannot take, before anything is shown.

    >>> from aicost.billing.case import load
    >>> view = panel(load("data/scenarios/help-desk.yaml"))
    >>> view.move("users", 80_000)
    >>> view.command
    'aicost bill data/scenarios/help-desk.yaml --set users=80000'
    """
    single(case, "a panel")
    traffic = case.scenario.traffic
    usage = "requests_per_day" if traffic.requests_per_day is not None else traffic.scale
    return Panel(case, sliders or {usage: ENDS}, width)


def has_widgets() -> bool:
    """Say whether there is what sliders are made with."""
    return all(importlib.util.find_spec(name) for name in ("ipywidgets", "anywidget"))


def _start(point: Scenario, path: str) -> float:
    value = point.as_written(path)
    if isinstance(value, Spread):
        raise ValueError(f"{path}: it is a spread; slide {path}.p50 or {path}.p95")
    if value is None or isinstance(value, (str, bool, Range)):
        raise ValueError(f"{path}: it is {value!r}, not a number that can slide")
    return float(value)


def _slider(
    path: str, ends: tuple[float, float], start: float, case: Case
) -> dict[str, float | bool]:
    """A slider's ends, wide enough for where it starts; refuses what the field cannot be."""
    low, high = min(*ends, start), max(*ends, start)
    if low == high:
        raise ValueError(f"{path}: a slider from {low:g} to {high:g} has nowhere to go")
    stem, _, part = path.rpartition(".")
    for end in (low, high):  # p50 and p95 each by itself: they may slide together
        case.at({stem: Spread(end, end)} if part in ("p50", "p95") else {path: end})
    return {"low": low, "high": high, "log": low > 0}


def _plain(value: float) -> str:
    """A number as a scenario file spells it: no exponent.

    >>> _plain(1e6), _plain(0.05), _plain(0.0)
    ('1000000', '0.05', '0')
    """
    return str(np.format_float_positional(value, trim="-"))


def _widget(view: Panel) -> Any:
    """The widgets: sliders, the sentence with the command, and the chart they redraw.

    The chart is one as any cell shows it, drawn by the notebook itself: it takes no converter.
    """
    import ipywidgets as w

    from aicost.show.workshop.slider import Slider

    words, chart = w.HTML(), w.Output()

    def draw() -> None:
        words.value = _html(view)
        shown = {"output_type": "display_data", "data": bundle(spec_of(view.chart))}
        chart.outputs = ({**shown, "metadata": {}},)

    def move(slider: Slider, value: float | str) -> None:
        try:
            view.move(slider.name, value)
        except ValueError as wrong:
            words.value = f"<p role='alert'>{escape(str(wrong))}</p>"
            return
        slider.value, slider.shown = view.at(slider.name), view.shown(slider.name)
        draw()

    draw()
    sliders = [
        Slider(move, name=path, value=view.at(path), shown=view.shown(path), **ends)
        for path, ends in view.sliders.items()
    ]
    return w.VBox([*sliders, words, chart])


def _html(view: Panel) -> str:
    return (
        f'<p style="font-size:1.15em;margin:.3em 0"><b>{escape(view.sentence)}</b></p>'
        f'<p style="margin:.3em 0">The same in a terminal: <code>{escape(view.command)}</code></p>'
    )
