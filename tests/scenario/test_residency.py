"""Where a system runs: the price of the place, or a refusal that names who sells it there."""

from pathlib import Path
from string import ascii_lowercase

import pytest
from cases import written
from commands import run, said

import aicost
from aicost.analysis.attribution.bridge import bridge
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.scenario.checks import unplaced, warnings
from aicost.scenario.problems import ScenarioError
from aicost.scenario.residency import no_place, said_of_place
from aicost.show.review import answers
from aicost.values.countries import COUNTRIES

SONNET, REGIONAL = "anthropic/claude-sonnet-5-5", "aws/regional.anthropic.claude-sonnet-5-5"
SYSTEM = """name: Chat
as_of: 2026-11-27
traffic: {requests_per_month: 100_000}
pipeline:
  answer: {is: inference, model: MODEL, input_tokens: 10_000, output_tokens: 1_000MORE}
constraints: {residency: PLACE}
"""


def chat(model: str = SONNET, place: str = "us", more: str = "") -> Case:
    text = SYSTEM.replace("MODEL", model).replace("PLACE", place).replace("MORE", more)
    return written(text)


@pytest.mark.parametrize(
    ("model", "place", "usd"),
    [
        (SONNET, "us", 3_300),  # 1.1 x on every bucket
        (SONNET, "USA", 3_300),
        (SONNET, "global", 3_000),
        (REGIONAL, "eu", 3_300),  # the regional price is in the book already
        (REGIONAL, "us", 3_300),
        ("bedrock/eu.anthropic.claude-sonnet-5-5", "eu", 3_300),
        ("google/claude-sonnet-5-5", "eu", 3_300),
        ("openai/gpt-6-sol", "eu", 1.1 * 3_000),
        ("openai/gpt-4o", "eu", 3_500),  # released before 2026-03-05
        ("azure/eu/gpt-4o", "Europe", 3_850),
    ],
)
def test_the_price_is_that_of_the_place(model: str, place: str, usd: float) -> None:
    assert chat(model, place).bill.total == pytest.approx(usd)


@pytest.mark.parametrize(
    ("model", "place", "words"),
    [
        (SONNET, "eu", rf"is not offered in eu .*write {REGIONAL} \(2.2 / 11 USD/Mtok, \+10 %"),
        (SONNET, "ch", r"is not offered in ch .*nobody is known to sell it in ch"),
        ("anthropic/claude-haiku-4-5", "us", r"not offered in us .*write aws/regional\."),
        ("aws/global.anthropic.claude-sonnet-5-5", "eu", rf"not offered in eu .*write {REGIONAL}"),
        ("aws/us.anthropic.claude-sonnet-5-5", "eu", r"runs in us, .*write 'aws/eu\.anthropic"),
        ("azure/us/gpt-4o", "eu", r"runs in us, .*write azure/eu/gpt-4o"),
        ("aws/claude_platform/claude-sonnet-5-5", "eu", "not offered in eu"),
        ("aws/eu-west-2/minimax.minimax-m2.5", "eu", "write aws/eu-"),
    ],
)
def test_what_may_not_run_there_is_refused(model: str, place: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=rf"answer\.model: .*{words}"):
        chat(model, place)


@pytest.mark.parametrize(
    ("model", "place", "remedy"),
    [
        ("google/gemini-3.5-flash", "eu", "residency/google/gemini-3.5-flash,eu,1,"),
        ("azure/gpt-4o", "eu", "write azure/eu/gpt-4o"),
        (REGIONAL, "ch", f"residency/{REGIONAL},ch,1,"),
    ],
)
def test_what_nobody_says_is_said_before_the_bill(model: str, place: str, remedy: str) -> None:
    case = chat(model, place)
    (found,) = unplaced(case.scenario, case.book)
    assert found.wrong.startswith("nobody says where")
    assert remedy in found.remedy
    assert found in warnings(case.scenario, case.book)
    assert case.bill.total == pytest.approx(float(case.at({"residency": "global"}).bill.total))


def test_a_price_without_a_model_runs_nobody_knows_where() -> None:
    text = SYSTEM.replace("model: MODEL", "price: {input: 1, output: 2}").replace("MORE", "")
    one = written(text.replace("PLACE", "eu"))
    (found,) = unplaced(one.scenario, one.book)
    assert found.remedy == "name its model beside the price"


def test_the_remedy_of_a_row_works(tmp_path: Path) -> None:
    system, own = tmp_path / "chat.yaml", tmp_path / "own.csv"
    text = SYSTEM.replace("MODEL", "google/gemini-3.5-flash").replace("PLACE", "eu")
    system.write_text(text.replace("MORE", ""))
    before = aicost.load(system)
    (found,) = unplaced(before.scenario, before.book)
    lines = found.remedy.split("`")[1::2]
    assert lines[1].startswith("residency/google/gemini-3.5-flash,eu,1,times list price")
    own.write_text("\n".join(lines) + "\n")  # as printed
    assert not unplaced((at_list := aicost.load(system, own)).scenario, at_list.book)
    own.write_text(own.read_text().replace(",1,", ",1.05,"))
    after = aicost.load(system, own)
    assert after.bill.total == pytest.approx(1.05 * float(before.bill.total))
    assert not unplaced(after.scenario, after.book)
    assert "nobody says where" in run("bill", system).output
    output = said("bill", system, "--prices", own)
    assert "own.csv: 1 client price, 1 used." in output
    assert "nobody says" not in output


@pytest.mark.parametrize("more", ["", ", batch: yes", ", cache_read_share: 50 %"])
def test_all_buckets_and_contexts_are_the_uplift_times_the_listed(more: str) -> None:
    anywhere, there = chat(place="global", more=more), chat(more=more)
    for one, other in zip(anywhere.bill.charges, there.bill.charges, strict=True):
        assert other.usd == pytest.approx(1.1 * one.usd)
        assert "x 1.1 in us" in other.price.source
        assert "data-residency" in other.price.source


def test_a_place_that_is_set_otherwise_changes_the_bill() -> None:
    case = chat(place="global")
    _ = case.bill
    assert case.at({"residency": "us"}).bill.total == pytest.approx(3_300)
    with pytest.raises(ScenarioError, match="not offered in eu"):
        case.at({"residency": "eu"})


def test_the_uplift_is_a_bar_of_a_bridge() -> None:
    (bar,) = bridge(chat(place="global"), chat()).bars
    assert (bar.label, round(bar.usd)) == ("constraints: residency global → us", 300)
    (both,) = bridge(chat(place="global"), chat(REGIONAL, "eu")).bars
    assert round(both.usd) == 300
    assert bridge(chat(REGIONAL, "eu"), chat(place="global")).difference == pytest.approx(-300)


def test_a_comparison_of_models_says_what_the_place_makes_of_each() -> None:
    names = SONNET, REGIONAL, "google/gemini-3.5-flash", "anthropic/claude-haiku-4-5"
    found = aicost.models(chat(), "answer", names)
    assert dict(zip(found.frame["model"], found.frame["residency"], strict=True)) == {
        SONNET: "us: listed price x 1.1",
        REGIONAL: "us: listed price",
        "google/gemini-3.5-flash": "nobody says where it runs",
    }
    assert found.sentence.endswith("1 may not run in us.")
    assert "residency" in [column.name for column in found.rows().columns]
    anywhere = aicost.models(chat(place="global"), "answer", names)
    assert "residency" not in [column.name for column in anywhere.rows().columns]


def test_a_page_says_what_is_known_and_what_is_not() -> None:
    case = chat(REGIONAL, "eu")
    (line,) = (x for x in answers.missing(case.scenario, case.book) if x.startswith("Residency eu"))
    assert f"{REGIONAL} is offered there, which proves nothing" in line
    case = chat("google/gemini-3.5-flash", "eu")
    line = answers.missing(case.scenario, case.book)[0]
    assert "Nobody says it of google/gemini-3.5-flash: unknown" in line
    assert not any(
        "Residency" in x for x in answers.missing(chat(place="global").scenario, case.book)
    )


def test_a_book_is_kept_for_each_place() -> None:
    book = Book.load()
    assert book.kept_in("") is book.kept_in("global") is book
    assert book.kept_in("EU") is book.kept_in("europe") is not book
    assert book.kept_in("eu").kept_in("us") is book.kept_in("us")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "Europa",
            r"'Europa' is no place that is known; did you mean eu\? Else use one of: ",
        ),
        (
            "Germany",
            r"no place that is known; use one of: apac, .*, us-gov, global, or the",
        ),
        ("eu-west-1", "no place that is known"),
        ("xx", "or the two letters of a country, such as de"),
        ("zz", "or the two letters of a country, such as de"),
    ],
)
def test_what_is_no_place_is_refused_with_those_that_are(place: str, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        chat("openai/gpt-4o", place)
    with pytest.raises(ScenarioError, match=words):
        chat("openai/gpt-4o", "eu").at({"constraints.residency": place})


def test_one_remedy_for_a_name_that_says_nothing_of_a_place() -> None:
    case = chat("azure/gpt-5", "eu", ", thinking_tokens: 0")
    (found,) = [one for one in warnings(case.scenario, case.book) if one.key == "answer.model"]
    assert "write azure/eu/gpt-5 (1.375 / 11 USD/Mtok)" in found.remedy
    mended = chat("azure/eu/gpt-5", "eu", ", thinking_tokens: 0")
    assert [w.key for w in warnings(mended.scenario, mended.book)] == []


def test_two_letters_are_a_country_or_no_place() -> None:
    book = Book.load()
    for letters in COUNTRIES:
        assert not [*no_place(letters, book)]
    others = {a + b for a in ascii_lowercase for b in ascii_lowercase} - COUNTRIES - {"eu", "uk"}
    assert all([*no_place(letters, book)] for letters in others)
    assert {"de", "ch", "gb", "us"} <= COUNTRIES


def test_the_region_of_a_price_is_said_where_data_has_to_stay_elsewhere() -> None:
    case = written(
        "kind: rag-chat\nconstraints: {residency: eu}\ntraffic: {users: 9}\n"
        "pipeline: {answer: {model: azure/eu/gpt-5}, retrieval: {store: azure-ai-search-s1}}\n"
    )
    told = {w.key: w.wrong for w in warnings(case.scenario, case.book)}
    assert told["retrieval.store"].endswith("its price is that of East US 2")


def test_a_name_in_a_list_of_prices_is_not_told_as_proof() -> None:
    """How it is known says what was read, and of which region the price beside it is."""
    item = "azure/eu/gpt-5"
    case = chat(item, "eu")
    book = case.book
    words = said_of_place(item, book.terms.placed(item, book.as_of), book)
    assert words.startswith(f"a list of prices names '{item}' (litellm ")
    assert words.endswith("read 2026-11-27); the source of its price cites eastus")
    assert said_of_place("s3-vectors", None, book) == "nobody says"
    told = answers.missing(case.scenario, book)[0]
    assert f"{item} is offered there, which proves nothing of where data are" in told
