"""The commands around a client's system: new, show, check, review."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from aicost.book.rows import BookError
from aicost.cli.common import (
    File,
    Prices,
    Refused,
    age_warning,
    closed,
    opened,
    price_line,
    refusing,
    say,
)
from aicost.cli.log import Columns, calls_of
from aicost.scenario.problems import ScenarioError


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", show_default=False, help="NAME.yaml is written.")
    ],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="Such as rag-chat; asked where it is not given.")
    ] = "",
    log: Annotated[
        list[Path] | None,
        typer.Option(metavar="LOG", help="A log to draw it from; may be repeated."),
    ] = None,
    columns: Columns = None,
    invoice: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An invoice that answers some of the questions."),
    ] = None,
    invoice_columns: Annotated[
        str, typer.Option(metavar="SERVICE,COST", help="Its columns, if not known.")
    ] = "",
) -> None:
    """Ask up to nineteen short questions and write NAME.yaml; fewer with a log or an invoice."""
    from aicost.analysis.uncertainty.expected import expected
    from aicost.analysis.uncertainty.tornado import tornado
    from aicost.book.book import Book
    from aicost.cli import draft_file, interview, invoice_draft, log_draft
    from aicost.values.spelling import ValueProblem

    if columns and not log:
        raise Refused(f"--column {columns[0]}: it is of a log; name that too, with --log")
    if kind and log:
        raise Refused(f"--kind {kind}: what a system is stands in its log; leave it out")
    if invoice and log:
        raise Refused(f"--invoice {invoice}: draw the file from its log, then reconcile the two")
    if invoice_columns and not invoice:
        raise Refused("--invoice-columns: they are of an invoice; name that too, with --invoice")
    with refusing(draft_file.NameTaken):
        path = draft_file.free_path(name)
    prices, stopped = Book.load(), None
    drawn = log_draft.drawn(log, columns, prices) if log else None
    billed = invoice_draft.read(invoice, invoice_columns, prices) if invoice else None
    with refusing(ValueProblem):
        try:
            by_hand = _is_typed()  # a pipe's next line answers the next question
            if billed is not None:
                answers = invoice_draft.ask(kind, billed, prices, _hear, say, again=by_hand)
            elif drawn is None:
                answers = interview.ask(kind, prices, _hear, say, again=by_hand)
            else:
                answers = log_draft.ask(drawn, prices, _hear, say, again=by_hand)
        except interview.Stopped as stop:
            answers, stopped = stop.answers, stop
    if stopped is not None:
        if stopped.problem is not None:  # a file would stand in the way of the corrected pipe
            raise Refused(f"{stopped.problem}; nothing is written: correct it, and pipe all again")
        if stopped.number == 1 and (drawn is None or stopped.by_hand):
            raise Refused(
                "nothing was answered, nothing is written; type answers, or pipe them, one a line"
            )
        how = "stopped" if stopped.by_hand else "no more answers"
        say(f"\n{how} at question {stopped.number}: from there on all is unknown in {path}")
    if drawn is None:
        draft_file.write_file(path, answers, prices)
    else:
        log_draft.write_file(path, drawn, answers, prices)
    case = opened(path)
    say(draft_file.ending(case, expected(case), tornado(case), path))
    if drawn is not None:
        say(log_draft.beside(drawn, case))
    if invoice:
        say(invoice_draft.beside(case, invoice, invoice_columns, path))
    closed(case)
    if stopped is not None and stopped.by_hand:
        raise typer.Exit(130)


def _is_typed() -> bool:
    """Say whether somebody types, who can be asked again."""
    return sys.stdin is not None and sys.stdin.isatty()


def _hear() -> str:
    """A line that was typed or piped in. Raises EOFError where there are no more."""
    if sys.stdin is None:  # closed by who started it
        raise EOFError
    line = input("   > ")
    if not _is_typed():
        say(line)  # as it would stand on a screen
    return line


def show(file: File, prices: Prices = None) -> None:
    """Show a file filled out: what is stated, given, assumed and listed."""
    from aicost.cli.bill_text import filled

    case = opened(file, prices)
    say(filled(case))
    closed(case)


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", show_default=False, help="Scenario files.")
    ],
    prices: Prices = None,
) -> None:
    """List errors and warnings of files; code 2 where there is an error."""
    from aicost.analysis.options.ways import ways
    from aicost.analysis.own_prices import own_prices
    from aicost.invoices.reconcile import NOT_COMPARED
    from aicost.invoices.reconcile import reconcile as against
    from aicost.scenario.checks import warnings
    from aicost.timing.checks import doubts, fit_words
    from aicost.timing.unserved import unserved_problems

    failed = False
    for file in files:
        try:
            case = opened(file, prices)
            own = own_prices(case.point)
            times = (*doubts(case), *unserved_problems(case))
            out = [one for way in ways(case) for one in way.barred]
            printed = (
                against(case, case.scenario.published).notes if case.scenario.published else ()
            )
            odd = [
                f"{file}: published: {note}" for note in printed if note.startswith(NOT_COMPARED)
            ]
            odd += [f"{file}: {one}" for one in case.off_invoice]
            every = (*warnings(case.scenario, case.book), *times, *own.warnings, *out, *odd)
        except (ScenarioError, BookError) as problem:
            say(str(problem), err=True)
            failed = True
            continue
        found = [f"warning: {warning}" for warning in every]
        found += filter(None, [age_warning(case.book)])
        for line in found or [f"{file}: no problems"]:
            say(line)
        say(
            "\n".join(
                f"  {line}"
                for line in (price_line(case.book), own.sentence, fit_words(case))
                if line
            )
        )
    if failed:
        raise typer.Exit(2)


def review(
    file: File,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was planned, to say why it differs.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder, in place of reviews/NAME.")
    ] = None,
    chapters: Annotated[
        bool, typer.Option("--chapters", help="With the notebooks behind it.")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(metavar="LOG", help="A log of its requests, to compare the bill with."),
    ] = None,
    invoice: Annotated[
        Path | None, typer.Option(metavar="INVOICE", help="What was billed, to compare it with.")
    ] = None,
    invoice_columns: Annotated[
        str, typer.Option(metavar="SERVICE,COST", help="Names of its columns, if not known.")
    ] = "",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Printed too, by the browser that is here.")
    ] = False,
    prices: Prices = None,
) -> None:
    """Write the page a client keeps, its bill and its figures."""
    from aicost.show.review.next_door import next_door, spare_the_unused

    spare_the_unused()
    next_door().begin()  # it loads what it takes, while this process loads the rest
    from aicost.show.review.folder import FolderError
    from aicost.show.review.page import review as make
    from aicost.show.review.page import shown_path
    from aicost.show.review.pdf import PdfError
    from aicost.values.text_table import paragraph

    case = opened(file, prices)
    if log is not None:
        calls_of([log])  # what is wrong with it is said now
    if invoice_columns and invoice is None:
        raise Refused("--invoice-columns names those of an invoice; name it too, with --invoice")
    asked = [("--plan", plan), ("--out", out), ("--log", log), ("--invoice", invoice)]
    asked += [("--prices", prices)]
    words = [shown_path(file)]
    words += [word for name, path in asked if path for word in (name, shown_path(path))]
    words += ["--invoice-columns", invoice_columns] if invoice_columns else []
    words += ["--chapters"] if chapters else []
    words += ["--pdf"] if pdf else []
    command = " ".join(["aicost review", *map(shlex.quote, words)])
    with refusing(FolderError, PdfError, *_unfit(chapters)):
        made = make(
            case,
            plan=opened(plan, prices) if plan else None,
            out=out,
            chapters=chapters,
            log=log,
            invoice=invoice,
            columns=invoice_columns or None,
            pdf=pdf,
            command=command,
        )
    say(f"{paragraph(made.verdict)}\n\n{made.page}")
    closed(case)
    for line in made.stopped:
        say(f"a chapter stopped: {line}", err=True)
    if made.stopped:
        raise typer.Exit(1)


def _unfit(chapters: bool) -> tuple[type[Exception], ...]:
    """What running notebooks may refuse before it starts; loaded only where they are."""
    if not chapters:
        return ()
    try:
        from aicost.show.review.chapters import NotebookError
    except ImportError as problem:
        raise Refused(f"chapters need {problem.name}; run: pip install 'aicost-kit[kit]'") from None
    return (NotebookError,)


def schema(
    words: Annotated[bool, typer.Option("--words", help="In words, as docs/scenario.md.")] = False,
) -> None:
    """Print every key of a scenario file, as a JSON Schema for an editor or in words."""
    import json

    from aicost.scenario.json_schema import schema as made
    from aicost.scenario.reference import reference

    whole = reference().rstrip() if words else json.dumps(made(), indent=1, ensure_ascii=False)
    say(whole)
