"""The command line as a person meets it: its help, what it refuses, how it ends."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import duckdb
import pytest
from commands import refused, run, said
from desk_file import DESK
from places import ROOT

from aicost import __main__
from aicost.cli.common import Refused
from aicost.cli.measured import agreed
from aicost.values.table_file import TableError

COMMANDS = (
    "new",
    "show",
    "check",
    "tokens",
    "review",
    "schema",
    "latency",
    "bill",
    "explain",
    "compare",
    "options",
    "inflection",
    "levers",
    "machines",
    "reconcile",
    "log",
    "accuracy",
    "measure",
    "prices",
)
MEASURES = ("results", "endpoint", "questions")
LOGS = ("ready", "sample", "price", "explain", "change", "quality", "calibrate")
INNER = (
    ("prices", "search"),
    *(("measure", name) for name in MEASURES),
    *(("log", name) for name in LOGS),
)


def test_help_lists_every_command_in_groups_of_plain_text() -> None:
    text = said("--help")
    assert re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE) == list(COMMANDS)
    heads = re.findall(r"^([A-Z].*):$", text, re.MULTILINE)
    assert heads == [
        "Options",
        "A client's system",
        "How fast it answers",
        "Where the money goes",
        "What the figures rest on",
    ]


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), *INNER])
def test_help_fits_80_columns_and_cuts_nothing(words: tuple[str, ...]) -> None:
    text = said(*words, "--help")
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in re.sub(
        r"(\[ARGS\]|\[WORDS\]|\[\w+\]\]|\[THEIRS\]|(FILE|THEIRS|LOG)\})\.\.\.", "", text
    )
    assert "\x1b" not in text
    assert not re.search(r"[│╭╰─]", text)


def test_version_and_no_command() -> None:
    assert re.fullmatch(r"aicost \d+\.\d+\.\d+\n", said("--version"))
    nothing = run()
    assert nothing.exit_code == 2
    assert "Where the money goes:" in nothing.output


def test_misspelled_command_names_the_right_one() -> None:
    assert "Did you mean 'explain'?" in refused("explan")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bill", "none.yaml"], "none.yaml:1: file: no such file or directory; check the path"),
        (["bill", "."], ".:1: file: it is a folder; name a file in it"),
        (["explain", "desk.yaml", "99"], "no line 99; there are 1 to 6"),
        (["explain", "desk.yaml", "0"], "no line 0; there are 1 to 6"),
        (["explain", "desk.yaml", "answr: input"], "did you mean 'answer: input'?"),
        (["bill", "desk.yaml", "--prices", "none.csv"], "none.csv"),
        (["bill", "desk.yaml", "--prices", "desk.yaml"], "desk.yaml:1"),
        (["compare", "desk.yaml", "none.yaml"], "none.yaml:1: file"),
        (["accuracy", "pricse", "desk.yaml"], "no accuracy topic 'pricse'"),
        (["accuracy", "prices", "none.csv"], "none.csv:1: file: no such file"),
        (["accuracy", "prices", "desk.yaml"], "desk.yaml:1: case_id: no such column; add it"),
        (["bill"], "Missing argument 'FILE'"),
        (["bill", "desk.yaml", "--user", "3"], "No such option: --user"),
        (["prices", "show", "anthropic/claude-sonet-5-5"], "claude-sonnet-5-5"),
    ],
)
def test_bad_input_ends_with_a_line(
    desk: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], why: str
) -> None:
    monkeypatch.chdir(desk.parent)
    assert why.lower() in refused(*words).lower()


@pytest.mark.parametrize("command", ["show", "bill", "explain", "review", "check"])
def test_every_command_prints_all_problems_of_a_file(desk: Path, command: str) -> None:
    desk.write_text(DESK.replace("1_500", "1,500").replace("2_000", "many"))
    text = refused(command, desk)
    assert text.count("\n") == 2
    assert "desk.yaml:3: traffic.users: 'many' is not a number" in text
    assert "write 1_500" in text


def test_unlisted_model_is_refused_before_any_figure(desk: Path) -> None:
    desk.write_text(DESK.replace("price: {input: 2, output: 10}", "model: openai/gpt-6-son"))
    text = refused("bill", desk)
    assert "desk.yaml:7: answer.model" in text
    assert "openai/gpt-6-sol" in text


def program(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, its output piped."""
    words = (sys.executable, "-m", "aicost", *words)
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(words, capture_output=True, env=env, check=False)


def test_piped_output_is_plain(desk: Path) -> None:
    done = program("bill", desk, FORCE_COLOR="1", TERM="xterm-256color")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert not done.stderr


def test_letters_that_a_terminal_lacks_end_nothing(desk: Path) -> None:
    desk.write_text(DESK.replace("name: Desk", "name: Łódź"), encoding="utf-8")
    done = program("show", desk, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("?ód?".encode("cp1252"))


def test_bad_file_leaves_code_2_and_no_trace(tmp_path: Path) -> None:
    done = program("bill", tmp_path / "none.yaml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


class _Interrupted:
    """A module in whose loading somebody presses Ctrl-C."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_who_interrupts_while_it_loads_sees_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aicost.cli.app", _Interrupted())
    with pytest.raises((SystemExit, KeyboardInterrupt)) as end:
        __main__.main()
    assert isinstance(end.value, SystemExit)
    assert end.value.code == 130


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
def test_a_file_whose_name_is_no_text_is_read_and_named(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.yaml")
    odd.write_bytes((ROOT / "data" / "scenarios" / "claims-review.yaml").read_bytes())
    assert "caf[U+DCE9].yaml: no problems" in said("check", odd)
    odd.write_bytes(odd.read_bytes() + b"nothing: 3\n")
    assert "caf[U+DCE9].yaml:" in refused("check", odd)
    assert "caf[U+DCE9].csv:2: " in str(TableError(os.fsdecode(b"caf\xe9.csv"), 2, "a", "b", "c"))


def test_starts_without_tables_and_charts() -> None:
    code = "import sys, aicost.cli.app; print({'pandas', 'altair', 'rich'} & sys.modules.keys())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True)
    assert done.stdout.strip() == b"set()"


def test_a_full_disk_is_one_line_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for problem, named in (
        (OSError(errno.ENOSPC, "No space left on device", "w.yaml"), "w.yaml: "),
        (duckdb.IOException("IO Error: No space left on device"), "this folder"),
    ):
        monkeypatch.setattr("aicost.cli.system.opened", Mock(side_effect=problem))
        line = refused("show", "x.yaml")
        assert line.startswith(named)
        assert "no space left on device; make room on the disk, or name a file on another" in line


def test_who_closed_the_input_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicost.cli.measured.sys", SimpleNamespace(stdin=None))
    with pytest.raises(Refused, match="say --yes to go on without a question"):
        agreed()
