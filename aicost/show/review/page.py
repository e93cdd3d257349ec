"""The verdict page: one HTML file that a client keeps, with its bill and figures beside it."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2

from aicost.analysis.alternatives.caches import caches
from aicost.analysis.alternatives.levers import first_steps
from aicost.analysis.alternatives.routing import routings
from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.own_prices import own_prices
from aicost.analysis.request_cost.report import request_cost
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import Sweep
from aicost.analysis.uncertainty.expected import Expected, expected
from aicost.analysis.uncertainty.tornado import tornado
from aicost.analysis.user_margins.report import told, user_margins
from aicost.analysis.viability.ends import ends
from aicost.billing.bill import Bill
from aicost.billing.bill_table import largest_parts
from aicost.billing.case import Case, single
from aicost.book.book import Book
from aicost.components.traffic import BY_REQUEST
from aicost.scenario.checks import problem, warnings
from aicost.scenario.problems import Problem, ScenarioError
from aicost.show.review import answers, facts, headline, pictures, times
from aicost.show.review.chapter_choice import Behind
from aicost.show.review.folder import NOTES, Draft, drafted
from aicost.show.review.notes import read_notes
from aicost.show.review.shell import HERE, POLICY, css_of, finished, notes_html
from aicost.show.review.strangers import CHAPTERS, FIGURES, LINES, PAGE
from aicost.timing.checks import doubts
from aicost.timing.report import latency
from aicost.timing.unserved import unserved, unserved_problems
from aicost.values.cells import csv_of
from aicost.values.formatting import set_in_type, usd
from aicost.values.section import Concern


@dataclass(frozen=True)
class Review:
    """A finished review: where it lies, its verdict, and the chapters that stopped half-way."""

    page: Path
    verdict: str
    stopped: tuple[str, ...] = ()


def review(
    case: Case,
    *,
    plan: Case | None = None,
    out: str | Path | None = None,
    chapters: bool = False,
    log: str | Path | None = None,
    command: str = "",
) -> Review:
    """Write the review of a system to reviews/NAME/ and return it.

    An earlier review is replaced only when the new one is complete. Its notes.md stays, and so
    does whatever else lies in the folder. With `chapters`, the notebooks run behind it, that of
    logs on the `log` of its requests; one that fails is named, the others come out. Raises
    ScenarioError, FolderError and NotebookError; nothing is then written, and an earlier review
    stays as it is.
    """
    single(case, "a review")
    _reviewable(case)
    planned = plan and case.of(plan.scenario)
    stands = Path(out) if out else Path("reviews") / _stem(case)
    made_from = _made_from(case.scenario.path)
    with drafted(stands, case.name, "" if out else made_from) as draft:
        read_notes(draft.folder / NOTES, stands / NOTES)  # what is wrong with them is said now
        content = page_content(case, planned)
        made = _behind(draft, case, plan, log) if chapters else Behind()
        content["chapters"], content["left_out"] = made.links, made.left_out
        content["provenance"]["command"] = command or _command(case, plan)
        content["figures"] |= {"made_from": made_from}
        with draft.writing():
            write_files(draft.new, content["figures"], case.bill)

        def write_page(notes: Path) -> None:
            text = page_text(content, read_notes(notes, stands / NOTES))
            (draft.new / PAGE).write_text(text, encoding="utf-8")

        draft.put_in_place(write_page)
    return Review(stands / PAGE, content["verdict"], made.stopped)


def _stem(case: Case) -> str:
    """What the folder of a review is called: as the file, else as the system."""
    path = case.scenario.path
    return path.stem if path else re.sub(r"\W+", "-", case.name.lower()).strip("-") or "review"


def _reviewable(case: Case) -> None:
    """Raise ScenarioError where there is no use or no cost that a page could be about."""
    point, traffic = case.point.scenario, case.point.scenario.traffic
    unused = [
        name
        for name in ("users", "requests_per_user_month", *BY_REQUEST)
        if getattr(traffic, name) is not None and not getattr(traffic, name)
    ]
    for name in unused[:1]:
        wrong = "nobody uses it, so there is nothing to review"
        concern = Concern(name, wrong, "write what is planned")
        raise ScenarioError([problem(point, "traffic", traffic, concern)])
    if not case.bill.total > 0:
        wrong, remedy = "it costs nothing a month", "see `aicost bill`, and write prices or shares"
        file = str(point.path or point.name)
        raise ScenarioError([Problem(file, 1, "pipeline", wrong, remedy)])


def _behind(draft: Draft, case: Case, plan: Case | None, log: str | Path | None) -> Behind:
    """Run the notebooks behind a review; raise NotebookError where not one comes out."""
    from aicost.show.review.behind import behind

    with draft.writing():
        return behind(case, plan, draft.new / CHAPTERS, None if log is None else Path(log))


def _made_from(path: Path | None) -> str:
    """What tells a file from others of its name, and says nothing of where it lies."""
    if path is None:
        return ""
    whole = os.path.realpath(path)
    place = os.path.relpath(whole) if Path(whole).drive == Path.cwd().drive else whole
    return sha256(os.fsencode(place)).hexdigest()[:12]


def shown_path(path: Path | None) -> str:
    """A file as a client may read it: never where it lies on this machine.

    >>> shown_path(Path("A/desk.yaml")), shown_path(Path("/home/me/desk.yaml"))
    ('A/desk.yaml', 'desk.yaml')
    """
    if path is None:
        return ""
    inside = path.is_relative_to(Path.cwd())
    shown = path.relative_to(Path.cwd()) if inside else Path(path.name)
    whole = shown if path.is_absolute() else path
    return os.fsencode(whole.as_posix()).decode("utf-8", errors="replace")


def _command(case: Case, plan: Case | None) -> str:
    asked = (("", case.scenario.path), ("--plan ", plan and plan.scenario.path))
    return " ".join(["aicost review", *(f"{flag}{shown_path(p)}" for flag, p in asked if p)])


def page_content(case: Case, plan: Case | None) -> dict[str, Any]:
    """Everything the page says, computed from the case."""
    cost, found, unknown = expected(case), ends(case), tornado(case)
    months = growth(case) if case.scenario.growth is not None else None
    at = pictures.sizes(case, found.money)
    # In the order of the page: while a picture is drawn, the next answer is worked out.
    return {
        "name": case.name,
        "as_of": case.book.as_of.isoformat(),
        "verdict": answers.verdict(case, cost, months),
        "confidence": facts.confidence(case.bill),
        "cards": headline.cards(case.bill, cost, found),
        "cost": _cost(case, cost),
        "behaves": _behaves(case, at),
        "inflection": {
            "answer": answers.outlook(case, months),
            "chart": pictures.per_user(case, at, found.money),
            "table": found.rows(),
        },
        "speed": (clock := latency(case)) and times.content(clock),
        "growth": months and {"answer": months.sentence, "chart": pictures.months(months)},
        "users": (users := user_margins(case) if told(case) else None),
        "routings": routings(case),
        "caches": found_caches if (found_caches := caches(case)).told else None,
        "machines": answers.machines(case),
        "unknowns": {
            "answer": unknown.sentence,
            "chart": pictures.spread(cost),
            "table": unknown.rows() if len(unknown) else None,
        },
        "steps": first_steps(case),
        "bridge": plan and _bridge(plan, case),
        "figures": headline.figures(case.bill, cost, found, at)
        | ({"seconds": times.figures(clock)} if clock else {})
        | ({"users": headline.user_figures(users, case.scenario.money)} if users else {})
        | facts.own_figures(own_prices(case.point)),
        "missing": answers.missing(case.scenario, case.book),
        "provenance": _provenance(case),
    }


def _cost(case: Case, cost: Expected) -> dict[str, Any]:
    bill, left = case.bill, unserved(case)
    lines = bill.rows()
    return {
        "answer": f"{largest_parts(bill.by('component'), bill.total)} {bill.apart}".rstrip(),
        "chart": pictures.components(bill),
        "groups": facts.groups(lines),
        "total": usd(bill.total),
        "people": usd(bill.people) if bill.people > 0 else "",
        "hidden": " ".join(lines.notes),
        "note": " ".join([answers.cost_note(bill, cost), left.sentence if left else ""]).strip(),
        "once": facts.once_table(bill),
        "request": request_cost(case) if bill.requests > 0 else None,
    }


def _behaves(case: Case, at: Sweep) -> dict[str, Any]:
    empty = case.at({case.scenario.traffic.scale: 0.0})
    return {
        "answer": answers.behaves(case.bill, empty.bill),
        "table": facts.behaves_table(case.bill),
        "chart": pictures.usage(at),
        "usage": facts.usage_table(at),
        "sentence": answers.usage(at),
    }


def _bridge(plan: Case, case: Case) -> dict[str, Any]:
    found = bridge(plan, case)
    return {
        "answer": answers.bridge(found),
        "chart": pictures.bridge(found),
        "table": facts.bridge_table(found),
    }


def _provenance(case: Case) -> dict[str, Any]:
    own = own_prices(case.point)
    times = (*doubts(case), *unserved_problems(case))
    every = (*warnings(case.scenario, case.book), *times, *own.warnings)
    told = (facts.book_words(case.book), case.scenario.money.sentence, own.sentence)
    return {
        "answer": " ".join(filter(None, told)),
        "prices": facts.price_table(case.bill),
        "inputs": case.scenario.rows(),
        "stamp": _stamp(case.book),
        "warnings": [str(problem) for problem in every],
    }


def _stamp(book: Book) -> str:
    return (
        f"aicost {version('aicost-kit')}, price book {book.hash} of {book.as_of}, "
        f"4,096 fixed draws: the same files give the same page."
    )


def _held(said: Any) -> Any:
    """Words whose numbers stay with their units; pictures and style as they are."""
    return set_in_type(said) if type(said) is str else said


def page_text(content: dict[str, Any], notes: str) -> str:
    """The page, with notes on it."""
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, finalize=_held
    )
    page = environment.get_template("page.html.j2").render(
        **content,
        policy=POLICY,
        css=css_of("page.css"),
        notes=notes and notes_html(notes),
    )
    return finished(page)


def write_files(folder: Path, figures: dict[str, Any], priced: Bill) -> None:
    """Write bill.csv and review.json into a folder."""
    (folder / LINES).write_text(csv_of(priced.frame()), encoding="utf-8", newline="\n")
    said = json.dumps(figures, indent=1, ensure_ascii=False)
    (folder / FIGURES).write_text(said + "\n", encoding="utf-8")
