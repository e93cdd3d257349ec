"""The verdict page: what it says is what the bill says, offline, and the same every time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from aicost.analysis.uncertainty.expected import expected
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.paths import data_dir
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.show.review.page import review
from aicost.values.formatting import about, held, usd

SAMPLES = data_dir() / "scenarios"
BILLED, PLANNED = (SAMPLES / f"contract-search-{which}.yaml" for which in ("billed", "planned"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reviews") / "sample"
    return review(BILLED, plan=PLANNED, out=made).page.parent


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def test_the_verdict_is_the_bill(page: str) -> None:
    scenario = load(BILLED)
    cost = expected(scenario, Book.load(as_of=scenario.as_of))
    assert f"about {about(cost.mean)} a month ({about(cost.p5)} to {about(cost.p95)})" in page


def test_every_line_stands_with_its_making(page: str) -> None:
    scenario = load(BILLED)
    priced = bill(scenario, Book.load(as_of=scenario.as_of))
    for i, line in enumerate(priced.charges):
        if line.usd >= 0.005 and line.every == "month":
            assert usd(line.usd) in page
            assert held(priced.explain(i)) in page


def test_nothing_is_fetched(page: str) -> None:
    assert not re.findall(r"""(?:src|href|action)=["'](?!#|bill\.csv|review\.json)[^"']+""", page)
    assert not re.findall(r"url\((?!#)|@import|<script|<link|<iframe", page)


def test_each_picture_says_what_it_shows(page: str) -> None:
    pictures = re.findall(r"<svg [^>]*>", page)
    assert len(pictures) == 2 * 8
    assert all(re.search(r'role="img" aria-label="[^"]{30,}"', svg) for svg in pictures)


def test_figures_beside_the_page_agree(folder: Path) -> None:
    figures = json.loads((folder / "review.json").read_text(encoding="utf-8"))
    lines = pd.read_csv(folder / "bill.csv")
    monthly = lines[lines["every"] == "month"]["usd"].sum()
    assert figures["usd_a_month"]["at_means"] == pytest.approx(monthly, abs=0.01)
    assert sum(figures["components"].values()) == pytest.approx(monthly, abs=0.05)
    assert sum(figures["basis"].values()) == pytest.approx(1.0, abs=1e-3)


def test_the_bridge_adds_up_on_the_page(page: str) -> None:
    table = page[page.index("What differs") :]
    rows = re.findall(r'class="n">([+-]?)\$([\d,.]+)', table[: table.index("</table>")])
    amounts = [float(f"{sign or '+'}{figure.replace(',', '')}") for sign, figure in rows]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=len(amounts))


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = review(BILLED, plan=PLANNED, out=tmp_path / "sample").page.parent
    for name in ("index.html", "bill.csv", "review.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_notes_stay_and_are_shown(tmp_path: Path) -> None:
    first = review(SAMPLES / "claims-review.yaml", out=tmp_path / "claims")
    notes = first.page.parent / "notes.md"
    notes.write_text("# Asked\n\nWhy **six** minutes? <script>x</script>\n", encoding="utf-8")
    (first.page.parent / "bill.csv").unlink()
    second = review(SAMPLES / "claims-review.yaml", out=tmp_path / "claims")
    text = second.page.read_text(encoding="utf-8")
    assert "Why <strong>six</strong> minutes?" in text
    assert "<script>x" not in text
    assert notes.read_text(encoding="utf-8").startswith("# Asked")
    assert (second.page.parent / "bill.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["claims"]


def test_a_failed_review_leaves_the_earlier_one(tmp_path: Path) -> None:
    page = review(SAMPLES / "claims-review.yaml", out=tmp_path / "claims").page
    before = page.read_bytes()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kind: rag-chat\ntraffic: {users: 5}\npipeline: {answer: {modle: x}}\n")
    with pytest.raises(ScenarioError):
        review(SAMPLES / "claims-review.yaml", plan=wrong, out=tmp_path / "claims")
    assert page.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["claims", "wrong.yaml"]


@pytest.mark.parametrize("kind", ["rag-chat", "agent", "document-review", "overnight-batch"])
def test_a_bare_kind_gives_a_page(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "bare.yaml"
    file.write_text(f"kind: {kind}\ntraffic: {{users: 1_000}}\n", encoding="utf-8")
    made = review(file, out=tmp_path / "bare")
    assert "No goal is stated" in made.verdict
    text = made.page.read_text(encoding="utf-8")
    assert not re.search(r"\bnan\b|\binf\b|None\b", text)


@pytest.mark.parametrize(
    ("traffic", "more", "said"),
    [
        ("users: 0, requests_per_user_month: 5", "", "1: traffic.users: nobody uses it"),
        ("requests_per_month: 0", "", "1: traffic.requests_per_month: nobody uses it"),
        ("users: 5, requests_per_user_month: 0", "", "traffic.requests_per_user_month: nobody"),
        ("requests_per_month: 9", ", share: 0 %", "1: pipeline: it costs nothing a month"),
    ],
)
def test_there_has_to_be_something_to_review(
    tmp_path: Path, traffic: str, more: str, said: str
) -> None:
    path = tmp_path / "nothing.yaml"
    call = f"is: inference, price: {{input: 1, output: 2}}, input_tokens: 9, output_tokens: 5{more}"
    path.write_text(f"traffic: {{{traffic}}}\npipeline: {{a: {{{call}}}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        review(path, out=tmp_path / "out")
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()
