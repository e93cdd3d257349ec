"""Solutions of 04, Reranking."""

from math import ceil

from aicost import Case, load
from aicost.analysis.alternatives import call_s, fitted_call
from aicost.show.workshop import Exercise, Slip, second_look, steps

SAMPLE = "data/scenarios/contract-search-billed.yaml"  # for a system without a reranker
BY_SEARCH = "cohere/rerank-v4.0-fast"
QUESTION = 20  # tokens, of the exercise in code
UNSURE = 0.4
TIMES = 10  # as many passages


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    case = case if second_look(case) else load(SAMPLE)
    point, book = case.point.scenario, case.book
    name = second_look(case)
    walk = steps(point, point.requests())
    stage, flow = next((x, f) for x, f in walk if x.name == name)
    looked = float(flow.passages.value if stage.documents is None else stage.documents)
    kept = looked if stage.keep is None else min(float(stage.keep), looked)
    size = float(flow.passage_tokens.value) if flow.passage_tokens else 0.0

    most = int(book.find(BY_SEARCH, "documents_per_search").value)
    limit = int(book.find(BY_SEARCH, "tokens_per_document").value)

    bill, everything = case.bill, case.at({f"{name}.share": 0.0}).bill
    paid = float(bill.by("stage")[name])
    saved = float(everything.total - bill.total) + paid  # of reading
    back = looked - kept  # passages that are kept back

    calls = book.all_rows("speed/cohere-rerank-3.5")
    fixed, each = fitted_call(
        units=[float(row.context.removeprefix("tokens=")) for row in calls],
        latency_s=[row.value for row in calls],
    )
    read = looked * (size + float(stage.query_tokens))

    def seconds(tokens: float) -> float:
        """Return what a call that reads so many tokens takes."""
        return float(call_s(fixed_s=fixed, s_per_unit=each, units=tokens))

    return [
        Exercise(
            "passages that pay for it",
            unit="passages",
            tolerance=0.03,
            answer=lambda: paid / (saved / back),
            slips=(
                Slip(
                    "of all that are read",
                    lambda: paid / (saved / looked),
                    "You divided what is saved by all that is found. Only those kept back "
                    "save anything.",
                ),
                Slip(
                    "of those that go on",
                    lambda: paid / (saved / kept),
                    "You divided what is saved by those that go on. They are read either way.",
                ),
                Slip(
                    "the share",
                    lambda: paid / saved,
                    "That is the share of the saving that it costs. How many passages is that?",
                ),
                Slip(
                    "after its own price",
                    lambda: paid / ((saved - paid) / back),
                    "You took the second look's price off what is saved, and then asked what "
                    "pays for it. The reading alone has to.",
                ),
            ),
            hints=(
                "Take the column of inference: what does the model read for less, a month?",
                "That is for all passages kept back. How many are they, and what is one?",
                "How many of those make up the price of the second look?",
            ),
        ),
        Exercise(
            "searches billed",
            unit="searches",
            tolerance=0.0,
            answer=lambda: (
                lambda passages, tokens: ceil(passages * ceil((tokens + QUESTION) / limit) / most)
            ),
            at=((150, 990), (20, 256), (100, 480), (101, 480), (100, 481), (60, 2_000)),
            slips=(
                Slip(
                    "without the question",
                    lambda: lambda passages, tokens: ceil(passages * ceil(tokens / limit) / most),
                    "The question is read with every passage, and counts with it.",
                ),
                Slip(
                    "however long",
                    lambda: lambda passages, tokens: ceil(passages / most),
                    "A passage that is longer than the limit counts more than once.",
                ),
                Slip(
                    "all tokens together",
                    lambda: (
                        lambda passages, tokens: ceil(passages * (tokens + QUESTION) / limit / most)
                    ),
                    "You rounded up once, at the end. Each passage is rounded up by itself first.",
                ),
                Slip(
                    "not rounded up",
                    lambda: (
                        lambda passages, tokens: passages * ceil((tokens + QUESTION) / limit) / most
                    ),
                    "A search that is begun is billed whole: round up at the end as well.",
                ),
            ),
            hints=(
                "Two things are rounded up. First: how often does one passage count?",
                "A passage of 480 tokens with a question of 20 counts once, one of 481 twice.",
                "So many pieces, so many to a search: round up again.",
            ),
        ),
        Exercise(
            "seconds for ten times the passages",
            unit="seconds",
            answer=lambda: seconds(TIMES * read),
            slips=(
                Slip(
                    "ten times everything",
                    lambda: TIMES * seconds(read),
                    "A part of a call takes as long however much is read. It does not grow.",
                ),
                Slip(
                    "what grows alone",
                    lambda: TIMES * read * each,
                    "That is what grows. The part that does not depend on the size is missing.",
                ),
                Slip("as now", lambda: seconds(read), "That is for what is read now."),
                Slip(
                    "without the question",
                    lambda: seconds(TIMES * looked * size),
                    "The question is read again with every passage.",
                ),
            ),
            hints=(
                "How many tokens are read now? It was printed near the top. And ten times that?",
                "The line says milliseconds for each thousand of them.",
                "Add the part that does not grow, and mind that seconds are asked for.",
            ),
        ),
        Exercise(
            "saved when unsure",
            unit="USD a month",
            answer=lambda: bill.total - case.at({f"{name}.when_unsure": UNSURE}).bill.total,
            slips=(
                Slip(
                    "the others",
                    lambda: UNSURE * paid,
                    "That is what the second look still costs, for those that are unsure.",
                ),
                Slip(
                    "all of it",
                    lambda: paid,
                    "That is saved where nothing gets a second look. Forty in a hundred do.",
                ),
                Slip(
                    "the plain share",
                    lambda: bill.total - case.at({f"{name}.share": UNSURE}).bill.total,
                    "That is the trap: with a plain `share` the others take everything along.",
                ),
            ),
            hints=(
                "The price of the second look goes with the requests that get one.",
                "Sixty in a hundred do not. Compare two rows of the table, then scale.",
            ),
        ),
    ]
