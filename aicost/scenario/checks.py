"""What a scenario asks for that nobody has, and what in it does not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.book.book import Book
from aicost.book.devices import share_of_peak
from aicost.book.rows import BookError
from aicost.components.embedding import Embedding
from aicost.components.flow import Corpus, Flow
from aicost.components.human_review import HumanReview
from aicost.components.inference import Inference
from aicost.components.reranking import Reranking
from aicost.components.retrieval import Retrieval
from aicost.components.stage import Stage
from aicost.components.stores import GB
from aicost.scenario.problems import Problem, ScenarioError
from aicost.scenario.scenario import Scenario, steps
from aicost.values.quantities import Spread, Value
from aicost.values.section import Section

Found = Iterator[tuple[str, str]]  # field; what looks wrong; what to do

#: Fields that do nothing where the other one is not given.
TOGETHER = (
    ("tokens_kept_per_turn", "turns"),
    ("turns", "tokens_kept_per_turn"),
    ("grows_tokens_per_round", "rounds"),
)
OF_A_DESK = ("level", "desks", "cover", "hours_per_week")
OF_TWO = ("agreement", "adjudication_minutes")


def verify(scenario: Scenario, book: Book) -> None:
    """Check that every price and size a scenario needs is in it or in the book.

    Raises ScenarioError with one line per gap.
    """
    point = scenario.point()
    problems = [
        problem(point, stage.name, stage, *words)
        for stage, flow in steps(point, point.traffic.requests())
        for words in (*stage.gaps(book), *_unfed(stage, flow))
    ]
    if problems:
        raise ScenarioError(problems)


def _unfed(stage: Stage, flow: Flow) -> Found:
    """Yield what has no size because nothing of it reaches the stage."""
    if isinstance(stage, Reranking) and stage.documents is None and flow.passages is None:
        yield "documents", "no passages reach it; write it, or top_k: in a stage before"
    if isinstance(stage, Retrieval) and flow.world.corpus is None:
        for field in ("top_k", "store"):
            if stage.states(field):
                yield field, "the documents are not described; write corpus: {documents: …}"
                return


def warnings(scenario: Scenario, book: Book) -> list[Problem]:
    """What is possible but unlikely in a scenario, one line each."""
    point = scenario.point()
    found = [
        problem(point, stage.name, stage, *words)
        for stage, flow in steps(point, point.traffic.requests())
        for words in _of_stage(stage, flow, book)
    ]
    if point.corpus is not None:
        found += [problem(point, "corpus", point.corpus, *w) for w in _of_corpus(point.corpus)]
    used = {getattr(stage, "pool", "") for stage in point.pipeline}
    for pool in point.pools:
        if pool.name not in used:
            words = f"no stage runs on it; give a stage pool: {pool.name}, or remove it"
            found.append(problem(point, f"pools.{pool.name}", pool, "price_per_hour", words))
    return sorted(found, key=lambda one: one.line)


def problem(scenario: Scenario, prefix: str, part: Section, field: str, words: str) -> Problem:
    """What is wrong with a field, at the line that states it or its section."""
    made = part.origins.get(field.split(".")[0]), part.origins.get("name")
    line = next((one.line for one in made if one and one.line), 1)
    wrong, _, remedy = words.partition("; ")
    return Problem(str(scenario.path or scenario.name), line, f"{prefix}.{field}", wrong, remedy)


def _of_corpus(corpus: Corpus) -> Found:
    document = corpus.document_tokens
    if corpus.chunk_tokens > document:
        words = f"a passage is longer than a document of {document:,.0f} tokens"
        yield "chunk_tokens", f"{words}; write less"


def _of_stage(stage: Stage, flow: Flow, book: Book) -> Found:
    if isinstance(stage, Inference):
        yield from _of_call(stage, flow, book)
    if isinstance(stage, Embedding | Reranking):
        yield from _writes(stage.model, book)
        yield from _on_machine(stage, flow, book)
    if isinstance(stage, Embedding) and flow.world.corpus is not None:
        window, size = _figure(book, stage.model, "context_window"), flow.world.corpus.chunk_tokens
        if window is not None and size > window:
            words = f"passages of {size:,.0f} tokens are cut off at {window:,.0f}"
            yield "model", f"{words}; make chunk_tokens smaller, or change model"
        yield from _of_contexts(stage, flow.world.corpus, book)
    if isinstance(stage, Retrieval):
        yield from _of_retrieval(stage, flow, book)
    if isinstance(stage, Reranking):
        yield from _of_reranking(stage, flow)
    if isinstance(stage, HumanReview):
        yield from _of_people(stage)


def _of_people(stage: HumanReview) -> Found:
    written = {name for name, made in stage.origins.items() if made.line is not None}
    for field in OF_A_DESK:
        if field in written and stage.answer_within is None:
            yield field, "it does nothing without a desk; write answer_within: …, or leave it out"
    for field in OF_TWO:
        if field in written and stage.reviewers_per_item < 2:
            yield field, "it takes two to differ; write reviewers_per_item: 2, or leave it out"


def _of_retrieval(stage: Retrieval, flow: Flow, book: Book) -> Found:
    corpus, price = flow.world.corpus, stage.price
    asked = stage.top_k or 0.0
    if corpus is not None and asked > (held := corpus.passages().value):
        yield "top_k", f"the documents make only {held:,.0f} passages; write less"
    fitted = price is not None and price.memory_gb is not None
    if not (fitted or stage.sized_by_peak(book)) and stage.states("index"):
        yield "index", "no memory is sized by it; leave it out, or write price: {memory_gb: …}"
    if stage.measured is not None and not stage.sized_by_peak(book):
        words = "no units are bought by what was measured; leave it out, or name a store of units"
        yield "measured", words
    if stage.states("links") and not stage.index.startswith(("hnsw", "pgvector")):
        yield "links", "only a graph has links; write index: hnsw, or leave it out"
    metered = price is None and _figure(book, stage.store, "read_units") is not None
    if stage.states("namespaces") and not metered:
        yield "namespaces", "no query is billed by what it searches; leave it out"
    if price is not None and price.memory_gb is not None:
        holds, needs = price.units * price.memory_gb, stage.memory(flow.world) / GB
        if needs > holds:
            words = f"the index fills {needs:,.3g} GB of memory, the units have {holds:,.3g}"
            yield "price.memory_gb", f"{words}: searches slow down at a step; write more units"


def _on_machine(stage: Embedding | Reranking, flow: Flow, book: Book) -> Found:
    """Yield a warning where a machine would have to compute faster than it can."""
    own = stage.price
    if own is None or own.input is not None or own.per_hour is None:
        return
    corpus = flow.world.corpus
    size = corpus.chunk_tokens if corpus is not None else stage.query_tokens
    try:
        taken = share_of_peak(
            book,
            own.encoder.removeprefix("encoder/"),
            own.hardware.removeprefix("device/"),
            tokens_per_s=own.tokens_per_s,
            text_tokens=size,
        )
    except BookError:
        return
    if taken > 1:
        words = f"{own.tokens_per_s:,.0f} tokens a second are {taken:.2g} times what"
        yield "price", f"{words} {own.hardware} can compute; measure it, and write what you saw"


def _of_contexts(stage: Embedding, corpus: Corpus, book: Book) -> Found:
    """Yield a warning where documents are too short to be cached, or too long to be read."""
    if stage.reembeds and (made := stage.origins.get("amplification")) and made.line:
        yield "amplification", "reembeds sets it; keep one of the two"
    size, least = corpus.document_tokens, _least_cached(stage.prefix_model, book)
    window = _figure(book, stage.prefix_model, "context_window")
    if stage.prefix_model and size < least:
        words = f"documents of {size:,.0f} tokens are shorter than the {least:,.0f} it caches"
        yield "prefix_model", f"{words}; every passage reads them in full: choose another model"
    if window is not None and size > window:
        words = f"documents of {size:,.0f} tokens are more than the {window:,.0f} it holds"
        yield "prefix_model", f"{words}; choose another model"


def _of_reranking(stage: Reranking, flow: Flow) -> Found:
    found = None if flow.passages is None else flow.passages.value
    looked_at = stage.documents if stage.documents is not None else found
    if found is not None and looked_at > found:
        yield "documents", f"only {found:g} passages reach it; write {found:g} or less"
    if stage.keep is not None and looked_at is not None and stage.keep > looked_at:
        yield "keep", f"only {looked_at:g} passages are looked at; write {looked_at:g} or less"


def _writes(model: str, book: Book) -> Found:
    read, written = (_figure(book, model, unit) for unit in ("input", "output"))
    if read is not None and written is not None and written > read:
        yield "model", f"{model} writes answers; name one that only reads, or say is: inference"


def _of_call(stage: Inference, flow: Flow, book: Book) -> Found:
    for field, other in TOGETHER:
        if stage.states(field) and not stage.differs(other):
            yield field, f"it does nothing without {other}; write both or neither"
    if stage.pool and stage.price is not None:
        yield "pool", "the pool is billed, not the stage's own price; keep one of the two"
    yield from _too_long(stage, flow, _figure(book, stage.model, "context_window"))
    yield from _too_short(stage, flow, book)


def _too_long(stage: Inference, flow: Flow, window: float | None) -> Found:
    """Yield a warning where a large call, each of its parts at its p95, does not fit."""
    passages = sum(p.value for p in stage.input_parts(flow) if p.name == "passages")
    history = sum(
        getattr(stage, size) * (_p95(getattr(stage, count)) - 1)
        for size, count in TOGETHER[::2]
        if stage.states(size) and stage.differs(count)
    )
    whole = _p95(stage.input_tokens) + passages + history + _p95(stage.output_tokens)
    if window is None or whole <= window:
        return
    holds = f"more than the {window:,.0f} that {stage.model} holds"
    if passages > window:
        yield "reads_context", f"{passages:,.0f} tokens of passages are {holds}; lower top_k"
    else:
        words = f"{whole:,.0f} tokens in a large call and its answer are {holds}"
        yield "input_tokens", f"{words}; shorten the call, or change model"


def _too_short(stage: Inference, flow: Flow, book: Book) -> Found:
    """Yield a warning where the part of the prompt that is cached is too short to be."""
    least = _least_cached(stage.model, book)
    size = sum(p.value for p in stage.input_parts(flow)) * stage.cache_read_share
    if 0 < size < least:
        words = f"a cached part of {size:,.0f} tokens is shorter than the {least:,.0f} it takes"
        yield "cache_read_share", f"{words}; leave it out, or put what calls share first"


def _least_cached(model: str, book: Book) -> float:
    """The least tokens of a prompt that a model's provider caches."""
    names = model, f"prompt-cache/{model}", f"prompt-cache/{model.split('/')[0]}"
    every = (_figure(book, name, "cache_minimum") for name in names)
    return next((one for one in every if one is not None), 0.0)


def _p95(value: Value) -> float:
    """What 95 of 100 requests stay below."""
    return float(value.p95 if isinstance(value, Spread) else value)


def _figure(book: Book, item: str, parameter: str) -> float | None:
    """A figure of an item, where the book has one."""
    try:
        rows = book.rows(item, parameter)
    except BookError:
        return None
    return rows[0].value if rows else None
