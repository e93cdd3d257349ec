"""The slider as a browser has it: named, read aloud as it is shown, handing on what is typed."""

from pathlib import Path

import pytest
from browser import browser

pytest.importorskip("anywidget")

from aicost.show.workshop.slider import STILL, Slider

#: What a notebook gives to a widget: its values, and ears for what it says.
PAGE = """<!doctype html><div id="el"></div><script type="module">
%s
const kept = { name: "users", low: 100, high: 1e6, log: true, value: 6000, shown: "6,000" };
const ears = {};
window.told = [];
const model = {
  get: (key) => kept[key] ?? false,
  on: (event, call) => { ears[event] = call; },
  send: (message) => window.told.push(message),
};
window.change = (key, value) => { kept[key] = value; ears[`change:${key}`](); };
render({ model, el: document.getElementById("el") });
</script>"""


def test_a_slider_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "slider.html"
    script = Slider._esm.replace("export default { render };", "")
    file.write_text(PAGE % script, encoding="utf-8")
    with browser() as open_page:
        tab = open_page(file)
        slider, box = tab.get_by_role("slider", name="users"), tab.get_by_role("textbox")
        assert box.get_attribute("id") == tab.locator("label").get_attribute("for")
        assert tab.get_by_label("users", exact=True).count() == 2
        assert tab.get_by_role("status").inner_text() == STILL
        assert slider.is_disabled()
        assert box.is_disabled()
        assert tab.evaluate("told") == [{"here": True}]

        tab.evaluate("change('live', true)")
        assert tab.get_by_role("status").count() == 0
        assert slider.get_attribute("aria-valuetext") == box.input_value() == "6,000"
        box.fill("50,000")
        box.press("Enter")
        assert tab.evaluate("told.at(-1)") == {"asked": "50,000"}

        tab.evaluate("change('shown', '50,000'); change('value', 5e4)")
        assert slider.get_attribute("aria-valuetext") == "50,000"
        assert tab.evaluate("told.length") == 2  # where it is put is not what somebody asked for
        slider.press("ArrowRight")
        tab.wait_for_function("told.length > 2")
        asked = tab.evaluate("told.at(-1).asked")
        assert asked == pytest.approx(5e4, rel=0.06)
        assert asked != 5e4
