"""Scenario files at random with everything that takes time, from a seed."""

import random

from random_scenarios import Fields, _Writer, flow


def timed_text(seed: int) -> str:
    """Return the text of a scenario with times; the same seed gives the same text."""
    return _TimedWriter(random.Random(seed)).text()


class _TimedWriter(_Writer):
    """Adds times, timeouts, pauses, limits, desks, things side by side and goals."""

    def text(self) -> str:
        return super().text() + f"goals: {flow(self.goals())}\n"

    def plans(self) -> list[str]:
        return []  # what a user brings stands in the goals

    def time(self, low: float, high: float) -> str:
        """Return a time that is always the same, rough, or a mix; now and then none at all."""
        roll = self.rng.random()
        if roll < 0.05:
            return "0"
        if roll < 0.3:
            return f"{self.number(low, high)} s"
        if roll < 0.4:
            return f"about {self.number(low, high)} s"
        median = float(self.number(low, high))
        top = median * self.pick_ratio()
        return f"{{p50: {median:.8f} s, p95: {top:.8f} s}}"

    def pick_ratio(self) -> float:
        return self.rng.uniform(1, 6) if self.maybe(0.9) else 10 ** self.rng.uniform(0, 2.8)

    # ---- sections

    def traffic(self) -> str:
        text = super().traffic()
        if self.maybe(0.3):
            return text
        slow = self.number(0.5, 2)
        if self.maybe():
            slow = f"{{p50: 1, p95: {self.rng.uniform(1, 3):.3f}}}"
        return f"{text[:-1]}, slow_day: {slow}}}"

    def goals(self) -> Fields:
        found = self.some(
            {
                "price_per_user_month": (0.5, lambda: self.number(0.1, 100)),
                "first_word_p95": (0.5, lambda: self.number(0.01, 30)),
                "whole_answer_p95": (0.5, lambda: self.number(0.1, 300)),
                "done_within": (0.3, lambda: f"{self.number(0.5, 40)} h"),
                "abandonment": (0.5, self.abandonment),
            }
        )
        return found or {"budget_per_month": "1_000"}

    def abandonment(self) -> str:
        n = self.rng.randint(1, 4)
        seconds = sorted(self.rng.sample(range(1, 60), n))
        shares = sorted(self.rng.randint(0, 100) for _ in range(n))
        return flow({f"{s} s": f"{p} %" for s, p in zip(seconds, shares, strict=True)})

    def common(self) -> Fields:
        return super().common() | self.some(
            {
                "backoff": (0.3, lambda: f"{self.number(0.05, 20)} s"),
                "seconds": (0.4, lambda: self.time(0.001, 30)),
            }
        )

    def cache(self) -> Fields:
        return super().cache() | self.some({"seconds": (0.6, lambda: self.time(0.0005, 0.5))})

    def inference(self, *, pooled: bool = True) -> Fields:
        fields = super().inference(pooled=pooled)
        return fields | self.some(
            {
                "ttft": (0.5, lambda: self.time(0.05, 6)),
                "tpot": (0.5, lambda: self.time(0.001, 0.08)),
                "streams": (0.3, lambda: self.pick(["yes", "no"])),
                "limits": (0.3, self.limits),
                "timeout": (0.15, lambda: flow({"after": self.number(0.05, 60)})),
            }
        )

    def limits(self) -> str:
        return flow(
            self.some(
                {
                    "requests_per_minute": (0.6, lambda: self.number(0.5, 20_000)),
                    "tokens_per_minute": (0.6, lambda: self.number(100, 10**8)),
                }
            )
            or {"requests_per_minute": "60"}
        )

    def people(self) -> Fields:
        return super().people() | {"when": self.pick(["before_answer", "after_answer"])}

    def pipeline(self) -> dict[str, str]:
        """Put stages side by side before the rest, and one that falls back to another behind."""
        stages: dict[str, str] = {}
        if self.maybe(0.4):
            kinds = [self.retrieval, self.inference, self.people, self.embedding]
            names = ["one", "two", "three"][: self.rng.randint(1, 3)]
            made = {n: flow(self.common() | self.rng.choice(kinds)()) for n in names}
            stages["both"] = flow({"parallel": flow(made)})
            self.taken += [f"both/{name}" for name in names]
        stages |= super().pipeline()
        if self.maybe(0.4):
            after = flow({"after": self.number(0.05, 60), "fallback": "instead"})
            stages["slow"] = flow(self.common() | self.inference() | {"timeout": after})
            own = self.common() | {"of": "slow", "share": self.share(0, 0.3)}
            stages["instead"] = flow(own | self.inference())
        if self.maybe(0.2):
            stages["last cache"] = flow(self.cache())
        return stages
