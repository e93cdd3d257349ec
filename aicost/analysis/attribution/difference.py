"""One input that differs between two scenarios, and several as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One input that differs, by the keys that are switched together.

    `numeric` marks numbers on both sides, which an array can switch; `words` are the label where
    several inputs are one, and `parts` theirs.
    """

    keys: tuple[str, ...]
    group: str
    name: str
    before: str
    after: str
    numeric: bool
    words: str = ""
    parts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return it in plain words: what, from what, to what."""
        if self.words:
            return self.words
        if not self.before:
            return f"{self.name}: {self.after}"
        return f"{self.name} {self.before} → {self.after}"


def united(changes: Sequence[Difference]) -> Difference:
    """Several changes as one input.

    >>> one, two = (Difference((k,), "people", f"people: {k}", "2", "3", True) for k in ("a", "b"))
    >>> united([one, two]).name, united([one, two]).label
    ('people: a, b', 'people: a 2 → 3, b 2 → 3')
    """
    if len(changes) == 1:
        return changes[0]
    first, keys = changes[0], tuple(key for change in changes for key in change.keys)
    numeric = all(change.numeric for change in changes)
    head = f"{first.name.rpartition(': ')[0]}: "
    if head == ": " or not all(c.before and c.name.startswith(head) for c in changes):
        head = ""
    return Difference(
        keys,
        first.group,
        head + ", ".join(c.name.removeprefix(head) for c in changes),
        ", ".join(c.before or "none" for c in changes),
        ", ".join(c.after for c in changes),
        numeric,
        head + ", ".join(c.label.removeprefix(head) for c in changes),
        tuple(part for c in changes for part in c.parts or (c.label,)),
    )
