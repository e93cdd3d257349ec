"""A page fetches nothing, whatever stands in its notes, and nothing on it hides."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browser import browser
from bs4 import BeautifulSoup

from aicost.show.review.shell import POLICY, css_of, finished, notes_html

DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
NOTES = f"""
![a chart](https://example.org/a.png) ![](b.png) ![dot]({DOT})
<img src="https://example.org/c.png"> [a link](https://example.org/d)
<script>document.title = "ran"</script> ![x](javascript:alert(1))
"""


def test_a_picture_of_notes_is_in_them_or_named() -> None:
    html = BeautifulSoup(notes_html(NOTES), "html.parser")
    assert [image["src"] for image in html.select("img")] == [DOT]
    assert html.select("script") == []
    assert "[a picture that is not in this page: a chart]" in html.text
    assert "[a picture that is not in this page: without words]" in html.text
    assert [link["href"] for link in html.select("a")] == ["https://example.org/d"]


def test_a_page_says_what_a_browser_may_do(page: str) -> None:
    soup = BeautifulSoup(page, "html.parser")
    head = list(soup.head.find_all(True))
    assert [head[1]["http-equiv"], head[1]["content"]] == ["Content-Security-Policy", POLICY]
    allowed = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert allowed.pop("img-src") == "data:"
    assert allowed.pop("style-src") == "'unsafe-inline'"
    assert set(allowed.values()) == {"'none'"}
    assert "default-src" in allowed


ELSEWHERE = """
<img src="{0}/img"> <iframe src="{0}/frame"></iframe> <object data="{0}/object"></object>
<embed src="{0}/embed"> <video src="{0}/video"></video> <link rel="stylesheet" href="{0}/css">
<script src="{0}/script"></script> <style>@import "{0}/import"; body {{ background:url({0}/back) }}
@font-face {{ font-family:f; src:url({0}/font) }} p {{ font-family:f }}</style> <p>words</p>
<script>document.title = "ran"</script> <svg><image href="{0}/svg" width="9" height="9"/></svg>
"""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that answers nothing, and what it was asked for."""
    paths: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


def test_a_browser_fetches_nothing_for_a_page(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    """Not even what would come past the reader of notes."""
    here, paths = asked
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    for name, head in (("held", policy), ("free", "")):
        text = f"<!doctype html>{head}<title>as it was</title>{ELSEWHERE.format(here)}"
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    with browser() as open_page:
        tab = open_page(tmp_path / "held.html")
        assert (tab.title(), paths) == ("as it was", [])
        tab = open_page(tmp_path / "free.html")
        assert tab.title() == "ran"
        assert len(paths) > 6


def test_nothing_on_a_page_hides() -> None:
    assert finished("<p>6,31\u202e$ a\x1b[2Jb\r\n</p>") == "<p>6,31[U+202E]$ a[U+001B][2Jb\n</p>"


def test_style_sheets_stand_one_after_the_other() -> None:
    assert css_of("page.css", "chapter.css") == css_of("page.css") + css_of("chapter.css")
