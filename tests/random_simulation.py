"""Small systems at random, as the text of a file and as requests that are drawn one by one.

The drawing follows the words of each key. It knows no grid, no tree and no formula of the kit: only
lognormal draws, chances, and the order in which things happen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Z95 = 1.6448536269514722
Keys = dict[str, Any]
PRICE = "price: {input: 1, output: 2}, input_tokens: 100, output_tokens: 50"


@dataclass
class Drawn:
    """Requests on their way: seconds so far, who already has an answer, who took what."""

    rng: np.random.Generator
    slow: np.ndarray
    time: np.ndarray
    first: np.ndarray
    gone: np.ndarray
    took: dict[str, np.ndarray] = field(default_factory=dict)

    def mix(self, p50: float, p95: float) -> np.ndarray:
        return p50 * np.exp(np.log(p95 / p50) / Z95 * self.rng.standard_normal(self.slow.size))

    def some(self, share: float) -> np.ndarray:
        return self.rng.random(self.slow.size) < share

    def count(self, mean: float) -> np.ndarray:
        """Return a number of times with this mean: one of the two whole ones around it."""
        return np.floor(mean) + self.some(mean % 1)

    def once(self, keys: Keys) -> np.ndarray:
        """Return one call, given up for another where it takes too long."""
        time = self.slow * self.mix(*keys["seconds"])
        if "after" in keys:
            other = self.call(keys["instead"]) if "instead" in keys else 0.0
            time = np.where(time > keys["after"], keys["after"] + other, time)
        return time

    def tried(self, keys: Keys) -> np.ndarray:
        time, trying = np.zeros(self.slow.size), np.ones(self.slow.size, dtype=bool)
        for one in range(keys.get("tries", 1)):
            time += np.where(trying, self.once(keys) + (keys.get("backoff", 0) if one else 0), 0)
            trying &= self.some(keys.get("retry", 0))
        return time

    def call(self, keys: Keys) -> np.ndarray:
        times, total = self.count(keys.get("repeat", 1)), np.zeros(self.slow.size)
        for k in range(int(times.max())):
            total += np.where(times > k, self.tried(keys), 0)
        return total

    def taken(self, name: str, keys: Keys) -> np.ndarray:
        """Return the seconds of a stage, and of what follows it, for requests that reach it."""
        takes = self.some(keys.get("share", 1))
        self.took[name] = takes
        time = self.call(keys)
        if "then" in keys:
            time += self.taken(f"{name}'s", keys["then"])
        return np.where(takes, time, 0)

    def add(self, time: np.ndarray) -> None:
        self.time += np.where(self.gone, 0, time)


class System:
    """A system at random: its stages in order, how each is written, and what each does."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.behind: list[str] = []  # what is written far behind the stage it is for
        self.steps: list[Any] = []
        self.slow = self.rng.choice([None, (1.0, 1.7)])
        pieces = [self.cache, self.plain, self.side, self.route, self.loop, self.people]
        for i, piece in enumerate(self.rng.sample(pieces, self.rng.randint(2, 5))):
            piece(f"{piece.__name__}{i}")
        self.last("last")

    # ---- how it is written

    def text(self) -> str:
        slow = f"{{p50: 1, p95: {self.slow[1]}}}" if self.slow else "1"
        head = f"traffic: {{users: 10, requests_per_user_month: 5, slow_day: {slow}}}\n"
        head += "corpus: {documents: 9, pages_per_document: 6, tokens_per_page: 500, "
        head += "chunk_tokens: 400}\npipeline:\n"
        return head + "\n".join(f"  {line}" for line in [*self.lines, *self.behind]) + "\n"

    def keys(self, *, share: float = 0.4, simple: bool = False) -> Keys:
        low = 10 ** self.rng.uniform(-2, 0.5)
        keys: Keys = {"seconds": (low, low * self.rng.uniform(1.3, 5))}
        chances = {
            "share": (share, lambda: self.rng.uniform(0.1, 0.9)),
            "repeat": (0.3, lambda: self.rng.uniform(0.4, 3)),
            "retry": (0.3, lambda: self.rng.uniform(0.05, 0.5)),
        }
        for key, (chance, make) in chances.items():
            if not (simple and key != "retry") and self.rng.random() < chance:
                keys[key] = round(make(), 3)
        if "retry" in keys:
            keys |= {"tries": self.rng.randint(1, 4), "backoff": self.rng.choice([0, 0.7])}
        return keys

    def written(self, keys: Keys, **more: str) -> str:
        words = {"is": "inference", **more}
        for key in ("share", "repeat", "retry", "tries", "backoff"):
            if key in keys:
                words[key] = f"{keys[key]}"
        p50, p95 = keys["seconds"]
        words["seconds"] = f"{{p50: {p50:.9f}, p95: {p95:.9f}}}"
        if "after" in keys:
            fallback = f", fallback: {keys['fallback']}" if "instead" in keys else ""
            words["timeout"] = f"{{after: {keys['after']}{fallback}}}"
        return "{" + ", ".join(f"{k}: {v}" for k, v in words.items()) + f", {PRICE}}}"

    # ---- its pieces

    def cache(self, name: str) -> None:
        share, hit = round(self.rng.choice([1, 0.6]), 2), round(self.rng.uniform(0.1, 0.9), 2)
        self.lines.append(
            f"{name}: {{is: response_cache, share: {share}, hit_share: {hit}, "
            "seconds: {p50: 0.01, p95: 0.05}}"
        )

        def draw(d: Drawn) -> None:
            asks = d.some(share)
            d.add(np.where(asks, d.slow * d.mix(0.01, 0.05), 0))
            d.gone |= asks & d.some(hit)

        self.steps.append(draw)

    def plain(self, name: str) -> None:
        keys = self.keys()
        if self.rng.random() < 0.5:
            keys["after"] = round(keys["seconds"][0] * self.rng.uniform(1.1, 3), 3)
            if self.rng.random() < 0.6:
                keys |= {"fallback": f"{name}x", "instead": self.keys(share=0)}
                own = {**keys["instead"], "share": 0.1}
                self.behind.append(f"{name}x: {self.written(own, of=name)}")
        self.lines.append(f"{name}: {self.written(keys)}")
        self.steps.append(lambda d: d.add(d.taken(name, keys)))

    def side(self, name: str) -> None:
        inside = {f"b{i}": self.keys() for i in range(self.rng.randint(2, 3))}
        words = ", ".join(f"{n}: {self.written(k)}" for n, k in inside.items())
        self.lines.append(f"{name}: {{parallel: {{{words}}}}}")

        def draw(d: Drawn) -> None:
            d.add(np.max([d.taken(f"{name}/{n}", k) for n, k in inside.items()], axis=0))

        self.steps.append(draw)

    def route(self, name: str) -> None:
        small, large = self.keys(share=0), self.keys(share=0)
        share = round(self.rng.uniform(0.2, 0.8), 2)
        words = f"small: {self.written({**small, 'share': share})}, large: {self.written(large)}"
        self.lines.append(f"{name}: {{route: {{{words}}}}}")
        if self.rng.random() < 0.6:  # a cascade, written far behind
            small["then"] = self.keys(share=1)
            self.behind.append(f"{name}y: {self.written(small['then'], of=f'{name}/small')}")

        def draw(d: Drawn) -> None:
            goes = d.some(share)
            d.add(np.where(goes, d.taken(name, small), d.taken(name, large)))

        self.steps.append(draw)

    def loop(self, name: str) -> None:
        inside = {f"c{i}": self.keys() for i in range(self.rng.randint(1, 2))}
        rounds = round(self.rng.uniform(1, 4), 2)
        words = ", ".join(f"{n}: {self.written(k)}" for n, k in inside.items())
        self.lines.append(f"{name}: {{loop: {{rounds: {rounds}, steps: {{{words}}}}}}}")
        after = self.keys(share=1) if self.rng.random() < 0.5 else None
        if after is not None:  # once, not in every round
            self.lines.append(f"{name}z: {self.written(after, of=f'{name}/c0')}")
            after["share"] = after["share"] * inside["c0"].get("share", 1)

        def draw(d: Drawn) -> None:
            times = d.count(rounds)
            for k in range(int(times.max())):
                one = sum(d.taken(f"{name}/{n}", keys) for n, keys in inside.items())
                d.add(np.where(times > k, one, 0))
            if after is not None:
                d.add(d.taken(f"{name}z", after))

        self.steps.append(draw)

    def people(self, name: str) -> None:
        when = self.rng.choice(["before_answer", "after_answer"])
        self.lines.append(
            f"{name}: {{is: human_review, when: {when}, share: 0.05, "
            "minutes: {p50: 0.2, p95: 1}, wage_per_hour: 30}"
        )

        def draw(d: Drawn) -> None:
            if when == "before_answer":
                d.add(np.where(d.some(0.05), 60 * d.mix(0.2, 1), 0))

        self.steps.append(draw)

    def last(self, name: str) -> None:
        """End on a model that writes, and a log that nobody waits for."""
        share = self.rng.choice([1, 0.7])
        self.lines.append(
            f"{name}: {{is: inference, share: {share}, price: {{input: 1, output: 2}}, "
            "input_tokens: 9, output_tokens: {p50: 200, p95: 700}, ttft: {p50: 0.4, p95: 1.2}, "
            "tpot: {p50: 0.01, p95: 0.02}}"
        )
        self.lines.append(
            "log: {is: observability, platform: langfuse-core, events_per_request: "
            "3, kb_per_request: 9, kept_months: 1, repeat: 2, retry: 0.1, "
            "backoff: 5}"
        )

        def draw(d: Drawn) -> None:
            takes, first = d.some(share), d.slow * d.mix(0.4, 1.2)
            writing = d.slow * np.maximum(d.mix(200, 700) - 1, 0) * d.mix(0.01, 0.02)
            d.first = d.time + np.where(d.gone | ~takes, 0, first)
            d.add(np.where(takes, first + writing, 0))

        self.steps.append(draw)

    # ---- what happens

    def simulate(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the seconds to the first word and to the whole answer of n requests."""
        rng = np.random.default_rng(seed)
        zero = np.zeros(n)
        d = Drawn(rng, np.ones(n), zero.copy(), zero.copy(), np.zeros(n, dtype=bool))
        if self.slow:
            d.slow = d.mix(*self.slow)
        for step in self.steps:
            step(d)
        return d.first, d.time
