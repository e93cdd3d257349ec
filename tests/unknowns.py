"""A system whose bill is a product of four ranges, and the closed form of that."""

import numpy as np
from scipy import stats

# Four ordinary 90 % ranges. Requests, tokens, price and the part a cache lets through.
RANGES = ((20e3, 200e3), (1_500, 6_000), (1.5, 4.5), (0.55, 0.90))
FOUR = """
traffic: {requests_per_month: 20_000 to 200_000}
pipeline:
  answer:
    is: inference
    repeat: 0.55 to 0.90
    input_tokens: 1_500 to 6_000
    output_tokens: 0
    price: {input: 1.5 to 4.5, output: 0}
"""


def lognormal(ranges: tuple[tuple[float, float], ...]) -> stats.rv_continuous:
    """The product of lognormals through 90 % ranges: logs add."""
    z = stats.norm.ppf(0.95)
    mean = sum(np.log(a * b) / 2 for a, b in ranges)
    sigma = np.sqrt(sum((np.log(b / a) / 2 / z) ** 2 for a, b in ranges))
    return stats.lognorm(s=sigma, scale=np.exp(mean))
