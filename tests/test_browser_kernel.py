"""The notebooks as a kernel in a browser runs them: without what cannot be installed there.

One runs with the suite; `AICOST_EVERY_NOTEBOOK=1` runs all of them.
"""

import os
import subprocess
import sys

from places import ROOT

#: Not in such a kernel: converters, programs, and a terminal's own.
ABSENT = ("vl_convert", "duckdb", "papermill", "nbconvert", "rich", "typer")
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
FEW = ("00_first_bill.ipynb",)
EVERY = bool(os.environ.get("AICOST_EVERY_NOTEBOOK"))

#: Runs in a fresh interpreter: every cell but the lessons', each last value shown as it would be.
RUN = f"""
import ast, json, os, sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
os.chdir("notebooks")
kinds = set()

def show(*values, **_):
    for value in values:
        look_at(value)

def look_at(value):
    if hasattr(value, "_repr_mimebundle_"):
        kinds.update(value._repr_mimebundle_() or ())
    elif hasattr(value, "_repr_html_"):
        kinds.update(["text/html"] if value._repr_html_() else ())
    else:
        repr(value)

for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    names = {{"display": show, "__name__": "__main__"}}
    for cell in cells:
        if cell["cell_type"] != "code" or "lesson" in cell["metadata"].get("tags", ()):
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), name, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), names)
            if value is not None:
                show(value)
print(*sorted(kinds))
"""


def test_notebooks_run_without_what_a_browser_lacks() -> None:
    asked = [sys.executable, "-c", RUN, *(NOTEBOOKS if EVERY else FEW)]
    run = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2_000:]
    kinds = run.stdout.splitlines()[-1].split()
    assert "image/svg+xml" not in kinds
    assert "application/vnd.vegalite.v5+json" in kinds  # which the notebook draws itself
    assert "application/vnd.jupyter.widget-view+json" in kinds  # the slider
