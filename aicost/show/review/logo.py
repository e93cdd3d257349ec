"""The logo of a review: a small picture beside the scenario, put into the page whole."""

from __future__ import annotations

import re
import stat
import struct
from base64 import b64encode
from pathlib import Path

from aicost.billing.case import Case
from aicost.scenario.problems import Problem, ScenarioError

MOST_BYTES = 300_000
MOST_PIXELS = 4_000  # a side: a small file may hold a picture that fills a memory
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
#: What an SVG has no need of to be a logo; a browser would run none of it in an `img`.
HOSTILE = re.compile(
    rb"<!(?:doctype|entity)|<\?xml-stylesheet|<script|<foreignobject|<iframe|<image|<use"
    rb"|\son[a-z]+\s*=|javascript:|@import|url\(\s*['\"]?(?!#)|href\s*=\s*['\"]?(?!#|['\"])",
    re.IGNORECASE,
)
REMEDY = "name a PNG, JPEG or plain SVG beside the file, or leave it out"


def logo(case: Case) -> str:
    """The logo of a system as an address that holds it, nothing where none is named.

    Raises ScenarioError where it is no such picture, or larger than a page needs.
    """
    name, path = case.scenario.head.logo, case.scenario.path
    if not name:
        return ""
    found = (path.parent if path else Path()) / name
    try:
        about = found.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _refused(case, f"{name} is no file")
        if about.st_size > MOST_BYTES:
            size = f"{about.st_size / 1_000:,.0f} kB"
            raise _refused(case, f"{name} has {size}, {MOST_BYTES / 1_000:,.0f} at most")
        data = found.read_bytes()
    except OSError as problem:
        raise _refused(case, f"{name}: {(problem.strerror or 'cannot be read').lower()}") from None
    kind, wrong = _kind(data)
    if wrong:
        raise _refused(case, f"{name} {wrong}")
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"


def _kind(data: bytes) -> tuple[str, str]:
    """What kind of picture it is, or what is wrong with it."""
    if data.startswith(PNG):
        whole = data[12:16] == b"IHDR" and len(data) >= 24
        return "image/png", _odd_sides(struct.unpack(">II", data[16:24]) if whole else (0, 0))
    if data.startswith(JPEG):
        return "image/jpeg", _odd_sides(_jpeg_sides(data))
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not re.match(rb"(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", head, re.DOTALL):
        return "", "is no PNG, JPEG or SVG"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return "", "is no SVG in UTF-8"
    found = HOSTILE.search(head)
    what = found[0].decode("utf-8", errors="replace").strip()[:20] if found else ""
    return "image/svg+xml", f"holds {what!r}, which no logo needs" if found else ""


def _odd_sides(sides: tuple[int, int]) -> str:
    if not all(sides):
        return "is broken"
    return f"is {max(sides):,} pixels wide or high" if max(sides) > MOST_PIXELS else ""


def _jpeg_sides(data: bytes) -> tuple[int, int]:
    """Height and width of a JPEG, from the first frame that it holds."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        mark, (length,) = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])
        if mark in {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}:
            high, wide = struct.unpack(">HH", data[at + 5 : at + 9])
            return high, wide
        at += 2 + length
    return 0, 0


def _refused(case: Case, wrong: str) -> ScenarioError:
    path = case.scenario.path
    return ScenarioError([Problem(str(path or case.name), 0, "logo", wrong, REMEDY)])
