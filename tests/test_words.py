"""Words that readers stumbled over, and claims that nobody had a source for, are in no text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from notebook_run import NOTEBOOKS
from places import PACKAGE, ROOT

#: What is stiff or no English, each as a pattern.
STIFF = [
    r"dear(?<![a-z]dear)(er|est)?(?![a-z])",
    r"hold (it|them|this|that|these|those|its numbers) against",
    r"how near",
    r"does hardly",
    r"order turns",
    r"half a right angle",
    r"has a making",
    r"who misses the",
    r"for who takes",
    r"people, here",
    r"1 seats(?<![\d.,]1 seats)",
    r"it is no end found",
]
#: Said of all providers, with no source beside it.
UNSOURCED = [r"providers retire", r"will be retired"]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data" / "README.md"]
CODE = [*PACKAGE.rglob("*.py"), *ROOT.glob("notebooks/solutions/*.py")]


def told(path: Path) -> str:
    """Return all that a file says: of a notebook its cells, and what is stored below them."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    stored = [str(out) for cell in cells for out in cell.get("outputs", ())]
    return "\n".join([*("".join(cell["source"]) for cell in cells), *stored])


def stiff(text: str, patterns: list[str]) -> Iterator[str]:
    """Yield the words of a text that are among the patterns, with what stands around them."""
    flat = " ".join(text.lower().split())
    for found in (found for pattern in patterns for found in re.finditer(pattern, flat)):
        yield flat[max(0, found.start() - 40) : found.end() + 40]


def test_no_text_is_stiff() -> None:
    found = [
        f"{path.name}: {words}"
        for path in (*NOTEBOOKS, *PAGES, *CODE)
        for words in stiff(told(path), STIFF)
    ]
    assert found == []


def test_no_notebook_claims_of_all_providers_what_has_no_source() -> None:
    found = [f"{p.name}: {words}" for p in NOTEBOOKS for words in stiff(told(p), UNSOURCED)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "The dearest\ntenth",
        "dearest_call(case)",
        "Hold it against others",
        "the count does hardly grow",
        "How near were you?",
        "a stage for who takes it",
        "1 seats",
    ],
)
def test_a_stiff_word_is_found(text: str) -> None:
    assert len([*stiff(text, STIFF)]) == 1
    assert not [*stiff("In 21 seats nobody hears a nearby deal; Models retire.", STIFF + UNSOURCED)]
