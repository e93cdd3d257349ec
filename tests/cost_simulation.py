"""Requests that pay, drawn one by one: a system with a loop, a cache, a route, thoughts and tries.

The simulation is written from the words of the scenario. It knows no bill, no tree and no formula
of the kit: only lognormal draws, chances, prices, and the order in which things happen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Z95 = 1.6448536269514722
M = 1e-6

SYSTEM = """
name: Paid
traffic: {users: 1_000, requests_per_user_month: 50, profile: office}
corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}
pipeline:
  cache: {is: response_cache, hit_share: 30 %}
  find: {is: retrieval, price: {million_queries: 16}, top_k: 8}
  work:
    loop:
      rounds: {p50: 5, p95: 15}
      grows_tokens_per_round: 1_200
      steps:
        think: {is: inference, price: {input: 3, output: 15, cache_read: 0.3, cache_write: 3.75},
                input_tokens: {p50: 2_000, p95: 6_000}, output_tokens: {p50: 300, p95: 900},
                thinking_tokens: {p50: 800, p95: 4_000}, reads_context: no,
                cache_read_share: 60 %, cache_write_share: 20 %}
        tool: {is: inference, share: 70 %, price: {input: 1, output: 4, request: 0.002},
               input_tokens: 500, output_tokens: {p50: 50, p95: 200}, reads_context: no,
               retry: 10 %, tries: 3}
  draft:
    route:
      small: {share: 70 %, price: {input: 1, output: 4}, input_tokens: {p50: 900, p95: 2_000},
              output_tokens: {p50: 200, p95: 700}}
      large: {price: {input: 10, output: 50}, input_tokens: 900, repeat: 1.4,
              output_tokens: {p50: 250, p95: 900}, thinking_tokens: {p50: 2_000, p95: 9_000}}
  people: {is: human_review, share: 2 %, minutes: {p50: 4, p95: 12}, wage_per_hour: 30,
           when: before_answer, of: draft/large,
           overhead: 1, occupancy: 100 %, shrinkage: 0}
  log: {is: observability, platform: langfuse-core, events_per_request: 3}
other: {search: {per_request: 0.01}, server: {per_month: 900}}
"""


class Paid(NamedTuple):
    """What requests pay without a cap, and with one; who is stopped."""

    whole: np.ndarray
    machines: np.ndarray
    capped: np.ndarray
    stopped: np.ndarray


def simulate(n: int, seed: int, cap: float = np.inf, event_usd: float = 0.0) -> Paid:
    """Return what n requests pay; `event_usd` is the price of an event of the log."""
    rng = np.random.default_rng(seed)

    def drawn(p50: float, p95: float, m: int = n) -> np.ndarray:
        return p50 * np.exp(np.log(p95 / p50) / Z95 * rng.standard_normal(m))

    def some(share: float, m: int = n) -> np.ndarray:
        return rng.random(m) < share

    missed = ~some(0.3)
    spent = np.where(missed, 16 * M, 0.0)
    rounds = drawn(5, 15)
    rounds = np.floor(rounds) + some(rounds % 1)
    capped, stopped = spent.copy(), np.zeros(n, dtype=bool)
    for k in range(int(rounds.max())):
        going = np.flatnonzero(missed & (rounds > k))
        m = going.size
        if k:
            stopped[going] |= capped[going] >= cap
        read = drawn(2_000, 6_000, m) + 1_200 * k
        cost = read * (0.6 * 0.3 + 0.4 * (0.2 * 3.75 + 0.8 * 3)) * M
        cost += (drawn(300, 900, m) + drawn(800, 4_000, m)) * 15 * M
        tool = some(0.7, m)
        for _ in range(3):
            cost += np.where(tool, (500 + 1_200 * k + 4 * drawn(50, 200, m)) * M + 0.002, 0)
            tool &= some(0.1, m)
        spent[going] += cost
        capped[going] += np.where(stopped[going], 0, cost)
    small = some(0.7)
    passages = 8 * 400
    cheap = (drawn(900, 2_000) + passages + 4 * drawn(200, 700)) * M
    dear = np.zeros(n)
    for again in (np.ones(n, dtype=bool), some(0.4)):
        one = (10 * (900 + passages) + 50 * (drawn(250, 900) + drawn(2_000, 9_000))) * M
        dear += np.where(again, one, 0)
    draft = np.where(missed, np.where(small, cheap, dear), 0)
    checked = missed & ~small & some(0.02)
    people = np.where(checked, drawn(4, 12) / 60 * 30, 0)
    always = 3 * event_usd + 0.01
    machines = spent + draft + always
    capped = capped + always + np.where(stopped, 0, draft + people)
    return Paid(machines + people, machines, capped, stopped)
