"""A slow bill to hold the fast one against: plain floats, one line at a time.

Written from the design and the docstrings. It reads a scenario at its point and the rows of the
book, and calls no formula of the kit; the normal distribution comes from `math.erfc`.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from served_oracle import BYTES as WIDTH
from served_oracle import carries, model

from aicost.book.book import Book
from aicost.paths import data_dir
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Spread

PEOPLE = ("HumanReview", "HandOff")
Z95 = 1.6448536269514722
BUCKETS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
BESIDE = ("output_reasoning", "input_image", "input_audio", "input_video")
BESIDE += ("output_image", "output_audio", "output_video")
IN_PLACE = {"cache_read": "input", "cache_write_5m": "input", "cache_write_1h": "cache_write_5m"}


@dataclass(frozen=True)
class Line:
    """What one line of the bill comes to."""

    stage: str
    usd: float
    every: str = "month"
    account: str = ""


@dataclass
class State:
    """What the requests carry as they pass from stage to stage."""

    everyone: float
    flow: float
    passages: float = 0.0
    passage_tokens: float = 0.0
    taken: dict[str, float] = field(default_factory=dict)


def oracle(scenario: Scenario, book: Book) -> list[Line]:
    """Return the lines of a scenario that stands at its point."""
    requests = requests_of(scenario)
    lines: list[Line] = []
    for stage in scenario.stages:
        lines += standing(stage, scenario, book)
    for stage, here, state in passing(scenario, requests):
        lines += per_request(stage, here, state, scenario, book)
    lines += capacity(scenario, book, requests)
    for other in scenario.other:
        lines += by_hand(other, scenario, requests)
    lines += list(top_ups(scenario, book, lines))
    return with_shares(scenario, lines)


def with_shares(scenario: Scenario, lines: list[Line]) -> list[Line]:
    """Add what other environments cost, and then what is a share of the lines above it.

    What is a share of lines is under its component from the start, and zero until it is reached.
    """
    under = {line.name: line.component for line in (*scenario.pools, *scenario.other)}
    under |= {stage.name: stage.billed_as or stage.component for stage in scenario.stages}
    found = list(lines)
    for one in scenario.environments:
        inside = [named(scenario, under, name) for name in (*one.of, one.component) if name]
        both = one.component and one.of
        names = set.union(*inside[:-1]) & inside[-1] if both else set().union(*inside)
        if not inside:
            names = {name for name, component in under.items() if component != "human review"}
        usd = math.fsum(x.usd for x in lines if x.every == "month" and x.stage in names)
        found.append(Line(one.name, one.share * usd))
        billed = {under[name] for name in names if counts(scenario, name)}
        under[one.name] = billed.pop() if len(billed) == 1 else "hosting"
    for other in scenario.other:
        if other.share_of_lines is not None:
            names = named(scenario, under, other.of) if other.of else set(under)
            if not other.of:
                names = {name for name in names if under[name] != "human review"}
            usd = math.fsum(x.usd for x in found if x.every == "month" and x.stage in names)
            found.append(Line(other.name, other.share_of_lines * usd))
    return found


def named(scenario: Scenario, under: dict[str, str], name: str) -> set[str]:
    """Return the lines that are called by a name: of a component, of a group, or their own."""
    inside = {s.name for s in scenario.stages if s.name.partition("/")[0] == name}
    return {line for line, component in under.items() if name in (line, component)} | inside


def counts(scenario: Scenario, name: str) -> bool:
    """Say whether a part of a system has lines of its own every month."""
    stages = [stage for stage in scenario.stages if stage.name == name]
    other = [line for line in scenario.other if line.name == name]
    amounts = ("per_month", "per_user_month", "per_request", "per_call", "per_round", "per_mtok")
    every = (*amounts, "per_page", "per_document", "per_unit")
    machines = [pool.name for pool in scenario.pools if not pool.overflow]
    return not any(getattr(stage, "pool", "") in machines for stage in stages) and all(
        any(getattr(line, amount) is not None for amount in every) for line in other
    )


def by_hand(other: Any, scenario: Scenario, requests: float) -> Iterator[Line]:
    """Yield what a line that the file adds comes to, an amount at a time."""
    corpus, calls, rounds, tokens = scenario.corpus, 0.0, 0.0, 0.0
    for stage, here, state in passing(scenario, requests):
        group = scenario.pipeline.group_of(stage.name)
        if other.of in (stage.name, stage.component, getattr(group, "name", None)):
            calls += calls_of(stage, here, scenario)
            tokens += calls_of(stage, here, scenario) * tokens_of(stage, state, scenario)
        if group is not None and group.name == other.of and stage.name == group.stages[0].name:
            rounds = state.flow * first(loop_of(stage, scenario)[0])
    documents = corpus.documents if corpus is not None else 0.0
    pages = documents * corpus.pages_per_document if corpus is not None else 0.0
    read = 0.0
    if corpus is not None:
        again = [embedded_again(s, corpus) for s in scenario.stages if kind(s) == "Embedding"]
        read = corpus.added_per_month + corpus.changed_per_month * (again[-1] if again else 1.0)
    for amount, times, every in (
        (other.per_month, 1.0, "month"),
        (other.per_user_month, scenario.traffic.users, "month"),
        (other.per_request, requests, "month"),
        (other.per_call, calls, "month"),
        (other.per_round, rounds, "month"),
        (other.per_mtok, tokens / 1e6, "month"),
        (other.per_page, pages * read, "month"),
        (other.per_document, documents * read, "month"),
        (other.per_unit, max(other.units - other.free_units, 0.0), "month"),
        (other.per_page, pages, "once"),
        (other.per_document, documents, "once"),
        (other.once, 1.0, "once"),
    ):
        if amount is not None:
            yield Line(other.name, first(amount) * times, every)


def tokens_of(stage: Any, state: State, scenario: Scenario) -> float:
    """Return what a call reads and writes."""
    if kind(stage) == "Embedding":
        return float(stage.query_tokens)
    if kind(stage) == "Reranking":
        found = state.passages if stage.documents is None else stage.documents
        each = (state.passage_tokens or stage.passage_tokens or 0.0) * stage.passage_ratio
        return float(found * (each + stage.query_tokens))
    if kind(stage) != "Inference":
        return 0.0
    return math.fsum(read_and_written(stage, state, scenario)[:2])


def in_own_tokens(stage: Any) -> Any:
    """Return a call with its tokens as its model counts them; passages and tools stay apart."""
    ratio = getattr(stage, "token_ratio", 1.0)
    names = ["input_tokens", "output_tokens", "tokens_kept_per_turn", "query_tokens"]
    if getattr(stage, "counted_with", "") not in (
        "characters",
        "words",
        "pages",
    ):  # nobody sees its thinking
        names.append("thinking_tokens")
    named = [name for name in names if getattr(stage, name, None) is not None]
    return replace(stage, **{name: times(getattr(stage, name), ratio) for name in named})


def times(value: Any, ratio: float) -> Any:
    if hasattr(value, "p50"):
        return Spread(value.p50 * ratio, value.p95 * ratio)
    return value * ratio


def read_of(stage: Any, state: State) -> float:
    """Return what a call reads of passages, of its tools, and of the parts of its prompt."""
    read = 0.0
    if getattr(stage, "reads_context", True):
        read = state.passages * state.passage_tokens * stage.passage_ratio
    if getattr(stage, "tools", None) is not None:
        read += stage.tools.count * stage.tools.tokens_each * stage.tool_ratio
    if getattr(stage, "prompt", None) is not None:
        said = math.fsum(part.tokens for part in stage.prompt.parts.values())
        read += said * stage.token_ratio
    return read


def media_of(stage: Any, way: str) -> dict[str, float]:
    """Return the tokens of pictures, sound and video of a call by what they are sold as."""
    kinds = (f"{way}_image", f"{way}_audio", f"{way}_video")
    return {name: getattr(stage, f"{name}_tokens") for name in kinds}


def requests_of(scenario: Scenario) -> float:
    """Return the requests of a month, those made once more among them."""
    return asked_first(scenario) * (1 + scenario.traffic.asked_again)


def asked_first(scenario: Scenario) -> float:
    traffic = scenario.traffic
    if traffic.requests_per_day is not None:
        return float(traffic.requests_per_day) * float(scenario.month.days)
    if traffic.users is None:
        return float(traffic.requests_per_month)
    return float(traffic.users) * served_per_user(scenario)


def served_per_user(scenario: Scenario) -> float:
    """The requests of a user that are served, under the cap of each plan by its share."""
    asked = scenario.traffic.requests_per_user_month
    mean = asked_within(asked, math.inf)
    stated = [plan.share for plan in scenario.plans if plan.share is not None]
    served, rest = 0.0, 1.0 - sum(stated)
    for plan in scenario.plans:
        most = plan.requests_included
        if most is None or plan.price_per_extra_request is not None:
            kept = mean
        else:
            kept = (
                min(mean, most * plan.seats_per_user) if plan.pooled else asked_within(asked, most)
            )
        served += kept * (rest if plan.share is None else plan.share)
    return served if scenario.plans else mean


def asked_within(asked: Any, most: float) -> float:
    """E[min(x, most)] of a lognormal x, or of a number."""
    if not hasattr(asked, "p50"):
        return min(float(asked), most)
    sigma = math.log(asked.p95 / asked.p50) / Z95
    mean = asked.p50 * math.exp(sigma**2 / 2)
    if most in (0.0, math.inf) or sigma == 0:
        return min(mean, most)
    z = math.log(most / asked.p50) / sigma
    below = [0.5 * math.erfc(-x / math.sqrt(2)) for x in (z - sigma, z)]
    return mean * below[0] + most * (1.0 - below[1])


def passing(scenario: Scenario, requests: float) -> Iterator[tuple[Any, float, State]]:
    """Yield each stage with the requests that take it and what they carry."""
    state = State(requests, requests)
    for stage in map(in_own_tokens, scenario.stages):
        what = kind(stage)
        here = state.flow
        if stage.of == "requests" or (what == "Observability" and not stage.of):
            here = state.everyone
        elif stage.of:
            here = state.taken[stage.of]
        here *= stage.share
        yield stage, here, state
        state.taken[stage.name] = here
        if what == "ResponseCache":
            asking = min(1, here / state.flow) if stage.of and state.flow else stage.share
            state.flow *= 1 - asking * stage.hit_share
        elif what == "Retrieval" and stage.top_k is not None and scenario.corpus is not None:
            # a request that does not search keeps the passages it had
            state.passages = stage.share * stage.top_k + (1 - stage.share) * state.passages
            state.passage_tokens = scenario.corpus.chunk_tokens
        elif what == "Reranking" and stage.keep is not None:
            looked_at = state.passages if stage.documents is None else stage.documents
            kept = min(stage.keep, looked_at)
            state.passages = stage.share * kept + (1 - stage.share) * state.passages
            state.passage_tokens = state.passage_tokens or stage.passage_tokens or 0.0


def kind(stage: Any) -> str:
    """Return what a stage is; a judge is paid like any call to a model."""
    return type(stage).__name__.replace("Judge", "Inference")


# ---- statistics


def first(value: Any) -> float:
    """Return E[x] of a number or of a lognormal mix."""
    if hasattr(value, "p50"):
        sigma = math.log(value.p95 / value.p50) / Z95
        return value.p50 * math.exp(sigma * sigma / 2)
    return float(value)


def second(value: Any) -> float:
    """Return E[x²]."""
    if hasattr(value, "p50"):
        sigma = math.log(value.p95 / value.p50) / Z95
        return value.p50 * value.p50 * math.exp(2 * sigma * sigma)
    return float(value) * float(value)


def below(z: float) -> float:
    """Return P(Z <= z)."""
    return math.erfc(-z / math.sqrt(2)) / 2


def loop_of(stage: Any, scenario: Scenario) -> tuple[Any, float]:
    """Return the rounds of the loop a stage stands in, and the tokens that each of them adds."""
    loop = getattr(scenario.pipeline.group_of(stage.name), "rounds", None)
    if loop is None:
        return 1.0, 0.0
    ratio = getattr(scenario.stage(stage.name), "token_ratio", 1.0)
    return loop.rounds, loop.grows_tokens_per_round * ratio


def earlier(rounds: Any) -> float:
    """Return how many earlier rounds a call carries: E[K(K-1)/2] / E[K]."""
    return (second(rounds) - first(rounds)) / 2 / first(rounds)


def paid_tries(stage: Any) -> float:
    """Return 1 + p + p² + … for as many tries as are paid for."""
    return math.fsum(stage.retry**k for k in range(round(stage.tries)))


def calls_of(stage: Any, here: float, scenario: Scenario) -> float:
    rounds, _ = loop_of(stage, scenario)
    each = first(stage.turns) if kind(stage) == "HandOff" else 1.0
    unsure = stage.when_unsure if kind(stage) == "Reranking" else 1.0
    return here * stage.repeat * paid_tries(stage) * first(rounds) * unsure / each


# ---- prices of models


def price_table(book: Book, model: str, context: str) -> dict[str, dict[str, dict[int, float]]]:
    """Return bucket → schedule → threshold → price of a model in a context.

    What a context does not price keeps the standard price, what a schedule does not price keeps
    the price without one.
    """
    rows = book.active(model)
    schedules = {row.schedule for row in rows}
    table: dict[str, dict[str, dict[int, float]]] = {}
    for bucket in (*BUCKETS, *BESIDE, "request"):
        for schedule in schedules:
            for where in dict.fromkeys([context, ""]):
                for when in dict.fromkeys([schedule, ""]):
                    found = {
                        row.tier_gt: float(row.text)
                        for row in rows
                        if (row.parameter, row.context, row.schedule) == (bucket, where, when)
                    }
                    if found and schedule not in table.get(bucket, {}):
                        table.setdefault(bucket, {})[schedule] = found
    return table


def price_of(table: Any, bucket: str, schedule: str, threshold: int) -> float:
    """Return the price of a bucket above a threshold; unpriced cache tokens cost as input."""
    while bucket not in table:
        bucket = IN_PLACE[bucket]
    steps = table[bucket][schedule]
    return steps[max(step for step in steps if step <= threshold)]


def thresholds(table: Any) -> list[int]:
    return sorted(
        {0} | {step for b in table if b != "request" for s in table[b].values() for step in s}
    )


def hours_in(schedule: str, book: Book, profile: Any) -> float:
    """Return the share of a week's requests that fall in the minutes of a schedule."""
    inside = 0.0
    for minute in minutes_in(schedule, book.as_of.isoformat()):
        day, hour = minute // 1440, minute // 60 % 24
        worked = min(1.0, max(0.0, profile.days_per_week - day)) / profile.days_per_week
        inside += worked * profile.hours[hour] / sum(profile.hours) / 60
    return inside


@cache
def minutes_in(schedule: str, day: str) -> list[int]:
    """Return the minutes of a week in UTC in which a schedule holds."""
    with (data_dir() / "schedules.csv").open(newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["name"] == schedule]
    rows = [r for r in rows if r["valid_from"] <= day]
    rows = [r for r in rows if r["valid_from"] == max(r["valid_from"] for r in rows)]
    return [minute for minute in range(7 * 24 * 60) if any(covers(row, minute) for row in rows)]


def covers(row: dict[str, str], minute: int) -> bool:
    """Say whether a window of a schedule holds at a minute of the week in UTC."""

    def clock(text: str) -> int:
        return int(text[-5:-3]) * 60 + int(text[-2:])

    sign = -1 if row["utc_offset"][0] == "-" else 1
    local = (minute + sign * clock(row["utc_offset"])) % (7 * 1440)
    day, of_day = divmod(local, 1440)
    return str(day + 1) in row["weekdays"] and clock(row["start"]) <= of_day < clock(row["end"])


# ---- stages


def standing(stage: Any, scenario: Scenario, book: Book) -> Iterator[Line]:
    """Yield what is there at any usage."""
    what, corpus, name = kind(stage), scenario.corpus, stage.name
    if what == "Inference":
        yield from kept_for_rent(stage, scenario, book)
    if what == "ResponseCache":
        yield Line(name, stage.node_per_month)
    if what == "Observability" and book.in_force(stage.platform, "base"):
        yield Line(name, cell(book, stage.platform, "base"))
    if what == "Observability" and book.in_force(stage.platform, "seat"):
        yield Line(name, stage.seats * cell(book, stage.platform, "seat"))
    if what == "Embedding" and corpus is not None:
        price = embedding_price(stage, book, stage.batch)
        usd = tokens_in(corpus) / (1 - corpus.overlap) / 1e6 * price * stage.passage_ratio
        if stage.prefix_model:
            passage = corpus.chunk_tokens * stage.passage_ratio
            usd *= (passage + stage.prefix_tokens) / passage
        yield Line(name, usd, "once")
        yield Line(name, usd * corpus.added_per_month)
        yield Line(name, usd * corpus.changed_per_month * embedded_again(stage, corpus))
        yield Line(name, usd / corpus.months_between_models)
        if stage.prefix_model:
            yield from contexts(stage, corpus, book)
    if what == "Retrieval" and stage.price is not None:
        yield from stated_store(stage, scenario, book)
    elif what == "Retrieval":
        account = stage.store
        if book.in_force(stage.store, "storage"):
            usd = gigabytes(stage, corpus) * cell(book, stage.store, "storage")
            yield from stored(name, usd, stage, scenario, account)
        if corpus is not None and book.in_force(stage.store, "storage_dimensions"):
            numbers = passages_in(corpus) * stage.dimensions * copies_of(stage, book)
            usd = numbers / 1e6 * cell(book, stage.store, "storage_dimensions")
            yield from stored(name, usd, stage, scenario, account)
        if corpus is not None:
            yield from written(stage, scenario, book)


def stored(name: str, usd: float, stage: Any, scenario: Scenario, account: str) -> Iterator[Line]:
    """Yield what stands there, and once more for the days beside a new model's."""
    yield Line(name, usd, account=account)
    yield Line(name, usd * beside(stage, scenario), account=account)


def beside(stage: Any, scenario: Scenario) -> float:
    """Return the share of a month in which two indexes stand side by side."""
    if scenario.corpus is None:
        return 0.0
    days = stage.reindex_days / scenario.corpus.months_between_models
    return min(1.0, days / scenario.month.days)


def copies_of(stage: Any, book: Book) -> float:
    """Return what the client says, else what the store keeps."""
    if stage.replicas is not None:
        return float(stage.replicas)
    if stage.price is None and book.in_force(stage.store, "copies"):
        return cell(book, stage.store, "copies")
    return 1.0


def written(stage: Any, scenario: Scenario, book: Book) -> Iterator[Line]:
    """Yield the first load, what is written every month, and all of it for a new model."""
    corpus = scenario.corpus
    size = passages_in(corpus) * record(stage)
    if stage.price is not None:
        usd = passages_in(corpus) / 1e6 * stage.price.million_writes
    elif book.in_force(stage.store, "write_units"):
        units = size / 1000 * cell(book, stage.store, "write_units_per_kb")
        usd = units / 1e6 * cell(book, stage.store, "write_units")
    elif book.in_force(stage.store, "write_gb"):
        usd = size / 1e9 * cell(book, stage.store, "write_gb")
    else:
        return
    again = 1.0
    for other in scenario.stages:
        if other is stage:
            break
        if kind(other) == "Embedding":
            again = embedded_again(other, corpus)
    account = stage.store or stage.name
    yield Line(stage.name, usd, "once", account)
    for share in (
        corpus.added_per_month + corpus.changed_per_month * again,
        1 / corpus.months_between_models,
    ):
        yield Line(stage.name, usd * share, account=account)


def by_whole_documents(stage: Any, corpus: Any) -> float:
    """Return the passages of a document for each that an edit changes."""
    return max(1.0, passages_in(corpus) / corpus.documents / stage.passages_per_edit)


def embedded_again(stage: Any, corpus: Any) -> float:
    if stage.reembeds == "documents":
        return by_whole_documents(stage, corpus)
    whole = max(1.0, passages_in(corpus) / corpus.documents)
    return 1.0 if stage.reembeds == "passages" else min(stage.amplification, whole)


def contexts(stage: Any, corpus: Any, book: Book) -> Iterator[Line]:
    """Yield the four buckets of the model that writes contexts: a document, then its passages."""
    table = price_table(book, stage.prefix_model, "")
    document = corpus.pages_per_document * corpus.tokens_per_page * stage.prefix_ratio
    passage = corpus.chunk_tokens * stage.prefix_ratio
    cut = passages_in(corpus) / corpus.documents
    edits = corpus.documents * corpus.changed_per_month * by_whole_documents(stage, corpus)
    for_an_edit = cut * embedded_again(stage, corpus) / by_whole_documents(stage, corpus)
    new = corpus.documents * corpus.added_per_month

    def usd(documents: float, passages: float) -> list[float]:
        read = passages * (passage + stage.prefix_prompt_tokens)
        tokens = (documents * document, passages * document, read, passages * stage.prefix_tokens)
        buckets = ("cache_write_5m", "cache_read", "input", "output")
        return [
            amount / 1e6 * price_of(table, bucket, "", 0)
            for bucket, amount in zip(buckets, tokens, strict=True)
        ]

    yield from (Line(stage.name, x, "once") for x in usd(corpus.documents, passages_in(corpus)))
    monthly = usd(new + edits, new * cut + edits * for_an_edit)
    yield from (Line(stage.name, x) for x in monthly)


def stated_store(stage: Any, scenario: Scenario, book: Book) -> Iterator[Line]:
    price, account = stage.price, stage.store or stage.name
    if price.gb_month is not None:
        if price.gb is None:
            usd = gigabytes(stage, scenario.corpus) * price.gb_month
            yield from stored(stage.name, usd, stage, scenario, account)
        else:
            yield Line(stage.name, price.gb * price.gb_month, account=account)
    if price.unit_hour is not None:
        hours = price.units * (stage.replicas or 1) * scenario.month.hours
        yield Line(stage.name, hours * price.unit_hour, account=account)
    if price.million_writes is not None and scenario.corpus is not None:
        yield from written(stage, scenario, book)


def per_request(
    stage: Any, here: float, state: State, scenario: Scenario, book: Book
) -> Iterator[Line]:
    """Yield what the requests that take a stage cost."""
    what, calls = kind(stage), calls_of(stage, here, scenario)
    if what == "Inference":
        yield from by_the_piece(stage, calls, book)
        if not stage.pool:
            yield from inference(stage, here, calls, state, scenario, book)
    elif what == "ResponseCache":
        if stage.model:
            price = price_of(price_table(book, stage.model, ""), "input", "", 0)
            yield Line(stage.name, calls * stage.query_tokens / 1e6 * price)
        if stage.wrong_costs is not None and stage.wrong_share is not None:
            yield Line(stage.name, here * stage.hit_share * stage.wrong_share * stage.wrong_costs)
    elif what == "Embedding":
        price = embedding_price(stage, book, batch=False)
        yield Line(stage.name, calls * stage.query_tokens / 1e6 * price)
    elif what == "Retrieval":
        yield from queries(stage, calls, scenario, book)
    elif what == "Reranking":
        yield from reranking(stage, calls, state, book)
    elif what in PEOPLE and stage.price_per_review is not None:
        looks = stage.reviewers_per_item + disputed(stage)
        yield Line(stage.name, calls * looks * stage.price_per_review)
    elif what in PEOPLE and stage.answer_within is None:
        calls /= getattr(stage, "conversations_at_once", 1)
        hours = calls * minutes_of(stage) / 60
        if stage.rate_per_hour is None:
            hours *= stage.overhead / stage.occupancy / (1 - stage.shrinkage)
        yield Line(stage.name, hours * wage_of(stage, book))
    elif what == "Observability":
        yield from observability(stage, calls, book)


def inference(
    stage: Any, arriving: float, calls: float, state: State, scenario: Scenario, book: Book
) -> Iterator[Line]:
    context = "processing=batch" if stage.batch else ""
    if stage.service_tier:
        context = f"service_tier={stage.service_tier}"
    passages = read_of(stage, state)
    history = stage.tokens_kept_per_turn * earlier(stage.turns)
    rounds, grows = loop_of(stage, scenario)
    history += grows * earlier(rounds)
    if stage.price is not None:
        bills = stage.price.cache_write is not None
        kept = kept_of(stage, arriving, passages, scenario, book, bills=bills)
        yield from own_price(stage, calls, passages + history, kept)
        return
    seen = math.fsum(media_of(stage, "input").values())
    points = history_of(rounds if grows else stage.turns, history)
    table = price_table(book, stage.model, context)
    bills = "cache_write_5m" in table
    kept = kept_of(stage, arriving, passages, scenario, book, bills=bills)
    steps = thresholds(table)
    schedules = sorted({row.schedule for row in book.active(stage.model)} - {""})
    inside = {s: hours_in(s, book, scenario.profile) for s in schedules}
    windows = {"": 1 - sum(inside.values()), **inside}
    for schedule, part in windows.items():
        bands = banded(stage.input_tokens, passages + seen, points, steps)
        for threshold, (share, tokens) in zip(steps, bands, strict=True):
            here = calls * part

            def usd(bucket: str, amount: float, s: str = schedule, t: int = threshold) -> Line:
                return Line(stage.name, amount / 1e6 * price_of(table, bucket, s, t))

            read, write, fresh = buckets(here * (tokens - seen * share), kept)
            yield usd("cache_read", read)
            yield usd(f"cache_write_{stage.cache_ttl}", write)
            yield usd("input", fresh)
            yield usd("output", here * share * first(stage.output_tokens))
            if thought := first(stage.thinking_tokens):
                bucket = "output_reasoning" if "output_reasoning" in table else "output"
                yield usd(bucket, here * share * thought)
            for unit, each in (media_of(stage, "input") | media_of(stage, "output")).items():
                if each:
                    yield usd(unit, here * share * each)
    if "request" in table:
        yield Line(stage.name, calls * table["request"][""][0])


def own_price(
    stage: Any, calls: float, more_tokens: float, kept: tuple[float, float]
) -> Iterator[Line]:
    """Yield the lines of a model priced in the scenario."""
    price = stage.price
    if price.request is not None:
        yield Line(stage.name, calls * price.request)
    if price.input is None:
        return
    read, write, fresh = buckets(calls * (first(stage.input_tokens) + more_tokens), kept)
    for amount, stated in ((read, price.cache_read), (write, price.cache_write)):
        yield Line(stage.name, amount / 1e6 * (price.input if stated is None else stated))
    yield Line(stage.name, fresh / 1e6 * price.input)
    yield Line(stage.name, calls * first(stage.output_tokens) / 1e6 * price.output)
    thought = price.output if price.output_reasoning is None else price.output_reasoning
    yield Line(stage.name, calls * first(stage.thinking_tokens) / 1e6 * thought)
    for unit, each in (media_of(stage, "input") | media_of(stage, "output")).items():
        if each:
            yield Line(stage.name, calls * each / 1e6 * getattr(price, unit))


def by_the_piece(stage: Any, calls: float, book: Book) -> Iterator[Line]:
    """Yield the fees of a call, wherever it runs."""
    for name, fee in stage.fees.parts.items():
        each = fee.usd_each
        if each is None:
            rows = [r for r in book.active(stage.model) if r.parameter == name and not r.context]
            (each,) = (float(row.text) for row in rows)
        yield Line(stage.name, calls * first(fee.count) * each)


def kept_for_rent(stage: Any, scenario: Scenario, book: Book) -> Iterator[Line]:
    """Yield the rent of a cache for the hours that it is kept."""
    if (kept := stage.cache_kept) is not None and not stage.pool:
        hours = scenario.month.hours if kept.hours is None else kept.hours
        if stage.price is not None:
            rent = stage.price.cache_storage_hour
        else:
            rent = cell(book, stage.model, "cache_storage_hour")
        yield Line(stage.name, kept.tokens / 1e6 * hours * rent)


# ---- the provider's prompt cache


def buckets(tokens: float, kept: tuple[float, float]) -> tuple[float, float, float]:
    """Return the tokens read from the cache, written to it, and neither."""
    read, write = (tokens * share for share in kept)
    return read, write, tokens - read - write


def kept_of(
    stage: Any, arriving: float, passages: float, scenario: Scenario, book: Book, *, bills: bool
) -> tuple[float, float]:
    """Return the shares of input that are read from the cache and written to it.

    Tokens of one series of calls are counted: the prompt with its first call, each piece of
    history with the call that first carries it, all the rest found in the cache.
    """
    stated, written = stage.cache_read_share, stage.cache_write_share
    if written is not None or not stated:
        return stated, (1 - stated) * (written or 0.0)
    most = reached(stage, arriving, passages, scenario, book, bills=bills)
    there = 1.0 if most is None else most
    inside = stated / there if stated <= there else stated + (1 - stated) * there / stated
    stated = min(stated, longest_kept(stage, inside, passages, scenario, book))
    if most is None or not stated:
        return stated, 0.0
    if stated <= most:
        return stated, stated / most - stated if bills else 0.0
    inside = stated + (1 - stated) * most / stated
    return inside * most, inside * (1 - most) if bills else 0.0


def reached(
    stage: Any, arriving: float, passages: float, scenario: Scenario, book: Book, *, bills: bool
) -> float | None:
    """Return the share of input that can be met in the cache, where somebody can tell."""
    lifetime = lifetime_of(stage, book, bills=bills)
    if lifetime is None or stage.cache_kept is not None:
        return None
    rounds, grows = loop_of(stage, scenario)
    turns, loops = first(stage.turns), first(rounds)
    days = scenario.month.days * scenario.profile.days_per_week / 7
    series, follow = arriving * min(stage.repeat, 1) / turns / days, max(stage.repeat, 1)
    series /= apart(stage.prefixes, scenario)
    if stage.batch:
        series, follow = min(series, 1), follow * max(series, 1)
    weights = scenario.profile.hours
    cold = math.fsum(
        w / sum(weights) * math.exp(-series * w / sum(weights) * lifetime / 3600) for w in weights
    )
    prompt = first(stage.input_tokens) + passages
    carried = stage.tokens_kept_per_turn * earlier(stage.turns) + grows * earlier(rounds)
    calls = follow * turns * loops
    new = stage.tokens_kept_per_turn * (turns - 1) / turns + grows * (loops - 1) / loops
    return 1 - (prompt * cold / calls + new) / (prompt + carried)


def longest_kept(
    stage: Any, inside: float, passages: float, scenario: Scenario, book: Book
) -> float:
    """Return the largest share of a prompt that is kept where so much of it is to be inside."""
    maker = stage.model.split("/")[0]
    said: dict[str, float] = {}
    for name in (f"prompt-cache/{maker}", f"prompt-cache/{stage.model}"):
        said |= {row.parameter: row.value for row in book.active(name)}
    least = said.get("cache_minimum", 0.0)
    rounds, grows = loop_of(stage, scenario)
    tokens, turns, loops = (
        getattr(value, "p95", value) for value in (stage.input_tokens, stage.turns, rounds)
    )
    prompt = tokens + passages + stage.tokens_kept_per_turn * (turns - 1) + grows * (loops - 1)
    if prompt * inside < least:
        return 0.0
    step = said.get("cache_step", 1.0) if least else 0.0
    return (prompt - (prompt - least) % step) / prompt if step else 1.0


def apart(shared_by: str, scenario: Scenario) -> float:
    """Return how many prompts are kept: one for all, for each user, or for those of a tenant."""
    traffic = scenario.traffic
    if shared_by == "1":
        return 1.0
    return max(traffic.users / (1 if shared_by == "per_user" else traffic.users_per_tenant), 1.0)


def lifetime_of(stage: Any, book: Book, *, bills: bool) -> float | None:
    """Return the seconds that a provider keeps a prompt, where somebody says so."""
    maker = stage.model.split("/")[0]
    names = [f"prompt-cache/{stage.model}", f"prompt-cache/{maker}"]
    for name in [*names, "prompt-cache/any"] if bills else names:
        rows = sorted(book.active(name), key=lambda row: row.context)
        said = {row.parameter: row.value for row in rows if bills or not row.context}
        for parameter in ("cache_lifetime", f"cache_lifetime_{stage.cache_ttl}"):
            if parameter in said:
                return float(said[parameter])
    return None


def in_tiers(stage: Any, scenario: Scenario, book: Book) -> bool:
    """Say whether its history decides in which price tier a call is: the bill sums over lots."""
    if kind(stage) != "Inference" or stage.price is not None:
        return False
    if stage.pool and not any(p.overflow for p in scenario.pools if p.name == stage.pool):
        return False
    rounds, grows = loop_of(stage, scenario)
    carried = grows * earlier(rounds) + stage.tokens_kept_per_turn * earlier(stage.turns)
    return carried > 0 and len(thresholds(price_table(book, stage.model, ""))) > 1


def history_of(rounds: Any, mean: float) -> list[tuple[float, float]]:
    """Return each number of earlier rounds as (share of calls, tokens): P(K > j) / E[K] have j."""
    if not mean:
        return [(1.0, 0.0)]

    def beyond(j: int) -> float:
        """Return E[(K - j)+]."""
        if not hasattr(rounds, "p50") or rounds.p95 == rounds.p50:
            return max(first(rounds) - j, 0.0)
        if not j:
            return first(rounds)
        sigma = math.log(rounds.p95 / rounds.p50) / Z95
        z = (math.log(j) - math.log(rounds.p50)) / sigma
        return first(rounds) * below(sigma - z) - j * below(-z)

    left = [beyond(0)]
    while left[-1] > 1e-7 * left[0] and len(left) < 5_000:
        left.append(beyond(len(left)))
    shares = [(a - b) / (left[0] - left[-1]) for a, b in pairwise(left)]
    middle = math.fsum(share * j for j, share in enumerate(shares))
    if not middle:  # a loop of one round, and the history of turns
        return [(1.0, mean)]
    each = mean / middle
    return [(share, each * j) for j, share in enumerate(shares)]


def banded(
    own: Any, passages: float, points: list[tuple[float, float]], steps: list[int]
) -> list[tuple[float, float]]:
    """Return for each tier (share of calls, tokens of a mean call that fall to the tier)."""
    ends = [float(s) for s in steps[1:]] + [math.inf]
    bands = []
    for low, high in zip(steps, ends, strict=True):
        share = tokens = 0.0
        for weight, past in points:
            a, b = part(own, passages + past, low if low else -math.inf, high)
            share += a * weight
            tokens += b * weight
        bands.append((share, tokens))
    return bands


def part(own: Any, extra: float, low: float, high: float) -> tuple[float, float]:
    """Return P(low < own + extra <= high) and E[own + extra; the same]."""
    if not hasattr(own, "p50"):
        inside = low < own + extra <= high
        return (1.0, own + extra) if inside else (0.0, 0.0)
    if own.p50 == own.p95:
        return part(float(own.p50), extra, low, high)
    mu, sigma = math.log(own.p50), math.log(own.p95 / own.p50) / Z95

    def score(edge: float) -> float:
        if edge == math.inf:
            return math.inf
        return (math.log(edge - extra) - mu) / sigma if edge > extra else -math.inf

    def between(a: float, b: float) -> float:
        return below(-a) - below(-b) if a > 0 else below(b) - below(a)

    a, b = score(low), score(high)
    share = between(a, b)
    return share, share * extra + first(own) * between(a - sigma, b - sigma)


def reading_price(price: Any) -> float:
    """Return the price of a million tokens, also of a machine that is paid by the hour."""
    if price.input is not None:
        return price.input
    seconds = 1e6 / price.tokens_per_s / price.busy
    return seconds / 3600 * price.per_hour


def embedding_price(stage: Any, book: Book, batch: bool) -> float:
    if stage.price is not None:
        return reading_price(stage.price)
    table = price_table(book, stage.model, "processing=batch" if batch else "")
    return price_of(table, "input", "", 0)


def queries(stage: Any, calls: float, scenario: Scenario, book: Book) -> Iterator[Line]:
    if stage.price is not None:
        if stage.price.million_queries is not None:
            usd = calls / 1e6 * stage.price.million_queries
            yield Line(stage.name, usd, account=stage.store or stage.name)
        return
    if book.in_force(stage.store, "read_units"):
        units = scanned(stage, scenario.corpus, book)
        usd = calls * units / 1e6 * cell(book, stage.store, "read_units")
        yield Line(stage.name, usd, account=stage.store)
    if book.in_force(stage.store, "query"):
        yield Line(stage.name, calls / 1e6 * cell(book, stage.store, "query"), account=stage.store)
    if book.in_force(stage.store, "returned"):
        gb = calls * (stage.top_k or 0.0) * stage.metadata_bytes / 1e9
        yield Line(stage.name, gb * cell(book, stage.store, "returned"), account=stage.store)


def scanned(stage: Any, corpus: Any, book: Book) -> float:
    """Return the read units of one query: every band of the part searched at its own rate."""
    text = stage.metadata_bytes
    if book.in_force(stage.store, "scanned_metadata"):
        text *= cell(book, stage.store, "scanned_metadata")
    size = 4 * stage.dimensions + text
    vectors = 0.0 if corpus is None else passages_in(corpus) / stage.namespaces
    rows = book.in_force(stage.store, "read_units_per_gb")
    counted, each = vectors * size / 1e6, 1e-3  # megabytes, in gigabytes
    if "by vectors" in rows[0].unit:
        counted, each = vectors, size / 1e9
    units = 0.0
    for row in rows:
        end = min((r.tier_gt for r in rows if r.tier_gt > row.tier_gt), default=math.inf)
        units += max(0.0, min(counted, end) - row.tier_gt) * each * float(row.text)
    return max(units, cell(book, stage.store, "read_units_minimum"))


def reranking(stage: Any, calls: float, state: State, book: Book) -> Iterator[Line]:
    documents = state.passages if stage.documents is None else stage.documents
    each = (state.passage_tokens or stage.passage_tokens or 0.0) * stage.passage_ratio
    length = each + stage.query_tokens
    search = most = limit = None
    if stage.price is not None:
        search, most, limit = stage.price.search, 100.0, math.inf
    elif book.in_force(stage.model, "search_unit"):
        search = cell(book, stage.model, "search_unit")
        most = cell(book, stage.model, "documents_per_search")
        limit = math.inf
        if book.in_force(stage.model, "tokens_per_document"):
            limit = cell(book, stage.model, "tokens_per_document")
    if search is not None and most is not None and limit is not None:
        pieces = max(1, math.ceil(length / limit))
        yield Line(stage.name, calls * math.ceil(documents * pieces / most) * search)
        return
    own = stage.price
    price = reading_price(own) if own is not None else cell(book, stage.model, "input")
    yield Line(stage.name, calls * documents * length / 1e6 * price)


def wage_of(stage: Any, book: Book) -> float:
    """Return a wage, or what an hour costs with all in it."""
    if stage.rate_per_hour is not None:
        return float(stage.rate_per_hour)
    if stage.wage_per_hour is None:
        return cell(book, stage.role, "hour")
    return float(stage.wage_per_hour)


def disputed(stage: Any) -> float:
    """Return the share of items with two opinions that differ: one reviewer has but one."""
    two = min(max(stage.reviewers_per_item - 1, 0), 1)
    return (1 - stage.agreement) * two


def minutes_of(stage: Any) -> float:
    """Return the minutes of all who look at an item, and of who decides where they differ."""
    last = first(stage.minutes)
    if stage.adjudication_minutes is not None:
        last = stage.adjudication_minutes
    return stage.reviewers_per_item * first(stage.minutes) + disputed(stage) * last


def desk(stage: Any, busiest: float, scenario: Scenario, book: Book) -> Line:
    """Return what a week of whole seats comes to, hour by hour, `busiest` calls in the peak."""
    profile = scenario.profile
    looks = stage.reviewers_per_item + disputed(stage)
    least = max(stage.desks, stage.least_seats) if stage.cover == "24x7" else 0
    loads = [
        busiest * weight / max(profile.hours) * minutes_of(stage) / 60 / stage.desks
        for weight in profile.hours
    ]
    each = minutes_of(stage) / 60 / looks
    decay = min(stage.answer_within, 4 * 3_600) / (each * 3_600)
    in_hand = getattr(stage, "conversations_at_once", 1)
    seats = [
        math.ceil(seats_for(there, decay, stage.level, stage.occupancy) / in_hand)
        if load > 0
        else 0
        for there, load in zip(at_work(loads, each), loads, strict=True)
    ]
    if stage.answer_within > 3_600:
        seats = waiting(stage, loads, each, sum(seats), profile.days_per_week) or seats
    present = [stage.least_seats if weight > 0 else 0 for weight in profile.hours]
    filled = [
        max(least, *pair) for pair in zip((stage.desks * n for n in seats), present, strict=True)
    ]
    day = sum(filled) if not stage.shift_hours else shifts(filled, int(stage.shift_hours))
    week = profile.days_per_week * day + (7 - profile.days_per_week) * 24 * least
    paid = week
    if stage.rate_per_hour is None:
        paid = week / (1 - stage.shrinkage)
        if stage.hours_per_week is not None:
            paid = math.ceil(paid / stage.hours_per_week - 1e-9) * stage.hours_per_week
        paid *= stage.overhead
    usd = paid * scenario.month.days / 7 * wage_of(stage, book)
    return Line(stage.name, usd)


def shifts(filled: list[float], length: int) -> float:
    """Return the hours of the fewest shifts that fill a day, as whole numbers that are sought."""
    covers = [[(hour - begun) % 24 < length for begun in range(24)] for hour in range(24)]
    rule = LinearConstraint(np.array(covers, float), lb=np.ceil(filled))
    found = milp(np.ones(24), constraints=rule, integrality=np.ones(24), bounds=Bounds(0))
    return float(round(found.fun) * length)


def waiting(
    stage: Any, loads: list[float], each: float, most: int, days: float
) -> list[int] | None:
    """Return the fewest paced seats a day below `most` that keep a promise of hours, if any do."""
    work = sum(loads)
    if work <= 0:
        return None
    step = math.ceil(work * 4 - 1e-9) / 4
    if work > 100:
        step = 100 * math.exp(math.ceil(math.log(work / 100) * 400) / 400)
    planned = [load / work * step for load in loads]
    fewest = math.ceil(work / stage.occupancy - 1e-9)
    in_hand = getattr(stage, "conversations_at_once", 1)
    for hours in range(fewest, min(int(most * in_hand), 2 * fewest + 25)):
        seats = paced(hours, loads)
        if late_share(seats, planned, each, stage.answer_within / 3_600, days) <= 1 - stage.level:
            people = math.ceil(hours / in_hand)
            return paced(people, loads) if people < most else None
    return None


def paced(hours: int, loads: list[float]) -> list[int]:
    """Fill a seat once an hour of work is there for it, and all by the last hour with work."""
    last, done, filled = max(h for h, load in enumerate(loads) if load > 0), 0.0, [0]
    for hour, load in enumerate(loads):
        done += load
        reached = hours * done / sum(loads) if hour < last else hours
        filled.append(math.floor(reached + 1e-9))
    return [after - before for before, after in pairwise(filled)]


def late_share(
    seats: list[int], loads: list[float], each: float, within: float, days: float
) -> float:
    """Return the late share of a day's work, by Chernoff's bound at four times of each hour.

    Where no seat is filled until it is too late all are late; a queue of days has its worst
    n t + b over W t ago, for n seats and work W of a day.
    """
    day, work = sum(seats), sum(loads)
    idle, late = round(7 - days), 0.0
    for gap, part in [(0, 1 - 1 / days), (idle, 1 / days)] if idle else [(0, 1.0)]:
        week = [1] * 3 + [0] * gap + [1] * (int(min(within, 336) // 24) + 2)
        rooms = np.cumsum([0.0, *(seat * day for day in week for seat in seats)])
        works = np.cumsum([0.0, *(load * day for day in week for load in loads)])
        grid = np.arange(rooms.size)
        for hour, load in enumerate(loads):
            for now in (48 + hour + part_of / 8 for part_of in (1, 3, 5, 7)):
                here, there = np.interp((now, now + min(within, 336)), grid, rooms)
                ahead, spared = max(there - here, 0.0), max(day - work, 1e-9 * day)
                worst = 0.0
                if ahead <= 1e-9:
                    worst = 1.0
                elif work * ahead > day * spared:
                    worst = math.exp(-ahead * spared / day / each)
                for since in (0.5, 1.5, 2.5, 4.5, 8.5, 16.5, 24.5):
                    ends = now - since, now, now + min(within, 336)
                    before, there, _ = np.interp(ends, grid, works)
                    start, _, end = np.interp(ends, grid, rooms)
                    spare = max(math.sqrt(end - start) - math.sqrt(max(there - before, 0)), 0)
                    worst = max(worst, math.exp(-(spare**2) / each))
                late += part * load / sum(loads) * worst / 4
    return late


def at_work(loads: list[float], each: float) -> list[float]:
    """Return what is at work in each hour of a day like all others: of each hour before, a part."""
    left = math.exp(-1 / each)
    hours = len(loads)

    def begun(hour: int) -> float:
        before = (loads[hour - back] * left ** (back - 1) for back in range(1, hours + 1))
        return sum(before) * (1 - left) / (1 - left**hours)

    own = 1 - each * (1 - left)
    return [own * loads[hour] + (1 - own) * begun(hour) for hour in range(hours)]


def seats_for(load: float, decay: float, level: float, cap: float) -> int:
    """Try one seat after the other, with Erlang B by its recursion."""
    blocked, seats = 1.0, 0
    while load > 0:
        seats += 1
        blocked = load * blocked / (seats + load * blocked)
        if seats > load and load / seats <= cap:
            waits = seats * blocked / (seats - load * (1 - blocked))
            if waits * math.exp(-(seats - load) * decay) <= 1 - level:
                break
    return seats


COUNTED = {"100k events": 1e5, "10k LLM spans": 1e4, "1k traces": 1e3, "request": 1.0}
BYTES = {"GB": 10**9, "GiB": 2**30}


def observability(stage: Any, calls: float, book: Book) -> Iterator[Line]:
    logged = calls * stage.kb_per_request * 1_000
    events = calls * (stage.events_per_request or 0.0)
    for parameter, count, sizes in (("event", events, COUNTED), ("ingest", logged, BYTES)):
        rows = {int(r.tier_gt): r for r in book.in_force(stage.platform, parameter)}
        for start in sorted(rows):
            size = sizes[rows[start].unit.removeprefix("USD/")]
            units = count if parameter == "event" else count / size
            end = min((s for s in rows if s > start), default=math.inf)
            part = max(0.0, min(units, end) - start)
            usd = part * float(rows[start].text)
            yield Line(stage.name, usd / size if parameter == "event" else usd)
    for row in book.in_force(stage.platform, "stored"):
        kept = stage.kept_months
        if book.in_force(stage.platform, "kept_free"):
            kept = max(0.0, kept - cell(book, stage.platform, "kept_free"))
        size = BYTES[row.unit.removeprefix("USD/").removesuffix("-month")]
        yield Line(stage.name, logged / size * kept * float(row.text))


# ---- sizes


def tokens_in(corpus: Any) -> float:
    return corpus.documents * corpus.pages_per_document * corpus.tokens_per_page


def passages_in(corpus: Any) -> float:
    return tokens_in(corpus) / corpus.chunk_tokens / (1 - corpus.overlap)


def record(stage: Any) -> float:
    """Return the bytes of a record: vectors of 4-byte numbers and what is kept beside them."""
    return 4 * stage.dimensions + stage.metadata_bytes


def gigabytes(stage: Any, corpus: Any) -> float:
    return 0.0 if corpus is None else passages_in(corpus) * record(stage) / 1e9


def cell(book: Book, item: str, parameter: str) -> float:
    """Return the one standard figure of an item."""
    (row,) = [r for r in book.in_force(item, parameter) if not (r.tier_gt or r.schedule)]
    return float(row.text)


# ---- whole units and least bills


def capacity(scenario: Scenario, book: Book, requests: float) -> Iterator[Line]:
    """Yield whole units for the peak hour: of stores and desks, then of pools."""
    profile, month = scenario.profile, scenario.month
    working_days = month.days * profile.days_per_week / 7
    busiest = requests * max(profile.hours) / sum(profile.hours) / working_days
    traffic = scenario.traffic
    crest = traffic.busiest_day * traffic.busiest_week * traffic.burst
    peak = busiest * crest
    demand = {pool.name: 0.0 for pool in scenario.pools}
    asked: dict[str, list[tuple[float, float, float, float]]] = {
        pool.name: [] for pool in scenario.pools
    }
    for stage, here, state in passing(scenario, peak):
        calls = calls_of(stage, here, scenario)
        if kind(stage) == "Inference" and stage.pool:
            demand[stage.pool] += calls
            asked[stage.pool].append((calls, *read_and_written(stage, state, scenario)))
        desks = kind(stage) in PEOPLE and stage.answer_within is not None
        if desks and stage.price_per_review is None:
            yield desk(stage, calls / crest, scenario, book)  # its seats follow the days
        if (
            kind(stage) == "Retrieval"
            and stage.price is None
            and book.in_force(stage.store, "unit_hour")
        ):
            gb = in_memory(stage, scenario.corpus, book)
            usd = month.hours * cell(book, stage.store, "unit_hour")
            once, twice = (whole_units(stage, n * gb, calls, scenario, book) for n in (1, 2))
            yield Line(stage.name, once * usd, account=stage.store)
            more = (twice - once) * beside(stage, scenario)
            yield Line(stage.name, more * usd, account=stage.store)
            if book.in_force(stage.store, "indexing_units"):
                apart = stage.indexing_units
                if apart is None:
                    apart = cell(book, stage.store, "indexing_units")
                yield Line(stage.name, apart * copies_of(stage, book) * usd, account=stage.store)
    pools = [sized(pool, asked[pool.name]) for pool in scenario.pools]
    yield from sent_out(pools, scenario, demand, asked, requests)
    days = [hour / max(profile.hours) for hour in profile.hours]
    for pool in pools:
        beyond = max(running(pool, demand[pool.name]) - pool.committed, 0)
        if pool.running == "with_traffic":
            usual = demand[pool.name] / traffic.busiest_day / traffic.busiest_week
            each = [
                share * max(in_hour(pool, usual * more * part) - pool.committed, 0)
                for share, more in days_of(scenario)
                for part in days
            ]
            idle = max(in_hour(pool, 0.0) - pool.committed, 0)
            asked = profile.days_per_week / 7
            beyond = asked * math.fsum(each) / 24 + (1 - asked) * idle
        if pool.running == "in_batches":
            worked = calls_on(pool, scenario, requests) / pool.carries
            yield Line(pool.name, worked * pool.price_per_hour)
            yield from kept_up(pool, 0.0, month.hours)
            continue
        priced = [(pool.price_per_hour, pool.price_per_month, beyond)]
        own = pool.committed_price_per_hour, pool.committed_price_per_month
        priced += [(*own, pool.committed)] if pool.committed else []
        for by_hour, by_month, many in priced:
            if (by_hour, by_month) != (None, None):
                usd = month.hours * by_hour if by_month is None else by_month
                yield Line(pool.name, many * usd)
        yield from kept_up(pool, beyond, month.hours)
    yield from left_over(pools, scenario, book, demand, requests)


def read_and_written(stage: Any, state: State, scenario: Scenario) -> tuple[float, float, float]:
    """Return the tokens that a mean call reads, writes, and may find in a cache."""
    rounds, grows = loop_of(stage, scenario)
    history = stage.tokens_kept_per_turn * earlier(stage.turns) + grows * earlier(rounds)
    read = first(stage.input_tokens) + read_of(stage, state) + history
    found = read * stage.cache_read_share
    written = first(stage.output_tokens) + first(stage.thinking_tokens)
    media = [math.fsum(media_of(stage, way).values()) for way in ("input", "output")]
    return read + media[0], written + media[1], found


def sized(pool: Any, asked: list[tuple[float, float, float, float]]) -> Any:
    """Return a pool with the calls that one unit carries, where it serves a model."""
    kept = [(*call, found * pool.prefix_cache) for *call, found in asked]
    return replace(pool, carries=carries(pool, kept)) if pool.serves else pool


def kept_up(pool: Any, units: float, hours: float) -> Iterator[Line]:
    """Yield what bought units cost a month, and the engineers of a pool."""
    if (own := pool.bought) is not None:
        yield Line(pool.name, units * own.price * (1 - own.residual_share) / own.years / 12)
        kwh = own.power / 1000 * own.power_share * own.pue * hours
        yield Line(pool.name, units * kwh * own.energy_price)
        yield Line(pool.name, units * own.hosting_per_month)
        yield Line(pool.name, units * own.price * own.maintenance_share / 12)
    if pool.engineer_per_hour is not None:
        yield Line(pool.name, pool.run_hours_per_month * pool.engineer_per_hour)
        if pool.build_hours:
            yield Line(pool.name, pool.build_hours * pool.engineer_per_hour, every="once")


def in_hour(pool: Any, calls: float) -> float:
    """Return the units of an hour that has its own; none idle where none has to run."""
    return running(pool, calls) if calls > 0 or pool.at_least else pool.committed


def running(pool: Any, calls: float) -> float:
    """Return the units that run where the busiest hour has so many calls."""
    if pool.running == "in_batches":
        return math.ceil(calls / pool.carries)  # disks hold the weights of each
    needed = max(pool.at_least, math.ceil(calls / pool.carries)) + pool.spare
    return max(min(needed, pool.at_most), pool.committed)


def sent_out(
    pools: list[Any],
    scenario: Scenario,
    demand: dict[str, float],
    asked: dict[str, list[tuple[float, float, float, float]]],
    requests: float,
) -> Iterator[Line]:
    """Yield the disks with the weights of pools, and what of their answers leaves."""
    for pool in pools:
        if pool.storage_price is not None:
            disks = 1 if pool.weights_on == "shared" else running(pool, demand[pool.name])
            gb = model(pool.serves)["params_b"] * WIDTH[pool.weights]
            yield Line(pool.name, disks * gb * pool.storage_price)
        if pool.egress_price is not None:
            own = 1 - over_of(pool, scenario, demand, requests)
            hour = math.fsum(many for many, *_ in asked[pool.name])
            wrote = math.fsum(many * call[1] for many, *call in asked[pool.name])
            calls = calls_on(pool, scenario, requests) * own
            sent = calls * max(wrote / hour if hour else 0.0, 1.0) * pool.token_bytes
            yield Line(pool.name, sent / 1e9 * pool.egress_price)


def calls_on(pool: Any, scenario: Scenario, requests: float) -> float:
    """Return the calls that some requests make on a pool."""
    return math.fsum(
        calls_of(stage, here, scenario)
        for stage, here, _ in passing(scenario, requests)
        if getattr(stage, "pool", "") == pool.name
    )


def over_of(pool: Any, scenario: Scenario, demand: dict[str, float], requests: float) -> float:
    """Return the share of a month's calls that a pool does not carry, hour by hour."""
    if not pool.overflow:
        return 0.0
    days = scenario.month.days * scenario.profile.days_per_week / 7
    calls = calls_on(pool, scenario, requests)
    weights = [hour / sum(scenario.profile.hours) for hour in scenario.profile.hours]
    most = running(pool, demand[pool.name]) * pool.carries
    over = days * math.fsum(
        share * max(0.0, calls / days * more * weight - most)
        for share, more in days_of(scenario)
        for weight in weights
    )
    return over / calls if calls else 0.0


def left_over(
    pools: list[Any], scenario: Scenario, book: Book, demand: dict[str, float], requests: float
) -> Iterator[Line]:
    """Yield what calls cost that pools do not carry, hour by hour of a day with requests."""
    for pool in (pool for pool in pools if pool.overflow):
        part = over_of(pool, scenario, demand, requests)
        for stage, here, state in passing(scenario, requests):
            if getattr(stage, "pool", "") == pool.name:
                many = part * calls_of(stage, here, scenario)
                yield from inference(stage, part * here, many, state, scenario, book)


def days_of(scenario: Scenario) -> list[tuple[float, float]]:
    """Return each day of a year of 52 weeks: its share of all days, in times a mean day."""
    traffic, working = scenario.traffic, scenario.profile.days_per_week
    found = []
    for weeks, week in ((1, traffic.busiest_week), (51, (52 - traffic.busiest_week) / 51)):
        top = min(traffic.busiest_day, working)
        found.append((weeks / 52 / working, week * top))
        if working > 1:
            rest = (working - top) / (working - 1)
            found.append((weeks / 52 * (working - 1) / working, week * rest))
    return found


def whole_units(stage: Any, gb: float, calls: float, scenario: Scenario, book: Book) -> float:
    """Return the units that hold an index and answer the peak hour."""
    filled = gb / cell(book, stage.store, "unit_gb")
    speed = speed_of(stage, scenario.corpus, book)
    if speed is not None:
        filled = max(filled, calls / 3600 / speed)
    if stage.units is not None:
        return copies_of(stage, book) * float(stage.units)
    least = cell(book, stage.store, "minimum_units")
    return copies_of(stage, book) * (least if filled <= least else math.ceil(filled))


def speed_of(stage: Any, corpus: Any, book: Book) -> float | None:
    """Return the queries a second of a unit at the size of the collection."""
    vectors = 0.0 if corpus is None else passages_in(corpus)
    own, known = stage.measured, book.in_force(stage.store, "growth_exponent")
    if own is not None:
        power = float(known[0].text) if known else exponent_at(own.recall)
        if own.then_vectors is not None:
            slower = math.log(own.queries_per_s / own.then_queries_per_s)
            power = slower / math.log(own.then_vectors / own.vectors)
        return own.queries_per_s * (own.vectors / max(vectors, 1.0)) ** power
    if not book.in_force(stage.store, "unit_queries_per_s"):
        return None
    speed = cell(book, stage.store, "unit_queries_per_s")
    if book.in_force(stage.store, "unit_vectors"):
        power = exponent_at(cell(book, stage.store, "unit_recall"))
        power = float(known[0].text) if known else power
        speed *= (cell(book, stage.store, "unit_vectors") / max(vectors, 1e6)) ** power
    return speed


def exponent_at(recall: float) -> float:
    """Return 0.30 at a recall of 0.92, 0.15 more each time that half as much is missed."""
    if recall >= 1:
        return 0.42
    return min(0.42, max(0.07, 0.30 + 0.15 * math.log2(0.08 / (1 - recall))))


def in_memory(stage: Any, corpus: Any, book: Book) -> float:
    """Return the gigabytes of a copy: raw records, or an index with 15 % more, and the text."""
    text = stage.metadata_bytes
    if book.in_force(stage.store, "unit_metadata"):
        text *= cell(book, stage.store, "unit_metadata")
    if corpus is None:
        return 0.0
    if not stage.index:
        return passages_in(corpus) * (4 * stage.dimensions + text) / 1e9
    n, d, m = passages_in(corpus), stage.dimensions, stage.links
    lists = 4 * math.sqrt(n)
    graph = 8 * m + 16 + (4 + 4 * m) / (m - 1)
    size = {
        "flat": lambda: 4 * d * n,
        "sq8": lambda: d * (n + 8),
        "rabitq": lambda: n * d / 8 + 8 * n + 4 * d,
        "ivf-flat": lambda: n * (4 * d + 8) + 4 * d * lists,
        "ivf-pq": lambda: n * (d / 8 + 8) + 4 * d * (lists + 256),
        "hnsw": lambda: n * (4 * d + graph),
        "hnsw-f16": lambda: n * (2 * d + graph),
        "hnsw-sq8": lambda: n * (d + 8 * m + 4 * m / (m - 1) + 12) + 8 * d,
        "pgvector": lambda: pages(n, 4 * d, m),
        "pgvector-halfvec": lambda: pages(n, 2 * d, m),
    }[stage.index]()
    return (1.15 * size + n * text) / 1e9


def pages(n: float, vector: float, m: float) -> float:
    """Return the bytes of PostgreSQL's pages that n vectors with their links fill."""
    both = 8 * math.ceil((80 + vector) / 8) + 8 * math.ceil((4 + 12 * m) / 8) + 8
    fit = math.floor(8160 / both)
    return 8192 * (1 + (math.ceil(n / fit) if fit else 2 * math.ceil(n)))


def top_ups(scenario: Scenario, book: Book, lines: list[Line]) -> Iterator[Line]:
    """Yield what each account is short of its least bill, once an account."""
    settled = set()
    for stage in scenario.stages:
        if kind(stage) != "Retrieval":
            continue
        account, least = stage.store or stage.name, None
        if stage.price is not None:
            least = stage.price.minimum
        elif book.in_force(stage.store, "minimum"):
            least = cell(book, stage.store, "minimum")
        if least is not None and account not in settled:
            settled.add(account)
            own = sum(x.usd for x in lines if x.account == account and x.every == "month")
            yield Line(stage.name, max(0.0, least - own))
