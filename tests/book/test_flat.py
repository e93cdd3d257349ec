"""Records of a list of prices: in which file they belong, and in which order."""

from decimal import Decimal

import pytest

from aicost.book.data_files import ROW_FILES
from aicost.book.flat import Flat, order, plain, token_price
from aicost.book.rows import COLUMNS


@pytest.mark.parametrize("layer", ["imported", "secondary"])
def test_a_list_has_a_file_of_its_own(layer: str) -> None:
    flat = Flat([], [], "1", package="p", layer=layer)
    assert (flat.file,) == ROW_FILES[layer]
    assert flat.log_item == "refresh/p"


def test_records_come_by_cell_and_day() -> None:
    cells = [("a/x", "0"), ("a/x", "9"), ("a/x", "200000"), ("b/x", "")]
    records = [dict.fromkeys(COLUMNS, "") | {"item": i, "tier_gt": tier} for i, tier in cells]
    assert [order(one) for one in records] == sorted(map(order, records))


@pytest.mark.parametrize("text", ["1.50", "1E+2", "0.000001", "12"])
def test_a_decimal_is_written_plainly(text: str) -> None:
    assert Decimal(plain(Decimal(text))) == Decimal(text)
    assert "E" not in plain(Decimal(text))
    assert token_price(Decimal(text)) == {"value": plain(Decimal(text))}
