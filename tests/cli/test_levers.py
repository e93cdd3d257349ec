"""`aicost levers`: what to change first, each lever with what it rests on."""

from pathlib import Path

from commands import one_line, refused, said
from places import ROOT

from aicost.analysis.levers.report import levers
from aicost.billing.case import load

FILE = ROOT / "data" / "scenarios" / "contract-search-planned.yaml"


def test_all_that_was_found_is_printed_within_80_columns() -> None:
    text = said("levers", FILE)
    found = levers(load(FILE))
    whole = one_line(text)
    assert one_line(found.sentence) in whole
    for gain in found.gains:
        for words in (gain.sentence, gain.quality, gain.lever.rests_on, gain.lever.costs):
            assert one_line(words) in whole
    assert max(map(len, text.splitlines())) <= 80
    assert "all together" in text


def test_a_what_if_and_another_count_of_months() -> None:
    text = said("levers", FILE, "--months", "3", "--set", "traffic.success_share=90 %")
    assert "Putting it off for 3 months costs" in text
    assert "not ranked" not in text
    assert "of them would have to, against 90 % now" in one_line(text)
    assert "success_share" in refused("levers", FILE, "--set", "traffic.success_share=190 %")


def test_where_nothing_helps_one_sentence_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "once.yaml"
    call = "{is: inference, price: {input: 1, output: 5}, input_tokens: 500, output_tokens: 50}"
    file.write_text(
        "traffic: {users: 90, requests_per_user_month: 5, each_once: yes}\n"
        f"pipeline:\n  answer: {call}\n"
    )
    text = said("levers", file)
    assert text.startswith("No change that the kit knows makes this bill smaller.\n")
    assert "as it is" not in text
