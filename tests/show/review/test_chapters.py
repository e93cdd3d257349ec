"""Notebooks become pages: run two at a time, honest about failures, drawn with no internet."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from aicost.show.review.chapters import Chapter, NotebookError, run_chapters

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

PARAMETERS = "scenario = 'other.yaml'  # file, the system\nusers = None  # as the scenario says"

#: Waits for the other notebook to be at the same place: passes only where two run at once.
MEET = """
import pathlib, time
pathlib.Path("{me}").touch()
for _ in range(600):
    if pathlib.Path("{other}").exists(): break
    time.sleep(0.1)
assert pathlib.Path("{other}").exists(), "the other notebook never came"
"""

CHART = """
import altair as alt, pandas as pd
from aicost.show.charts import use
use()
rows = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
alt.Chart(rows).mark_bar().encode(x="x:O", y="y:Q").properties(description="Two < bars \\"a\\"")
"""

FRAME = """
pd.DataFrame({"item": ["search", "answer"], "usd": ["$1,234", "-$5.50"], "note": ["a", "3 b"]})
"""


def code(source: str, *tags: str) -> Any:
    return new_code_cell(source.strip(), metadata={"tags": list(tags)})


def written(path: Path, *cells: Any) -> Path:
    nbformat.write(new_notebook(cells=list(cells), metadata=KERNEL), path)
    return path


def attributes(page: str, *names: str) -> list[str]:
    soup = BeautifulSoup(page, "html.parser")
    return [str(tag[n]) for n in names for tag in soup.select(f"[{n}]")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three notebooks: one sound, one that raises, one whose kernel dies; and a scenario."""
    here = tmp_path_factory.mktemp("my notebooks")
    (here / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (here / "client one.yaml").write_text("name: Client\n")
    written(
        here / "00_good.ipynb",
        new_markdown_cell("# 00 · Why `4` *times*?\n\nFrom \\$5 to \\$6, then [on](01_bad.ipynb)."),
        new_markdown_cell("![a dot](dot.svg)"),
        code(PARAMETERS, "parameters"),
        code(MEET.format(me="good", other="bad")),
        code("print(users, 'users')"),
        code("print('read', pathlib.Path(scenario).read_text(), scenario)"),
        code("print('a   table')\n{'b', 'a', 'c', 'd', 'e', 'f'}"),
        code("print('an answer to learn from'); pathlib.Path('lesson').touch()", "lesson"),
        new_markdown_cell("Guess before you run the exercise.", metadata={"tags": ["lesson"]}),
        code(CHART),
        code(FRAME),
        code("import ipywidgets; ipywidgets.FloatSlider()"),
        code("import sys; print(pathlib.Path.cwd() / 'x.py', 'is old', file=sys.stderr)"),
    )
    written(
        here / "01_bad.ipynb",
        new_markdown_cell("# Bad"),
        code(PARAMETERS, "parameters"),
        code(MEET.format(me="bad", other="good") + "print('came so far')"),
        code("1", "lesson"),
        code("total = 1\nraise ValueError('first line\\nno <such> price')"),
        new_markdown_cell("So the bill is zero."),
        code("print('never')"),
    )
    written(
        here / "02_dead.ipynb",
        code("scenario = None", "parameters"),
        code("import os; os._exit(1)"),
    )
    return here


@pytest.fixture(scope="module")
def chapters(folder: Path) -> Sequence[Chapter]:
    """The chapters, made where a notebook's own loop is running already."""

    async def inside_a_loop() -> Sequence[Chapter]:
        return run_chapters(
            sorted(folder.glob("*.ipynb")),
            parameters={"scenario": folder / "client one.yaml"},
            out=folder / "out" / "chapters",
            offered={"users": 7},
        )

    return asyncio.run(inside_a_loop())


def test_all_come_out_and_failures_are_named(chapters: Sequence[Chapter], folder: Path) -> None:
    assert [c.title for c in chapters] == ["00 · Why 4 times?", "Bad", "02_dead"]
    stems = ["00_good", "01_bad", "02_dead"]
    assert [c.path for c in chapters] == [folder / "out" / "chapters" / f"{s}.html" for s in stems]
    assert all(c.path.stat().st_size > 1_000 and c.seconds > 0 for c in chapters)
    errors = [str(c.error) if c.error else None for c in chapters]
    assert errors == [
        None,
        "01_bad.ipynb: code cell 4 (total = 1): ValueError: no <such> price",
        "02_dead.ipynb: code cell 2 (import os; os._exit(1)): DeadKernelError: Kernel died",
    ]


def test_page_fetches_nothing(chapters: Sequence[Chapter]) -> None:
    for chapter in chapters:
        page = chapter.path.read_text(encoding="utf-8")
        assert "default-src 'none'" in page
        assert not re.search(r"<script|<link|<iframe|@import|url\(", page)
        assert all(src.startswith("data:") for src in attributes(page, "src"))
        assert attributes(page, "srcset", "poster", "data", "action") == []
        assert set(attributes(page, "href")) <= {"#chapter", "../index.html", "01_bad.html"}


def test_page_shows_results_first(chapters: Sequence[Chapter]) -> None:
    page = BeautifulSoup(chapters[0].path.read_text(encoding="utf-8"), "html.parser")
    assert page.select_one("title, h1").text == "00 · Why 4 times?"
    assert "From $5 to $6, then on." in page.text
    assert [img["alt"] for img in page.select("img")] == ["a dot", 'Two < bars "a"']
    assert all(str(i["src"]).startswith("data:image/svg+xml;base64,") for i in page.select("img"))
    assert [s.text for s in page.select("details > summary")][:2] == [
        "Made with scenario client one.yaml, users 7",
        "the code",
    ]
    assert [p.text for p in page.select("p.said")] == [
        "7 users",
        "read name: Client\n client one.yaml",
    ]
    assert page.select("details[open]") == []
    assert "The notebook has controls here" in page.text
    assert "FloatSlider(" not in page.text.replace("ipywidgets.FloatSlider()", "")


def test_figures_stand_to_the_right(chapters: Sequence[Chapter]) -> None:
    page = BeautifulSoup(chapters[0].path.read_text(encoding="utf-8"), "html.parser")
    assert [cell.text for cell in page.select("th.n, td.n")] == ["usd", "$1,234", "-$5.50"]
    assert page.select("table[border], tr[style]") == []


def test_lessons_are_neither_run_nor_shown(chapters: Sequence[Chapter], folder: Path) -> None:
    page = chapters[0].path.read_text(encoding="utf-8")
    assert not (folder / "lesson").exists()
    assert "an answer to learn from" not in page
    assert "Guess before" not in page


def test_page_shows_no_path_of_the_machine(chapters: Sequence[Chapter], folder: Path) -> None:
    page = chapters[0].path.read_text(encoding="utf-8")
    assert "read name: Client\n client one.yaml" in page
    assert "x.py is old" in page
    for chapter in chapters:
        text = chapter.path.read_text(encoding="utf-8")
        assert str(folder) not in text
        assert str(Path.home()) + "/" not in text


def test_stopped_page_says_so(chapters: Sequence[Chapter]) -> None:
    page = BeautifulSoup(chapters[1].path.read_text(encoding="utf-8"), "html.parser")
    words = page.get_text()
    assert "This chapter did not finish." in words
    assert str(chapters[1].error) in words
    assert "came so far" in words
    assert "Here it stopped." in words
    assert "So the bill is zero." not in words
    assert "never" not in words.replace("the other notebook never came", "")


def test_same_input_same_bytes_and_no_noise(
    chapters: Sequence[Chapter], folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    again = run_chapters(
        [folder / "00_good.ipynb"],
        parameters={"scenario": folder / "client one.yaml", "users": 7},
        out=tmp_path,
    )
    one, other = (c.path.read_text(encoding="utf-8") for c in (chapters[0], again[0]))
    assert other == one.replace('<a href="01_bad.html">on</a>', "on")
    assert capfd.readouterr() == ("", "")


def test_nothing_runs_where_a_parameter_is_missing(tmp_path: Path) -> None:
    touch = code("import pathlib; pathlib.Path('ran').touch()")
    books = [
        written(
            tmp_path / "fine.ipynb", code("scenario = None\nprices = None", "parameters"), touch
        ),
        written(tmp_path / "typo.ipynb", code("scenarios = None\nplan = None", "parameters")),
        written(tmp_path / "none.ipynb", touch),
        written(tmp_path / "bare.ipynb", code("# nothing yet", "parameters")),
        tmp_path / "text.ipynb",
        tmp_path / "gone.ipynb",
    ]
    (tmp_path / "text.ipynb").write_text("no notebook")
    with pytest.raises(NotebookError) as caught:
        run_chapters(
            books,
            out=tmp_path / "out",
            parameters={"scenario": Path("x.yaml"), "prices": Path("prices.csv")},
        )
    lines = str(caught.value).replace(str(tmp_path), "").splitlines()
    assert [re.sub(r"[/\\]", "", line) for line in lines[:5]] == [
        "typo.ipynb: scenario: not a parameter of this notebook; did you mean 'scenarios'?",
        "typo.ipynb: prices: not a parameter of this notebook; use one of: scenarios, plan",
        "none.ipynb: no cell is tagged 'parameters'; tag the one that sets them",
        "bare.ipynb: scenario: not a parameter of this notebook; "
        "its cell tagged 'parameters' sets none",
        "bare.ipynb: prices: not a parameter of this notebook; "
        "its cell tagged 'parameters' sets none",
    ]
    assert [line.split(": ")[1].partition(" (")[0] for line in lines[5:]] == [
        "cannot be read as a notebook",
        "cannot be read as a notebook",
    ]
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "ran").exists()
