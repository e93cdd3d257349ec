"""A bill, the making of its lines and a file filled out, as a terminal shows them."""

import re
from pathlib import Path

import pytest
from commands import one_line, run, said
from desk_file import DESK
from places import SAMPLES

import aicost
from aicost.paths import data_dir
from aicost.scenario.load import load


def amounts(text: str) -> dict[str, float]:
    """Return the dollars of each line of a printed bill by its number."""
    found = re.findall(r"^ +(\d+)  .*?  ([\d,]+\.\d\d) +[\d.<]+ % +[a-z]+$", text, re.MULTILINE)
    return {number: float(usd.replace(",", "")) for number, usd in found}


def test_bill_is_the_bill(desk: Path) -> None:
    made, text = aicost.load(desk).bill, said("bill", desk)
    usd = {str(n): c for n, c in enumerate(made.charges, start=1)}
    shown = amounts(text)
    assert shown.keys() == {n for n, c in usd.items() if c.every == "month" and c.usd > 0}
    assert all(shown[n] == pytest.approx(float(usd[n].usd), abs=0.005) for n in shown)
    assert sum(shown.values()) == pytest.approx(float(made.total), abs=0.01 * len(shown))
    assert f"total a month  ${made.total:,.2f}" in one_line(text).replace(" $", "  $")
    assert f"of it people ${made.people:,.2f}" in one_line(text)
    assert "paid once $5,000.00" in one_line(text)
    assert "1 line comes to less than a cent" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("file", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("command", ["bill", "show", "explain"])
def test_samples_fit_80_columns(command: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    lines = said(command, file.name).splitlines()
    assert [line for line in lines if len(line) > 80] == []


def test_explain_numbers_the_lines_and_opens_each(desk: Path) -> None:
    made = aicost.load(desk).bill
    listing = said("explain", desk)
    for number, line in enumerate(made.charges, start=1):
        assert re.search(rf"^ +{number}  {re.escape(line.item)}|: {line.item} ", listing, re.M)
        text = said("explain", desk, str(number))
        assert one_line(made.explain(line)) in one_line(text)
        for factor in line.factors:
            assert re.search(rf"{factor.name}.*{factor.basis}", one_line(text))


def test_show_has_every_stated_field_with_its_line(desk: Path) -> None:
    text, scenario = said("show", desk), load(desk)
    source = DESK.splitlines()
    count = 0
    for path, section, field, _ in scenario.fields:
        if field not in section.origins:
            continue
        count += 1
        made = section.origins[field]
        where = rf"line {made.line}" if made.line else r"\[\d\]"
        assert re.search(rf"^  (?:price\.)?{field} .* {made.basis} +{where}$", text, re.M), path
        assert made.line is None or field in source[made.line - 1], path
    assert re.search(r"^  price of reviewers +\$40\.32 per paid hour +assumed", text, re.M)
    assert f"{count + 1} lines" in text.splitlines()[0]
    assert "25 to 100 requests" in text
    assert "p50 250, p95 900 tokens" in text


def test_show_keeps_the_order_and_says_where_the_rest_is_from() -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    text, scenario = said("show", file), load(file)
    stages = [stage.name for stage in scenario.stages]
    heads = re.findall(r"^(\S+) \(.*\)$", text, re.MULTILINE)
    assert heads == stages
    assert re.search(r"price of input +\$2\.00 per Mtok +listed +\[\d+\]", text)
    notes = re.findall(r"^  \[(\d+)\]", text, re.MULTILINE)
    assert notes == [str(n) for n in range(1, len(notes) + 1)]


def test_a_bill_names_what_check_would_say(tmp_path: Path) -> None:
    file = tmp_path / "thinks.yaml"
    call = "{is: inference, model: openai/o3, input_tokens: 1_000, output_tokens: 300}"
    file.write_text(f"traffic: {{requests_per_month: 100}}\npipeline: {{answer: {call}}}\n")
    told = " ".join(run("bill", file).output.split())
    assert "check: a warning, of answer.thinking_tokens; see `aicost check" in told
    quiet = run("bill", file, "--set", "answer.thinking_tokens=0").output
    assert "check:" not in quiet
    assert "Every request costs the same" in quiet


def test_a_share_of_next_to_nothing_is_a_dash(tmp_path: Path) -> None:
    file = tmp_path / "credit.yaml"
    file.write_text(
        "traffic: {requests_per_month: 10}\n"
        "other: {a: {per_month: 300}, b: {per_month: -300}, c: {per_month: 0.02}}\n"
        "pipeline:\n"
        "  a: {is: inference, price: {input: 1, output: 1}, input_tokens: 9, output_tokens: 9}\n"
    )
    told = run("bill", file).output
    assert "300.00" in told
    assert "–" in told
    assert "0000.0 %" not in told
