"""The parts of a page: each has its template, and stands where the order says."""

from pathlib import Path

from bs4 import BeautifulSoup
from cases import sample

from aicost.show.review.content import SECTIONS, figures, page_content
from aicost.show.review.look import Look
from aicost.show.review.sections import decisions, head, money, sources, viability

PARTS = (decisions, head, money, sources, viability)


def test_every_part_has_a_template_of_its_name() -> None:
    folder = Path(str(head.__file__)).parent
    assert {path.name.partition(".")[0] for path in folder.glob("*.j2")} == set(SECTIONS)


def test_every_function_of_a_part_is_a_part() -> None:
    there = set(SECTIONS.values())
    for module in PARTS:
        own = {f for f in vars(module).values() if getattr(f, "__module__", "") == module.__name__}
        assert {f for f in own if not f.__name__.startswith("_")} <= there


def test_parts_stand_in_their_order(page: str) -> None:
    heads = [h["id"] for h in BeautifulSoup(page, "html.parser").select("h2[id]")]
    assert heads == [name for name in SECTIONS if name in heads]
    assert {"cost", "inflection", "speed", "missing", "sources"} <= set(heads)


def test_what_does_not_apply_says_nothing() -> None:
    look = Look(sample("contract-search-billed"))
    said = page_content(look)
    assert said["bridge"] is None
    assert not said["routing"]
    assert said["head"]["verdict"].startswith("Contract search costs about")
    assert figures(look)["name"] == "Contract search"
