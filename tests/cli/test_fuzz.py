"""Whatever is written into a file, a setting, a program or an answer: right, or one clear line."""

import random
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from click.testing import Result
from commands import run
from mutations import budget, mutated, value_of_code, value_text
from places import SAMPLES

from aicost.billing.case import Case, load
from aicost.book.book import Book
from aicost.cli import interview
from aicost.cli.draft_file import file_text
from aicost.cli.plain_words import KINDS
from aicost.cli.what_if import WhatIfError, what_if
from aicost.scenario.problems import ScenarioError

NO_FIGURE = re.compile(r"(?<![\w/-])(nan|inf|infinity|None)(?![\w/])|\$-?nan|\d{17,}|[\d,]{26,}")
BOOK = Book.load()


def clear(lines: str, start: str) -> None:
    """Check that what was refused is told in lines that say where, what, and what to do."""
    assert lines.strip()
    for line in lines.strip().splitlines():
        assert re.fullmatch(rf"{start}[^;]*: .+; .+", line), line


def finite(case: Case) -> None:
    """Check that a bill is made of figures; below zero is only what a line of the client's is."""
    own = {line.name for line in case.scenario.other}
    for charge in case.bill.charges:
        assert np.all(np.isfinite(charge.usd)), (charge.stage, charge.item)
        least = -np.inf if charge.stage in own else 0
        assert np.all(np.asarray(charge.usd) >= least), (charge.stage, charge.item)
    assert np.all(np.isfinite(case.bill.total))


def counted(name: str, record: Callable[[str, object], None], found: Counter[str]) -> None:
    record("figure", f"{name}: " + ", ".join(f"{n:,} {what}" for what, n in found.most_common()))


# ---- files


COMMANDS = ("bill", "show", "latency", "explain")


def ended_well(result: Result, words: tuple[object, ...]) -> None:
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise AssertionError(words) from result.exception
    assert result.exit_code in (0, 2), words
    assert not NO_FIGURE.search(result.stdout), (words, NO_FIGURE.search(result.stdout))


def test_files(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    found: Counter[str] = Counter()
    file = tmp_path / "x.yaml"
    for seed in range(budget(24)):
        file.write_bytes(mutated(seed).encode("utf-8", "surrogatepass"))
        checked = run("check", file)
        ended_well(checked, (seed, "check"))
        if checked.exit_code == 2:
            clear(checked.stderr, re.escape(str(file)))
            found["refused"] += 1
            continue
        found["billed"] += 1
        for command in COMMANDS:
            result = run(command, file)
            ended_well(result, (seed, command))
            assert result.exit_code == 0, (seed, command, result.stderr)
        finite(load(file))
    counted("mutated files", record_property, found)


# ---- settings


CASES = [load(path) for path in SAMPLES]


def tried(set_: Callable[[], Case], errors: tuple[type[Exception], ...]) -> str:
    """Make a case; return whether it was refused, in clear lines."""
    try:
        case = set_()
    except errors as problem:
        told = problem.args[0] if isinstance(problem, KeyError) else str(problem)
        clear(told, ".+")
        return "refused"
    finite(case)
    return "taken"


def paths(case: Case, rng: random.Random) -> str:
    """A path of a field, in full, in short, or of an end of a spread; seldom of none."""
    names = [path for path, *_ in case.scenario.fields]
    path = rng.choice(names)
    if rng.random() < 0.2:
        path = path.partition(".")[2] or path
    return f"{path}.{rng.choice(['p50', 'p95'])}" if rng.random() < 0.15 else path


def test_settings(record_property: Callable[[str, object], None]) -> None:
    found: Counter[str] = Counter()
    for seed in range(budget(150)):
        rng = random.Random(seed)
        case = rng.choice(CASES)
        setting = f"{paths(case, rng)}={value_text(rng)}"
        set_ = partial(what_if, case, [setting])
        found[tried(set_, (ScenarioError, WhatIfError))] += 1
    counted("settings", record_property, found)


def test_values_of_code(record_property: Callable[[str, object], None]) -> None:
    found: Counter[str] = Counter()
    for seed in range(budget(150)):
        rng = random.Random(seed)
        case = rng.choice(CASES)
        set_ = partial(case.at, {paths(case, rng): value_of_code(rng)})
        found[tried(set_, (ScenarioError, KeyError))] += 1
    counted("values of code", record_property, found)


# ---- answers


ANSWERS = ("", "none", "nobody", "2 % for 5 minutes", "about 10 %, 2 to 4 minutes each", "sonnet")
ANSWERS += ("luna", "gpt", "opus 5", "1", "2", "3", "4", "²", "5 % # x", "{a: 1}", "% for", " for ")


def test_answers(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Each interview ends with a file that is billed, or is told to be wrong in clear lines."""
    found: Counter[str] = Counter()
    file = tmp_path / "made.yaml"
    for seed in range(budget(20)):
        rng = random.Random(seed)
        heard: list[str] = []
        typed = (rng.choice([value_text(rng), rng.choice(ANSWERS)]) for _ in range(60))
        kind = rng.choice(["", *KINDS])
        answers = interview.ask(kind, BOOK, partial(next, typed, ""), heard.append)
        found["questions asked again"] += sum(line.count("; ") for line in heard if "   '" in line)
        file.write_text(file_text(file, answers, BOOK), encoding="utf-8")
        found[tried(partial(load, file), (ScenarioError,))] += 1
    counted("interviews", record_property, found)
