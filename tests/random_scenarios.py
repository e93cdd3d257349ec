"""Scenario files at random: every kind of stage, route, loop, price and value, from a seed."""

import random
from collections.abc import Callable

from random_more import More

MODELS = (
    "anthropic/claude-haiku-5-5",
    "anthropic/claude-sonnet-5-5",
    "openai/gpt-6-luna",
    "openai/gpt-6.1-sol",
    "deepseek/deepseek-flash",
    "deepseek/deepseek-v4-pro",
    "google/gemini-3.8-flash",
    "mistral/mistral-small-2603",
    "perplexity/sonar-pro",
    "openrouter/qwen/qwen3-coder-flash",
    "cohere/command-a",
)
BATCHED = ("anthropic/claude-haiku-5-5", "openai/gpt-6-luna", "google/gemini-3.8-flash")
TIERED = ("openai/gpt-5-mini", "openai/gpt-6.1-sol")
EMBEDDERS = (
    "openai/text-embedding-3-small",
    "cohere/embed-v4.0",
    "voyageai/voyage-4",
    "aws/amazon.titan-embed-text-v2:0",
)
RERANKERS = (
    "cohere/rerank-v4.0-fast",
    "cohere/rerank-v3.5",
    "aws/amazon.rerank-v1:0",
    "voyageai/rerank-3-lite",
)
STORES = (
    "pinecone-standard",
    "opensearch-serverless",
    "zilliz-dedicated",
    "qdrant-cloud-16c64g",
    "turbopuffer-launch",
    "s3-vectors",
    "weaviate-flex",
    "zilliz-serverless",
)
INDEXES = (
    "flat",
    "sq8",
    "rabitq",
    "ivf-flat",
    "ivf-pq",
    "hnsw",
    "hnsw-f16",
    "hnsw-sq8",
    "pgvector",
    "pgvector-halfvec",
)
ROLES = ("us/paralegal", "us/customer-service-representative")
PLATFORMS = (
    "langfuse-core",
    "langsmith-plus",
    "datadog-llm",
    "helicone-pro",
    "cloudwatch-logs",
    "azure-log-analytics",
    "google-cloud-logging",
)

Fields = dict[str, str]


def random_text(seed: int) -> str:
    """Return the text of a scenario; the same seed gives the same text."""
    return _Writer(random.Random(seed)).text()


def within(pool: Fields) -> Fields:
    """Return a pool whose at_most is no smaller than its at_least; some plain ones in batches."""
    terms = {"bought", "committed", "overflow", "running", "price_per_month"}
    if "price_per_hour" in pool and not terms & pool.keys() and pool["price_per_hour"][-1] in "369":
        kept = {name: said for name, said in pool.items() if name not in ("at_least", "spare")}
        return kept | {"running": "in_batches"}
    if "at_most" not in pool:
        return pool
    return pool | {"at_most": str(max(int(pool["at_most"]), int(pool.get("at_least", "1"))))}


class _Writer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        #: A stream of its own, so that users and plans leave all else as it was.
        self.of_users = random.Random(rng.getstate()[1][6])
        self.more = More(random.Random(rng.getstate()[1][5]))
        self.of_traffic = random.Random(rng.getstate()[1][3])
        self.of_pools = random.Random(rng.getstate()[1][2])
        self.of_options = random.Random(rng.getstate()[1][4])
        self.beyond: dict[str, bool] = {}  # whether calls beyond a pool go to a model
        self.of_shares = random.Random(rng.getstate()[1][1])
        self.pools: list[str] = []
        self.taken: list[str] = []
        self.corpus_there = False

    # ---- values

    def maybe(self, chance: float = 0.5) -> bool:
        return self.rng.random() < chance

    def number(self, low: float, high: float, digits: int = 4) -> str:
        """Return a number, log-uniform, with few digits."""
        value = low * (high / low) ** self.rng.random()
        return f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")

    def whole(self, low: int, high: int) -> str:
        return str(round(low * (high / low) ** self.rng.random()))

    def share(self, low: float = 0.0, high: float = 1.0) -> str:
        return f"{self.rng.uniform(low, high) * 100:.3f} %"

    def mix(self, low: float, high: float) -> str:
        """Return a number, a range or a spread."""
        roll = self.rng.random()
        if roll < 0.4:
            return self.whole(int(low), int(high))
        if roll < 0.5:
            return f"about {self.whole(int(low), int(high))}"
        median = float(self.number(low, high))
        top = median * self.rng.uniform(1, 8)
        return f"{{p50: {median:.10g}, p95: {top:.6f}}}"

    def pick(self, names: tuple[str, ...] | list[str]) -> str:
        return self.rng.choice(names)

    def some(self, chances: dict[str, tuple[float, Callable[[], str]]]) -> Fields:
        """Return the fields whose chance came up."""
        return {key: make() for key, (chance, make) in chances.items() if self.maybe(chance)}

    # ---- sections

    @property
    def writers(self) -> list[str]:
        """The stages and groups whose calls have tokens."""
        every = ("answer", "work", "work/think", "routed", "routed/small", "inference")
        first = {"work": "work/think", "routed": "routed/small", "inference": "answer"}
        return [name for name in every if first.get(name, name) in self.taken]

    def text(self) -> str:
        lines = ["name: Random", f"traffic: {self.traffic()}"]
        if self.maybe(0.4):
            month = {"days": self.number(20, 31), "hours": self.number(300, 744)}
            lines.append(f"month: {flow(month)}")
        self.corpus_there = self.maybe(0.8)
        if self.corpus_there:
            lines.append(f"corpus: {flow(self.corpus())}")
        pipeline = self.pipeline()
        lines.append("pipeline:")
        lines += [f"  {name}: {stage}" for name, stage in pipeline.items()]
        if self.pools:
            lines.append("pools:")
            pools = {
                name: within(self.more.pool(self.serving(name, self.pool())) | self.bought(name))
                for name in self.pools
            }
            lines += [f"  {name}: {flow(pool)}" for name, pool in pools.items()]
        others = {}
        if self.maybe():
            others = {
                f"thing {i}": flow(self.other() | self.more.other())
                for i in range(self.rng.randint(1, 3))
            }
        billed = [name for name, stage in pipeline.items() if "pool:" not in stage]
        billed += [*self.pools, *(name for name, line in others.items() if "per_" in line)]
        others |= self.shares(billed)
        if others:
            lines += ["other:", *(f"  {name}: {line}" for name, line in others.items())]
        lines += [*self.plans(), *self.environments(billed), *self.options()]
        return "\n".join(lines) + "\n"

    def shares(self, billed: list[str]) -> dict[str, str]:
        """Return lines that are a share of lines: of all, or of one that stands above."""
        rng, found = self.of_shares, dict[str, str]()
        for name in ("support", "tax") if rng.random() < 0.3 else ():
            keys = {"share_of_lines": f"{rng.uniform(0, 80):.3f} %"}
            if billed and rng.random() < 0.5:
                keys["of"] = rng.choice([*billed, *found])
            found[name] = flow(keys)
        return found

    def environments(self, billed: list[str]) -> list[str]:
        """Return environments beside production: of all, of parts, of a component."""
        rng = self.of_shares
        if rng.random() < 0.6 or not {*billed} - {"people"}:
            return []
        found = ["environments:"]
        for i in range(rng.randint(1, 3)):
            keys = {"share": f"{rng.uniform(0, 120):.3f} %"}
            if rng.random() < 0.5:
                keys["of"] = f"[{', '.join(rng.sample(billed, min(len(billed), 2)))}]"
            elif rng.random() < 0.5 and "people" in billed:
                keys["component"] = "human review"
            found.append(f"  copy {i}: {flow(keys)}")
        return found

    def options(self) -> list[str]:
        """Return options beside the system: more or less usage, a part that fewer requests take."""
        rng, found = self.of_options, ["options:"]
        if rng.random() < 0.6:
            return []
        changes = [f"traffic.busiest_day: {rng.uniform(1, 3):.3f}"]
        changes += ["requests_per_user_month: about 9"] if self.by_user else []
        changes += [f"month.days: {rng.uniform(20, 31):.2f}"]
        for i in range(rng.randint(1, 3)):
            some = rng.sample(changes, rng.randint(1, len(changes)))
            found.append(f"  way {i}: {{{', '.join(some)}}}")
        return [*found, "  other file: beside/another.yaml"] if rng.random() < 0.2 else found

    def plans(self) -> list[str]:
        """Return plans that users are sold, with and without a cap, each user's own or pooled."""
        rng = self.of_users
        if not self.by_user or rng.random() < 0.5:
            return []
        shares = [f"share: {rng.uniform(5, 45):.3f} %, " for _ in range(rng.randrange(3))]
        found = ["plans:"]
        for i, share in enumerate([*shares, ""]):
            keys = f"{share}price_per_seat_month: {rng.uniform(0, 40):.2f}"
            if rng.random() < 0.8:
                keys += f", requests_included: {rng.choice((0, 5, 60, 400))}"
                keys += ", pooled: yes" if rng.random() < 0.4 else ""
                keys += ", seats_per_user: 1.3" if len(keys) % 3 == 0 else ""
                if rng.random() < 0.5:
                    keys += f", price_per_extra_request: {rng.uniform(0.001, 1):.4f}"
            found.append(f"  plan {i}: {{{keys}}}")
        return found

    def traffic(self) -> str:
        self.by_user = self.maybe(0.7)
        if self.by_user:
            fields = {
                "users": self.whole(1, 300_000),
                "requests_per_user_month": self.number(0.2, 300),
            }
            if self.of_users.random() < 0.5:
                median = float(fields["requests_per_user_month"])
                top = median * self.of_users.uniform(1, 9)
                fields["requests_per_user_month"] = f"{{p50: {median:.10g}, p95: {top:.6f}}}"
        else:
            fields = {"requests_per_month": self.whole(1, 5_000_000)}
            if self.of_users.random() < 0.3:
                fields = {"requests_per_day": fields["requests_per_month"]}
        fields |= self.more.tenants(by_user=self.by_user)
        hours = "[" + ", ".join(self.number(0.01, 3) for _ in range(24)) + "]"
        fields |= self.crest()
        fields["profile"] = self.pick(["flat", "office", "consumer", hours])
        return flow(fields)

    def crest(self) -> Fields:
        """Return what the peak is above a mean day, and requests that are made once more."""
        rng, found = self.of_traffic, dict[str, str]()
        for key, most in (("busiest_day", 4), ("busiest_week", 3), ("burst", 5)):
            if rng.random() < 0.2:
                found[key] = f"{rng.uniform(1, most):.2f}"
        if rng.random() < 0.2:
            found["asked_again"] = f"{rng.uniform(0, 60):.3f} %"
        return found | ({"each_once": "yes"} if rng.random() < 0.1 else {})

    def corpus(self) -> Fields:
        return {
            "documents": self.whole(10, 2_000_000),
            "pages_per_document": self.number(1, 40),
            "tokens_per_page": self.whole(100, 900),
            "chunk_tokens": self.whole(100, 2_000),
            **self.some(
                {
                    "overlap": (0.5, lambda: self.share(0, 0.5)),
                    "changed_per_month": (0.7, lambda: self.share(0, 0.3)),
                    "added_per_month": (0.7, lambda: self.share(0, 0.2)),
                    "months_between_models": (0.6, lambda: self.number(0.2, 30)),
                }
            ),
            **self.more.corpus(),
        }

    def pipeline(self) -> dict[str, str]:
        stages: dict[str, str] = {}

        def add(name: str, fields: Fields) -> None:
            stages[name] = flow(self.more.stage(fields))
            self.taken.append(name)

        if self.maybe(0.4):
            add("cache", self.cache())
        if self.maybe(0.6):
            add("embed", self.common() | self.embedding())
        if self.maybe(0.7):
            add("find", self.common() | self.retrieval())
        if self.maybe(0.2):
            add("find too", self.common() | self.retrieval())
        if self.maybe(0.5):
            add("rerank", self.common() | self.reranking())
        if self.maybe(0.3):
            stages["routed"] = self.route()
        if self.maybe(0.4):
            stages["work"] = self.loop()
        if self.maybe(0.8):
            add("answer", self.more.by_request(self.common() | self.inference()))
        if self.maybe(0.2):
            add("second cache", self.cache())
        if self.maybe(0.6):
            add("people", self.common() | self.people())
        if self.maybe(0.2):
            add("marks", self.common() | self.inference() | {"is": "judge", "share": self.share()})
        if self.maybe(0.6) or not stages:
            add("traces", self.common() | self.traces())
        return stages

    def common(self) -> Fields:
        """Return fields that any stage may have."""
        of = ["requests", *self.taken]
        return self.some(
            {
                "share": (0.3, lambda: self.share()),
                "of": (0.2, lambda: self.pick(of)),
                "repeat": (0.3, lambda: self.number(0.5, 6)),
                "retry": (0.3, lambda: self.share(0, 0.6)),
                "tries": (0.3, lambda: self.pick(["1", "2", "4"])),
            }
        )

    # ---- stages

    def cache(self) -> Fields:
        fields = {"is": "response_cache", "hit_share": self.share()}
        fields |= self.some(
            {
                "share": (0.3, lambda: self.share()),
                "node_per_month": (0.5, lambda: self.number(1, 900)),
            }
        )
        if self.maybe(0.4):
            fields |= {"model": self.pick(EMBEDDERS), "query_tokens": self.whole(5, 100)}
        if len(fields) % 2:  # no draw of its own: what follows stays as it was
            fields |= {"wrong_share": "3 %", "wrong_costs": "1.5"}
        return fields

    def embedding(self) -> Fields:
        fields = {"is": "embedding", "query_tokens": self.number(1, 200)}
        if self.maybe(0.2):
            fields["price"] = self.machine()
        elif self.maybe(0.3):
            fields["price"] = flow({"input": self.number(0.001, 1)})
        else:
            fields["model"] = self.pick(EMBEDDERS)
            if fields["model"] == "voyageai/voyage-4" and self.maybe():
                fields["batch"] = "yes"
        if self.maybe(0.3):
            fields |= {"prefix_model": self.pick(MODELS), "prefix_tokens": self.whole(20, 200)}
            if self.maybe():
                fields["prefix_prompt_tokens"] = self.whole(10, 900)
        if self.maybe():
            return fields | {"amplification": self.number(1, 20)}
        fields["reembeds"] = self.pick(["passages", "documents"])
        return fields | self.some({"passages_per_edit": (0.5, lambda: self.number(1, 9))})

    def machine(self) -> str:
        fields = {"per_hour": self.number(0.1, 9), "tokens_per_s": self.whole(100, 200_000)}
        return flow(fields | self.some({"busy": (0.5, lambda: self.share(0.01, 1))}))

    def retrieval(self) -> Fields:
        fields = {"is": "retrieval", "metadata_bytes": self.whole(1, 5_000)}
        if self.maybe(0.3):
            price = self.some(
                {
                    "unit_hour": (0.6, lambda: self.number(0.01, 5)),
                    "units": (0.5, lambda: self.whole(1, 16)),
                    "gb_month": (0.6, lambda: self.number(0.01, 1)),
                    "gb": (0.3, lambda: self.number(0.1, 500)),
                    "million_queries": (0.5, lambda: self.number(0.1, 30)),
                    "minimum": (0.5, lambda: self.number(1, 2_000)),
                }
            )
            fields["price"] = flow(price)
        else:
            fields["store"] = self.pick(STORES)
        return fields | self.some(
            {
                "top_k": (0.8, lambda: self.whole(1, 300)),
                "dimensions": (0.5, lambda: self.whole(128, 4_096)),
                "replicas": (0.3, lambda: self.whole(1, 4)),
                "namespaces": (0.3, lambda: self.whole(1, 500)),
                "reindex_days": (0.7, lambda: self.whole(1, 60)),
                "index": (0.4, lambda: self.pick(INDEXES)),
                "links": (0.3, lambda: self.whole(2, 64)),
                "measured": (0.3, lambda: flow(self.measured())),
            }
        )

    def measured(self) -> Fields:
        fields = {"vectors": self.whole(10_000, 10**7), "queries_per_s": self.number(0.1, 500)}
        fields |= self.some({"recall": (0.5, lambda: self.share(0.5, 1))})
        if self.maybe(0.3):
            fields["then_vectors"] = self.whole(2 * 10**7, 10**8)
            fields["then_queries_per_s"] = self.number(0.01, 0.1)
        return fields

    def reranking(self) -> Fields:
        fields = {"is": "reranking", "query_tokens": self.whole(1, 100)}
        if self.maybe(0.2):
            fields["price"] = self.machine()
        elif self.maybe(0.3):
            unit = self.pick(["search", "input"])
            fields["price"] = flow({unit: self.number(0.0005, 0.1)})
        else:
            fields["model"] = self.pick(RERANKERS)
        return fields | self.some(
            {
                "documents": (0.3, lambda: self.whole(1, 500)),
                "keep": (0.7, lambda: self.whole(1, 20)),
                "when_unsure": (0.3, lambda: self.share()),
            }
        )

    def inference(self, *, pooled: bool = True) -> Fields:
        size = self.pick(["small", "large"])
        inputs = self.mix(50, 5_000) if size == "small" else self.mix(20_000, 400_000)
        fields = {"is": "inference", "input_tokens": inputs, "output_tokens": self.mix(5, 4_000)}
        roll = self.rng.random()
        if pooled and roll < 0.15:
            name = self.pick(["gpus", "more gpus"])
            self.pools = sorted({*self.pools, name})
            beside = self.beyond.setdefault(name, self.of_pools.random() < 0.5)
            model = {"model": self.of_pools.choice(MODELS)} if beside else {}
            return fields | {"pool": name} | model
        if roll < 0.35:
            price = {"input": self.number(0.01, 20), "output": self.number(0.01, 80)}
            price |= self.some(
                {
                    "cache_read": (0.5, lambda: self.number(0.001, 2)),
                    "cache_write": (0.5, lambda: self.number(0.01, 25)),
                    "request": (0.3, lambda: self.number(0.0001, 0.1)),
                }
            )
            fields["price"] = flow(price)
        elif roll < 0.5:
            fields |= {"model": self.pick(BATCHED), "batch": "yes"}
        elif roll < 0.6:
            fields |= {"model": self.pick(TIERED), "service_tier": self.pick(["flex", "priority"])}
        else:
            fields["model"] = self.pick(MODELS)
        return fields | self.some(
            {
                "reads_context": (0.3, lambda: self.pick(["yes", "no"])),
                "turns": (0.4, lambda: self.pick([self.whole(1, 12), self.mix(2, 9)])),
                "tokens_kept_per_turn": (0.5, lambda: self.whole(1, 5_000)),
                "cache_read_share": (0.4, lambda: self.share()),
                "cache_write_share": (0.4, lambda: self.share()),
                "cache_ttl": (0.3, lambda: self.pick(["5m", "1h"])),
                "billed_as": (0.1, lambda: self.pick(["reranking", "other"])),
            }
        )

    def people(self) -> Fields:
        fields = {
            "is": "human_review",
            "when": "after_answer",
            "minutes": self.mix(1, 30),
            "overhead": self.number(1, 2),
            "occupancy": self.share(0.3, 1),
            "shrinkage": self.share(0, 0.5),
        }
        if self.maybe(0.3):
            fields |= {"reviewers_per_item": self.pick(["2", "3"]), "agreement": self.share()}
            fields |= self.some({"adjudication_minutes": (0.5, lambda: self.number(1, 60))})
        if self.maybe(0.4):
            fields |= {"share": self.share(0, 0.02), "answer_within": f"{self.number(5, 90_000)} s"}
            fields |= self.some(
                {
                    "level": (0.7, lambda: self.share(0.3, 0.99)),
                    "desks": (0.3, lambda: self.pick(["2", "3"])),
                    "cover": (0.4, lambda: self.pick(["open_hours", "24x7"])),
                    "hours_per_week": (0.4, lambda: self.pick(["37.5", "40"])),
                }
            )
            state = self.rng.getstate()  # what follows is the same with these or without
            fields |= self.some(
                {
                    "least_seats": (0.3, lambda: self.pick(["1", "2", "5"])),
                    "shift_hours": (0.3, lambda: self.pick(["2", "4", "8", "11"])),
                }
            )
            self.rng.setstate(state)
        if self.maybe(0.2):
            fields |= {"is": "hand_off", **self.some({"turns": (0.5, lambda: self.mix(1, 6))})}
            state = self.rng.getstate()
            fields |= self.some({"conversations_at_once": (0.5, lambda: self.pick(["2", "2.5"]))})
            self.rng.setstate(state)
        if self.maybe():
            return fields | {"wage_per_hour": self.number(8, 120)}
        return fields | {"role": self.pick(ROLES)}

    def traces(self) -> Fields:
        return {
            "is": "observability",
            "platform": self.pick(PLATFORMS),
            "events_per_request": self.number(0.5, 60),
            "kb_per_request": self.number(0.5, 400),
            "kept_months": self.number(0.1, 24),
            "seats": self.pick(["0", "1", "12"]),
        }

    def route(self) -> str:
        names = ["small", "large", "special"][: self.rng.randint(2, 3)]
        cuts = sorted(self.rng.randint(1, 99) for _ in names[1:])
        shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
        silent = self.maybe()
        branches = {}
        for i, (name, share) in enumerate(zip(names, shares, strict=True)):
            fields = self.inference()
            if not (silent and i == len(names) - 1):
                fields["share"] = f"{share} %"
            branches[name] = flow(self.more.stage(fields))
            self.taken.append(f"routed/{name}")
        return flow({"route": flow(branches)})

    def loop(self) -> str:
        steps = {"think": flow(self.more.stage(self.common() | self.inference()))}
        if self.maybe():
            steps["look"] = flow(self.more.stage(self.retrieval()))
        self.taken += [f"work/{name}" for name in steps]
        rounds = self.whole(1, 12) if self.maybe() else self.mix(2, 9)
        loop = {"rounds": rounds, "grows_tokens_per_round": self.whole(1, 8_000)}
        return flow({"loop": flow({**loop, "steps": flow(steps)})})

    # ---- the rest

    def pool(self) -> Fields:
        return {
            "price_per_hour": self.number(0.5, 90),
            "carries": self.number(10, 20_000),
            **self.some(
                {
                    "at_least": (0.5, lambda: self.whole(1, 4)),
                    "spare": (0.3, lambda: self.whole(1, 2)),
                }
            ),
        }

    def serving(self, name: str, pool: Fields) -> Fields:
        """Return the pool, or one like it that serves a model in time, however long its calls."""
        rng = random.Random(f"{self.of_pools.getstate()[1][4]} {name}")
        if rng.random() < 0.6:
            return pool
        rest = {key: value for key, value in pool.items() if key != "carries"}
        if (roll := rng.random()) < 0.3:
            rest.pop("price_per_hour")
        elif roll < 0.5:
            rest.pop("price_per_hour")
            own = {"price": "90_000", "years": "4", "pue": "1.3", "energy_price": "0.12"}
            more = {"residual_share": "10 %", "hosting_per_month": "80", "maintenance_share": "5 %"}
            rest["bought"] = flow(own | (more if rng.random() < 0.5 else {}))
        elif roll < 0.7:
            rest["running"] = "with_traffic"
        if rng.random() < 0.4:
            rest["engineer_per_hour"] = "95"
            rest["run_hours_per_month"] = "20"
            rest |= {"build_hours": "160"} if rng.random() < 0.5 else {}
        model, chip = rng.choice((("llama-3.1-8b", "h100-sxm"), ("qwen3-30b-a3b", "h200")))
        served = {"serves": model, "chip": chip, "chips": rng.choice("48")}
        if model != "llama-3.1-8b":
            served["chips"] = "4"
        limits = {"first_word_within": f"{rng.randint(400, 900)} s", "token_within": "900 ms"}
        weights = {"weights": rng.choice(("bf16", "fp8"))} | limits
        weights |= {"prefix_cache": "yes"} if rng.random() < 0.5 else {}
        weights |= {"storage_price": "0.08"} if rng.random() < 0.5 else {}
        if "storage_price" in weights and rng.random() < 0.5:
            weights["weights_on"] = "shared"
        if rng.random() < 0.5:
            weights |= {"egress_price": "0.09", "token_bytes": "60"}
        return rest | served | weights | ({"reached": "0.9"} if rng.random() < 0.5 else {})

    def bought(self, name: str) -> Fields:
        """Return what of a pool is committed, and where calls go that it does not carry."""
        rng, found = self.of_pools, dict[str, str]()
        committed = rng.randint(0, 3)
        if committed:
            period = rng.choice(("hour", "month"))
            found |= {"committed": str(committed), f"committed_price_per_{period}": "0.7"}
        if self.beyond[name]:
            found |= {"overflow": "yes", "at_most": str(committed + rng.randint(1, 3))}
        return found

    def other(self) -> Fields:
        chances = {
            "per_month": (0.5, lambda: self.number(1, 5_000)),
            "per_request": (0.3, lambda: self.mixed(0.0001, 0.5)),
            "once": (0.3, lambda: self.number(1, 50_000)),
        }
        if self.by_user:
            chances["per_user_month"] = (0.3, lambda: self.number(0.01, 30))
        if self.corpus_there:
            chances["per_page"] = (0.2, lambda: self.number(0.0001, 0.01))
            chances["per_document"] = (0.2, lambda: self.number(0.001, 0.1))
        fields = self.some(chances) or {"per_month": "1"}
        if self.taken and self.maybe(0.3):
            return fields | {"per_call": self.mixed(0.0001, 0.1), "of": self.pick(self.taken)}
        if self.writers and self.maybe(0.3):
            return fields | {"per_mtok": self.number(0.01, 5), "of": self.pick(self.writers)}
        if "work/think" in self.taken and self.maybe():
            return fields | {"per_round": self.mixed(0.0001, 0.1), "of": "work"}
        return fields

    def mixed(self, low: float, high: float) -> str:
        """Return an amount of money, or a mix of amounts."""
        if self.maybe(0.7):
            return self.number(low, high)
        p50 = float(self.number(low, high))
        return f"{{p50: {p50:.10f}, p95: {p50 * self.rng.uniform(1, 8):.10f}}}"


def flow(fields: Fields) -> str:
    """Return a mapping on one line."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"
