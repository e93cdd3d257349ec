"""docs/workshop.md, its room sheet and its capstone: minutes, commands and figures hold."""

import html
import itertools
import re
import shlex
from pathlib import Path

import pytest
from commands import one_line, said
from notebook_run import NOTEBOOKS, called
from places import ROOT

import aicost as ac
from aicost.cli.app import app

PAGE = (ROOT / "docs" / "workshop.md").read_text(encoding="utf-8")
SHEET = (ROOT / "docs" / "room-sheet.html").read_text(encoding="utf-8")
TASK = (ROOT / "docs" / "capstone.html").read_text(encoding="utf-8")
WORKED = (ROOT / "notebooks" / "solutions" / "capstone.md").read_text(encoding="utf-8")
ANSWER = ROOT / "notebooks" / "solutions" / "capstone.yaml"
ROW = re.compile(r"^\|(?: (\d:\d\d)? ?\|)? (.+?) \| (\d+) \|$", re.MULTILINE)
STATED = re.compile(r"about (\d+) minutes")
COMMANDS = [
    line.strip()
    for block in (
        *re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL),
        *re.findall(r'<pre class="typed">\n(.*?)</pre>', TASK, re.DOTALL),
    )
    for line in block.strip().splitlines()
]


def part(heading: str) -> str:
    """Return what stands below a heading of the page."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def minutes_of(number: str) -> int:
    """Return the minutes that a notebook states."""
    (found,) = STATED.findall(called(number).read_text(encoding="utf-8"))
    return int(found)


def test_the_programme_adds_up_to_three_hours() -> None:
    rows = ROW.findall(part("The programme"))
    split = next(at for at, row in enumerate(rows) if row[1] == "all")
    for steps, (_, _, whole) in ((rows[:split], rows[split]), (rows[split + 1 : -1], rows[-1])):
        assert sum(int(minutes) for *_, minutes in steps) == int(whole)
    starts = [int(at[0]) * 60 + int(at[2:]) for at, *_ in rows[:split]]
    ends = itertools.accumulate(int(minutes) for *_, minutes in rows[:split])
    assert [*starts, 180] == [0, *ends]
    (capstone,) = (int(minutes) for _, what, minutes in rows if what.startswith("Capstone"))
    assert sum(map(int, re.findall(r"\((\d+) minutes", TASK))) == capstone


def test_every_notebook_is_in_it_once_at_the_minutes_that_it_states() -> None:
    linked = re.findall(r"\]\(\.\./notebooks/(\w+)\.ipynb\).*\| (\d+) \|$", PAGE, re.MULTILINE)
    assert sorted(name for name, _ in linked) == [path.stem for path in NOTEBOOKS]
    assert {name: int(minutes) for name, minutes in linked} == {
        name: minutes_of(name[:2]) for name, _ in linked
    }
    others = one_line(PAGE).partition("In place of 01 ")[2].partition(":")[0]
    assert {minutes_of(number) for number in re.findall(r"\d\d", others)} == {minutes_of("01")}


def test_every_command_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that take no time are typed; the others name what is there."""
    (tmp_path / "capstone.yaml").write_text(ANSWER.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    typed = []
    for line in COMMANDS:
        program, *words = shlex.split(line)
        if line == ". .venv/bin/activate":
            continue
        program = program.removeprefix(".venv/bin/")
        assert program in ("python3", "python", "aicost", "jupyter"), line
        files = [word for word in words if "/" in word and "." in word]
        assert all((ROOT / file).is_file() for file in files), line
        if program == "aicost":
            assert words[0] in known, line
            if words[0] in ("check", "bill"):
                typed.append(words[0])
                text = said(*words)
                assert words[0] != "check" or "no problems" in text, line
    assert typed == ["check", "check", "check", "bill"]


def test_the_answer_of_the_capstone_is_what_the_page_says(tmp_path: Path) -> None:
    case, text = ac.load(ANSWER), one_line(WORKED)
    money = case.scenario.money.in_usd
    by = {name: float(usd) / money for name, usd in case.bill.by("component").items()}
    total, people = float(case.bill.total) / money, by["human review"]
    low, high = (round(x, -1) for x in cost_range(case))
    assert f"€{round(total, -1):,.0f} a month, nine times in ten between" in text
    assert f"between €{low:,.0f} and €{high:,.0f}." in text
    assert f"€{by['inference']:,.0f} for {case.bill.requests:,.0f} questions" in text
    assert f"the clerks, €{people:,.0f} or {100 * people / total:.1f} % of the bill" in text
    assert f"the store, €{by['retrieval']:,.0f} whether" in text
    assert f"= 85.33 hours, x €38 = €{people:,.0f}" in text
    grown, ends = ac.growth(case).sentence, ac.inflections(case).sentence
    for users in re.findall(r"holds up to ([\d,]+) users", text):
        assert f"The budget of €9,000 a month is kept up to {users} users" in ends
    for which, month in (("the budget is", "11"), ("the budget for cloud is", "15")):
        assert f"{which} missed from month {month} on" in grown
        assert f"from month {month}" in text
    saved = ac.levers(case).sentence
    assert "half as many reviews" in saved
    for usd in ("1,621", "697"):
        assert f"€{usd}" in saved
        assert f"€{usd}" in text
    assert "'requests per user and month' first: on its own it moves the bill by €5,460" in (
        ac.tornado(case).sentence
    )
    fast = one_line(said("latency", ANSWER))
    assert "that is missed: 82 % are in time" in fast
    assert "At p95 it brings the first word from 4.7 s to 2.5 s" in fast
    assert "a cache that answers 30 % 1.2 s 4.2 s" in fast
    for figure in ("4.7 s", "2.5 s", "4.2 s", "€3,593"):
        assert figure in fast
        assert figure in text
    wage = tmp_path / "wage.yaml"
    said_so = ANSWER.read_text(encoding="utf-8").replace("rate_per_hour", "wage_per_hour")
    wage.write_text(said_so, encoding="utf-8")
    assert f"€{float(ac.load(wage).bill.total) / money:,.0f} a month" in text


def cost_range(case: ac.Case) -> tuple[float, float]:
    found = re.search(r"between €([\d,]+) and €([\d,]+)", one_line(said("bill", ANSWER)))
    assert found
    low, high = (float(text.replace(",", "")) for text in found.groups())
    return low, high


def block(name: str) -> str:
    """Return a block of the room sheet, as it is read."""
    return html.unescape(SHEET.partition(f'<pre id="{name}">')[2].partition("</pre>")[0]).strip()


def test_nothing_that_is_handed_out_holds_an_answer(tmp_path: Path) -> None:
    """Neither the ten lines of notebook 00 nor what the capstone comes to; the file is read."""
    assert not re.search(r"\* ?(tokens|searches)|1e6", SHEET)
    answers = {*re.findall(r"€[\d,]+|\d+\.\d %|[\d,]{6,}", WORKED)} - {"€9,000"}
    assert len(answers) > 10
    assert not [figure for figure in answers if figure in PAGE + TASK + SHEET]
    (tmp_path / "mine.yaml").write_text(block("file"), encoding="utf-8")
    assert ac.load(tmp_path / "mine.yaml").bill.total > 0


def test_the_task_names_each_key_that_its_answer_has() -> None:
    """Those of its table, and those of the room sheet's file."""
    told = {*re.findall(r"\w+", TASK.partition('id="keys"')[2] + block("file"))}
    keys = {*re.findall(r"(\w+):", re.sub("#.*", "", ANSWER.read_text(encoding="utf-8")))}
    assert keys - told == {"input_tokens", "output_tokens", "as_of"}  # left out, they are unknown
