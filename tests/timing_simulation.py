"""One system with everything that bends a latency, and its requests drawn one by one.

The simulation is written from the words of the scenario below. It knows no grid, no tree and no
formula of the kit: only lognormal draws and the order in which things happen.
"""

from __future__ import annotations

import numpy as np

Z95 = 1.6448536269514722

SYSTEM = """
name: Everything
traffic: {users: 1_000, requests_per_user_month: 50, profile: office,
          slow_day: {p50: 1, p95: 1.6}}
corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}
pipeline:
  cache: {is: response_cache, hit_share: 30 %, seconds: {p50: 0.01, p95: 0.04}}
  gather:
    parallel:
      search: {is: retrieval, price: {million_queries: 16}, top_k: 8,
               seconds: {p50: 0.05, p95: 0.2}}
      guard: {is: inference, price: {input: 1, output: 2}, input_tokens: 300, output_tokens: 5,
              seconds: {p50: 0.2, p95: 0.6}, share: 80 %}
  draft:
    route:
      small: {share: 70 %, price: {input: 1, output: 4}, input_tokens: 900,
              output_tokens: {p50: 200, p95: 700}, ttft: {p50: 0.3, p95: 0.8},
              tpot: {p50: 0.006, p95: 0.012}, retry: 8 %, tries: 3, backoff: 0.5}
      large: {price: {input: 3, output: 15}, input_tokens: 900,
              output_tokens: {p50: 250, p95: 900}, ttft: {p50: 0.7, p95: 2.1},
              tpot: {p50: 0.015, p95: 0.03}, timeout: {after: 12 s, fallback: quick}}
  quick: {is: inference, of: draft/large, share: 10 %, price: {input: 1, output: 4},
          input_tokens: 900, output_tokens: 200, seconds: {p50: 0.9, p95: 2}}
  escalate: {is: inference, of: draft/small, share: 15 %, price: {input: 3, output: 15},
             input_tokens: 900, output_tokens: {p50: 250, p95: 900}, ttft: {p50: 0.7, p95: 2.1},
             tpot: {p50: 0.015, p95: 0.03}, repeat: 1.3}
  people: {is: human_review, share: 5 %, minutes: {p50: 4, p95: 12}, wage_per_hour: 30,
           when: before_answer}
  final: {is: inference, price: {input: 1, output: 5}, input_tokens: 400,
          output_tokens: {p50: 120, p95: 300}, ttft: {p50: 0.4, p95: 1.1},
          tpot: {p50: 0.01, p95: 0.02}}
"""


def simulate(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the seconds to the first word and to the whole answer of n requests."""
    rng = np.random.default_rng(seed)

    def drawn(p50: float, p95: float) -> np.ndarray:
        return p50 * np.exp(np.log(p95 / p50) / Z95 * rng.standard_normal(n))

    def some(share: float) -> np.ndarray:
        return rng.random(n) < share

    slow = drawn(1, 1.6)

    def model(
        ttft: tuple[float, float], tokens: tuple[float, float], tpot: tuple[float, float]
    ) -> tuple[np.ndarray, np.ndarray]:
        first = slow * drawn(*ttft)
        return first, first + slow * np.maximum(drawn(*tokens) - 1, 0) * drawn(*tpot)

    def strong() -> np.ndarray:
        return model((0.7, 2.1), (250, 900), (0.015, 0.03))[1]

    time = slow * drawn(0.01, 0.04)
    hit = some(0.30)
    gathered = np.maximum(slow * drawn(0.05, 0.2), np.where(some(0.8), slow * drawn(0.2, 0.6), 0))
    small = np.zeros(n)
    trying = np.ones(n, dtype=bool)
    for last in (False, False, True):
        small += np.where(trying, model((0.3, 0.8), (200, 700), (0.006, 0.012))[1], 0)
        trying = trying & some(0.08) & (not last)
        small += np.where(trying, 0.5, 0)
    escalated = strong() + np.where(some(0.3), strong(), 0)
    small += np.where(some(0.15), escalated, 0)
    large = strong()
    large = np.where(large > 12, 12 + slow * drawn(0.9, 2), large)
    draft = np.where(some(0.7), small, large)
    people = np.where(some(0.05), 60 * drawn(4, 12), 0)
    first, done = model((0.4, 1.1), (120, 300), (0.01, 0.02))
    before = gathered + draft + people
    return (np.where(hit, time, time + before + first), np.where(hit, time, time + before + done))
