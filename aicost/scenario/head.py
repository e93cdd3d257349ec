"""What a file says of its review: for whom, by whom, under which logo, who confirms an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD_WORDS = ("client", "author", "logo")


@dataclass(frozen=True)
class Head:
    """Words on the page of a review; none moves a figure.

    `logo` is the name of a picture beside the file; `confirm` says by input who confirms it.
    """

    client: str = ""
    author: str = ""
    logo: str = ""
    confirm: Mapping[str, str] = field(default_factory=dict)
