"""The file that `aicost new` makes of its answers, and what it says of it at the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from aicost.analysis.capacity.search_units import search_units
from aicost.analysis.uncertainty.expected import Expected
from aicost.analysis.uncertainty.tornado import Tornado
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.thinking import thinking_of
from aicost.cli.named_answers import may_run, sold_there
from aicost.cli.plain_words import KINDS, unknown_words
from aicost.cli.question import Answers, usual_words
from aicost.cli.questions import BESIDE
from aicost.cli.typed_answers import UNKNOWN
from aicost.components.traffic import BY_REQUEST
from aicost.scenario.kinds import kind_stage, kind_tree
from aicost.scenario.scenario import Scenario
from aicost.scenario.yaml_tree import Node
from aicost.values.formatting import money, with_unit
from aicost.values.money import DOLLARS
from aicost.values.new_file import write_new
from aicost.values.text_table import paragraph

STORE_FROM = "store_from"  # what a store that nobody named was taken from
COMMENT_AT = 38
GOALS = {
    "price_per_user_month": "what each brings in a month",
    "budget_per_month": "most it may cost a month",
    "cloud_budget_per_month": "most it may cost a month without its people",
    "first_word_p95": "the first word, 95 times in 100",
    "whole_answer_p95": "the whole answer, 95 times in 100",
    "done_within": "when a night's work is done",
}

HEAD = """\
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
    code = answers["currency"]
    rows = [
        (f"name: {title(path)}", ""),
        (f"kind: {answers['kind']}", KINDS[answers["kind"]].says),
        (f"as_of: {book.as_of}", "the day prices are read at"),
        *([(f"currency: {code}", "of all amounts")] if code != DOLLARS.code else []),
        *counted_lines("traffic", answers),
        *counted_lines("corpus", answers),
        *_pipeline(answers, book),
        *money_lines(answers),
    ]
    return "\n".join([HEAD, *commented(rows), ""])


def title(path: Path) -> str:
    """What a system is called that nobody named: its file, as YAML takes it."""
    words = re.sub(r"[-_]+", " ", path.stem).strip()
    name = words[:1].upper() + words[1:]
    safe = re.fullmatch(r"\w[\w .()]*", name) is not None
    return name if safe else json.dumps(name, ensure_ascii=False)


def commented(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield lines of a file, each with what it says."""
    yield from (f"{code:<{COMMENT_AT - 2}}  # {words}" if words else code for code, words in rows)


def counted_lines(section: str, answers: Answers) -> Iterator[tuple[str, str]]:
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


def _pipeline(answers: Answers, book: Book) -> Iterator[tuple[str, str]]:
    """Yield the stages that an answer says something of, one a line; the kind has the rest."""
    kind = answers["kind"]
    stages = {**_models(answers, book), **_beside(answers)}
    yield from (("", ""), ("pipeline:", ""))
    whole = {name: found for name, found in stages.items() if "/" not in name}
    for loop in dict.fromkeys(name.partition("/")[0] for name in stages if "/" in name):
        steps = {n.partition("/")[2]: s for n, s in stages.items() if n.startswith(f"{loop}/")}
        inside = ", ".join(f"{step}: {code}" for step, (code, _) in steps.items())
        words = ", ".join(dict.fromkeys(words for _, words in steps.values() if words))
        whole[loop] = f"{{loop: {{steps: {{{inside}}}}}}}", words
    order = [*kind_tree(kind)["pipeline"].entries]
    for name in sorted(whole, key=order.index):
        yield f"  {name}: {whole[name][0]}", whole[name][1]
    if answers.get("people") == "none":
        yield "  people: none", "nobody looks at results"
        return
    keys = [path for path in answers if path.startswith("people.")]
    asked = {k.removeprefix("people."): answers[k] for k in keys}
    asked = {k: v for k, v in asked.items() if k != "role" or v != UNKNOWN}
    words = "nobody is counted until it is known"
    words = words if asked["share"] == UNKNOWN else "who look at results"
    yield f"  people: {{{', '.join(f'{k}: {v}' for k, v in asked.items())}}}", words


def _models(answers: Answers, book: Book) -> dict[str, tuple[str, str]]:
    """The stages whose model was named, or may not run where data has to stay."""
    found, place, writers = {}, answers["residency"], KINDS[answers["kind"]].writers
    for name in _stage_names(answers["kind"]):
        usual = (kind_stage(answers["kind"], name).get("model") or Node(0, "")).text or ""
        model, words = usual, ""
        if name in writers and answers["model"] != UNKNOWN:
            model = answers["model"]
        elif usual and not may_run(usual, place, book):
            model = next(iter(sold_there(usual, answers["cloud"], place, book)), usual)
            words = f"what is usual, sold in {place}"
        said = [f"model: {model}"] if model != usual else []
        if name in writers and (thinks := thinking_of(model)):
            said.append(f"thinking_tokens: {UNKNOWN if thinks.by_default else 0}")
            how = "thinks before it writes" if thinks.by_default else "can think; taken as off"
            words = words or f"assumed: it {how}"
        if said:
            found[name] = f"{{{', '.join(said)}}}", words
    return found


def _stage_names(kind: str) -> Iterator[str]:
    """Yield the stages of a kind, the steps of a loop as loop/step."""
    for name, stage in kind_tree(kind)["pipeline"].entries.items():
        if "loop" in stage.entries:
            steps = stage.entries["loop"].entries["steps"].entries
            yield from (f"{name}/{step}" for step in steps)
        else:
            yield name


def _beside(answers: Answers) -> dict[str, tuple[str, str]]:
    """The store that was named, and what there is none of."""
    found: dict[str, tuple[str, str]] = {}
    if answers.get("store") == "none":
        found = dict.fromkeys((KINDS[answers["kind"]].searches, "embedding"), ("none", ""))
    elif answers.get("store", UNKNOWN) != UNKNOWN:
        units = f", units: {answers['units']}" if "units" in answers else ""
        found[KINDS[answers["kind"]].searches] = (
            f"{{store: {answers['store']}{units}}}",
            answers.get(STORE_FROM, ""),
        )
    for name, (what, _) in BESIDE.items():
        if answers.get(name) == "none":
            found[name] = "none", f"{what.removeprefix('a ')}: none was named"
    return found


def money_lines(answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield other costs, goals and growth; what nobody knows stays as a line to fill in."""
    other = answers["other.per_month"]
    shares = {path: share for path, share in answers.items() if path.startswith("other.")}
    del shares["other.per_month"]
    lacks = other in (UNKNOWN, "none")
    if other != "none" or shares:
        yield from (("", ""), ("other:" if shares or not lacks else "# other:", ""))
    if other != "none":
        off, amount = ("# ", "1_000") if lacks else ("", other)
        yield f"{off}  everything else: {{per_month: {amount}}}", "servers, licences, services"
    for path, share in shares.items():
        yield f"  {path.removeprefix('other.')}: {{share_of_lines: {share}}}", "of all but people"
    goals = {field: answers.get(f"goals.{field}", "none") for field in GOALS}
    if any(answer != "none" for answer in goals.values()):
        yield from (("", ""), ("goals:", ""))
    for field, answer in goals.items():
        if answer != "none":
            yield f"  {field}: {answer}", GOALS[field]
    seen = {path: text for path, text in answers.items() if path.startswith("observed.")}
    if seen:
        keys = ", ".join(f"{path.removeprefix('observed.')}: {text}" for path, text in seen.items())
        yield from (("", ""), (f"observed: {{{keys}}}", "seen in the system as it runs"))
    if answers["residency"]:
        yield from (("", ""), (f"constraints: {{residency: {answers['residency']}}}", ""))
    yield "", ""
    rate, months = answers["growth.users_per_month"], answers["growth.months"]
    off, rate = ("# ", "5 %") if rate == UNKNOWN else ("", rate)
    words = usual_words(answers["kind"], "growth.months") if months == UNKNOWN else ""
    yield f"{off}growth: {{users_per_month: {rate}, months: {months}}}", words


def ending(case: Case, cost: Expected, unknowns: Tornado, path: Path) -> str:
    """The bill in one line, the unknowns worth finding out, and the next command."""
    scenario = case.scenario
    ends = "" if cost.certain else f", nine in ten from {money(cost.p5)} to {money(cost.p95)}"
    lines = [
        f"\n{path} is written.\n",
        f"{case.name}: about {money(cost.mean)} a month{ends}, for {_usage(scenario)}.",
    ]
    lines += [f"\n{paragraph(one.sentence)}" for one in search_units(case)]
    unit, found = scenario.traffic.unit, unknowns.worth
    if found:
        lines.append("\nTo know it better, find out first:")
    for number, unknown in enumerate(found, start=1):
        words, now = unknown_words(unknown.path, unit), _now(scenario, unknown.path)
        words += "" if "token" in now else f", now {now}"  # nobody counts those
        moves = f"alone it moves the bill from {money(unknown.low)} to {money(unknown.high)}"
        text = f"{words}: {moves}"
        lines.append(paragraph(text, f"  {number}. ", "     "))
    return "\n".join([*lines, f"\nNext: aicost review {path}"])


def _usage(scenario: Scenario) -> str:
    """How much it is used, by what its file counts."""
    counted = (field for field in BY_REQUEST if getattr(scenario.traffic, field) is not None)
    field = next(counted, "users")
    every = field.partition("_per_")[2]
    return _now(scenario, f"traffic.{field}") + (f" a {every}" if every else "")


def _now(scenario: Scenario, path: str) -> str:
    """What a field stands at, with its unit."""
    meaning = next(s.quantities()[f] for p, s, f, _ in scenario.fields if p == path)
    words = with_unit(scenario.get(path), meaning)
    return words.replace("users", f"{scenario.traffic.unit}s")
