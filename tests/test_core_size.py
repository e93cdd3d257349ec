"""The core, what makes a scenario into a bill, stays small enough to be read.

Beside it stand the drivers of cost, one a file, what turns a file into a scenario (the bill never
reads one), and the formulas that stages call: pure functions of numbers, each to be read alone.
All are counted, bounded and printed, so that none shrinks by moving into another.
"""

import ast
import io
import tokenize
from collections.abc import Callable

import pytest
from places import PACKAGE
from test_layers import Dotted, concrete_components, files, modules_read

#: With what is paid of a listed price: by contract, and at the place where data has to stay.
#: With what tokens are beside text, and what stands in only where a file asks for it.
#: With a stage as it bills one call, for the cost of a single request, and a cap on that.
#: And with what a section leaves to be filled, where one field stands in place of others.
#: And with the currency that amounts are read and written in, and lines that are shares of lines.
#: And with times that were seen in a system, to which those assumed of its calls are scaled.
#: And with what amounts by hand are paid by: calls, rounds, tokens and pages of a part.
#: And with the plans that users are sold: what a cap leaves out is not billed.
#: And what the peak is above a mean day, and questions that are asked again.
#: And with names that one seller has at the list of another.
#: And requests by the day, one of two ways to count them.
#: And environments beside production: which lines each is a share of, and how those behave.
#: And units of a pool by the month or committed, and calls that go to a model beyond them.
#: And loops that are said to grow by less than a round brings.
#: And the users of a month, of whom those of a tenant may share what is kept.
#: And what terms of a provider mean beside prices, or machines, of the client's own.
#: And what is made of a table or of a class, kept for as long as it stays.
#: And the share of calls that find a prompt that all share, for what keeping it is worth.
#: And pools that serve a model: chips, rents, what a unit carries, units that are bought.
#: And what of a bill, and of its shares, is of environments; a slip of a thousand.
#: And the days of a year on which more is asked, for what pools leave to models.
#: And what a model holds, a data sheet in its units, no chip for nothing; a server's own power.
#: And the head of a file, the options beside it, and a budget for cloud alone.
#: And the disks that hold weights, answers that leave at a price, prompts that an engine keeps.
#: And seats of a plan that are bought and not used.
#: And the components that an invoice has what environments cost under.
#: And calls that are paid by themselves alone; what others call the fields and prices of a call.
#: And how many prompts an engine has to keep beside the calls that run.
#: And how many times as much one amount is as another.
#: And what is assumed of people or pages and was counted in another country or language.
#: And that nobody waits for a word of a night's work.
#: And names of files that are no text.
#: And parts of a prompt; machines that are rented while a batch is worked off.
AT_MOST = 5_175
DRIVER_AT_MOST = 302
#: It reads what a program writes in place of a file too, and each group of a pipeline as a part;
#: it holds values against each other wherever they were set, and refuses what nobody can see;
#: and sections under names of the client's own; and amounts in the currency of a file.
#: And the hours of a kind where a file names none, and times that were observed.
#: And what of plans does not go together, what of environments and pools; lists of names.
#: And what a doubted spelling may stand for, and the period that a number is said with.
#: Nor of two bounds of one thing. And what a unit behind one end of a range may be of; a slip of
#: a thousand, and the letters of countries.
#: And what of a pool that serves a model does not go together, or cannot be.
#: And units that run with the traffic and never stop, and what is bought without its chips.
#: And calls that are longer than the model holds that is served.
#: And what stages before a pool leave of the time to the first word; copies on a bought server.
#: And the options that a file names beside itself.
#: And the head of a file: for whom, by whom, who confirms what; a budget for cloud alone.
#: And what was invoiced of a month, by component.
#: And how many keys a file may have.
#: And what an engine keeps of prompts, its room, and prices of disks that do nothing.
#: And what is nothing for what else was said; a product that is written for a number.
#: And what an amount is said to be paid for, shares and limits as people say them.
#: And what a quarter, a year or a working day comes to, sizes of other languages, two units.
READER_AT_MOST = 2_369
#: With times as distributions: a stage says itself how long its calls take; and with what calls
#: find in a provider's cache; and the desk of people, with the work that it carries over.
#: And how often what is asked was asked before, by traffic.
#: And how fast a model answers on chips of one's own.
#: And a prompt of which its engine has kept a part.
#: And whole shifts of people who hold several conversations, with the queue that a desk is.
#: And a table of times read between its nodes, where a spline took long to load.
#: And of prompts that are kept those that have room beside running calls.
#: And rounds of which faint waves count few, and a desk's late work found once for all its weeks.
#: And a desk with hours of its own, for which work waits over nights and weekends.
FORMULAS_AT_MOST = 2_094
BILL, READER = ("billing", "walk"), ("scenario", "load")
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def docstring_lines(tree: ast.AST) -> set[int]:
    """Return the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if first is not None and ast.get_docstring(node, clean=False) is not None:
                lines |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def code_lines(text: str) -> int:
    """Count the lines that hold code: no blanks, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(ast.parse(text)))


FILES = {here: path for path, here in files(PACKAGE)}
READ = modules_read(PACKAGE)


def stands_on(top: Dotted) -> set[Dotted]:
    """Return a module and all that it imports, at first hand or further down."""
    met: set[Dotted] = set()
    todo = [top]
    while todo:
        module = todo.pop()
        if module not in met:
            met.add(module)
            todo += READ[module]
    return met


def size(modules: set[Dotted]) -> int:
    return sum(code_lines(FILES[module].read_text(encoding="utf-8")) for module in modules)


def test_core_is_small(record_property: Callable[[str, object], None]) -> None:
    bill, drivers = stands_on(BILL), concrete_components(PACKAGE)
    formulas = {
        module
        for module in stands_on(BILL).union(*map(stands_on, drivers))
        if module[0] == "formulas"
    }
    core, reader = bill - formulas - drivers, stands_on(READER) - bill - drivers - formulas
    assert {("paths",), ("book", "book"), ("components", "stage"), ("scenario", "scenario")} <= core
    largest = max(drivers, key=lambda module: size({module}))
    words = f"core: {size(core):,} lines of code, at most {AT_MOST:,}; beside it "
    words += f"{len(drivers)} drivers of cost, {'.'.join(largest)} the largest with "
    words += f"{size({largest})} (at most {DRIVER_AT_MOST}), the formulas they call "
    words += f"{size(formulas):,} (at most {FORMULAS_AT_MOST:,}) and the file reader "
    words += f"{size(reader):,} (at most {READER_AT_MOST:,})"
    record_property("figure", words)
    assert size(core) <= AT_MOST
    assert size({largest}) <= DRIVER_AT_MOST
    assert size(formulas) <= FORMULAS_AT_MOST
    assert size(reader) <= READER_AT_MOST


def test_formulas_stand_on_values_alone() -> None:
    for module in READ:
        if module[0] == "formulas":
            assert {m[0] for m in stands_on(module)} <= {"formulas", "values"}


def test_the_bill_reads_no_file_and_names_no_driver() -> None:
    bill = stands_on(BILL)
    assert not bill & {("scenario", "load"), ("scenario", "section_reader"), ("scenario", "kinds")}
    assert not bill & concrete_components(PACKAGE)


def test_a_module_fits_on_a_few_screens() -> None:
    long = {
        ".".join(m): n
        for m, path in FILES.items()
        if (n := path.read_text(encoding="utf-8").count("\n")) > 330
    }
    assert long == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Doc."""\n\n# Why.\nx = 1  # here\n', 1),
        ('def f():\n    """Doc\n\n    more.\n    """\n    return (\n        1\n    )\n', 4),
        ('x = """a\n\nb"""\n', 3),
    ],
)
def test_counter_counts_code(text: str, expected: int) -> None:
    assert code_lines(text) == expected
