"""`aicost tokens`: how many tokens a text of the client's own is, model by model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.book.tokenizers import CONTENTS
from aicost.cli.common import Refused, refusing, say
from aicost.values.formatting import count
from aicost.values.suggest import instead
from aicost.values.text_table import grid, paragraph

MOST_BYTES = 2_000_000  # four hundred pages: more says no more about how a text is cut


def tokens(
    file: Annotated[
        Path, typer.Argument(metavar="TEXTFILE", show_default=False, help="Text of the client's.")
    ],
    models: Annotated[
        list[str],
        typer.Option(metavar="A,B", help="provider/model, several with commas; may be repeated."),
    ],
    content: Annotated[
        str, typer.Option(metavar="KIND", help="What the text is, if not what it looks like.")
    ] = "",
) -> None:
    """Count the tokens of a text, or estimate them where no tokenizer is installed."""
    from aicost.analysis.token_sample import content_of, sample_tokens

    if content and content not in CONTENTS:
        raise Refused(f"--content {content}: no such kind of text; {instead(content, CONTENTS)}")
    names = [name.strip() for part in models for name in part.split(",") if name.strip()]
    text = text_of(file)
    with refusing(ValueError, before=f"{file}: "):
        found = sample_tokens(text, names, content or content_of(text, file.name))
    rows = [["model", "tokens", "", "how"]]
    for one in found.each:
        ends = "" if one.counted else f"{count(one.low)} to {count(one.high)}"
        rows.append([one.model, count(one.tokens), ends, one.how])
    say(f"{paragraph(found.sentence)}\n\n{grid(rows, 'lrll', (3,))}\n")
    say("For a call that reads this text, in the scenario file:")
    for one in found.each:
        say(f"  {one.line}   # {one.model}")
    if not all(one.counted for one in found.each):
        say("\nTo count more of them: pip install 'aicost-kit[local]'")


def text_of(file: Path) -> str:
    """The text of a file. Raises Refused where it is none, too long, or in another encoding."""
    size = file.stat().st_size
    if not file.is_file():
        raise Refused(f"{file}: it is no file on a disk; name one with a text in it")
    if size > MOST_BYTES:
        raise Refused(
            f"{file}: {size / 1e6:,.0f} MB; cut a sample of at most {MOST_BYTES / 1e6:.0f} MB out"
        )
    raw = file.read_bytes()
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in raw:
        raise Refused(f"{file}: it is no text; save what is in it as plain text (.txt)")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise Refused(f"{file}:{line}: it is not UTF-8; save the file as UTF-8") from None
