"""What a file says was invoiced, and what it cannot say."""

import pytest

from aicost.scenario.in_code import node_of
from aicost.scenario.invoiced_reader import read_invoiced
from aicost.scenario.section_reader import Filler
from aicost.values.quantities import Range


def test_amounts_are_read_by_component_with_their_precision() -> None:
    reader = Filler("client.yaml")
    said = {"inference + embedding": "5_180", "hosting": "600 to 650", "month": "9 k"}
    found = read_invoiced(reader, node_of(said), ())
    assert found == {
        "inference + embedding": 5_180.0,
        "hosting": Range(600.0, 650.0),
        "month": 9_000.0,
    }
    assert not reader.problems
    assert read_invoiced(reader, None, ()) == {}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"infrence": "5"}, "no part of the bill"),
        ({"inference + tea": "5"}, "no component 'tea'"),
        ({"hosting": "0"}, "nothing was invoiced"),
        ({"hosting": "unknown"}, "an amount that nobody knows"),
        ("9_000", "needs amounts"),
    ],
)
def test_what_cannot_be_is_one_line(said: object, wrong: str) -> None:
    reader = Filler("client.yaml")
    read_invoiced(reader, node_of(said), ())
    (problem,) = reader.problems
    assert problem.wrong == wrong
    assert problem.remedy
