"""Serving: memory against another engine's account of it, what must always hold, sums by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest
import ridgepoint
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.book.machines import WEIGHT_BYTES, architecture, chip, machine, served_on
from aicost.formulas.serving import (
    Chip,
    Layout,
    Point,
    alone_seconds,
    at_concurrency,
    at_rate,
    experts_touched,
    most_requests,
    prompt_seconds,
    refit,
    sequences_that_fit,
    step_seconds,
    under,
)

LENGTHS = {"input_tokens": 1_000.0, "output_tokens": 300.0}
CHIPS = [name.removeprefix("device/") for name in served_on()]
DENSE = ("llama-3.1-8b", "llama-3.1-70b", "mistral-7b", "qwen2.5-7b", "qwen2.5-32b", "qwen3-8b")
MIXED = ("mixtral-8x7b", "qwen3-30b-a3b", "qwen3-235b-a22b", "deepseek-r1")


@pytest.mark.parametrize(
    ("model", "chips"), [*((name, 8) for name in DENSE), *zip(MIXED, (8, 8, 8, 32), strict=True)]
)
def test_memory_is_that_of_another_account(model: str, chips: int) -> None:
    """ridgepoint is vLLM's account: 0.9 of the memory. It rounds sequences down."""
    a, sheet = architecture(model), chip("h100-sxm")
    latent = bool(a.latent_cache)
    dims = (512, 64) if latent else (0, 0)
    shape = (int(a.layers), int(a.layers), int(a.hidden), round(a.params), round(a.active_params))
    heads = (int(a.head_dim), int(a.heads), int(a.kv_heads))
    built = (model, *shape, "mla" if latent else "gqa", *heads, *dims)
    served = ("h100-80gb", chips, "vllm", "fp16", "fp16", 4_096, 2_048)
    text = ridgepoint._core.fit_shape(*built, *served, True)
    theirs = json.loads(text)
    layout = Layout(tensor=1, pipeline=chips)  # its cache is split by layers, whatever its heads
    ours = sequences_that_fit(
        model=a, chip=sheet, layout=layout, sequence_tokens=4_096, usable_share=0.9
    )
    assert round(a.params) * 2 == theirs["memory"]["weights_bytes"]["best"]
    each = a.cache_elements * 4_096 * 2.0
    assert each == pytest.approx(theirs["capacity"]["bytes_per_seq"], rel=1e-9)
    pool = theirs["memory"]["kv_pool_bytes"]["best"]
    assert float(ours) * each == pytest.approx(pool, rel=0.02)


def test_a_step_by_hand() -> None:
    """Mixtral in 8 bits on two H100, 16 sequences of 1,000 tokens: part by part."""
    one = machine("mixtral-8x7b", "h100-sxm", weights="fp8", tensor=2)
    a, sheet, at = one.model, one.chip, one.reached
    step = step_seconds(machine=one, running=16, kept_tokens=1_000)
    met = 1 - (1 - 2 / 8) ** 16
    read = (a.params - a.expert_params) / 2 + met * a.expert_params / 2
    assert float(step.weights) == pytest.approx(read / (3.35e12 * at.weights_share))
    flops = 2 * 1979e12 * at.multiply_share
    assert float(step.multiplying) == pytest.approx(2 * 12.9e9 * 16 / flops)
    cache = 2 * 32 * 8 * 128 * 1_000 * 16
    assert float(step.cache) == pytest.approx(cache / (2 * 3.35e12 * at.cache_share))
    sent = 2 * 0.5 * 16 * 4_096 * 2 / (450e9 * at.link_share)
    assert float(step.between_chips) == pytest.approx(2 * 32 * (at.exchange_s + sent))
    own = at.step_s + 32 * at.expert_layer_s + 16 * at.sequence_s
    assert float(step.engine) == pytest.approx(own)
    assert float(step.total) == pytest.approx(sum(map(float, step)))
    assert sheet.link_bytes_per_s == 450e9


def test_experts_met_are_those_of_draws() -> None:
    draws = np.random.default_rng(1)
    met = [
        len({*draws.permuted(np.tile(np.arange(64), (12, 1)), axis=1)[:, :4].ravel()})
        for _ in range(4_000)
    ]
    said = float(experts_touched(running=12, experts=64, experts_used=4))
    assert said == pytest.approx(np.mean(met) / 64, abs=0.003)


def test_narrow_numbers_are_multiplied_as_wide_ones_where_a_chip_has_no_unit() -> None:
    a100, h100, b200 = (chip(name) for name in ("a100-sxm-80", "h100-sxm", "b200"))
    assert float(a100.flops(1.0)) == float(a100.flops(2.0)) == 312e12
    assert float(h100.flops(1.0)) == 1979e12
    assert float(h100.flops(0.5625)) == 989e12
    assert float(b200.flops(0.5625)) == 9000e12


@settings(max_examples=60, deadline=None)
@given(
    model=st.sampled_from((*DENSE, *MIXED)),
    name=st.sampled_from(CHIPS),
    weights=st.sampled_from(sorted(WEIGHT_BYTES)),
    tensor=st.sampled_from((1, 2, 4, 8)),
    part=st.sampled_from(
        ("memory_bytes", "memory_bytes_per_s", "flops_16bit", "flops_8bit", "link_bytes_per_s")
    ),
    times=st.floats(1.0, 4.0),
    concurrency=st.sampled_from((1.0, 16.0, 200.0, np.inf)),
)
def test_a_better_data_sheet_never_serves_less(
    model: str, name: str, weights: str, tensor: int, part: str, times: float, concurrency: float
) -> None:
    tensor = tensor if architecture(model).heads % tensor == 0 else 1
    one = machine(model, name, weights=weights, tensor=tensor)
    sheet = one.chip
    better = replace(sheet, **{part: getattr(sheet, part) * times})
    found, more = (
        at_concurrency(machine=one._replace(chip=c), concurrency=concurrency, **LENGTHS)
        for c in (sheet, better)
    )
    assert more.tokens_per_s >= found.tokens_per_s * (1 - 1e-9)
    assert more.fits >= found.fits


@settings(max_examples=40, deadline=None)
@given(
    model=st.sampled_from((*DENSE, *MIXED)),
    name=st.sampled_from(CHIPS),
    few=st.floats(1, 100),
    times=st.floats(1, 10),
)
def test_more_at_once_are_slower_each_and_faster_together(
    model: str, name: str, few: float, times: float
) -> None:
    one = machine(model, name, weights="fp8", tensor=1)
    a, b = (at_concurrency(machine=one, concurrency=n, **LENGTHS) for n in (few, few * times))
    if a.fits >= 1:
        assert b.token_s >= a.token_s * (1 - 1e-9)
        assert b.first_s >= a.first_s * (1 - 1e-9)
        assert b.tokens_per_s >= a.tokens_per_s * (1 - 1e-9)


def test_what_does_not_fit_is_never_served() -> None:
    one = machine("llama-3.1-405b", "h100-sxm")
    found = at_concurrency(machine=one, concurrency=4, **LENGTHS)
    assert (found.fits, found.tokens_per_s, found.first_s) == (0.0, 0.0, np.inf)
    assert at_rate(machine=one, requests_per_s=0.1, **LENGTHS).first_s == np.inf


def test_a_rate_is_served_up_to_what_the_chips_can_do() -> None:
    """Little: at the most that at_concurrency writes a second, requests no longer keep pace."""
    one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    most = at_concurrency(machine=one, concurrency=np.inf, **LENGTHS).tokens_per_s / 300
    rates = np.linspace(0.05, 2.0, 80) * most
    found = at_rate(machine=one, requests_per_s=rates, **LENGTHS)
    kept = rates[np.isfinite(found.first_s)]
    assert 0.75 * most < kept.max() < 1.25 * most
    steady = np.isfinite(found.first_s)
    assert np.all(np.diff(found.first_s[steady]) >= 0)
    assert np.all(np.diff(found.token_s[steady]) >= 0)


def test_a_long_prompt_grows_with_its_square() -> None:
    one = machine("llama-3.1-8b", "h100-sxm")
    short, long = (float(prompt_seconds(machine=one, input_tokens=n)) for n in (8_192, 65_536))
    assert long / short > 8 * 1.5
    assert float(alone_seconds(machine=one, input_tokens=8_192)) > short


def test_many_choices_at_once_are_each_by_itself() -> None:
    """Chips as an array, each with a split and a width of its own."""
    one = machine("llama-3.1-70b", "h100-sxm", weights="fp8")
    sheets = [chip(name) for name in CHIPS]
    columns = (np.array([getattr(sheet, f) for sheet in sheets]) for f in Chip.__slots__)
    splits, widths = np.resize([1.0, 2.0, 4.0, 8.0], len(CHIPS)), np.resize([2.0, 1.0], len(CHIPS))
    many = one._replace(chip=Chip(*columns), layout=Layout(widths, 1.0, splits))
    found = at_concurrency(machine=many, concurrency=32.0, **LENGTHS)
    for place, sheet in enumerate(sheets):
        layout = Layout(widths[place], 1.0, splits[place])
        alone = at_concurrency(
            machine=one._replace(chip=sheet, layout=layout), concurrency=32.0, **LENGTHS
        )
        assert [float(values[place]) for values in found] == pytest.approx([*map(float, alone)])


def measured_on(true, **load) -> Point:
    """What a machine shows under a load."""
    found = under(machine=true, point=Point(**LENGTHS, **load))
    seen = {"tokens_per_s": found.tokens_per_s, "first_s": found.first_s, "token_s": found.token_s}
    return Point(**LENGTHS, **load, **seen)


@pytest.mark.parametrize("times", [(1.0, 1.0), (1.6, 0.7), (0.6, 1.9)])
def test_points_of_a_machine_come_ever_nearer_to_it(times: tuple[float, float]) -> None:
    """Its two factors are found again by many points, and one moves towards them."""
    one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    true = one._replace(
        reached=replace(one.reached, step_times=times[0], prompt_times=times[1]),
    )
    loads = [{"concurrency": float(n)} for n in (1, 4, 16, 64)] + [{"requests_per_s": 2.0}]
    every = [measured_on(true, **load) for load in loads] + [measured_on(true)]
    far = []
    for points in (every[:1], every, every * 20):
        found = refit(machine=one, points=points).reached
        far.append(np.abs(np.log([found.step_times, found.prompt_times]) - np.log(times)).max())
    assert far == sorted(far, reverse=True) or times == (1.0, 1.0)
    assert far[-1] < 0.03


def test_the_correction_is_the_most_probable_one() -> None:
    """No pair of factors near it, nor far from it, has a smaller sum of squares, written anew."""
    one = machine("llama-3.1-70b", "h200", weights="fp8", tensor=2)
    points = [Point(2_000, 300, 32, token_s=0.031, first_s=0.4), Point(500, 500, tokens_per_s=9e3)]

    def cost(step: float, prompt: float) -> float:
        at = one._replace(reached=replace(one.reached, step_times=step, prompt_times=prompt))
        said = [under(machine=at, point=point) for point in points]
        off = np.log([said[0].token_s / 0.031, said[1].tokens_per_s / 9e3]) / 0.2
        first = np.log(said[0].first_s / 0.4) / 0.6
        return float(
            sum(off**2) + first**2 + np.log(step) ** 2 / 0.09 + np.log(prompt) ** 2 / 0.2025
        )

    found = refit(machine=one, points=points).reached
    best = cost(float(found.step_times), float(found.prompt_times))
    others = [cost(s, p) for s in np.geomspace(0.3, 3, 25) for p in np.geomspace(0.3, 3, 25)]
    assert best <= min(others)
    assert best < cost(1.0, 1.0)


def test_a_point_that_cannot_be_served_as_said_still_mends() -> None:
    """More a second than the constants allow: they are too slow, by whatever was measured."""
    one = machine("llama-3.1-70b", "h100-sxm", weights="fp8", tensor=2)
    served = at_rate(machine=one, requests_per_s=np.arange(1.0, 200.0), **LENGTHS)
    asked = 1.0 + float(np.isfinite(served.token_s).sum())
    point = Point(**LENGTHS, requests_per_s=asked, token_s=0.03, tokens_per_s=300.0 * asked)
    found = refit(machine=one, points=[point])
    assert np.isfinite(under(machine=found, point=point).token_s)


def test_machines_are_corrected_side_by_side_as_each_by_itself() -> None:
    one = machine("qwen2.5-7b", "h100-sxm", weights="bf16")
    point = Point(
        np.array([500.0, 2_000.0, 500.0]),
        np.array([100.0, 300.0, 100.0]),
        np.array([8.0, np.inf, 1e9]),
        np.array([np.nan, np.nan, 3.0]),
        np.array([900.0, 5_000.0, np.nan]),
        np.array([0.05, np.nan, 0.2]),
        np.array([0.009, np.nan, 0.02]),
    )
    every = refit(machine=one, points=[point]).reached
    for place in range(3):
        alone = refit(machine=one, points=[Point(*(float(v[place]) for v in point))]).reached
        assert every.step_times[place] == pytest.approx(float(alone.step_times), rel=1e-9)
        assert every.prompt_times[place] == pytest.approx(float(alone.prompt_times), rel=1e-9)


def test_nothing_measured_corrects_nothing() -> None:
    one = machine("qwen2.5-7b", "h100-sxm")
    for points in ([], [Point(100, 100, 1)]):
        with pytest.raises(ValueError, match="nothing was measured"):
            refit(machine=one, points=points)


@pytest.mark.parametrize("read", [1, 700, 6_000, 107_695])
@pytest.mark.parametrize("wrote", [1, 15, 400])
def test_the_most_that_is_served_is_served(read: int, wrote: int) -> None:
    for chips in (1, 8):
        one = machine("llama-3.1-8b", "h100-sxm", weights="bf16", tensor=chips)
        lengths = {"machine": one, "input_tokens": read, "output_tokens": wrote}
        most = most_requests(**lengths)
        for reached in (1.0, 0.98, 1.7):  # as a pool takes it off and puts it on again
            at = most * reached * 3_600 / 3_600 / reached
            assert np.isfinite(at_rate(**lengths, requests_per_s=at).first_s)
