"""A new component is one new file and its rows of data: the rest of the kit takes it as it is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

GUARDRAIL = '''"""A guardrail: a service that looks at every answer before it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aicost.components.flow import Flow
from aicost.components.stage import Stage
from aicost.components.unit_prices import listed, missing, unlisted
from aicost.values.charge import Charge, UnitPrice
from aicost.values.quantities import Value, quantity, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book


@dataclass(frozen=True, kw_only=True)
class Guardrail(Stage):
    """A check of each answer, billed by what it reads, with a least bill a month."""

    component: ClassVar[str] = "guardrails"

    service: str = word("guardrail, as data/platforms.csv names it", default="")
    checked_kb: Value = quantity("KB", "kilobytes of an answer that are checked", default=None)

    def gaps(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if not self.service:
            yield missing("service", "leave the stage out")
        else:
            yield from unlisted(lambda: book.find(self.service, "checked"), "service")
        if self.checked_kb is None:
            yield missing("checked_kb", "leave the stage out")

    def warnings(self, flow: Flow, book: Book) -> Iterable[Concern]:
        if self.checked_kb > 100:
            yield Concern("checked_kb", "no answer is that long", "write kilobytes")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        read = self.calls(flow).times(self.factor("checked_kb", "KB per answer"))
        price = listed(book.find(self.service, "checked"), sold="USD/MB", unit="MB", holds=1e3)
        yield self.charge(read, price, item="checks", driver="answers", account=self.service)

    def minimums(self, book: Book) -> Iterable[tuple[str, UnitPrice]]:
        row = book.find(self.service, "minimum")
        yield self.service, listed(row, sold="USD/month", unit="month")
'''
PRICES = """\
safe-words,checked,0.02,USD/MB,USD,2026-01-01,,,,,a test,2026-11-23,assumed,,
safe-words,minimum,25,USD/month,USD,2026-01-01,,,,,a test,2026-11-23,assumed,,
"""
TIMES = """\
time,guardrail.seconds.p50,0.1,0.3,s,a test,2026-11-23
time,guardrail.seconds.p95,0.4,0.9,s,a test,2026-11-23
any,guardrail.checked_kb,2,6,KB,a test,2026-11-23
"""
DESK = """\
name: Desk
as_of: 2026-11-23
traffic: {users: 2_000, requests_per_user_month: 50}
pipeline:
  answer: {is: inference, price: {input: 2, output: 10}, input_tokens: 1_500, output_tokens: 300}
  guard: {is: guardrail, service: safe-words%s}
goals: {budget_per_month: 2_000, whole_answer_p95: 10 s}
"""
PLAN = DESK.replace("  guard: {is: guardrail, service: safe-words%s}\n", "")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the kit with one more file in components/ and rows of data for it."""
    folder = tmp_path_factory.mktemp("kit")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "aicost", folder / "aicost", ignore=ignored)
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "aicost" / "components" / "guardrail.py").write_text(GUARDRAIL, encoding="utf-8")
    for name, rows in (("platforms.csv", PRICES), ("defaults.csv", TIMES)):
        with (folder / "data" / name).open("a", encoding="utf-8", newline="") as file:
            file.write(rows)
    (folder / "desk.yaml").write_text(DESK % "", encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return folder


def ran(kit: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a Python of the copied kit."""
    env = {**os.environ, "PYTHONPATH": str(kit), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *words], cwd=kit, env=env, capture_output=True, text=True, check=False
    )


#: Runs commands one after another: most of what one takes is the start of a program.
COMMANDS = """
import json, sys
from typer.testing import CliRunner
from aicost.cli.app import app
ends = [CliRunner().invoke(app, words) for words in json.loads(sys.argv[1])]
print(json.dumps([[end.exit_code, end.stdout, end.stderr] for end in ends]))
"""


def told(kit: Path, *commands: list[str]) -> list[tuple[int, str, str]]:
    """Run commands; return the code that each ends with, what it prints and what it says of it."""
    done = ran(kit, "-c", COMMANDS, json.dumps(commands))
    assert done.returncode == 0, done.stderr
    return [(code, out, said) for code, out, said in json.loads(done.stdout)]


def said(kit: Path, *commands: list[str]) -> list[str]:
    """Run commands that have to work; return what each prints."""
    ends = told(kit, *commands)
    assert [code for code, _, _ in ends] == [0] * len(commands), ends
    return [out for _, out, _ in ends]


def test_the_copy_is_what_runs(kit: Path) -> None:
    done = ran(kit, "-c", "import aicost; print(aicost.__file__)")
    assert Path(done.stdout.strip()).parent == kit / "aicost"


def test_check_bill_and_explain(kit: Path) -> None:
    checked, text, line, shown = said(
        kit,
        ["check", "desk.yaml"],
        ["bill", "desk.yaml"],
        ["explain", "desk.yaml", "guard: checks"],
        ["show", "desk.yaml"],
    )
    assert "no problems" in checked
    assert "guardrails: guard" in text
    assert "account minimum" in text  # 100,000 x 3.64 KB x $0.02 a MB is less than $25
    assert "KB per answer" in line
    assert "checked_kb" in shown


def test_what_is_wrong_with_it_is_said_in_its_words(kit: Path) -> None:
    wrong = (
        ("wrong.yaml", ", checked_kb: 400", "guard.checked_kb: no answer is that long"),
        (
            "misspelt.yaml",
            ", check_kb: 4",
            "guard.check_kb: no such key; did you mean 'checked_kb'",
        ),
    )
    for name, keys, _ in wrong:
        (kit / name).write_text(DESK % keys, encoding="utf-8")
    ends = told(kit, *(["check", name] for name, _, _ in wrong))
    for (name, _, words), (code, out, problems) in zip(wrong, ends, strict=True):
        assert words in out + problems, name
        assert code == (2 if problems else 0), name


def test_compare_names_it(kit: Path) -> None:
    (text,) = said(kit, ["compare", "plan.yaml", "desk.yaml"])
    assert "guard: not in the plan" in text


def test_latency_takes_its_usual_time(kit: Path) -> None:
    (text,) = said(kit, ["latency", "desk.yaml"])
    assert "guard.seconds" in text
    table = text[text.index("stage") :]
    assert table.index("answer") < table.index("guard")


def test_an_unknown_time_is_one_line(kit: Path) -> None:
    defaults = kit / "data" / "defaults.csv"
    whole = defaults.read_text(encoding="utf-8")
    rows = [line for line in whole.splitlines() if "guardrail.seconds" not in line]
    defaults.write_text("\n".join(rows) + "\n", encoding="utf-8")
    try:
        for code, _, problems in told(kit, ["latency", "desk.yaml"], ["check", "desk.yaml"]):
            assert code == 2
            (line,) = [text for text in problems.splitlines() if text]
            assert "guard.seconds: how long a call takes is not known; write seconds" in line
    finally:
        defaults.write_text(whole, encoding="utf-8")


def test_review_shows_it(kit: Path) -> None:
    said(kit, ["review", "desk.yaml", "--plan", "plan.yaml", "--out", "out"])
    page = (kit / "out" / "index.html").read_text(encoding="utf-8")
    assert "guard: checks" in page
    figures = json.loads((kit / "out" / "review.json").read_text(encoding="utf-8"))
    assert figures["components"]["guardrails"] == 25.0


def test_a_sweep_and_a_tornado_move_it(kit: Path) -> None:
    code = (
        "import aicost as ac\n"
        "case = ac.load('desk.yaml')\n"
        "at = ac.sweep(case, 'guard.checked_kb', [1.0, 50.0])\n"
        "print([round(float(usd), 2) for usd in at.bill.by('stage')['guard']])\n"
        "print([u.path for u in ac.tornado(case, k=9)])\n"
        "made = ac.case(users=10, requests_per_user_month=9, guard={'is': 'guardrail',\n"
        "               'service': 'safe-words', 'checked_kb': 3})\n"
        "print(float(made.bill.total))\n"
    )
    done = ran(kit, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:3] == ["[25.0, 100.0]", "[]", "25.0"]
