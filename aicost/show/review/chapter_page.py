"""An executed notebook as a page: prose and results first, its code folded away, no internet."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_output
from traitlets.config import Config

from aicost.show.review.shell import HERE, POLICY, css_of, finished, notes_html

PARAMETERS, INJECTED, LESSON = "parameters", "injected-parameters", "lesson"
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
#: What is shown of an output, the best first.
SHOWN = (*PICTURES, "text/html", "text/markdown", "text/plain")
#: How `say` writes a dollar, for readers of Markdown that take two of them for a formula.
DOLLAR = "<span>&#36;</span>"
CONTROLS = "*The notebook has controls here; open it to move them.*"
#: What a reader of a page has no use for: how a notebook is set and run.
OF_PARAMETERS = "The cell above "
OF_CELLS = re.compile(r"cell of parameters|\bcells? (above|below)\b|\bnext cells?\b|\brun all\b")
#: A table's cell that is read as a figure: $1,234 · 43 % · < 0.5 · 3.1 s · 4 min 40 s · nothing.
FIGURE = re.compile(r"[-−+<>~$€£ ]*(\d[\d.,]*\s*[^\s\d]{0,3}|\d+ (min|h) \d+ (s|min))|NaN|[–—-]?")


def chapter_page(
    book: Any, *, path: Path, title: str, siblings: Sequence[str], error: str | None
) -> str:
    """The page of an executed notebook; `siblings` are the stems of pages beside it."""
    given = book.metadata.papermill["parameters"]
    hide = _hiding([*(str(v) for v in given.values()), str(path.resolve())])
    book.cells = list(_joined(book.cells))
    for cell in book.cells:
        cell.source = hide(cell.source)
        if cell.cell_type == "markdown":
            cell.source = _for_a_client(_linked(cell.source, siblings))
        whole = _whole_streams(cell.get("outputs", ()))
        cell["outputs"] = [o for output in whole for o in _shown(output, hide)]
    made_with = ", ".join(f"{name} {hide(str(value))}" for name, value in given.items())
    about = {
        "title": title,
        "notebook": path.name,
        "made_with": made_with or "what the notebook says",
        "error": hide(error) if error else None,
        "policy": POLICY,
        "css": css_of("page.css", "chapter.css"),
    }
    beside = {"path": str(path.resolve().parent)}  # where pictures of the prose are looked for
    html, _ = _exporter().from_notebook_node(book, {"chapter": about, "metadata": beside})
    return finished(html)


def heading(book: Any) -> str:
    """A notebook's first heading in plain words, or nothing."""
    prose = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    heading = re.search(r"^#{1,6}\s+(.+?)\s*#*$", prose, re.MULTILINE)
    return re.sub(r"[*`]|\\(?=\W)", "", heading[1]) if heading else ""


def _joined(cells: Sequence[Any]) -> list[Any]:
    """The cells of a page; code that shows nothing stands together with what it leads to.

    So do a notebook's own parameters and, below them, what was set from outside.
    """
    joined: list[Any] = []
    for cell in cells:
        last = joined[-1] if joined else None
        if LESSON in cell.metadata.tags:
            continue
        if last and _leads_to(last, cell):
            cell.source = f"{last.source}\n\n{cell.source}".strip()
            cell.metadata.tags = last.metadata.tags
            joined.pop()
        joined.append(cell)
    return joined


def _leads_to(last: Any, cell: Any) -> bool:
    """Say whether two neighbours are one piece of code to a reader."""
    if last.cell_type != "code" or cell.cell_type != "code" or last.outputs:
        return False
    return INJECTED in cell.metadata.tags or PARAMETERS not in last.metadata.tags


def _whole_streams(outputs: Sequence[Any]) -> Iterator[Any]:
    """Yield outputs, each text that was printed in one piece: a kernel splits it by the clock."""
    for is_stream, several in groupby(outputs, lambda output: output.output_type == "stream"):
        if not is_stream:
            yield from several
            continue
        printed = list(several)
        for name in ("stdout", "stderr"):
            if text := "".join(output.text for output in printed if output.name == name):
                yield new_output("stream", name=name, text=text)  # type: ignore[no-untyped-call]


def _shown(output: Any, hide: Callable[[str], str]) -> Iterator[Any]:
    """Yield what a page can show of an output; an error stands at the page's head already."""
    if output.output_type == "stream":
        output.text = hide(output.text)
        yield output
    elif output.output_type in ("display_data", "execute_result"):
        live = WIDGET in output.data
        data = _readable(output.data)
        best = next((kind for kind in SHOWN if kind in data), None)
        if best:
            body = data[best] if best in PICTURES[1:] else hide(data[best])
            body = body.replace(DOLLAR, "$") if best == "text/markdown" else body
            output.data = {best: _aligned(body) if best == "text/html" else body}
            output.metadata["alt"] = hide(_alt(data))
            yield output
        if live:
            yield new_output("display_data", data={"text/markdown": CONTROLS})  # type: ignore[no-untyped-call]


def _readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """An output without what needs a running notebook or a script, where that can be."""
    shown = {kind: value for kind, value in data.items() if kind in SHOWN}
    if WIDGET in data:  # whose text is a Python object's
        return {kind: value for kind, value in shown.items() if kind in PICTURES}
    if "<script" in shown.get("text/html", "") and len(shown) > 1:
        del shown["text/html"]
    return shown


def _aligned(html: str) -> str:
    """A frame's table in the page's style: figures to the right, no lines of its own."""
    soup = BeautifulSoup(html, "html.parser")
    for table in soup.select("table.dataframe"):
        for style in table.find_previous_siblings("style"):
            style.decompose()
        for tag in (table, *table.select("tr[style]")):
            del tag["border"], tag["style"]
        rows = [row.select("th, td") for row in table.select("tr")]
        if len({len(row) for row in rows}) > 1:  # cells that span several columns
            continue
        _name_first_columns(table, rows)
        counted = [str(row[0]) for row in rows[1:]]
        if not rows[0][0].text and counted == [f"<th>{i}</th>" for i in range(len(counted))]:
            for row in rows:  # numbers that only count the rows
                row.pop(0).decompose()
        for cells in zip(*rows, strict=True):
            body = [cell for cell in cells if cell.name == "td"]
            if body and all(FIGURE.fullmatch(cell.get_text(strip=True)) for cell in body):
                for cell in cells:
                    cell["class"] = "n"
    for head in soup.select("th"):
        if not head.get_text(strip=True):
            head.name = "td"  # an empty heading is read out as one
    return str(soup)


def _name_first_columns(table: Any, rows: list[Any]) -> None:
    """Put the names of a frame's index, a heading of their own, beside those of its columns."""
    if len(table.select("thead tr")) != 2:
        return
    pairs = list(zip(*rows[:2], strict=True))
    if all(not above.text or not below.text for above, below in pairs):
        for above, below in pairs:
            above.string = above.text or below.text
        rows.pop(1)[0].parent.decompose()


def _alt(data: Mapping[str, Any]) -> str:
    """The words that stand for a picture: those it has in itself, else its text, if it has any."""
    own = re.search(r'^<svg\b[^>]* aria-label="([^"]+)"', data.get("image/svg+xml", ""))
    words = unescape(own[1]) if own else data.get("text/plain", "")
    return "a picture without a description" if not words or words.startswith("<") else words


def _linked(source: str, siblings: Sequence[str]) -> str:
    """Turn links between notebooks into links between pages, to others into their words."""

    def page(link: re.Match[str]) -> str:
        words, stem = link.groups()
        return f"[{words}]({stem}.html)" if stem in siblings else words

    return re.sub(r"\[([^\]]*)\]\((?:\./)?([\w-]+)\.ipynb[^)]*\)", page, source)


def _for_a_client(source: str) -> str:
    """Prose for somebody who reads a page and runs nothing: what is said of cells is left out."""
    parts = re.split(r"(```.*?```|\n\s*\n)", source, flags=re.DOTALL)
    kept = (part if part.startswith("```") else _unsaid(part) for part in parts)
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()


def _unsaid(part: str) -> str:
    if part.startswith(OF_PARAMETERS):
        return ""
    said = re.split(r"(?<=[.!?])(\s+)", part)
    pairs = zip(said[::2], [*said[1::2], ""], strict=True)
    part = "".join(words + blank for words, blank in pairs if not OF_CELLS.search(words))
    part = re.sub(r"\b([Tt]his|[Nn]ext) notebook\b", r"\1 chapter", part)
    return re.sub(r"\bNotebook (\d\d)\b", r"Chapter \1", part.replace("your client", "the client"))


def _hiding(files: Sequence[str]) -> Callable[[str], str]:
    """What cuts the paths of this machine in a text down to the names of files."""
    whole = [Path(f) for f in files if Path(f).is_absolute()]
    roots = [Path.cwd(), Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix)]
    roots += [HERE.parents[2], *(f.parent for f in whole)]
    spelt = {w: p.name for p in [*whole, *roots] if p.name for w in _spellings(p)}
    longest = "|".join(re.escape(w) for w in sorted(spelt, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({longest})((?:[/\\]+[\w.@+-]+)*)")

    def hide(text: str) -> str:
        return pattern.sub(lambda m: re.split(r"[/\\]", m[2])[-1] if m[2] else spelt[m[1]], text)

    return hide


def _spellings(path: Path) -> set[str]:
    """A path as written plainly, with forward strokes, and inside a quoted string."""
    return {str(path), path.as_posix(), str(path).replace("\\", "\\\\")}


@cache
def _exporter() -> HTMLExporter:
    """The exporter of all chapters, with a template of our own: nothing is fetched."""
    return HTMLExporter(  # type: ignore[no-untyped-call]
        config=Config(NbConvertBase={"display_data_priority": list(SHOWN)}),
        template_name="basic",
        template_file=str(HERE / "chapter.html.j2"),
        embed_images=True,
        exclude_anchor_links=True,
        filters={"notes_html": notes_html},
    )
