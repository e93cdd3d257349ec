"""Texts of small systems whose calls take so long."""

CALL = (
    "output_tokens: {p50: 250, p95: 900}, ttft: {p50: 0.5, p95: 1.5}, tpot: {p50: 0.01, p95: 0.02}"
)
PRICED = "is: inference, price: {input: 1, output: 2}, input_tokens: 100"
TRAFFIC = "traffic: {users: 10, requests_per_user_month: 5, slow_day: 1}"
#: A call that begins after one second and writes for another.
WRITES = f"a: {{{PRICED}, output_tokens: 101, ttft: 1, tpot: 0.01}}"


def chat(answer: str, more: str = "", traffic: str = "slow_day: 1") -> str:
    """Write a system of one model's call, with more stages before it."""
    return (
        f"traffic: {{users: 1_000, requests_per_user_month: 50, {traffic}}}\npipeline:\n{more}"
        f"  answer: {{is: inference, price: {{input: 1, output: 5}}, input_tokens: 500,"
        f" {answer}}}\n"
    )


def system(*stages: str, traffic: str = TRAFFIC) -> str:
    """Write a system of stages, one a line."""
    return "\n".join([traffic, "pipeline:", *(f"  {stage}" for stage in stages)]) + "\n"


def takes(seconds: str = "1", more: str = "") -> str:
    """Write a call that takes so long, with more keys."""
    return f"{{{PRICED}, output_tokens: 50, seconds: {seconds}{more and ', '}{more}}}"
