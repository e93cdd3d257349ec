"""A slider with a box beside it: named, read aloud as it is shown, still until its cell is run.

Sliders of ipywidgets have no name for a screen reader, and take "50,000", the form that they show,
for 50. This one hands on what is typed as text, for Python to read as it reads a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
from traitlets import Bool, Float, Unicode

STEPS = 200
STILL = "It stands still until this cell is run."

_ESM = """
function render({ model, el }) {
  const make = (tag, set) => Object.assign(document.createElement(tag), set);
  const name = model.get("name"), id = `aicost-${Math.random().toString(36).slice(2)}`;
  const label = make("label", { textContent: name, htmlFor: id });
  const range = make("input", { type: "range", min: 0, max: STEPS, step: 1 });
  const box = make("input", { type: "text", id, size: 12, autocomplete: "off" });
  const note = make("span", { role: "status", textContent: "STILL" });
  range.setAttribute("aria-label", name);
  el.classList.add("aicost-slider");
  el.append(label, range, box, note);
  const f = model.get("log") ? Math.log : (v) => v, back = model.get("log") ? Math.exp : (v) => v;
  const low = f(model.get("low")), wide = f(model.get("high")) - low;
  const show = () => {
    range.value = (STEPS * (f(model.get("value")) - low)) / wide;
    range.setAttribute("aria-valuetext", model.get("shown"));
    box.value = model.get("shown");
    note.hidden = model.get("live");
    range.disabled = box.disabled = !model.get("live");
  };
  let waiting;
  range.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(
      () => model.send({ asked: back(low + (wide * range.valueAsNumber) / STEPS) }), 40);
  });
  box.addEventListener("change", () => model.send({ asked: box.value }));
  box.addEventListener("keydown", (key) => {
    key.stopPropagation();  // a notebook has plans of its own for Enter and letters
    if (key.key === "Enter") box.blur();
  });
  range.addEventListener("keydown", (key) => key.stopPropagation());
  for (const changed of ["value", "shown", "live"]) model.on(`change:${changed}`, show);
  show();
  try { model.send({ here: true }); } catch { /* a page without a kernel behind it */ }
}
export default { render };
"""
_CSS = """
.aicost-slider { display:flex; flex-wrap:wrap; align-items:center; gap:4px 12px; max-width:640px; }
.aicost-slider label { min-width:8em; }
.aicost-slider input[type=range] { flex:1 1 200px; min-height:24px; }
"""


class Slider(anywidget.AnyWidget):
    """A number between two ends, slid or typed.

    `value` is what it stands at and `shown` its words. What the page asks for, a number that was
    slid to or a text that was typed, is handed to `asked`. It is `live` once a page has found a
    kernel behind it.
    """

    _esm = _ESM.replace("STEPS", str(STEPS)).replace("STILL", STILL)
    _css = _CSS
    name = Unicode().tag(sync=True)
    low, high, log = Float().tag(sync=True), Float().tag(sync=True), Bool().tag(sync=True)
    value, shown = Float().tag(sync=True), Unicode().tag(sync=True)
    live = Bool(False).tag(sync=True)

    def __init__(self, asked: Callable[[Slider, float | str], None], **given: Any) -> None:
        super().__init__(**given)
        self._asked = asked
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: dict[str, Any], __: Any) -> None:
        """Take what the page says: that it is there, or what is asked for."""
        self.live = True
        if "asked" in content:
            self._asked(self, content["asked"])
