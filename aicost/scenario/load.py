"""From a scenario file to a Scenario: every section read, and held against the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from aicost.book.book import BookError
from aicost.components.flow import Corpus
from aicost.components.traffic import Month, Traffic
from aicost.scenario.agreement import (
    odd_bounds,
    odd_environment,
    odd_parts,
    odd_plans,
    odd_times,
    out_of_hand,
    per_nobody,
)
from aicost.scenario.currency import Rates, listed, worth
from aicost.scenario.goals_reader import read_goals
from aicost.scenario.head_reader import HEAD_KEYS, odd_confirm, read_head
from aicost.scenario.in_code import NO_LINE, node_of, odd_texts
from aicost.scenario.invoiced_reader import read_invoiced
from aicost.scenario.kinds import defaults, kind_names, kind_tree
from aicost.scenario.option_reader import read_options
from aicost.scenario.pipeline_reader import PipelineReader
from aicost.scenario.plans import Plan
from aicost.scenario.pool_checks import odd_pool
from aicost.scenario.pool_section import Pool
from aicost.scenario.problems import ScenarioError
from aicost.scenario.profile_reader import read_profile
from aicost.scenario.scenario import Scenario
from aicost.scenario.section_reader import Filler
from aicost.scenario.sections import (
    AMOUNTS,
    Caps,
    Constraints,
    Environment,
    Goals,
    Growth,
    Observed,
    OtherLine,
)
from aicost.scenario.shares import called, parts, shown_as
from aicost.scenario.traffic_reader import read_traffic
from aicost.scenario.yaml_tree import Node, read_tree
from aicost.values.money import DOLLARS, Money, code_of, speaking
from aicost.values.section import Section
from aicost.values.suggest import did_you_mean, instead

SECTIONS = {
    "month": Month,
    "observed": Observed,
    "growth": Growth,
    "constraints": Constraints,
    "limits": Caps,
}
BY_NAME = {"pools": Pool, "other": OtherLine, "environments": Environment, "plans": Plan}
WORDS = ("name", *HEAD_KEYS, "kind", "as_of", "currency")
TOP = (
    *WORDS,
    "traffic",
    "corpus",
    "pipeline",
    "goals",
    *SECTIONS,
    *BY_NAME,
    "published",
    "invoiced",
    "options",
)


def load(path: str | Path, rates: Rates = listed) -> Scenario:
    """Read a scenario file. Raises ScenarioError with one line per independent problem.

    >>> load("data/scenarios/nowhere.yaml")
    Traceback (most recent call last):
    aicost.scenario.problems.ScenarioError: data/scenarios/nowhere.yaml:1: file: no such file or \
directory; check the path
    """
    file = Path(path)
    return Loader(str(path), read_tree(file), rates).scenario(file)


def gathered(words: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a file from words in which fields of traffic and stages stand by themselves.

    Raises ScenarioError for a word that stands in both places, or can be neither.
    """
    loader, keys = Loader("case()", node_of({})), {k: v for k, v in words.items() if k in TOP}
    for word, value in words.items():
        if word in TOP:
            continue
        section = "traffic" if word in Traffic.quantities() else "pipeline"
        inner = keys.setdefault(section, {})
        if not isinstance(inner, Mapping):
            loader.note(NO_LINE, section, f"{inner!r} beside {word}", "write it as a dict")
        elif word in inner:
            loader.note(NO_LINE, f"{section}.{word}", "it is written twice", "keep one")
        elif section == "pipeline" and not isinstance(value, Mapping) and value != "none":
            loader.no_stage(word, str(words.get("kind", "")))
        else:
            keys[section] = {**inner, word: value}
    loader.stop()
    return keys


def build(keys: Mapping[str, Any], rates: Rates = listed) -> Scenario:
    """Build a scenario of the keys that a file would have, with the same checks and words.

    Values are numbers, ranges, spreads, or texts as a file spells them.

    >>> build({"kind": "rag-chat", "traffic": {"users": "about 500", "nusers": 3}})
    Traceback (most recent call last):
    aicost.scenario.problems.ScenarioError: case(): traffic.nusers: no such key; did you mean \
'users'?
    """
    loader = Loader("case()", node_of(keys), rates)
    for odd in odd_texts(loader.root):
        loader.note(NO_LINE, *odd)
    loader.stop()
    return loader.scenario(None)


class Loader(Filler):
    """Builds one scenario."""

    def __init__(self, file: str, root: Node, rates: Rates = listed) -> None:
        super().__init__(file, has_lines=root.line != NO_LINE)
        self.root, self.top, self.rates = root, root.entries, rates

    def scenario(self, path: Path | None) -> Scenario:
        """Build the scenario, or raise ScenarioError with all that is wrong."""
        self.as_of = self._date()
        self.money = self._currency()
        with speaking(self.money):
            return self._scenario(path)

    def _scenario(self, path: Path | None) -> Scenario:
        for key in self.top:
            if key not in TOP:
                self.stray("", key, self.top[key], list(TOP))
        self._kind()
        built: dict[str, Any] = {
            "name": self.text(self.top.get("name"), "name") or (path.stem if path else "A system"),
            "kind": self.kind,
            "as_of": self.as_of,
            "money": self.money,
            "path": path,
            "head": read_head(self, self.top),
            "traffic": read_traffic(self, self.top.get("traffic")),
            "corpus": self._corpus(),
            "published": self._published(),
            "options": tuple(read_options(self, self.top.get("options"))),
        }
        for key, part in BY_NAME.items():
            built[key] = tuple(self._named(part, key))
        for key, cls in SECTIONS.items():
            if key in self.top:
                built[key] = self.section(cls, self.top[key], key)
        if "goals" in self.top:
            built["goals"] = read_goals(self, self.top["goals"])
        node = self.top["traffic"].entries.get("profile") if "traffic" in self.top else None
        built["traffic"], built["profile"] = read_profile(self, built["traffic"], node)
        reader = PipelineReader(self, {*TOP, "users", "requests", "start"})
        built["pipeline"] = reader.read(self.top.get("pipeline"))
        built["invoiced"] = read_invoiced(self, self.top.get("invoiced"), built["pipeline"].stages)
        self._agree(built)
        self.stop()
        made = Scenario(**built)
        for at, *why in odd_confirm(made.head, made):
            self.note(self._line(at), at, *why)
        self.stop()
        return made

    def no_stage(self, word: str, kind: str) -> None:
        """Note a word beside those of a file whose value cannot be a stage."""
        stages = [*kind_tree(kind)["pipeline"].entries] if kind in kind_names() else []
        if word in stages:
            remedy = f'write a dict of its fields, such as {word}={{"share": 0.5}}'
            self.note(NO_LINE, word, "a stage has fields of its own", remedy)
        else:
            known = did_you_mean(word, [*Traffic.quantities(), *TOP, *stages])
            remedy = known or 'a stage is a dict, such as {"is": "inference", …}'
            self.note(NO_LINE, word, "no such word", remedy)

    # ---- words

    def _kind(self) -> None:
        """Read the kind; nothing more can be judged by a kind that is not one."""
        node = self.top.get("kind")
        self.kind = self.text(node, "kind")
        if node and self.kind and self.kind not in kind_names():
            self.note(node.line, "kind", f"no kind {self.kind!r}", instead(self.kind, kind_names()))
        if (node and self.problems and self.kind not in kind_names()) or "kind" in self.meant:
            raise ScenarioError(self.problems)

    def _date(self) -> date | None:
        node = self.top.get("as_of")
        text = self.text(node, "as_of")
        if node is None or not text:
            return None
        with suppress(ValueError):
            day = date.fromisoformat(text)
            if day.isoformat() == text:  # it reads other spellings too
                return day
        self.note(node.line, "as_of", f"{text!r} is not a date", "write it as 2026-11-23")
        return None

    def _currency(self) -> Money:
        """The currency of the file, in which an amount is unless it says another."""
        node = self.top.get("currency")
        code = self.text(node, "currency")
        try:
            known = code_of(code) or code_of(code.upper()) or code
            found = self.rates(known, self.as_of) if code else DOLLARS
        except BookError as problem:
            found = DOLLARS
            assert node is not None
            self.note(node.line, "currency", problem.wrong, problem.remedy)
        self.worth = worth(found, self.rates, self.as_of)
        return found

    # ---- sections

    def _corpus(self) -> Corpus | None:
        known = any(k == self.kind and f.startswith("corpus.") for k, f in defaults())
        if "corpus" not in self.top and not known:
            return None
        corpus: Corpus = self.section(Corpus, self.top.get("corpus", Node(1, {})), "corpus")
        return corpus

    def _published(self) -> dict[str, str]:
        """Read figures as they are printed; which digits they have counts."""
        node = self.top.get("published", Node(1, {}))
        if "published" in self.top and not node.entries:
            self.note(node.line, "published", "needs figures", "write published: {monthly: 245.50}")
        return {key: self.text(one, f"published.{key}") for key, one in node.entries.items()}

    def _named(self, cls: type[Section], prefix: str) -> Iterator[Any]:
        """Build a section for every entry of a mapping of names."""
        node = self.top.get(prefix)
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.note(node.line, prefix, "needs names", f"write {prefix}: {{NAME: {{…}}}}")
        for word, inner in node.entries.items():
            yield self.section(cls, inner, f"{prefix}.{word}", name=word)

    # ---- what has to agree across sections

    def _agree(self, built: dict[str, Any]) -> None:
        pools = [pool.name for pool in built["pools"]]
        way = built["pipeline"]
        billed = parts(way, built["pools"], built["other"])
        lines = [*billed, *(shown_as(one, way, billed) for one in built["environments"])]
        for stage in way.stages:
            if stage.runs_on and stage.runs_on not in pools:
                self.note(
                    stage.origins["pool"].line or 1,
                    f"{stage.name}.pool",
                    f"no pool {stage.runs_on!r}",
                    instead(stage.runs_on, pools) if pools else "write it under pools:",
                )
        for pool in built["pools"]:
            refused = {found.key for found in self.problems}  # such a value is not missing as well
            for path, *why in odd_pool(pool):
                if path not in refused:
                    self.missing(self._line(path), path, *why)
        for line in built["other"]:
            entry = self.top["other"].entries[line.name]
            path = f"other.{line.name}"
            known = {f"{path}.{k}" for k, node in entry.entries.items() if node.text != "unknown"}
            if not (known | self.meant) & {f"{path}.{amount}" for amount in AMOUNTS}:
                self.note(
                    entry.line, path, "it has no amount", f"write one of: {', '.join(AMOUNTS)}"
                )
            for field, *why in odd_parts(line, called(way, lines)):
                self.note(entry.line, f"{path}.{field}", *why)
            lines.append((line.name, line.component))  # those below may be a share of it
            if wrong := per_nobody(line, built["traffic"]):
                where = entry.entries["per_user_month"].line
                self.note(where, f"{path}.per_user_month", *wrong)
        for one in built["environments"]:
            for path, *why in odd_environment(one, way, billed):
                self.note(self._line(path), path, *why)
        if "observed" in built and not self.problems:
            for field, *why in odd_times(built["observed"]):
                self.note(self.top["observed"].line, field, *why)
        for path, *why in odd_plans(built["plans"], built.get("goals", Goals()), built["traffic"]):
            self.note(self._line(path), path, *why)
        for path, *why in odd_bounds(built["pools"]):
            self.note(self._line(path), path, *why)
        if "growth" in built and not self.problems:
            usage = built["traffic"].usage(built.get("month", Month()))
            wrong = out_of_hand(built["growth"], usage, built["corpus"])
            if wrong:
                self.note(self.top["growth"].line, "growth", *wrong)
        if not self.problems and not (built["pipeline"].parts or built["pools"] or built["other"]):
            self.note(1, "pipeline", "nothing to price", "name a kind:, or write pipeline:")

    def _line(self, path: str) -> int:
        """The line of a key, or of what it would stand in."""
        node = self.root
        for key in path.split("."):
            node = node.entries.get(key, node)
        return node.line
