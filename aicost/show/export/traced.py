"""A number that remembers how it was made, so that a sheet can make it again.

A bill is worked out once on such numbers in place of plain ones. What comes out is the same
arithmetic as a tree: inputs at its leaves, an operation at every branch. Where the kit leaves
arithmetic (a search, a table of sizes) the trail ends in a plain number, and where a comparison
decides it is kept in `decided`. Whether a tree follows an input is tried against the kit, in
`tried`, and never taken from the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from scipy.special import ndtr

#: Operations that a sheet has, too, by what NumPy calls them.
OPERATIONS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        *(np.add, np.subtract, np.multiply, np.divide, np.power, np.negative, np.absolute),
        *(np.exp, np.log, np.sqrt, np.square, np.ceil, np.floor, np.minimum, np.maximum),
        *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
        *(np.logical_and, np.logical_or, ndtr, np.where),
    )
}
COMPARISONS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
#: What of one number is that number.
ITSELF = ("mean", "sum", "max", "min", "amax", "amin", "squeeze", "copy", "asarray")

_decided: list[Traced] | None = None


@contextmanager
def deciding() -> Iterator[list[Traced]]:
    """Keep the comparisons that decide which way the kit goes, for a while."""
    global _decided
    before, _decided = _decided, []
    try:
        yield _decided
    finally:
        _decided = before


class Traced(NDArrayOperatorsMixin):
    """A number, the operation it is of, and the numbers that went into that.

    >>> area = Traced(2.0, name="width") * 3.0
    >>> float(area.value), area.operation, area.made_of[0]
    (6.0, 'multiply', Traced(2.0, 'width'))
    """

    __slots__ = ("made_of", "name", "operation", "value")

    def __init__(
        self, value: Any, operation: str = "", made_of: tuple[Any, ...] = (), name: str = ""
    ) -> None:
        self.value, self.operation, self.made_of, self.name = value, operation, made_of, name

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"Traced({self.value!r}, {self.name or self.operation!r})"

    # ---- what NumPy asks of it

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **words: Any) -> Any:
        """Work out an operation and remember it; several numbers at once are plain ones."""
        result = getattr(ufunc, method)(*map(_plain, given), **_plain(words))
        traced = method == "__call__" and ufunc.__name__ in OPERATIONS and not words
        return _made(ufunc.__name__, result, given) if traced and _single(given) else result

    def __array_function__(self, function: Any, types: Any, given: Any, words: Any) -> Any:
        """Remember a choice and a clip; what of one number is itself stays it."""
        name = function.__name__
        if name in ITSELF and isinstance(given[0], Traced):
            return given[0]
        if name in ("any", "all") and isinstance(given[0], Traced):
            return bool(given[0])
        if len(given) == 3 and _single(given) and not words:
            if name == "where":
                return _made(name, np.where(*map(_plain, given)), given)
            if name == "clip":
                return np.minimum(np.maximum(given[0], given[1]), given[2])
        return function(*_plain(given), **_plain(words))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.value, dtype=dtype)

    # ---- where it is taken for a plain number

    def __bool__(self) -> bool:
        if _decided is not None and self.operation in COMPARISONS:
            _decided.append(self)
        return bool(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __format__(self, form: str) -> str:
        return format(self.value, form)

    def __getitem__(self, key: tuple[()]) -> Traced:
        if key != ():
            raise IndexError("it is one number")
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(np.float64(self.value), name)


def _plain(given: Any) -> Any:
    """What was given without its making."""
    if isinstance(given, (list, tuple)):
        return type(given)(map(_plain, given))
    if isinstance(given, Mapping):
        return {name: _plain(value) for name, value in given.items()}
    return plain(given)


def _single(given: tuple[Any, ...]) -> bool:
    return all(not np.ndim(plain(one)) for one in given)


def _made(operation: str, result: Any, given: tuple[Any, ...]) -> Traced:
    of = (one if isinstance(one, Traced) else np.asarray(one)[()] for one in given)
    return Traced(np.asarray(result)[()], operation, tuple(of))


def plain(number: Any) -> Any:
    """A number without its making.

    >>> plain(Traced(2.0, name="width")), plain(3.0)
    (2.0, 3.0)
    """
    return number.value if isinstance(number, Traced) else number


def worked_out(number: Any, at: Mapping[Traced, Any], found: dict[Traced, Any]) -> Any:
    """What a tree comes to where its leaves are set otherwise.

    Parameters
    ----------
    number : the tree, or a plain number.
    at : leaves with what they are set to, arrays of one length or numbers.
    found : what was worked out already, which grows.
    """
    if not isinstance(number, Traced):
        return number
    if number not in found:
        if not number.operation:
            found[number] = at.get(number, number.value)
        else:
            parts = [worked_out(one, at, found) for one in number.made_of]
            with np.errstate(all="ignore"):  # of a choice both sides are worked out
                found[number] = OPERATIONS[number.operation](*parts)
    return found[number]


def leaves_of(numbers: Sequence[Any]) -> Iterator[Traced]:
    """Yield the leaves of trees, each once."""
    seen: set[Traced] = set()
    asked = [one for one in numbers if isinstance(one, Traced)]
    while asked:
        one = asked.pop()
        if one not in seen:
            seen.add(one)
            if not one.operation:
                yield one
            asked += [part for part in one.made_of if isinstance(part, Traced)]


def unlike(numbers: Sequence[Traced]) -> list[Traced]:
    """Of trees that say the same the first, in time that does not grow with what they share."""
    keys: dict[Traced, int] = {}
    known: dict[Any, int] = {}

    def key(number: Any) -> Any:
        if not isinstance(number, Traced):
            return ("number", float(number))
        if number not in keys:
            said = number.name or (number.operation, *map(key, number.made_of))
            keys[number] = known.setdefault(said, len(known))
        return keys[number]

    return list({key(one): one for one in reversed(numbers)}.values())[::-1]
