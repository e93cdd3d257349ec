"""The way from one bill to another, as a terminal shows it."""

import re
from pathlib import Path

import pytest
from commands import one_line, said

import aicost
from aicost.paths import data_dir


def test_compare_adds_up() -> None:
    plan, billed = (
        data_dir() / "scenarios" / f"contract-search-{x}.yaml" for x in ("planned", "billed")
    )
    text = said("compare", plan, billed)
    before, after = (float(aicost.load(f).bill.total) for f in (plan, billed))
    ends = re.findall(r"^  \S.*  \$([\d,]+)  +=+$", text, re.MULTILINE)
    assert ends == [f"{before:,.0f}", f"{after:,.0f}"]
    steps = re.findall(r"^  \S.*?  ([+-])\$([\d,.]+)  +[+-]+$", text, re.MULTILINE)
    total = sum(float(f"{sign}{usd.replace(',', '')}") for sign, usd in steps)
    assert total == pytest.approx(after - before, abs=0.5 * len(steps))
    assert f"{after / before:.1f} times as much" in text
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()


def test_compare_draws_bars_below_zero() -> None:
    files = (data_dir() / "scenarios" / f"{x}.yaml" for x in ("help-desk", "research-agent"))
    text = said("compare", *files)
    assert re.search(r"^  Help desk +\$[\d,]+ {3,}=+$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 80


def test_compare_with_itself_says_so(desk: Path) -> None:
    assert "Nothing that is billed differs." in said("compare", desk, desk)


def test_compare_says_where_the_two_cost_the_same(tmp_path: Path) -> None:
    """$0.004 a request are $1,800 at 450,000."""
    head = "traffic: {requests_per_month: 1_000}\nas_of: 2026-11-23\n"
    files = tmp_path / "api.yaml", tmp_path / "box.yaml"
    files[0].write_text(f"{head}pipeline: {{a: {{is: inference, price: {{request: 0.004}}}}}}\n")
    files[1].write_text(f"{head}other: {{box: {{per_month: 1_800}}}}\n")
    text = one_line(said("compare", *files))
    assert "the two cost the same at 450,000 requests a month; 'box' is cheaper from" in text
    assert "- 'as it is' is cheaper up to 449,999 requests" in one_line(said("options", *files))


def test_a_small_part_of_what_was_is_not_nought_times(tmp_path: Path) -> None:
    files = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for file, usd in zip(files, (1_000, 26.6), strict=True):
        file.write_text(
            f"traffic: {{requests_per_month: 1}}\nother: {{box: {{per_month: {usd}}}}}\n"
        )
    assert "$973 a month less, 0.0266 times as much." in said("compare", *files)
