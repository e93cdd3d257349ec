"""How a result is shown: as text it fits a screen, in a notebook nothing of it is markup."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from aicost.values.formatting import set_in_type
from aicost.values.result import SCREEN, Result
from aicost.values.table import Column, Form, Row, Table, table
from aicost.values.text_table import WIDTH
from aicost.values.visible import visible

COLUMNS = (Column("n", Form.COUNT), Column("line"), Column("a month", Form.CENTS), Column("why"))
WORDS = st.lists(st.text("abcé-/.<&", min_size=1, max_size=12), max_size=12).map(" ".join)
#: What a file may have in it: markup, quotes, and what stands outside ASCII.
HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "</td></table></div>",
            "&lt;b&gt; &amp;",
            "<details open>",
            "<!--",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20),
)


@dataclass(frozen=True, repr=False)
class Found(Result):
    """A result of any sentence and table."""

    said: str
    whole: Table

    @property
    def sentence(self) -> str:
        return self.said

    def rows(self) -> Table:
        return self.whole


def results(words: st.SearchStrategy[str], most: int = 60) -> st.SearchStrategy[Found]:
    """Return results with rows of every role, folded and not, and with notes."""
    cells = st.tuples(st.integers(0, 10**6), words, st.floats(-1e6, 1e6), words)
    roles = st.sampled_from(["line", "head", "sum"])
    making = st.lists(words, max_size=2).map(tuple)
    rows = st.lists(st.builds(Row, cells, making, roles), max_size=most)
    tables = st.builds(
        lambda rows, notes: replace(table(COLUMNS, rows), notes=tuple(notes)),
        rows,
        st.lists(words.filter(str.strip), max_size=2),
    )
    return st.builds(Found, words.filter(str.strip), tables)


class Reader(HTMLParser):
    """What a browser would have: elements with their attributes, and the text inside some."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {
            tag: [] for tag in ("th", "td", "p", "summary", "small")
        }
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.handle_data("\n")
            return
        self.open.append(tag)
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inner = next((tag for tag in reversed(self.open) if tag in self.texts), "")
        for tag in {"summary": ["summary", "td"]}.get(inner, [inner] if inner else []):
            self.texts[tag][-1] += data

    def styles(self, tag: str) -> list[str]:
        """Return how each element of a tag is to look."""
        return [str(attrs.get("style")) for name, attrs in self.tags if name == tag]


def seen(texts: Iterable[str]) -> list[str]:
    """Return texts as they are shown, with true minus signs and plain blanks."""
    return [visible(set_in_type(text)).replace("\u00a0", " ") for text in texts]


# ---- as text


@given(results(WORDS))
def test_text_fits_a_screen(found: Found) -> None:
    lines = repr(found).splitlines()
    assert max(map(len, lines)) <= WIDTH
    beside = Found(found.said, replace(found.whole, rows=()))
    assert len(lines) <= SCREEN + len(repr(beside).splitlines())


@given(results(WORDS.filter(lambda words: "…" not in words), most=12))
def test_a_small_table_is_shown_whole(found: Found) -> None:
    words = repr(found).split()
    every = [found.said, *(column.name for column in COLUMNS), *found.whole.notes]
    every += [text for texts in found.whole.texts() for text in texts]
    if ".rows()" not in words:
        assert sorted(words) == sorted(" ".join(every).split())


def test_a_table_of_a_whole_screen_is_not_cut() -> None:
    rows = [(str(i),) for i in range(SCREEN)]
    assert len(repr(Found("", table(["users"], rows[1:]))).splitlines()) == SCREEN
    *shown, last = repr(Found("", table(["users"], rows))).splitlines()
    assert len(shown) == SCREEN
    assert last.startswith("  … and 1 more line;")


def test_what_does_not_fit_is_counted() -> None:
    rows = [(i, f"line {i}", 1.0, "") for i in range(1, 101)]
    lines = repr(Found("All.", table(COLUMNS, rows))).splitlines()
    shown = [line for line in lines if "$1.00" in line]
    assert lines[-1] == f"  … and {100 - len(shown)} more lines; .rows() has them all"
    assert len(shown) == SCREEN - 1  # below the headings


def test_without_a_sentence_the_table_stands_alone() -> None:
    alone = Found("", table(["users"], [("100",)]))
    assert repr(alone) == "  users\n  100"
    assert "<p" not in alone._repr_html_()


# ---- in a notebook


@given(results(HOSTILE, most=6))
def test_nothing_of_a_result_is_markup(found: Found) -> None:
    """Whatever stands in a file is text to a browser, and all of it is there."""
    read = Reader(found._repr_html_())
    assert read.open == []
    known = {"div", "p", "table", "thead", "tbody", "tr", "th", "td"}
    assert {tag for tag, _ in read.tags} <= known | {"details", "summary", "small", "br"}
    assert {name for _, attrs in read.tags for name in attrs} <= {"class", "style"}
    assert read.texts["th"] == [column.name for column in COLUMNS]
    texts = [text for texts in found.whole.texts() for text in texts]
    assert seen(read.texts["td"]) == seen(texts)
    assert seen(read.texts["p"]) == seen([found.said, *found.whole.notes])


@given(results(HOSTILE, most=6))
def test_a_row_unfolds_to_what_it_is_made_of(found: Found) -> None:
    read = Reader(found._repr_html_())
    made = [row for row in found.whole.rows if row.making]
    assert seen(read.texts["small"]) == seen("\n".join(row.making) for row in made)
    pairs = zip(found.whole.rows, found.whole.texts(), strict=True)
    folded = [texts[1] or texts[3] or texts[0] for row, texts in pairs if row.making]
    assert seen(read.texts["summary"]) == seen(folded)


@given(results(WORDS, most=6))
def test_numbers_stand_to_the_right_and_sums_are_bold(found: Found) -> None:
    read = Reader(found._repr_html_())
    looks = [*read.styles("th"), *read.styles("td")]
    sides = ["right" in look for look in looks]
    assert sides == [True, False, True, False] * (len(found.whole.rows) + 1)
    bold = ["600" in look for look in read.styles("td")]
    assert bold == [row.role != "line" for row in found.whole.rows for _ in COLUMNS]


def test_dollars_are_no_formula_and_colours_are_those_of_the_notebook() -> None:
    """Two dollar signs would set what stands between them as mathematics."""
    shown = Found("$1 and $2.", table(["a"], [("$3",)]))._repr_html_()
    outer = Reader(shown).tags[0]
    assert outer[0] == "div"
    assert {"tex2jax_ignore", "mathjax_ignore"} <= set(str(outer[1]["class"]).split())
    assert "color" not in shown


def test_a_number_stays_with_its_unit() -> None:
    read = Reader(Found("", table(["a"], [("takes 12.5 s",)]))._repr_html_())
    assert read.texts["td"] == ["takes 12.5\u00a0s"]
