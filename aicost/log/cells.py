"""What a field of a record says, of the type that its column has: text, moments, numbers, flags."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aicost.log.columns import Kind
from aicost.log.layouts import KINDS, Layout, Place, at
from aicost.log.records import FILE_OF, Dug

if TYPE_CHECKING:
    import pandas as pd

#: Said of what is not of its type; never with what stood there, which may be anything.
WRONG: Mapping[Kind, str] = {
    "moment": "is not a moment",
    "text": "is not a text",
    "count": "is not a number",
    "number": "is not a number",
    "flag": "is neither true nor false",
}
YES = ("true", "1", "1.0", "yes", "t")
NO = ("false", "0", "0.0", "no", "f", "none", "null")  # None where LiteLLM asked no cache
#: Numbers from which a moment is in ns, us and ms since 1970; smaller ones are in seconds.
SINCE_1970 = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (0.0, 1e6))
#: How a moment is written, and its offset from UTC where it has one.
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(\.[0-9]{1,9})?)?"
    r" ?(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
EPOCH = datetime(1970, 1, 1)


MARK = "quality"  # one that cannot be read is left out, and its call is a call


def frame_of(dug: Iterable[Dug], layout: Layout, number: int = 0) -> pd.DataFrame:
    """The fields of a file's records as a frame: place, problem, lost_mark, and KINDS."""
    import pandas as pd

    held: dict[str, list[Any]] = {name: [] for name in layout.fields}
    rows, problems, lost = [], list[str | None](), []
    for one in _in_turns(dug) if layout.form == "turns" else dug:
        problem, no_mark = one.problem, False
        for name, places in layout.fields.items():
            value, wrong = cell(one.record, places, KINDS[name])
            held[name].append(value)
            no_mark = no_mark or bool(wrong and name == MARK)
            problem = problem or (f"{name} {wrong}" if wrong and name != MARK else "")
        rows.append(number * FILE_OF + one.row)
        problems.append(problem or None)
        lost.append(int(no_mark))
    own = {"place": rows, "problem": problems, "lost_mark": lost}
    frame = pd.DataFrame({**own, **held}, dtype=object)
    types = {name: TYPES[kind] for name, kind in KINDS.items()}
    frame = frame.reindex(columns=[*own, *KINDS])
    return frame.astype({"place": "int64", "problem": "string", "lost_mark": "int64", **types})


#: What DuckDB trims: the spaces of Unicode (its class Zs), but no tabs and no ends of lines.
BLANKS = " \u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
TYPES: Mapping[Kind, str] = {
    "moment": "datetime64[us]",
    "text": "string",
    "count": "Float64",
    "number": "Float64",
    "flag": "boolean",
}


def cell(record: Any, places: tuple[Place, ...], kind: Kind) -> tuple[Any, str]:
    """A field of a record and what is wrong with it: the first of its places that says something.

    >>> cell({"took": "1500"}, (Place(("took",), "ms"),), "number")
    (1.5, '')
    """
    for place in places:
        if place.constant is not None:
            return place.constant, ""
        said = at(record, place.path)
        text = "" if said is None or isinstance(said, dict | list) else str(said).strip(BLANKS)
        if text and text[:1] not in ("{", "["):
            value = READ[kind](text)
            if value is None:
                return None, WRONG[kind]
            return (value * place.factor if place.factor != 1.0 else value), ""
    return None, ""


def moment(text: str) -> datetime | None:
    """A moment in UTC, without a zone: ISO 8601, or a number since 1970.

    >>> moment("2026-11-02T09:00:00+01:00"), moment("1793606400000")
    (datetime.datetime(2026, 11, 2, 8, 0), datetime.datetime(2026, 11, 2, 8, 0))
    """
    found = number(text)
    try:
        if found is not None:
            scale = next(scale for least, scale in SINCE_1970 if abs(found) >= least)
            return EPOCH + timedelta(microseconds=round(found * scale))
        said = MOMENT.fullmatch(text)
        if said is None:
            return None
        day, time, part, offset = said.groups(default="")
        zone = offset.replace("UTC", "Z") or "Z"
        at_zone = datetime.fromisoformat(f"{day}T{time or '00:00'}{part}{zone}")
        return at_zone.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def number(text: str) -> float | None:
    """A finite number of digits, with a point where it has one.

    >>> number("12.5"), number("1e400"), number("1,000")
    (12.5, None, None)
    """
    value = float(text) if PLAIN.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None


def flag(text: str) -> bool | None:
    """Whether a text says yes, or no.

    >>> flag("True"), flag("0"), flag("maybe")
    (True, False, None)
    """
    said = text.lower()
    return True if said in YES else False if said in NO else None


READ: Mapping[Kind, Callable[[str], Any]] = {
    "moment": moment,
    "text": str,
    "count": number,
    "number": number,
    "flag": flag,
}


def _in_turns(dug: Iterable[Dug]) -> Iterator[Dug]:
    """Yield records of a session with what was said before them of all that follow.

    A rollout tells the model once for many calls, and the tokens of one call several times: what it
    has counted up to there is the call's name.
    """
    held: dict[str, Any] = {}
    names = {"turn_context": "context", "session_meta": "meta"}
    for one in dug:
        said = at(one.record, ("type",))
        if said in names:
            held[names[said]] = at(one.record, ("payload",))
        session = at(held, ("meta", "id"))
        total = at(one.record, ("payload", "info", "total_token_usage", "total_tokens"))
        if total is not None:
            counted = {"call": f"{session} {total}", "session": session}
            one = one._replace(record={**one.record, **held, **counted})
        yield one
