"""The commands around a client's system: a file is made, checked and reviewed."""

import html
import re
from pathlib import Path

import pytest
from commands import one_line, refused, run, said
from desk_file import DESK
from places import SAMPLES

import aicost
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import tornado
from aicost.cli.plain_words import UNKNOWNS
from aicost.scenario.load import load
from aicost.values.formatting import money


def test_ends_with_the_bill_what_to_find_out_and_the_next_command(here: Path) -> None:
    asked = [
        "1",
        "",
        "6,000",
        "about 50",
        "180,000",
        "about 6",
        "5 %",
        "",
        "sonnet",
        "",
        "Langfuse",
    ]
    asked += ["0.3 % for 3 to 5 minutes", "", "8 s", "1,180", "4", "20,000"]
    lines = [*asked, "8 %"]
    result = run("new", "contract-search", text="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.output
    case = aicost.load("contract-search.yaml")
    cost, unknowns = expected(case), tornado(case)
    assert (
        f"Contract search: about {money(cost.mean)} a month, nine in ten from {money(cost.p5)} to "
        f"{money(cost.p95)}, for 6,000 users."
    ) in result.stdout.splitlines()
    ending = one_line(result.stdout.partition("find out first:")[2])
    assert unknowns[0].path == "traffic.requests_per_user_month"
    for number, unknown in enumerate(unknowns, start=1):
        field = unknown.path.rpartition(".")[2]
        assert f"{number}. {UNKNOWNS[field].format(stage='', unit='user')[:20]}" in ending
        assert f"from {money(unknown.low)} to {money(unknown.high)}" in ending
    assert "Next: aicost review contract-search.yaml" in ending
    assert case.scenario.growth is not None
    assert case.scenario.growth.users_per_month == 0.08


def test_says_nothing_of_tokens_and_takes_the_end_of_input_for_unknown(here: Path) -> None:
    result = run("new", "short", "--kind", "agent", text="EUR\n900\n")
    assert result.exit_code == 0, result.output
    assert "no more answers at question 3: from there on all is unknown in short.yaml" in one_line(
        result.output
    )
    assert "token" not in result.output.lower()
    assert load("short.yaml").traffic.users == 900


def test_no_answer_at_all_is_one_clear_line_and_no_file(here: Path) -> None:
    result = run("new", "short", text="")
    assert result.exit_code == 2
    assert "nothing was answered, nothing is written" in result.stderr
    assert not list(here.iterdir())


def test_never_overwrites(here: Path) -> None:
    Path("mine.yaml").write_text("name: Mine\n")
    assert "mine.yaml: it is there already and stays as it is" in refused("new", "mine")
    assert Path("mine.yaml").read_text() == "name: Mine\n"


def test_unknown_kind_is_refused_with_the_nearest(here: Path) -> None:
    assert "no kind 'agnet'; did you mean 'agent'?" in refused("new", "x", "--kind", "agnet")
    assert not list(here.iterdir())


def test_check_passes_the_samples() -> None:
    text = said("check", *SAMPLES)
    assert text.count("no problems") == len(SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_what_is_too_large_to_look_beyond_is_billed(sample: Path, tmp_path: Path) -> None:
    """Scans go to a hundred times today's usage; none may ask for one that no file could have."""
    text = sample.read_text()
    where = re.search(r"users: [\d_]+", text)
    assert where is not None
    path = tmp_path / sample.name
    path.write_text(
        re.sub(r"growth:.*\n", "", text.replace(where[0], "users: 900_000_000_000_000"))
    )
    assert "a month" in said("bill", path)


def test_check_prints_warnings_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(
        "name: Wide\nas_of: 2026-11-23\ntraffic: {users: 10, requests_per_user_month: 1}\n"
        "pipeline:\n  answer: {is: inference, model: anthropic/claude-sonnet-5-5, "
        "input_tokens: 9 M, output_tokens: 10}\n"
    )
    text = said("check", path)
    assert re.search(r"^warning: .*wide\.yaml:5: answer\.input_tokens: 9,000,010 tokens", text)
    assert "no problems" not in text


def test_check_names_every_bad_file_and_goes_on(tmp_path: Path, desk: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(DESK.replace("users", "usres", 1).replace("minutes", "minuets"))
    result = run("check", bad, desk, tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "did you mean 'users'?" in result.stderr
    assert "did you mean 'minutes'?" in result.stderr
    assert "none.yaml:1: file: no such file or directory" in result.stderr
    assert f"{desk}:10: people.wage_per_hour:" in result.stdout


def test_review_prints_the_verdict_and_where_the_page_is(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.parent)
    Path("reviews/desk").mkdir(parents=True)
    Path("reviews/desk/notes.md").write_text("Seen with the *client*.")
    text = said("review", "desk.yaml")
    page = Path("reviews/desk/index.html")
    assert str(page) in text.splitlines()
    written = html.unescape(page.read_text(encoding="utf-8"))
    verdict = re.search(r'class="verdict">(.*?)</p>', written)
    assert verdict
    assert one_line(text).startswith(one_line(verdict[1]))
    assert "aicost review desk.yaml" in written
    assert "Seen with the <em>client</em>." in written
    assert "prices: book " in text


def test_review_replaces_nothing_but_a_review(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.parent)
    for folder, words in (("mine", ["--out", "mine"]), ("reviews/desk", [])):
        Path(folder).mkdir(parents=True)
        letter = Path(folder) / "letter.txt"
        letter.write_text("keep")
        assert "it holds letter.txt and no review" in refused("review", "desk.yaml", *words)
        assert letter.read_text() == "keep"
    assert "it is a file" in refused("review", "desk.yaml", "--out", "desk.yaml")
