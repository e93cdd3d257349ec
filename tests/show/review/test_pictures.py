"""Every picture of a review says what it shows."""

from __future__ import annotations

import re


def test_each_picture_says_what_it_shows(page: str) -> None:
    pictures = re.findall(r"<svg [^>]*>", page)
    assert len(pictures) == 2 * 8
    assert all(re.search(r'role="img" aria-label="[^"]{30,}"', svg) for svg in pictures)
