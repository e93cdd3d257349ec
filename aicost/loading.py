"""From the text of a scenario to a Scenario: every key checked, every gap filled from the kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from aicost.book import Book
from aicost.components.base import Stage
from aicost.flow import FLAT, Corpus, Month, Profile, Traffic
from aicost.kinds import Default, defaults, kind_names, profiles
from aicost.quantities import Quantity, Range, Spread, Value
from aicost.reading import Node, Problem, ScenarioError, nearest, read_tree
from aicost.scenario import Constraints, Goals, Growth, OtherLine, Pool, Scenario
from aicost.section import Made, Section
from aicost.spelling import Said, ValueProblem, read_value
from aicost.stages import Pipeline

TOP = ("name", "kind", "as_of", "traffic", "month", "corpus", "pipeline", "pools", "other",
       "goals", "growth", "constraints")  # fmt: skip


def load(path: str | Path) -> Scenario:
    """Read a scenario file. Raises ScenarioError with one line per independent problem.

    >>> load("data/scenarios/nowhere.yaml")
    Traceback (most recent call last):
    aicost.reading.ScenarioError: data/scenarios/nowhere.yaml:1: file: no such file or directory; \
check the path
    """
    file = Path(path)
    return Loader(str(path), read_tree(file)).scenario(file)


def verify(scenario: Scenario, book: Book) -> None:
    """Check that every price a scenario asks for is in it or in the book.

    Raises ScenarioError with one line per gap.
    """
    problems = [
        _problem(scenario, stage, field, words)
        for stage in scenario.pipeline for field, words in stage.gaps(book)
    ]  # fmt: skip
    if problems:
        raise ScenarioError(problems)


def warnings(scenario: Scenario, book: Book) -> list[Problem]:
    """Return what is possible but unlikely in a scenario, one line each."""
    point = scenario.point()
    return [
        _problem(scenario, stage, field, words)
        for stage in point.pipeline for field, words in stage.warnings(point.world, book)
    ]  # fmt: skip


def _problem(scenario: Scenario, stage: Stage, field: str, words: str) -> Problem:
    made = stage.made.get(field.split(".")[0]) or stage.made.get("name")
    wrong, _, remedy = words.partition("; ")
    line = made.line or 1 if made else 1
    return Problem(
        str(scenario.path or scenario.name), line, f"{stage.name}.{field}", wrong, remedy
    )


class Loader:
    """Builds one scenario and keeps a list of what is wrong with it."""

    reserved = frozenset({*TOP, "users", "requests"})

    def __init__(self, file: str, root: Node) -> None:
        self.file, self.root = file, root
        self.problems: list[Problem] = []
        self.kind = ""

    def scenario(self, path: Path) -> Scenario:
        top = self.root.entries
        for key in top:
            if key not in TOP:
                self.note(top[key].line, key, "no such key", nearest(key, TOP))
        self.kind = self._kind(top.get("kind"))
        built: dict[str, Any] = {
            "name": self.text(top.get("name"), "name") or path.stem,
            "kind": self.kind, "as_of": self._date(top.get("as_of")), "path": path,
            "traffic": self._traffic(top), "corpus": self._corpus(top.get("corpus")),
            "pools": tuple(self._named(Pool, top.get("pools"), "pools")),
            "other": tuple(self._named(OtherLine, top.get("other"), "other")),
        }  # fmt: skip
        for key, cls in (("month", Month), ("goals", Goals), ("growth", Growth),
                         ("constraints", Constraints)):  # fmt: skip
            if key in top:
                built[key] = self.section(cls, top[key], key)
        built["profile"] = self._profile(built["traffic"], top.get("traffic"))
        pipeline = Pipeline(self)
        built["pipeline"] = pipeline.stages(top.get("pipeline"))
        built["routes"] = pipeline.routes
        self._agree(built, top)
        if self.problems:
            raise ScenarioError(self.problems)
        return Scenario(**built)

    # ---- problems

    def note(self, line: int, key: str, wrong: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line, key, wrong, remedy))

    # ---- words

    def text(self, node: Node | None, key: str) -> str:
        if node is None:
            return ""
        if node.text is None or not node.text.strip():
            self.note(node.line, key, "needs a word", "write it on one line")
            return ""
        return node.text.strip()

    def _kind(self, node: Node | None) -> str:
        word = self.text(node, "kind")
        if word and word not in kind_names() and node is not None:
            self.note(node.line, "kind", f"no kind {word!r}", nearest(word, kind_names()))
            return ""
        return word

    def _date(self, node: Node | None) -> date | None:
        if node is None:
            return None
        text = self.text(node, "as_of")
        try:
            return date.fromisoformat(text) if len(text) == 10 else _no_date()
        except ValueError:
            self.note(node.line, "as_of", f"{text!r} is not a date", "write it as 2026-11-23")
            return None

    # ---- sections

    def _traffic(self, top: dict[str, Node]) -> Traffic:
        node = top.get("traffic")
        if node is None:
            self.note(1, "traffic", "it is missing", "write traffic: {users: 1_000}")
            return Traffic(users=1.0)
        asked = ("users", "requests_per_user_month")
        traffic = self.section(Traffic, node, "traffic", leave=asked)
        written = node.entries
        if "requests_per_month" in written:
            for extra in asked:
                if extra in written:
                    self.note(written[extra].line, f"traffic.{extra}",
                              "requests_per_month stands in its place", "keep one")  # fmt: skip
            if written["requests_per_month"].text == "unknown":
                self.note(written["requests_per_month"].line, "traffic.requests_per_month",
                          "no kind knows it", "write a range, or users in its place")  # fmt: skip
            return traffic
        for key in asked:
            if getattr(traffic, key) is not None:
                continue
            needed = key == "users" and key not in written  # to start from, or said to be unknown
            given = None if needed else self._default(f"traffic.{key}", "")
            if given is not None:
                value = _range(given, Traffic.quantities()[key])
                made = {**traffic.made, key: Made("assumed", given.source, written=_written(value))}
                traffic = dataclasses.replace(traffic, made=made, **{key: value})
            elif key not in written or written[key].text == "unknown":
                remedy = "write users: 1_000" if needed else "write 'about 50', or name a kind"
                self.note(node.line, f"traffic.{key}", "it is missing", remedy)
        return traffic

    def _corpus(self, node: Node | None) -> Corpus | None:
        has_default = any(k == self.kind and f.startswith("corpus.") for k, f in defaults())
        if node is None and not has_default:
            return None
        return self.section(Corpus, node or Node(1, {}), "corpus")

    def _profile(self, traffic: Traffic, node: Node | None) -> Profile:
        word = node.entries.get("profile") if node is not None else None
        if word is not None and isinstance(word.value, list):
            hours = [self._value(n, Quantity("", "weight"), "traffic.profile") for n in word.value]
            if len(hours) == 24 and all(isinstance(h, float) for h in hours) and sum(hours) > 0:
                return Profile(tuple(hours))
            self.note(
                word.line, "traffic.profile", f"{len(hours)} numbers", "write 24, one an hour"
            )
            return FLAT
        known = profiles()
        if traffic.profile not in known and word is not None:
            self.note(word.line, "traffic.profile", f"no profile {traffic.profile!r}",
                       nearest(traffic.profile, known))  # fmt: skip
        return known.get(traffic.profile, FLAT)

    def _named(self, cls: type[Section], node: Node | None, prefix: str) -> Iterator[Any]:
        """Build a section for every entry of a mapping of names."""
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.note(node.line, prefix, "needs names", f"write {prefix}: {{NAME: {{…}}}}")
            return
        for word, inner in node.entries.items():
            yield self.section(cls, inner, f"{prefix}.{word}", name=word)

    def section(
        self, cls: type[Section], node: Node, path: str, *, what: str = "",
        leave: tuple[str, ...] = (), extra: tuple[str, ...] = (), **fixed: Any,
    ) -> Any:  # fmt: skip
        """Build a section from its mapping, filling gaps from the kind."""
        if not isinstance(node.value, dict):
            self.note(
                node.line, path, "needs keys of its own", f"write {path.split('.')[-1]}: {{…}}"
            )
            node = Node(node.line, {})
        meanings, inner = cls.quantities(), cls.nested()
        made: dict[str, Made] = dict(fixed.pop("made", {}))
        values: dict[str, Any] = dict(fixed)
        for key, entry in node.entries.items():
            here = f"{path}.{key}"
            if key in inner:
                values[key] = self.section(inner[key], entry, here)
            elif key in meanings:
                self._field(meanings[key], entry, here, key, values, made)
            elif key not in extra:
                known = [*meanings, *inner, *extra]
                self.note(entry.line, here, "no such key", nearest(key, known))
        for key, meaning in meanings.items():
            if key not in values and key not in leave:
                self._fill(cls, meaning, f"{path}.{key}", key, what, node, values, made)
        return cls(made=made, **values)

    def _field(
        self, meaning: Quantity, entry: Node, path: str, key: str,
        values: dict[str, Any], made: dict[str, Made],
    ) -> None:  # fmt: skip
        """Read one written field; `unknown` leaves it to the kind."""
        if key == "profile" and isinstance(entry.value, list):
            return
        value, basis = self._read(entry, meaning, path)
        if value is not None:
            values[key] = value
            made[key] = Made(
                basis, f"{Path(self.file).name}:{entry.line}", entry.line, _written(value)
            )

    def _fill(
        self, cls: type[Section], meaning: Quantity, path: str, key: str, what: str,
        node: Node, values: dict[str, Any], made: dict[str, Made],
    ) -> None:  # fmt: skip
        """Fill a field nobody wrote from the kind, or leave it at its neutral default."""
        field = cls.__dataclass_fields__[key]
        neutral = None if field.default is dataclasses.MISSING else field.default
        given = self._kind_value(path, f"{what}.{key}" if what else "", meaning)
        if given is not None:
            values[key], made[key] = given
        elif field.default is dataclasses.MISSING:
            values[key] = 1.0 if meaning.unit else ""
            where = f"write it, in {meaning.unit}" if meaning.unit else "write a name"
            self.note(node.line, path, f"it is missing ({meaning.doc})", f"{where}, or name a kind")
        else:
            values[key] = neutral
            entry = node.entries.get(key)
            if neutral is not None and entry is not None and entry.text == "unknown":
                self.note(entry.line, path, "no kind has a range for it", "write a number or range")

    def _kind_value(self, path: str, by_type: str, meaning: Quantity) -> tuple[Value, Made] | None:
        """Return the kind's value for a field: a range, or a spread of two."""
        if meaning.spread:
            parts = [self._default(f"{path}.{p}", f"{by_type}.{p}") for p in ("p50", "p95")]
            if parts[0] and parts[1]:
                value = Spread(*(_range(p, meaning) for p in parts if p))
                return value, Made("assumed", parts[0].source, written=_written(value))
        given = self._default(path, by_type)
        if given is None:
            return None
        value = _range(given, meaning)
        return value, Made("assumed", given.source, written=_written(value))

    def _default(self, path: str, by_type: str) -> Default | None:
        known = defaults()
        return known.get((self.kind, path)) or known.get(("any", by_type))

    # ---- values

    def _read(self, node: Node, meaning: Quantity, path: str) -> tuple[Value, Said]:
        if isinstance(node.value, dict) and meaning.unit:
            return self._spread(node, meaning, path)
        text = self.text(node, path)
        if not text:
            return None, "assumed"
        if meaning.flag:
            return self._flag(node, text, path), "measured"
        if not meaning.unit:
            if meaning.choices and text not in meaning.choices:
                self.note(node.line, path, f"{text!r} is none of them",
                           f"use one of: {', '.join(meaning.choices)}")  # fmt: skip
            return text, "measured"
        try:
            return read_value(text, meaning)
        except ValueProblem as problem:
            self.note(node.line, path, problem.wrong, problem.remedy)
            return None, "assumed"

    def _value(self, node: Node, meaning: Quantity, path: str) -> Value:
        return self._read(node, meaning, path)[0]

    def _flag(self, node: Node, text: str, path: str) -> bool:
        if text not in ("yes", "no"):
            self.note(node.line, path, f"{text!r} is neither yes nor no", "write yes or no")
        return text == "yes"

    def _spread(self, node: Node, meaning: Quantity, path: str) -> tuple[Value, Said]:
        """Read {p50, p95}: requests differ."""
        if not meaning.spread:
            self.note(node.line, path, "one number is needed here", "write a number or a range")
            return None, "assumed"
        parts = node.entries
        for key in parts:
            if key not in ("p50", "p95"):
                self.note(parts[key].line, f"{path}.{key}", "no such key", "write p50 and p95")
        for key in ("p50", "p95"):
            if key not in parts:
                self.note(node.line, f"{path}.{key}", "it is missing", "write both p50 and p95")
        if set(parts) != {"p50", "p95"}:
            return None, "assumed"
        low, basis = self._read(parts["p50"], meaning, f"{path}.p50")
        high, other = self._read(parts["p95"], meaning, f"{path}.p95")
        if low is None or high is None:
            return None, "assumed"
        if _end(low, "high") > _end(high, "high") or _end(low, "low") > _end(high, "low"):
            self.note(node.line, path, "p95 lies below p50", "swap them")
            return None, "assumed"
        if _end(low, "low") <= 0:
            self.note(node.line, f"{path}.p50", "a median of zero", "write a median above zero")
            return None, "assumed"
        return Spread(low, high), "given" if "given" in (basis, other) else "measured"

    # ---- what has to agree across sections

    def _agree(self, built: dict[str, Any], top: dict[str, Node]) -> None:
        pools = {pool.name for pool in built["pools"]}
        for stage in built["pipeline"]:
            line = stage.made["pool"].line if "pool" in stage.made else 0
            pool = getattr(stage, "pool", "")
            if pool and pool not in pools:
                self.note(
                    line or 1, f"{stage.name}.pool", f"no pool {pool!r}", nearest(pool, pools)
                )
        for other in built["other"]:
            amounts = ("per_month", "per_user_month", "per_request", "once")
            if all(getattr(other, amount) is None for amount in amounts):
                self.note(top["other"].entries[other.name].line, f"other.{other.name}",
                          "it has no amount", f"write one of: {', '.join(amounts)}")  # fmt: skip
        per_user = [o for o in built["other"] if o.per_user_month is not None]
        if built["traffic"].users is None and per_user:
            line = per_user[0].made["per_user_month"].line or 1
            self.note(line, f"other.{per_user[0].name}", "users are not given",
                       "write per_request or per_month")  # fmt: skip


def _no_date() -> date:
    raise ValueError


def _end(value: Value, which: str) -> float:
    return getattr(value, which) if isinstance(value, Range) else float(value)


def _range(given: Default, meaning: Quantity) -> Value:
    if given.low == given.high:
        return given.low
    return Range(given.low, given.high, meaning.high)


def _written(value: Value) -> str:
    """Return a range or a spread as a reader would write it; nothing for a plain number."""
    if isinstance(value, Range):
        return f"{value.low:.4g} to {value.high:.4g}"
    if isinstance(value, Spread):
        return f"a mix with median {_written(value.p50) or format(value.p50, '.6g')} and p95 " + (
            _written(value.p95) or format(value.p95, ".6g")
        )
    return ""
