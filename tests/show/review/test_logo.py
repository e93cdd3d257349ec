"""A logo is a small, plain picture beside the file, and is put into the page whole."""

from __future__ import annotations

import os
import struct
from base64 import b64decode
from pathlib import Path

import pytest

from aicost.billing.case import Case, load
from aicost.scenario.problems import ScenarioError
from aicost.show.review.logo import MOST_BYTES, PNG, logo
from aicost.show.review.page import review

TEXT = "traffic: {{requests_per_month: 9}}\nother: {{api: {{per_request: 20}}}}\nlogo: {}\n"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def png(width: int, height: int) -> bytes:
    return PNG + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\0" * 9


def jpeg(width: int, height: int) -> bytes:
    frame = b"\xff\xc0" + struct.pack(">HBHH", 11, 8, height, width) + b"\0" * 4
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"\0\0" + frame


def case(folder: Path, name: str, data: bytes | None) -> Case:
    if data is not None:
        (folder / name).write_bytes(data)
    file = folder / "a.yaml"
    file.write_text(TEXT.format(name), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", png(10, 20), "image/png"),
        ("a.jpg", jpeg(10, 20), "image/jpeg"),
        ("a.svg", SVG, "image/svg+xml"),
        ("a.svg", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->' + SVG, "image/svg+xml"),
    ],
)
def test_a_picture_is_put_in_whole(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    made = logo(case(tmp_path, name, data))
    assert made.startswith(f"data:{kind};base64,")
    assert b64decode(made.partition(",")[2]) == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "no such file"),
        (b"GIF89a", "is no PNG, JPEG or SVG"),
        (PNG, "is broken"),
        (png(9, 9)[:20], "is broken"),
        (png(99_999, 5), "is 99,999 pixels wide or high"),
        (jpeg(5, 9_000), "is 9,000 pixels wide or high"),
        (b"\xff\xd8\xff\xe0\x00", "is broken"),
        (png(9, 9) + b"0" * MOST_BYTES, "has 300 kB, 300 at most"),
        (b"<svg><script>alert(1)</script></svg>", "'<script'"),
        (b"<svg onload='x()'></svg>", "'onload='"),
        (b"<svg><a href='javascript:x()'/></svg>", "which no logo needs"),
        (b"<svg><image href='http://x/y.png'/></svg>", "'<image'"),
        (b"<svg><style>a{fill:url(http://x)}</style></svg>", "'url('"),
        (b"<svg><foreignObject/></svg>", "which no logo needs"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "is no PNG, JPEG or SVG"),
        (b'<?xml version="1.0"?><svg><!ENTITY a "b"></svg>', "'<!ENTITY'"),
        (b"<svg>\xff</svg>", "is no SVG in UTF-8"),
    ],
)
def test_what_is_none_is_one_line(tmp_path: Path, data: bytes | None, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        logo(case(tmp_path, "a.svg", data))
    (line,) = str(caught.value).splitlines()
    assert said in line
    assert "logo: a.svg" in line
    assert line.endswith("or leave it out")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ScenarioError, match=r"a\.png is no file"):
        logo(case(tmp_path, "a.png", None))


def test_it_stands_on_the_page_with_client_and_author(tmp_path: Path) -> None:
    system = case(tmp_path, "a.svg", SVG)
    file = tmp_path / "a.yaml"
    words = 'client: "R & <b>F</b>"\nauthor: A. Partner\n'
    file.write_text(file.read_text(encoding="utf-8") + words, encoding="utf-8")
    text = review(load(file), out=tmp_path / "out").page.read_text(encoding="utf-8")
    assert f'<img class="logo" src="{logo(system)}" alt="R &amp; &lt;b&gt;F&lt;/b&gt;">' in text
    assert "for R &amp; &lt;b&gt;F&lt;/b&gt; · by A. Partner · " in text
    assert "<b>F" not in text
