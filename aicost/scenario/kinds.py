"""Kinds of system: the pipeline a kind brings, and a sourced range for what nobody wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from aicost.book.data_files import data_rows
from aicost.components.traffic import Profile
from aicost.paths import data_dir
from aicost.scenario.yaml_tree import Node, read_tree
from aicost.values.charge import Basis


@dataclass(frozen=True, slots=True)
class Default:
    """What the kit takes a field to be until somebody knows: low to high, and why."""

    low: float
    high: float
    unit: str
    source: str

    @property
    def basis(self) -> Basis:
        """Return `assumed`; what holds by definition takes nothing away."""
        return "listed" if self.source.startswith("definition") else "assumed"


def kind_names() -> list[str]:
    """The kinds a scenario may name."""
    return sorted(p.stem for p in (data_dir() / "kinds").glob("*.yaml"))


@lru_cache
def kind_tree(kind: str) -> dict[str, Node]:
    """What the file of a kind says, by key."""
    return read_tree(data_dir() / "kinds" / f"{kind}.yaml").entries


def kind_words(kind: str, section: str) -> dict[str, str]:
    """The words that a kind says of a section, by key, such as the profile of its traffic."""
    said = kind_tree(kind) if kind else {}
    inner = said[section].entries if section in said else {}
    return {key: node.text for key, node in inner.items() if node.text is not None}


def kind_stage(kind: str, name: str) -> dict[str, Node]:
    """What a kind says of a stage, `work/think` being a step of the loop `work`; else nothing."""
    loop, _, step = name.rpartition("/")
    stages = kind_tree(kind)["pipeline"].entries if kind else {}
    if loop and loop in stages:
        stages = stages[loop].entries["loop"].entries["steps"].entries
    return stages[step].entries if step in stages else {}


@lru_cache
def defaults() -> dict[tuple[str, str], Default]:
    """Data/defaults.csv by (kind, field); kind `any` speaks of a stage by what it is."""
    return {
        (row["kind"], row["field"]): Default(
            row.number("low"), row.number("high"), row["unit"], row["source"]
        )
        for row in data_rows("defaults.csv")
    }


@lru_cache
def profiles() -> dict[str, Profile]:
    """Data/profiles.csv by name."""
    hours: dict[str, list[float]] = {}
    rest: dict[str, tuple[float, str]] = {}
    for row in data_rows("profiles.csv"):
        hours.setdefault(row["profile"], []).append(row.number("weight"))
        rest[row["profile"]] = (row.number("days_per_week"), row["source"])
    return {name: Profile(tuple(w), *rest[name]) for name, w in hours.items()}
