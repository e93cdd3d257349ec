"""What a call is billed beside its tokens: searches, pages, hours of sound, runs of code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.book.names import taken
from aicost.book.rates import OTHER_UNITS, UNITS
from aicost.book.rows import ONE_NAME, BookError
from aicost.components.flow import Flow
from aicost.components.model_call import ModelCall
from aicost.components.unit_prices import listed, stated
from aicost.values.charge import Charge, UnitPrice
from aicost.values.named import Named
from aicost.values.quantities import MTOK, Value, quantity
from aicost.values.section import Concern, Section
from aicost.values.suggest import did_you_mean

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.book.rows import Row

OF_TOKENS = "USD/Mtok"


@dataclass(frozen=True, kw_only=True)
class Fee(Section):
    """What a call pays for by the piece."""

    count: Value = quantity("units", "units that one call uses", spread=True)
    usd_each: Value = quantity("USD", "price of one, if not the model's own", default=None)


@dataclass(frozen=True, kw_only=True)
class Fees(Named):
    """Fees of a call by what the price book calls their unit, or by a name with a price."""

    of: ClassVar[type[Section]] = Fee
    short: ClassVar[str] = "count"


class ChargedCall(ModelCall):
    """A call that may have fees beside its tokens; they stand below."""

    fees: Fees


def fee_charges(call: ChargedCall, flow: Flow, book: Book) -> Iterator[Charge]:
    """Yield a line for each fee that there is any of."""
    for name, fee in call.fees.parts.items():
        assert isinstance(fee, Fee)
        if isinstance(fee.count, float) and fee.count == 0:
            continue
        price = _stated(name, fee) if fee.usd_each is not None else _listed(call, name, book)
        words = name.replace("_", " ")
        used = call.calls(flow).times(fee.factor("count", f"{words} per call", unit=price.unit))
        yield call.charge(used, price, item=words, driver="fees")


def fee_gaps(call: ChargedCall, book: Book) -> Iterator[Concern]:
    """Yield the fees that neither file nor book has a price for."""
    for name, fee in call.fees.parts.items():
        if ONE_NAME.get(name) in call.fees.parts:
            wrong = f"it is another name of {ONE_NAME[name]}, and would be billed twice"
            yield Concern(f"fees.{name}", wrong, "keep one of the two")
        elif isinstance(fee, Fee) and fee.usd_each is None and np.any(fee.count != 0.0):
            yield from _unpriced(call, name, book)


def fee_units(call: ChargedCall, book: Book) -> list[str]:
    """What a call's model has a price for by the piece."""
    return sorted({row.parameter for row in _sold(call, book) if _is_fee(row)})


def _unpriced(call: ChargedCall, name: str, book: Book) -> Iterator[Concern]:
    state = f"write {name}: {{count: …, usd_each: …}}"
    field = f"fees.{name}"
    if not call.model:
        yield Concern(field, "it has no price", state)
    elif name in (*UNITS, *OTHER_UNITS):
        yield Concern(field, "tokens are no fee", f"write {_tokens(name)}: …")
    elif name == "request":
        yield Concern(field, "the fee of each request is on the bill by itself", "remove it")
    elif _row(call, name, book) is None:
        known = fee_units(call, book)
        has = f"it has {', '.join(known)}" if known else "it has no fees"
        near = did_you_mean(name, known) or has
        yield Concern(field, f"{call.model} has no price of {name}", f"{near}, or {state}")


def _tokens(name: str) -> str:
    """The field that counts tokens of a bucket."""
    if name.startswith("cache"):
        return f"{name.removesuffix('_5m').removesuffix('_1h')}_share"
    return "thinking_tokens" if name == "output_reasoning" else f"{name}_tokens"


def _is_fee(row: Row) -> bool:
    tokens = row.parameter in (*UNITS, *OTHER_UNITS, "request") or row.parameter[:6] == "cache_"
    return row.unit.startswith("USD/") and not tokens


def _sold(call: ChargedCall, book: Book) -> tuple[Row, ...]:
    try:
        return book.active(taken(book, call.model))
    except BookError:  # said where its tokens are priced
        return ()


def _row(call: ChargedCall, name: str, book: Book) -> Row | None:
    """The price of a unit as the call is sold, else the standard one."""
    unit = ONE_NAME.get(name, name)
    rows = [row for row in _sold(call, book) if row.parameter == unit and _is_fee(row)]
    by_context = {row.context: row for row in rows if not (row.tier_gt or row.schedule)}
    return by_context.get(str(call.context), by_context.get(""))


def _stated(name: str, fee: Fee) -> UnitPrice:
    return stated(fee, "usd_each", unit=name.replace("_", " "))


def _listed(call: ChargedCall, name: str, book: Book) -> UnitPrice:
    row = _row(call, name, book)
    if row is None:
        raise BookError(f"{call.model} has no price of {name}", "write count and usd_each")
    per_token = row.unit == OF_TOKENS
    unit = "Mtok" if per_token else row.unit.removeprefix("USD/")
    return listed(book.note(row), sold=row.unit, unit=unit, holds=MTOK if per_token else 1.0)
