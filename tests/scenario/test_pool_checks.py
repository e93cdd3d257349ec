"""What of a pool cannot be: one line each, whose remedy works; and what the formulas doubt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cases import written

from aicost.billing.case import Case, load
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError
from aicost.scenario.served_pools import working

BASE = {
    "serves": "llama-3.3-70b",
    "chip": "h100-sxm",
    "chips": "2",
    "weights": "fp8",
    "first_word_within": "3 s",
    "token_within": "50 ms",
}
BOUGHT = "{price: 1, years: 4, pue: 1.3, energy_price: 0.1}"


def text(changes: dict[str, str], tokens: str = "input_tokens: 5_875, output_tokens: 339") -> str:
    fields = {key: value for key, value in (BASE | changes).items() if value}
    pool = ", ".join(f"{key}: {value}" for key, value in fields.items())
    return (
        f"traffic: {{requests_per_month: 100_000}}\npools: {{gpus: {{{pool}}}}}\n"
        f"pipeline:\n  answer: {{is: inference, pool: gpus, {tokens}}}\n"
    )


def doubts(case: Case) -> list[str]:
    return [f"{one.key}: {one.wrong}; {one.remedy}" for one in warnings(case.scenario, case.book)]


WRONG = [
    # what is wrong, with what line, and what to write then
    ({"chip": ""}, "chip: it is missing", {"chip": "h200"}),
    ({"chip": "h300"}, "no data sheet of 'h300' to serve models on", {"chip": "h200"}),
    (
        {"serves": "llama-9"},
        "no architecture of 'llama-9'; did you mean",
        {"serves": "llama-3.1-8b"},
    ),
    ({"chips": "3"}, "chips: no '3' here; use one of: 1, 2, 4, 8", {"chips": "4"}),
    ({"chips": "2 to 4"}, "chips: no '2 to 4' here", {"chips": "4"}),
    ({"chips": "1", "weights": "bf16"}, "do not fit the 85 GB of h100-sxm, 1", {"weights": "fp4"}),
    (
        {"first_word_within": "200 ms"},
        "alone on a unit the first word after 5,875 tokens takes 0.47 s, and it may take 0.2 s",
        {"first_word_within": "1 s"},
    ),
    ({"token_within": "5 ms"}, "alone on a unit a token takes 21 ms", {"token_within": "40 ms"}),
    ({"chip": "b300"}, "no price of b300 on demand is known", {"price_per_hour": "9"}),
    ({"price_per_hour": "0"}, "'0' is too small; write more than 0", {"price_per_hour": "9"}),
    ({"price_per_month": "0"}, "'0' is too small; write more than 0", {"price_per_month": "9"}),
    ({"terms": "reserved"}, "terms: on_demand or spot", {"terms": "spot"}),
    ({"carries": "900"}, "worked out for a pool that serves a model", {"carries": ""}),
    ({"serves": "", "carries": "900"}, "it does nothing without serves", BASE | {"carries": ""}),
    ({"serves": "qwen3-30b-a3b", "chip": "h200", "chips": "8", "engine": "vlm"}, "vllm", {}),
    ({"build_hours": "9"}, "nothing says what an hour costs", {"engineer_per_hour": "90"}),
    ({"engineer_per_hour": "90"}, "none are worked", {"build_hours": "90"}),
    ({"bought": BOUGHT, "chips": ""}, "nothing says how many chips", {"chips": "8"}),
    ({"bought": BOUGHT, "price_per_hour": "9"}, "units are bought", {"price_per_hour": ""}),
    ({"bought": BOUGHT, "running": "with_traffic"}, "whether it runs or not", {"running": ""}),
    ({"bought": BOUGHT, "terms": "spot"}, "terms: units are bought", {"terms": ""}),
    ({"bought": "{years: 4}"}, "bought.price: it is missing", {"bought": BOUGHT}),
]


@pytest.mark.parametrize(("wrong", "line", "right"), WRONG)
def test_each_mistake_is_one_line_whose_remedy_works(
    wrong: dict[str, str], line: str, right: dict[str, str]
) -> None:
    with pytest.raises(ScenarioError) as error:
        written(text(wrong))
    assert any(re.search(line, one) for one in str(error.value).splitlines())
    if right:
        assert float(written(text(wrong | right)).bill.total) > 0


def test_neither_carries_nor_a_model() -> None:
    bare = dict.fromkeys(BASE, "") | {"price_per_hour": "2"}
    with pytest.raises(ScenarioError, match=r"carries: it is missing .* or serves: …, a model"):
        written(text(bare))


def test_a_setting_that_cannot_be_served_is_refused_too() -> None:
    case = written(text({}))
    with pytest.raises(ScenarioError, match="do not fit"):
        case.at({"pools.gpus.weights": "bf16", "pools.gpus.chips": "1"})
    with pytest.raises(ScenarioError, match="first word after 90,000 tokens"):
        case.at({"answer.input_tokens": [500.0, 90_000.0]})


@pytest.mark.parametrize(
    ("parameter", "unit", "line"),
    [
        ("memory_read", "TB/s", "h200 has no memory_read, so nothing can be served on it"),
        ("memory", "GB", "device/h200 memory is in GB; write it in GiB"),
        ("power", "W", "h200 has no power, so nothing can be served on it"),
        ("hour", "USD/hour", "device/h200 hour: a rent of 0"),
        ("link", "GB/s", "has no link to other chips; serve on one chip"),
    ],
)
def test_nothing_is_served_without_bandwidth(
    parameter: str, unit: str, line: str, tmp_path: Path
) -> None:
    own, file = tmp_path / "own.csv", tmp_path / "x.yaml"
    row = f"device/h200,{parameter},0,{unit},,our sheet,2026-11-20"
    own.write_text(f"item,parameter,value,unit,currency,source,read_on\n{row}\n")
    file.write_text(text({"chip": "h200"}))
    with pytest.raises(ScenarioError, match=line):
        load(file, prices=own)


@pytest.mark.parametrize(
    ("changes", "tokens", "line"),
    [
        ({"chips": "4"}, "", ""),
        (
            {"weights": "bf16", "chips": "2", "chip": "h100-sxm"},
            "input_tokens: 100, output_tokens: 20",
            "",
        ),
        (
            {"chip": "l40s", "chips": "4", "first_word_within": "9 s", "token_within": "1 s"},
            "",
            "over a bus (PCIe)",
        ),
        (
            {"chip": "l40s", "chips": "4", "first_word_within": "9 s", "token_within": "1 s"},
            "",
            "rests on 22 published points",
        ),
        (
            {"chips": "8", "first_word_within": "40 s"},
            "input_tokens: 40_000, output_tokens: 300",
            "next to nothing beyond 32,768",
        ),
        ({"chip": "mi300x"}, "", "rests on one source of 2024"),
        (
            {"serves": "qwen3-30b-a3b", "chip": "h200", "chips": "1", "token_within": "7 ms"},
            "input_tokens: 900, output_tokens: 300",
            "few experts",
        ),
        (
            {"serves": "mixtral-8x7b", "chip": "h100-sxm", "chips": "1", "weights": "int8"},
            "",
            "",
        ),
    ],
)
def test_what_the_formulas_know_little_of_is_said(
    changes: dict[str, str], tokens: str, line: str
) -> None:
    found = doubts(written(text(changes, tokens or "input_tokens: 5_875, output_tokens: 339")))
    if line:
        assert any(line in one for one in found), found
        assert any("measure it, and write reached" in one for one in found)


def test_a_full_memory_is_said() -> None:
    changes = {"serves": "qwen2.5-72b", "chip": "h100-sxm", "chips": "2", "weights": "bf16"}
    call = "input_tokens: 900, output_tokens: 100"
    found = doubts(written(text(changes, call)))
    assert any("weights fill 85." in one and "is unsure" in one for one in found), found


@pytest.mark.parametrize(
    ("pool", "said"),
    [
        ({"running": "with_traffic"}, "running: at_least keeps as many running all day"),
        ({"running": "with_traffic", "at_least": "0"}, ""),
        ({}, ""),
    ],
)
def test_units_that_never_stop_are_said(pool: dict[str, str], said: str) -> None:
    found = [one for one in doubts(written(text(pool))) if "running" in one]
    assert bool(found) == bool(said)
    assert all(said in one for one in found)


def test_a_call_longer_than_the_model_holds_is_refused() -> None:
    wide = {"serves": "mixtral-8x7b", "chips": "8", "first_word_within": "60 s"}
    for read, refused in ((32_400, False), (32_600, True)):
        call = f"input_tokens: {read}, output_tokens: 200"
        if refused:
            with pytest.raises(
                ScenarioError, match=r"serves: a mean call .* the 32,768 it holds; "
            ):
                written(text(wide, call))
        else:
            assert not [one for one in doubts(written(text(wide, call))) if "it holds" in one]


def test_a_large_call_longer_than_the_model_holds_is_said() -> None:
    wide = {"serves": "mixtral-8x7b", "chips": "8", "first_word_within": "60 s"}
    call = "input_tokens: {p50: 20_000, p95: 32_000}, output_tokens: {p50: 200, p95: 900}"
    found = [one for one in doubts(written(text(wide, call))) if "it holds" in one]
    assert found == [
        "pools.gpus.serves: 32,900 tokens in a large call of answer and its answer are more than "
        "the 32,768 that it holds; shorten the call, or serve another model"
    ]


@pytest.mark.parametrize("chip", ["h100-sxm", "l4", "l40s", "a100-sxm-80"])
@pytest.mark.parametrize("token", ["200 ms", "30 ms", "18 ms"])
@pytest.mark.parametrize("call", ["input_tokens: 900, output_tokens: 90", "input_tokens: 60_000"])
def test_what_a_remedy_offers_serves(chip: str, token: str, call: str) -> None:
    pool = {"chip": chip, "chips": "1", "weights": "bf16", "token_within": token}
    pool |= {"first_word_within": "9 s", "price_per_hour": "3"}
    call = call if "output" in call else f"{call}, output_tokens: 90"
    with pytest.raises(ScenarioError) as error:
        written(text(pool, call))
    for field, value in re.findall(r"(chips|weights): (\w+)", str(error.value).partition(";")[2]):
        assert float(written(text(pool | {field: value}, call)).bill.total) > 0


def test_a_missing_key_is_said_at_its_pool() -> None:
    lines = (
        "\npools:\n  other: {price_per_hour: 1, carries: 5}\n  gpus:\n    serves: llama-3.3-70b\n"
    )
    call = "  answer: {is: inference, pool: gpus, input_tokens: 500, output_tokens: 100}\n"
    with pytest.raises(ScenarioError, match=r"yaml:6: pools\.gpus\.chip: it is missing"):
        written(f"traffic: {{requests_per_month: 100}}{lines}pipeline:\n{call}")


def test_a_bought_server_that_holds_several_copies_is_said() -> None:
    server = {"bought": BOUGHT, "serves": "llama-3.1-8b", "chips": "8"}
    (said,) = [one for one in doubts(written(text(server))) if "one copy" in one]
    found = re.search(r"on 8 chips; copies on (\d) each carry ([\d.]+) times", said)
    assert found is not None
    carried = {
        n: float(working(written(text(server | {"chips": n})).point.scenario)[0].carries) / int(n)
        for n in ("1", "2", "4", "8")
    }
    assert carried[found[1]] == max(carried.values())
    assert float(found[2]) == pytest.approx(max(carried.values()) / carried["8"], rel=0.05)
    small = written(text(server | {"chips": found[1]}))
    assert not [one for one in doubts(small) if "one copy" in one]
