"""The gold cells of a notebook notice a change by a tenth of what it draws on.

In the suite one file is tried for each notebook, the one that is seen least. All of them, some
minutes: AICOST_GOLD=all pytest tests/test_gold.py
"""

import os
from pathlib import Path

import pytest
from notebook_run import NOTEBOOKS, blind, changed_data, gold, shown_with

#: By notebook the file that is tried in the suite.
TRIED = {
    "00_first_bill": "stores",
    "01_inference": "prices",
    "02_embedding_pipelines": "encoders",
    "03_vector_retrieval": "search_points",
    "04_reranking": "encoders",
    "05_human_review": "throughput",
    "06_managed_or_self_hosted": "serving_constants",
    "07_caching": "prompt_cache_points",
    "08_observability": "log_shapes",
}


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p.stem in TRIED], ids=lambda p: p.stem)
def test_gold_cells_see_a_file_change(path: Path, tmp_path: Path) -> None:
    kept, new = gold(path), shown_with(path, changed_data(tmp_path, TRIED[path.stem]))
    assert any(kept[cell] != new[cell] for cell in kept)


@pytest.mark.skipif("AICOST_GOLD" not in os.environ, reason="takes minutes; set AICOST_GOLD=all")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_gold_cells_see_every_file_change(path: Path, tmp_path: Path) -> None:
    assert [*blind(path, tmp_path)] == []
