"""`aicost tokens`: a text on several models, and one clear line for what is none."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aicost.cli.app import app
from aicost.cli.tokens import MOST_BYTES
from aicost.values.quantities import Quantity
from aicost.values.spelling import read_value

MODELS = ("--models", "openai/gpt-5,anthropic/claude-sonnet-5-5", "--models", "x-ai/grok-4.5")


def said(file: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["tokens", str(file), *(words or MODELS)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text("The tenant pays the rent for the flat on the first of the month. " * 20)
    return file


def test_each_model_has_a_line_for_the_file(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicost.analysis.token_sample.counter", lambda name: None)
    text = said(letter)
    assert "1,300 characters, taken as english" in text
    lines = [line for line in text.splitlines() if "input_tokens: " in line]
    assert [line.partition("# ")[2] for line in lines] == [
        "openai/gpt-5",
        "anthropic/claude-sonnet-5-5",
        "x-ai/grok-4.5",
    ]
    for line in lines:
        value = line.partition(": ")[2].partition("#")[0].strip()
        assert read_value(value, Quantity("", "tokens"))[1] == "given"
    assert "pip install 'aicost-kit[local]'" in text


def test_what_was_counted_is_measured(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "aicost.analysis.token_sample.counter", lambda name: (lambda text: 280, "package 1.0")
    )
    text = said(letter, "--models", "openai/gpt-5")
    assert "input_tokens: 280   # openai/gpt-5" in text
    assert "counted with package 1.0" in text
    assert "pip install" not in text
    assert read_value("280", Quantity("", "tokens")) == (280.0, "stated")


def test_what_it_is_can_be_said(letter: Path) -> None:
    assert "taken as code" in said(letter, *MODELS, "--content", "code")


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"%PDF-1.7\0\x01", "it is no text; save what is in it as plain text (.txt)"),
        (b"one\nM\xfcller", ":2: it is not UTF-8; save the file as UTF-8"),
        (b" \n ", "there is no text in it"),
        (b"", "there is no text in it"),
        (b"x" * (MOST_BYTES + 1), "2 MB; cut a sample of at most 2 MB out"),
    ],
)
def test_what_is_no_text_is_one_line(tmp_path: Path, raw: bytes, line: str) -> None:
    file = tmp_path / "it.txt"
    file.write_bytes(raw)
    text = said(file, code=2)
    assert line in text
    assert str(file) in text
    assert text.count("\n") == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_of_the_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "it.txt"
    file.write_text("Für die Mieter und die Eigentümer", encoding=encoding)
    assert "33 characters, taken as german" in said(file)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--models", ","), "name a model at least"),
        ((*MODELS, "--content", "englisch"), "no such kind of text; did you mean 'english'"),
    ],
)
def test_what_cannot_be_asked_is_one_line(letter: Path, words: tuple[str, ...], line: str) -> None:
    assert line in said(letter, *words, code=2)


def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", Path("/dev/zero")):
        assert f"{file}: it is no file on a disk" in said(file, code=2)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "no such file" in said(tmp_path / "nowhere.txt", code=2)
