"""The table of calls: a name, a type and a meaning for each column."""

from aicost.log.columns import BY_NAME, COLUMNS, TOKENS, TYPES


def test_every_column_is_named_once_and_says_what_it_holds() -> None:
    assert len(BY_NAME) == len(COLUMNS)
    assert all(column.meaning and column.dtype is TYPES[column.kind] for column in COLUMNS)


def test_tokens_are_whole_and_in_buckets_apart() -> None:
    assert [name.removesuffix("_tokens") for name in TOKENS] == [
        "input",
        "cache_read",
        "cache_write_5m",
        "cache_write_1h",
        "output",
        "thinking",
    ]
    assert {BY_NAME[name].kind for name in TOKENS} == {"count"}
