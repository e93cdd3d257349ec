"""From the text of a scenario to its sections: keys checked, gaps filled from the kind."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np

from aicost.scenario.kinds import Default, defaults
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.yaml_tree import Foreign, Node
from aicost.values.formatting import value_words
from aicost.values.named import Named
from aicost.values.periods import elsewhen, named_by, period
from aicost.values.quantities import Numeric, Quantity, Range, Spread, Value
from aicost.values.section import Origin, Section
from aicost.values.spelling import Said, ValueProblem, Worth, in_dollars, read_value
from aicost.values.suggest import instead, nearest

WIDEST_SPREAD = 1e3
_NEEDED = dataclasses.MISSING


class Filler:
    """Builds sections and keeps a list of what is wrong with the file."""

    def __init__(self, file: str, *, has_lines: bool = True) -> None:
        self.file = file
        self.has_lines = has_lines  # code has none that a problem could name
        self.kind = ""
        self.problems: list[Problem] = []
        self.meant: set[str] = set()  # what a key that is wrong stands for: not missing as well
        self.worth: Worth = in_dollars

    # ---- problems

    def note(self, line: int, key: str, wrong: str, remedy: str) -> None:
        """Keep a problem of the file for the end."""
        at = line if self.has_lines else 0
        self.problems.append(Problem(self.file, at, key, wrong, remedy))

    def stop(self) -> None:
        """Raise ScenarioError where there is a problem."""
        if self.problems:
            raise ScenarioError(self.problems)

    def missing(self, line: int, path: str, wrong: str, remedy: str) -> None:
        """Note what is missing, unless something was meant to be it."""
        if path not in self.meant:
            self.note(line, path, wrong, remedy)

    def stray(self, prefix: str, key: str, node: Node, known: list[str]) -> None:
        """Note a key that has no meaning here."""
        self.meant |= {f"{prefix}{name}" for name in nearest(key, known)}
        self.note(node.line, f"{prefix}{key}", "no such key", instead(key, known))

    # ---- sections

    def section(
        self,
        cls: type[Section],
        node: Node,
        path: str,
        *,
        what: str = "",
        leave: tuple[str, ...] = (),
        **fixed: Any,
    ) -> Any:
        """Build a section from its mapping, filling gaps from the kind."""
        if issubclass(cls, Named):
            return self.named(cls, node, path)
        meanings, inner = cls.quantities(), cls.nested()
        if not isinstance(node.value, dict):
            needed = [key for key in meanings if cls.__dataclass_fields__[key].default is _NEEDED]
            shown = ", ".join(f"{key}: …" for key in needed or [*meanings][:1])
            remedy = f"write {path.split('.')[-1]}: {{{shown}}}"
            self.note(node.line, path, "needs keys of its own", remedy)
            self.meant |= {f"{path}.{key}" for key in meanings}
        origins: dict[str, Origin] = dict(fixed.pop("origins", {}))
        values: dict[str, Any] = dict(fixed)
        for key, entry in node.entries.items():
            here = f"{path}.{key}"
            if key in inner:
                values[key] = self.section(inner[key], entry, here)
            elif (told := cls.meant.get(f"{key}.NAME")) and _in_parts(entry):
                self.note(entry.line, here, "parts where one number is due", f"write {told}")
                self.meant.add(here)
            elif key in cls.meant:
                self.note(entry.line, here, "no such key", f"write {cls.meant[key]}")
                self.meant |= {f"{path}.{name}" for name in meanings if name in cls.meant[key]}
            elif key not in meanings:
                self.stray(f"{path}.", key, entry, [*meanings, *inner])
            elif not (key == "profile" and isinstance(entry.value, list)):
                value, basis = self.read(entry, meanings[key], here)
                if value is not None:
                    source = f"{Path(self.file).name}:{entry.line}" if entry.line else self.file
                    values[key] = value
                    origins[key] = Origin(basis, source, entry.line, written(value, meanings[key]))
        inside = {f"{key}.{name}" for key, entry in node.entries.items() for name in entry.entries}
        unsaid = (name for name in cls.nothing_of(inside) if name not in node.entries)
        values = {**dict.fromkeys(unsaid, 0.0), **values}
        for key, meaning in meanings.items():
            silent = meaning.only_asked and key not in node.entries
            if key not in values and key not in leave and not silent:
                said = node.entries.keys()
                self.fill(cls, meaning, f"{path}.{key}", what, node, values, origins, said)
        return cls(origins=origins, **values)

    def named(self, cls: type[Named], node: Node, path: str) -> Named:
        """Build sections by name; a plain value, or a mix, is the field that is meant."""
        if not isinstance(node.value, dict):
            remedy = f"write {path.rpartition('.')[2]}: {{NAME: …}}"
            self.note(node.line, path, "needs names of its own", remedy)
        parts = {}
        for name, entry in node.entries.items():
            mix = entry.entries and entry.entries.keys() <= {"p50", "p95"}
            plain = mix or not isinstance(entry.value, dict)
            whole = Node(entry.line, {cls.short: entry}) if plain else entry
            if not re.fullmatch(r"\w+", name):
                self.note(
                    entry.line, f"{path}.{name}", "no name for it", "write letters, digits, _"
                )
            parts[name] = self.section(cls.of, whole, f"{path}.{name}")
        return cls(parts=parts)

    def fill(
        self,
        cls: type[Section],
        meaning: Quantity,
        path: str,
        what: str,
        node: Node,
        values: dict[str, Any],
        origins: dict[str, Origin],
        said: Container[str] = (),
    ) -> None:
        """Fill a field nobody wrote from the kind, or leave it at its neutral default."""
        key = path.rpartition(".")[2]
        neutral = cls.__dataclass_fields__[key].default
        usual = cls.usual_field(key, said)
        given = self._kind_value(path, f"{what}.{usual}", meaning) if usual else None
        entry = node.entries.get(key, node)
        if given is not None:
            values[key], origins[key] = given
        elif neutral is _NEEDED:
            values[key] = 1.0 if meaning.unit else ""
            if entry is node or entry.text == "unknown":
                measure = "as a share" if meaning.unit == "share" else f"in {meaning.unit}"
                words = " or ".join(meaning.choices) or "a name"
                how = f"write it {measure}" if meaning.unit else f"write {words}"
                how += "" if self.kind else ", or name a kind"
                self.missing(entry.line, path, f"it is missing ({meaning.doc})", how)
        else:
            values[key] = neutral
            open_end = neutral is None and cls.silent_if_unknown
            if entry.text == "unknown" and not open_end and meaning.unit:
                self.note(entry.line, path, "no kind has a range for it", "write a number or range")

    def _kind_value(
        self, path: str, by_type: str, meaning: Quantity
    ) -> tuple[Value, Origin] | None:
        """The kind's value for a field: a range, or a spread of two."""
        if meaning.spread:
            parts = [self._default(f"{path}.{p}", f"{by_type}.{p}") for p in ("p50", "p95")]
            if parts[0] and parts[1]:
                value: Value = Spread(*(_range(p, meaning) for p in parts if p))
                words = written(value, meaning)
                return value, Origin(parts[0].basis, parts[0].source, written=words)
        given = self._default(path, by_type)
        if given is None:
            return None
        value = _range(given, meaning)
        return value, Origin(given.basis, given.source, written=written(value, meaning))

    def _default(self, path: str, by_type: str) -> Default | None:
        known, (stage, _, field) = defaults(), path.partition(".")
        whole = f"{stage.partition('/')[0]}.{field}"  # of a way of a route: what its stage has
        own = known.get((self.kind, path)) or known.get((self.kind, whole))
        return own or known.get(("any", by_type))

    # ---- values

    def text(self, node: Node | None, path: str) -> str:
        """A word; a list, keys or nothing where a word is due is noted."""
        if node is None:
            return ""
        text = node.text
        if isinstance(node.value, Foreign):
            self.note(node.line, path, node.value.shown, node.value.remedy)
        elif text is None:
            what = "a list" if isinstance(node.value, list) else "keys"
            several = isinstance(node.value, list) and not self.has_lines
            remedy = "write one value" + ("; case.at takes several" if several else "")
            self.note(node.line, path, f"{what} where one value is due", remedy)
        elif text in ("", "~", "null"):
            self.note(node.line, path, "it is empty", "write a value, or remove the key")
        else:
            return text
        return ""

    def read(self, node: Node, meaning: Quantity, path: str) -> tuple[Value, Said]:
        """A value and its basis; nothing where it is unknown or wrong."""
        if isinstance(node.value, dict) and meaning.spread:
            return self._spread(node, meaning, path)
        if meaning.several:
            return self._names(node, path), "stated"
        text = self.text(node, path)
        if not text or (text == "unknown" and not meaning.flag):
            return None, "assumed"
        if meaning.flag:
            if text not in ("yes", "no"):
                self.note(node.line, path, f"{text!r} is neither yes nor no", "write yes or no")
            return text == "yes", "stated"
        if not meaning.unit:
            if meaning.choices and text not in meaning.choices:
                self.note(node.line, path, f"no {text!r} here", instead(text, meaning.choices))
            return text, "stated"
        field = path.rpartition(".")[2]
        number, said = period(text)
        try:
            if said and not meaning.is_money and said != named_by(field):
                raise ValueProblem(*elsewhen(field, text))
            return read_value(number if said == named_by(field) else text, meaning, self.worth)
        except ValueProblem as problem:
            self.note(node.line, path, problem.wrong, problem.remedy)
            return None, "assumed"

    def _names(self, node: Node, path: str) -> tuple[str, ...] | None:
        """One name or a list of them."""
        every = node.value if isinstance(node.value, list) else [node]
        if not every:
            self.note(node.line, path, "an empty list", "write a name, or remove the key")
        found = tuple(filter(None, (self.text(one, path) for one in every)))
        return found or None

    def _spread(self, node: Node, meaning: Quantity, path: str) -> tuple[Value, Said]:
        """Read {p50, p95}: requests differ."""
        parts = node.entries
        stray = [key for key in parts if key not in ("p50", "p95")]
        mix = "write p50 and p95"
        remedy = "write one number, what its parts add up to" if _in_parts(node) else mix
        for key in stray:
            self.note(parts[key].line, f"{path}.{key}", "no such key", remedy)
        absent = [key for key in ("p50", "p95") if key not in parts]
        if absent and not stray:
            self.note(node.line, path, f"{' and '.join(absent)} missing", mix)
        if absent or stray:
            return None, "assumed"
        one = dataclasses.replace(meaning, spread=False)
        (low, basis), (high, other) = (
            self.read(parts[key], one, f"{path}.{key}") for key in ("p50", "p95")
        )
        for key in parts:
            if parts[key].text == "unknown":
                remedy = f"write {path.rpartition('.')[2]}: unknown"
                self.note(parts[key].line, f"{path}.{key}", "half a mix is unknown", remedy)
        if low is None or high is None:
            return None, "assumed"
        if wrong := odd_mix(low, high):
            self.note(node.line, path, *wrong)
            return None, "assumed"
        return Spread(low, high), "given" if "given" in (basis, other) else "stated"


def odd_mix(p50: Value, p95: Value) -> tuple[str, str] | None:
    """Say what is wrong with a median and a 95th percentile, and what to write instead."""
    lows, highs = ((_end(p50, end), _end(p95, end)) for end in ("low", "high"))
    if any(np.any(low > high) for low, high in (lows, highs)):
        return "p95 lies below p50", "swap them"
    if np.any(lows[0] <= 0):
        return "a median of zero", "write a p50 above zero"
    if any(np.any(high > low * WIDEST_SPREAD) for low, high in (lows, highs)):
        return "p95 is more than 1,000 times p50", "make two stages of it, each with its share"
    return None


def _in_parts(node: Node) -> bool:
    """Whether a mapping is no mix, or a slip in one: none of its keys is p50 or p95."""
    return bool(node.entries) and not {*map(str.lower, node.entries)} & {"p50", "p95"}


def _end(value: Value, which: str) -> Numeric:
    return np.asarray(getattr(value, which) if isinstance(value, Range) else value)


def _range(given: Default, meaning: Quantity) -> Value:
    if given.low == given.high:
        return given.low
    return Range(given.low, given.high, meaning.high)


def written(value: Value, meaning: Quantity) -> str:
    """A range or a spread as a reader would write it; nothing for a plain number."""
    return value_words(value, meaning) if isinstance(value, Range | Spread) else ""
