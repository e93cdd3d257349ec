"""Vector indexes: the bytes they take, the memory that serves them, queries/s at another size."""

from aicost.formulas.vectors.growth import (
    EXPONENT_WITHIN,
    filtered_between,
    fitted_exponent,
    growth_exponent,
    left_memory,
    queries_at,
    shard_work,
)
from aicost.formulas.vectors.indexes import (
    KINDS,
    flat_bytes,
    hnsw_bytes,
    hnsw_faiss_bytes,
    index_bytes,
    ivf_bytes,
    ivf_pq_bytes,
    rabitq_bytes,
    sq8_bytes,
)
from aicost.formulas.vectors.memory import building_memory, serving_memory
from aicost.formulas.vectors.pages import pgvector_hnsw_bytes

__all__ = [
    "EXPONENT_WITHIN",
    "KINDS",
    "building_memory",
    "filtered_between",
    "fitted_exponent",
    "flat_bytes",
    "growth_exponent",
    "hnsw_bytes",
    "hnsw_faiss_bytes",
    "index_bytes",
    "ivf_bytes",
    "ivf_pq_bytes",
    "left_memory",
    "pgvector_hnsw_bytes",
    "queries_at",
    "rabitq_bytes",
    "serving_memory",
    "shard_work",
    "sq8_bytes",
]
