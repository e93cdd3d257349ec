"""The tables of a review hold every line, and add up."""

from __future__ import annotations

import re

import pytest
from cases import sample
from places import SAMPLES

from aicost.show.review.facts import confidence
from aicost.values.formatting import held, usd


def test_every_line_stands_with_its_making(page: str) -> None:
    priced = sample("contract-search-billed").bill
    for i, line in enumerate(priced.charges):
        if line.usd >= 0.005 and line.every == "month":
            assert usd(line.usd) in page
            assert held(priced.explain(i)) in page


def test_the_bridge_adds_up_on_the_page(page: str) -> None:
    table = page[page.index("What differs") :]
    rows = re.findall(r'class="n">([+−]?)\$([\d,.]+)', table[: table.index("</table>")])
    amounts = [
        float(f"{sign.replace('−', '-') or '+'}{figure.replace(',', '')}") for sign, figure in rows
    ]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=len(amounts))


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_what_the_bill_rests_on_adds_up_as_it_is_printed(name: str) -> None:
    parts = re.findall(r"(\d+) %", confidence(sample(name).bill))
    assert sum(map(int, parts)) == 100
