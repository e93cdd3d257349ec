"""From a row of published inputs to the text of a scenario, and to what its figures stand for.

A key that is not understood is an error: a bill that leaves out an input proves nothing.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case

Inputs = Mapping[str, Any]

KINDS = (
    "tokens",
    "tokens_cached",
    "rag_bill",
    "rag_bill_routed",
    "line_items",
    "embedding",
    "vector_dedicated",
    "sweep",
    "conversation_growth",
)
#: Said of a case, and no input of its bill.
ASIDE = {
    "kind",
    "measured_latency_s",
    "latency_s",
    "convention",
    "queries_per_hour",
    "vary",
    "values",
    "turns",
    "note",
    "region",
    "model",
    "currency",
}
REQUESTS = (
    "requests_per_month",
    "requests_month",
    "requests",
    "queries_per_month",
    "calls_per_month",
)
PROSE = {
    "requests_per_month": r"requests ([\d.]+)/month",
    "system_tokens": r"system ([\d.]+)",
    "query_tokens": r"query ([\d.]+)",
    "chunk_tokens": r"chunk ([\d.]+)",
    "output_tokens": r"output ([\d.]+)",
    "price_in_per_mtok": r"prices ([\d.]+)/",
    "price_out_per_mtok": r"prices [\d.]+/([\d.]+)",
    "price_embed_per_mtok": r"embed ([\d.]+)",
    "ingestions_per_month": r"x ([\d.]+) ingestions",
    "corpus_tokens": r"ingestions of ([\d.]+) tokens",
}


class Reader:
    """The inputs of a row, each to be read once; what is left over is an error."""

    def __init__(self, inputs: Inputs) -> None:
        self.left = {k: v for k, v in inputs.items() if v is not None and k not in ASIDE}
        self.kind = inputs["kind"]

    def take(self, *names: str, default: Any = None) -> Any:
        """Return the first of several names that is there."""
        return next((self.left.pop(n) for n in names if n in self.left), default)

    def price(self, name: str) -> float | None:
        """Return a price per million tokens, whichever unit it is stated in."""
        for suffix, times in (("_per_mtok", 1.0), ("_per_ktok", 1e3), ("_per_1k", 1e3)):
            if f"price_{name}{suffix}" in self.left:
                return self.left.pop(f"price_{name}{suffix}") * times
        return None

    def dollars(self) -> dict[str, float]:
        """Return what is left that is an amount of dollars a month, by name."""
        found = {
            k: v for k, v in self.left.items() if k.endswith("_usd") and not isinstance(v, dict)
        }
        for key in found:
            del self.left[key]
        return {key.removesuffix("_usd"): usd for key, usd in found.items()}


def scenario_text(inputs: Inputs, name: str = "Published") -> str:
    """Return the scenario that a row's inputs describe."""
    if inputs["kind"] not in KINDS:
        raise ValueError(f"{inputs['kind']!r} is none of {', '.join(KINDS)}")
    return _Text(inputs).write(name)


class _Text:
    def __init__(self, inputs: Inputs) -> None:
        inputs = dict(inputs)
        base = inputs.pop("base_case", None)
        if isinstance(base, str):
            found = {key: re.search(pattern, base) for key, pattern in PROSE.items()}
            base = {key: float(match[1]) for key, match in found.items() if match}
        if isinstance(base, dict):
            inputs = {**base, **inputs, inputs["vary"]: inputs["values"][0]}
        self.read = Reader(inputs)
        self.month: dict[str, Any] = {}
        self.corpus: dict[str, Any] = {}
        self.stages: dict[str, dict[str, Any]] = {}
        self.other: dict[str, dict[str, Any]] = {}

    def write(self, name: str) -> str:
        read = self.read
        traffic = self.traffic()
        hit = read.take("response_cache_hit_rate", "cache_hit_rate", "semantic_cache_hit_rate")
        self.embedding()
        self.documents()
        if hit is not None:
            self.stages["cache"] = {"is": "response_cache", "hit_share": hit}
        self.search()
        self.rerank()
        self.answers()
        self.others()
        if read.left:
            raise ValueError(f"not understood: {', '.join(sorted(read.left))}")
        body = {
            "name": name,
            "traffic": traffic,
            "month": self.month,
            "corpus": self.corpus,
            "pipeline": self.stages,
            "other": self.other,
        }
        return "\n".join(f"{key}: {yaml_text(value)}" for key, value in body.items() if value)

    # ---- traffic

    def traffic(self) -> dict[str, Any]:
        read = self.read
        days, hours = read.take("days_per_month", "days"), read.take("hours", "hours_per_month")
        if days is not None:
            self.month["days"] = days
        if hours is not None:
            self.month["hours"] = hours
        users = read.take("users", "active_users", "monthly_users")
        each = read.take("requests_per_user_month", "requests_per_user")
        daily = read.take("requests_per_user_day", "requests_per_user_per_day")
        if users is not None and (each is not None or daily is not None):
            each = each if each is not None else daily * (days or 30)
            return {"users": users, "requests_per_user_month": each}
        a_day = read.take("requests_per_day", "queries_per_day", "calls_per_day")
        per_month = read.take(*REQUESTS, default=1 if a_day is None else a_day * (days or 30))
        self.requests = per_month
        return {"requests_per_month": per_month}

    def per_request(self, name: str) -> float | None:
        """Return tokens of one request, where they are given so or for the month."""
        monthly = self.read.take(f"{name}_month", f"{name}_per_month")
        if monthly is not None:
            return monthly / self.requests
        return self.read.take(name, f"{name}_per_request")

    # ---- stages

    def embedding(self) -> None:
        read = self.read
        price = (
            read.price("embed") if self.read.kind != "sweep" else read.take("price_embed_per_mtok")
        )
        tokens = read.take("tokens") if read.kind == "embedding" else None
        for many, each in (("chunks", "tokens_per_chunk"), ("documents", "tokens_per_document")):
            count, size = read.take(many), read.take(each)
            if tokens is None and count is not None and size is not None:
                tokens = count * size
        corpus = read.take("corpus_tokens", default=tokens)
        ingestions = read.take("ingestions_per_month")
        asked = self.per_request("embedding_tokens")
        if price is None:
            return
        stage = {"is": "embedding", "query_tokens": asked or 0, "price": {"input": price}}
        self.stages["embed"] = stage | {"amplification": 1}
        if corpus is not None:
            chunk = read.left.get("chunk_tokens", 500)
            self.corpus = {
                "documents": 1,
                "pages_per_document": 1,
                "tokens_per_page": corpus,
                "chunk_tokens": chunk,
            }
            if ingestions:
                self.corpus["months_between_models"] = 1 / ingestions

    def documents(self) -> None:
        """Passages that go into a prompt have a length, also where no collection is given."""
        chunk = self.read.take("chunk_tokens")
        if chunk is not None and not self.corpus:
            self.corpus = {
                "documents": 1,
                "pages_per_document": 1,
                "tokens_per_page": chunk,
                "chunk_tokens": chunk,
            }

    def search(self) -> None:
        read = self.read
        top_k = read.take("top_k", "k")
        block = dict(read.take("vector", default={}))
        if read.kind == "vector_dedicated":
            block, read.left = dict(read.left), {}
        if not block and top_k is None:
            return
        price: dict[str, Any] = {}
        for key in [k for k in block if re.fullmatch(r"price_\w+_hour", k)]:
            unit = key.removeprefix("price_").removesuffix("_hour")
            price |= {
                "unit_hour": block.pop(key),
                "units": block.pop(unit, block.pop(f"{unit}s", 1)),
            }
        if "price_gb_month" in block:
            price |= {"gb_month": block.pop("price_gb_month"), "gb": block.pop("storage_gb", 0)}
        for key in ("price_per_million_queries", "price_per_mquery"):
            if key in block:
                price["million_queries"] = block.pop(key)
        if "minimum_usd" in block:
            price["minimum"] = block.pop("minimum_usd")
        if "hours" in block:
            self.month["hours"] = block.pop("hours")
        stage: dict[str, Any] = {"is": "retrieval", "price": price or {"gb_month": 0}}
        if "replicas" in block:
            stage["replicas"] = block.pop("replicas")
        if top_k is not None:
            stage["top_k"] = top_k
        read.left |= {f"vector.{k}": v for k, v in block.items()}
        self.stages["search"] = stage

    def rerank(self) -> None:
        read = self.read
        per_search = read.take("price_rerank_per_search")
        per_1k = read.take("price_rerank_per_1k_searches", "price_rerank_per_1k")
        documents = read.take("rerank_documents", default=1)
        if per_search is None and per_1k is None:
            return
        price = {"search": per_search if per_search is not None else per_1k / 1000}
        self.stages["rerank"] = {
            "is": "reranking",
            "query_tokens": 0,
            "documents": documents,
            "price": price,
        }

    def answers(self) -> None:
        read = self.read
        if read.kind == "conversation_growth":
            turn = {
                "is": "inference",
                "input_tokens": read.take("first_call_tokens"),
                "output_tokens": 0,
                "price": {"input": 1, "output": 0},
            }
            loop = {
                "rounds": 1,
                "grows_tokens_per_round": read.take("growth_tokens_per_turn"),
                "steps": {"turn": turn},
            }
            self.stages["conversation"] = {"loop": loop}
            return
        routes = read.take("routes")
        if routes:
            branches = {
                r.get("name", f"route {i}"): self.branch(r) for i, r in enumerate(routes, 1)
            }
            self.stages["answer"] = {"route": branches}
        elif any(k.startswith(("price_in", "input_tokens", "output_tokens")) for k in read.left):
            self.stages["answer"] = self.answer(read)

    def branch(self, route: Inputs) -> dict[str, Any]:
        """Return one branch of a route, its own keys read to the end."""
        inner = Reader({"kind": self.read.kind, **route})
        inner.take("name")
        share = inner.take("share")
        stage = self.answer(inner)
        self.read.left |= {f"routes.{k}": v for k, v in inner.left.items()}
        return {**stage, "share": share}

    def answer(self, read: Reader) -> dict[str, Any]:
        outer, self.read = self.read, read
        whole = self.per_request("input_tokens_total")
        beside = self.per_request("input_tokens") or 0
        spoken = self.per_request("output_tokens") or 0
        self.read = outer
        beside += read.take("system_tokens", default=0) + read.take("query_tokens", default=0)
        cached = read.take("cached_tokens", "cache_read_tokens", default=0)
        written = read.take("cache_write_tokens", default=0)
        tokens = whole if whole is not None else beside + cached + written
        price = {"input": read.price("in") or 0, "output": read.price("out") or 0}
        for key, names in {
            "cache_read": ("cached_in", "cache_read"),
            "cache_write": ("cache_write",),
        }.items():
            found = next((p for n in names if (p := read.price(n)) is not None), None)
            if found is not None:
                price[key] = found
        fee = read.take("price_per_request", "fee_per_request_usd")
        if fee is not None:
            price["request"] = fee
        stage = {"is": "inference", "input_tokens": tokens, "output_tokens": spoken, "price": price}
        if cached:
            stage["cache_read_share"] = cached / tokens
        if cached < tokens:  # what was counted holds, whatever the arrivals say
            stage["cache_write_share"] = written / (tokens - cached)
        return stage

    # ---- the rest

    def others(self) -> None:
        read = self.read
        once = read.take("one_off_lines", default=[])
        for group in ("lines_usd", "other_lines_usd", "fixed_lines_usd"):
            for name, usd in read.take(group, default={}).items():
                self.other[name] = {"once" if name in once else "per_month": usd}
        output = read.take("output_cost_usd")
        if output is not None:
            self.other["output"] = {"per_request": output}
        for name, usd in read.dollars().items():
            self.other[name] = {"per_month": usd}


def yaml_text(value: Any) -> str:
    """Return a value as a scenario spells it: no powers of ten, mappings on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (int, float)):
        return np.format_float_positional(float(value), trim="-")
    return str(value)


# ---- figures

#: What a published name means on a bill.
FIGURES: dict[str, Callable[[Bill], Any]] = {
    "monthly": lambda b: b.total + b.once,
    "once": lambda b: b.once,
    "daily": lambda b: (b.total + b.once) / b.scenario.month.days,
    "per_request": lambda b: b.total / b.requests,
    "embedding": lambda b: b.by("component")["embedding"],
    "inference": lambda b: b.by("component")["inference"],
    "retrieval": lambda b: b.by("component")["retrieval"],
    "input_tokens": lambda b: sum(
        c.quantity * c.price.holds for c in b.charges if c.driver == "tokens in"
    ),
}
NAMES = {
    "monthly_usd": "monthly",
    "total_usd": "monthly",
    "usd": "monthly",
    "correct_usd": "monthly",
    "daily_usd": "daily",
    "per_request_usd": "per_request",
    "cumulative_input_tokens": "input_tokens",
    "embedding_usd": "embedding",
    "inference_usd": "inference",
    "vector_usd": "retrieval",
}


def replayed(inputs: Inputs, case: Case, name: str) -> Any:
    """Return the figure that a published name stands for, along the row's sweep if it has one."""
    sweep = {}
    if inputs["kind"] == "conversation_growth":
        sweep = {"conversation.rounds": np.array(inputs["turns"], dtype=float)}
    elif inputs["kind"] == "sweep":
        sweep = {inputs["vary"]: np.array(inputs["values"], dtype=float)}
    bill = case.at(sweep).bill
    if inputs["kind"] == "sweep":  # a first ingestion is no part of a month that repeats
        return bill.total
    return FIGURES[NAMES[name]](bill)
