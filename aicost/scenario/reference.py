"""Every key of a scenario file in words, made from the declarations: docs/scenario.md."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from aicost.components.flow import Corpus, Rounds
from aicost.components.stage import Stage, registry
from aicost.components.traffic import Month, Traffic
from aicost.scenario.kinds import defaults, kind_names
from aicost.scenario.plans import Plan
from aicost.scenario.pool_section import Pool
from aicost.scenario.reference_examples import (
    EXAMPLES,
    GROUPS,
    INVOICED,
    MONEY,
    OPTIONS,
    PUBLISHED,
    VALUES,
    WORDS,
)
from aicost.scenario.sections import (
    Caps,
    Constraints,
    Environment,
    Goals,
    Growth,
    Observed,
    OtherLine,
)
from aicost.values.formatting import value_words
from aicost.values.named import Named
from aicost.values.quantities import Quantity
from aicost.values.section import Section

HEAD = "| key | unit | bounds | when it is left out | meaning |\n|---|---|---|---|---|"
#: The sections of a file in the order in which people write them, and what is one of them by name.
SECTIONS: dict[str, type[Section]] = {
    "traffic": Traffic,
    "month": Month,
    "corpus": Corpus,
    "observed": Observed,
    "goals": Goals,
    "growth": Growth,
    "constraints": Constraints,
    "limits": Caps,
}
BY_NAME: dict[str, type[Section]] = {
    "pools": Pool,
    "other": OtherLine,
    "environments": Environment,
    "plans": Plan,
}
TOP = {
    "name": "what the system is called; the file's name, if left out",
    "client": "for whom the review is",
    "author": "by whom it is",
    "logo": "a picture beside the file for the page: PNG, JPEG or SVG",
    "confirm": 'who confirms an input and by when, by input, as `users: "Ms Rossi, 12 Dec"`',
    "kind": "the kind of system, which stands in for what is not written: {kinds}",
    "as_of": "the day whose prices hold, as 2026-11-23; the newest of the kit's, if left out",
    "currency": "the currency of all amounts, such as EUR; US dollars, if left out",
    "traffic": "who asks, and how often",
    "month": "how long a month is",
    "corpus": "the documents that are searched",
    "pipeline": "the stages that a request passes, by name",
    "pools": "machines bought by the hour, by name",
    "other": "costs the kit has no formula for, by name",
    "environments": "what is run beside production, by name: dev, staging, evaluation",
    "plans": "what users are sold, by name: seats, requests included, extra requests",
    "observed": "times seen in the system as it runs, to which what was assumed is fitted",
    "goals": "what it may cost, what it earns, how fast it must be",
    "growth": "how usage is planned to grow",
    "constraints": "what rules a provider out before price does",
    "limits": "what a request may spend before it is stopped",
    "published": "figures of somebody else's table of the same system, for `aicost reconcile FILE`",
    "invoiced": "what an invoice shows of a month, by component: draws of ranges agree with it",
    "options": "alternatives that are put beside the system, by name",
}


def reference() -> str:
    """The whole reference as Markdown."""
    return "\n".join([*_head(), *_sections(), *_options(), *_stages()]).rstrip() + "\n"


def _head() -> Iterator[str]:
    yield "# The scenario file\n"
    yield "Made from the declarations: `aicost schema --words` prints it, `aicost schema` the same"
    yield "as a JSON Schema, for an editor that completes and checks.\n"
    yield f"{WORDS}\n\n{VALUES}\n\n{MONEY}\n"
    yield "## Keys at the top\n\n| key | meaning |\n|---|---|"
    for key, words in TOP.items():
        yield f"| `{key}` | {words.format(kinds=', '.join(kind_names()))} |"
    yield ""
    yield _example("file")


def _sections() -> Iterator[str]:
    for name, cls in SECTIONS.items():
        yield f"## {name}\n\n{first_line(cls)}\n\n{HEAD}"
        yield from _keys(cls, name)
        yield from _extra(cls)
        yield from ("", _example(name))
    for name, cls in BY_NAME.items():
        yield f"## {name}\n\nBy names of one's own, each: {_small(first_line(cls))}\n\n{HEAD}"
        yield from _keys(cls, f"{name}.NAME")
        yield from ("", _example(name))
    yield f"## published\n\n{PUBLISHED}\n"
    yield _example("published")
    yield f"## invoiced\n\n{INVOICED}\n"
    yield _example("invoiced")


def _options() -> Iterator[str]:
    yield f"## options\n\n{OPTIONS}\n"
    yield _example("options")


def _stages() -> Iterator[str]:
    yield f"## pipeline\n\n{GROUPS}\n"
    yield _example("pipeline")
    yield f"### What every stage may say\n\n{HEAD}"
    yield from _keys(Stage, "STAGE")
    yield f"\n### loop\n\n{first_line(Rounds)}\n\n{HEAD}"
    yield from _keys(Rounds, "NAME.loop")
    for word, cls in registry().items():
        yield f"\n### is: {word}\n\n{first_line(cls)}\n\n{HEAD}"
        yield from _keys(cls, word, {*Stage.quantities(), *Stage.nested()})
        yield from ("", _example(word))


def _keys(cls: type[Section], path: str, skip: set[str] | None = None) -> Iterator[str]:
    """Yield a line for each key of a section, those of sections inside it below theirs."""
    for name, meaning in cls.quantities().items():
        if name not in (skip or ()):
            yield _line(name, meaning, _left_out(cls, path, name))
    for name, inner in cls.nested().items():
        if name in (skip or ()):
            continue
        doc = cls.__dataclass_fields__[name].metadata["doc"]
        yield f"| `{name}` | keys of its own | | nothing | {doc} |"
        parts = inner.of if issubclass(inner, Named) else inner
        ahead = f"{name}.NAME" if issubclass(inner, Named) else name
        for key, meaning in parts.quantities().items():
            yield _line(f"{ahead}.{key}", meaning, _left_out(parts, f"{path}.{name}", key))


def _line(name: str, meaning: Quantity, left_out: str) -> str:
    unit = "yes or no" if meaning.flag else _unit(meaning)
    words = [unit, _bounds(meaning), left_out, meaning.doc]
    return f"| `{name}` | {' | '.join(word.replace('|', '/') for word in words)} |"


def _unit(meaning: Quantity) -> str:
    """The unit as a reader says it; amounts of money are in the currency of the file."""
    if not meaning.unit:
        return "a word, or a list of them" if meaning.several else "a word"
    unit = meaning.unit.replace("USD", "money") if meaning.is_money else meaning.unit
    return f"{unit} or `{{p50, p95}}`" if meaning.spread else unit


def _bounds(meaning: Quantity) -> str:
    if meaning.choices:
        return ", ".join(f"`{choice}`" for choice in meaning.choices)
    if not meaning.unit:
        return ""
    plain = replace(meaning, unit="") if meaning.is_money else meaning
    low = value_words(meaning.low, plain)
    open_end = math.isinf(meaning.high)
    return f"{low} or more" if open_end else f"{low} to {value_words(meaning.high, plain)}"


def _left_out(cls: type[Section], path: str, name: str) -> str:
    """What holds where a key is left out."""
    key = f"{path.removeprefix('STAGE')}.{name}"
    usual = [kind for kind, field in defaults() if field.removesuffix(".p50") == key]
    usual = [kind for kind in usual if kind != "any"] or usual
    stands_in = "" if not usual else "the usual range" if usual == ["any"] else "the kind's range"
    neutral: Any = cls.__dataclass_fields__[name].default
    if stands_in or neutral is dataclasses.MISSING:
        return stands_in or "it has to be written"
    if neutral is None or neutral in ("", ()):
        return "nothing"
    if isinstance(neutral, float) and math.isinf(neutral):
        return "never" if cls.quantities()[name].endless else "no end"
    return value_words(neutral, cls.quantities()[name])


def _extra(cls: type[Section]) -> Iterator[str]:
    """Yield the keys that hold a table of their own."""
    if cls is Goals:
        doc = Goals.__dataclass_fields__["abandonment"].metadata["doc"]
        yield f"| `abandonment` | `{{3 s: 10 %, 8 s: 40 %}}` | rising | nobody gives up | {doc} |"


def _example(name: str, examples: Mapping[str, str] = EXAMPLES) -> str:
    return f"```yaml\n{examples[name].strip()}\n```\n"


def first_line(cls: type) -> str:
    """What a section is, as its own words say."""
    return (cls.__doc__ or "").strip().partition("\n")[0]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
