"""From the text of a section to its values: keys checked, gaps filled, problems kept."""

from aicost.components.traffic import Traffic
from aicost.scenario.section_reader import Filler
from aicost.scenario.sections import Environment, Growth
from aicost.scenario.yaml_tree import Node
from aicost.values.quantities import Quantity, Range, Spread, Value

TOKENS = Quantity("", "tokens", spread=True)


def node(line: int = 1, **keys: str) -> Node:
    """Make the keys of a section, each on a line of its own below the first."""
    return Node(line, {key: Node(line + i, text) for i, (key, text) in enumerate(keys.items(), 1)})


def problems(filler: Filler) -> list[str]:
    return [str(problem) for problem in filler.problems]


def read(value: Node) -> tuple[Value, list[str]]:
    """Read one spread; return it with what is wrong."""
    filler = Filler("x.yaml")
    return filler.read(value, TOKENS, "a.tokens")[0], problems(filler)


def test_a_section_knows_where_each_of_its_values_stands() -> None:
    filler = Filler("folder/x.yaml")
    found = filler.section(Growth, node(users_per_month="2 % to 5 %", months="24"), "growth")
    assert problems(filler) == []
    assert (found.users_per_month, found.months) == (Range(0.02, 0.05, 9.0), 24.0)
    origin = found.origins["users_per_month"]
    assert (origin.basis, origin.source, origin.line) == ("given", "x.yaml:2", 2)
    assert found.origins["months"].basis == "stated"


def test_a_key_that_is_wrong_is_not_missing_as_well() -> None:
    filler = Filler("x.yaml")
    filler.section(Growth, node(users_per_month="5 %", month="24"), "growth")
    assert problems(filler) == ["x.yaml:3: growth.month: no such key; did you mean 'months'?"]


def test_what_no_kind_fills_is_missing() -> None:
    filler = Filler("x.yaml")
    filler.section(Environment, node(of="answer"), "environments.dev", name="dev")
    assert problems(filler) == [
        "x.yaml:1: environments.dev.share: it is missing (share of what production costs a month); "
        "write it as a share, or name a kind"
    ]


def test_a_kind_fills_what_is_unknown() -> None:
    filler = Filler("x.yaml")
    filler.kind = "rag-chat"
    found = filler.section(Traffic, node(users="unknown", requests_per_user_month="5"), "traffic")
    assert problems(filler) == []
    assert isinstance(found.users, Range)
    assert found.origins["users"].basis == "assumed"
    assert found.origins["users"].line is None
    assert found.requests_per_user_month == 5.0


def test_code_has_no_lines() -> None:
    filler = Filler("case()", has_lines=False)
    filler.section(Growth, node(users_per_month="many", months="24"), "growth")
    assert problems(filler)[0].startswith("case(): growth.users_per_month: 'many' is not a number")


def test_a_section_needs_keys() -> None:
    filler = Filler("x.yaml")
    filler.section(Growth, Node(7, "5 %"), "growth")
    assert problems(filler) == [
        "x.yaml:7: growth: needs keys of its own; write growth: {users_per_month: …, months: …}"
    ]


def test_a_spread_is_two_numbers_in_order() -> None:
    assert read(node(p50="250", p95="900")) == (Spread(250.0, 900.0), [])
    for keys, said in (
        ({"p50": "900", "p95": "250"}, "p95 lies below p50; swap them"),
        ({"p50": "0", "p95": "250"}, "a median of zero"),
        ({"p50": "1", "p95": "2_000"}, "p95 is more than 1,000 times p50"),
        ({"p50": "250"}, "p95 missing; write p50 and p95"),
        ({"p50": "250", "p99": "900"}, "a.tokens.p99: no such key; write p50 and p95"),
        ({"p50": "250", "p95": "unknown"}, "half a mix is unknown; write tokens: unknown"),
    ):
        value, wrong = read(node(**keys))
        assert value is None
        assert len(wrong) == 1
        assert said in wrong[0]


def test_words_and_flags_are_taken_as_they_stand() -> None:
    filler = Filler("x.yaml")
    choice, flag = Quantity("", "", choices=("5m", "1h")), Quantity("", "", flag=True)
    assert filler.read(Node(1, "1h"), choice, "a.ttl") == ("1h", "stated")
    assert filler.read(Node(1, "yes"), flag, "a.batch") == (True, "stated")
    assert problems(filler) == []
    filler.read(Node(2, "2h"), choice, "a.ttl")
    filler.read(Node(3, "true"), flag, "a.batch")
    filler.read(Node(4, ""), choice, "a.ttl")
    assert problems(filler) == [
        "x.yaml:2: a.ttl: no '2h' here; use one of: 5m, 1h",
        "x.yaml:3: a.batch: 'true' is neither yes nor no; write yes or no",
        "x.yaml:4: a.ttl: it is empty; write a value, or remove the key",
    ]
