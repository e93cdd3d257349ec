"""The way from one bill to another as text: a line an input, each with a bar of characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from aicost.analysis.attribution.bridge import Bridge
from aicost.values.formatting import money, signed, times
from aicost.values.text_table import grid, paragraph

WIDE = 26  # characters of the larger bill
PLAIN = str.maketrans({"→": "to", "−": "-"})  # what every terminal can show


def bridge_text(bridge: Bridge, names: Sequence[str]) -> str:
    """Both bills and, between them, what each input that differs makes of it."""
    heights = list(accumulate((bar.usd for bar in bridge.bars), initial=bridge.before))
    least, most = min(0.0, *heights), max(heights)

    def drawn(low: float, high: float, sign: str) -> str:
        """A bar from one height to another; the smallest is one character."""
        if low == high or least == most:
            return ""
        start, end = (round(WIDE * (x - least) / (most - least)) for x in sorted((low, high)))
        return " " * min(start, WIDE - 1) + sign * max(1, end - start)

    rows: list[Sequence[str] | str] = [
        [names[0], money(bridge.before), drawn(0.0, bridge.before, "=")],
        "",
    ]
    for bar, (low, high) in zip(bridge.bars, pairwise(heights), strict=True):
        sign = "+" if bar.usd >= 0 else "-"
        cells = (bar.label, signed(bar.usd))
        rows.append([*(cell.translate(PLAIN) for cell in cells), drawn(low, high, sign)])
    rows += [""] if bridge.bars else []
    rows.append([names[1], money(bridge.after), drawn(0.0, bridge.after, "=")])
    notes = "\n\n".join(paragraph(note.translate(PLAIN)) for note in _notes(bridge))
    return f"{grid(rows, 'lrl', (0,))}\n\n{notes}"


def _notes(bridge: Bridge) -> Iterator[str]:
    """Yield what stands behind bars of several inputs, what costs nothing, and the difference."""
    for bar in bridge.bars:
        if bar.inside:
            yield f"{bar.group}: {'; '.join(bar.inside)}"
    if bridge.neutral:
        yield f"without effect on the bill: {'; '.join(bridge.neutral)}"
    if bridge.note:
        yield bridge.note
    if not bridge.bars:
        yield "Nothing that is billed differs."
        return
    word = "more" if bridge.difference >= 0 else "less"
    ratio = f", {times(bridge.after / bridge.before)} times as much" if bridge.before > 0 else ""
    yield f"{money(abs(bridge.difference))} a month {word}{ratio}."
