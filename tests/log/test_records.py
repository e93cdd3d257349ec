"""Records dug out of files, whatever they are nested in."""

import gzip
import json
from pathlib import Path

import pytest

from aicost.log.layouts import LogError
from aicost.log.records import (
    BROKEN_JSON,
    NO_RECORD,
    NO_ROW,
    NO_TEXT,
    attributes,
    dig,
    heads,
    text_of,
)

ROWS = [{"a": 1}, {"a": 2}]


def dug(tmp_path: Path, content: bytes, name: str = "log.json") -> list[object]:
    path = tmp_path / name
    path.write_bytes(content)
    return [one.problem or one.record for one in dig(text_of(path))]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n".join(map(json.dumps, ROWS)),
        "\n\n".join(json.dumps(row, indent=2) for row in ROWS),
        json.dumps({"data": ROWS, "meta": {"page": 1}}),
        "a\n1\n\n2\n".replace("1", '"1"'),
    ],
)
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_records_are_the_same_in_whatever_they_stand(
    tmp_path: Path, text: str, packed: object, coding: str
) -> None:
    assert callable(packed)
    found = dug(tmp_path, packed(text.encode(coding)))
    assert [{"a": int(one["a"])} for one in found] == ROWS  # type: ignore[index]


def test_what_is_broken_stands_where_it_is(tmp_path: Path) -> None:
    lines = [b'{"a": 1}', b"7", b'{"a": ', b'{"a": "\xe4"}', b'{"a": 2}']
    expected = [{"a": 1}, NO_RECORD, BROKEN_JSON, BROKEN_JSON, {"a": 2}]
    assert dug(tmp_path, b"\n".join(lines)) == expected
    table = b"a,b\n1,2\n1\n\xe4,1\n3,4\n"
    assert dug(tmp_path, table, "log.csv") == [
        {"a": "1", "b": "2"},
        NO_ROW,
        NO_TEXT,
        {"a": "3", "b": "4"},
    ]


def test_an_array_that_ends_half_way_keeps_what_came_before(tmp_path: Path) -> None:
    whole = json.dumps([{"a": n} for n in range(9)], indent=1)
    found = dug(tmp_path, whole[:-8].encode())
    assert found[:-1] == [{"a": n} for n in range(len(found) - 1)]
    assert found[-1] == BROKEN_JSON


def test_spans_come_out_of_their_nests_with_attributes_by_name(tmp_path: Path) -> None:
    said = [
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
        {"key": "finish", "value": {"arrayValue": {"values": [{"stringValue": "stop"}]}}},
        {"key": "mlflow.chat.tokenUsage", "value": {"stringValue": '{"input_tokens": 3}'}},
    ]
    event = {
        "name": "gen_ai.evaluation.result",
        "attributes": [{"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": 0.5}}],
    }
    one = {"spanId": "s", "attributes": said, "status": {"code": 2}, "events": [event]}
    resource = {"attributes": [{"key": "cloud.region", "value": {"stringValue": "eu"}}]}
    tree = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [one]}]}]}
    (found,) = dug(tmp_path, json.dumps(tree).encode())
    assert found == {
        **one,
        "attributes": {
            "gen_ai.usage.input_tokens": "12",
            "finish": ["stop"],
            "mlflow.chat.tokenUsage": {"input_tokens": 3},
        },
        "resource": {"cloud.region": "eu"},
        "status": {"code": "STATUS_CODE_ERROR"},
        "evaluation": {"gen_ai.evaluation.score.value": 0.5},
    }


def test_attributes_of_any_making_are_read_or_are_none() -> None:
    assert attributes({"mlflow.spanType": '"LLM"'}) == {"mlflow.spanType": "LLM"}
    assert attributes("text") == attributes([1, {"value": 2}]) == {}


def test_nests_without_an_end_are_no_record(tmp_path: Path) -> None:
    deep = b"[" * 100_000
    assert dug(tmp_path, b'{"a":' + deep) == [BROKEN_JSON]
    many = {"data": ROWS}
    for _ in range(40):
        many = {"data": [many]}
    assert len(dug(tmp_path, json.dumps(many).encode())) == 0


def test_heads_are_records_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": 1}\n7\n{"a": 2}')
    assert heads(dig(text_of(path))) == ROWS


def test_a_damaged_archive_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(b"x" * 5_000)[:-9])
    with pytest.raises(LogError, match="it ends half-way"):
        text_of(path)
