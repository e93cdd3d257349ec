"""A figure of the bill beside somebody else's, and whether that was to be expected."""

import pytest

from aicost.invoices.comparison import Comparison, Reconciliation, row_words, told


@pytest.mark.parametrize(
    ("theirs", "inside", "apart"),
    [
        (100.0, True, "the same, inside what we said"),
        (100.0 - 1e-9, True, "the same, inside what we said"),
        (99.96, True, "< 0.1 %, inside what we said"),
        (55.0, True, "-45.0 %, inside what we said"),
        (199.9, True, "+99.9 %, inside what we said"),
        (201.0, False, "+101.0 %, above what we said"),
        (49.0, False, "-51.0 %, below what we said"),
        (0.0, False, "not on this invoice"),
    ],
)
def test_theirs_lies_inside_the_range_or_not(theirs: float, inside: bool, apart: str) -> None:
    tie = Comparison("inference", 100.0, theirs, low=50.0, high=200.0)
    assert (tie.inside, tie.apart) == (inside, apart)
    assert tie.range == "$50.00 to $200"


def test_without_a_range_only_the_same_is_inside() -> None:
    assert Comparison("hosting", 100.0, 100.4).inside
    assert not Comparison("hosting", 100.0, 101.0).inside
    assert Comparison("hosting", 100.0, 101.0).apart == "+1.0 %"
    assert Comparison("hosting", 0.0, 101.0).apart == "no line of the bill"


@pytest.mark.parametrize(
    ("gap", "of", "there"), [(1e-16, 600.0, False), (0.004, 9.0, False), (0.006, 9.0, True)]
)
def test_dust_of_adding_up_is_no_difference(gap: float, of: float, there: bool) -> None:
    assert told(gap, of) == there
    assert not told(0.5, 1e9)


def test_parts_stand_below_their_whole_and_are_not_added_again() -> None:
    part = Comparison("web searches", 0.0, 30.0)
    whole = Comparison("inference", 100.0, 80.0, low=50.0, high=200.0, parts=(part,))
    found = Reconciliation((whole,), 1.0, (Comparison("tax", 0.0, 8.0),), (), "x", parts=True)
    names = [row.cells[0] for row in found.rows().rows]
    assert names == ["inference", "of it web searches", "tax", "in all"]
    assert found.rows().rows[-1].cells[3] == 88.0
    assert [column.name for column in found.rows().columns][2:4] == ["its range", "invoice"]
    assert row_words(part) == "web searches: bill $0.00, invoice $30.00; no line of the bill"
