"""Encoders by their arithmetic, held against counted matrix products and published runs."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK

from aicost.formulas.encoders import (
    call_s,
    encoder_flops,
    fitted_call,
    reading_s,
    self_hosted_usd_per_mtok,
    tokens_per_second,
    utilisation_of,
)

Figure = Callable[[str, object], None]
SIZES = {"layers": st.integers(1, 48), "hidden": st.integers(16, 4_096)}
SPEEDS = {
    "tinybert-l2": 9_000,
    "minilm-l2": 4_100,
    "minilm-l4": 2_500,
    "minilm-l6": 1_800,
    "minilm-l12": 960,
}


def rows(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / "vectordb_published.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == kind]


def encoder(name: str) -> dict[str, float]:
    return {key: BOOK.find(f"encoder/{name}", key).value for key in ("layers", "hidden")}


@given(**SIZES, tokens=st.integers(1, 8_192))
def test_work_by_counting_matrix_products(layers: int, hidden: int, tokens: int) -> None:
    """(rows, inner, columns) of every product of a layer; each takes 2 operations an element."""
    wide = 4 * hidden
    products = [(tokens, hidden, hidden)] * 4  # queries, keys, values, output
    products += [(tokens, hidden, tokens), (tokens, tokens, hidden)]  # all with all, twice
    products += [(tokens, hidden, wide), (tokens, wide, hidden)]  # the inner layer
    counted = layers * sum(2 * a * b * c for a, b, c in products)
    assert encoder_flops(layers=layers, hidden=hidden, text_tokens=tokens) == counted


@pytest.mark.parametrize(
    ("name", "gflop"),
    [
        ("minilm-l6", (1.40, 2.87, 6.04, 13.3)),
        ("bert-base", (11, 22, 46, 97)),
        ("bge-reranker-v2-m3", (39, 79, 161, 335)),
    ],
)
def test_work_of_known_models(name: str, gflop: tuple[float, ...]) -> None:
    tokens = np.array([64, 128, 256, 512])
    assert encoder_flops(**encoder(name), text_tokens=tokens) / 1e9 == pytest.approx(
        gflop, rel=0.02
    )


@given(**SIZES, tokens=st.integers(1, 8_192), share=st.floats(0.01, 1.5))
def test_speed_and_its_share_of_the_peak_are_each_others_inverse(
    layers: int, hidden: int, tokens: int, share: float
) -> None:
    one = {"layers": layers, "hidden": hidden, "text_tokens": tokens, "peak_flops": 312e12}
    speed = tokens_per_second(**one, utilisation=share)
    assert utilisation_of(**one, tokens_per_s=speed) == pytest.approx(share, rel=1e-12)
    whole = reading_s(
        texts=1_000,
        reached_flops=share * one.pop("peak_flops"),
        **one,  # type: ignore[arg-type]
    )
    assert 1_000 * tokens / whole == pytest.approx(speed, rel=1e-12)


def test_a_possible_claim_and_an_impossible_one() -> None:
    """An eighth of an A100's peak is a plausible run; four times the peak of the 4090 is none."""
    shares = {}
    for claim, model, device in (
        ("speed/claimed-a100", "bge-m3", "device/a100-pcie-80"),
        ("speed/claimed-rtx-4090", "bge-large-en", "device/rtx-4090"),
    ):
        speed = BOOK.find(claim, "tokens_per_s").value
        for bits in (16, 8):
            peak = BOOK.find(device, f"peak_{bits}bit").value * 1e12
            shares[device, bits] = utilisation_of(
                tokens_per_s=speed, peak_flops=peak, text_tokens=512, **encoder(model)
            )
    assert shares["device/a100-pcie-80", 16] == pytest.approx(0.126, abs=0.001)
    assert shares["device/rtx-4090", 16] > 8
    assert shares["device/rtx-4090", 8] > 4


@pytest.mark.parametrize(("busy", "usd"), [(1.0, 0.0048), (0.5, 0.0097)])
def test_the_published_price_of_a_machine(busy: float, usd: float) -> None:
    """spheron.network, 2026-04: $1.04 an hour, 60,000 tokens a second."""
    own = self_hosted_usd_per_mtok(usd_per_hour=1.04, tokens_per_s=60_000, busy_share=busy)
    assert own == pytest.approx(usd, abs=0.0001)


def test_one_core_within_a_quarter() -> None:
    """Own measurement, six layers of 384 in 8-bit integers: ms a pair by its tokens."""
    measured = {48: (6.8, 9.4), 112: (18, 21), 240: (40, 46), 496: (107, 128)}
    reached = [BOOK.find("device/cpu-core", f"reached{x}").value for x in ("_most", "", "_least")]
    for tokens, ends in measured.items():
        low, middle, high = (
            1_000
            * reading_s(
                texts=1, text_tokens=tokens, reached_flops=tera * 1e12, **encoder("minilm-l6")
            )
            for tera in reached
        )
        assert low <= ends[0] * 1.01
        assert ends[1] <= high * 1.06
        assert middle == pytest.approx(np.mean(ends), rel=0.25)


# ---- a fixed part and one that grows


@given(st.floats(1e-3, 1), st.floats(1e-9, 1e-3), st.lists(st.integers(1, 10**6), min_size=2))
def test_a_line_is_found_again(fixed: float, slope: float, sizes: list[int]) -> None:
    if len(set(sizes)) < 2:
        with pytest.raises(ValueError, match="one size"):
            fitted_call(units=sizes, latency_s=[fixed] * len(sizes))
        return
    times = call_s(fixed_s=fixed, s_per_unit=slope, units=np.array(sizes))
    a, b = fitted_call(units=sizes, latency_s=times)
    again = call_s(fixed_s=a, s_per_unit=b, units=np.array(sizes))
    assert again == pytest.approx(times, rel=1e-6)


def test_calls_of_a_reranking_service(reference_dir: Path, record_property: Figure) -> None:
    """Nine published times of Cohere Rerank 3.5, each foretold from the other eight."""
    found = rows(reference_dir, "rerank_latency")
    tokens = np.array([int(r["n_docs"]) * (int(r["tokens_per_doc"]) + 100) for r in found])
    took = np.array([float(r["latency_mean_ms"]) / 1e3 for r in found])
    errors = []
    for i in range(len(found)):
        rest = np.arange(len(found)) != i
        fixed, slope = fitted_call(units=tokens[rest], latency_s=took[rest])
        errors.append(abs(call_s(fixed_s=fixed, s_per_unit=slope, units=tokens[i]) / took[i] - 1))
    words = f"reranking API, {len(found)} times left out in turn: mean {np.mean(errors):.1%}, "
    record_property("figure", f"{words}worst {max(errors):.1%}")
    assert np.mean(errors) <= 0.03
    assert max(errors) <= 0.06
    known = BOOK.all_rows("speed/cohere-rerank-3.5")
    assert {r.context: r.value for r in known} == {
        f"tokens={n}": t for n, t in zip(tokens, took, strict=True)
    }


def test_rerankers_on_a_v100(reference_dir: Path, record_property: Figure) -> None:
    """Three published speeds make a line in the work; two more models lie near it."""
    seen = [
        r["system"].removeprefix("ms-marco-MiniLM-").removesuffix("-v2").replace("-", "").lower()
        for r in rows(reference_dir, "cross_encoder_throughput")
    ]
    assert sorted(seen) == ["l12", "l4", "l6"]
    speeds = {
        name: BOOK.find(f"encoder/ms-marco-{name}", "passages_per_s", context="device=v100").value
        for name in SPEEDS
    }
    assert speeds == SPEEDS
    work = {n: encoder_flops(**encoder(f"ms-marco-{n}"), text_tokens=96) for n in SPEEDS}
    fitted = [f"minilm-{name}" for name in seen]
    fixed, slope = fitted_call(
        units=[work[n] for n in fitted], latency_s=[1 / SPEEDS[n] for n in fitted]
    )
    off = {
        n: 1 / call_s(fixed_s=fixed, s_per_unit=slope, units=work[n]) / SPEEDS[n] - 1
        for n in SPEEDS
    }
    record_property(
        "figure",
        "reranking on a V100, fit and two others: "
        + ", ".join(f"{n} {off[n]:+.1%}" for n in SPEEDS),
    )
    assert max(abs(off[n]) for n in fitted) <= 0.015
    assert abs(off["minilm-l2"]) <= 0.03
    assert abs(off["tinybert-l2"]) <= 0.15  # a third of the width, a ninth of the work
