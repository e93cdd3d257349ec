"""A value set otherwise is spelled as in the file, and one that would do nothing is refused."""

from pathlib import Path

import pytest
from commands import one_line, refused, said

import aicost
from aicost.paths import data_dir


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (["--users", "20 k"], {"users": 20_000.0}),
        (["--set", "answer.output_tokens.p95=1_200"], {"answer.output_tokens.p95": 1_200.0}),
        (
            ["--set", "people.share=5 %", "--set", "servers.per_month=$900"],
            {"people.share": 0.05, "servers.per_month": 900.0},
        ),
        (["--set", "answer.price.output=30"], {"answer.price.output": 30.0}),
        (["--set", "answer.repeat=2 to 3"], {"answer.repeat": aicost.Range(2.0, 3.0)}),
        (["--set", "answer.output_tokens=400"], {"answer.output_tokens": 400.0}),
    ],
)
def test_bill_with_values_set_otherwise(
    desk: Path, options: list[str], changes: dict[str, object]
) -> None:
    total = aicost.load(desk).at(changes).bill.total
    text = one_line(said("bill", desk, *options))
    assert f"total a month ${total:,.2f}" in text
    assert total != aicost.load(desk).bill.total


def test_bill_with_another_model_takes_its_prices() -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    case = aicost.load(file).at({"answer.model": "openai/gpt-6-luna"})
    text = one_line(said("bill", file, "--set", "answer.model=openai/gpt-6-luna"))
    assert f"total a month ${case.bill.total:,.2f}" in text


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("as_of=2026-01-01", "of the file itself; change it in a copy"),
        ("answer.outptu_tokens=3", "did you mean 'answer.output_tokens'?"),
        ("rubbish=3", "`aicost show` lists what is there"),
        ("per_month=3", "may be other.servers.per_month, other.set-up.per_month"),
        ("users", "write PATH=VALUE"),
        ("=3", "write PATH=VALUE"),
        ("users=20,000", "write 20_000"),
        ("users=-3", "users"),
        ("users=", "users"),
        ("users=many", "'many' is not a number"),
        ("users=unknown", "traffic.users: it is missing; write a number, or a rough one"),
        ("answer.output_tokens.p95=900_000", "p95 is more than 1,000 times p50"),
        ("answer.output_tokens.p50=0", "a median of zero; write a p50 above zero"),
        ("answer.output_tokens.p50=unknown", "half a mix is unknown"),
        ("answer.model=gpt\u200b", "U+200B (zero width space); remove it"),
        ("users=", "write PATH=VALUE"),
        ("growth.months=9", "there is no growth: in the file; write it there"),
        ("people.share=5", "write 5 %"),
        ("answer.batch=maybe", "write yes or no"),
        ("answer.cache_ttl=2h", "use one of: 5m, 1h"),
        ("answer.output_tokens.p95=200", "p95 lies below p50"),
        ("answer.input_tokens.p95=200", "one number, not a spread"),
        ("profile=office", "change it in a copy of the file"),
        ("answer.pool=gpus", "change it in a copy of the file"),
        ("requests_per_month=5", "this file counts users"),
        ("answer.billed_as=gold", "use one of: inference"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(desk: Path, setting: str, words: str) -> None:
    text = refused("bill", desk, "--set", setting)
    assert text.startswith("--set ")
    assert words in text
    assert text.count("\n") == 1


def test_what_is_wrong_is_wrong_at_the_setting_not_in_the_file(desk: Path) -> None:
    sample = data_dir() / "scenarios" / "contract-search-billed.yaml"
    for file, setting, key in (
        (sample, "answer.model=openai/gpt-7", "answer.model"),
        (desk, "output_tokens.p95=9_000_000", "answer.output_tokens"),
    ):
        text = refused("bill", file, "--set", "users=5", "--set", setting)
        assert text.startswith(f"--set {setting}: {key}: ")
        assert str(file) not in text


def test_every_wrong_setting_is_told(desk: Path) -> None:
    text = refused("bill", desk, "--set", "users=x", "--set", "answer.repeat=-1")
    assert [line.partition(": ")[0] for line in text.splitlines()] == [
        "--set answer.repeat=-1",
        "--set users=x",
    ]
    assert "set twice" in refused("bill", desk, "--set", "users=1", "--set", "users=2")
    assert "set twice" in refused("bill", desk, "--set", "users=1", "--set", "traffic.users=2")
