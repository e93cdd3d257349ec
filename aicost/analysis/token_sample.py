"""A sample of a client's own text in the tokens of several models, counted where it can be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aicost.book.token_counters import counter
from aicost.book.tokenizers import convert, tokenizer_of
from aicost.values.formatting import count
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

#: Endings of files that hold code.
CODE = (
    ".c .cc .cpp .cs .css .go .h .hpp .html .java .js .jsx .kt .lua .php .pl .ps1 .py .r .rb .rs "
    ".scala .sh .sql .swift .tf .ts .tsx .vb .xml .yaml .yml"
)
#: Short words that are common in one language and rare in the others.
COMMON = {
    "english": "the of and to is that for with are this you from be",
    "german": "der die und das nicht ist ein eine den mit für auf werden",
    "french": "le les des et une est dans pour que sur pas du aux",
    "spanish": "el los las y que una por para con su es del se",
}
MOST_WORDS = 5_000  # enough to tell a language


def content_of(text: str, name: str = "") -> str:
    """What kind of text a sample is: a language, code, JSON or definitions of tools.

    Parameters
    ----------
    text : the sample. [text]
    name : of its file; an ending such as .py says that it is code. [name]

    Returns
    -------
    One of `CONTENTS`; prose of a language that was not counted is the nearest of those. [name]

    Examples
    --------
    >>> content_of("Der Schutz beginnt mit dem Tag, der im Vertrag steht."), content_of("{}")
    ('german', 'json')
    """
    start = text.lstrip()[:1]
    if start in ("{", "["):
        try:
            return "tools" if _defines_tools(json.loads(text)) else "json"
        except json.JSONDecodeError:
            lines = [line for line in text.splitlines() if line.strip()]
            if all(line.lstrip().startswith(("{", "[")) for line in lines):
                return "json"
    if Path(name).suffix.lower() in CODE.split() or _looks_like_code(text):
        return "code"
    if len(re.findall(r"[\u3040-\u30ff]", text)) > 0.05 * len(text):
        return "japanese"
    if len(re.findall(r"[\u4e00-\u9fff]", text)) > 0.2 * len(text):
        return "chinese"
    words = re.findall(r"\w+", text.lower())[:MOST_WORDS]
    common = {language: set(few.split()) for language, few in COMMON.items()}
    return max(common, key=lambda language: sum(word in common[language] for word in words))


def _defines_tools(value: object) -> bool:
    every = value if isinstance(value, list) else [value]
    inner = [v.get("function", v) for v in every if isinstance(v, dict)]
    return bool(inner) and all(
        isinstance(v, dict) and "name" in v and {"input_schema", "parameters"} & v.keys()
        for v in inner
    )


def _looks_like_code(text: str) -> bool:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    ends = sum(line.endswith(("{", "}", ";", "):", "(", ")")) for line in lines)
    return bool(lines) and ends > 0.4 * len(lines)


@dataclass(frozen=True)
class Sample:
    """The tokens of a sample on one model: low and high are the same where they were counted."""

    model: str
    tokens: float
    low: float
    high: float
    how: str

    @property
    def counted(self) -> bool:
        """Whether its own tokenizer counted them."""
        return self.low == self.high

    @property
    def line(self) -> str:
        """What to write into a scenario file, for a call that reads this."""
        if self.counted:
            return f"input_tokens: {self.tokens:_.0f}"
        return f"input_tokens: {self.low:_.0f} to {self.high:_.0f}"


@dataclass(frozen=True, repr=False)
class Samples(Result):
    """A sample of text on several models."""

    characters: int
    content: str
    each: tuple[Sample, ...]

    @property
    def sentence(self) -> str:
        """How long the sample is, what it was taken to be, and how far models are apart."""
        words = f"{count(self.characters)} characters, taken as {self.content}"
        least = min(self.each, key=lambda one: one.tokens)
        most = max(self.each, key=lambda one: one.tokens)
        if least.tokens == most.tokens:
            return f"{words}: {count(least.tokens)} tokens."
        times = most.tokens / least.tokens
        return f"{words}: {most.model} makes {times:.2f} times the tokens of {least.model}."

    def rows(self) -> Table:
        """A row a model: its tokens, the ends of their range, and how they were come by."""
        columns = (
            Column("model"),
            Column("tokens", Form.COUNT),
            Column("from", Form.COUNT),
            Column("to", Form.COUNT),
            Column("how"),
        )
        return Table(
            columns,
            tuple(Row((one.model, one.tokens, one.low, one.high, one.how)) for one in self.each),
        )


def sample_tokens(text: str, models: Iterable[str], content: str = "") -> Samples:
    """Count a text on several models, or estimate where no tokenizer of theirs is installed.

    Parameters
    ----------
    text : the sample. [text]
    models : provider/model, as the price book names them. [names]
    content : what the text is; looked at where it is empty. [name]

    Raises
    ------
    ValueError : no text, or no model.

    Examples
    --------
    >>> found = sample_tokens("The quick brown fox is not that lazy.", ["x-ai/grok-4.5"])
    >>> found.content, found.each[0].counted
    ('english', False)
    """
    names = list(dict.fromkeys(models))
    if not text.strip() or not names:
        raise ValueError("there is no text in it" if names else "name a model at least")
    kind = content or content_of(text)
    return Samples(len(text), kind, tuple(_on(text, name, kind) for name in names))


def _on(text: str, model: str, content: str) -> Sample:
    tokenizer = tokenizer_of(model)
    found = counter(tokenizer.name) if tokenizer is not None else None
    if tokenizer is not None and found is not None:
        tokens = float(found[0](text))
        how = f"counted with {found[1]}"
        if tokenizer.assumed:
            how += f"; {tokenizer.source}"
        return Sample(model, tokens, tokens, tokens, how)
    ratio = convert("characters", model, content)
    ends = (len(text) * ratio.value, len(text) * ratio.low, len(text) * ratio.high)
    return Sample(model, *ends, f"estimated: {ratio.source}")
