"""The text of a file: the same keys and texts as YAML's own loader, and the lines they stand on."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import budget, mutated
from places import TESTS

from aicost.paths import data_dir
from aicost.scenario import yaml_tree
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.yaml_tree import MOST_LEVELS, Node, read_tree

WRITTEN = sorted([*data_dir().glob("scenarios/*.yaml"), *data_dir().glob("kinds/*.yaml")])

words = st.text(string.ascii_letters + string.digits + " _:#-'\"{}[],&*!|>%@é", max_size=12)
keys = st.text(string.ascii_lowercase, min_size=1, max_size=8)
trees: st.SearchStrategy[Any] = st.recursive(
    words.map(str.strip),
    lambda inner: st.one_of(st.dictionaries(keys, inner, max_size=4), st.lists(inner, max_size=3)),
    max_leaves=12,
)


def plain(node: Node) -> Any:
    """Return a node as YAML's loader would have it."""
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items()}
    if isinstance(node.value, list):
        return [plain(inner) for inner in node.value]
    return node.value


def every(node: Node, path: str = "") -> dict[str, int]:
    """Return the line of every key."""
    lines: dict[str, int] = {}
    for key, inner in node.entries.items():
        lines[f"{path}{key}"] = inner.line
        lines |= every(inner, f"{path}{key}.")
    return lines


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: p.stem)
def test_the_kits_own_files_read_as_yaml_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert plain(read_tree(path)) == yaml.load(text, yaml.BaseLoader)


@given(st.dictionaries(keys, trees, min_size=1, max_size=5), st.booleans())
@settings(max_examples=150)
def test_any_file_reads_as_yaml_does(
    tmp_path_factory: Any, tree: dict[str, Any], flow: bool
) -> None:
    path = tmp_path_factory.mktemp("tree") / "any.yaml"
    path.write_text(yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True), "utf-8")
    assert plain(read_tree(path)) == yaml.load(path.read_text("utf-8"), yaml.BaseLoader) == tree


@given(st.lists(keys, min_size=1, max_size=8, unique=True), st.integers(0, 3))
def test_a_key_has_its_own_line(tmp_path_factory: Any, names: list[str], gap: int) -> None:
    path = tmp_path_factory.mktemp("lines") / "any.yaml"
    lines, want = ["# first"], {}
    for name in names:
        lines += [""] * gap + [f"{name}:  # here", "  inner:", "    - 1", "  other: {deep: x}"]
        want |= {name: len(lines) - 3, f"{name}.inner": len(lines) - 2}
        want |= {f"{name}.other": len(lines), f"{name}.other.deep": len(lines)}
    path.write_text("\n".join(lines), encoding="utf-8")
    assert every(read_tree(path)) == want


def test_nothing_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "typed.yaml"
    text = "a: 012\nb: 4:30\nc: no\nd: 1e3\ne: ~\nf: 2026-11-23\ng: 1_000\nh: '5'\ni: =\nj: .inf\n"
    path.write_text(text)
    assert list(plain(read_tree(path)).values()) == [
        "012",
        "4:30",
        "no",
        "1e3",
        "~",
        "2026-11-23",
        "1_000",
        "5",
        "=",
        ".inf",
    ]


@pytest.mark.parametrize("shape", ["{a: ", "[", "- "])
def test_as_deep_as_it_may_be(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "deep.yaml"
    close = {"{": "}", "[": "]", "-": ""}[shape[0]]

    def nested(levels: int) -> str:
        inner = shape * levels + "x" + close * levels
        return f"top:\n  {inner}\n" if shape == "- " else f"top: {inner}\n"

    path.write_text(nested(MOST_LEVELS - 1))
    assert read_tree(path).entries
    path.write_text(nested(MOST_LEVELS))
    with pytest.raises(ScenarioError, match="nested more than 24 deep"):
        read_tree(path)


def test_problems_before_a_mistake_in_yaml_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text("a: 1\na: 2\nb: {c: 1\nd: 2\n")
    with pytest.raises(ScenarioError) as error:
        read_tree(path)
    assert [(p.line, p.key) for p in error.value.problems] == [(2, "a"), (3, "file")]


def test_problems_stand_in_the_order_of_lines() -> None:
    late, early = Problem("f", 9, "a", "x", "y"), Problem("f", 2, "b", "x", "y")
    assert ScenarioError([late, early]).problems == (early, late)
    assert str(ScenarioError([late, early])) == "f:2: b: x; y\nf:9: a: x; y"


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_problem_is_one_line_that_prints(key: str, wrong: str) -> None:
    words = str(Problem("f.yaml", 3, key, wrong, "mend it"))
    assert words.isprintable()
    assert words.count("; mend it") == 1 + f"{key}{wrong}".count("; mend it")


# ---- with libyaml and without


ODD = " :?-{}[],&*#!|>'\"%@`\\\t\n~=<.\x85\u2028\ufeff\xa0\x7f\x00é"


def spoilt(seed: int) -> str:
    """The text of a scenario file with some letters put in or lost."""
    rng, text = random.Random(seed), mutated(seed)
    for _ in range(rng.randint(0, 4)):
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(ODD) + text[at + rng.randint(0, 1) :]
    return text


def told(path: Path) -> Node | list[Problem]:
    try:
        return read_tree(path)
    except ScenarioError as error:
        return error.problems


@pytest.mark.skipif(not yaml_tree.QUICK, reason="PyYAML has no libyaml here")
def test_libyaml_reads_what_pyyaml_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [*WRITTEN, *(TESTS / "data" / "malformed").glob("*.yaml")]
    for seed in range(budget(60)):
        files.append(tmp_path / f"{seed}.yaml")
        files[-1].write_bytes(spoilt(seed).encode("utf-8", "surrogatepass"))
    quick = [told(path) for path in files]
    monkeypatch.setattr(yaml_tree, "QUICK", None)
    assert quick == [told(path) for path in files]


@pytest.mark.parametrize("part", ["pipeline", "other", "environments", "options", "pools", "plans"])
def test_a_file_of_many_keys_is_refused_at_once(part: str, tmp_path: Path) -> None:
    path = tmp_path / "chain.yaml"
    names = "".join(
        f"  s{i}: {{is: inference, input_tokens: 9, share: 1 %}}\n" for i in range(3_000)
    )
    path.write_text(f"traffic: {{users: 9, requests_per_user_month: 9}}\n{part}:\n{names}")
    with pytest.raises(ScenarioError) as error:
        read_tree(path)
    assert "more than 1,000 keys; keep one system per file" in str(error.value)
