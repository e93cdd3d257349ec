"""Run commands as a person types them, in this process."""

from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from aicost.cli.app import app


def run(*words: str | Path, text: str | None = None) -> Result:
    """Run one command in this process."""
    return CliRunner().invoke(app, [str(word) for word in words], input=text)


def said(*words: str | Path) -> str:
    """Run a command that has to work; return what it prints."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str | Path) -> str:
    """Run a command that has to be refused; return the lines that say why."""
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def one_line(text: str) -> str:
    """Undo the wrapping of a terminal."""
    return " ".join(text.split())
