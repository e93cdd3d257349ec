"""Every mistake in a file gives one clear line: file, line, key, what is wrong and what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import run
from places import ROOT, TESTS

from aicost.book.book import Book
from aicost.scenario.checks import verify
from aicost.scenario.load import load
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.yaml_tree import MOST_BYTES

FOLDER = TESTS / "data" / "malformed"
FILES = sorted(FOLDER.glob("*.yaml"))
GOOD = "kind: rag-chat\nas_of: 2026-11-23\ntraffic: {users: 1_000}\n"
SAID = "pipeline: {answer: {thinking_tokens: 0}, people: none}\n"  # which `check` asks for

#: What a line has to look like: somebody can find the place and knows what to write instead.
LINE = re.compile(r"[^\n]+?:\d+: \S[^\n]*?: \S[^\n;]*(?:;[^\n;]+)*; \S[^\n]*")
PRICE = re.compile(r"\$\s?[0-9]")


def expected(text: str) -> list[tuple[int, str, str]]:
    """Return line, key and word of every problem that a file says it has."""
    found = re.findall(r"^# expect: (\d+), (.*?), (.*)$", text, re.MULTILINE)
    return [(int(line), key, word) for line, key, word in found]


def problems(path: Path) -> tuple[Problem, ...]:
    """Return what is wrong with a file, by itself and beside the price book."""
    try:
        scenario = load(path)
        verify(scenario, Book.load(as_of=scenario.as_of))
    except ScenarioError as error:
        return error.problems
    return ()


def matches(problem: Problem, want: tuple[int, str, str]) -> bool:
    line, key, word = want
    return (problem.line, problem.key) == (
        line,
        key,
    ) and word in f"{problem.wrong}; {problem.remedy}"


def test_there_are_many() -> None:
    assert len(FILES) >= 100
    assert all(path.read_text(encoding="utf-8").startswith("# expect: ") for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_one_clear_line_for_each_problem(path: Path) -> None:
    wanted = expected(path.read_text(encoding="utf-8"))
    found = problems(path)
    assert wanted
    assert len(found) == len(wanted), "\n".join(map(str, found))
    for want in wanted:
        assert any(matches(problem, want) for problem in found), (want, [*map(str, found)])
    for problem in found:
        assert LINE.fullmatch(str(problem)), str(problem)
        assert problem.file == str(path)


@pytest.mark.parametrize("text", ["", "# as it should be\n", "\ufeff", "%YAML 1.1\n---\n"])
def test_a_good_file_has_no_problem(tmp_path: Path, text: str) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(text + GOOD, encoding="utf-8")
    assert problems(path) == ()
    path.write_bytes((text + GOOD).replace("\n", "\r\n").encode())
    assert problems(path) == ()


@pytest.mark.parametrize(
    ("raw", "line", "word"),
    [
        (b"", 1, "it is empty"),
        (b"\n\n  \n", 1, "it is empty"),
        ("\ufeff".encode(), 1, "it is empty"),
        (GOOD.encode("utf-16"), 1, "not UTF-8"),
        (GOOD.encode("utf-16-le"), 1, "a character that does not print"),
        (GOOD.encode() + "name: Müller\n".encode("latin-1"), 4, "not UTF-8"),
        (GOOD.encode() + b"name: \xed\xa0\x80\n", 4, "not UTF-8"),
        (GOOD.encode() + b"name: a\x00b\n", 4, "a character that does not print"),
        (GOOD.encode() + b"\nname: a\x1b[31mb\n", 5, "a character that does not print"),
        (bytes(range(256)), 2, "not UTF-8"),
        (b"\x1f\x8b\x08\x00" * 50, 1, "not UTF-8"),
        (GOOD.encode() + b"# " + b"x" * MOST_BYTES, 1, "more than 1 MB"),
        (b"[" * 100_000, 1, "nested more than 24"),
        (b"{a: " * 100_000, 1, "nested more than 24"),
        (b"\n".join(b" " * n + b"a:" for n in range(60)), 26, "nested more than 24"),
        (GOOD.encode().replace(b"\n", b"\r\n") + b"nme: x\r\n", 4, "did you mean 'name'?"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_files_that_no_editor_writes(tmp_path: Path, raw: bytes, line: int, word: str) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(raw)
    (problem,) = problems(path)
    assert matches(problem, (line, problem.key, word)), str(problem)
    assert LINE.fullmatch(str(problem))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path, remedy in (
        (tmp_path / "nowhere.yaml", "check the path"),
        (tmp_path, "name a file in it"),
    ):
        (problem,) = problems(path)
        assert (problem.line, problem.key, problem.remedy) == (1, "file", remedy)


def test_words_of_a_file_cannot_break_the_line_they_are_quoted_in(tmp_path: Path) -> None:
    path = tmp_path / "tricky.yaml"
    path.write_text(GOOD + '"a\\u2028b\\u200b\\e[2J": 1\n', encoding="utf-8")
    (problem,) = problems(path)
    assert len(str(problem).splitlines()) == 1
    assert str(problem).isprintable()


BY_COMMAND = ("001", "058", "090", "262", "337", "338")


@pytest.mark.parametrize("number", BY_COMMAND)
def test_the_command_says_the_same(number: str) -> None:
    path = FOLDER / f"{number}.yaml"
    ran = run("check", path)
    said = (ran.stdout + ran.stderr).splitlines()
    assert ran.exit_code == 2
    assert [line for line in said if line.strip()] == [str(problem) for problem in problems(path)]
    assert not PRICE.search(ran.stdout)


def test_the_command_judges_each_file_apart(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text(GOOD + SAID, encoding="utf-8")
    bad = FOLDER / "058.yaml"
    command = [sys.executable, "-m", "aicost", "check", str(bad), str(good)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 2
    assert "did you mean 'kind'?" in ran.stderr
    assert f"{good}: no problems" in ran.stdout


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("# expect: 2, kind, did you mean\nkind: rag-caht\n", True),
        ("# expect: 2, kind, no such word\nkind: rag-caht\n", False),
        ("# expect: 3, kind, did you mean\nkind: rag-caht\n", False),
        ("# expect: 2, name, did you mean\nkind: rag-caht\n", False),
        ("# expect: 2, kind, did you mean\n" + GOOD, False),
    ],
)
def test_checker_finds_what_it_is_for(tmp_path: Path, text: str, fits: bool) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    found = problems(path)
    assert any(matches(problem, want) for problem in found for want in expected(text)) is fits
