"""The verdict page: one HTML file that a client keeps, with its bill and figures beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import USAGE, sweep
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import widest
from aicost.analysis.viability.inflection import inflections
from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.checks import problem, verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.show.review import answers, facts, headline, pictures, times
from aicost.timing.checks import doubts
from aicost.timing.report import times_of
from aicost.values.formatting import held, usd

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Review:
    """A finished review: where it lies, its verdict, and the chapters that stopped half-way."""

    page: Path
    verdict: str
    stopped: tuple[str, ...] = ()


def review(
    path: str | Path,
    *,
    plan: str | Path | None = None,
    out: str | Path | None = None,
    prices: str | Path | None = None,
    chapters: bool = False,
    command: str = "",
) -> Review:
    """Write the review of a scenario to reviews/NAME/ and return it.

    An earlier review is replaced only when the new one is complete; its notes.md stays.
    With `chapters`, the notebooks run behind it; one that fails is named, the others come out.
    Raises ScenarioError, BookError and NotebookError before anything is written.
    """
    scenario = load(path)
    book = Book.load(as_of=scenario.as_of, overlay=Path(prices) if prices else None)
    verify(scenario, book)
    _reviewable(bill(scenario, book))
    planned = _planned(plan, book)
    folder = Path(out) if out else Path("reviews") / Path(path).stem
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as made:
        draft = Path(made) / folder.name
        draft.mkdir()
        if (folder / "notes.md").exists():
            shutil.copy(folder / "notes.md", draft / "notes.md")
        content = page_content(scenario, book, planned)
        links, stopped = _chapters(draft, path, plan, prices) if chapters else ([], ())
        content["chapters"] = links
        content["provenance"]["command"] = command or _command(path, plan)
        write(draft, content, bill(scenario, book))
        _replace(folder, draft)
    return Review(folder / "index.html", content["verdict"], stopped)


def _reviewable(priced: Bill) -> None:
    """Raise ScenarioError where there is no use or no cost that a page could be about."""
    s, traffic = priced.scenario, priced.scenario.traffic
    unused = [
        name
        for name in ("users", "requests_per_user_month", "requests_per_month")
        if getattr(traffic, name) is not None and not getattr(traffic, name)
    ]
    for name in unused[:1]:
        words = "nobody uses it, so there is nothing to review; write what is planned"
        raise ScenarioError([problem(s, "traffic", traffic, name, words)])
    if not priced.total > 0:
        wrong, remedy = "it costs nothing a month", "see `aicost bill`, and write prices or shares"
        raise ScenarioError([Problem(str(s.path or s.name), 1, "pipeline", wrong, remedy)])


def _chapters(
    draft: Path, path: str | Path, plan: str | Path | None, prices: str | Path | None
) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Run the notebooks behind a review; return their links, and what stopped them."""
    from aicost.show.review.chapters import run_chapters

    given = {"scenario": Path(path)} | ({"prices": Path(prices)} if prices else {})
    offered = {"plan": Path(plan)} if plan else {}
    made = run_chapters(None, parameters=given, out=draft / "chapters", offered=offered)
    links = [{"href": f"chapters/{c.path.name}", "title": c.title} for c in made]
    return links, tuple(str(c.error) for c in made if c.error)


def _command(path: str | Path, plan: str | Path | None) -> str:
    files = [Path(path).as_posix()] + (["--plan", Path(plan).as_posix()] if plan else [])
    return " ".join(["aicost review", *files])


def _planned(plan: str | Path | None, book: Book) -> Scenario | None:
    if plan is None:
        return None
    planned = load(plan)
    verify(planned, book)
    return planned


def _replace(folder: Path, draft: Path) -> None:
    """Put the finished draft in the place of an earlier review."""
    old = folder.with_name(f".old-{folder.name}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def page_content(scenario: Scenario, book: Book, plan: Scenario | None) -> dict[str, Any]:
    """Everything the page says, computed from the scenario."""
    priced, cost = bill(scenario, book), expected(scenario, book)
    points = inflections(scenario, book)
    months = growth(scenario, book) if scenario.growth is not None else None
    at = sweep(scenario, book, values=_sizes(float(priced.users)))
    unknown = widest(scenario, book)
    clock = times_of(scenario, book, USAGE)
    content: dict[str, Any] = {
        "name": scenario.name,
        "as_of": book.as_of.isoformat(),
        "verdict": answers.verdict(priced, cost, points, months),
        "confidence": facts.confidence(priced),
        "cards": headline.cards(priced, cost, points),
        "cost": {
            "answer": answers.cost(priced),
            "chart": pictures.components(priced),
            "groups": facts.bill_groups(priced),
            "total": usd(priced.total),
            "people": facts.people_words(priced),
            "hidden": facts.hidden_words(priced),
            "note": answers.cost_note(priced, cost),
            "once": facts.once_table(priced),
        },
        "behaves": {
            "answer": answers.behaves(priced, bill(_emptied(scenario), book)),
            "table": facts.behaves_table(priced),
            "chart": pictures.usage(priced),
            "usage": facts.usage_table(at, float(priced.users)),
            "sentence": answers.usage(at),
        },
        "inflection": {
            "answer": answers.outlook(points, months),
            "chart": pictures.per_user(scenario, priced, points),
            "table": facts.inflection_table(points),
        },
        "speed": clock and times.content(clock),
        "growth": months and {"answer": months.sentence, "chart": pictures.months(months)},
        "unknowns": {
            "answer": answers.unknowns(unknown, float(priced.total)),
            "chart": pictures.spread(cost),
            "table": facts.unknown_table(unknown, scenario),
        },
        "bridge": plan and _bridge(plan, scenario, book, priced),
        "figures": headline.figures(priced, cost, points, at)
        | ({"seconds": times.figures(clock)} if clock else {}),
        "missing": answers.missing(scenario),
        "provenance": {
            "answer": facts.book_words(book),
            "prices": facts.price_table(priced),
            "inputs": facts.input_table(scenario),
            "stamp": _stamp(book),
            "warnings": [str(p) for p in (*warnings(scenario, book), *doubts(scenario, book))],
        },
    }
    return content


def _sizes(today: float) -> list[float]:
    return sorted({*USAGE, today})


def _emptied(scenario: Scenario) -> Scenario:
    return scenario.at({scenario.traffic.scale: 0.0})


def _bridge(plan: Scenario, scenario: Scenario, book: Book, priced: Bill) -> dict[str, Any]:
    found = bridge(plan, scenario, book)
    planned = bill(plan, book)
    return {
        "answer": answers.bridge(planned, priced, found.sentence),
        "chart": pictures.bridge(found),
        "table": facts.bridge_table(found),
    }


def _stamp(book: Book) -> str:
    return (
        f"aicost {version('aicost-kit')}, price book {book.hash} of {book.as_of}, "
        f"4,096 fixed draws: the same files give the same page."
    )


def _held(said: Any) -> Any:
    """Words whose numbers stay with their units; pictures and style as they are."""
    return held(said) if type(said) is str else said


def write(folder: Path, content: dict[str, Any], priced: Bill) -> None:
    """Write page, bill.csv and review.json into a folder."""
    notes = folder / "notes.md"
    words = notes.read_text(encoding="utf-8") if notes.exists() else ""
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, finalize=_held
    )
    page = environment.get_template("page.html.j2").render(
        **content,
        css=Markup((HERE / "page.css").read_text("utf-8")),
        notes=words and Markup(MarkdownIt("js-default").render(words)),
    )
    (folder / "index.html").write_text(page, encoding="utf-8")
    priced.frame().to_csv(folder / "bill.csv", index=False, lineterminator="\n")
    figures = json.dumps(content["figures"], indent=1, ensure_ascii=False)
    (folder / "review.json").write_text(figures + "\n", encoding="utf-8")
