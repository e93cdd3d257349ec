"""A panel's sliders move the bill, and its command prints the same one."""

import re
import sys

import pytest

import aicost
from aicost.cli.what_if import what_if
from aicost.show.charts.renderer import MIME, bundle, spec_of
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


def heard(view: Panel, slider: int, asked: float | str) -> str:
    """Ask for a value as a page does; return the words below the sliders."""
    view.widget.children[slider]._heard(None, {"asked": asked}, [])
    return str(view.widget.children[-2].value)


def test_a_slider_moves_chart_words_and_command() -> None:
    view = shown()
    chart = view.widget.children[-1]
    before = chart.outputs[0]["data"]
    words = heard(view, 0, 60_123.4)
    assert "--set users=60100" in words
    assert f"{float(view.bill.total):,.0f}" in words
    assert chart.outputs[0]["data"] == bundle(spec_of(view.chart))
    assert chart.outputs[0]["data"][MIME] != before[MIME]


@pytest.mark.parametrize("typed", ["50,000", "50_000", "50000", " 50,000 ", "50 k", "50,000.0"])
def test_what_is_typed_is_billed(typed: str) -> None:
    view = shown()
    words = heard(view, 0, typed)
    slider = view.widget.children[0]
    assert view.values == {"users": 50_000}
    assert (slider.value, slider.shown) == (50_000, "50,000")
    assert "--set users=50000<" in words
    assert float(view.bill.total) == float(aicost.load(FILE).at({"users": 50_000}).bill.total)


def test_what_is_shown_may_be_typed() -> None:
    view = shown()
    for place, path in enumerate(SLIDERS):
        for value in (view.sliders[path]["low"], view.starts[path]):
            heard(view, place, value)
            told, words = view.values, view.shown(path)
            heard(view, place, words)
            assert view.values == told
    heard(view, 2, "0.7 %")
    assert view.command.endswith("--set people.share=0.007")
    assert view.widget.children[2].shown == "0.7 %"


def test_it_stands_where_it_was_typed_beyond_its_ends_too() -> None:
    view = shown()
    heard(view, 0, "12,345,678")
    assert view.widget.children[0].value == view.values["users"] == 12_345_678


@pytest.mark.parametrize(
    "typed", ["lots", "", "about 5", "5 to 9", "unknown", "-3", "1e400", "5 s"]
)
def test_what_cannot_be_billed_is_told_and_changes_nothing(typed: str) -> None:
    view = shown()
    words = heard(view, 0, typed)
    assert re.fullmatch(r"<p role='alert'>users: .+</p>", words)
    assert view.values == {}


def test_a_slider_is_still_until_a_page_has_found_it() -> None:
    slider = shown().widget.children[0]
    assert not slider.live
    slider._heard(None, {"here": True}, [])
    assert slider.live


def test_sliders_run_on_a_log_scale_where_they_can() -> None:
    users, tokens, share, *_ = shown().widget.children
    assert (users.log, users.low, users.high, users.value) == (True, 100, 1e6, 6_000)
    assert (tokens.log, tokens.value) == (True, 250)
    assert (share.log, share.low, share.high, share.value) == (False, 0, 0.05, 0.003)


def test_a_slider_reaches_where_the_scenario_stands() -> None:
    users = panel(aicost.load(FILE), {"users": (10_000, 20_000)}).widget.children[0]
    assert users.low == 6_000


def test_a_spread_turned_round_is_told_and_changes_nothing() -> None:
    view = shown()
    total = view.bill.total
    told = heard(view, 1, 1_500.0)  # above the p95 of 900
    assert told.startswith("<p role='alert'>answer.output_tokens: p95 lies below p50")
    assert view.bill.total == total
    assert "answer.output_tokens.p50=300" in heard(view, 1, 300.0)


def test_nobody_costs_nothing_each() -> None:
    view = shown()
    view.move("users", "0")
    assert "inf" not in view.sentence
    assert "per request" not in view.sentence


def test_a_remedy_is_one_that_a_slider_takes() -> None:
    with pytest.raises(ValueError, match=r"'banana' is not a number; write one, as 6,000$"):
        shown().move("users", "banana")
    with pytest.raises(ValueError, match="write 0 or more"):
        shown().move("users", "-5")


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


@pytest.mark.parametrize("absent", ["ipywidgets", "anywidget"])
def test_without_widgets_it_is_a_chart_with_its_words(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, absent, None)  # as if it were not installed
    view = shown()
    assert view.widget is None
    data = view._repr_mimebundle_()
    assert MIME in data
    assert "image/svg+xml" in data
    assert data["text/plain"] == f"{WITHOUT_SLIDERS}{view.sentence}\n{view.command}"


def test_without_the_converter_the_sliders_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a kernel that runs in a browser: the notebook draws the chart itself."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    view = shown()
    heard(view, 0, "50,000")
    assert list(view.widget.children[-1].outputs[0]["data"]) == [MIME, "text/plain"]
    data = view._repr_mimebundle_()
    assert "image/svg+xml" not in data
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize(
    ("sliders", "error", "words"),
    [
        ({"user": (1, 2)}, KeyError, "user: no such field"),
        ({"answer.output_tokens": (1, 2)}, ValueError, "slide answer.output_tokens.p50"),
        ({"answer.model": (1, 2)}, ValueError, "not a number that can slide"),
        ({"users": (6_000, 6_000)}, ValueError, "nowhere to go"),
        ({"people.share": (0, 2)}, aicost.ScenarioError, "would be 200 %"),
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
