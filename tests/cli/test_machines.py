"""`aicost machines`: choices, what is ruled out, and from when on they pay."""

from pathlib import Path

from commands import run


def test_choices_and_the_break_even_are_printed() -> None:
    file = "data/scenarios/contract-search-billed.yaml"
    found = run("machines", file, "--stage", "answer", "--model", "gpt-oss-120b")
    assert found.exit_code == 0
    for words in ("The cheapest that does it in time", "ruled out", "by the token", "a million"):
        assert words in " ".join(found.output.split())


def test_what_cannot_be_asked_is_one_line(tmp_path: Path) -> None:
    file = "data/scenarios/contract-search-billed.yaml"
    found = run("machines", file)
    assert found.exit_code == 2
    assert "name the model to serve (--model)" in found.output
    assert run("machines", file, "--model", "x").exit_code == 2
    assert run("machines", file, "--stage", "nowhere").exit_code == 2
    assert run("machines", file, "--stage", "nowhere").output.startswith("no stage 'nowhere'; ")
    asked = ("--stage", "answer", "--model", "llama-3.3-70b", "--against", "qqqq")
    assert (
        "no 'qqqq' in the book; `aicost prices search WORD`" in run("machines", file, *asked).output
    )
