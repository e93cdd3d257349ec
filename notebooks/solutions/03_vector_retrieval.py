"""Solutions of 03, Vector retrieval."""

from math import sqrt

from aicost import Case, load
from aicost.formulas.vectors import hnsw_bytes
from aicost.show.workshop import Exercise, Slip, costliest_search, searches, steps

SAMPLE = "data/scenarios/contract-search-billed.yaml"  # for a system without a search

STORE = "pinecone-standard"
DIMENSIONS, LINKS = 384, 32  # of the graph that is asked for


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    case = case if searches(case) else load(SAMPLE)
    point, search = case.point.scenario, costliest_search(case)
    walk = steps(point, point.requests())
    stage, flow = next((x, f) for x, f in walk if x.name == search)
    passages, size = float(point.corpus.passages().value), float(stage.dimensions)
    queries, text = float(stage.calls(flow).value), float(stage.metadata_bytes)

    usd_per_unit = float(case.book.find(STORE, "read_units").value) / 1e6
    least = float(case.book.find(STORE, "read_units_minimum").value)
    gb = passages * (4 * size + text) / 1e9

    def units(gigabytes: float) -> float:
        """Return the read units of one query."""
        return max(least, gigabytes)

    def usd(growth: float) -> float:
        """Return what the queries of a month cost when users and documents are so many times."""
        return growth * queries * units(growth * gb) * usd_per_unit

    def for_a_thousand(units_a_query: float) -> float | None:
        """Return how many queries that buys, or None where it is the answer itself."""
        if units_a_query == units(gb):
            return None
        return 1_000 / (units_a_query * usd_per_unit)

    return [
        Exercise(
            "comparisons of one query",
            unit="comparisons",
            answer=lambda: lambda n, p: 2 * sqrt(p * n),
            at=((1_000_000, 16), (4_000_000, 16), (1_000_000, 64), (10_000, 4)),
            slips=(
                Slip(
                    "the centres alone",
                    lambda: lambda n, p: sqrt(p * n),
                    "Those are the centres alone. The vectors in the cells come on top.",
                ),
                Slip(
                    "one cell",
                    lambda: lambda n, p: 2 * sqrt(n),
                    "That is right for one cell. Here p of them are looked into.",
                ),
                Slip(
                    "the cells of one",
                    lambda: lambda n, p: (1 + p) * sqrt(n),
                    "That is the number of cells that is best for one of them. Where p are looked "
                    "into, more and smaller cells are better.",
                ),
                Slip(
                    "p outside the root",
                    lambda: lambda n, p: 2 * p * sqrt(n),
                    "More cells looked into make it worth having more of them, so the work "
                    "does not grow p times. Test yours with 16 cells of a million vectors.",
                ),
                Slip(
                    "brute force",
                    lambda: lambda n, p: n,
                    "That is brute force: every vector is compared.",
                ),
            ),
            hints=(
                "With c cells one query compares c centres, and p cells of n / c vectors each.",
                "The best c is the square root of p times n. Put it into both parts.",
                "Both parts are then equally large.",
            ),
        ),
        Exercise(
            "gigabytes of a graph",
            unit="GB",
            tolerance=0.01,
            answer=lambda: hnsw_bytes(vectors=passages, dimensions=DIMENSIONS, links=LINKS) / 1e9,
            slips=(
                Slip(
                    "the numbers alone",
                    lambda: 4 * DIMENSIONS * passages / 1e9,
                    "Those are the numbers alone. The links of each vector come on top.",
                ),
                Slip(
                    "the rule of one and a half",
                    lambda: 1.5 * 4 * DIMENSIONS * passages / 1e9,
                    "That is the rule of one and a half times. Add the bytes of the links instead.",
                ),
                Slip(
                    "today's graph in proportion",
                    lambda: (
                        hnsw_bytes(vectors=passages, dimensions=size, links=16)
                        / 1e9
                        * DIMENSIONS
                        / size
                    ),
                    "That shrinks the links along with the numbers. They stay as they are.",
                ),
                Slip(
                    "sixteen links",
                    lambda: hnsw_bytes(vectors=passages, dimensions=DIMENSIONS, links=16) / 1e9,
                    "That has 16 links. Twice as many were asked for.",
                ),
            ),
            hints=(
                "Take one vector first. How many bytes are its numbers, at four each?",
                "How many bytes do 32 links take? It was printed above. Add them.",
                "Then multiply by the passages, and divide by a billion.",
            ),
        ),
        Exercise(
            "queries for a thousand dollars",
            unit="queries a month",
            tolerance=0.05,
            answer=lambda: 1_000 / (units(gb) * usd_per_unit),
            slips=(
                Slip(
                    "a quarter of a unit",
                    lambda: for_a_thousand(least),
                    "That is the least a query can cost. How much does one read here?",
                ),
                Slip(
                    "one unit a query",
                    lambda: for_a_thousand(1.0),
                    "That takes one read unit for each query. It is one for each gigabyte.",
                ),
                Slip(
                    "without the text",
                    lambda: for_a_thousand(units(4 * size * passages / 1e9)),
                    "That leaves out the text, which lies beside the numbers and is read as well.",
                ),
            ),
            hints=(
                "Begin with the gigabytes: passages x (4 x dimensions + text), over a billion.",
                "So many gigabytes, so many read units for one query, but at least a quarter.",
                "What does one query cost? The price is for a million read units.",
            ),
        ),
        Exercise(
            "a meter that grows",
            unit="USD a month",
            answer=lambda: usd,
            at=(0.001, 1, 2, 4, 16),
            slips=(
                Slip(
                    "in step with the users",
                    lambda: lambda g: g * usd(1),
                    "That lets the queries grow, but each of them also reads more.",
                ),
                Slip(
                    "documents alone",
                    lambda: lambda g: usd(g) / g,
                    "That lets each query read more, but there are also g times as many queries.",
                ),
                Slip(
                    "added",
                    lambda: lambda g: (2 * g - 1) * usd(1),
                    "That adds what more users and more documents cost. They multiply: more "
                    "queries, and each of them reads more.",
                ),
                Slip(
                    "a quarter of a unit",
                    lambda: None if gb <= least else (lambda g: g * queries * least * usd_per_unit),
                    "That takes the minimum for every query, however much it reads.",
                ),
                Slip(
                    "without the minimum",
                    lambda: lambda g: g * queries * g * gb * usd_per_unit,
                    "A small collection is billed more than that: at least a quarter of a unit.",
                ),
            ),
            hints=(
                "How many queries are there at g times the users?",
                "How many gigabytes does one of them read at g times the documents?",
                "Read units are max(0.25, gigabytes); the price is for a million of them.",
            ),
        ),
    ]
