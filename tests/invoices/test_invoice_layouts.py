"""Layouts name the columns of exports as they are compared, and tell one export from another."""

import pytest

from aicost.invoices.invoice_layouts import LAYOUTS, Charged, Invoice, Layout
from aicost.invoices.number_formats import plain_name
from aicost.values.charge import COMPONENTS


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_columns_are_named_as_they_are_compared(layout: Layout) -> None:
    named = (layout.service, layout.cost, layout.month, layout.kind, layout.currency)
    assert all(named)
    for names in named:
        assert [plain_name(name) for name in names] == [*names]
        assert len(set(names)) == len(names)


def test_no_export_is_taken_for_another() -> None:
    pairs = [(s, c) for layout in LAYOUTS for s in layout.service for c in layout.cost]
    assert len(pairs) == len(set(pairs))
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)


def test_months_stand_once_and_in_order() -> None:
    months = ("2026-11", "2026-10", "2026-11")
    rows = tuple(Charged("search", 1.0, month, COMPONENTS[0]) for month in months)
    assert Invoice("own", rows, (), ()).months == ["2026-10", "2026-11"]
    assert Invoice("own", (), (), ()).months == []
