"""`aicost new NAME --log FILE` writes a file that loads, checks clean, bills what the log cost."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from commands import one_line, refused, run, said

import aicost
from aicost.book.book import Book
from aicost.log.price import price_calls
from aicost.log.sample import Sample, frames

BOOK = Book.load()
SAMPLE = Sample(rows=20_000, days=28, seed=4, causes=())
ANSWERS = ["", "20,000", "6", "5 %", "AWS, EU", "pinecone", "Langfuse", "3 to 5", "paralegal"]
ANSWERS += ["8 s", "1,200", "4", "20,000", "8 %"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.concat(frames(SAMPLE), ignore_index=True)


@pytest.fixture(scope="module")
def month(frame: pd.DataFrame) -> float:
    """What its calls cost at the prices of today."""
    return float(price_calls(frame, BOOK, at=BOOK.as_of).total_usd)


@pytest.fixture(scope="module")
def log(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "calls.parquet"
    duckdb.connect().from_df(frame).write_parquet(str(path))
    return path


def of_the_log(case: aicost.Case, frame: pd.DataFrame) -> float:
    """The bill of the stages that the log has, for as many requests as it has."""
    bill = sum(
        float(c.usd)
        for c in case.bill.charges
        if c.stage.partition("/")[0] in ("embed", "rerank", "answer", "judge")
        and "document" not in c.item
        and c.item not in ("re-indexing", "first ingestion")
    )
    return bill / float(case.bill.requests) * frame["request"].nunique()


@pytest.mark.parametrize("answers", [[], ANSWERS], ids=["nothing", "all"])
def test_the_file_loads_checks_clean_and_bills_what_the_log_cost(
    here: Path, log: Path, frame: pd.DataFrame, month: float, answers: list[str]
) -> None:
    result = run("new", "drawn", "--log", log, text="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    assert "How many people used it" not in result.output  # the log says so
    assert "Which model writes" not in result.output
    case = aicost.load("drawn.yaml")
    assert of_the_log(case, frame) == pytest.approx(month, rel=2e-3)
    text = said("check", "drawn.yaml")
    assert "no problems" in text or not re.search(r"(answer|embed|rerank|judge)\S*\.(?!keep)", text)
    told = one_line(result.stdout)
    assert "the file bills" in told
    assert "for as many" in told
    stages = [stage.name for stage in case.scenario.stages]
    found = ["embed", "rerank", *(["retrieval"] if answers else []), "answer kept"]
    assert stages[: len(found)] == found
    assert ("people" in stages) == ("traces" in stages) == bool(answers)
    written = Path("drawn.yaml").read_text()
    if answers:
        assert case.scenario.growth is not None
        assert case.scenario.goals.cloud_budget_per_month == 20_000
        assert "# constraints: {residency: eu}" in written  # its models ran elsewhere
    else:
        assert "not in this bill until it is" in written


def test_a_share_that_a_log_measured_is_not_doubted(
    here: Path, log: Path, frame: pd.DataFrame
) -> None:
    """Its requests come in conversations, and find what the turn before left in the cache."""
    run("new", "drawn", "--log", log, text="\n" * 20)
    agent = frame[(frame["feature"] == "agent") & (frame["stage"] == "answer")]
    (stage,) = (s for s in aicost.load("drawn.yaml").scenario.stages if s.name == "answer/agent")
    turns = agent["request"].nunique() / agent["session"].nunique()
    assert stage.turns == pytest.approx(turns, rel=1e-3)
    assert "cache_read_share" not in said("check", "drawn.yaml")


def test_what_cannot_be_placed_is_said_with_its_cost(here: Path) -> None:
    calls = pd.concat(frames(Sample(rows=4_000, days=28)), ignore_index=True)
    answers = calls[(calls["stage"] == "answer") & ~calls["from_cache"]]
    tool = answers.head(30).assign(operation="tool", stage="weather", call=range(30))
    tool["model"] = None
    lost = answers.head(20).assign(model="gpt-0", stage="draft", call=range(100, 120))
    pd.concat([calls, tool, lost]).to_csv("calls.csv", index=False)
    text = run("new", "drawn", "--log", "calls.csv", text="\n").output
    text = one_line(text)
    assert "weather (30 calls" in text
    assert "what a call of it costs is not in the log" in text
    assert "draft (20 calls" in text
    assert "no price of its model is known" in text
    written = Path("drawn.yaml").read_text()
    assert "weather" in written
    assert "draft" in written
    assert said("check", "drawn.yaml")


@pytest.mark.parametrize("tokens", [0, 100])
def test_one_call_makes_a_file(here: Path, tokens: int) -> None:
    """Nobody says who asked or who looked at it, and it may have cost nothing."""
    head = "moment,model,input_tokens,output_tokens\n"
    row = f"2026-11-01T10:00:00,openai/gpt-6-luna,{tokens},{tokens}\n"
    Path("calls.csv").write_text(head + row)
    result = run("new", "drawn", "--log", "calls.csv", text="\n" * 20)
    assert result.exit_code == 0, result.output
    assert ", for 1 request a day." in one_line(result.stdout)
    assert "Drawn from a log of 1 request of 1 day," in Path("drawn.yaml").read_text()
    assert "no problems" in said("check", "drawn.yaml")


def test_what_cannot_be_asked_for_is_one_clear_line(here: Path, log: Path) -> None:
    assert "name that too, with --log" in refused("new", "x", "--column", "model=engine")
    assert "leave it out" in refused("new", "x", "--kind", "agent", "--log", log)
    Path("calls.csv").write_text("moment,model,input_tokens\n2026-11-02,gpt-0,5\n")
    assert "no call of it has a name, or none a price" in refused("new", "x", "--log", "calls.csv")
    assert not Path("x.yaml").exists()
    Path("x.yaml").write_text("mine")
    assert "it is there already" in refused("new", "x", "--log", log)
