"""Chapters are run for the very system of a review, whatever its file is called."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from cases import sample
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from aicost.billing.case import Case, load
from aicost.show.review import chapter_choice
from aicost.show.review.behind import behind
from aicost.show.review.chapters import NotebookError

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
SAYS = """
import aicost as ac
case = ac.load(scenario, prices=prices)
print(case.name, case.usage, "users;", "planned by", plan)
from IPython.display import display
said = "It **is** so: \\\\$5 to $6, <b onclick=x>"
display({"text/markdown": said, "text/plain": "plain"}, raw=True)
"""


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of notebooks in place of the shipped ones: one is sound, one about reranking."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(chapter_choice, "notebooks_dir", lambda: folder)
    write(folder / "00_says.ipynb", SAYS)
    write(folder / "04_reranks.ipynb", "1", needs=["reranking"])
    return folder


def write(path: Path, code: str, **about: object) -> None:
    parameters = "scenario = 'data/scenarios/help-desk.yaml'\nprices = None\nplan = None"
    cells = [
        new_markdown_cell(f"# {path.stem}"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(code.strip()),
    ]
    metadata = {"kernelspec": KERNEL, "aicost": about}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), path)


def words(page: Path) -> str:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text(" ")


def odd_file(folder: Path) -> Case:
    """The case of a file whose name is no text, in a folder whose name is odd."""
    name = b"caf\xe9 'a'#%.yaml".decode("utf-8", "surrogateescape")
    odd = folder / 'a "b" # 100%\n{c}'
    odd.mkdir()
    path = odd / name
    path.write_bytes(sample("claims-review").scenario.path.read_bytes())
    return load(path)


def test_chapters_are_those_of_the_system_as_it_is(notebooks: Path, tmp_path: Path) -> None:
    case = sample("claims-review").at({"users": 1_234})
    found = behind(case, odd_file(tmp_path), tmp_path / "chapters")
    assert found.links == ({"href": "chapters/00_says.html", "title": "00_says"},)
    assert found.left_out == ({"title": "04_reranks", "lacks": "reranking"},)
    assert found.stopped == ()
    said = words(tmp_path / "chapters" / "00_says.html")
    assert "Claims review 1234.0 users; planned by caf_ 'a'#%.yaml" in said
    assert "It is so: $5 to $6, <b onclick=x>" in re.sub(r"\s+", " ", said)


def test_where_no_chapter_comes_out_there_is_no_review(notebooks: Path, tmp_path: Path) -> None:
    write(notebooks / "00_says.ipynb", "raise ValueError('no luck')")
    with pytest.raises(NotebookError) as caught:
        behind(sample("claims-review"), None, tmp_path / "chapters")
    assert str(caught.value) == (
        "chapters: not one came out, the first for this: 00_says.ipynb: code cell 2 "
        "(raise ValueError('no luck')): ValueError: no luck"
    )


def test_a_kernel_that_cannot_start_ends_the_run(notebooks: Path, tmp_path: Path) -> None:
    for number in range(1, 5):
        write(notebooks / f"1{number}_more.ipynb", "1")
    (notebooks / "ipykernel_launcher.py").write_text("raise SystemExit('no kernel today')")
    with pytest.raises(NotebookError, match=r"no kernel of Python starts \(no kernel today\)"):
        behind(sample("claims-review"), None, tmp_path / "chapters")
    assert not (tmp_path / "chapters").exists()
