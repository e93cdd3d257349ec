"""What a page says of time is what was worked out, beside its pictures and for a machine."""

from html import unescape

import pytest
from cases import sample

from aicost.show.review.times import budget_table, content, curves, figures, remedy_table
from aicost.timing.report import Times, answer_words, latency
from aicost.values.formatting import held, seconds_words


@pytest.fixture(scope="module")
def times() -> Times:
    """The times of a system that has budgets, limits and remedies."""
    found = latency(sample("contract-search-billed"))
    assert found is not None
    return found


def test_the_page_says_what_was_worked_out(times: Times, page: str) -> None:
    told, page = content(times), unescape(page)
    assert held(answer_words(times)) in page
    assert held(told["load"]) in page
    for table in (told["sizes"], told["budget"], told["remedies"], told["assumed"]):
        for cells in table.texts():
            assert all(held(cell) in page for cell in cells)


def test_tables_of_a_page_are_those_of_the_times(times: Times) -> None:
    every, budget = times.stage_rows(), budget_table(times)
    assert [c.name for c in every.columns if c not in budget.columns] == ["adds to the mean"]
    assert [row.of for row in budget.rows] == [*times.stages]
    for row, found, remedy in zip(
        remedy_table(times).rows, times.remedy_rows().rows, times.remedies, strict=True
    ):
        assert row.cells[1:] == found.cells[1:]
        assert row.cells[0] == f"{remedy.name} ({remedy.note})" if remedy.note else remedy.name


def test_figures_for_a_machine_are_those_of_the_times(times: Times) -> None:
    found = figures(times)
    assert [*found["now"]["whole_answer"].values()] == pytest.approx(times.now.whole, rel=1e-3)
    assert [*found["now"]["first_word"].values()] == pytest.approx(times.now.first, rel=1e-3)
    assert [*found["at_usage"]] == [f"{speed.usage:.0f}" for speed in times.sizes]
    assert {name: b["met"] for name, b in found["budgets"].items()} == {
        s.budget.field: s.met for s in times.standings
    }
    assert sum(found["stages"].values()) == pytest.approx(sum(t.mean for t in times.stages), 1e-3)


def test_the_picture_says_the_share_in_time_that_the_sentence_says(times: Times) -> None:
    drawn = unescape(curves(times).wide)
    for k in times.standings:
        assert (
            f"due in {seconds_words(k.budget.seconds)}: {k.within:.0%}".replace("%", " %") in drawn
        )
