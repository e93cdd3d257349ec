"""One review, with a plan beside it, for all that is read on its page."""

from pathlib import Path

import pytest
from cases import sample

from aicost.show.review.page import review


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reviews") / "sample"
    return review(
        sample("contract-search-billed"), plan=sample("contract-search-planned"), out=made
    ).page.parent


@pytest.fixture(scope="session")
def page(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")
