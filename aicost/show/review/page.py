"""The verdict page: one HTML file that a client keeps, with its bill and figures beside it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2

from aicost.billing.case import Case, single
from aicost.components.traffic import BY_REQUEST
from aicost.invoices.reconcile import reconcile
from aicost.scenario.checks import problem
from aicost.scenario.problems import Problem, ScenarioError
from aicost.show.export.files import write_files
from aicost.show.review.chapter_choice import Behind
from aicost.show.review.content import SECTIONS, figures, page_content
from aicost.show.review.folder import NOTES, Draft, drafted
from aicost.show.review.look import Look
from aicost.show.review.notes import read_notes
from aicost.show.review.pdf import browser, print_page
from aicost.show.review.shell import HERE, POLICY, css_of, finished, notes_html
from aicost.show.review.strangers import CHAPTERS, PAGE, PDF
from aicost.values.formatting import set_in_type
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
    invoice: str | Path | None = None,
    columns: str | None = None,
    pdf: bool = False,
    command: str = "",
) -> Review:
    """Write the review of a system to reviews/NAME/ and return it.

    An earlier review is replaced only when the new one is complete. Its notes.md stays, and so
    does whatever else lies in the folder. With `chapters`, the notebooks run behind it, that of
    logs on the `log` of its requests; one that fails is named, the others come out. An `invoice`
    stands beside the bill, read by the `columns` of its services and costs where they are not
    known. With `pdf` a browser that is found prints the page. Raises ScenarioError, FolderError,
    InvoiceError, NotebookError and PdfError; nothing is then written, and an earlier review stays
    as it is.
    """
    single(case, "a review")
    _reviewable(case)
    program = browser() if pdf else ""
    theirs = None if invoice is None else reconcile(case, invoice, columns)
    planned = plan and case.of(plan.scenario)
    stands = Path(out) if out else Path("reviews") / _stem(case)
    made_from = _made_from(case.scenario.path)
    with drafted(stands, case.name, "" if out else made_from) as draft:
        read_notes(draft.folder / NOTES, stands / NOTES)  # what is wrong with them is said now
        look = Look(case, planned, log, theirs)
        said = page_content(look)
        made = _behind(draft, case, plan, log) if chapters else Behind()
        command = command or _command(case, plan)
        with draft.writing():
            every = figures(look) | {"made_from": made_from}
            has_sheet = write_files(draft.new, case, every, command)

        def write_page(notes: Path) -> None:
            text = page_text(
                said,
                name=case.name,
                as_of=case.book.as_of.isoformat(),
                behind=made,
                command=command,
                has_sheet=has_sheet,
                notes=read_notes(notes, stands / NOTES),
            )
            (draft.new / PAGE).write_text(text, encoding="utf-8")
            if program:
                print_page(text, draft.new / PDF, program)

        draft.put_in_place(write_page)
    return Review(stands / PAGE, said["head"]["verdict"], made.stopped)


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


def _held(said: Any) -> Any:
    """Words whose numbers stay with their units; pictures and style as they are."""
    return set_in_type(said) if type(said) is str else said


def as_sentence(note: str) -> str:
    """A note as a sentence of its own.

    >>> as_sentence("tax is left out")
    'Tax is left out.'
    """
    return f"{note[:1].upper()}{note[1:]}".rstrip(".") + "."


def page_text(
    said: dict[str, Any],
    *,
    name: str,
    as_of: str,
    behind: Behind,
    command: str,
    has_sheet: bool,
    notes: str,
) -> str:
    """The page of what each part says, with notes on it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([HERE, HERE / "sections"]),
        autoescape=True,
        trim_blocks=True,
        finalize=_held,
    )
    environment.filters["sentence"] = as_sentence
    page = environment.get_template("page.html.j2").render(
        sections=SECTIONS,
        said=said,
        name=name,
        as_of=as_of,
        behind=behind,
        command=command,
        has_sheet=has_sheet,
        policy=POLICY,
        css=css_of("page.css"),
        notes=notes and notes_html(notes),
    )
    return finished(page)
