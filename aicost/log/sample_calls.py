"""The calls that requests of a sample log make, and what the planted causes do to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import betaincinv

from aicost.log.sample_causes import Cause
from aicost.log.sample_system import (
    FAILS,
    FEATURES,
    IN_EU,
    MOST_ROUNDS,
    PASSAGES,
    RESULT_TOKENS,
    TENANTS,
    Column,
    of,
)

STAGES = ("embed", "rerank", "answer", "judge")
OPERATIONS = ("embedding", "rerank", "chat", "judge")
#: Provider and model of the stages that are the same for all features.
SEARCH, RANK, JUDGE = (
    ("openai", "text-embedding-3-small"),
    ("voyageai", "rerank-2.5"),
    ("openai", "gpt-6-luna"),
)
MODELS = (*((one.provider, one.model) for one in FEATURES), SEARCH, RANK, JUDGE)
JUDGES = ("rubric-1", "rubric-2", "people")
CANDIDATES, CANDIDATE_TOKENS = 30, 250  # that a reranker reads
NOT_KEPT = 3  # tokens at the end of a prompt that no cache keeps
MOST_TRIES = 3
REVIEWED = 0.01  # of answers, by people
TENANT_MARKS = 0.02  # between the tenants whose answers are best and worst marked, each way
STALE_MARKS = -0.03  # an answer from a cache of one's own
SURE = 4.0  # of a beta distribution: how little marks of like answers differ


class Drawn:
    """The calls of some requests, as columns, with what was done to each by a planted cause."""

    def __init__(
        self,
        rng: np.random.Generator,
        requests: Mapping[str, Column],
        day: np.datetime64,
        causes: Sequence[Cause],
        scored: float,
    ) -> None:
        self.requests, self.causes = requests, causes
        # Each with its own random numbers, so that a cause leaves the rest of the log as it is.
        self.rng, self.tries, self.marks = rng.spawn(3)
        self.moment = day + (requests["second"] * 1e6).astype("timedelta64[us]")
        kind = requests["feature"]
        self.words: dict[str, Column] = {
            "feature": of("name")[kind],
            "tenant": np.array(TENANTS)[requests["tenant"]],
            "region": np.where(IN_EU, "eu", "us")[requests["tenant"]],
            "model": of("model")[kind],
            "provider": of("provider")[kind],
        }
        answers = self._answers()
        final = np.flatnonzero(answers["last"])
        self._mark(answers, final, scored)
        judged = answers["judge"][final]
        by_machine = final[(judged >= 0) & (judged < len(JUDGES) - 1)]
        searched = np.flatnonzero(of("searched")[kind])
        blocks = [
            self._embeddings(searched),
            self._reranks(searched),
            self._tried(answers),
            self._judgements(answers, by_machine),
        ]
        self.calls = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
        del self.calls["last"]

    def _cause(self, name: str) -> tuple[Cause, Column] | None:
        """A planted cause, and the requests that it falls on."""
        for one in self.causes:
            if one.cause == name:
                return one, one.hits(self.moment, self.words)
        return None

    def _block(self, request: Column, stage: int, model: Column | int) -> dict[str, Column]:
        """Calls of one stage with nothing in them."""
        n = request.size
        none = np.zeros(n, dtype=np.int64)
        counts = ("input", "read", "write", "output", "thinking", "attempt", "lost", "grown")
        flags = ("error", "from_cache", "reviewed", "storm", "runaway", "last")
        return {
            "request": request,
            "late": np.zeros(n),
            "stage": np.full(n, stage),
            "model": np.broadcast_to(np.asarray(model), n),
            **dict.fromkeys(counts, none),
            **{name: np.zeros(n, dtype=bool) for name in flags},
            "quality": np.full(n, np.nan),
            "judge": np.full(n, -1),
            "first": np.full(n, np.nan),
            "whole": np.zeros(n),
        }

    def _noise(self, n: int, sigma: float) -> Column:
        return np.exp(sigma * self.rng.standard_normal(n))

    def _embeddings(self, request: Column) -> dict[str, Column]:
        block = self._block(request, 0, MODELS.index(SEARCH))
        block["input"] = self.requests["question"][request]
        block["whole"] = 0.06 * self._noise(request.size, 0.3)
        return block

    def _reranks(self, request: Column) -> dict[str, Column]:
        block = self._block(request, 1, MODELS.index(RANK))
        question = np.minimum(self.requests["question"][request], 500)
        block["input"] = CANDIDATES * (question + CANDIDATE_TOKENS)
        block["late"] = np.full(request.size, 0.08)
        block["whole"] = 0.15 * self._noise(request.size, 0.3)
        return block

    def _answers(self) -> dict[str, Column]:
        """Answers, round by round, each begun once."""
        rng, asked = self.rng, self.requests
        kind = asked["feature"]
        rounds = np.minimum(rng.geometric(1 / of("rounds")[kind]), MOST_ROUNDS)
        from_cache = rng.random(kind.size) < of("own_cache")[kind]
        usual = rounds.copy()
        if away := self._cause("runaway agent"):
            rounds += (away[1] * away[0].size).astype(np.int64)
        request = np.repeat(np.arange(kind.size), rounds)
        number = np.arange(request.size) - (np.cumsum(rounds) - rounds)[request]
        kind, cached = kind[request], from_cache[request]
        block = self._block(request, 2, kind)
        block["runaway"] = number >= usual[request]
        block["last"] = number == rounds[request] - 1
        block["from_cache"] = cached
        block["output"] = np.maximum(1, asked["answer"][request] // usual[request]) * ~cached
        block["thinking"] = (block["output"] * of("thinks")[kind]).astype(np.int64)
        question = asked["question"]
        grown = np.zeros_like(question)
        if cliff := self._cause("tier cliff"):
            grown = (cliff[1] * (cliff[0].size - 1) * question).astype(np.int64)
        block["grown"] = grown[request] * ~cached
        kept = of("system_tokens")[kind] + asked["history"][request]
        more = RESULT_TOKENS + block["output"]
        whole = kept + (question + grown)[request] + PASSAGES * of("searched")[kind]
        whole = whole + number * more
        warm = asked["warm"][request] * of("system_tokens")[kind]
        warm = np.where(asked["warm_history"][request], kept, warm)
        read = np.where(number > 0, whole - more, warm) * of("cached")[kind]
        if lost := self._cause("lost cache"):
            gone = lost[1][request] & (rng.random(request.size) < lost[0].size)
            block["lost"] = read * gone
            read = read * ~gone
        new = whole - read
        block["write"] = np.maximum(0, new - NOT_KEPT) * of("written")[kind]
        block["input"] = (new - block["write"]) * ~cached
        block["read"], block["write"] = read * ~cached, block["write"] * ~cached
        reading = 0.35 + (new + 0.1 * read) / 12_000
        first = np.where(cached, 0.04, reading + block["thinking"] / 90)
        block["first"] = first * self._noise(request.size, 0.35)
        talking = block["output"] / 75 * self._noise(request.size, 0.2)
        block["whole"] = block["first"] + talking
        block["late"] = 0.3 + number * 5.0
        return block

    def _mark(self, block: dict[str, Column], final: Column, scored: float) -> None:
        """Give a sample of answers their marks."""
        rng, n = self.marks, final.size
        request = block["request"][final]
        rank = self.requests["tenant"][request] / (len(TENANTS) - 1)
        mean = of("quality")[self.requests["feature"][request]] + TENANT_MARKS * np.cos(9 * rank)
        mean = mean + STALE_MARKS * block["from_cache"][final]
        if drop := self._cause("quality drop"):
            mean = mean + drop[0].size * drop[1][request]
        by_people = rng.random(n) < REVIEWED
        by_machine = rng.random(n) < scored
        judge = np.where(by_people, len(JUDGES) - 1, np.where(by_machine, 0, -1))
        if other := self._cause("judge change"):
            marked = other[1][request] & (judge == 0)
            judge = np.where(marked, 1, judge)
            mean = mean + other[0].size * marked
        mean, marked = np.clip(mean, 0.05, 0.95), judge >= 0
        luck, mean = rng.random(n)[marked], mean[marked]
        marks = betaincinv(SURE * mean, SURE * (1 - mean), luck)
        block["quality"][final[marked]] = np.round(marks, 2)
        block["judge"][final] = judge
        block["reviewed"][final] = by_people

    def _tried(self, block: dict[str, Column]) -> dict[str, Column]:
        """Answers with the calls ahead of each that were cut off, and billed."""
        n = block["request"].size
        luck = np.empty((n, MOST_TRIES))
        for rows in (~block["runaway"], block["runaway"]):
            luck[rows] = self.tries.random((int(rows.sum()), MOST_TRIES))
        often = np.full(n, FAILS)
        usual = np.cumprod(luck < often[:, None], axis=1).sum(axis=1)
        if storm := self._cause("retry storm"):
            often = np.where(storm[1][block["request"]], storm[0].size, often)
        cut = np.cumprod(luck < often[:, None], axis=1).sum(axis=1) * ~block["from_cache"]
        which = np.repeat(np.arange(n), cut)
        attempt = np.arange(which.size) - (np.cumsum(cut) - cut)[which]
        failed = {name: column[which] for name, column in block.items()}
        failed["attempt"] = attempt
        failed["error"] = np.ones(which.size, dtype=bool)
        failed["storm"] = attempt >= usual[which]
        failed["output"] = failed["output"] // 2
        failed["thinking"] = failed["thinking"] // 2
        failed["quality"] = np.full(which.size, np.nan)
        failed["judge"] = np.full(which.size, -1)
        failed["reviewed"] = np.zeros(which.size, dtype=bool)
        failed["whole"] = failed["first"] + (failed["whole"] - failed["first"]) / 2
        failed["late"] = failed["late"] + attempt * failed["whole"]
        block["attempt"] = cut
        block["late"] = block["late"] + cut * block["whole"]
        return {name: np.concatenate([failed[name], block[name]]) for name in block}

    def _judgements(self, answers: Mapping[str, Column], rows: Column) -> dict[str, Column]:
        """A call of the judge's model for each answer that it marks."""
        block = self._block(answers["request"][rows], 3, MODELS.index(JUDGE))
        block["input"] = 600 + self.requests["question"][block["request"]].clip(max=20_000)
        block["input"] = block["input"] + answers["output"][rows]
        block["output"] = np.full(rows.size, 60)
        block["late"] = answers["late"][rows] + answers["whole"][rows] + 1.0
        block["first"] = 0.4 * self._noise(rows.size, 0.35)
        block["whole"] = block["first"] + 0.8 * self._noise(rows.size, 0.2)
        return block
