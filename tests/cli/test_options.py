"""The options of a file, side by side in a terminal."""

import re
from pathlib import Path

import pytest
from commands import one_line, refused, run, said
from desk_file import DESK
from places import ROOT

import aicost
from aicost.analysis.options.report import options

OPTIONS = """options:
  haiku: {answer.model: anthropic/claude-haiku-5-5}
  twice the users: {users: 4_000}
  half: {users: 1_000}
  "hosted | <b>": {users: 900}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    path.write_text(DESK + OPTIONS)
    return path


def test_the_options_of_a_file_stand_side_by_side(file: Path) -> None:
    text, found = said("options", file), options(aicost.load(file))
    assert one_line(found.sentence) in one_line(text)
    assert max(map(len, text.splitlines())) <= 80
    heads = re.findall(r"^  Option +(.*)$", text, re.MULTILINE)
    assert [head.startswith("as it is ") for head in heads] == [True, True]
    for note in found.rows().notes:
        assert one_line(note) in one_line(text)


def test_other_files_are_options_too(desk: Path, tmp_path: Path) -> None:
    other = tmp_path / "smaller.yaml"
    other.write_text(DESK.replace("users: 2_000", "users: 1_000"))
    text = said("options", desk, other)
    assert re.search(r"^  Option +as it is +smaller$", text, re.MULTILINE)
    assert "- smaller: the file smaller.yaml" in text


def test_without_options_it_says_how_to_name_some(desk: Path) -> None:
    assert refused("options", desk) == (
        f"{desk}: it names no options; write options: {{NAME: {{PATH: VALUE}}}} in it, or name "
        "other files behind it\n"
    )


def test_check_reads_options(file: Path) -> None:
    assert "options." not in said("check", file)
    file.write_text(DESK + "options:\n  less: {answr.model: openai/gpt-5}\n")
    for command in ("check", "options"):
        line = refused(command, file).strip()
        assert re.fullmatch(rf"{file}:\d+: options\.less\.answr\.model: no such field .*; .+", line)
    line_at = file.read_text().splitlines().index("  less: {answr.model: openai/gpt-5}") + 1
    assert line.startswith(f"{file}:{line_at}: ")


def test_check_says_what_is_ruled_out(file: Path) -> None:
    text = DESK.replace("price: {input: 2, output: 10}", "model: anthropic/claude-sonnet-5-5")
    file.write_text(text + "options:\n  home: {constraints.residency: eu}\n")
    line = file.read_text().count("\n")
    ran = run("check", file)
    assert ran.exit_code == 0
    assert f"warning: {file}:{line}: options.home.answer.model: anthropic/" in ran.output
    assert "is not offered in eu" in ran.output


def test_the_example_of_the_documentation_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    part = text.partition("## Options side by side\n")[2].partition("\n## ")[0]
    written, commands = re.findall(r"```\w+\n(.*?)```", part, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("desk.yaml").write_text(written)
    Path("hosted.yaml").write_text(written.partition("goals:")[0].replace("6_000", "5_000"))
    for line in commands.splitlines():
        words = line.partition("#")[0].split()
        assert words[0] == "aicost"
        output = said(*words[1:])
    assert "'data in the EU' is ruled out: " in output
    assert "with the goals of the first" in one_line(output)
