"""The stages of a pipeline: the client's own merged with the kind's, routes and loops unfolded."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from aicost.components.base import Stage, registry
from aicost.kinds import kind_tree
from aicost.quantities import Value, quantity
from aicost.reading import Node, nearest
from aicost.section import Made, Section

if TYPE_CHECKING:
    from aicost.loading import Loader

STRUCTURE = ("is", "after", "route", "loop")


class Pipeline:
    """Merges the client's stages with the kind's, in order."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.types = registry()
        self.routes: dict[str, tuple[str, ...]] = {}

    def stages(self, node: Node | None) -> tuple[Stage, ...]:
        note = self.loader.note
        kind = kind_tree(self.loader.kind)["pipeline"].entries if self.loader.kind else {}
        own = node.entries if node is not None else {}
        if node is not None and not isinstance(node.value, dict):
            note(node.line, "pipeline", "needs stages by name", "write pipeline: {answer: {…}}")
        order = self._order(list(kind), own)
        built: list[Stage] = []
        for name in order:
            mine = own.get(name)
            if mine is not None and mine.text == "none":
                if name not in kind:
                    note(mine.line, f"pipeline.{name}", "the kind has no such stage", "remove it")
                continue
            if mine is not None and name in self.loader.reserved:
                note(
                    mine.line, f"pipeline.{name}", "the word has a meaning of its own", "rename it"
                )
            built += self._stage(name, mine, kind.get(name), {})
        self._known_before(built, own)
        return tuple(built)

    def _order(self, order: list[str], own: dict[str, Node]) -> list[str]:
        """Put the client's stages where `after` says; the kind's keep their place."""
        has_kind = bool(order)
        for name, node in own.items():
            after = node.entries.get("after")
            target = self.loader.text(after, f"{name}.after") if after else ""
            if target == "start" and target not in [*order, *own]:
                order = [name, *(n for n in order if n != name)]
                continue
            if target and after and target not in [*order, *own]:
                self.loader.note(after.line, f"{name}.after", f"no stage {target!r}",
                                  nearest(target, [*order, *own]))  # fmt: skip
                target = ""
                order = order if name in order else [*order, name]
            if target in order:
                order = [n for n in order if n != name]
                order.insert(order.index(target) + 1, name)
            elif name not in order:
                if has_kind and not after:
                    self.loader.note(
                        node.line, f"pipeline.{name}",
                        f"{self.loader.kind} has no such stage",
                        f"say what it comes after:, or {nearest(name, order)}",
                    )  # fmt: skip
                order.append(name)
        return order

    def _stage(
        self, name: str, mine: Node | None, kind: Node | None, fixed: dict[str, Any]
    ) -> list[Stage]:
        """Build one stage, or the members of a route or a loop."""
        line = mine.line if mine is not None else 1
        if mine is not None and not isinstance(mine.value, dict):
            self.loader.note(mine.line, f"pipeline.{name}", "needs keys of its own",
                              f"write {name}: {{is: inference, …}}")  # fmt: skip
            return []
        keys = {**(kind.entries if kind else {}), **(mine.entries if mine else {})}
        for form, build in (("route", self._route), ("loop", self._loop)):
            if form in keys:
                extra = [k for k in keys if k not in (form, "after")]
                for key in extra:
                    self.loader.note(keys[key].line, f"{name}.{key}", f"a {form} has no such key",
                                      f"move it into the stages of the {form}")  # fmt: skip
                return build(name, keys[form], fixed, kind.entries.get(form) if kind else None)
        word = keys["is"].text if "is" in keys else ""
        if word not in self.types:
            where = keys["is"].line if "is" in keys else line
            wrong = f"no kind of stage {word!r}" if word else "it does not say what it is:"
            self.loader.note(where, f"{name}.is", wrong, nearest(word or "", self.types))
            return []
        values = {k: v for k, v in (mine.entries if mine else {}).items() if k not in STRUCTURE}
        made = {"name": Made("given", "", line), **fixed.pop("made", {})}
        for key, entry in (kind.entries if kind else {}).items():
            if key not in STRUCTURE and key not in values and entry.text is not None:
                meaning = self.types[word].quantities()[key]
                fixed[key] = entry.text == "yes" if meaning.flag else entry.text
                made[key] = Made("assumed", f"kind {self.loader.kind}")
        node = Node(line, values)
        stage = self.loader.section(
            self.types[word], node, name, what=word, name=name, made=made, **fixed
        )
        return [stage]

    def _route(
        self, name: str, node: Node, fixed: dict[str, Any], kind: Node | None
    ) -> list[Stage]:
        """Build the branches of a route; one of them may leave its share to be the rest."""
        stages: list[Stage] = []
        for word, inner in node.entries.items():
            as_kind = Node(inner.line, {"is": Node(inner.line, "inference")})
            stages += self._stage(f"{name}/{word}", inner, as_kind, dict(fixed))
        silent = [s.name for s in stages if "share" not in s.made]
        if len(silent) > 1:
            self.loader.note(node.line, f"{name}.route", f"{' and '.join(silent)} have no share",
                              "leave at most one to take the rest")  # fmt: skip
        stated = [s.share for s in stages if "share" in s.made]
        if all(isinstance(s, float) for s in stated):
            whole = sum(stated)
            if (not silent and abs(whole - 1) > 1e-9) or whole > 1 + 1e-9:
                self.loader.note(node.line, f"{name}.route", f"shares add up to {whole * 100:g} %",
                                  "make them 100 %")  # fmt: skip
        rest = Made("given", "the rest of the route")
        stages = [
            dataclasses.replace(s, share=None, made={**s.made, "share": rest})
            if s.name in silent else s for s in stages
        ]  # fmt: skip
        self.routes[name] = tuple(s.name for s in stages)
        return stages

    def _loop(self, name: str, node: Node, fixed: dict[str, Any], kind: Node | None) -> list[Stage]:
        """Build the steps of a loop, each done once a round."""
        entries = {**(kind.entries if kind else {}), **node.entries}
        steps = entries.pop("steps", None)
        if steps is None:
            self.loader.note(node.line, f"{name}.loop.steps", "they are missing",
                              "write steps: {think: {is: inference, …}}")  # fmt: skip
            return []
        whole = self.loader.section(_Loop, Node(node.line, entries), f"{name}.loop")
        theirs = kind.entries["steps"].entries if kind and "steps" in kind.entries else {}
        stages: list[Stage] = []
        for word in {**theirs, **steps.entries}:
            mine = steps.entries.get(word)
            mine = None if kind and mine is theirs.get(word) else mine
            stages += self._stage(f"{name}/{word}", mine, theirs.get(word), dict(fixed))
        return [_in_loop(stage, whole) for stage in stages]

    def _known_before(self, built: list[Stage], own: dict[str, Node]) -> None:
        """Check that `of` names a stage that comes before."""
        seen: list[str] = ["requests"]
        for stage in built:
            if stage.of and stage.of not in seen:
                line = stage.made["of"].line or 1
                self.loader.note(line, f"{stage.name}.of", f"no stage {stage.of!r} before it",
                                  nearest(stage.of, seen))  # fmt: skip
            seen.append(stage.name)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Loop(Section):
    """The numbers of a loop: its rounds, and what each adds to the next call."""

    rounds: Value = quantity("rounds", "rounds of the loop", low=1, spread=True)
    grows_tokens_per_round: Value = quantity(
        "tokens", "tokens a round adds to the next call", default=0.0
    )


def _in_loop(stage: Stage, loop: _Loop) -> Stage:
    """Return the stage with the loop's rounds, and its growth where a model reads it."""
    keys = ["rounds"]
    if "grows_tokens_per_round" in stage.quantities() and loop.states("grows_tokens_per_round"):
        keys.append("grows_tokens_per_round")
    made = {**stage.made, **{key: loop.made[key] for key in keys if key in loop.made}}
    return dataclasses.replace(stage, made=made, **{key: getattr(loop, key) for key in keys})
