"""The file that `aicost new` makes of its answers, and what it says of it at the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from aicost.analysis.uncertainty.expected import Expected
from aicost.analysis.uncertainty.tornado import Unknown
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.cli.interview import UNKNOWN, Answers, usual_words
from aicost.cli.plain_words import KINDS, unknown_words
from aicost.scenario.kinds import kind_stage
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import money, with_unit
from aicost.values.new_file import write_new
from aicost.values.text_table import paragraph

MONTHS_AHEAD = 24
COMMENT_AT = 38

_HEAD = """\
# A plain number was counted; "about 50" is 25 to 100; "20 to 80" is a range; unknown takes what
# is usual for this kind of system. Correct a line as soon as somebody knows better.
"""


class NameTaken(ValueError):
    """A file that would be overwritten, or a name that no file can have."""


def free_path(name: str) -> Path:
    """The file of a new system. Raises NameTaken where it cannot be made."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    if not re.match(r"\w", path.stem):
        raise NameTaken(f"{name!r}: no name for a file; write one such as contract-search")
    if path.exists():
        raise NameTaken(f"{path}: it is there already and stays as it is; choose another name")
    if not path.parent.is_dir():
        raise NameTaken(f"{path}: there is no folder {path.parent}; make it first")
    return path


def write_file(path: Path, answers: Answers, book: Book) -> None:
    """Write the scenario of some answers; a file that is there stays as it is."""
    write_new(path, file_text(path, answers, book))


def file_text(path: Path, answers: Answers, book: Book) -> str:
    """The scenario file of some answers, each line with a comment."""
    words = re.sub(r"[-_]+", " ", path.stem).strip()
    name = words[:1].upper() + words[1:]
    safe = re.fullmatch(r"\w[\w .()]*", name) is not None
    rows = [
        (f"name: {name if safe else json.dumps(name, ensure_ascii=False)}", ""),
        (f"kind: {answers['kind']}", KINDS[answers["kind"]].says),
        (f"as_of: {book.as_of}", "the day prices are read at"),
        *_counted("traffic", answers),
        *_counted("corpus", answers),
        *_pipeline(answers),
        *_money(answers),
    ]
    lines = (f"{code:<{COMMENT_AT - 2}}  # {words}" if words else code for code, words in rows)
    return "\n".join([_HEAD, *lines, ""])


def _counted(section: str, answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield the block of a section, each line with what it says."""
    kind = answers["kind"]
    paths = [path for path in answers if path.startswith(f"{section}.")]
    if paths:
        yield from (("", ""), (f"{section}:", ""))
    if section == "traffic" and KINDS[kind].unit != "user":
        yield f"  unit: {KINDS[kind].unit}", "what is counted"
    for path in paths:
        words = unknown_words(path, KINDS[kind].unit)
        words = usual_words(kind, path) if answers[path] == UNKNOWN else words
        yield f"  {path.removeprefix(f'{section}.')}: {answers[path]}", words


def _pipeline(answers: Answers) -> Iterator[tuple[str, str]]:
    kind, model = answers["kind"], answers["model"]
    off = "# " if model == UNKNOWN else ""
    yield from (("", ""), ("pipeline:", ""))
    for name in KINDS[kind].writers:
        loop, _, step = name.rpartition("/")
        named = kind_stage(kind, name)["model"].text if off else model
        inside = f"{{model: {named}}}"
        inside = f"{{loop: {{steps: {{{step}: {inside}}}}}}}" if loop else inside
        yield f"  {off}{loop or step}: {inside}", "what is usual" if off else ""
    if answers.get("people") == "none":
        yield "  people: none", "nobody looks at results"
    else:
        share, minutes = answers["people.share"], answers["people.minutes"]
        words = "nobody is counted until it is known" if share == UNKNOWN else "who look at results"
        yield f"  people: {{share: {share}, minutes: {minutes}}}", words


def _money(answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield other costs, goals and growth; what nobody knows stays as a line to fill in."""
    other, growth = answers["other.per_month"], answers["growth.users_per_month"]
    off, amount = ("# ", "1_000") if other == UNKNOWN else ("", other)
    yield from (("", ""), (f"{off}other:", ""))
    yield f"{off}  everything else: {{per_month: {amount}}}", "servers, licences, services"
    yield from (("", ""), ("goals:", ""))
    for field, words in (
        ("price_per_user_month", "what each brings in a month"),
        ("budget_per_month", "most it may cost a month"),
    ):
        yield f"  {field}: {answers[f'goals.{field}']}", words
    off, rate = ("# ", "5 %") if growth == UNKNOWN else ("", growth)
    yield "", ""
    yield f"{off}growth: {{users_per_month: {rate}, months: {MONTHS_AHEAD}}}", ""


def ending(case: Case, cost: Expected, unknowns: Iterable[Unknown], path: Path) -> str:
    """The bill in one line, the unknowns that widen it most, and the next command."""
    scenario = case.scenario
    ends = "" if cost.certain else f", nine in ten from {money(cost.p5)} to {money(cost.p95)}"
    lines = [
        f"\n{path} is written.\n",
        f"{case.name}: about {money(cost.mean)} a month{ends}, for "
        f"{_now(scenario, 'traffic.users')}.",
    ]
    unit, found = scenario.traffic.unit, [*unknowns]
    if found:
        lines.append("\nTo know it better, find out first:")
    for number, unknown in enumerate(found, start=1):
        words, now = unknown_words(unknown.path, unit), _now(scenario, unknown.path)
        moves = f"alone it moves the bill from {money(unknown.low)} to {money(unknown.high)}"
        text = f"{words}, now {now}: {moves}"
        lines.append(paragraph(text, f"  {number}. ", "     "))
    return "\n".join([*lines, f"\nNext: aicost review {path}"])


def _now(scenario: Scenario, path: str) -> str:
    """What a field stands at, with its unit."""
    meaning = next(s.quantities()[f] for p, s, f, _ in scenario.fields() if p == path)
    words = with_unit(scenario.get(path), meaning)
    return words.replace("users", f"{scenario.traffic.unit}s")
