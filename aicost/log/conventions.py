"""Whether input holds what a cache read, and output what was thought: declared, and seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw

from aicost.log.layouts import Layout, Side

#: The share of rows above which they, not their source, say where a part is counted: one broken
#: row in a hundred turns none of the others.
TELLING = 0.02


@dataclass(frozen=True, slots=True)
class Convention:
    """Where a source counts a part of its tokens: as it declares, and as its rows show."""

    part: str
    whole: str
    declared: Side
    otherwise: tuple[str, ...] = ()  # providers whose rows show the other side
    rows: int = 0
    agree: int = 0
    against: int = 0

    def apart(self, whole: str, part: nw.Expr) -> nw.Expr:
        """What a whole is without its part, where that is inside it."""
        inside, beside = nw.col(whole) - part, nw.col(whole)
        usual, turned = (inside, beside) if self.declared == "inside" else (beside, inside)
        if not self.otherwise:
            return usual
        of = nw.col("provider").fill_null("").is_in(self.otherwise)
        return nw.when(of).then(turned).otherwise(usual)

    @property
    def sentence(self) -> str:
        """What was declared, and whether the rows agree; nothing where no row has the part."""
        if not self.rows:
            return ""
        words = f"Declared: its {self.whole} has {self.part} {self.declared} it."
        if self.otherwise:
            other = "beside" if self.declared == "inside" else "inside"
            of = ", ".join(filter(None, self.otherwise)) or "no named provider"
            return f"{words} The rows of {of} show it {other}, and are read so."
        if self.agree or self.against:
            shown = f"{self.agree:,} show it so, {self.against:,} otherwise"
            return f"{words} Rows with some: {self.rows:,}; {shown}."
        return f"{words} Rows with some: {self.rows:,}; none shows whether it is so."


def conventions(every: nw.LazyFrame[Any], layout: Layout) -> tuple[Convention, Convention]:
    """Where cache and thinking are counted, by what the rows of each provider show.

    What a cache read and wrote is beside the input where it is more than that, and where a total is
    the sum of both; it is inside where input and output alone make the total. Thinking likewise.
    """
    cached = Convention("what a cache read and wrote", "input", layout.cached)
    thought = Convention("what was thought", "output", layout.thought)
    marks = every.filter(nw.col("problem").is_null()).select(
        provider=nw.col("provider").fill_null(""),
        whole=nw.col("input_tokens"),
        seen=nw.col("output_tokens"),
        cached=_sum("cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
        thought=_sum("thinking_tokens"),
        more=nw.col("total_tokens") - nw.col("input_tokens") - nw.col("output_tokens"),
    )
    shown = marks.select(
        "provider",
        *_shown("cached", "thought", "whole"),
        *_shown("thought", "cached", "seen"),
    )
    names = [f"{part}_{what}" for part in ("cached", "thought") for what in ("rows", "in", "out")]
    found = shown.group_by("provider").agg(*(nw.col(name).sum() for name in names))
    rows = found.collect(backend="pandas").to_native().sort_values("provider").to_dict("records")
    return _told(cached, "cached", rows), _told(thought, "thought", rows)


def _sum(*names: str) -> nw.Expr:
    first, *rest = (nw.col(name).fill_null(0) for name in names)
    return sum(rest, start=first)


def _shown(part: str, other: str, whole: str) -> list[nw.Expr]:
    """Rows with a part, those of them that show it inside its whole, those that show it beside."""
    own, rest, more = nw.col(part), nw.col(other), nw.col("more")
    some = (own > 0) & ~nw.col(whole).is_null()
    inside = (more == 0) | ((more == rest) & (more != own))
    beside = (own > nw.col(whole)) | ((more == own) & (more != rest)) | (more == own + rest)
    found = {"rows": some, "in": some & inside.fill_null(False)}
    found["out"] = some & beside.fill_null(False) & ~inside.fill_null(False)
    return [
        mark.fill_null(False).cast(nw.Int64()).alias(f"{part}_{name}")
        for name, mark in found.items()
    ]


def _told(one: Convention, part: str, rows: list[dict[str, Any]]) -> Convention:
    """A convention with what the rows of each provider show."""
    sides = ("in", "out") if one.declared == "inside" else ("out", "in")
    turned, total, agree, against = [], 0, 0, 0
    for row in rows:
        some, same, other = (int(row[f"{part}_{name}"]) for name in ("rows", *sides))
        total, agree, against = total + some, agree + same, against + other
        if other > max(TELLING * some, same):
            turned.append(row["provider"])
    return Convention(one.part, one.whole, one.declared, tuple(turned), total, agree, against)
