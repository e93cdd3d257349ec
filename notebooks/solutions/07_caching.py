"""Solutions of 07, Caching."""

from aicost import Case
from aicost.formulas.reuse import break_even_reads
from aicost.show.workshop import Exercise, Slip

READ, SAME, WRITTEN = 5_000, 2_000, 400  # tokens of a request: read, of them the same, answered
IN, OUT, KEPT = 3.0, 15.0, 0.1  # USD per Mtok, and what reading from the cache costs of it
CALL, LOOKUP, HITS, WRONG = 0.02, 0.001, 0.25, 0.03
SHARE, OF_ALL = 0.3, 0.95  # hits, and the percentile that is asked for


def exercises(_: Case) -> list[Exercise]:
    """Return the exercises of the notebook, the same for every system."""
    spent_in, spent_out = READ * IN, WRITTEN * OUT  # millionths of a dollar
    whole = spent_in + spent_out
    return [
        Exercise(
            "ninety per cent off",
            unit="per cent",
            answer=lambda: 100 * SAME * IN * (1 - KEPT) / whole,
            slips=(
                Slip(
                    "as it is advertised",
                    lambda: 100 * (1 - KEPT),
                    "That is what comes off a token that is read from the cache. The others, "
                    "and the answer, cost what they did.",
                ),
                Slip(
                    "of the input alone",
                    lambda: 100 * SAME / READ * (1 - KEPT),
                    "That is off the bill of input. The answer is on the bill of a request too.",
                ),
                Slip(
                    "the whole prompt",
                    lambda: 100 * spent_in * (1 - KEPT) / whole,
                    "That keeps all 5,000 tokens. Only 2,000 of them are the same each time.",
                ),
                Slip(
                    "read for nothing",
                    lambda: 100 * SAME * IN / whole,
                    "Reading from the cache is cheap, not free: a tenth of the price remains.",
                ),
                Slip(
                    "of all tokens",
                    lambda: 100 * SAME / (READ + WRITTEN) * (1 - KEPT),
                    "That counts tokens. A token out costs five times a token in; count dollars.",
                ),
            ),
            hints=(
                "What does a request cost without a cache, in and out? Tokens times price.",
                "Of that, what do the 2,000 tokens cost that are always the same?",
                "Nine tenths of those come off; divide by the whole request.",
            ),
        ),
        Exercise(
            "reads that a write needs",
            unit="reads",
            answer=lambda: lambda w, r: break_even_reads(write=w, read=r),
            at=((1.25, 0.1), (2.0, 0.1), (1.25, 0.25), (1.0, 0.1)),
            slips=(
                Slip(
                    "with the first use",
                    lambda: lambda w, r: 1 + (w - 1) / (1 - r),
                    "That counts the call that writes as a read. It had to read the prompt anyhow.",
                ),
                Slip(
                    "the whole write",
                    lambda: lambda w, r: w / (1 - r),
                    "A token that is not kept has its price as well: only w - 1 is extra.",
                ),
                Slip(
                    "the price of a read",
                    lambda: lambda w, r: (w - 1) / r,
                    "r is what a read costs. What it saves is the rest: 1 - r.",
                ),
                Slip(
                    "the share of hits",
                    lambda: lambda w, r: (w - 1) / (w - r),
                    "That is the share of calls that have to be hits. Asked is how many reads "
                    "come on one write.",
                ),
            ),
            hints=(
                "What does writing a token cost more than reading it plainly?",
                "What does each read from the cache save?",
                "What is extra, over what one read saves.",
            ),
        ),
        Exercise(
            "what a wrong answer may cost",
            unit="USD",
            answer=lambda: (CALL - LOOKUP / HITS) / WRONG,
            slips=(
                Slip(
                    "the look-up is free",
                    lambda: CALL / WRONG,
                    "That leaves out the look-up, which all requests pay and only hits bring back.",
                ),
                Slip(
                    "one look-up a hit",
                    lambda: (CALL - LOOKUP) / WRONG,
                    "Four requests look up for each that is a hit: a hit has to bring back four.",
                ),
                Slip(
                    "of all requests",
                    lambda: (CALL - LOOKUP / HITS) / (WRONG * HITS),
                    "Three in a hundred of the hits are wrong, not of those of a request: both "
                    "what is spared and what is wrong happen at a hit.",
                ),
                Slip(
                    "times in place of over",
                    lambda: (CALL - LOOKUP / HITS) * WRONG,
                    "With fewer wrong ones each of them may cost more. Divide.",
                ),
            ),
            hints=(
                "Take a hundred requests: how many hits, how many look-ups, how many wrong ones?",
                "The hits spare so many calls; take off all the look-ups.",
                "What is left is there for the wrong ones: divide by how many they are.",
            ),
        ),
        Exercise(
            "which miss is the p95",
            unit="per cent",
            tolerance=0.005,
            answer=lambda: 100 * (OF_ALL - SHARE) / (1 - SHARE),
            slips=(
                Slip(
                    "the same one",
                    lambda: 100 * OF_ALL,
                    "That would be so if hits were as slow as misses. They are all in front.",
                ),
                Slip(
                    "scaled by the misses",
                    lambda: 100 * OF_ALL * (1 - SHARE),
                    "That scales the percentile. Count who is slower: five in a hundred of all, "
                    "and all of them are misses.",
                ),
                Slip(
                    "taken off",
                    lambda: 100 * (OF_ALL - SHARE),
                    "So many of all requests are misses that are faster. As a share of the misses "
                    "it is more: divide by how many misses there are.",
                ),
            ),
            hints=(
                "Of a hundred requests, how many are slower than the p95? All of those are misses.",
                "How many misses are there in all? So which part of them is slower?",
                "The percentile is what is left of a hundred.",
            ),
        ),
    ]
