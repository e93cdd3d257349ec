"""Options as systems: fields of a file set otherwise, or another file held to the same goals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aicost.billing.case import Case
from aicost.book.exchange import currency
from aicost.scenario.changes import changed
from aicost.scenario.checks import verify
from aicost.scenario.load import load
from aicost.scenario.model_names import named
from aicost.scenario.option_reader import AS_IT_IS
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import Constraints, Option
from aicost.values.formatting import listing
from aicost.values.section import Section

PLACE = "constraints.residency"
ANYWHERE = "global"


@dataclass(frozen=True)
class Way:
    """An option as a system, and what it changes in words; or why it is ruled out."""

    name: str
    change: str
    case: Case | None
    barred: tuple[Problem, ...] = ()
    #: Whether it says itself how many of its answers help.
    says_success: bool = False

    @property
    def why(self) -> str:
        """Why it is ruled out."""
        return "; ".join(dict.fromkeys(one.wrong for one in self.barred))

    @property
    def instead(self) -> str:
        """What would let it in."""
        return "; ".join(dict.fromkeys(one.remedy for one in self.barred))


def ways(case: Case, files: Sequence[Path] = ()) -> tuple[Way, ...]:
    """The options that a file names and those that other files are, each read and checked.

    Raises ScenarioError with a line for each problem: those of an option at its line.
    """
    found: list[Way] = []
    problems: list[Problem] = []
    here = case.scenario.path.parent if case.scenario.path else Path()
    for option in case.scenario.options:
        try:
            if option.file and not (here / option.file).exists():
                wrong, key = f"there is no file {option.file} beside it", f"options.{option.name}"
                problems.append(Problem(_file_of(case), option.line, key, wrong, "check the path"))
            elif option.file:
                found.append(_of_file(case, option.name, here / option.file))
            else:
                found.append(_of_settings(case, option))
        except ScenarioError as error:
            problems += error.problems
    names = {AS_IT_IS, *(way.name for way in found)}
    for file in files:
        name = file.stem if file.stem not in names else str(file)
        if name in names:
            problems.append(Problem(name, 1, "file", "it is named twice", "keep one"))
            continue
        names.add(name)
        try:
            found.append(_of_file(case, name, file))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


# ---- fields set otherwise


def _of_settings(case: Case, option: Option) -> Way:
    settings, scenario = option.settings, case.scenario
    words = ", ".join(f"{path} = {text}" for path, text in settings.items())
    try:
        full = {path: scenario.resolved(path)[0] for path in settings}
        made = changed(scenario, case.book, settings, str)
    except KeyError as unknown:
        raise ScenarioError([_unknown(case, option, unknown)]) from None
    except ScenarioError as error:
        elsewhere = {path: text for path, text in settings.items() if full[path] != PLACE}
        try:
            changed(scenario, case.book, {**elsewhere, PLACE: ANYWHERE}, str)
        except ScenarioError:
            raise ScenarioError(_placed(case, option, error)) from None
        return Way(option.name, words, None, tuple(_placed(case, option, error)))
    says = "traffic.success_share" in full.values()
    return Way(option.name, words, case.of(made), says_success=says)


def _unknown(case: Case, option: Option, error: KeyError) -> Problem:
    """A field that is not there, at the line that sets it."""
    path, _, said = str(error.args[0]).partition(": ")
    wrong, _, remedy = said.partition("; ")
    line = option.lines.get(path, option.line)
    return Problem(_file_of(case), line, f"options.{option.name}.{path}", wrong, remedy)


def _placed(case: Case, option: Option, error: ScenarioError) -> Iterator[Problem]:
    """Yield problems of settings at the lines that set them."""
    for one in error.problems:  # the file of such a problem is the path that is set
        line = option.lines.get(one.file, option.line)
        key = f"options.{option.name}.{one.key}"
        yield Problem(_file_of(case), line, key, one.wrong, one.remedy)


def _file_of(case: Case) -> str:
    return str(case.scenario.path or case.name)


# ---- another file


def _of_file(case: Case, name: str, path: Path) -> Way:
    """Another file at the prices of this one, held to its goals where it states none."""
    book, first = case.book, case.scenario
    read = load(path, lambda code, day: currency(book, code))
    pairs = {
        "goals": (read.goals, first.goals),
        "residency": (read.constraints, first.constraints),
    }
    same = [word for word, (own, ours) in pairs.items() if _says(ours) and not _says(own)]
    held = replace(
        read,
        goals=read.goals if _says(read.goals) else first.goals,
        constraints=read.constraints if _says(read.constraints) else first.constraints,
        invoiced=first.invoiced or read.invoiced,
    )
    scenario = named(held, book).recounted()
    words = f"the file {path.name}" + (f", with the {listing(same)} of the first" if same else "")
    barred = _barred(scenario, case)
    says = scenario.traffic.success_share is not None
    return Way(name, words, None if barred else case.of(scenario), barred, says)


def _says(part: Section) -> bool:
    """Whether anything stands in a section."""
    return part != type(part)()


def _barred(scenario: Scenario, case: Case) -> tuple[Problem, ...]:
    """What may not run where data has to stay; raises what is wrong anywhere."""
    try:
        verify(scenario, case.book)
    except ScenarioError as error:
        verify(replace(scenario, constraints=Constraints()), case.book)
        return error.problems
    return ()
