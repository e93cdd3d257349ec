"""A machine beside what was measured of it: nearer to it when corrected than before."""

import pytest

from aicost.book.machines import machine
from aicost.measure.corrected import corrected
from aicost.measure.loads import Load, Seen


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
