"""Answers to `aicost new`, and the systems that their files make."""

from pathlib import Path

import aicost
from aicost.billing.case import Case
from aicost.cli.draft_file import file_text
from aicost.cli.interview import ask
from aicost.cli.question import Answers

BOOK = aicost.Book.load()


def dialogue(kind: str, *lines: str) -> tuple[Answers, str]:
    """Answer with these lines, then with Enter; return the answers and what was said."""
    left, heard = list(lines), []
    answers = ask(kind, BOOK, lambda: left.pop(0) if left else "", heard.append)
    assert not left
    return answers, "\n".join(heard)


def loaded(answers: Answers, folder: Path) -> Case:
    """Write the file of some answers and load it, checked."""
    path = folder / "made.yaml"
    path.write_text(file_text(path, answers, BOOK), encoding="utf-8")
    return aicost.load(path)
