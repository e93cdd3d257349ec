"""The file that `aicost new NAME --log FILE` makes of a log and of what was answered beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from aicost.book.book import Book
from aicost.cli.draft_file import HEAD, commented, counted_lines, money_lines, title
from aicost.cli.named_answers import may_run
from aicost.cli.question import Answers
from aicost.cli.typed_answers import UNKNOWN
from aicost.components.stage import registry
from aicost.components.traffic import Traffic
from aicost.log.measured import Measured
from aicost.log.parts import IS
from aicost.log.placed import rounded
from aicost.log.system import Group, Step, System
from aicost.log.traffic import HOURS, WEEK, per_user
from aicost.log.trend import Trend
from aicost.scenario.kinds import defaults, kind_stage, kind_tree
from aicost.scenario.writer import key_lines
from aicost.values.formatting import listing, money, percent, plural
from aicost.values.money import DOLLARS
from aicost.values.quantities import Quantity, Spread, Value, mean
from aicost.values.spelling import spelled

SEARCHED = "rag-chat"  # the kind whose usual collection stands in until somebody knows
Keys = dict[str, Any]


def searches(system: System) -> bool:
    """Whether what it answers is looked up somewhere: its log embeds, or ranks."""
    return any(map(_looks_up, system.groups))


def log_file_text(path: Path, system: System, answers: Answers, book: Book) -> str:
    """The scenario file of a log: what it shows, what was answered, each with who says so."""
    described = described_collection(answers)
    code = answers.get("currency", DOLLARS.code)
    kind = SEARCHED if described else ""
    span = f"{_many(system.requests, 'request')} of {_many(system.days, 'day')}, "
    span += f"{system.first} to {system.last}"
    rows = [
        (f"# Drawn from a log of {span}.", ""),
        (f"name: {title(path)}", ""),
        *(
            [(f"kind: {kind}", "what stands in for what nobody knows of its collection")]
            * bool(kind)
        ),
        (f"as_of: {book.as_of}", "the day prices are read at"),
        *([(f"currency: {code}", "of all amounts")] if code != DOLLARS.code else []),
        *_traffic(system),
        *(counted_lines("corpus", {**answers, "kind": SEARCHED}) if described else _unsaid(system)),
        ("", ""),
        ("pipeline:", ""),
        *_pipeline(system, answers, kind),
        *_unplaced(system),
        *_place(system, answers, book),
        *money_lines({**answers, **_ahead(answers, kind), "residency": "", "kind": SEARCHED}),
        *_grew(system.measured.growth),
    ]
    return "\n".join([HEAD, *commented(rows), ""])


def _place(system: System, answers: Answers, book: Book) -> Iterator[tuple[str, str]]:
    """Yield where data has to stay; a line to be settled where the log shows a model elsewhere."""
    place = answers["residency"]
    away = [s.part.path for s in system.steps if place and not may_run(s.part.model, place, book)]
    if away:
        yield from (("", ""), (f"# Not kept to: {listing(away)} ran on models not sold there.", ""))
    if place:
        yield from (("", ""), (f"{'# ' * bool(away)}constraints: {{residency: {place}}}", ""))


def _ahead(answers: Answers, kind: str) -> Answers:
    """For how many months a plan looks ahead, where no kind of system says so."""
    unsaid = not kind and answers["growth.months"] == UNKNOWN
    return {"growth.months": f"{defaults()[SEARCHED, 'growth.months'].low:g}"} if unsaid else {}


def _grew(shown: Trend | None) -> Iterator[tuple[str, str]]:
    """Yield what the log shows of growth, beside what is planned; its traffic is its mean."""
    if shown is not None and shown.told:
        yield f"# The log's requests grew by {growth_text(shown)} of their mean in 30 days.", ""


def growth_text(shown: Trend) -> str:
    """The growth of a month with its range, as a file has it."""
    low, high = (f"{100 * side:.2g}" for side in (shown.growth_low, shown.growth_high))
    return f"{low} % to {high} %" if low != high else f"{low} %"


def described_collection(answers: Answers) -> bool:
    """Whether somebody said what is searched, or where it is kept."""
    told = [answers.get(name, UNKNOWN) for name in ("corpus.documents", "store")]
    return any(answer not in (UNKNOWN, "none") for answer in told)


# ---- who asks


def _traffic(system: System) -> Iterator[tuple[str, str]]:
    """Yield who asks and when, as far as the log is long."""
    held = system.traffic
    yield from (("", ""), ("traffic:", ""))
    by_user = ("users", "requests_per_user_month")
    if all(name in held for name in by_user):
        each = per_user(held)
        of_one = "of one of them; they differ" if isinstance(each, Spread) else "of one of them"
        values = ((held["users"].value, "who asked in a month"), (each, of_one))
        for name, (value, told) in zip(by_user, values, strict=True):
            yield from _written(name, _spelled(value, Traffic, name), 1, told)
    else:
        text = _spelled(held["requests_per_day"].value, Traffic, "requests_per_day")
        yield f"  requests_per_day: {text}", "the log does not tell the users of a month"
    hours = [float(rounded(held[f"profile {hour:02d}"].value)) for hour in range(HOURS)]
    yield f"  profile: [{', '.join(f'{hour:.15g}' for hour in hours)}]", "hours of the day, UTC"
    if "busiest_day" in held:
        # Hours that are written are those of all seven days, whoever of them asks.
        most = _one(held["busiest_day"]) * WEEK / _one(held["days_per_week"])
        text = _spelled(max(1.0, most), Traffic, "busiest_day")
        yield f"  busiest_day: {text}", "times the mean of all days"


def _one(measured: Measured) -> float:
    """A value that is no mix."""
    return float(mean(measured.value))


def _unsaid(system: System) -> Iterator[tuple[str, str]]:
    if searches(system):
        yield "", ""
        yield "# What it searches, and the store of that, is not in this bill until it is said:", ""
        yield f"# kind: {SEARCHED}", ""
        yield "# corpus: {documents: 20_000}", ""


# ---- stages


def _pipeline(system: System, answers: Answers, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the stages in their order; those of a kind that the log does not have are left out."""
    there = kind_tree(kind)["pipeline"].entries if kind else {}
    before, names = "start", list[str]()
    last = max((i for i, group in enumerate(system.groups) if _looks_up(group)), default=-1)
    for i, group in enumerate(system.groups):
        if group.kept > 0:
            kept = f"{group.name} kept"
            yield from _written(kept, {**_cache(group), **_after(kind, before)}, 1)
            before = kept
        for name, keys, told in _stages(group):
            yield f"  # {told}", ""
            yield from _written(name, {**keys, **_after(kind, before)}, 1)
            before = name
            names.append(name)
        if kind and i == last:  # behind a reranker, so that it reads what was counted in the log
            yield from _store(answers, before)
            before = "retrieval" if answers.get("store") != "none" else before
    yield from _people(system, answers, kind, before)
    platform = answers.get("traces", "none")
    for name in there:
        if name not in (*names, "retrieval", "people", "traces"):
            yield f"  {name}: none", ""
    if platform != "none":
        calls = sum(step.part.calls for step in system.steps) / system.requests
        keys = {"is": "observability", "platform": "langfuse-core"}
        keys |= {"events_per_request": f"{1 + calls:.3g}", **_after(kind, "people")}
        yield from _written("traces", keys, 1)
    elif kind:
        yield "  traces: none", "none was named"


def _looks_up(group: Group) -> bool:
    return any(step.part.does in ("embedding", "rerank") for step in group.steps)


def _after(kind: str, before: str) -> Keys:
    return {"after": before} if kind else {}


def _stages(group: Group) -> Iterator[tuple[str, Keys, str]]:
    """Yield a group as it stands in a file: a stage, a route, or stages one after another."""
    if group.route:
        whole = sum(step.share for step in group.steps)
        inner = {
            step.part.branch: _keys(replace(step, share=step.share / whole), of="")
            for step in group.steps
        }
        del inner[group.steps[0].part.branch]["share"]  # the most of them are the rest
        told = ", ".join(f"{s.part.branch} {money(s.part.usd)}" for s in group.steps)
        yield group.name, {"route": inner}, f"of the log {told}"
        return
    for step in group.steps:
        name = " ".join(filter(None, (step.part.name, step.part.branch)))
        words = f"{_many(step.part.calls, 'call')} of the log, {money(step.part.usd)}"
        yield name, _keys(step, of="requests"), words


def _keys(step: Step, of: str) -> Keys:
    """The keys of a stage: what it is, how many take it, and what was measured of it."""
    word = IS[step.part.does]
    cls = registry()[word]
    keys: Keys = {"is": word}
    if step.part.does == "judge":
        keys["billed_as"] = "observability"
    if not of or step.share < 1:
        keys["share"] = _spelled(step.share, cls, "share")
        keys |= {"of": of} if of else {}
    for name, value in step.fields.items():
        keys[name] = _spelled(value, cls, name)
    return keys


def _cache(group: Group) -> Keys:
    """A cache of one's own in front of a group: the requests that ask it, and those it answers."""
    asks = sum(step.share + step.kept for step in group.steps if step.kept > 0)
    cls = registry()["response_cache"]
    share = {} if asks > 1 - 1e-3 else {"share": _spelled(asks, cls, "share"), "of": "requests"}
    hits = _spelled(min(1.0, group.kept / asks), cls, "hit_share")
    return {"is": "response_cache", **share, "hit_share": hits}


def _store(answers: Answers, before: str) -> Iterator[tuple[str, str]]:
    store = answers.get("store", UNKNOWN)
    if store == "none":
        yield "  retrieval: none", "nothing is searched"
        return
    usual = kind_stage(SEARCHED, "retrieval")["store"].text
    named = usual if store == UNKNOWN else store
    keys = {"store": named, "after": before}
    yield from _written("retrieval", keys, 1, "usual, until known" if store == UNKNOWN else "")


def _people(system: System, answers: Answers, kind: str, before: str) -> Iterator[tuple[str, str]]:
    """Yield the people who look at answers; without their minutes nobody can be counted."""
    if answers.get("people") == "none" or answers.get("people.share", "0") in ("0", "0 %"):
        yield from [("  people: none", "nobody looks at answers")] * bool(kind)
        return
    asked = {p.removeprefix("people."): t for p, t in answers.items() if p.startswith("people.")}
    if asked.get("role", UNKNOWN) == UNKNOWN:
        asked["role"] = kind_stage(SEARCHED, "people")["role"].text or ""
    keys = {"is": "human_review", "of": "requests", **asked, "when": "after_answer"}
    seen = f"{percent(system.reviewed)} were looked at in the log" if system.reviewed else ""
    if UNKNOWN in (asked.get("minutes", UNKNOWN), asked["share"]):
        line = ", ".join(f"{k}: {'…' if v == UNKNOWN else v}" for k, v in keys.items())
        yield f"  # {f'{seen}; not in this bill until it is filled in:'.lstrip('; ')}", ""
        yield f"  # people: {{{line}}}", ""
        yield from [("  people: none", "")] * bool(kind)
        return
    yield from _written("people", keys, 1, seen)


def _unplaced(system: System) -> Iterator[tuple[str, str]]:
    """Yield what the log has no price or no place for, to be filled in by hand."""
    for one in system.unplaced:
        told = f", {money(one.usd)}" if one.usd == one.usd else ""
        name = json.dumps(one.name, ensure_ascii=False) if re.search(r"\W", one.name) else one.name
        often = one.calls / system.requests
        words = f"{_many(one.calls, 'call')} of the log{told}, {often:.3g} a request: {one.why}"
        yield from (("", ""), (f"# {words}:", ""), (f"# other: {{{name}: {{per_request: …}}}}", ""))


# ---- as text


def _written(name: str, keys: Any, deep: int, words: str = "") -> Iterator[tuple[str, str]]:
    lines = [*key_lines({name: keys}, deep)]
    yield from ((line, words if i == 0 else "") for i, line in enumerate(lines))


def _spelled(value: Value, of: Any, name: str) -> Any:
    """A value as a file has it, with as many digits as were measured."""
    meaning: Quantity = of.quantities()[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    value = rounded(value)
    if meaning.unit == "share":
        return f"{rounded(100 * min(value, meaning.high)):.15g} %"
    if isinstance(value, Spread):
        return {part: spelled(getattr(value, part), meaning) for part in ("p50", "p95")}
    return spelled(min(value, meaning.high), meaning)


def _many(number: int, unit: str) -> str:
    return f"{number:,} {plural(unit, str(number))}"
