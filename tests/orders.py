"""Shapley values by their definition, as an oracle: every order in which factors can join."""

from collections.abc import Mapping
from itertools import permutations

import numpy as np


def by_permutations(worth: Mapping[frozenset[int], float], n: int) -> list[float]:
    """Return the mean gain of each player over every order of joining."""
    gains = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            gains[player] += worth[before | {player}] - worth[before]
    return (gains / len(orders)).tolist()
