"""What to measure, to change and to decide: each with the figure that speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost.analysis.levers.lever import effort
from aicost.analysis.levers.outcome import speed_of
from aicost.analysis.levers.report import saves
from aicost.invoices.calibration import telling
from aicost.show.review.look import Look
from aicost.timing.unknowns import movers
from aicost.values.formatting import about, count, listing, money, seconds_words

TRY = "Try on your own questions: "


@dataclass(frozen=True)
class Deed:
    """Something to do, what it is worth, what is assumed of it, and what it takes.

    `month` is that of the growth plan before which it has to be done.
    """

    does: str
    worth: str
    note: str = ""
    takes: str = ""
    effort: int = 0
    month: int | None = None


def measured(look: Look) -> Iterator[Deed]:
    """Yield what moves the bill most while nobody has counted it, and times that nobody stated."""
    late = {mover.path: (standing, mover) for standing, mover in movers(look.case)}
    timed = {path for path, *_ in look.clock.assumed} if look.clock is not None else set()
    for standing, mover in (one for path, one in late.items() if path not in timed):
        worth = f"moves the time to the {standing.budget.what}, 95 % within {mover.ends}"
        does, taken = f"Find out '{mover.words}'", f"taken as {mover.taken} now"
        yield Deed(does, worth, taken, telling([mover.path]))
    for unknown in (one for one in look.widest.worth if one.path not in late):
        worth = f"moves the bill by {about(unknown.width)} a month"
        taken, takes = f"taken as {unknown.taken} now", telling([unknown.path])
        yield Deed(f"Find out '{unknown.words}'", worth, taken, takes)
    clock = look.clock
    if clock is not None and clock.assumed:
        low, high = (seconds_words(end.whole[1]) for end in clock.ends)
        if low != high and not any(end.over for end in clock.ends):
            many = f"{len(clock.assumed)} times" if len(clock.assumed) > 1 else "time"
            words = f"Measure the {many} that the file does not state"
            yield Deed(words, f"95 % of answers are complete within {low} to {high}")


def saved(look: Look) -> Iterator[Deed]:
    """Yield what saves money and is not unproven; what keeps a missed goal comes first."""
    for gain in sorted(look.levers.gains, key=lambda gain: not gain.alone.keeps):
        if not gain.unproven:
            worth = f"saves {money(gain.saved)} a month, {saves(gain.alone)} of the bill"
            kept = listing([goal.noun for goal in gain.alone.keeps])
            worth += f", and alone keeps {kept}" if kept else ""
            at, takes = effort(gain.lever.kind)
            yield Deed(_capital(gain.name), worth, "; ".join(gain.notes), takes, at)


def sooner(look: Look) -> Iterator[Deed]:
    """Yield the change that comes nearest to keeping the first goal of time that is missed.

    Remedies and levers are looked at alike. Of those that keep it, what nobody doubts the answers
    of comes first, then what costs least.
    """
    clock = look.clock
    late = [] if clock is None else [k for k in clock.standings if not k.met]
    counted = {end.name for end in look.ends.counted}
    late = [k for k in late if k.budget.field in counted]
    if clock is None or not late:
        return
    due, first = late[0].budget, late[0].budget.field == "first_word_p95"
    now, *remedies = clock.remedies
    gains = {gain.name: gain for gain in look.levers.gains}
    tried = {r.name: ((r.first if first else r.whole)[1], r.usd) for r in remedies}
    for name, gain in gains.items():
        speed = speed_of(gain.alone.after)
        tried.setdefault(name, ((speed.first if first else speed.whole)[1], gain.alone.usd))
    unproven = {name for name, gain in gains.items() if gain.unproven}

    def far(name: str) -> tuple[float, bool, float]:
        return max(tried[name][0] - due.seconds, 0.0), name in unproven, tried[name][1]

    before, best = (now.first if first else now.whole)[1], min(tried, key=far, default="")
    if best and tried[best][0] < before:
        after, usd = tried[best]
        worth = f"the {due.what} within {seconds_words(after)} for 95 %, "
        worth += f"now {seconds_words(before)}"
        if after > due.seconds:
            worth += f" and still beyond the {seconds_words(due.seconds)}"
        worth += f"; the bill then {money(usd)}"
        note = next((r.note for r in remedies if r.name == best), "")
        if best not in gains:
            yield Deed(_capital(best), worth, note, "a change of the system")
            return
        gain = gains[best]
        at, takes = effort(gain.lever.kind)
        if gain.unproven:
            doubt = ". ".join(filter(None, (note, gain.quality.removesuffix("."))))
            yield Deed(f"{TRY}{best}", worth, doubt, takes, at)
        else:
            yield Deed(_capital(best), worth, note or "; ".join(gain.notes), takes, at)


def decided(look: Look) -> Iterator[Deed]:
    """Yield a model to try, what fails next on the way up, and what growth comes to."""
    for gain in [gain for gain in look.levers.gains if gain.unproven][:1]:
        worth = f"would save {money(gain.saved)} a month"
        at, takes = effort(gain.lever.kind)
        yield Deed(f"{TRY}{gain.name}", worth, gain.quality, takes, at)
    ahead, months = look.ends.next, look.months
    if ahead is not None and ahead.at is not None and ahead.last is not None:
        when = months.month_of(ahead.at) if months is not None else None
        missed = months.missed_in(ahead.name) if months is not None else None
        month = when if missed is None else missed
        due = f", month {month} of the growth plan" if month is not None else ""
        size = f"holds up to {count(ahead.last)} {look.ends.unit}{due}"
        if months is None or month is not None:  # else no month of the plan comes there
            yield Deed(f"Decide what to do before {ahead.noun} gives way", size, month=month)
    if months is not None:
        last = months.frame.iloc[-1]
        worth = f"{money(last['usd'])} a month in month {last['month']:.0f}"
        yield Deed("Decide whether to pay for the growth that is planned", worth)


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
