"""What a piece of work takes on this machine, and the step in it as the data outgrow a cache."""

from __future__ import annotations

import time
from collections.abc import Callable
from timeit import Timer

import numpy as np
from numpy.typing import ArrayLike

ROUNDS, ROUND_S = 9, 0.005
COARSE_S = 1e-4  # a processor's clock that ticks more slowly than this cannot time short work
A_STEP = 1.3  # times as long: less than that is a wobble


def fastest(work: Callable[[], object]) -> float:
    """Processor seconds that one run of `work` takes, the fastest of several rounds.

    The slower rounds were disturbed by something else on the machine.

    >>> fastest(lambda: sum(range(1_000))) < fastest(lambda: sum(range(100_000)))
    True
    """
    fine = time.get_clock_info("process_time").resolution <= COARSE_S
    timer = Timer(work, timer=time.process_time if fine else time.perf_counter)
    first, second = timer.repeat(2, number=1)
    runs = max(1, round(ROUND_S / max(min(first, second), 1e-7)))
    return min(timer.repeat(ROUNDS, number=runs)) / runs


def step_words(*, megabytes: ArrayLike, nanoseconds: ArrayLike, what: str) -> str:
    """The largest step in what one piece of work takes as the data grow, or that there is none.

    `nanoseconds` is the time of one piece, such as a vector, among as many `megabytes` of data,
    ascending. The step lies where two levels, one on each side, fit the logarithms best.

    >>> step_words(megabytes=[1, 8, 64], nanoseconds=[9, 10, 24], what="a vector")[:71]
    'Up to 8 MB a vector takes about 9.5 ns, from 64 MB on about 24 ns: 2.5 '
    >>> step_words(megabytes=[1, 8, 64], nanoseconds=[9, 10, 9], what="a vector")
    'From 1 to 64 MB a vector takes 9 to 10 ns: no step shows on this machine.'
    """
    size, each = np.asarray(megabytes, float), np.asarray(nanoseconds, float)
    logs, n = np.log(each), each.size
    apart = [logs[i:].mean() - logs[:i].mean() for i in range(1, n)]
    at = max(range(1, n), key=lambda i: i * (n - i) * max(apart[i - 1], 0.0) ** 2)
    before, after = np.median(each[:at]), np.median(each[at:])
    if after < A_STEP * before:
        took = f"{each.min():.3g} to {each.max():.3g} ns"
        ends = f"From {size[0]:.3g} to {size[-1]:.3g} MB"
        return f"{ends} {what} takes {took}: no step shows on this machine."
    low = f"Up to {size[at - 1]:.3g} MB {what} takes about {before:.3g} ns"
    high = f"from {size[at]:.3g} MB on about {after:.3g} ns"
    step = f"{after / before:.2g} times as long"
    return f"{low}, {high}: {step}. In between lies the edge of a cache."
