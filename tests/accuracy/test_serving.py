"""Topic `serving`: pairs are left out whole, files are read as they come, a fit finds the truth."""

import csv
from pathlib import Path

import numpy as np
import pytest
from places import TESTS

from aicost.accuracy.serving import hold, left_out, ratios
from aicost.accuracy.serving_cases import Cases, read
from aicost.accuracy.serving_fit import PRIORS, fitted, measured, predict
from aicost.accuracy.serving_gain import OTHER, SAME, gain_parts, gains
from aicost.book.machines import constants

OWN = TESTS / "data" / "serving_measured.csv"


def test_our_own_runs_by_the_constants_as_shipped() -> None:
    """No server stood in front, so what an engine adds to a step is not held."""
    report = hold(OWN)
    first, token = report.parts[1], report.parts[2]
    assert len(first.errors) == 29
    assert len(token.errors) == 77
    assert np.median(first.errors) < 0.12
    assert "constants as shipped" in first.name


def changed(tmp_path: Path, **cells: str) -> Path:
    """Our own runs with some cells of the second row written anew."""
    with OWN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[1] |= cells
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"model": "llama-9"}, "no architecture of 'llama-9'"),
        ({"gpu": "H900"}, "chip 'H900' is not in serving_constants.csv"),
        ({"scenario": "mlperf_offline"}, "scenario 'mlperf_offline'"),
        ({"n_gpus": "16"}, "more than 8 chips"),
        ({"weight_dtype": "fp6"}, "weights in 'fp6'"),
        ({"kv_dtype": "fp6"}, "a cache in 'fp6'"),
        ({"tp": "2"}, "tp x dp x pp is not n_gpus"),
    ],
)
def test_what_is_left_out_says_why(tmp_path: Path, cells: dict[str, str], why: str) -> None:
    cases = read(changed(tmp_path, **cells))
    assert len(cases) == 105
    assert len(cases.left_out) == 1
    assert cases.left_out[0].startswith(why)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"ttft_ms": "nan"}, "ttft_ms"),
        ({"isl": "0"}, "isl"),
        ({"tp": "-1"}, "tp"),
        ({"concurrency": "many"}, "concurrency"),
        ({"concurrency": ""}, "concurrency"),
    ],
)
def test_a_broken_cell_is_one_line(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=rf"^cases.csv:3: {said}: ") as error:
        read(changed(tmp_path, **cells))
    assert "\n" not in str(error.value)


def test_a_file_of_no_row_that_can_be_held_is_not_passed(tmp_path: Path) -> None:
    """Neither one without rows, nor one of a chip that nobody knows."""
    head, *rows = OWN.read_text(encoding="utf-8").splitlines()
    for body in ([], [row.replace("H100", "H900").replace("H200", "H900") for row in rows]):
        path = tmp_path / "cases.csv"
        path.write_text("\n".join([head, *body]), encoding="utf-8")
        report = hold(path)
        assert not report.passed
        assert "no row was held" in str(report)
        assert len(report.parts[0].left_out) == len(body)


@pytest.fixture(scope="module")
def published(reference_dir: Path) -> Cases:
    """Return the published points, which lie apart."""
    return read(reference_dir / "llm_serving_calibration.csv")


def test_a_fit_gives_back_the_constants_that_made_its_points(published: Cases) -> None:
    """Points said by constants that are no priors: each is found again where points tell it."""
    cases = published
    truth = {name: {of: v * 1.15 for of, v in by.items()} for name, by in constants().items()}
    truth = {name: by for name, by in truth.items() if name in PRIORS}
    for name in ("multiply_share", "prompt_share", "weights_share", "cache_share"):
        truth[name] = {of: min(v, 0.85) for of, v in truth[name].items()}
    said = predict(truth, cases)
    made = cases.__class__(
        **{f: getattr(cases, f) for f in cases.__dataclass_fields__}
        | {"tokens_per_s": said.tokens_per_s, "first_s": said.first_s, "token_s": said.token_s}
    )
    found = predict(fitted(constants(), made), made)
    for ratio in ratios(made, found, np.full(len(made), True)):
        assert np.median(np.abs(ratio - 1)) < 0.02


def test_no_point_is_said_by_a_fit_that_saw_its_pair(
    published: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, seen = published, []

    def spied(start, some):
        seen.append({*some.pair})
        return start

    monkeypatch.setattr("aicost.accuracy.serving.fitted", spied)
    found = left_out(cases)
    assert len(seen) == 5
    assert all(sum(pair not in train for train in seen) == 1 for pair in {*cases.pair})
    unfitted = predict(constants(), cases)
    assert np.array_equal(found.token_s, unfitted.token_s, equal_nan=True)
    assert np.isfinite(measured(cases).token_s).sum() == 1_114


def test_one_point_mends_its_own_engine_weights_and_split_and_no_other(published: Cases) -> None:
    """By the constants as shipped, which have seen these pairs: less to gain than where unseen."""
    found = gains(published, [(np.full(len(published), True), constants())])
    speed, first, token = (
        float(np.median(after) / np.median(before))
        for before, after in zip(*found[SAME], strict=True)
    )
    assert speed < 0.85
    assert first < 1.0
    assert token < 0.92
    for before, after in zip(*found[OTHER], strict=True):
        assert np.median(after) > np.median(before)


def test_points_without_a_server_are_no_points_of_one() -> None:
    cases = read(OWN)
    assert [*gain_parts(cases, [(np.full(len(cases), True), constants())])] == []
