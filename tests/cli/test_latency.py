"""`aicost latency` prints all that is said of a system's times."""

from pathlib import Path

import pytest
from cases import sample
from commands import one_line, said
from timed_systems import WRITES, system, takes

from aicost.timing.report import answer_words, latency, load_words, notes, remedy_words


@pytest.mark.parametrize("name", ["contract-search-billed", "claims-review"])
def test_a_sample_says_all_of_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = sample(name)
    monkeypatch.setattr("aicost.cli.latency.opened", lambda *_: case)  # worked out once
    text, times = said("latency", "its.yaml"), latency(case)
    assert times is not None
    for words in (answer_words(times), load_words(times), remedy_words(times), *notes(times)):
        assert one_line(words) in one_line(text)
    for row in times.stage_rows().rows:
        assert f"\n  {row.cells[0]} " in text
    for path, value, _ in times.assumed:
        assert f"{path} {value}" in one_line(text)
    assert f": book {case.book.hash}, read " in text


def test_a_time_set_otherwise_is_said_first(tmp_path: Path) -> None:
    path = tmp_path / "writes.yaml"
    path.write_text(f"name: Writes\n{system(WRITES)}")
    assert "Half of the requests have the whole answer within 2 s," in one_line(
        said("latency", path)
    )
    slower = said("latency", path, "--set", "a.ttft=3")
    assert slower.startswith("Writes, with a.ttft=3\n")
    assert "Half of the requests have the whole answer within 4 s," in one_line(slower)


def test_a_system_that_takes_no_time_says_so(tmp_path: Path) -> None:
    path = tmp_path / "still.yaml"
    stage = takes("0")
    path.write_text(f"name: Still\n{system(f'a: {stage}')}")
    assert said("latency", path) == "Still: no stage of it takes any time.\n"
