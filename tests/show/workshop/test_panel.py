"""A panel's sliders move the bill, and its command prints the same one."""

import math
import re
import sys

import pytest

import aicost
from aicost.cli.what_if import what_if
from aicost.show.charts.renderer import MIME, spec_of
from aicost.show.workshop.panel import WITHOUT_SLIDERS, Panel, panel

pytest.importorskip("ipywidgets")
pytest.importorskip("anywidget")

FILE = "data/scenarios/contract-search-billed.yaml"
SLIDERS = {
    "users": (100, 1_000_000),
    "answer.output_tokens.p50": (50, 2_000),
    "people.share": (0, 0.05),
}


def shown() -> Panel:
    """Return a panel on the sample."""
    return panel(aicost.load(FILE), SLIDERS)


def billed_by(command: str) -> float:
    """Return the total that a command's settings give, read as the terminal reads them."""
    words = command.split()
    assert words[:3] == ["aicost", "bill", FILE]
    assert set(words[3::2]) <= {"--set"}
    return float(what_if(aicost.load(FILE), words[4::2]).bill.total)


def test_it_starts_at_the_scenario() -> None:
    view = shown()
    assert view.command == f"aicost bill {FILE}"
    assert view.bill.total == aicost.load(FILE).bill.total
    assert view.values == {}


def test_the_command_prints_the_same_bill() -> None:
    view = shown()
    view.move("people.share", 0.00712)
    view.move("users", 123_456.7)
    view.move("answer.output_tokens.p50", 431.2)
    assert view.command == (
        f"aicost bill {FILE} --set users=123000 --set answer.output_tokens.p50=431 "
        "--set people.share=0.00712"
    )
    assert float(view.bill.total) == pytest.approx(billed_by(view.command), rel=1e-12)
    view.move("users", 6_000)  # back where it was: no longer set
    assert "users" not in view.command
    assert float(view.bill.total) == pytest.approx(billed_by(view.command), rel=1e-12)


def test_a_slider_moves_chart_words_and_command() -> None:
    view = shown()
    users, _, _, words, live = view.widget.children
    before = live.spec
    users.value = 60_000.0
    assert "--set users=60000" in words.value
    assert f"{float(view.bill.total):,.0f}" in words.value
    assert live.spec["description"] == spec_of(view.chart)["description"] != before["description"]
    assert live.spec["config"] == spec_of(view.chart)["config"]


def test_sliders_run_on_a_log_scale_where_they_can() -> None:
    users, tokens, share, *_ = shown().widget.children
    assert (users.min, users.max, users.value) == pytest.approx((2, 6, 6_000))
    assert tokens.value == pytest.approx(250)
    assert (share.min, share.max, share.value) == pytest.approx((0, 0.05, 0.003))


@pytest.mark.parametrize("ends", [(100, 1_000_000), (70, 33_333), (6_000, 9_000), (1, 6_000)])
def test_the_scenario_stands_on_a_step(ends: tuple[float, float]) -> None:
    """A browser moves a slider to its nearest step as soon as it is shown."""
    view = panel(aicost.load(FILE), {"users": ends, "people.share": (0, 0.05)})
    for slider in view.widget.children[:2]:
        logs = hasattr(slider, "base")
        at = math.log10(slider.value) if logs else slider.value
        on_step = slider.min + round((at - slider.min) / slider.step) * slider.step
        slider.value = 10**on_step if logs else on_step
    assert view.values == {}


def test_a_slider_reaches_where_the_scenario_stands() -> None:
    users = panel(aicost.load(FILE), {"users": (10_000, 20_000)}).widget.children[0]
    assert 10**users.min == pytest.approx(6_000)


def test_a_spread_turned_round_is_told_and_changes_nothing() -> None:
    view = shown()
    _, tokens, _, words, _ = view.widget.children
    total = view.bill.total
    tokens.value = 1_500.0  # above the p95 of 900
    assert words.value == "<p>answer.output_tokens: p95 lies below p50; set both</p>"
    assert view.bill.total == total
    tokens.value = 300.0
    assert "answer.output_tokens.p50=300" in words.value


def test_the_sentence_is_the_bills() -> None:
    view = shown()
    by = {name: float(usd) for name, usd in view.bill.by("component").items()}
    name = max(by, key=lambda n: by[n])
    found = re.fullmatch(
        r"\$([\d,]+) a month, \$([\d.]+) per user, \$([\d.]+) per request; most of it is "
        r"([a-z ]+) \((\d+) %\)\.",
        view.sentence,
    )
    assert found is not None
    assert float(found[1].replace(",", "")) == round(float(view.bill.total))
    assert float(found[2]) == pytest.approx(float(view.bill.per_user), abs=0.005)
    assert found[4] == name
    assert int(found[5]) == round(100 * by[name] / float(view.bill.total))


@pytest.mark.parametrize("absent", ["ipywidgets", "anywidget", "vl_convert"])
def test_without_widgets_it_is_a_chart_with_its_words(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)  # as if it were not installed
    view = shown()
    assert view.widget is None
    data = view._repr_mimebundle_()
    assert MIME in data
    assert ("image/svg+xml" in data) == (absent != "vl_convert")
    assert data["text/plain"] == f"{WITHOUT_SLIDERS}{view.sentence}\n{view.command}"


@pytest.mark.parametrize(
    ("sliders", "error", "words"),
    [
        ({"user": (1, 2)}, KeyError, "user: no such field"),
        ({"answer.output_tokens": (1, 2)}, ValueError, "slide answer.output_tokens.p50"),
        ({"answer.model": (1, 2)}, ValueError, "not a number that can slide"),
        ({"users": (6_000, 6_000)}, ValueError, "nowhere to go"),
        ({"people.share": (0, 2)}, aicost.ScenarioError, "outside 0 to 1"),
    ],
)
def test_refusals_before_anything_is_shown(
    sliders: dict[str, tuple[float, float]], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        panel(aicost.load(FILE), sliders)


def test_usage_slides_where_requests_are_counted(tmp_path: object) -> None:
    view = panel(aicost.load("data/scenarios/help-desk.yaml"))
    assert list(view.sliders) == ["users"]
    assert view.sliders["users"]["low"] == 100
