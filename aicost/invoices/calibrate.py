"""What an invoice says of inputs that nobody knows: which moved, how far, and how sure that is.

It stands on the Case alone: draws of ranges are the scenario's, so that nothing of analysis is
needed, and what compares options may stand on it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from aicost.billing.agreed_draws import AGREES, SLACK, figure
from aicost.billing.case import Case, single
from aicost.invoices.calibration import Calibration, Moved, Off, Rest
from aicost.invoices.comparison import Comparison, Reconciliation
from aicost.invoices.least_surprise import MOST, Figures, Floats, nearest
from aicost.invoices.mistakes import SLIPS, UNIT_SLIP
from aicost.invoices.published import MONTH, drawn
from aicost.invoices.range_about import COUNTED, mean_score, range_about, scenario_at
from aicost.invoices.services import ASIDE
from aicost.scenario.draws import at_scores
from aicost.values.formatting import line_words
from aicost.values.quantities import Quantity, Range, Spread, Value, at_means, ends
from aicost.values.section import Section
from aicost.values.visible import visible

MOVES = 1e-3  # of a figure that an input moves at all
SLIGHT = 0.05  # scores: a smaller move is none
ALIKE = 0.9995  # cosine of effects that an invoice cannot tell apart
DRAWS, SEED = 256, 20261127
WIDE = 2.0  # scores either way by which it is seen whether an input moves a figure
CLOUD, STARTS, MOST_SLIPS = 512, 8, 2
TIMES = 1.2  # a figure this many times another is looked at for a slip
#: Draws lie around the likeliest point, ranges around a mean that makes the bill: a little wider.
WIDER = 1.25
JOLT = 0.25  # scores that an input moves at most for what counts of others lost to being whole
NONE: Mapping[str, Value] = {}


def calibrate(case: Case, found: Reconciliation) -> Calibration:
    """Find the inputs that explain an invoice with the least surprise.

    Of all points of the unknown inputs at which the bill is what was invoiced, component by
    component, the likeliest is taken: the one nearest to the means, each input in units of its own
    range. Inputs that were counted stay as they are.

    Parameters
    ----------
    case : the system, with its ranges. [case]
    found : its bill beside an invoice, or beside figures that were stated. [reconciliation]

    Notes
    -----
    An input may move three standard deviations, beyond its range of nine in ten. A component that
    no such point explains is left out, and said. Ranges are those of 256 draws of all unknown
    inputs, each moved by the least that makes it agree with the invoice (randomized maximum
    likelihood); see tests/invoices/test_calibrate.py for how often they hold the truth.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> from aicost.invoices.reconcile import reconcile
    >>> case = load("data/scenarios/contract-search-billed.yaml")
    >>> more = 1.2 * case.bill.by("component")["embedding"]
    >>> [one.path for one in calibrate(case, reconcile(case, {"embedding": more})).moved]
    ['corpus.pages_per_document']
    """
    single(case, "calibration")
    return _Search(case, found).result()


class _Search:
    """The unknowns of a case and the figures of an invoice."""

    def __init__(self, case: Case, found: Reconciliation) -> None:
        self.case, self.found = case, found
        self.ties = [
            tie  # what is a share of all else says nothing of it
            for tie in found.ties
            if tie.part.lines and tie.ours > 0 and _own(tie) > 0 and tie.name not in ASIDE
        ]
        self.fields: dict[str, tuple[Section, Quantity, Value]] = {
            path: (part, part.quantities()[name], value)
            for path, part, name, value in case.scenario.fields
        }
        self.paths, self.moved = self._moving()
        self.middle = np.array([[self._middle(path) for path in self.paths]])
        rng = np.random.default_rng(SEED)
        self.cloud = rng.standard_normal((CLOUD, len(self.paths)))

    # ---- the figures

    def _figures(
        self, ties: Sequence[Comparison], paths: Sequence[str], said: Mapping[str, Value] = NONE
    ) -> Figures:
        seen = np.log([_own(tie) for tie in ties])
        prints = np.array([tie.part.half_unit / _own(tie) for tie in ties])
        least = seen - 20.0  # what comes to nothing has no logarithm

        def logs(points: Floats) -> Floats:
            bill = self._at(dict(zip(paths, points.T, strict=True)), said).bill
            sums = [np.broadcast_to(tie.part.of(bill), len(points)) for tie in ties]
            with np.errstate(divide="ignore"):
                return np.maximum(np.log(np.column_stack(sums)), least)

        return Figures(logs, seen, np.maximum(prints, SLACK))

    def _at(self, scores: Mapping[str, Any], said: Mapping[str, Value] = NONE) -> Case:
        """The case with some inputs at scores, the others at their means, or at what is `said`."""
        scenario = self.case.scenario.at(said) if said else self.case.scenario
        return self.case.of(scenario_at(scenario, scores))

    def _moving(self) -> tuple[list[str], list[Comparison]]:
        """The unknowns that move a figure, and the figures that are moved."""
        paths = self.case.scenario.unknowns()
        if not (paths and self.ties):
            return [], []
        middle = np.array([self._middle(path) for path in paths])
        wide = np.eye(len(paths)) * WIDE
        logs = self._figures(self.ties, paths).at(middle + np.concatenate([wide * 0, wide, -wide]))
        apart = np.abs(logs[len(paths) :] - logs[0]).reshape(2, len(paths), -1).max(axis=0)
        moving = apart > MOVES
        return (
            [path for path, by in zip(paths, moving.any(axis=1), strict=True) if by],
            [tie for tie, by in zip(self.ties, moving.any(axis=0), strict=True) if by],
        )

    def _middle(self, path: str) -> float:
        """The score at which an input stands in the bill."""
        known = next(end for end in ends(self.fields[path][2]) if isinstance(end, Range))
        return mean_score(known)

    # ---- the likeliest point

    def result(self) -> Calibration:
        """Leave out what no point explains, and move as few inputs as it takes."""
        left, point = list(self.moved), self.middle
        while left:
            figures = self._figures(left, self.paths)
            point = self._nearest(figures)
            missed = np.abs(figures.at(point)[0] - figures.seen)
            if missed.max() <= AGREES:
                break
            left.pop(int(missed.argmax()))
        moved = self._moves(left, point) if left else ()
        off = [*filter(None, (self._off(tie, moved) for tie in self.ties))]
        alike = self._alike(left, moved)
        rests = tuple(self._rests(off))
        told = len(self.ties) - len(off)
        people = float(self.case.bill.people), float(self._then(moved).bill.people)
        held = dict(self._held(left, {one.name for one in off}))
        return Calibration(self.case, moved, alike, tuple(off), rests, told, people, held)

    def _held(self, ties: Sequence[Comparison], off: Container[str]) -> Iterator[tuple[str, Value]]:
        """Yield the figures that a file can carry: what was charged, as exactly as it is known."""
        for tie in ties:
            name = "month" if tie.name == MONTH else tie.name
            if tie.name in off or figure(self.case.bill, name) != tie.part.of(self.case.bill):
                continue
            half = tie.part.half_unit
            exact = half <= SLACK * tie.theirs
            yield name, tie.theirs if exact else Range(tie.theirs - half, tie.theirs + half)

    def _nearest(self, figures: Figures) -> Floats:
        """The likeliest point, looked for from the means and from the best of some draws."""
        draws = self.cloud
        off = np.square((figures.at(draws) - figures.seen) / 0.1).sum(axis=1)
        best = draws[np.argsort(off + np.square(draws - self.middle).sum(axis=1))[:STARTS]]
        starts = np.concatenate([self.middle, best])
        figures = figures.with_wide(draws)
        points = nearest(figures, np.repeat(self.middle, len(starts), axis=0), starts)
        missed = np.square((figures.at(points) - figures.seen) / figures.slack).sum(axis=1)
        worth = missed + np.square(points - self.middle).sum(axis=1)
        return points[[worth.argmin()]]

    def _moves(self, ties: Sequence[Comparison], point: Floats) -> tuple[Moved, ...]:
        """The inputs that have to move, with their ranges."""
        far = np.abs(point - self.middle)[0]
        plan = self._figures(ties, ()).at(np.zeros((1, 0)))[0]
        if np.abs(plan - self._figures(ties, ()).seen).max() <= AGREES / 2 or not far.max() > 0:
            return ()
        chosen = [path for path, by in zip(self.paths, far, strict=True) if by > SLIGHT]
        at = [self.paths.index(path) for path in chosen]
        figures = self._figures(ties, chosen)
        best = nearest(figures, self.middle[:, at], point[:, at])
        if np.abs(figures.at(best)[0] - figures.seen).max() > AGREES / 2:  # many small moves
            chosen, at, best = list(self.paths), [*range(len(self.paths))], point
        draws = self._draws(ties, point)[:, at]
        found = self._written(ties, chosen, best, draws)
        return tuple(sorted(found, key=lambda one: -abs(one.by)))

    def _written(
        self, ties: Sequence[Comparison], paths: Sequence[str], point: Floats, draws: Floats
    ) -> Iterator[Moved]:
        """Yield inputs as they are written, small counts first: others make up for whole ones."""
        figures, said = self._figures(ties, paths), dict[str, Value]()
        slopes = figures.slopes(point, 0.1)[0]
        counts = [self.fields[path][1].unit in COUNTED for path in paths]
        sizes = [np.mean(ends(at_means(self.fields[path][2]))) for path in paths]
        order = sorted(range(len(paths)), key=lambda i: (not counts[i], sizes[i]))
        for n, i in enumerate(order, start=1):
            one = self._move(paths[i], point[0, i], self._middle(paths[i]), draws[:, i])
            yield one
            rest = order[n:]
            if counts[i] and rest:
                said[one.path] = one.known
                left = self._figures(ties, [paths[j] for j in rest], said)
                off = figures.seen - left.at(point[:, rest])[0]
                by = np.linalg.lstsq(slopes[:, rest], off, rcond=0.01)[0]
                point[0, rest] = np.clip(point[0, rest] + np.clip(by, -JOLT, JOLT), -MOST, MOST)

    def _draws(self, ties: Sequence[Comparison], point: Floats) -> Floats:
        """Draws of the unknowns, each moved by the least that makes it agree with the invoice."""
        rng = np.random.default_rng(SEED)
        figures = self._figures(ties, self.paths).with_wide(self.cloud)
        centre = rng.standard_normal((DRAWS, len(self.paths)))
        seen = figures.seen + figures.slack * rng.standard_normal((DRAWS, len(ties)))
        found = nearest(figures, centre, centre, seen)
        agree = np.abs(figures.at(found) - figures.seen).max(axis=1) <= AGREES
        return found[agree] if agree.sum() > DRAWS // 4 else found

    def _move(self, path: str, score: float, middle: float, draws: Floats) -> Moved:
        part, meaning, value = self.fields[path]
        wide = np.median(draws) + WIDER * (draws - np.median(draws))
        name = path.rpartition(".")[2]

        def end(known: Any) -> tuple[Any, Any]:
            if not isinstance(known, Range):
                return known, known
            at, around = (at_scores(known, meaning, np.asarray(z)) for z in (score, wide))
            return float(at), range_about(float(at), around, meaning, known)

        if isinstance(value, Spread):
            (p50, low), (p95, high) = end(value.p50), end(value.p95)
            new, known = Spread(p50, max(p50, p95)), Spread(low, high)
        else:
            new, known = end(value)
        was = at_means(value)
        return Moved(path, meaning, was, new, value, known, part.basis(name), score - middle)

    # ---- what cannot be told apart

    def _alike(
        self, ties: Sequence[Comparison], moved: Sequence[Moved]
    ) -> tuple[tuple[str, ...], ...]:
        """Groups of moved inputs whose effects on the figures are in proportion."""
        if len(moved) < 2:
            return ()
        paths = [one.path for one in moved]
        at = [self.paths.index(path) for path in paths]
        points = self.middle[:, at] + np.array([[one.by for one in moved]])
        slopes = self._figures(ties, paths).slopes(points, 0.1)[0]
        sizes = np.linalg.norm(slopes, axis=0)
        unit = slopes / np.where(sizes > 0, sizes, 1.0)
        near = np.abs(unit.T @ unit) >= ALIKE
        groups: list[list[int]] = []
        for i in range(len(paths)):
            for group in groups:
                if near[i, group[0]]:
                    group.append(i)
                    break
            else:
                groups.append([i])
        return tuple(tuple(paths[i] for i in group) for group in groups if len(group) > 1)

    # ---- what stays off

    def _then(self, moved: Sequence[Moved]) -> Case:
        """The case with what has moved."""
        return self._at({one.path: self._middle(one.path) + one.by for one in moved})

    def _off(self, tie: Comparison, moved: Sequence[Moved]) -> Off | None:
        """A figure that no point explains: what it comes to with what has moved, and slips."""
        ours = float(tie.part.of(self._then(moved).bill))
        if abs(ours - _own(tie)) <= AGREES * _own(tie):
            return None
        slips = tuple(islice(self._slips(tie), MOST_SLIPS))
        able = tie in self.moved
        reach = self._reach(tie, _own(tie) - ours) if able else ours
        return Off(tie.name, ours, _own(tie), able, reach, slips)

    def _reach(self, tie: Comparison, gap: float) -> float:
        """What a figure comes to with every unknown at the end that closes a gap."""
        figures = self._figures([tie], self.paths).with_wide(self.cloud)
        assert figures.wide is not None
        ends = np.sign(figures.wide) * np.sign(gap) * MOST
        return float(np.exp(figures.at(ends)[0, 0]))

    def _slips(self, tie: Comparison) -> Iterator[str]:
        """Yield the slips of one line that would bring a figure into the range of the bill."""
        over = drawn(self.case)
        if over is None or 1 / TIMES < tie.ours / _own(tie) < TIMES:
            return
        whole, paid = tie.part.of(over), [at for at in tie.part.lines if over.charges[at].every]
        for times, words in SLIPS:
            for at in paid:
                one = replace(tie.part, lines=(at,)).of(over)
                low, high = np.percentile(np.atleast_1d(whole + (times - 1) * one), (5, 95))
                if np.any(one) and low * (1 - AGREES) <= _own(tie) <= high * (1 + AGREES):
                    slip = words.removesuffix(UNIT_SLIP) if self.found.parts else words
                    yield f"{line_words(over.charges[at])} is {slip}"

    def _rests(self, off: Sequence[Off]) -> Iterator[Rest]:
        """Yield what no line of the bill covers, by service, and what is above fixed lines."""
        if not self.found.parts:
            return
        beyond = {one.name: one for one in off}
        for tie in self.found.ties:
            component = tie.name.partition(" + ")[0]
            if not tie.ours and tie.theirs > 0:
                for service, usd in tie.services:
                    if usd > 0:
                        name = " ".join(visible(service).split())
                        yield Rest(name or tie.name, component, usd)
            elif (one := beyond.get(tie.name)) and one.gap > 0 and not one.slips:
                yield Rest(f"rest of {tie.name}", component, one.gap, tie.name)
            for meter in tie.parts:
                if not meter.ours and meter.theirs > 0:
                    yield Rest(meter.name, component, meter.theirs)
        paid = (tie for tie in self.found.aside if tie.name == "support" and tie.theirs > 0)
        yield from (Rest(tie.name, "other", tie.theirs) for tie in paid)


def _own(tie: Comparison) -> float:
    """What was charged for lines of the bill: all but what none of them is for."""
    return tie.theirs - sum(part.theirs for part in tie.parts if not part.ours)
