"""`compare --limit`: a gate for a pull request, and the Markdown that it prints."""

import re
from pathlib import Path

import pytest
from commands import refused, run
from desk_file import DESK

import aicost
from aicost.analysis.attribution.bridge import bridge
from aicost.cli.bridge_markdown import is_past, rise

FEE = "as_of: 2026-11-23\ntraffic: {requests_per_month: 100}\nother: {fee: {per_month: 200}}\n"
BUDGET = "goals: {budget_per_month: 250}\n"


def two(folder: Path, old: str, new: str, text: str = DESK) -> tuple[Path, Path]:
    files = folder / "a.yaml", folder / "b.yaml"
    assert old in text
    for file, words in zip(files, (text, text.replace(old, new)), strict=True):
        file.write_text(words)
    return files


def test_only_a_rise_past_the_limit_fails(tmp_path: Path) -> None:
    few, many = two(tmp_path, "users: 2_000", "users: 2_400")
    by = rise(bridge(aicost.load(few), aicost.load(many)))
    assert 0.05 < by < 0.25
    for limit, code in (("5 %", 1), ("25 %", 0), (f"{by * 100 - 0.01:.4f} %", 1)):
        ran = run("compare", few, many, "--limit", limit)
        assert ran.exit_code == code, ran.output
        where = "past" if code else "within"
        assert ran.stdout.startswith(f"**The bill rises by {by * 100:.3g} %, {where} the limit of ")
    back = run("compare", many, few, "--limit", "0 %")
    assert back.exit_code == 0
    assert back.stdout.startswith("**The bill falls by ")
    same = run("compare", few, few, "--limit", "0 %")
    assert (same.exit_code, same.stdout[:30]) == (0, "**The bill does not rise.** \\$")


def test_a_rise_of_just_the_limit_is_within(tmp_path: Path) -> None:
    files = two(tmp_path, "per_month: 200", "per_month: 210", FEE)
    assert not is_past(bridge(*map(aicost.load, files)), 0.05)
    ran = run("compare", *files, "--limit", "5 %")
    assert ran.exit_code == 0
    assert ran.stdout.startswith(
        "**The bill rises by 5 %, within the limit of 5 %.** \\$200 a month"
    )


def test_from_nothing_any_bill_is_past_a_limit(tmp_path: Path) -> None:
    files = two(tmp_path, "per_month: 0", "per_month: 1", FEE.replace("200", "0"))
    ran = run("compare", *files, "--limit", "900 %")
    assert ran.exit_code == 1
    assert "The bill was nothing, and rises, past the limit of 900 %" in ran.stdout


def test_the_table_adds_up_and_ends_with_the_goals(tmp_path: Path) -> None:
    files = two(tmp_path, "users: 2_000", "users: 90_000")
    ran = run("compare", *files, "--limit", "5 %")
    rows = re.findall(r"^\| (.*) \| (?:\\\+|−)?\\\$([\d,]+) \|$", ran.stdout, re.MULTILINE)
    (_, first), *bars, (_, last) = rows
    whole = [float(x.replace(",", "")) for x in (first, *(b[1] for b in bars), last)]
    assert whole[0] + sum(whole[1:-1]) == pytest.approx(whole[-1], abs=len(whole))
    a, b = (aicost.load(file).bill.total for file in files)
    assert (whole[0], whole[-1]) == (pytest.approx(a, abs=0.5), pytest.approx(b, abs=0.5))


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (FEE + BUDGET, "200", "300", "**Newly missed: the budget.**"),
        (FEE + BUDGET, "200", "240", "No goal is newly missed."),
        (FEE + BUDGET.replace("250", "20"), "200", "240", "No goal is newly missed."),
        (FEE, "other:", "goals: {budget_per_month: 20}\nother:", "the budget (a new goal).**"),
    ],
)
def test_goals_that_are_newly_missed_are_named(
    tmp_path: Path, text: str, old: str, new: str, said: str
) -> None:
    ran = run("compare", *two(tmp_path, old, new, text), "--limit", "90 %")
    assert ran.exit_code == 0
    assert said in ran.stdout


def test_what_files_say_is_no_markdown(tmp_path: Path) -> None:
    name = "x | <img src=a> [l](https://e.example) `c` @all"
    text = f"name: '{name}'\nas_of: 2026-11-23\ntraffic: {{requests_per_month: 100}}\nother:\n"
    text += f"  '{name}': {{per_month: 200}}\n"
    ran = run("compare", *two(tmp_path, "200", "300", text), "--limit", "90 %")
    for line in ran.stdout.splitlines():
        assert not re.search(r"(?<!\\)[<`\[](?!!-- -->)|https?://|@a", line)
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3


@pytest.mark.parametrize("limit", ["5", "1 to 2 %", "x", "-5 %"])
def test_a_limit_that_is_none_is_refused(desk: Path, limit: str) -> None:
    assert refused("compare", desk, desk, "--limit", limit).startswith("--limit")


def test_a_limit_that_is_empty_lets_nothing_pass(tmp_path: Path) -> None:
    """As where a variable of a pipeline is not set."""
    few, many = two(tmp_path, "per_month: 200", "per_month: 300", FEE)
    assert refused("compare", few, many, "--limit", "").startswith("--limit: ")


def test_an_invoice_of_one_side_ties_both_and_of_neither_none(tmp_path: Path) -> None:
    """Tokens cheaper by a tenth save a tenth of what was invoiced; requests stay what they were."""
    text = """name: Two
traffic: {requests_per_month: 70_000 to 140_000}
pipeline:
  answer: {is: inference, input_tokens: 3_500 to 7_000, output_tokens: 0,
           price: {input: 2, output: 2}}
invoiced: {inference: 1_024}
"""
    gate = run("compare", *two(tmp_path, "input: 2,", "input: 1.8,", text), "--limit", "5 %")
    assert r"over the same draws of what is not known \$102 less (\$102 to \$103)." in gate.stdout
    assert "What was invoiced is of a.yaml: both are drawn by it." in gate.stdout
    changed = text.replace("input: 2,", "input: 1.7,")
    ran = run("compare", *two(tmp_path, "input: 1.7,", "input: 1.8,", changed), "--limit", "90 %")
    assert "Neither is what was invoiced any more: no range follows that." in ran.stdout
