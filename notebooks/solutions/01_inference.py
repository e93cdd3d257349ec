"""Solutions of 01, Inference."""

from functools import cache
from typing import Any

import aicost as ac
from aicost.show.workshop import Exercise, Slip, costliest_call


def rounds_of(case: ac.Case, call: str) -> ac.Spread:
    """Return the mix of rounds or turns of a call, or that of an example."""
    point = case.point.scenario
    group = point.pipeline.group_of(call)
    loop = [group.rounds.rounds] if group is not None and group.form == "loop" else []
    counts = [*loop, point.stage(call).turns]
    return next((n for n in counts if isinstance(n, ac.Spread)), ac.Spread(6.0, 18.0))


def agent(rounds: ac.Spread, cap: float | None = None) -> ac.Case:
    """Return the agent of the notebook: what its history costs, and nothing else."""
    think = {"is": "inference", "input_tokens": 0, "output_tokens": 0}
    think |= {"price": {"input": 1, "output": 0}}
    loop = {"rounds": rounds, "grows_tokens_per_round": 1_000, "steps": {"think": think}}
    limits = {} if cap is None else {"limits": {"usd_per_request": cap}}
    users = {"users": 10_000, "requests_per_user_month": 1}
    return ac.case(work={"loop": loop}, **users, **limits)


@cache
def with_cap(rounds: ac.Spread) -> Any:
    """Return what a cap of twice the mean does to the agent's runs."""
    return ac.request_cost(agent(rounds, 2 * ac.request_cost(agent(rounds)).mean)).cap


def history(rounds: int, tokens: float) -> float:
    """Return what is read again in all rounds together."""
    return sum(tokens * earlier for earlier in range(rounds))


def exercises(case: ac.Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    call, requests = costliest_call(case), case.bill.requests

    def paid(share: float, driver: str, **fields: float) -> float:
        change = {"cache_read_share": share, "cache_write_share": 0.0, **fields}
        bill = case.at({f"{call}.{name}": value for name, value in change.items()}).bill
        lines = [c for c in bill.charges if c.stage == call and c.driver == driver]
        return float(sum(c.usd for c in lines))

    def answer() -> float:
        lines = [c for c in case.bill.charges if c.stage == call and c.driver == "tokens out"]
        return float(sum(c.usd for c in lines) / requests)

    def of_request() -> float:
        return float(case.bill.by("stage")[call] / requests)

    def no_cache() -> float:
        return paid(0.0, "tokens in") + paid(0.0, "tokens out")

    def off() -> float:
        return 1 - paid(1.0, "tokens in") / paid(0.0, "tokens in")

    def capped() -> Any:
        return with_cap(rounds_of(case, call))

    return [
        Exercise(
            "half the answer",
            unit="USD for one request",
            answer=lambda: answer() / 2,
            slips=(
                Slip("all of it", answer, "That is the whole answer. Half of it stays."),
                Slip(
                    "half of everything",
                    lambda: of_request() / 2,
                    "That is half of the whole request. What is read stays as it is.",
                ),
                Slip(
                    "what is left",
                    lambda: of_request() - answer() / 2,
                    "That is what a request costs afterwards. Asked for is what is saved.",
                ),
                Slip(
                    "half of what is read",
                    lambda: (of_request() - answer()) / 2,
                    "That halves what is read. It is the answer that gets shorter.",
                ),
            ),
            hints=(
                "Which of the lines above are for tokens that are written?",
                "The cost of the answer is a share of the cost of the request; you have both.",
            ),
        ),
        Exercise(
            "history",
            unit="tokens",
            answer=lambda: history,
            at=((1, 1_000), (2, 1_000), (10, 1_000), (40, 250)),
            slips=(
                Slip(
                    "one round too many",
                    lambda: lambda rounds, tokens: tokens * rounds * (rounds + 1) / 2,
                    "That counts one round too many: the first carries nothing.",
                ),
                Slip(
                    "in proportion",
                    lambda: lambda rounds, tokens: tokens * rounds,
                    "That is what is added. Each round also reads again what all others added.",
                ),
                Slip(
                    "the last round alone",
                    lambda: lambda rounds, tokens: tokens * (rounds - 1),
                    "That is what the last round reads again. All rounds are asked for.",
                ),
                Slip(
                    "not halved",
                    lambda: lambda rounds, tokens: tokens * rounds * (rounds - 1),
                    "That is twice as much: not each round reads again what all others added.",
                ),
            ),
            hints=(
                "Round 1 reads nothing again, round 2 one helping, round 3 two. Add them up.",
                "A loop or sum(...) over range(rounds) will do; the formula comes below.",
            ),
        ),
        Exercise(
            "saved for a task undone",
            unit="USD for each task",
            answer=lambda: capped().saved / capped().strikes,
            slips=(
                Slip(
                    "over all runs",
                    lambda: capped().saved,
                    "That is spread over all runs. Only those that are stopped stay undone.",
                ),
                Slip(
                    "what they have paid",
                    lambda: capped().stopped_at,
                    "That is what a stopped run has paid by then. Asked for is what it saves.",
                ),
                Slip(
                    "what they would have paid",
                    lambda: capped().saved / capped().strikes + capped().stopped_at,
                    "That is the whole run without a cap. What it had spent is not saved.",
                ),
                Slip(
                    "the cap",
                    lambda: capped().usd,
                    "That is the cap itself: how much a run may spend, not what is saved.",
                ),
            ),
            hints=(
                "All that is saved comes from the runs that are stopped.",
                "What is saved on a mean run, over the share of runs that it comes from.",
            ),
        ),
        Exercise(
            "with the cache",
            unit="USD a month",
            tolerance=0.01,
            answer=lambda: paid(0.6, "tokens in") + paid(0.6, "tokens out"),
            slips=(
                Slip(
                    "the bug",
                    lambda: no_cache() * (1 - 0.6 * off()),
                    "That is the published sum. It takes the discount off the answers as well.",
                ),
                Slip(
                    "without answers",
                    lambda: paid(0.6, "tokens in"),
                    "That is the input alone. The answers are paid too.",
                ),
                Slip(
                    "all of the input",
                    lambda: paid(1.0, "tokens in") + paid(0.0, "tokens out"),
                    "That reads the whole input from the cache. It is 60 in 100 tokens.",
                ),
                Slip("no cache", no_cache, "That is the month without a cache."),
            ),
            hints=(
                "Are answers read from a cache?",
                "Take the discount off the input only, off 60 in 100 of it, and add the answers.",
            ),
        ),
    ]
