"""What a log says stands on the page: beside the bill, dear requests, changes, quality."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from commands import one_line, refused, said
from log_files import unknown

from aicost import load
from aicost.book.book import Book
from aicost.cli.log_file import log_file_text
from aicost.log.sample import Sample, frames
from aicost.log.system import system_of
from aicost.show.review.look import Look
from aicost.show.review.sections.logged import logged


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logged")
    frame = pd.concat(frames(Sample(rows=6_000, days=28, seed=6)), ignore_index=True)
    frame.to_csv(folder / "calls.csv", index=False)
    system = system_of(frame, Book.load())
    path = folder / "desk.yaml"
    path.write_text(log_file_text(path, system, unknown(system), Book.load()))
    return folder


@pytest.fixture(scope="module")
def parts(folder: Path) -> list[Any]:
    found = logged(Look(load(folder / "desk.yaml"), log=folder / "calls.csv"))
    assert found is not None
    return found


def test_each_part_is_said_once_with_its_rows(folder: Path, parts: list[Any]) -> None:
    assert logged(Look(load(folder / "desk.yaml"))) is None
    beside, dear, change, quality = parts
    assert beside.sentence.startswith("What the log has of the bill costs")
    assert {"answer/chat", "judge"} <= {row.cells[0].strip() for row in beside.tables[0].rows}
    assert len(dear.tables[0].rows) <= 5
    assert "a day" in change.sentence
    assert change.head.startswith("What changed: 2026-10-19 to 2026-11-01")
    assert quality.head == "How good answers were"


def test_a_log_of_few_days_without_marks_says_less(folder: Path) -> None:
    frame = pd.read_csv(folder / "calls.csv").drop(columns=["quality", "judge"])
    frame[frame["moment"] < "2026-10-11"].to_csv(folder / "short.csv", index=False)
    found = logged(Look(load(folder / "desk.yaml"), log=folder / "short.csv"))
    assert found is not None
    assert [one.head[:10] for one in found] == ["What was b", "What cost "]
    other = frame.assign(stage="marks", operation="judge")
    other.to_csv(folder / "other.csv", index=False)
    found = logged(Look(load(folder / "desk.yaml"), log=folder / "other.csv"))
    assert found is not None
    assert found[0].sentence.startswith("It cannot be held against the file: ")


def test_the_page_has_it(folder: Path, parts: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def worked_out(look: Look) -> list[Any] | None:
        return parts if look.log == Path("calls.csv") else None

    monkeypatch.setattr("aicost.show.review.sections.logged.logged", worked_out)
    monkeypatch.chdir(folder)
    assert "reviews/desk" in said("review", "desk.yaml", "--log", "calls.csv")
    page = BeautifulSoup(Path("reviews/desk/index.html").read_text(encoding="utf-8"), "html.parser")
    heads = [h.text for h in page.select("h3")]
    assert "What was billed, beside what is said here" in heads
    assert "--log calls.csv" in one_line(page.text)
    assert "none.csv" in refused("review", "desk.yaml", "--log", "none.csv")
