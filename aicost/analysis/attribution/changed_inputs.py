"""What differs between two scenarios, as the inputs that a client would name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from aicost.analysis.attribution.blend import AMOUNTS, Between, form
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.components.stage import Stage
from aicost.scenario.checks import verify
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import count, path_words, percent, usd
from aicost.values.quantities import Quantity, Spread, Value, mean
from aicost.values.section import Section

#: Say what a thing is called or shown under, or how long it takes, never what it costs.
NO_MONEY = (
    "unit",
    "success_share",
    "component",
    "billed_as",
    "seconds",
    "ttft",
    "tpot",
    "streams",
    "backoff",
    "timeout",
    "limits",
    "slow_day",
    "when",
)
USAGE = ("users", "requests_per_user_month", "requests_per_month")
TRIED = 6  # most names of one stage of which every mixture is tried for a price


@dataclass(frozen=True)
class Change:
    """One input that differs, by the keys that are switched together.

    `numeric` marks numbers on both sides, which an array can switch; `words` are the label where
    several inputs are one, and `parts` theirs.
    """

    keys: tuple[str, ...]
    group: str
    name: str
    before: str
    after: str
    numeric: bool
    words: str = ""
    parts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return it in plain words: what, from what, to what."""
        if self.words:
            return self.words
        if not self.before:
            return f"{self.name}: {self.after}"
        return f"{self.name} {self.before} → {self.after}"


def differences(between: Between, book: Book) -> list[Change]:
    """The inputs that differ; those that only make sense together are one.

    What carries no money is left out: goals, growth plan, names that lines are shown under.
    """
    found = [*_sections(between), *_stages(between), *_named(between), *_order(between)]
    keys = {key for change in found for key in change.keys}
    together = chain(
        _one_usage(between),
        _one_route(between),
        _one_loop(found),
        _belongs(between, keys),
        _unpriced(between, found, book),
    )
    return [united(changes) for changes in _joined(found, together)]


# ---- each by itself


def _sections(between: Between) -> Iterator[Change]:
    for prefix in ("traffic", "month", "corpus"):
        a, b = (getattr(side, prefix) for side in between.sides)
        if a is not None and b is not None:
            yield from _fields(a, b, prefix, prefix)
        elif a is not b:
            yield _presence(prefix, prefix, prefix, there=b is not None)
    a, b = between.sides
    if a.profile != b.profile and a.traffic.profile == b.traffic.profile:
        yield Change(("traffic.profile",), "traffic", "profile", "its hours", "other hours", False)


def _stages(between: Between) -> Iterator[Change]:
    for name in dict.fromkeys(chain(*between.names)):
        a, b = between.stages(name)
        group = name.partition("/")[0]
        if not a or not b:
            numeric = not between.routed(name) and all(_as_share(stage) for stage in a or b)
            yield _presence(name, group, name, there=bool(b), numeric=numeric)
        elif name in between.blocks or type(a[0]) is not type(b[0]):
            before, after = _shape(between.a, name, a), _shape(between.b, name, b)
            yield Change((name,), group, name, before, after, False)
        else:
            yield from _fields(a[0], b[0], name, group)


def _as_share(stage: Stage) -> bool:
    """Say whether a stage that nobody takes is as good as none: it only charges by the request."""
    return type(stage).standing is Stage.standing and type(stage).pass_on is Stage.pass_on


def _shape(scenario: Scenario, name: str, stages: Sequence[Stage]) -> str:
    if len(stages) == 1 and stages[0].name == name:
        return f"a stage of {stages[0].component}"
    inner = ", ".join(s.name.partition("/")[2] for s in stages)
    return f"a {form(scenario, name)} of {inner}"


def _named(between: Between) -> Iterator[Change]:
    """Yield what differs in pools and other lines."""
    for kind in ("pools", "other"):
        a, b = ({part.name: part for part in getattr(side, kind)} for side in between.sides)
        for name in dict.fromkeys([*b, *a]):
            key = f"{kind}.{name}"
            if name in a and name in b:
                yield from _fields(a[name], b[name], key, name)
            else:
                yield _presence(key, name, name, there=name in b, numeric=kind == "other")


def _order(between: Between) -> Iterator[Change]:
    a, b = between.order(0), between.order(1)
    if a != b:
        yield Change(("order",), "order", "order of the stages", ", ".join(a), ", ".join(b), False)


def _fields(a: Section, b: Section, prefix: str, group: str) -> Iterator[Change]:
    """Yield what differs between two sections of one type."""
    for name, meaning in a.quantities().items():
        before, after = getattr(a, name), getattr(b, name)
        if before != after and name not in NO_MONEY:
            key = f"{prefix}.{name}"
            numeric = _numbers(before, after)
            was, now = _words(before, meaning), _words(after, meaning)
            yield Change((key,), group, path_words(key), was, now, numeric)
    for name in sorted(a.nested().keys() - set(NO_MONEY)):
        inner, other = getattr(a, name), getattr(b, name)
        key = f"{prefix}.{name}"
        if inner is not None and other is not None:
            yield from _fields(inner, other, key, group)
        elif inner is not other:
            was, now = ("as listed" if part is None else "its own" for part in (inner, other))
            yield Change((key,), group, path_words(key), was, now, False)


def _presence(key: str, group: str, name: str, *, there: bool, numeric: bool = False) -> Change:
    return Change(
        (key,), group, name, "", "not in the plan" if there else "no longer there", numeric
    )


def _numbers(a: Value, b: Value) -> bool:
    """Say whether one array can hold both: two numbers, or two mixes."""
    if isinstance(a, Spread) and isinstance(b, Spread):
        return True
    return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (a, b))


def _words(value: Value, meaning: Quantity) -> str:
    """A value as it stands in a label."""
    if isinstance(value, Spread):
        return f"{_words(mean(value), meaning)} on average (p95 {_words(value.p95, meaning)})"
    if value is None or value == "":
        return "none"
    if isinstance(value, (bool, str)):
        return value if isinstance(value, str) else "yes" if value else "no"
    if meaning.unit == "share":
        return percent(value)
    return usd(value, price=True) if meaning.unit.startswith("USD") else count(value)


# ---- what only makes sense together


def _one_usage(between: Between) -> Iterator[set[str]]:
    """Yield the fields of usage where one side counts users and the other requests."""
    a, b = between.sides
    if a.traffic.scale != b.traffic.scale:
        lines = [x.name for x in (*a.other, *b.other) if x.per_user_month is not None]
        keys = {f"traffic.{field}" for field in USAGE} | {f"other.{line}" for line in lines}
        yield keys | {f"other.{line}.{field}" for line in lines for field in AMOUNTS}


def _one_route(between: Between) -> Iterator[set[str]]:
    """Yield the shares of each route, which add up to one."""
    for side in between.sides:
        for members in side.routes.values():
            yield {f"{member}.share" for member in members}


def _one_loop(found: Sequence[Change]) -> Iterator[set[str]]:
    """Yield the numbers of a loop that change alike in all its steps."""
    alike: dict[tuple[str, ...], set[str]] = {}
    for change in found:
        stage, _, field = change.keys[0].rpartition(".")
        if field in ("rounds", "grows_tokens_per_round") and "/" in stage:
            loop = stage.rpartition("/")[0]
            alike.setdefault((loop, field, change.before, change.after), set()).update(change.keys)
    yield from alike.values()


def _belongs(between: Between, keys: set[str]) -> Iterator[set[str]]:
    """Yield a name that points to a stage or pool of one side, with that."""
    for stage in (*between.a.pipeline, *between.b.pipeline):
        for field, target in (("pool", f"pools.{getattr(stage, 'pool', '')}"), ("of", stage.of)):
            pair = {f"{stage.name}.{field}", target}
            if pair <= keys:
                yield pair


def _unpriced(between: Between, found: Sequence[Change], book: Book) -> Iterator[set[str]]:
    """Yield the names within a stage of which some mixture has no price."""
    for name in dict.fromkeys(chain(*between.names)):
        inside = [c for c in found if not c.numeric and c.keys[0].startswith(f"{name}.")]
        keys = [key for change in inside for key in change.keys]
        if len(keys) > TRIED or (
            len(keys) > 1
            and any(
                _gap(between.scenario(dict(zip(keys, sides, strict=True))), book)
                for sides in product((False, True), repeat=len(keys))
            )
        ):
            yield set(keys)


def _gap(scenario: Scenario, book: Book) -> bool:
    """Say whether a scenario asks for a price that nobody has."""
    try:
        verify(scenario, book)
    except (BookError, ScenarioError):
        return True
    return False


def _joined(found: Sequence[Change], together: Iterable[set[str]]) -> list[list[Change]]:
    """The changes in groups: those that a set of keys holds together are one."""
    groups = [[change] for change in found]
    for keys in together:
        hit = [g for g in groups if any(key in keys for c in g for key in c.keys)]
        whole = [change for group in hit for change in group]
        groups = [g for g in groups if g not in hit] + ([whole] if whole else [])
    return groups


def united(changes: Sequence[Change]) -> Change:
    """Several changes as one input.

    >>> one, two = (Change((k,), "people", f"people: {k}", "2", "3", True) for k in ("a", "b"))
    >>> united([one, two]).name, united([one, two]).label
    ('people: a, b', 'people: a 2 → 3, b 2 → 3')
    """
    if len(changes) == 1:
        return changes[0]
    first, keys = changes[0], tuple(key for change in changes for key in change.keys)
    numeric = all(change.numeric for change in changes)
    if len({(k.rpartition(".")[2], c.before, c.after) for c in changes for k in c.keys}) == 1:
        name = f"{first.group}: {first.name.rpartition(': ')[2]}"  # of a loop
        return Change(keys, first.group, name, first.before, first.after, numeric)
    head = f"{first.name.rpartition(': ')[0]}: "
    if head == ": " or not all(c.before and c.name.startswith(head) for c in changes):
        head = ""
    return Change(
        keys,
        first.group,
        head + ", ".join(c.name.removeprefix(head) for c in changes),
        ", ".join(c.before or "none" for c in changes),
        ", ".join(c.after for c in changes),
        numeric,
        head + ", ".join(c.label.removeprefix(head) for c in changes),
        tuple(part for c in changes for part in c.parts or (c.label,)),
    )
