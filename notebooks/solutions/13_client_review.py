"""Solutions of 13, Client review."""

from aicost import Case
from aicost.show.workshop import Exercise, Slip, mistyped, saved_by_first


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    saved_in = saved_by_first(case)

    def lines(one: Case) -> dict[str, float]:
        return {
            f"{c.stage}: {c.item}": float(c.usd) for c in one.bill.charges if c.every == "month"
        }

    def apart() -> dict[str, float]:
        """Return what each line of the mistyped bill is above ours."""
        ours = lines(case)
        return {name: usd - ours.get(name, 0.0) for name, usd in lines(mistyped(case).case).items()}

    def furthest_off() -> str:
        off = apart()
        return max(off, key=lambda name: off[name])

    def largest(place: int) -> str:
        theirs = lines(mistyped(case).case)
        return sorted(theirs, key=lambda name: -theirs[name])[place]

    def untouched() -> str:
        off, ours = apart(), lines(case)
        same = [name for name, usd in off.items() if abs(usd) < 0.005 and ours.get(name, 0) > 0]
        return min(same, key=lambda name: ours[name])

    return [
        Exercise(
            "the line that went wrong",
            answer=furthest_off,
            slips=(
                Slip(
                    "the largest line",
                    lambda: largest(0),
                    "That is the largest line of their bill. It may well be as large on yours: "
                    "compare the two amounts.",
                ),
                Slip(
                    "the second largest",
                    lambda: largest(1),
                    "That is a large line of their bill. A slip is a difference: take ours from "
                    "theirs.",
                ),
                Slip(
                    "a line that is the same",
                    untouched,
                    "That line is the same on both bills, to the cent.",
                ),
            ),
            hints=(
                "Take each amount of our bill from the same line of theirs. Which is largest?",
                'lines = theirs.bill.frame(); its column "usd" less that of case.bill.frame()',
                "ac.bridge(case, theirs) names the input; which line has it as a factor?",
            ),
        ),
        Exercise(
            "two savings",
            unit="share",
            tolerance=1e-6,
            answer=lambda: lambda a, b: 1 - (1 - a) * (1 - b),
            at=((0.5, 0.5), (0.3, 0.2), (0.9, 0.4), (0.0, 0.25)),
            slips=(
                Slip(
                    "added up",
                    lambda: lambda a, b: a + b,
                    "That adds them up. With half and half nothing would be left: the second "
                    "change only has what the first one leaves.",
                ),
                Slip(
                    "what is left",
                    lambda: lambda a, b: (1 - a) * (1 - b),
                    "That is the share which is left. The question is what is saved.",
                ),
                Slip(
                    "multiplied",
                    lambda: lambda a, b: a * b,
                    "That multiplies the savings, and two together would save less than one. "
                    "Multiply what each of them leaves.",
                ),
                Slip(
                    "the larger one",
                    lambda: lambda a, b: max(a, b),
                    "That is the larger one alone. The other still takes its share of the rest.",
                ),
            ),
            hints=(
                "Of 100 dollars, how many are left after the first change? And then?",
                "What is left is (1 - a) times (1 - b).",
            ),
        ),
        Exercise(
            "three months of waiting",
            unit="USD",
            tolerance=0.005,
            answer=lambda: sum(float(saved_in(month)) for month in range(3)),
            slips=(
                Slip(
                    "three times today",
                    lambda: 3 * float(saved_in(0)),
                    "That is three times what it saves today. With the growth plan the second "
                    "and third month would have saved more.",
                ),
                Slip(
                    "one month late",
                    lambda: sum(float(saved_in(month)) for month in range(1, 4)),
                    "That begins next month. This month is the first that was missed: month 0.",
                ),
                Slip(
                    "a month too many",
                    lambda: sum(float(saved_in(month)) for month in range(4)),
                    "Those are four months, 0 to 3. Three months are 0, 1 and 2.",
                ),
                Slip(
                    "one month",
                    lambda: float(saved_in(3)),
                    "That is what one month would save, the third from now. All three were missed.",
                ),
            ),
            hints=(
                "Which three months pass without it? The first of them is this one.",
                "Add up saved_in(0), saved_in(1) and saved_in(2).",
            ),
        ),
    ]
