"""Which model cuts text with which tokenizer, and how many tokens one makes of another's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from aicost.book.data_files import data_rows
from aicost.book.model_patterns import row_for
from aicost.formulas.tokens import conversion, conversion_within
from aicost.values.charge import Basis
from aicost.values.suggest import instead

#: Kinds of text whose tokens were counted: prose by its language, then what programs read.
CONTENTS = (
    "english",
    "german",
    "french",
    "spanish",
    "chinese",
    "japanese",
    "code",
    "json",
    "tools",
)
#: What text is measured in where no model has counted it.
LENGTHS = ("characters", "words", "pages")
#: What counted tokens where neither file nor book names a model.
UNNAMED = "a model that is not named"
#: What published ratios are relative to.
REFERENCE = "o200k"


class UnknownTokenizer(ValueError):
    """A model whose tokenizer nobody published."""


class NotCounted(ValueError):
    """A kind of text that was not counted in this way."""


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """The tokenizer of a model, who says so and how sure that is."""

    name: str
    source: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Conversion:
    """Tokens of a model per token, character, word or page that was counted, and its 90 % range."""

    value: float
    low: float
    high: float
    basis: Basis
    source: str

    @property
    def exact(self) -> bool:
        """Whether both sides count alike."""
        return self.low == self.high == 1.0


SAME = Conversion(1.0, 1.0, 1.0, "listed", "the same tokenizer")


@dataclass(frozen=True, slots=True)
class _Rate:
    """A row of data/tokenizers.csv; `text` is the one that was counted, if it was."""

    text: str
    value: float
    low: float
    high: float
    unit: str
    source: str

    @property
    def relative(self) -> bool:
        """Whether it is a ratio to the reference, not a count."""
        return self.unit == f"times {REFERENCE}"

    @property
    def off(self) -> float:
        """How far its ends are from it, as a factor."""
        return max(self.high / self.value, self.value / self.low)


_CHARACTERS = _Rate("", 1000.0, 1000.0, 1000.0, "", "")


@lru_cache
def _rates() -> dict[tuple[str, str], tuple[_Rate, ...]]:
    """Data/tokenizers.csv by tokenizer and kind of text; the last row of a text holds."""
    found: dict[tuple[str, str], dict[str, _Rate]] = {}
    for row in data_rows("tokenizers.csv"):
        value = row.number("value")
        low, high = (row.number(end) if row[end] else value for end in ("low", "high"))
        said = ", ".join(filter(None, (row["source"], row["read_on"])))
        rate = _Rate(row["text"], value, low, high, row["unit"], said)
        found.setdefault((row["tokenizer"], row["content"]), {})[row["text"]] = rate
    return {key: tuple(by_text.values()) for key, by_text in found.items()}


@lru_cache(maxsize=4096)
def tokenizer_of(model: str) -> Tokenizer | None:
    """The tokenizer of a model by its name; nothing where nobody published it.

    >>> tokenizer_of("openai/gpt-4o").name, tokenizer_of("x-ai/grok-4.5")
    ('o200k', None)
    """
    row = row_for("tokenizer_models.csv", model)
    if row is None or not row["tokenizer"]:
        return None
    return Tokenizer(row["tokenizer"], row["source"], row["confidence"] == "assumed")


def misspelled(counted_with: str) -> str:
    """What to write in place of a name that is neither a length nor a model; '' where it is one.

    >>> misspelled("characters"), misspelled("caracters")
    ('', "did you mean 'characters'?, or name a model as provider/model")
    """
    known = counted_with in ("", UNNAMED, *LENGTHS) or "/" in counted_with
    if known or tokenizer_of(counted_with) is not None:
        return ""
    return f"{instead(counted_with, LENGTHS)}, or name a model as provider/model"


def count_alike(one: str, other: str) -> bool:
    """Whether two models are known to cut text alike.

    >>> count_alike("openai/gpt-4o", "openai/gpt-5"), count_alike("x-ai/grok-3", "x-ai/grok-4")
    (True, False)
    """
    a, b = tokenizer_of(one), tokenizer_of(other)
    return one == other or (a is not None and b is not None and a.name == b.name)


def tokenizers() -> tuple[str, ...]:
    """The tokenizers of data/tokenizers.csv, those that count lengths left out."""
    return tuple(dict.fromkeys(name for name, _ in _rates() if name not in LENGTHS))


def rate(tokenizer: str, content: str) -> Conversion:
    """Tokens per 1,000 characters of a kind of text, with its 90 % range.

    Raises NotCounted where none of that kind was counted with it.
    """
    found = _convert("characters", tokenizer, content)
    return Conversion(
        found.value * 1000, found.low * 1000, found.high * 1000, found.basis, found.source
    )


@lru_cache(maxsize=4096)
def convert(counted_with: str, model: str, content: str = "english") -> Conversion:
    """The tokens of a model per one that was counted otherwise.

    Parameters
    ----------
    counted_with : a model, or `characters`, `words`, `pages`. [name]
    model : the model that reads or writes the text. [name]
    content : one of `CONTENTS`. [name]

    Raises
    ------
    UnknownTokenizer : of one of two models nobody published how it cuts text.
    NotCounted : that kind of text was not counted in this way, such as words of Chinese.

    Notes
    -----
    A length becomes tokens of a model of unknown tokenizer by all tokenizers there are: from the
    least to the most.

    Examples
    --------
    >>> convert("openai/gpt-4o", "openai/gpt-5").exact
    True
    >>> round(convert("openai/gpt-4o", "anthropic/claude-opus-4-7").value, 2)
    1.45
    """
    if counted_with == model:
        return SAME
    if counted_with in LENGTHS and tokenizer_of(model) is None:
        return _by_any(counted_with, model, content)
    one, other = (_cut_by(name) for name in (counted_with, model))
    known = ((name, tokenizer_of(name)) for name in (counted_with, model))
    doubts = [f"{name}: {found.source}" for name, found in known if found and found.assumed]
    if one == other:
        if not doubts:
            return SAME
        return Conversion(1.0, 1.0, 1.0, "assumed", "; ".join(["the same tokenizer", *doubts]))
    found = _convert(one, other, content)
    words = "; ".join([found.source, *doubts])
    return Conversion(found.value, found.low, found.high, found.basis, words)


def _by_any(length: str, model: str, content: str) -> Conversion:
    """The tokens of a length in whatever tokenizer: the least to the most of all."""
    every = [_convert(length, name, content) for name in tokenizers()]
    low, high = min(one.low for one in every), max(one.high for one in every)
    what = f"the tokenizer of {model} is not known: any of {len(every)} for {length} in {content}"
    return _told(what, ((low * high) ** 0.5, low, high), ["data/tokenizers.csv"])


def _cut_by(name: str) -> str:
    """The tokenizer of a model; a length stands for itself."""
    found = None if name in LENGTHS else tokenizer_of(name)
    if found is None and name not in LENGTHS:
        raise UnknownTokenizer(f"the tokenizer of {name} is not known")
    return found.name if found else name


def _convert(one: str, other: str, content: str) -> Conversion:
    """Tokens of one tokenizer, or a length, in those of another."""
    if any(_published(name, content) for name in (one, other)):
        a, b = (_relative(name, content) for name in (one, other))
        ends = b.value / a.value, b.low / a.high, b.high / a.low
        return _told(_per(one, other, content), ends, (a.source, b.source))
    mine, theirs = ({r.text: r for r in _counted(name, content)} for name in (one, other))
    texts = [text for text in mine if text in theirs]
    rates_from, rates_to = ([of[text].value for text in texts] for of in (mine, theirs))
    value = float(conversion(rates_from=rates_from, rates_to=rates_to))
    off = float(conversion_within(rates_from=rates_from, rates_to=rates_to))
    off *= max(r.off for r in mine.values())
    what = f"{_per(one, other, content)}, {len(texts)} of our texts"
    sources = (r.source for of in (mine, theirs) for r in of.values())
    return _told(what, (value, value / off, value * off), sources)


def _per(one: str, other: str, content: str) -> str:
    single = one.removesuffix("s") if one in LENGTHS else f"token of {one}"
    return f"tokens of {other} per {single} in {content}"


def _told(what: str, ends: tuple[float, float, float], sources: Iterable[str]) -> Conversion:
    value, low, high = ends
    said = "; ".join(filter(None, dict.fromkeys(sources)))
    words = f"{what}: {value:.3g}, {low:.3g} to {high:.3g} ({said})"
    return Conversion(value, low, high, "assumed", words)


def _relative(name: str, content: str) -> Conversion:
    """Tokens per token of the reference: as published, else as counted."""
    if name == REFERENCE:
        return SAME
    row = _published(name, content)
    if row is None:
        return _convert(REFERENCE, name, content)
    return Conversion(row.value, row.low, row.high, "assumed", row.source)


def _published(name: str, content: str) -> _Rate | None:
    return next((r for r in _rates().get((name, content), ()) if r.relative), None)


def _counted(name: str, content: str) -> tuple[_Rate, ...]:
    """The texts of a kind with what they come to; a thousand characters are that many anywhere."""
    if name in ("characters", "pages"):
        one = _CHARACTERS if name == "characters" else _rates()["pages", "any"][0]
        return tuple(replace(one, text=r.text) for r in _counted(REFERENCE, content))
    found = tuple(r for r in _rates().get((name, content), ()) if not r.relative)
    if not found:
        known = [kind for kind in CONTENTS if (name, kind) in _rates()]
        have = instead(content, known) if known else "nobody counted any with it"
        raise NotCounted(f"{name} were not counted in {content}; {have}")
    return found
