"""docs/first-use.md: every line of it works, in its order."""

import re
import shlex
from pathlib import Path

import pytest
from commands import one_line, run
from places import ROOT

import aicost

PAGE = (ROOT / "docs" / "first-use.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(PAGE)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
WRITTEN = {kind: text for kind, text in BLOCKS if kind != "sh"}
#: A gate that is to close, and what asks for a browser that may not be there.
PAST, PRINTED = "--limit", "--pdf"


def test_minutes_and_seconds_add_up() -> None:
    rows = [
        (int(minutes), int(seconds))
        for minutes, seconds in re.findall(r"^\| .*? \| (\d+) \| (\d+) s \|$", PAGE, re.MULTILINE)
    ]
    *steps, whole = rows
    assert len(steps) == PAGE.count("\n## ")
    assert tuple(map(sum, zip(*steps, strict=True))) == whole
    assert whole[0] <= 30


def test_every_line_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("october.csv").write_text(WRITTEN["csv"], encoding="utf-8")
    said: dict[str, str] = {}
    for line in COMMANDS:
        word, name, *rest = (part for part in shlex.split(line) if part != PRINTED)
        assert word == "aicost"
        ran = run(name, *rest, text=WRITTEN["text"] if name == "new" else None)
        assert ran.exit_code == (1 if PAST in rest else 0), (line, ran.output)
        said[name] = one_line(ran.stdout)
        if name == "new":  # what is added by hand leaves what was answered as it is
            assert "no more answers" not in ran.output
            drafted = Path("policydesk.yaml").read_text(encoding="utf-8")
            assert "the price of 10 units: write units: 10" in said["new"]
            assert "cloud_budget_per_month: 8_000" in drafted
            for key in ("model", "store", "role", "documents"):
                (value,) = re.findall(rf"\b{key}: ([^\s,}}]+)", WRITTEN["yaml"])[:1]
                assert f"{key}: {value}" in drafted
            Path("policydesk.yaml").write_text(WRITTEN["yaml"], encoding="utf-8")
    assert "of the €9,400.00 a month invoiced for services is on the bill" in said["new"]
    assert "of the €9,400.00 a month invoiced" in said["reconcile"]
    assert "take review staff from" in said["reconcile"]
    assert "Pinecone" in said["options"]
    assert "For cloud alone the budget of €8,000 is exceeded" in said["review"]
    review = tmp_path / "reviews" / "calibrated"
    assert 'id="invoiced"' in (review / "index.html").read_text(encoding="utf-8")
    case = aicost.load("calibrated.yaml").draw()
    cloud = case.bill.total - case.bill.people
    assert (cloud > 8_000 * case.scenario.money.in_usd).all()  # a budget below what was invoiced
