"""Which field of which stage of a scenario gets what a log has measured, and what has no place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aicost.book.book import Book
from aicost.components.flow import Flow
from aicost.components.human_review import HumanReview
from aicost.components.prompted_call import PromptedCall
from aicost.components.reranking import Reranking
from aicost.components.stage import Stage
from aicost.log.calibrate import MeasuredValues, part_of
from aicost.log.means import keeping
from aicost.log.measured import Measured
from aicost.log.price import NAMELESS, price_calls
from aicost.log.spend import spend
from aicost.log.stage_match import in_loops
from aicost.log.traffic import HOURS, TRAFFIC, WEEK, per_user
from aicost.scenario.scenario import Scenario, arrivals
from aicost.values.formatting import digits, money, percent
from aicost.values.quantities import Spread, Value, mean
from aicost.values.suggest import instead

#: Fields of a log that a stage calls otherwise.
CALLED = {"rounds": "repeat"}
KEPT = 4  # digits of a value that is written
#: A share of those that arrive, above one by no more than chance.
MOST_SHARE = 1.02
#: A 95th percentile that a mix of the log's mean misses by more is told.
TOLD = 0.1


@dataclass
class Placed:
    """Values by the paths of a scenario, the hours of its day, and what is left over.

    `left` has the part of the log, its fields (none for all of it) and why; `off` the fields whose
    mix, moved to the mean of the log, has another 95th percentile, and how much more that is.
    """

    values: dict[str, Value] = field(default_factory=dict)
    hours: tuple[float, ...] = ()
    left: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    off: dict[str, float] = field(default_factory=dict)


def stages_for(
    found: MeasuredValues, scenario: Scenario, said: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The stages of a scenario for each part of a log: those that are said, else of equal name.

    A part whose calls repeat within a request is a stage of a loop by its own name, without that
    of the loop.

    Parameters
    ----------
    found : what a log has measured.
    scenario : the system.
    said : which is which, as STAGE=PART; a part may have several stages.

    Raises
    ------
    ValueError : a stage or a part that is not there, or a stage that is said twice.
    """
    parts = [part for part in dict.fromkeys(one.part for one in found.values) if part != TRAFFIC]
    known, names = {_plain(part): part for part in parts}, [one.name for one in scenario.stages]
    where: dict[str, tuple[str, ...]] = {}
    for words in said:
        name, equals, part = (word.strip() for word in words.partition("="))
        if not equals:
            raise ValueError(f"--stage {words}: write STAGE=PART, such as answer={parts[0]}")
        if name not in names:
            raise ValueError(f"--stage {words}: no such stage in the file; {instead(name, names)}")
        if _plain(part) not in known:
            raise ValueError(f"--stage {words}: no such part in the log; {instead(part, parts)}")
        if any(name in those for those in where.values()):
            raise ValueError(f"--stage {words}: {name} has a part of the log already; keep one")
        where[known[_plain(part)]] = (*where.get(known[_plain(part)], ()), name)
    taken = {name for those in where.values() for name in those}
    words_of = [part.rpartition(": ")[2] for part in parts]
    for part, name in zip(parts, words_of, strict=True):
        if part not in where and name in names and name not in taken and words_of.count(name) == 1:
            where[part] = (name,)
    again = {one.part for one in found.values if one.field == "rounds"}
    for part, name in zip(parts, words_of, strict=True):
        inner = in_loops(scenario, name)
        free = part not in where and len(inner) == 1 and inner[0] not in taken
        if free and part in again and words_of.count(name) == 1:
            where[part] = (inner[0],)
    return where


def _plain(part: str) -> str:
    return ":".join(word.strip() for word in part.split(":"))


def placed_values(
    found: MeasuredValues, scenario: Scenario, where: Mapping[str, tuple[str, ...]]
) -> Placed:
    """Give each measured value its place.

    Parameters
    ----------
    found : what a log has measured.
    scenario : the system.
    where : the stages of each part of the log, as `stages_for` has them.

    Notes
    -----
    Input is placed where it is all that a call reads: a stage that adds passages, tools or earlier
    turns to it would count them twice. A share is that of the requests which arrive at the stage.
    """
    result = Placed()
    by_part: dict[str, list[Measured]] = {}
    for one in found.values:
        by_part.setdefault(one.part, []).append(one)
    _traffic(by_part.pop(TRAFFIC, []), scenario, result)
    loops = {id(loop.rounds): loop.name for loop in scenario.pipeline.loops}
    people = [stage.name for stage in scenario.stages if isinstance(stage, HumanReview)]
    flows = {
        stage.name: (stage, here) for stage, _, here in arrivals(scenario, scenario.requests())
    }
    for part, values in by_part.items():
        if part not in where:
            name = part.rpartition(": ")[2]
            twice = [p for p in by_part if p.rpartition(": ")[2] == name]
            why = f"{len(twice)} parts of the log are" if twice[1:] else "no stage of the file is"
            inner = [] if twice[1:] else in_loops(scenario, name)
            if inner:
                why = f"no call of a request comes twice, as those of {inner[0]} would; if it is"
                result.left.append((part, (), f"{why} that, say --stage {inner[0]}='{part}'"))
                continue
            result.left.append((part, (), f"{why} called {name}; say --stage NAME='{part}'"))
            continue
        stages = [flows[name] for name in where[part]]
        lost: dict[str, list[str]] = {}
        for one in values:
            if one.field == "share" or (one.field == "reviewed_share" and len(people) == 1):
                continue
            if looked := _looked_up(one, stages):
                result.values |= looked
                continue
            if one.field == "rounds" and (loop := _loop(stages, loops)):
                most = max(mean(one.value), mean(result.values.get(loop, 0.0)))
                result.values[loop] = rounded(float(most))
                continue
            stage, why = _place(one, stages)
            if stage is None:
                lost.setdefault(why, []).append(one.field)
            else:
                path = f"{stage.name}.{CALLED.get(one.field, one.field)}"
                value = one.value
                if isinstance(value, Spread) and one.mean:
                    more = one.mean / mean(value) - 1  # both its ends are moved by it
                    value = keeping(value, one.mean)
                    if abs(more) > TOLD:
                        result.off[path] = more
                result.values[path] = rounded(value)
        result.left += [(part, tuple(fields), why) for why, fields in lost.items()]
    _shares(found, scenario, where, result)
    return result


def _looked_up(one: Measured, stages: Sequence[tuple[Stage, Flow]]) -> dict[str, Value]:
    """What a look-up reads, by its fields: a question is embedded, passages are ranked."""
    if one.field != "input_tokens":
        return {}
    for stage, _ in stages:
        if stage.component == "embedding":
            return {f"{stage.name}.query_tokens": rounded(one.mean)}
        if isinstance(stage, Reranking) and stage.documents is not None:
            each = rounded(max(1.0, one.mean / float(mean(stage.documents))))
            return {f"{stage.name}.passage_tokens": each, f"{stage.name}.query_tokens": 0.0}
    return {}


def _loop(stages: Sequence[tuple[Stage, Flow]], loops: Mapping[int, str]) -> str:
    """The field that has the rounds of a part: those of its loop, the most of any of its parts."""
    return next((f"{loops[id(f.loop)]}.rounds" for _, f in stages if id(f.loop) in loops), "")


def _place(one: Measured, stages: Sequence[tuple[Stage, Flow]]) -> tuple[Stage | None, str]:
    """The stage that gets a value, or why none does."""
    name, why = CALLED.get(one.field, one.field), "no stage of it has such a field"
    for stage, flow in stages:
        known = stage.quantities()
        if name not in known or (name == "seconds" and "ttft" in known):
            continue
        if isinstance(one.value, Spread) and not known[name].spread:
            why = "its stage takes one number"
        elif (
            name == "input_tokens"
            and isinstance(stage, PromptedCall)
            and mean(stage.prompt_of(flow).added) > 0
        ):
            why = "its stage adds passages, tools or earlier turns, which the log has in it"
        else:
            return stage, ""
    return None, why


def _shares(
    found: MeasuredValues,
    scenario: Scenario,
    where: Mapping[str, tuple[str, ...]],
    result: Placed,
) -> None:
    """Place the share of requests that takes each stage, of those that arrive at it then."""
    goal = {}
    for one in found.values:
        if one.field == "share" and one.part in where:
            # A cache of answers is a part's other stage: it is asked before the share is taken.
            (*_, last) = where[one.part]
            goal[last] = one
    people = [stage.name for stage in scenario.stages if isinstance(stage, HumanReview)]
    if len(people) == 1 and (seen := _reviewed(found)) is not None:
        goal[people[0]] = seen
    for name in (stage.name for stage in scenario.stages if stage.name in goal):
        one, values = goal[name], result.values
        now = scenario.at(values)
        entry = now.requests()
        stage, flow = next((s, f) for s, f, _ in arrivals(now, entry) if s.name == name)
        full = replace(stage, share=1.0).arriving(flow).count.value
        share = mean(one.value) * entry.value / full if full > 0 else math.inf
        if share > MOST_SHARE:
            why = "fewer requests arrive at its stage than the log has of it"
            result.left.append((one.part, ("share",), why))
        else:
            values[f"{name}.share"] = min(1.0, rounded(float(share)))


def _reviewed(found: MeasuredValues) -> Measured | None:
    """The share of all requests that a person looked at, whatever they were for."""
    every = max((one.n for one in found.values if one.field == "share"), default=0)
    if not found.reviewed or not every:
        return None
    share = min(1.0, found.reviewed / every)
    return Measured("what people looked at", "share", share, (), (), every, "share")


def _traffic(values: Sequence[Measured], scenario: Scenario, result: Placed) -> None:
    """Place users and requests as the file counts them, and the shape of day and week."""
    held = {one.field: one for one in values}
    by_users = scenario.traffic.scale == "users"
    counted = ("users", "requests_per_user_month") if by_users else ("requests_per_day",)
    again = scenario.traffic.differs("asked_again")
    if again or any(name not in held for name in counted):
        why = "the file counts those asked again apart" if again else "the log does not tell them"
        result.left.append((TRAFFIC, counted, why))
    else:
        result.values |= {f"traffic.{n}": rounded(held[n].value) for n in counted}
        if by_users:
            result.values["traffic.requests_per_user_month"] = rounded(per_user(held))
    if "days_per_week" not in held:
        result.left.append((TRAFFIC, ("profile", "busiest_day"), "the log has less than two weeks"))
    else:
        result.hours = tuple(rounded(held[f"profile {h:02d}"].value) for h in range(HOURS))
        # Hours that are written are those of all seven days, whoever of them asks.
        most = float(mean(held["busiest_day"].value)) * WEEK / mean(held["days_per_week"].value)
        result.values["traffic.busiest_day"] = min(float(WEEK), max(1.0, rounded(float(most))))


def rounded(value: Value) -> Value:
    """A value, or both ends of a spread, as it is written."""
    if isinstance(value, Spread):
        return Spread(rounded(value.p50), rounded(value.p95))
    return float(digits(value, KEPT))


def left_lines(result: Placed, usd: Mapping[str, float]) -> Iterator[str]:
    """Yield a line for what has no place, with what a part cost in the log, and for other mixes."""
    for part, fields, why in result.left:
        words = f"not written: {part}"
        if fields:
            words += f", {', '.join(fields)}"
        elif part in usd:
            words += f" ({money(usd[part])} of the log)"
        else:
            words += " (without a price in the log)"
        yield f"{words}: {why}"
    yield from off_lines(result.off)


def off_lines(off: Mapping[str, float]) -> Iterator[str]:
    """Yield a line for each mix whose 95th percentile is not the log's."""
    for path, more in off.items():
        if abs(more) > TOLD:
            words = f"{percent(abs(more))} {'above' if more > 0 else 'below'} the log's"
            yield f"{path}: kept at the log's mean; its 95th percentile is {words}"


def usd_of_parts(calls: Any, book: Book) -> dict[str, float]:
    """What each part of a log cost at the prices of its days, of those that have a price."""
    frame = spend(price_calls(calls, book), ("feature", "stage")).frame.dropna(subset="usd")
    named = frame[["feature", "stage"]].replace({NAMELESS: None}).itertuples(index=False)
    return {part_of(*names): float(usd) for names, usd in zip(named, frame["usd"], strict=True)}
