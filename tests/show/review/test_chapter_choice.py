"""A chapter is left out where a system has nothing that it is about."""

import ast
import json
from collections.abc import Iterator

import pytest
from cases import sample, written
from places import ROOT

from aicost.components.stage import registry
from aicost.show.review.chapter_choice import CACHE, CORPUS, LOG, TIMES, choices, lacking, needs

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_notebooks_need_what_there_is() -> None:
    known = {stage.component for stage in registry().values()} | {CACHE, CORPUS, LOG, TIMES}
    assert {need for notebook in NOTEBOOKS for need in needs(notebook)} <= known


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("contract-search-billed", {"07": ("cache",)}),
        (
            "contract-search-planned",
            {"04": ("reranking",), "05": ("human review",), "07": ("cache",)},
        ),
        ("research-agent", {"04": ("reranking",)}),
        (
            "claims-review",
            {
                "02": ("documents", "embedding"),
                "03": ("documents", "retrieval"),
                "04": ("reranking",),
                "07": ("cache",),
            },
        ),
    ],
)
def test_what_is_left_out(name: str, left_out: dict[str, tuple[str, ...]]) -> None:
    chosen = choices(sample(name), logged=True)
    assert [choice.path for choice in chosen] == NOTEBOOKS
    assert {c.path.name[:2]: c.lacks for c in chosen if c.lacks} == left_out
    without = {c.path.name[:2]: c.lacks for c in choices(sample(name)) if c.lacks}
    assert without == left_out | {"08": ("a log of requests",)}


def test_what_nobody_gets_is_not_there() -> None:
    case = written(
        "traffic: {users: 9, requests_per_user_month: 9}\n"
        "pipeline:\n"
        "  a: {is: inference, price: {input: 1, output: 2}, input_tokens: 9, output_tokens: 5}\n"
        "  people: {is: human_review, share: 0 %, minutes: 3,"
        " when: after_answer, wage_per_hour: 20}\n"
    )
    assert list(lacking(case, ["human review", "inference", CORPUS])) == [
        "human review",
        "documents",
    ]


def outside_tables(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, but for dictionaries."""
    if not isinstance(node, ast.Dict):
        yield node
        for part in ast.iter_child_nodes(node):
            yield from outside_tables(part)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name[:2])
def test_another_system_only_stands_in_for_what_is_lacking(notebook: object) -> None:
    """What a review shows may name no sample, but where a chapter is left out without it.

    A table of what belongs to a sample is looked up by its name: no other client finds anything.
    """
    path = next(path for path in NOTEBOOKS if path == notebook)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    named = [
        word.value
        for cell in cells
        if cell["cell_type"] == "code"
        and not {"lesson", "parameters"} & set(cell["metadata"].get("tags", ()))
        for word in outside_tables(ast.parse("".join(cell["source"])))
        if isinstance(word, ast.Constant) and "data/scenarios" in str(word.value)
    ]
    assert len(named) <= (1 if needs(path) else 0)
