"""`aicost log price`: what it prints, and what it refuses."""

from pathlib import Path

import pytest
from commands import one_line, refused, said

LINES = """moment,call,feature,provider,model,input_tokens,output_tokens,logged_usd
2026-11-02T09:00:00,a,search,openai,gpt-4o,1000000,0,2.5
2026-11-02T09:01:00,b,chat,openai,gpt-4o-mini,1000000,0,0.9
2026-11-02T09:02:00,c,chat,google,gemini-4-argon,100000,0,
2026-11-02T09:03:00,d,chat,openai,gpt-44o,1,0,
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LINES)
    return path


def test_what_calls_cost_and_which_have_no_price(log: Path) -> None:
    text = one_line(said("log", "price", log, "--by", "feature"))
    assert "4 calls: $2.85 at the prices of their days" in text
    assert "1 without a price are not in it (model unknown)" in text
    assert "The log itself says $3.40 of 2 of them, which come to $2.65 here." in text
    assert "openai/gpt-44o (1 call): no 'openai/gpt-44o' in the book; did you mean" in text
    assert "prices: book " in text
    head, *rows = said("log", "price", log, "--by", "feature", "--csv").splitlines()
    assert head.startswith("name,calls,unpriced,usd,share,logged_usd")
    assert rows[0].startswith("search,1,0,2.5")


def test_what_they_would_cost_otherwise(log: Path) -> None:
    text = one_line(said("log", "price", log, "--model", "gpt-4o=gpt-4o-mini"))
    assert "3 calls cost $2.85; with gpt-4o-mini for gpt-4o they would cost $0.50" in text
    text = one_line(said("log", "price", log, "--at", "2026-12-01"))
    assert "at prices of 2026-12-01 they would cost $3.05" in text
    text = one_line(said("log", "price", log, "--model", "gpt-4o-mini", "--provider", "openai"))
    assert "with gpt-4o-mini from openai they would cost" in text


def test_a_figure_reads_the_same_in_the_sentence_and_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "moment,provider,model,input_tokens,output_tokens\n"
        "2026-11-02T09:00:00,openai,gpt-4o-mini,426666,0\n"
    )
    text = said("log", "price", path)
    assert text.startswith("1 call: $0.06 at")
    assert text.count("$0.06 ") == 3  # said, in its row, in the sum


def test_what_they_would_cost_with_prompts_kept_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [
        f"2026-11-02T09:{n:02d}:00,c{n},s,anthropic,claude-haiku-5-5,0,20000,10" for n in range(9)
    ]
    head = "moment,call,session,provider,model,input_tokens,cache_write_5m_tokens,output_tokens"
    path.write_text("\n".join([head, *rows]))
    text = one_line(said("log", "price", path, "--cache", "1h"))
    assert "9 calls cost $0.02; with prompts kept for an hour they would cost $0.00" in text
    assert "Played again as it was, it reads" not in text
    text = refused("log", "price", path, "--cache", "2h")
    assert "--cache 2h: no such policy" in text
    text = refused("log", "price", path, "--cache", "1h", "--model", "gpt-4o-mini")
    assert "--cache: ask for it alone" in text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--by", "featur"), "by: no 'featur' in a log; did you mean 'feature'"),
        (("--at", "tomorrow"), "--at tomorrow: write a day, such as 2026-12-01"),
        (("--model", "gpt-44o"), "no 'gpt-44o' in the book; did you mean"),
        (("--model", "a", "--model", "b"), "--model a: write OLD=NEW where there are several"),
        (("--provider", "opnai"), "no provider 'opnai' in the book"),
    ],
)
def test_what_cannot_be_done_is_one_line(log: Path, words: tuple[str, ...], why: str) -> None:
    text = refused("log", "price", log, *words)
    assert why in text
    assert text.count("\n") == 1
