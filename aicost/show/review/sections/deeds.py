"""What to measure, to change and to decide: each with the figure that speaks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aicost.analysis.levers.lever import effort
from aicost.analysis.levers.report import saves
from aicost.invoices.calibration import telling
from aicost.show.review.look import Look
from aicost.values.formatting import about, count, money, seconds_words


@dataclass(frozen=True)
class Deed:
    """Something to do, what it is worth, what is assumed of it, and what it takes."""

    does: str
    worth: str
    note: str = ""
    takes: str = ""
    effort: int = 0


def measured(look: Look) -> Iterator[Deed]:
    """Yield what moves the bill most while nobody has counted it, and times that nobody stated."""
    for unknown in look.widest.worth:
        worth = f"moves the bill by {about(unknown.width)} a month"
        taken, takes = f"taken as {unknown.taken} now", telling([unknown.path])
        yield Deed(f"Find out '{unknown.words}'", worth, taken, takes)
    clock = look.clock
    if clock is not None and clock.assumed:
        low, high = (seconds_words(end.whole[1]) for end in clock.ends)
        if low != high and not any(end.over for end in clock.ends):
            many = f"{len(clock.assumed)} times" if len(clock.assumed) > 1 else "time"
            words = f"Measure the {many} that nobody stated"
            yield Deed(words, f"95 % of answers are whole within {low} to {high}")


def saved(look: Look) -> Iterator[Deed]:
    """Yield what saves money and is not unproven, what saves most first."""
    for gain in look.levers.gains:
        if not gain.unproven:
            worth = f"saves {money(gain.saved)} a month, {saves(gain.alone)} of the bill"
            at, takes = effort(gain.lever.kind)
            yield Deed(_capital(gain.name), worth, "; ".join(gain.notes), takes, at)


def sooner(look: Look) -> Iterator[Deed]:
    """Yield the remedy that does most for the first goal of time that is missed."""
    clock = look.clock
    late = [] if clock is None else [k for k in clock.standings if not k.met]
    counted = {end.name for end in look.ends.counted}
    late = [k for k in late if k.budget.field in counted]
    if clock is None or not late:
        return
    first = late[0].budget.field == "first_word_p95"
    now, *others = clock.remedies
    unproven = {gain.name for gain in look.levers.gains if gain.unproven}
    tried = [remedy for remedy in others if remedy.name not in unproven]
    best = min(tried, key=lambda r: (r.first if first else r.whole)[1], default=now)
    before, after = ((r.first if first else r.whole)[1] for r in (now, best))
    if after < before:
        worth = f"the {late[0].budget.what} within {seconds_words(after)} for 95 %, "
        worth += f"now {seconds_words(before)}; the bill then {money(best.usd)}"
        if after > late[0].budget.seconds:
            worth += f", and still beyond the {seconds_words(late[0].budget.seconds)}"
        yield Deed(_capital(best.name), worth, best.note)


def decided(look: Look) -> Iterator[Deed]:
    """Yield a model to try, what fails next on the way up, and what growth comes to."""
    for gain in [gain for gain in look.levers.gains if gain.unproven][:1]:
        worth = f"would save {money(gain.saved)} a month"
        at, takes = effort(gain.lever.kind)
        tried = f"Try on your own questions: {gain.name}"
        yield Deed(tried, worth, gain.quality, takes, at)
    ahead, months = look.ends.next, look.months
    if ahead is not None and ahead.at is not None and ahead.last is not None:
        when = months.month_of(ahead.at) if months is not None else None
        missed = months.missed_in(ahead.name) if months is not None else None
        month = when if missed is None else missed
        due = f", month {month} of the growth plan" if month is not None else ""
        size = f"holds up to {count(ahead.last)} {look.ends.unit}{due}"
        yield Deed(f"Decide what follows {ahead.noun}", size)
    if months is not None:
        last = months.frame.iloc[-1]
        worth = f"{money(last['usd'])} a month in month {last['month']:.0f}"
        yield Deed("Decide whether to pay for the growth that is planned", worth)


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
