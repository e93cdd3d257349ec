"""Names that a client says, as the book has them."""

import pytest

from aicost.book.book import Book
from aicost.cli.named_answers import may_run, place_called, role_called, sold_there

BOOK = Book.load()


def test_who_sells_it_there_begins_with_the_cloud_that_was_said() -> None:
    model = "anthropic/claude-sonnet-5-5"
    assert not may_run(model, "eu", BOOK)
    for cloud, seller in (("AWS", "aws"), ("Google", "google")):
        first = sold_there(model, cloud, "eu", BOOK)[0]
        assert first.startswith(f"{seller}/")
        assert may_run(first, "eu", BOOK)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Azure, EU", ("Azure", "eu")),
        ("AWS in Europe", ("AWS", "eu")),
        ("our own servers", ("", "")),
        ("Google Cloud; US only", ("Google", "us")),
    ],
)
def test_places(text: str, found: tuple[str, str]) -> None:
    assert place_called(text) == found


def test_a_role_without_a_wage_and_a_wage_without_a_role() -> None:
    assert role_called("lawyers", BOOK) == ("us/lawyer", "", "")
    assert role_called("actuary at €60/h", BOOK) == ("", "wage_per_hour", "€60")
