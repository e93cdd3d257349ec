"""Layouts name the columns of exports, each with who says so, and tell one export from another."""

import pytest

from aicost.book.data_files import data_rows
from aicost.invoices.invoice_layouts import FILE, ROLES, Charged, Invoice, Layout, layouts
from aicost.invoices.number_formats import plain_name
from aicost.values.charge import COMPONENTS

LONG = [layout for layout in layouts() if not layout.wide]


def test_there_are_twelve_and_more_each_from_a_public_description() -> None:
    assert len({layout.name for layout in layouts()}) >= 12
    for row in data_rows(FILE):
        assert row["source"]
        assert row["read_on"] >= "2026-11-27"
        assert row["role"] in ROLES


@pytest.mark.parametrize("layout", LONG, ids=lambda layout: layout.name)
def test_an_export_with_all_its_columns_is_known_as_itself(layout: Layout) -> None:
    above = {
        name for role in layout.columns if role.startswith("above") for name in layout.named(role)
    }
    words = {"named", "scale"}
    every = {n for role in layout.columns if role not in words for n in layout.named(role)} - above
    names = list(dict.fromkeys(plain_name(name.partition("{")[0]) for name in sorted(every)))
    assert next(found for found in layouts() if found.fits(names)) is layout


def test_a_layout_needs_its_marks_a_service_and_a_cost() -> None:
    layout = Layout("own", "", {"mark": ("Kind",), "service": ("What",), "cost": ("Sum",)})
    assert layout.fits(["kind", "what", "sum"])
    for absent in ("kind", "what", "sum"):
        assert not layout.fits([name for name in ("kind", "what", "sum") if name != absent])
    assert layout.at("service", ["sum", "what"]) == [1]


def test_months_stand_once_and_in_order() -> None:
    months = ("2026-11", "2026-10", "2026-11")
    rows = tuple(Charged("search", 1.0, month, COMPONENTS[0]) for month in months)
    assert Invoice("own", rows, (), ()).months == ["2026-10", "2026-11"]
    assert Invoice("own", rows, (), ()).total == 3.0
    assert Invoice("own", (), (), ()).months == []
