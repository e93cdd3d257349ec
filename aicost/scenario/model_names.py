"""Models called what the book calls them, and what they were called in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aicost.book.book import Book
from aicost.book.names import taken
from aicost.book.rows import BookError
from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.values.section import Concern, Origin


def named(scenario: Scenario, book: Book) -> Scenario:
    """The scenario with each model called what the book calls it; one it has not stays as it is."""
    for stage in scenario.stages:
        found: dict[str, Any] = dict(_taken(stage, book))
        if found:
            origins = {name: _as_written(stage, name) for name in found}
            changed = replace(stage, **found, origins={**stage.origins, **origins})
            scenario = scenario.with_stage(changed)
    return scenario


def renamed(stage: Stage) -> Iterator[Concern]:
    """What a stage's models were called, where that is not what the book calls them."""
    for name in _models(stage):
        item, written = getattr(stage, name), stage.origins.get(name, Origin("listed")).written
        if item and written not in ("", item):
            yield Concern(name, f"'{written}' is taken as {item}", "write that, or another name")


def _taken(stage: Stage, book: Book) -> Iterator[tuple[str, str]]:
    """Yield the fields that name a model in another way than the book, and its name there."""
    for name in _models(stage):
        written = getattr(stage, name)
        with suppress(BookError):  # the checks of the stage refuse it, and say why
            if written and (item := taken(book, written)) != written:
                yield name, item


def _models(stage: Stage) -> list[str]:
    return [name for name, meaning in stage.quantities().items() if meaning.model]


def _as_written(stage: Stage, name: str) -> Origin:
    return replace(stage.origins.get(name, Origin("given")), written=getattr(stage, name))
