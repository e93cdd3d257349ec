"""Comments of a file stand in a copy of it where they stood."""

from pathlib import Path

from random_scenarios import random_text

import aicost
from aicost.measure.record import measured_copy
from aicost.scenario.comments import with_comments
from aicost.scenario.load import load
from aicost.scenario.writer import scenario_text

FILE = """\
# The desk of Harbour
# as of October

name: "Desk #1"  # their own word
traffic:
  # Ms Rossi: between 30 and 50
  requests_per_user_month: about 40
  users: 2_300  # of the directory

pipeline:
  answer: {is: inference, input_tokens: 900, output_tokens: 100,
           # asked of the provider
           price: {input: 2, output: 2}}
# all else
other: {servers: {per_month: 500}}  # see invoice #12
# to be done: ask for the log
"""
COPY = """\
# The desk of Harbour
# as of October
# their own word
name: "Desk #1"
traffic:
  # of the directory
  users: 2_300
  # Ms Rossi: between 30 and 50
  requests_per_user_month: 32 to 110
pipeline:
  # asked of the provider
  answer: {is: inference, input_tokens: 900}
# all else
# see invoice #12
other: {servers: {per_month: 500}}
# to be done: ask for the log
"""


def test_each_stands_above_its_key(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(FILE, encoding="utf-8")
    bare = "".join(f"{line}\n" for line in COPY.splitlines() if not line.strip().startswith("#"))
    assert with_comments(bare, file) == COPY


def test_a_measured_copy_keeps_them_and_says_the_same(tmp_path: Path) -> None:
    file, copy = tmp_path / "desk.yaml", tmp_path / "copy.yaml"
    file.write_text(FILE, encoding="utf-8")
    case = aicost.load(file)
    copy.write_text(measured_copy(case, {"answer.input_tokens": 950.0}, said=["Measured."]))
    text = copy.read_text(encoding="utf-8")
    assert text.startswith("# Measured.\n# The desk of Harbour\n")
    comments = {"of the directory", "Ms Rossi: between 30 and 50", "to be done: ask for the log"}
    assert all(f"# {one}\n" in text for one in comments)
    assert aicost.load(copy).bill.total > case.bill.total
    again = measured_copy(aicost.load(copy), {"answer.input_tokens": 990.0}, said=["Measured."])
    assert again.count("# Measured.") == 1


def test_random_systems_keep_theirs(tmp_path: Path) -> None:
    """A comment above each line that begins with a key changes nothing of what a file says."""
    file = tmp_path / "system.yaml"
    for seed in range(20):
        text = random_text(seed)
        lines = []
        for number, line in enumerate(text.splitlines()):
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}# of line {number}"] if ": " in line else []
            lines.append(line)
        file.write_text("\n".join(lines), encoding="utf-8")
        bare = scenario_text(load(file))
        copy = with_comments(bare, file)
        said = [line.strip() for line in lines if line.strip().startswith("#")]
        found = [line.strip() for line in copy.splitlines() if line.strip().startswith("#")]
        assert sorted(found) == sorted(said), seed
        kept = [line for line in copy.splitlines() if not line.strip().startswith("#")]
        assert kept == bare.splitlines(), seed
