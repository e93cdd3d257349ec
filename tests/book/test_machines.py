"""Models and chips as the kit's data has them, and names and splits that cannot be."""

import pytest

from aicost.book.data_files import data_rows
from aicost.book.machines import (
    BY_ENGINE,
    BY_FAMILY,
    ENGINES,
    architecture,
    chip,
    constants,
    families,
    machine,
    served_on,
    within,
)
from aicost.book.rows import BookError


def test_every_model_has_a_shape_that_adds_up() -> None:
    """Active parameters are a part of all; a cache is that of its heads, or a latent one."""
    for row in data_rows("architectures.csv"):
        a = architecture(row["model"])
        assert 0 < a.active_params <= a.params, row["model"]
        assert 0 <= a.expert_params < a.params, row["model"]
        heads = 2 * a.attention_layers * a.kv_heads * a.head_dim
        latent = a.layers * (512 + 64)
        assert a.cache_elements == (latent if a.latent_cache else heads), row["model"]
        assert architecture(row["published_as"]) == a or row["note"], row["model"]


def test_every_chip_has_a_sheet_and_a_family() -> None:
    assert {f"device/{name}" for name in families()} == {*served_on()}
    for name in families():
        sheet = chip(name)
        assert 20e9 < sheet.memory_bytes < 400e9
        assert 0.2e12 < sheet.memory_bytes_per_s < 1e13
        assert sheet.flops_16bit > 1e14


def test_constants_are_complete_and_say_what_they_were_fitted_to() -> None:
    at = constants()
    assert all({*at[name]} == {*ENGINES} for name in BY_ENGINE)
    assert all({*at[name]} == {*families().values()} for name in BY_FAMILY)
    for row in data_rows("serving_constants.csv"):
        assert row["source"]
        assert row["read_on"]
        assert row.whole("rows") > 1_000
        assert row.number("value") > 0
    assert all(0 < low < 1 < high for low, high in within().values())


@pytest.mark.parametrize(
    ("model", "device", "options", "said"),
    [
        ("llama-3.1-9b", "h200", {}, "did you mean 'llama-3.1-8b'"),
        ("llama-3.1-8b", "h300", {}, "did you mean 'h200'"),
        ("llama-3.1-8b", "rtx-4090", {}, "no data sheet"),
        ("llama-3.1-8b", "h200", {"engine": "llm"}, "'vllm'"),
        ("llama-3.1-8b", "h200", {"weights": "fp7"}, "did you mean 'fp8'"),
        ("llama-3.1-8b", "h200", {"cache": "fp7"}, "did you mean 'fp8'"),
        ("llama-3.1-8b", "h200", {"tensor": 3}, "32 heads do not split over 3"),
        ("llama-3.1-8b", "h200", {"tensor": 0}, "whole number from 1"),
        ("llama-3.1-8b", "h200", {"pipeline": 33}, "33 stages for 32 layers"),
    ],
)
def test_what_cannot_be_is_one_clear_line(model, device, options, said) -> None:
    with pytest.raises(BookError) as error:
        machine(model, device, **options)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
