"""A bill against its own log: right stage by stage, what was changed is found, all adds up."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from log_files import unknown

from aicost import Case, load
from aicost.analysis.logged.against import Against, against_log
from aicost.analysis.logged.by_stage import by_stage, labelled, month_of
from aicost.analysis.logged.lines import components_of, lines_of
from aicost.book.book import Book
from aicost.cli.log_file import log_file_text
from aicost.components.traffic import DAYS_PER_MONTH
from aicost.log.calibrate import measured_values
from aicost.log.engine import collected
from aicost.log.parts import parts_of
from aicost.log.price import price_calls
from aicost.log.sample import Sample, frames
from aicost.log.sample_causes import planted
from aicost.log.system import system_of
from aicost.values.result import Result

BOOK = Book.load()


@cache
def frame() -> pd.DataFrame:
    causes = planted(28, ("price change", "judge change"))  # which move no value of a stage
    sample = Sample(rows=12_000, days=28, seed=5, causes=causes)
    return pd.concat(frames(sample), ignore_index=True)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = tmp_path_factory.mktemp("against") / "drawn.yaml"
    system = system_of(frame(), BOOK)
    path.write_text(log_file_text(path, system, unknown(system), BOOK))
    return load(path)


def adds_up(found: Against) -> None:
    """What is said, and all that explains the difference, come to what was logged."""
    own = {line.name for line in found.stages}
    bars = sum(bar.usd for bar in found.bridge.bars)
    outside = sum(
        float(after.usd) - float(before.usd)
        for before, after in zip(found.case.bill.charges, found.logged.bill.charges, strict=False)
        if before.stage not in own and before.stage == after.stage
    )
    whole = found.whole.said + bars - outside + found.prices + found.unexplained
    assert whole == pytest.approx(found.whole.actual, rel=1e-6)


def test_a_file_drawn_from_a_log_is_held_against_it_with_nothing_to_say(case: Case) -> None:
    found = against_log(case, frame())
    assert isinstance(found, Result)
    month = float(price_calls(frame(), BOOK).total_usd) / 28 * DAYS_PER_MONTH
    assert found.whole.actual == pytest.approx(month, rel=1e-3)
    now = found.whole.actual - found.prices
    assert found.whole.said == pytest.approx(now, rel=3e-3)
    assert abs(found.unexplained) < 5e-3 * now
    assert not found.unsaid
    assert {line.name for line in found.stages} >= {"embed", "rerank", "judge", "answer/chat"}
    assert sum(line.actual for line in found.components) == pytest.approx(found.whole.actual)


def test_what_was_planned_otherwise_is_what_explains(case: Case) -> None:
    planned = case.at({"traffic.users": "about 100", "answer/agent.repeat": "1 to 2"})
    found = against_log(planned, frame())
    adds_up(found)
    agent = next(line for line in found.stages if line.name == "answer/agent")
    assert not agent.inside
    labels = " ".join(f"{bar.label} {' '.join(bar.changes)}" for bar in found.bars)
    assert "users" in labels
    assert "repeat" in labels
    assert "more than the" in found.sentence
    assert "Most of it:" in found.sentence
    assert abs(found.unexplained) < 0.02 * found.whole.actual
    text = found.rows().text() + found.explained().text()
    assert "answer/agent" in text
    assert "prices of their days" in text


def test_what_is_in_one_of_both_alone_is_said(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "less.yaml"
    text = case.write(path).read_text()
    head, _, rest = text.partition("  judge:")
    path.write_text(head + rest[rest.index("\n") + 1 :].replace("    ", "#   ") if rest else head)
    more = path.read_text() + "\nother: {hosting: {per_month: 50}}\n"
    path.write_text(more)
    found = against_log(load(path), frame())
    assert [line.name for line in found.unsaid] == ["judge"]
    assert "hosting" in [line.name for line in found.unseen]
    assert "In the log and not in the file: judge" in found.sentence


def test_a_log_of_another_system_is_refused(case: Case) -> None:
    other = frame().head(200).assign(operation="judge", stage="grading")
    with pytest.raises(ValueError, match="--stage "):
        against_log(case, other)
    with pytest.raises(ValueError, match="no call of the log has a price"):
        against_log(case, frame().head(50).assign(model="gpt-0"))


def test_lines_are_those_of_the_bill(case: Case) -> None:
    lines = [*lines_of(case, {"judge": 5.0}, None)]
    assert sum(line.said for line in lines) == pytest.approx(float(case.bill.total))
    assert {line.name: line.actual for line in lines}["judge"] == 5
    whole = sum(one.said for one in components_of(case, lines))
    assert whole == pytest.approx(float(case.bill.total))


def test_calls_stand_under_the_stage_that_they_are(case: Case) -> None:
    parts = parts_of(price_calls(frame(), BOOK))
    named = labelled(parts.calls, {"judge": "marks"})
    found = collected(named.select("stage"))["stage"]
    assert (found == "marks").sum() == (frame()["stage"] == "judge").sum()
    month = month_of(measured_values(frame()))
    assert month == pytest.approx(frame()["request"].nunique() / 28 * DAYS_PER_MONTH, rel=1e-6)
    usd = by_stage(named, month)
    whole = float(price_calls(frame(), BOOK).total_usd) / 28 * DAYS_PER_MONTH
    assert sum(usd.values()) == pytest.approx(whole, rel=1e-6)


def test_rounds_of_a_loop_are_what_explains(tmp_path: Path) -> None:
    """Three rounds were planned, of a stage that is called so within its loop; four came."""
    path = tmp_path / "loop.yaml"
    path.write_text("""as_of: 2026-11-23
traffic: {requests_per_day: 40}
pipeline:
  agent:
    loop:
      rounds: 3
      steps:
        think: {is: inference, model: openai/gpt-5, input_tokens: 1_000, output_tokens: 50,
                thinking_tokens: 0}
""")
    first = pd.Timestamp("2026-11-02")
    rows = [
        (first + pd.Timedelta(days=day, minutes=30 * n, seconds=call), f"r{day}-{n}")
        for day in range(14)
        for n in range(40)
        for call in range(3 + 2 * (n % 2))
    ]
    log = pd.DataFrame(rows, columns=["moment", "request"]).assign(
        stage="think", provider="openai", model="gpt-5", input_tokens=1_000, output_tokens=50
    )
    found = against_log(load(path), log)
    adds_up(found)
    assert [line.name for line in found.stages] == ["agent/think"]
    assert found.whole.actual / found.whole.said == pytest.approx(4 / 3)
    assert [bar.group for bar in found.bars] == ["agent"]
    assert abs(found.unexplained) < 1e-6 * found.whole.actual
