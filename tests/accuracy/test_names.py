"""Names of models: none finds another price, and few are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aicost.accuracy import Report, names

#: Names of litellm 1.110.2's price map that genai-prices 0.2.3 finds, with what it finds; those
#: kept to a place that litellm prices by itself, with that.
WRITTEN = Path(__file__).parents[1] / "data" / "model_names.csv"


def held(tmp_path: Path, *lines: str) -> Report:
    file = tmp_path / "names.csv"
    file.write_text("\n".join(["written,item", *lines, ""]), encoding="utf-8")
    return names.hold(file)


def test_names_of_a_router_find_their_prices(
    record_property: Callable[[str, object], None],
) -> None:
    report = names.hold(WRITTEN)
    (part,) = report.parts
    assert report.passed, report
    assert len(part.errors) > 1_100
    record_property("figure", f"accuracy {report}")


def test_another_price_is_past_the_bar(tmp_path: Path) -> None:
    assert held(tmp_path, "azure/gpt-4o,openai/gpt-4o").passed
    report = held(tmp_path, "azure/gpt-4o,openai/gpt-4o-mini")
    assert not report.passed
    assert "azure/gpt-4o: taken as openai/gpt-4o, it is openai/gpt-4o-mini" in str(report)


@pytest.mark.parametrize(("right", "passed"), [(99, True), (98, False)])
def test_one_in_a_hundred_may_be_refused(tmp_path: Path, right: int, passed: bool) -> None:
    lines = [*["azure/gpt-4o,openai/gpt-4o"] * right, "no/such-model,openai/gpt-4o"]
    assert held(tmp_path, *lines).passed is passed


def test_an_item_that_the_book_has_not_is_left_out(tmp_path: Path) -> None:
    report = held(tmp_path, "azure/gpt-4o,openai/gpt-4o", "x/y,x/z")
    assert report.parts[0].left_out == ["x/y: the book does not price x/z"]


def test_a_place_that_is_priced_by_itself_is_left_out(tmp_path: Path) -> None:
    written = "bedrock/sa-east-1/meta.llama3-70b-instruct-v1:0"
    report = held(tmp_path, f"{written},aws/meta.llama3-70b-instruct-v1:0")
    (said,) = report.parts[0].left_out
    assert "found in the place that it names, aws/sa-east-1/meta.llama3-70b" in said
    assert not held(tmp_path, f"{written},aws/meta.llama3-8b-instruct-v1:0").passed
