"""What differs between two scenarios, as the inputs that a client would name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product

from aicost.analysis.attribution.blend import Blend
from aicost.analysis.attribution.difference import Difference, united
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.components.stage import Stage
from aicost.components.traffic import BY_REQUEST
from aicost.scenario.checks import verify
from aicost.scenario.plans import Plan, served_share
from aicost.scenario.pool_section import Bought, Pool
from aicost.scenario.problems import ScenarioError
from aicost.scenario.residency import elsewhere
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import AMOUNTS
from aicost.values.formatting import digits, path_words, percent, value_words
from aicost.values.named import Named, pairs
from aicost.values.quantities import Quantity, Spread, Value, mean
from aicost.values.section import Section

#: The fields that say how much it is used.
USAGE_FIELDS = ("users", "requests_per_user_month", *BY_REQUEST)
PLACE = "constraints.residency"
PRICES = [name for name in Pool.quantities() if "price" in name]
SHOWN = 3  # digits of a mean, as of what an invoice explains
TRIED = 6  # most names of one stage of which every mixture is tried for a price


def differences(blend: Blend, book: Book) -> list[Difference]:
    """The inputs that differ; those that only make sense together are one.

    What carries no money is left out: goals, growth plan, names that lines are shown under.
    """
    found = [*_sections(blend), *_stages(blend), *_loops(blend), *_named(blend)]
    found += [*_plans(blend), *_order(blend)]
    keys = {key for change in found for key in change.keys}
    together = chain(
        _one_usage(blend),
        _one_route(blend),
        _one_way_to_buy(blend),
        _belongs(blend, keys),
        _converted(blend, keys),
        _unpriced(blend, found, book),
        _not_there(blend, found, book),
    )
    return [united(changes) for changes in _joined(found, together)]


# ---- each by itself


def _sections(blend: Blend) -> Iterator[Difference]:
    for prefix in ("traffic", "month", "corpus", "constraints"):
        a, b = (getattr(side, prefix) for side in blend.sides)
        if a is not None and b is not None:
            yield from _fields(a, b, prefix, prefix)
        elif a is not b:
            yield _presence(prefix, prefix, prefix, there=b is not None)
    a, b = blend.sides
    if a.profile != b.profile and a.traffic.profile == b.traffic.profile:
        yield Difference(
            ("traffic.profile",), "traffic", "profile", "its hours", "other hours", False
        )


def _stages(blend: Blend) -> Iterator[Difference]:
    for name in dict.fromkeys(chain(*blend.names)):
        a, b = blend.stages(name)
        group = blend.group(name)
        if not a or not b:
            numeric = not blend.routed(name) and all(_as_share(stage) for stage in a or b)
            yield _presence(name, group, name, there=bool(b), numeric=numeric)
        elif name in blend.blocks or type(a[0]) is not type(b[0]):
            before, after = (_shape(side, name) for side in blend.sides)
            yield Difference((name,), group, name, before, after, False)
        else:
            yield from _fields(a[0], b[0], name, group)


#: What a stage may bill or do that does not shrink with the requests that take it.
BESIDE_REQUESTS = ("standing", "capacity", "minimums", "pass_on")


def _as_share(stage: Stage) -> bool:
    """Say whether a stage that nobody takes is as good as none: it only charges by the request."""
    return all(getattr(type(stage), do) is getattr(Stage, do) for do in BESIDE_REQUESTS)


def _shape(scenario: Scenario, name: str) -> str:
    group = scenario.pipeline.groups.get(name)
    if group is None:
        return f"a stage of {scenario.stage(name).component}"
    inner = ", ".join(stage.name.removeprefix(f"{name}/") for stage in group.stages)
    return f"a {group.form} of {inner}"


def _loops(blend: Blend) -> Iterator[Difference]:
    for name, a, b in blend.loops():
        yield from _fields(a, b, name, name)


def _named(blend: Blend) -> Iterator[Difference]:
    """Yield what differs in pools, other lines and environments."""
    for kind in ("pools", "other", "environments"):
        a, b = ({part.name: part for part in getattr(side, kind)} for side in blend.sides)
        for name in dict.fromkeys([*b, *a]):
            key = f"{kind}.{name}"
            if name in a and name in b:
                yield from _fields(a[name], b[name], key, name)
            else:
                yield _presence(key, name, name, there=name in b, numeric=kind != "pools")


def _plans(blend: Blend) -> Iterator[Difference]:
    """Yield plans as one input where they serve another part of what is asked."""
    asked = [side.traffic.requests_per_user_month for side in blend.sides]
    parts = [[_served(side.plans, one) for one in asked] for side in blend.sides]
    if parts[0] != parts[1]:
        was, now = (percent(part[i]) for i, part in enumerate(parts))
        yield Difference(("plans",), "plans", "requests within plans", was, now, False)


def _served(plans: Sequence[Plan], asked: Value) -> float:
    """The share of requests that plans serve."""
    part = served_share(plans, asked) if asked is not None else None
    return 1.0 if part is None else float(part.value)


def _order(blend: Blend) -> Iterator[Difference]:
    a, b = blend.order(0), blend.order(1)
    if a != b:
        yield Difference(
            ("order",), "order", "order of the stages", ", ".join(a), ", ".join(b), False
        )


def _fields(
    a: Section, b: Section, prefix: str, group: str, short: str = ""
) -> Iterator[Difference]:
    """Yield what differs between two sections of one type; `short` is called by the prefix."""
    for name, meaning in a.quantities().items():
        before, after = getattr(a, name), getattr(b, name)
        if before != after and meaning.billed:
            key = prefix if name == short else f"{prefix}.{name}"
            numeric = _numbers(before, after)
            was, now = (_words(value, meaning, SHOWN) for value in (before, after))
            if was == now:
                was, now = _words(before, meaning), _words(after, meaning)
            yield Difference((key,), group, path_words(key), was, now, numeric)
    for name in sorted(a.billed_sections()):
        inner, other = getattr(a, name), getattr(b, name)
        key = f"{prefix}.{name}"
        if isinstance(inner, Named):
            for one, x, y in pairs(inner, other):
                yield from _fields(x, y, f"{key}.{one}", group, inner.short)
        elif inner is not None and other is not None:
            yield from _fields(inner, other, key, group)
        elif inner is not other:
            without, held = ("as listed", "its own") if name == "price" else ("none", "as stated")
            was, now = (without if part is None else held for part in (inner, other))
            yield Difference((key,), group, path_words(key), was, now, False)


def _presence(key: str, group: str, name: str, *, there: bool, numeric: bool = False) -> Difference:
    return Difference(
        (key,), group, name, "", "not in the plan" if there else "no longer there", numeric
    )


def _numbers(a: Value, b: Value) -> bool:
    """Say whether one array can hold both: two numbers, or two mixes."""
    if isinstance(a, Spread) and isinstance(b, Spread):
        return True
    return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (a, b))


def _words(value: Value, meaning: Quantity, most: int = 0) -> str:
    """A value as it stands in a label, a mean with at `most` so many digits."""
    if isinstance(value, Spread):
        both = (_words(one, meaning, most) for one in (mean(value), value.p95))
        return "{} on average (p95 {})".format(*both)
    counted = not meaning.is_money and meaning.unit != "share"
    if most and counted and isinstance(value, float) and not value.is_integer():
        value = float(digits(value, most))
    if value is None or value == "":
        return "none"
    return value_words(value, meaning) or "all"


# ---- what only makes sense together


def _one_usage(blend: Blend) -> Iterator[set[str]]:
    """Yield the fields of usage where the sides count otherwise: users, requests, by the day."""
    yield {f"traffic.{field}" for field in BY_REQUEST}
    if blend.a.traffic.scale != blend.b.traffic.scale:
        every = (*blend.a.other, *blend.b.other)
        lines = [line.name for line in every if line.per_user_month is not None]
        keys = {"plans", *(f"traffic.{f}" for f in USAGE_FIELDS), *(f"other.{x}" for x in lines)}
        yield keys | {f"other.{line}.{field}" for line in lines for field in AMOUNTS}


def _one_route(blend: Blend) -> Iterator[set[str]]:
    """Yield the shares of each route, which add up to one."""
    for side in blend.sides:
        for group in side.pipeline.groups.values():
            if group.form == "route":
                yield {f"{stage.name}.share" for stage in group.stages}


def _one_way_to_buy(blend: Blend) -> Iterator[set[str]]:
    """Yield all of a pool that is bought otherwise, with the models that its calls may go to."""
    before = {pool.name: pool for pool in blend.a.pools}
    for now in blend.b.pools:
        was = before.get(now.name, now)
        if _way_to_buy(was) != _way_to_buy(now):
            every = (stage for side in blend.sides for stage in side.stages)
            on_it = [stage.name for stage in every if stage.runs_on == now.name]
            fields = {*now.quantities(), *(f"bought.{field}" for field in Bought.quantities())}
            yield {f"pools.{now.name}.{field}" for field in fields} | {
                f"{name}.{field}" for name in on_it for field in ("model", "price")
            }


def _way_to_buy(pool: Pool) -> list[object]:
    """What of a pool has to change as one: how it is paid, and what it serves on which chips."""
    words = [name for name, meaning in pool.quantities().items() if meaning.billed]
    words = [name for name in words if isinstance(getattr(pool, name), (str, bool))]
    stated = [getattr(pool, price) is None for price in (*PRICES, "carries", "bought")]
    return [*stated, *(getattr(pool, name) for name in words)]


def _belongs(blend: Blend, keys: set[str]) -> Iterator[set[str]]:
    """Yield a name that points to a stage or pool of one side, with that; so a stage on a pool."""
    for stage in (*blend.a.stages, *blend.b.stages):
        for field, target in stage.refers().items():
            pair = {f"{stage.name}.{field}", target}
            if pair <= keys:
                yield pair
        for name in (stage.name, stage.name.partition("/")[0]):
            if {name, f"pools.{stage.runs_on}"} <= keys:  # it calls what has to be there
                yield {name, f"pools.{stage.runs_on}"}


def _converted(blend: Blend, keys: set[str]) -> Iterator[set[str]]:
    """Yield the model of a stage with the ratios that are for its tokens, where they differ."""
    for stage in (*blend.a.stages, *blend.b.stages):
        for ratio in (name for name in stage.quantities() if name.endswith("_ratio")):
            pair = {f"{stage.name}.model", f"{stage.name}.{ratio}"}
            if pair <= keys:
                yield pair


def _unpriced(blend: Blend, found: Sequence[Difference], book: Book) -> Iterator[set[str]]:
    """Yield the names within a stage of which some mixture has no price, and what they price."""
    for name in dict.fromkeys(chain(*blend.names)):
        inside = [c for c in found if c.keys[0].startswith(f"{name}.")]
        keys = [key for change in inside if not change.numeric for key in change.keys]
        yield from _priced_by(keys, [c.keys[0] for c in inside if c.numeric], blend, book)
        if len(keys) > TRIED or (
            len(keys) > 1
            and any(
                _gap(blend.scenario(dict(zip(keys, sides, strict=True))), book)
                for sides in product((False, True), repeat=len(keys))
            )
        ):
            yield set(keys)


def _priced_by(
    names: list[str], numbers: list[str], blend: Blend, book: Book
) -> Iterator[set[str]]:
    """Yield the names with each number that has a price with them alone, such as of sound.

    Where what is left of the numbers has none with the other names, they all go together.
    """

    def gap(moved: list[str], left: list[str]) -> bool:
        ways = ({**dict.fromkeys(moved, x), **dict.fromkeys(left, not x)} for x in (False, True))
        return any(_gap(blend.scenario(way), book) for way in ways)

    if names and numbers and gap(names, numbers):
        tied = [one for one in numbers if gap([*names, *{*numbers} - {one}], [one])]
        rest = [one for one in numbers if one not in tied]
        yield {*names, *(numbers if rest and gap([*names, *tied], rest) else tied)}


def _not_there(blend: Blend, found: Sequence[Difference], book: Book) -> Iterator[set[str]]:
    """Yield where data has to stay with each name that may not be there on its own."""
    keys = [key for change in found for key in change.keys]
    for change in found if PLACE in keys else ():
        moved = (
            {key: key in change.keys for key in keys},
            {key: key not in change.keys for key in keys},
        )
        if not change.numeric and any(_elsewhere(blend.scenario(side), book) for side in moved):
            yield {PLACE, *change.keys}


def _elsewhere(scenario: Scenario, book: Book) -> bool:
    """Say whether a scenario names what may not run where its data has to stay."""
    there = book.kept_in(scenario.constraints.residency)
    return any(True for stage in scenario.stages for _ in elsewhere(stage, there))


def _gap(scenario: Scenario, book: Book) -> bool:
    """Say whether a scenario asks for a price that nobody has."""
    try:
        verify(scenario, book)
        bill(scenario.point(), book)
    except (BookError, ScenarioError):
        return True
    return False


def _joined(found: Sequence[Difference], together: Iterable[set[str]]) -> list[list[Difference]]:
    """The changes in groups: those that a set of keys holds together are one."""
    groups = [[change] for change in found]
    for keys in together:
        hit = [g for g in groups if any(key in keys for c in g for key in c.keys)]
        whole = [change for group in hit for change in group]
        groups = [g for g in groups if g not in hit] + ([whole] if whole else [])
    return groups
