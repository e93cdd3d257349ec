"""Vector indexes: bytes against files that were written, growth against published points."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import TESTS

from aicost.accuracy import run
from aicost.formulas import vectors

MEASURED = TESTS / "data" / "vector_index_measured.csv"
MB = 2**20

#: Every family with the arguments it takes beyond vectors and dimensions.
FAMILIES: dict[Callable, dict[str, float]] = {
    vectors.flat_bytes: {},
    vectors.sq8_bytes: {},
    vectors.rabitq_bytes: {},
    vectors.ivf_bytes: {"lists": 400, "code_bytes": 96},
    vectors.ivf_pq_bytes: {"lists": 400, "code_bytes": 12},
    vectors.hnsw_faiss_bytes: {"links": 16},
    vectors.hnsw_bytes: {"links": 16},
    vectors.pgvector_hnsw_bytes: {"links": 16},
}
GRAPHS = (vectors.hnsw_faiss_bytes, vectors.hnsw_bytes, vectors.pgvector_hnsw_bytes)

sizes = st.integers(1_000, 100_000_000)
widths = st.integers(8, 2_000)
every_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
every_graph = pytest.mark.parametrize("graph", GRAPHS, ids=lambda f: f.__name__)


# ---- bytes


def test_files_that_libraries_wrote(record_property: Callable[[str, object], None]) -> None:
    report = run("index-bytes", MEASURED)
    record_property("figure", f"accuracy {report}")
    assert report.passed
    with MEASURED.open(newline="") as file:
        assert len(report.parts[-1].errors) == len(list(csv.DictReader(file)))


@pytest.mark.parametrize(
    ("rows", "dimensions", "links", "published_mb"),
    [(500_000, 1536, m, 3906) for m in (8, 16, 32)] + [(900_000, 1280, m, 7036) for m in (2, 16)],
)
def test_pgvector_sizes_that_users_published(rows, dimensions, links, published_mb) -> None:
    """pgvector issues 688 and 370: the size does not depend on m."""
    size = vectors.pgvector_hnsw_bytes(vectors=rows, dimensions=dimensions, links=links)
    assert size / MB == pytest.approx(published_mb, rel=1e-2)


@pytest.mark.parametrize(
    ("dimensions", "width", "bytes_each"),
    [(384, 4, 2048), (768, 4, 4096), (1536, 4, 8192), (1536, 2, 4096), (2000, 4, 16384)],
)
def test_pgvector_fills_whole_pages(dimensions: int, width: int, bytes_each: int) -> None:
    """Vectors put on pages one at a time, as PostgreSQL does: two items, four bytes each."""

    def up(size: int) -> int:
        return -(-size // 8) * 8

    element, neighbours = up(80 + width * dimensions), up(4 + 12 * 16)
    pages, room = 0, 0
    for _ in range(1_000):
        together = element + neighbours + 8
        if together > 8160:
            pages, room = pages + 2, 0
            continue
        if room < together:
            pages, room = pages + 1, 8160
        room -= together
    found = vectors.pgvector_hnsw_bytes(
        vectors=1_000, dimensions=dimensions, links=16, bytes_per_dimension=width
    )
    assert found == (pages + 1) * 8192
    assert found / 1_000 == pytest.approx(bytes_each, rel=0.01)


def test_flat_bytes_as_numpy_holds_them() -> None:
    kept = np.zeros((100, 96), dtype=np.float32)
    assert vectors.flat_bytes(vectors=100, dimensions=96) == kept.nbytes


@every_family
@given(n=sizes, d=widths, more=st.integers(1, 10_000))
def test_bytes_grow_with_vectors_and_dimensions(family: Callable, n: int, d: int, more: int):
    given_ = FAMILIES[family]
    size = family(vectors=n, dimensions=d, **given_)
    assert family(vectors=n + more, dimensions=d, **given_) >= size > 0
    assert family(vectors=n, dimensions=min(d + more, 4_000), **given_) >= size or d > 4_000


@every_graph
@given(n=sizes, d=widths, links=st.integers(2, 99), more=st.integers(1, 30))
def test_bytes_grow_with_links(graph: Callable, n: int, d: int, links: int, more: int) -> None:
    size = graph(vectors=n, dimensions=d, links=links)
    assert graph(vectors=n, dimensions=d, links=links + more) >= size
    if graph is not vectors.pgvector_hnsw_bytes:
        assert graph(vectors=n, dimensions=d, links=links + more) > size


@every_family
def test_bytes_broadcast(family: Callable) -> None:
    n, d = np.array([1e5, 1e6, 1e7]), np.array([[96], [768]])
    table = family(vectors=n, dimensions=d, **FAMILIES[family])
    assert table.shape == (2, 3)
    assert table[1, 2] == family(vectors=1e7, dimensions=768, **FAMILIES[family])


@given(n=sizes, d=widths)
def test_smaller_codes_make_smaller_indexes(n: int, d: int) -> None:
    as_is = vectors.flat_bytes(vectors=n, dimensions=d)
    assert vectors.sq8_bytes(vectors=n, dimensions=d) < as_is
    half = vectors.hnsw_bytes(vectors=n, dimensions=d, links=16, bytes_per_dimension=2)
    whole = vectors.hnsw_bytes(vectors=n, dimensions=d, links=16)
    assert whole - half == pytest.approx(as_is / 2, rel=1e-6)


# ---- memory


def test_memory_is_the_rule_times_the_copies() -> None:
    once = vectors.serving_memory(index_bytes=80e9)
    assert once == pytest.approx(80e9 * 1.15 / 0.8)
    assert vectors.serving_memory(index_bytes=80e9, replicas=3) == pytest.approx(3 * once)
    with_text = vectors.serving_memory(index_bytes=80e9, payload_bytes=8e9, usable_share=1.0)
    assert with_text == pytest.approx(100e9)
    assert vectors.building_memory(index_bytes=80e9) > once


def test_how_often_the_rules_cover_what_was_measured() -> None:
    """Indexes of five million numbers or more: loaded from their file, and built."""
    with MEASURED.open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if int(r["n"]) * int(r["dim"]) >= 4.8e6]
    builds = {(r["library"], r["index"], r["params"], r["n"], r["dim"]): r for r in rows}
    written, loaded, built = (
        np.array([float(r[column]) for r in builds.values()])
        for column in ("bytes_serialized", "bytes_rss_after_load", "bytes_rss_delta")
    )

    def covered(memory: np.ndarray, rule: Callable, usable: float) -> int:
        return int(np.sum(memory <= rule(index_bytes=written, usable_share=usable)))

    assert len(builds) == 64
    assert covered(loaded, vectors.serving_memory, 1.0) == 50
    assert covered(loaded, vectors.serving_memory, 0.8) == 63
    assert covered(built, vectors.building_memory, 1.0) == 60


# ---- growth


def test_published_growth(
    reference_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    report = run("query-growth", reference_dir / "vectordb_published.csv")
    record_property("figure", f"accuracy {report}")
    assert report.passed
    left_out, _, by_recall, *others = (np.mean(part.errors) for part in report.parts)
    assert by_recall < left_out < min(others)


def test_the_exponent_passes_through_what_it_was_laid_through() -> None:
    found = vectors.growth_exponent(recall=np.array([0.92, 0.92 + 0.04 * (2 - 2**0.5)]))
    assert found == pytest.approx([0.30, 0.375], rel=1e-12)
    assert vectors.growth_exponent(recall=np.array([0.0, 0.99])).tolist() == [0.07, 0.42]


@given(a=st.floats(0, 0.9999), b=st.floats(0, 0.9999))
def test_more_recall_never_grows_slower(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert vectors.growth_exponent(recall=low) <= vectors.growth_exponent(recall=high)


@given(
    exponent=st.floats(0.05, 1),
    q=st.floats(1, 1e5),
    n=st.lists(sizes, min_size=2, max_size=6, unique=True),
)
def test_a_client_s_points_give_their_exponent_back(exponent: float, q: float, n: list) -> None:
    speeds = [
        vectors.queries_at(queries_per_s=q, vectors=n[0], target_vectors=m, exponent=exponent)
        for m in n
    ]
    found = vectors.fitted_exponent(vectors=n, queries_per_s=speeds)
    assert found == pytest.approx(exponent, rel=1e-5)


def test_one_size_twice_is_no_growth() -> None:
    with pytest.raises(ValueError, match="two sizes that differ"):
        vectors.fitted_exponent(vectors=[1e6, 1e6], queries_per_s=[90.0, 100.0])


@given(shards=st.integers(1, 100), exponent=st.floats(0.05, 1))
def test_shards_do_the_work_of_their_parts(shards: int, exponent: float) -> None:
    """s parts, each searched at its own size."""
    whole, part = 1e7**exponent, (1e7 / shards) ** exponent
    work = vectors.shard_work(shards=shards, exponent=exponent)
    assert work == pytest.approx(shards * part / whole, rel=1e-9)
    assert work >= 1


def test_the_step_is_where_the_memory_ends() -> None:
    sizes_gb = np.array([5.0, 8.0, 8.1, 20.0])
    found = vectors.left_memory(
        queries_per_s=2_000.0, index_bytes=sizes_gb * 1e9, memory_bytes=8e9, slowdown=20.0
    )
    assert found.tolist() == [2_000, 2_000, 100, 100]


def test_a_filter_lies_between_the_points_around_it() -> None:
    shares, speeds = [0.0, 0.5, 0.99, 0.999], [1_611.0, 8.0, 900.0, 1_022.0]

    def between(share: float) -> tuple[float, float]:
        return vectors.filtered_between(
            filtered_share=share, known_shares=shares, known_figures=speeds
        )

    assert between(0.5) == (8, 8)
    assert between(0.2) == (8, 1_611)
    assert between(0.7) == (8, 900)
    assert between(0.999) == (1_022, 1_022)
    low, high = between(np.array([0.2, 0.995]))
    assert low.tolist() == [8, 900]
    assert high.tolist() == [1_611, 1_022]
    with pytest.raises(ValueError, match=r"measured from 0 to 0\.999"):
        between(0.9999)
