"""`aicost new`: few questions in plain words, and a file that says what was answered."""

import re
from pathlib import Path

import pytest
from commands import one_line, refused, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aicost
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import widest
from aicost.cli.draft_file import NameTaken, file_text, free_path
from aicost.cli.interview import UNKNOWN, Answers, Question, ask, questions
from aicost.cli.plain_words import KINDS, UNKNOWNS
from aicost.scenario.checks import verify
from aicost.scenario.kinds import defaults, kind_names
from aicost.values.formatting import money
from aicost.values.spelling import ValueProblem, read_value

BOOK = aicost.Book.load()


def dialogue(kind: str, *lines: str) -> tuple[Answers, str]:
    """Answer with these lines, then with Enter; return the answers and what was said."""
    left, heard = list(lines), []
    answers = ask(kind, BOOK, lambda: left.pop(0) if left else "", heard.append)
    assert not left
    return answers, "\n".join(heard)


def loaded(answers: Answers, folder: Path) -> aicost.Scenario:
    """Write the file of some answers and load it."""
    path = folder / "made.yaml"
    path.write_text(file_text(path, answers, BOOK), encoding="utf-8")
    scenario = aicost.load(path)
    verify(scenario, BOOK)
    return scenario


# ---- the questions


def test_every_kind_and_every_default_has_plain_words() -> None:
    assert sorted(KINDS) == kind_names()
    asked = [path for kind, path in defaults() if kind != "time"]  # times are no part of a bill
    fields = {re.sub(r"\.p(50|95)$", "", path).rpartition(".")[2] for path in asked}
    assert fields <= UNKNOWNS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_twelve_questions_none_of_tokens(kind: str) -> None:
    answers, heard = dialogue("", str(list(KINDS).index(kind) + 1))
    assert answers["kind"] == kind
    numbers = re.findall(r"^(\d+)\. ", heard, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert 8 <= len(numbers) <= 12
    assert "token" not in heard.lower()
    assert "token" not in " ".join(UNKNOWNS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_answers(kind: str) -> None:
    for question in questions(kind, BOOK):
        for example in question.such_as.split(", "):
            assert question.read(example)


def test_enter_at_the_kind_takes_the_most_usual() -> None:
    answers, heard = dialogue("")
    assert answers["kind"] == "rag-chat"
    assert "taken as rag-chat" in heard


def test_wrong_answers_are_explained_and_asked_again() -> None:
    answers, heard = dialogue("", "5", "1", "20,000", "20_000", "-3", "about 50", "many", "9_000")
    assert answers["traffic.users"] == "20_000"
    assert answers["traffic.requests_per_user_month"] == "about 50"
    assert answers["corpus.documents"] == "9_000"
    for words in (
        "'5' is none of them; write 1 to 4",
        "write 20_000",
        "'-3' is",
        "'many' is not a number",
    ):
        assert words in heard


def test_unknown_is_said_to_be_what_is_taken() -> None:
    _, heard = dialogue("rag-chat")
    assert "taken as 10 to 60 until known" in heard
    assert "taken as anthropic/claude-sonnet-5-5 until known" in heard


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("sonnet", "anthropic/claude-sonnet-5-5"),
        ("gpt-6-sol", "openai/gpt-6-sol"),
        ("google/gemini-2.5-pro", "google/gemini-2.5-pro"),
    ],
)
def test_part_of_a_name_finds_the_model(text: str, model: str) -> None:
    read = model_question("rag-chat").read
    assert read(text) == {"model": model}


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("rag-chat", "sonet-5-5", "did you mean"),
        ("rag-chat", "gpt-6", "'gpt-6' may be openai/gpt-6-luna, openai/gpt-6-sol, "),
        ("rag-chat", "text-embedding-3-small", "no model"),
        ("overnight-batch", "deepseek/deepseek-flash", "batch"),
    ],
)
def test_models_that_will_not_do(kind: str, text: str, words: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(words)):
        model_question(kind).read(text)


def model_question(kind: str) -> Question:
    return next(q for q in questions(kind, BOOK) if q.text.startswith("Which model"))


@pytest.mark.parametrize(
    ("text", "share", "minutes"),
    [
        ("2 % for 5 minutes", "2 %", "5 minutes"),
        ("about 2 %, 3 to 5 min each", "about 2 %", "3 to 5 min"),
        ("1 % to 3 %", "1 % to 3 %", UNKNOWN),
        ("0", "0", UNKNOWN),
    ],
)
def test_people_are_asked_for_once(text: str, share: str, minutes: str) -> None:
    answers, _ = dialogue("document-review", "", "", text)
    assert (answers["people.share"], answers["people.minutes"]) == (share, minutes)


# ---- the file


@pytest.mark.parametrize("kind", KINDS)
def test_all_unknown_still_gives_a_bill(kind: str, tmp_path: Path) -> None:
    answers, _ = dialogue(kind)
    scenario = loaded(answers, tmp_path)
    cost = expected(scenario, BOOK)
    assert 0 < cost.p5 < cost.mean < cost.p95
    assert scenario.traffic.basis("users") == "assumed"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_and_none(kind: str, tmp_path: Path) -> None:
    answers = {**dialogue(kind)[0], "people": "none", "other.per_month": "0"}
    scenario = loaded(answers, tmp_path)
    assert "people" not in [stage.name for stage in scenario.pipeline]


@pytest.mark.parametrize("kind", KINDS)
def test_model_reaches_every_stage_that_writes(kind: str, tmp_path: Path) -> None:
    model = "openai/gpt-6-sol"
    scenario = loaded({**dialogue(kind)[0], "model": model}, tmp_path)
    assert all(scenario.stage(name).model == model for name in KINDS[kind].writers)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """Spellings of numbers and ranges."""
    plain = st.integers(low, high).map(lambda n: f"{n:_}")
    pair = st.tuples(st.integers(low, high // 3), st.floats(1.0, 3.0))
    wide = pair.map(lambda p: f"{p[0]} to {int(p[0] * p[1])}")
    return st.one_of(plain, plain.map("about {}".format), wide, st.just(UNKNOWN))


PERCENT = numbers(1, 60).map(lambda s: s if s == UNKNOWN else f"{s} %")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(list(KINDS)), data=st.data())
def test_file_holds_what_was_answered(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    answers = dialogue(kind)[0]
    for path in answers:
        if "." in path:
            share = path.endswith(("changed_per_month", "growth.users_per_month", "share"))
            answers[path] = data.draw(PERCENT if share else numbers(1, 100_000), label=path)
    scenario = loaded(answers, tmp_path)
    fields = {path: (section, field, value) for path, section, field, value in scenario.fields()}
    fields = {path.replace("everything else.", ""): found for path, found in fields.items()}
    for path, text in answers.items():
        if path in fields and text != UNKNOWN:
            section, field, value = fields[path]
            assert value == read_value(text, section.quantities()[field])[0], path


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("contract-search", "Contract search"),
        ("a_b.yaml", "A b"),
        ("2nd system", "2nd system"),
        ("o'neil: search #2", "O'neil: search #2"),
        ("Łódź", "Łódź"),
    ],
)
def test_names_survive_the_file(file: str, name: str, tmp_path: Path) -> None:
    path = free_path(str(tmp_path / file))
    path.write_text(file_text(path, dialogue("rag-chat")[0], BOOK), encoding="utf-8")
    assert aicost.load(path).name == name


@pytest.mark.parametrize("name", ["", " ", ".hidden", "none/there"])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(NameTaken):
        free_path(name)


# ---- the command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_ends_with_the_bill_what_to_find_out_and_the_next_command(here: Path) -> None:
    lines = [
        "1",
        "6_000",
        "about 50",
        "180_000",
        "about 6",
        "5 %",
        "sonnet",
        "0.3 % for 3 to 5 minutes",
        "1_180",
        "4",
        "20_000",
        "8 %",
    ]
    result = run("new", "contract-search", text="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.output
    scenario = aicost.load("contract-search.yaml")
    cost, unknowns = expected(scenario, BOOK), widest(scenario, BOOK)
    assert (
        f"Contract search: about {money(cost.mean)} a month, nine in ten from {money(cost.p5)} to "
        f"{money(cost.p95)}, for 6,000 users."
    ) in result.stdout.splitlines()
    ending = one_line(result.stdout.partition("find out first:")[2])
    assert [u.path for u in unknowns][:2] == ["traffic.requests_per_user_month", "people.minutes"]
    for number, unknown in enumerate(unknowns, start=1):
        field = unknown.path.rpartition(".")[2]
        assert f"{number}. {UNKNOWNS[field].format(stage='', unit='user')[:20]}" in ending
        assert f"from {money(unknown.low)} to {money(unknown.high)}" in ending
    assert "Next: aicost review contract-search.yaml" in ending
    assert scenario.growth is not None
    assert scenario.growth.users_per_month == 0.08


def test_says_nothing_of_tokens_and_takes_the_end_of_input_for_unknown(here: Path) -> None:
    result = run("new", "short", "--kind", "agent", text="900\n")
    assert result.exit_code == 0, result.output
    assert "token" not in result.output.lower()
    assert aicost.load("short.yaml").traffic.users == 900


def test_never_overwrites(here: Path) -> None:
    Path("mine.yaml").write_text("name: Mine\n")
    assert "mine.yaml: it is there already and stays as it is" in refused("new", "mine")
    assert Path("mine.yaml").read_text() == "name: Mine\n"


def test_unknown_kind_is_refused_with_the_nearest(here: Path) -> None:
    assert "no kind 'agnet'; did you mean 'agent'?" in refused("new", "x", "--kind", "agnet")
    assert not list(here.iterdir())
