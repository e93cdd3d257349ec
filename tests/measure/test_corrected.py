"""A machine beside what was measured of it: nearer to it when corrected than before."""

from dataclasses import replace

import pytest

from aicost.book.machines import machine
from aicost.formulas.serving import at_concurrency
from aicost.measure.corrected import corrected, reached
from aicost.measure.loads import Load, Seen
from aicost.scenario.pool_section import Pool
from aicost.scenario.pool_work import Work


def test_a_row_a_load_and_result() -> None:
    one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    loads = [
        Load(100, 1_000, 200, 16.0, tokens_per_s=1_000.0, token=Seen(0.016)),
        Load(100, 1_000, 200, requests_per_s=1e6, first=Seen(0.5)),
    ]
    found = corrected(one, loads)
    rows = found.rows().texts()
    assert [row[:3] for row in rows] == [
        ("16 at once", "tokens/s", "1,000"),
        ("", "a token", "16 ms"),
        ("1,000,000 a second", "first word", "0.5 s"),
    ]
    assert rows[2][3:] == ("never", "never")
    assert float(found.corrected.reached.step_times) > 1.2
    assert f"{float(found.corrected.reached.step_times):.2f} times" in found.sentence


def test_loads_without_a_result_correct_nothing() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        corrected(machine("llama-3.1-8b", "h100-sxm"), [Load(9, 100, 100, 1.0)])


def test_a_call_that_is_never_in_time_corrects_no_pool() -> None:
    pool = Pool(name="own", serves="llama-3.1-8b", chip="h100-sxm", weights="fp8")
    work = Work(1.0, 1_000.0, 200.0, 1e-3, 1e-4, "the file")
    load = Load(100, 1_000, 200, 16.0, tokens_per_s=1_000.0)
    with pytest.raises(ValueError, match="no unit serves 1,000 tokens read and 200 written in"):
        reached(pool, work, [load])


def test_a_unit_carries_as_much_less_as_its_machine_is_slower() -> None:
    """Where a step is all that counts: half as fast a step, about half the calls."""
    pool = Pool(name="own", serves="llama-3.1-8b", chip="h100-sxm", weights="fp8")
    work = Work(1.0, 100.0, 400.0, 5.0, 0.05, "the file")
    true = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    slow = true._replace(reached=replace(true.reached, step_times=2.0))
    loads = []
    for at_once in (1.0, 8.0, 32.0, 128.0):
        seen = at_concurrency(
            machine=slow, input_tokens=100, output_tokens=400, concurrency=at_once
        )
        loads.append(Load(100, 100, 400, at_once, token=Seen(float(seen.token_s))))
    found, times = reached(pool, work, loads)
    assert float(found.corrected.reached.step_times) == pytest.approx(2.0, rel=0.15)
    assert 0.3 < times < 0.7
