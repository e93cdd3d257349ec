"""Models that are served on chips of one's own, as the kit's data has them, for formulas.serving.

architectures.csv has the models, hardware.csv the data sheets, serving_constants.csv what engines
reach on them. A name is refused with the nearest one there is, a data sheet that leaves nothing to
compute with by what is zero on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from aicost.book.book import Book
from aicost.book.data_files import data_rows
from aicost.book.rows import BookError
from aicost.book.validity import sold_in
from aicost.formulas.serving.shapes import Architecture, Chip, Layout, Reached
from aicost.formulas.serving.step import Machine
from aicost.values.quantities import Numeric
from aicost.values.suggest import instead
from aicost.values.table_file import Record

#: Bytes that a weight takes: four bits and an eighth more for the scale of each block.
WEIGHT_BYTES = {"bf16": 2.0, "fp16": 2.0, "fp8": 1.0, "int8": 1.0, "fp4": 0.5625, "int4": 0.5625}
ENGINES = ("trtllm", "vllm", "sglang")
#: The units of a data sheet.
SHEET = {"memory": "GiB", "memory_read": "TB/s", "link": "GB/s"}
SHEET |= {"power": "W", "server_power": "W"}
SHEET |= {f"peak_{bits}bit": "TFLOP/s" for bits in (16, 8, 4)}
BY_FAMILY = ("multiply_share", "prompt_share")
BY_ENGINE = (
    *("weights_share", "exchange_s", "step_s", "expert_layer_s", "sequence_s"),
    *("first_s", "first_expert_s"),
)
_GIB, _NARROW = 2.0**30, (8, 4)
_FROM_HEADS = 0.995  # experts are no more than this of a model, whatever its rounded sizes say


def architecture(model: str) -> Architecture:
    """A model's layers, heads and experts.

    Raises
    ------
    BookError : no such model, with the nearest.

    Examples
    --------
    >>> architecture("llama-3.1-8b").layers
    32.0
    """
    n = _model(model).number
    params, hidden, experts = n("params_b") * 1e9, n("hidden"), n("experts")
    in_experts = 3.0 * hidden * n("expert_intermediate") * experts * n("expert_layers")
    return Architecture(
        params=params,
        active_params=n("active_params_b") * 1e9,
        layers=n("layers"),
        hidden=hidden,
        heads=n("heads"),
        kv_heads=n("kv_heads"),
        head_dim=n("head_dim"),
        cache_elements=n("cache_numbers"),
        attention_layers=n("attention_layers"),
        latent_cache=bool(n("latent_cache")),
        windowed_share=n("windowed_share"),
        window_tokens=n("window_tokens"),
        experts=experts,
        experts_used=n("experts_used"),
        expert_params=min(in_experts, _FROM_HEADS * params),
        expert_layers=n("expert_layers"),
    )


def context_tokens(model: str) -> float:
    """The most tokens that a model reads and writes in one call, as somebody serves it.

    >>> context_tokens("llama-3.3-70b")
    131072.0
    """
    return _model(model).number("context_tokens")


def _model(name: str) -> Record:
    rows = {row["model"]: row for row in data_rows("architectures.csv")}
    rows |= {row["published_as"].lower(): row for row in rows.values()}
    if name.lower() not in rows:
        raise BookError(f"no architecture of {name!r}", instead(name, rows))
    return rows[name.lower()]


def chip(name: str, *, book: Book | None = None) -> Chip:
    """A chip's data sheet: memory, its bandwidth, dense FLOP/s, its link to others.

    Raises
    ------
    BookError : no such device, or one without memory that models are served from.

    Examples
    --------
    >>> chip("h200").memory_bytes_per_s
    4800000000000.0
    """
    item, book = f"device/{name}", book or _book()
    rows = book.all_rows(item) if book.has(item) else ()
    due = (sold_in(row, SHEET.get(row.parameter, row.unit)) for row in reversed(rows))
    sheet = {row.parameter: row.value for row in due}  # the client's own stand first
    if "memory_read" not in sheet:
        known = [one.removeprefix("device/") for one in served_on(book)]
        raise BookError(f"no data sheet of {name!r} to serve models on", instead(name, known))
    for parameter in (
        "memory",
        "memory_read",
        "peak_16bit",
        *({"power", "server_power"} & sheet.keys()),
    ):
        if not sheet.get(parameter, 0.0) > 0.0:
            wrong = f"{item} has no {parameter}, so nothing can be served on it"
            raise BookError(wrong, f"write its {parameter}, above zero")
    flops = {bits: sheet.get(f"peak_{bits}bit", 0.0) * 1e12 for bits in (16, *_NARROW)}
    eight, four = (flops[b] * (sheet["narrowest_float"] <= b) for b in _NARROW)
    memory, speed = sheet["memory"] * _GIB, sheet["memory_read"] * 1e12
    return Chip(memory, speed, flops[16], eight, four, sheet.get("link", 0.0) * 1e9)


def served_on(book: Book | None = None) -> tuple[str, ...]:
    """The devices that models are served on, `device/` in front.

    >>> "device/h100-sxm" in served_on()
    True
    """
    book = book or _book()
    rows = {
        item: {row.parameter for row in book.all_rows(item)}
        for item in book.items()
        if item.startswith("device/")
    }
    return tuple(sorted(item for item, found in rows.items() if "memory_read" in found))


@lru_cache(maxsize=1)
def _book() -> Book:
    return Book.load()


def families() -> dict[str, str]:
    """The family of each chip, as constants are fitted by.

    >>> families()["h200"]
    'hopper'
    """
    rows = data_rows("serving_constants.csv")
    return {name: row["of"] for row in rows for name in row["chips"].split()}


def constants() -> dict[str, dict[str, float]]:
    """Every constant by what it is of: a family of chips, an engine, or '' for all.

    >>> sorted(constants()["weights_share"])
    ['sglang', 'trtllm', 'vllm']
    """
    found: dict[str, dict[str, float]] = {}
    for row in data_rows("serving_constants.csv"):
        found.setdefault(row["constant"], {})[row["of"]] = row.number("value")
    return found


def within() -> dict[str, tuple[float, float]]:
    """Ranges of what is measured, in times what is said, that hold 90 % of points never seen.

    >>> low, high = within()["first_within"]
    >>> 0 < low < 1 < high
    True
    """
    rows = data_rows("serving_constants.csv")
    return {r["constant"]: (r.number("low"), r.number("high")) for r in rows if r["low"]}


def reached(
    at: Mapping[str, Mapping[str, Numeric]], *, family: Numeric, engine: Numeric, experts: Numeric
) -> Reached:
    """What is reached of a chip, out of all constants.

    Parameters
    ----------
    at : constants, as `constants` gives them. [numbers]
    family, engine : of which chips and engine: places among the names of `at`. [index]
    experts : whether the model has routed experts. [flag]
    """
    one = {name: values[""] for name, values in at.items() if "" in values}
    by_family, by_engine = (
        {name: np.array([*at[name].values()])[place] for name in names}
        for names, place in (
            (BY_FAMILY, family),
            (BY_ENGINE, engine),
        )
    )
    own = np.where(experts, by_engine.pop("first_expert_s"), 0.0)
    by_engine["first_s"] = by_engine["first_s"] + own
    burst = np.where(experts, one["expert_burst_share"], one["burst_share"])
    always = {name: one[name] for name in Reached.__slots__ if name in one}
    return Reached(**{**always, **by_family, **by_engine, "burst_share": burst})


def machine(
    model: str,
    device: str,
    *,
    engine: str = "vllm",
    weights: str = "bf16",
    cache: str = "",
    tensor: int = 1,
    data: int = 1,
    pipeline: int = 1,
    book: Book | None = None,
) -> Machine:
    """A model on chips of one kind, as the formulas of serving take it.

    Parameters
    ----------
    model, device : as in architectures.csv and hardware.csv, without `device/`. [name]
    engine : trtllm, vllm or sglang. [name]
    weights, cache : bf16, fp8, fp4, …; the cache in 8 bits where weights are, if left out. [name]
    tensor, data, pipeline : how one copy is split. [chips]

    Raises
    ------
    BookError : a name that is not there, with the nearest; a split that cannot be.

    Examples
    --------
    >>> machine("llama-3.1-70b", "h200", weights="fp8", tensor=2).layout.chips
    2
    """
    shape = architecture(model)
    for name, said, known in (("engine", engine, ENGINES), ("weights", weights, WEIGHT_BYTES)):
        if said not in known:
            raise BookError(f"{name} {said!r} is not known", instead(said, known))
    for split in (tensor, data, pipeline):
        if not (split >= 1 and split == int(split)):
            raise BookError(f"a split over {split:g} chips", "write a whole number from 1")
    if shape.heads % tensor:
        wrong = f"{shape.heads:g} heads do not split over {tensor} chips"
        raise BookError(wrong, "take a number of chips that divides them")
    if pipeline > shape.layers:
        raise BookError(f"{pipeline} stages for {shape.layers:g} layers", "take fewer stages")
    width = WEIGHT_BYTES[weights]
    kept = WEIGHT_BYTES.get(cache) if cache else max(min(width, 2.0), 1.0)
    if kept is None:
        raise BookError(f"cache {cache!r} is not known", instead(cache, WEIGHT_BYTES))
    at, sheet = constants(), chip(device, book=book)
    place = [*at["multiply_share"]].index(families()[device])
    by = [*at["weights_share"]].index(engine)
    found = reached(at, family=place, engine=by, experts=shape.experts > 1)
    if tensor * data > 1 and not sheet.link_bytes_per_s > 0.0:
        raise BookError(f"device/{device} has no link to other chips", "serve on one chip")
    return Machine(shape, sheet, Layout(width, kept, tensor, data, pipeline), found)
