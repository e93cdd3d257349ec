"""`aicost new NAME --log FILE`: a log is read, asked about, written, and held beside its bill."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.cli.common import say
from aicost.cli.interview import Hear, Say, put
from aicost.cli.log import calls_of, refusing_of
from aicost.cli.log_file import log_file_text
from aicost.cli.log_questions import log_questions
from aicost.cli.progress import steps
from aicost.cli.question import Answers, Question
from aicost.log.parts import unplaced_lines
from aicost.log.placed import off_lines
from aicost.log.steady import passed_lines
from aicost.log.system import System, system_of
from aicost.values.formatting import money, percent, plural
from aicost.values.new_file import write_new
from aicost.values.text_table import paragraph

SAME = 1e-3  # of a bill: what rounding of values leaves over


def drawn(files: Sequence[Path], columns: Sequence[str] | None, book: Book) -> System:
    """The system that a log shows, said in a line. Raises Refused."""
    with steps(2) as step:
        step("reading")
        log = calls_of(files, columns)
        step("drawing")
        with refusing_of(log):
            found = system_of(log.calls, book)
    say(paragraph(found.sentence) + "\n")
    return found


def ask(system: System, book: Book, hear: Hear, say_: Say, *, again: bool) -> Answers:
    """Put the questions that a log leaves open."""

    def asked(answers: Answers) -> list[Question]:
        return [*log_questions(answers, book, system)]

    return put(asked, {}, hear, say_, again=again)


def write_file(path: Path, system: System, answers: Answers, book: Book) -> None:
    """Write the scenario of a log; a file that is there stays as it is."""
    write_new(path, log_file_text(path, system, answers, book))


def beside(system: System, case: Case) -> str:
    """What the log cost beside what the file bills for as many requests, and what is in neither."""
    names = {name for step in system.steps for name in (step.part.path, _plain(step.part.path))}
    bill = sum(float(c.usd) for c in case.bill.charges if c.stage in names)
    here = bill / float(case.bill.requests) * system.requests
    many = f"{system.requests:,} {plural('request', str(system.requests))}"
    words = f"The log's {many} cost {money(system.usd)} at the prices of "
    words += f"{case.book.as_of}; the file bills {money(here)} for as many"
    if system.usd:
        off = here / system.usd - 1
        side = "more" if off > 0 else "less"
        words += f", {percent(abs(off))} {side}" if abs(off) > SAME else ""
    words += "."
    if abs(system.usd_then - system.usd) > SAME * system.usd:
        words += f" At the prices of their days they cost {money(system.usd_then)}."
    lines = [*passed_lines(system.measured.passed), *unplaced_lines(system.unplaced)]
    return "\n" + "\n".join([paragraph(words), *lines, *off_lines(system.off)])


def _plain(path: str) -> str:
    return path.replace("/", " ")
