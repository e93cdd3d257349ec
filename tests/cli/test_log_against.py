"""`aicost log against` and `aicost log forecast`, as a person types them."""

from pathlib import Path

import pandas as pd
import pytest
from commands import one_line, refused, run, said

from aicost.log.sample import Sample, frames


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "calls.csv"
    pd.concat(frames(Sample(rows=6_000, days=84))).to_csv(path, index=False)
    return path


def test_a_forecast_is_kept_and_held_against_the_log_that_came(here: Path, log: Path) -> None:
    frame = pd.read_csv(log)
    frame[frame["moment"] < "2026-10-01"].to_csv("before.csv", index=False)
    text = one_line(said("log", "forecast", "before.csv", "--write", "said.json"))
    assert "October 2026 is expected to cost" in text
    assert "written: said.json; once it has come: aicost log against said.json LOG" in text
    text = one_line(said("log", "against", "said.json", log))
    assert "The first 31 days of October 2026 cost" in text
    assert "what we said" in text
    assert said("log", "against", "said.json", log, "--csv").startswith("of these days,")
    assert "is there already" in refused("log", "forecast", "before.csv", "--write", "said.json")
    assert "name it with .json" in refused("log", "forecast", log, "--write", "said.txt")
    assert "a forecast has no stages" in refused(
        "log", "against", "said.json", log, "--stage", "a=b"
    )
    Path("other.json").write_text("{}")
    assert "other.json: no forecast" in refused("log", "against", "other.json", log)


def test_a_scenario_is_held_against_a_log(here: Path) -> None:
    log = Path("calls.csv")
    pd.concat(frames(Sample(rows=1_500, days=28))).to_csv(log, index=False)
    assert run("new", "drawn", "--log", log, text="\n").exit_code == 0
    text = one_line(said("log", "against", "drawn.yaml", log))
    assert "What the log has of the bill costs" in text
    assert "answer/chat" in text
    assert "What differs" in text
    rows = said("log", "against", "drawn.yaml", log, "--csv")
    assert rows.startswith(("a_month,", "a month,"))
    assert "no such stage in the file" in refused(
        "log", "against", "drawn.yaml", log, "--stage", "anser=judge"
    )
