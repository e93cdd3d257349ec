"""The pipeline of a file: the client's own stages merged with the kind's, as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aicost.components.flow import Rounds
from aicost.components.stage import Stage, registry
from aicost.scenario.agreement import odd_fallbacks, odd_shares
from aicost.scenario.kinds import kind_tree
from aicost.scenario.pipeline import Loop, Parallel, Part, Pipeline, Route
from aicost.scenario.section_reader import Filler
from aicost.scenario.yaml_tree import Node
from aicost.values.section import Origin
from aicost.values.suggest import instead, nearest

FORMS = ("route", "loop", "parallel")
STRUCTURE = ("is", "after", *FORMS)
BY_HAND = ("hosting", "other")  # components of what no stage bills


class PipelineReader:
    """Merges the client's stages with the kind's, in order."""

    def __init__(self, filler: Filler, reserved: set[str]) -> None:
        self.filler, self.reserved = filler, reserved
        self.types = registry()

    def read(self, node: Node | None) -> Pipeline:
        """Build every part in order, the kind's with the client's."""
        kind = kind_tree(self.filler.kind)["pipeline"].entries if self.filler.kind else {}
        if node is not None and not isinstance(node.value, dict):
            remedy = "write pipeline: {answer: {…}}"
            self.filler.note(node.line, "pipeline", "needs stages by name", remedy)
        own = {
            name: inner
            for name, inner in (node.entries if node else {}).items()
            if self._may_be_called(name, inner, kind)
        }
        order = self._order([*kind], own)
        parts = (self._part(name, own.get(name), kind.get(name)) for name in order)
        built = Pipeline(tuple(part for part in parts if part is not None))
        self._known_before(built.stages)
        self._fallbacks(built.stages)
        return built

    def _may_be_called(self, name: str, node: Node, kind: dict[str, Node]) -> bool:
        """Say whether a stage can have this name here; note why not."""
        unsaid = " and ".join(f"{key}:" for key in ("is", "after") if key not in node.entries)
        if name in kind:
            return True
        if name in self.reserved:
            wrong, remedy = "the word has a meaning of its own", "rename the stage"
        elif "/" in name:
            wrong, remedy = "a name with /", "write a name without it"
        elif node.text == "none":
            wrong, remedy = "there is no such stage to leave out", instead(name, kind)
        elif kind and "after" not in node.entries:
            wrong = f"{self.filler.kind} has no such stage"
            remedy = instead(name, kind) if nearest(name, kind) else f"let a new stage say {unsaid}"
        else:
            return True
        self.filler.note(node.line, name, wrong, remedy)
        return False

    def _order(self, order: list[str], own: dict[str, Node]) -> list[str]:
        """Put the client's stages where `after` says; the kind's keep their place."""
        waiting: dict[str, tuple[str, int]] = {}
        for name, node in own.items():
            entry = node.entries.get("after", node)
            target = self.filler.text(entry, f"{name}.after") if entry is not node else ""
            known = [n for n in dict.fromkeys([*order, *own, "start"]) if n != name]
            if target in known:
                waiting[name] = target, entry.line
            elif target:
                wrong = f"no stage {target!r} to come after"
                self.filler.note(entry.line, f"{name}.after", wrong, instead(target, known))
        placed = [n for n in dict.fromkeys([*order, *own]) if n not in waiting]
        while waiting:
            ready = [n for n, (target, _) in waiting.items() if target in [*placed, "start"]]
            if not ready:
                name, (target, line) = waiting.popitem()
                wrong = f"{name} and {target} wait for each other"
                self.filler.note(line, f"{name}.after", wrong, "name a stage before both")
                break
            name = ready[-1]  # so that stages after the same one stay as they are written
            target, _ = waiting.pop(name)
            placed.insert(placed.index(target) + 1 if target in placed else 0, name)
        return placed

    def _part(self, name: str, mine: Node | None, kind: Node | None) -> Part | None:
        """Build one stage or group; nothing where it is left out, or wrong."""
        keys = self._keys(name, mine, kind)
        form = next((form for form in FORMS if form in keys), "")
        if not form or (mine is not None and not isinstance(mine.value, dict)):
            return self._stage(name, mine, kind)
        own = mine.entries if mine else {}
        for key in own.keys() - {form, "after"}:
            self.filler.note(
                own[key].line,
                f"{name}.{key}",
                f"a {form} has no such key",
                f"move it into the stages of the {form}",
            )
        if form == "route":
            return self._route(name, keys[form])
        if form == "parallel":
            return self._parallel(name, keys[form])
        return self._loop(name, keys[form], self._theirs(own, kind).get(form))

    def _theirs(self, own: dict[str, Node], kind: Node | None) -> dict[str, Node]:
        """Return what the kind says of a part, where the client makes it the same sort of part."""
        return kind.entries if kind and _shape(own) in ("", _shape(kind.entries)) else {}

    def _keys(self, name: str, mine: Node | None, kind: Node | None) -> dict[str, Node]:
        """Return all keys of a part, the client's before the kind's; none where it is left out."""
        if mine is not None and mine.text == "none" and kind is not None:
            return {}
        own = mine.entries if mine else {}
        return {**self._theirs(own, kind), **own}

    def _stage(
        self, name: str, mine: Node | None, kind: Node | None, word: str = "", inside: str = ""
    ) -> Stage | None:
        """Build one stage, `inside` a group of a name where it is in one."""
        note, keys = self.filler.note, self._keys(name, mine, kind)
        if mine is not None and mine.text == "none" and kind is not None:
            return None
        if mine is not None and not isinstance(mine.value, dict):
            note(mine.line, name, "needs keys of its own", f"write {name}: {{is: inference, …}}")
            return None
        form = next((form for form in FORMS if form in keys), "")
        if inside and "after" in keys:
            note(keys["after"].line, f"{name}.after", "stages inside run as written", "remove it")
        if form:
            wrong = f"a {form} inside a route, loop or parallel"
            note(keys[form].line, f"{name}.{form}", wrong, "make it a stage of its own")
            return None
        word = _shape(keys) or word
        if word not in self.types:
            self._no_kind(name, word, keys, mine or Node(1, ""))
            return None
        if inside and self.types[word].ends_requests:
            note(
                keys.get("is", mine or Node(1, "")).line,
                f"{name}.is",
                "a hit would leave the whole pipeline, not a part of it",
                f"make the cache a stage of its own, before {inside}",
            )
            return None
        own = mine.entries if mine else {}
        return self._plain(
            name, self.types[word], word, mine or Node(1, {}), self._theirs(own, kind)
        )

    def _no_kind(self, name: str, word: str, keys: dict[str, Node], mine: Node) -> None:
        """Note a stage of no known kind, or one that may be meant for a group."""
        meant = next((key for key in keys if not word and nearest(key, FORMS)), "")
        if meant:
            self.filler.note(
                keys[meant].line, f"{name}.{meant}", "no such key", instead(meant, FORMS)
            )
            return
        wrong = f"no kind of stage {word!r}" if word else "it does not say what it is"
        where = keys.get("is", mine)
        by_hand = "write it under other: {NAME: {per_month: …}}" if word in BY_HAND else ""
        self.filler.note(where.line, f"{name}.is", wrong, by_hand or instead(word, self.types))

    def _plain(
        self, name: str, cls: type[Stage], word: str, mine: Node, theirs: dict[str, Node]
    ) -> Stage:
        """Build one stage from its own keys, the kind's words and the kind's ranges."""
        origins = {"name": Origin("given", "", mine.line)}
        values = {k: v for k, v in mine.entries.items() if k not in STRUCTURE}
        fixed: dict[str, Any] = {}
        for key, entry in theirs.items():
            if key == "model" and "pool" in values and key not in values:
                continue  # machines of its own serve one, which the kind does not know
            unsaid = key not in values or values[key].text == "unknown"
            if key not in STRUCTURE and unsaid and entry.text is not None:
                values.pop(key, None)
                fixed[key] = entry.text == "yes" if cls.quantities()[key].flag else entry.text
                origins[key] = Origin("assumed", f"kind {self.filler.kind}")
        stage: Stage = self.filler.section(
            cls, Node(mine.line, values), name, what=word, name=name, origins=origins, **fixed
        )
        return stage

    def _inside(self, node: Node, path: str) -> dict[str, Node]:
        """The stages inside a route, a loop or a parallel, by name."""
        if not node.entries:
            key = path.rpartition(".")[2]
            remedy = f"write {key}: {{small: {{is: inference, …}}, …}}"
            self.filler.note(node.line, path, "needs stages by name", remedy)
        return node.entries

    def _route(self, name: str, node: Node) -> Route:
        """Build the branches of a route; one of them may leave its share to be the rest."""
        note, path = self.filler.note, f"{name}.route"
        inner = self._inside(node, path)
        stages = self._members(name, inner, {}, "inference")
        silent = [
            f"{name}/{word}"
            for word, branch in inner.items()
            if branch.entries
            and "share" not in branch.entries
            and f"{name}/{word}.share" not in self.filler.meant
        ]
        if len(silent) > 1:
            wrong = f"{' and '.join(silent)} have no share"
            note(node.line, path, wrong, "leave at most one to take the rest")
        stated = [stage.share for stage in stages if "share" in stage.origins]
        if odd := odd_shares(stated, len(inner)):
            note(node.line, path, *odd)
        rest = Origin("given", "the rest of the route")
        return Route(
            name,
            tuple(
                replace(stage, share=None, origins={**stage.origins, "share": rest})
                if stage.name in silent
                else stage
                for stage in stages
            ),
        )

    def _parallel(self, name: str, node: Node) -> Parallel:
        """Build the branches that are done at the same time."""
        inner = self._inside(node, f"{name}.parallel")
        return Parallel(name, self._members(name, inner, {}))

    def _loop(self, name: str, node: Node, kind: Node | None) -> Loop | None:
        """Build the steps of a loop, each done once a round."""
        path, theirs = f"{name}.loop", kind.entries if kind else {}
        if not isinstance(node.value, dict):
            self.filler.note(node.line, path, "needs keys of its own", "write loop: {steps: {…}}")
            return None
        own = dict(node.entries) if node is not kind else {}
        inner = theirs["steps"].entries if "steps" in theirs else {}
        steps = own.pop("steps", Node(node.line, ""))
        mine = {} if inner and not steps.value else self._inside(steps, f"{path}.steps")
        rounds = self.filler.section(Rounds, Node(node.line, own), path)
        return Loop(name, self._members(name, mine, inner), rounds)

    def _members(
        self, name: str, mine: dict[str, Node], kind: dict[str, Node], word: str = ""
    ) -> tuple[Stage, ...]:
        """Build the stages of a group, the client's with the kind's."""
        stages = (
            self._stage(f"{name}/{one}", mine.get(one), kind.get(one), word, name)
            for one in dict.fromkeys([*kind, *mine])
        )
        return tuple(stage for stage in stages if stage is not None)

    def _known_before(self, built: Sequence[Stage]) -> None:
        """Check that `of` names a stage that comes before."""
        seen: list[str] = ["requests"]
        for stage in built:
            if stage.of and stage.of not in seen:
                line = stage.origins["of"].line or 1
                self.filler.note(
                    line,
                    f"{stage.name}.of",
                    f"no stage {stage.of!r} before it",
                    instead(stage.of, seen),
                )
            seen.append(stage.name)

    def _fallbacks(self, built: Sequence[Stage]) -> None:
        """Check that a fallback names a later stage that is for those calls alone."""
        for stage, *why in odd_fallbacks(built):
            line = stage.timeout.origins["fallback"].line or 1 if stage.timeout else 1
            self.filler.note(line, f"{stage.name}.timeout.fallback", *why)


def _shape(entries: dict[str, Node]) -> str:
    """What the keys of a stage make it: a route, a loop, or what it says it is."""
    form = next((form for form in FORMS if form in entries), "")
    return form or (entries["is"].text or "" if "is" in entries else "")
