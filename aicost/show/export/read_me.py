"""What a sheet says of itself: what it is of, what it follows, and what it does not."""

from __future__ import annotations

from aicost.show.export.leaves import Input
from aicost.show.export.live import Live
from aicost.values.formatting import line_words, listing, path_words


def read_me(live: Live, command: str) -> list[tuple[str, str]]:
    """The lines of the sheet Read me, each with its style."""
    case, book = live.case, live.case.book
    lost = [one for one in live.inputs if one in live.untried or live.lost.get(one)]
    lines = {
        line: [one for one in live.inputs if line in live.lost.get(one, ())] for line in live.lines
    }
    said: list[tuple[str, str]] = [
        (f"{case.name}: the bill as a sheet", "title"),
        ("", "text"),
        (f"Made again by: {command}", "text"),
        (f"Prices of {book.as_of}, price book {book.hash}, last read {book.newest}.", "text"),
    ]
    if case.scenario.money.sentence:
        said.append((case.scenario.money.sentence, "text"))
    said += [
        ("", "text"),
        ("How it works", "group"),
        (
            "Inputs holds every number of the file and every price that the bill uses; each cell "
            "has a name. Making holds the factors of each line as formulas of those. Bill "
            "multiplies the factors, times the unit price, and adds up. Sources says where each "
            "price is from.",
            "text",
        ),
        (
            "An input that is not known stands at its mean, beside its 5 % and 95 %. The ranges "
            "of lines and of the month are of 4,096 draws and do not move with the inputs; those "
            "of the lines do not add up to that of the month.",
            "text",
        ),
        ("", "text"),
        ("How exact it is", "group"),
        (
            "When this sheet was made, each input was set to a tenth, half, twice and ten times "
            "what it is (and, where all lines followed, to a hundredth and a hundred times; as "
            "far as it may be), in the kit and in these formulas. Where a line came to the same, "
            "to a millionth of a dollar, it follows; where not, the row of the input, the list "
            "below and, once that input is changed, the line itself say so. What is rounded up "
            "to whole units is rounded up here, too (CEILING).",
            "text",
        ),
        (
            "Each was changed alone. Several at once are as exact while the conditions at the "
            "foot of Making hold, which the line at the head of Bill watches, and no line is "
            "pushed past a step that none of them alone reached: run aicost again to be sure.",
            "text",
        ),
        ("", "text"),
        ("What does not follow", "group"),
    ]
    for line, inputs in lines.items():
        if inputs:
            names = listing([_named(one) for one in inputs])
            said.append((f"{line_words(line.charge)} does not follow {names}.", "text"))
    new = [one for one in live.inputs if None in live.lost.get(one, ())]
    if new:
        names = listing([_named(one) for one in new])
        said.append((f"A line that is not here yet would be added by {names}.", "text"))
    if not lost:
        said.append(("Every line follows every input.", "text"))
    said += [
        ("", "text"),
        ("What is not in it", "group"),
        (
            "Names: another model, store, role or place has other prices and other fields. Fields "
            "that the file leaves out and that leave all as it is (a share of 100 %, no retries). "
            "How fast it answers, goals, growth. Write them into the file and run aicost again.",
            "text",
        ),
    ]
    return said


def _named(one: Input) -> str:
    return path_words(one.path) if one.section else one.path
