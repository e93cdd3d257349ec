"""What does not fit together is said once, at its line, and only where it is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cases import written
from small_systems import BOOK

from aicost.book.book import Book
from aicost.scenario.checks import verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import Problem, ScenarioError

TRAFFIC = "traffic: {users: 100, requests_per_user_month: 50}\n"
CORPUS = (
    "corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}\n"
)
HEAD = f"{TRAFFIC}{CORPUS}pipeline:\n"
BUSY = HEAD.replace("users: 100", "users: 10_000")  # a prompt's cache is never cold
FIND = "  find: {is: retrieval, store: pinecone-standard, top_k: 20}\n"
UNITS = "  find: {is: retrieval, store: zilliz-dedicated, top_k: 20}\n"
POINT = "measured: {vectors: 1_000_000, queries_per_s: 90}"
OWN = (
    "  find: {is: retrieval, top_k: 20, dimensions: 1_536, metadata_bytes: 1_000, index: hnsw,"
    " price: {unit_hour: 1, memory_gb: GB}}\n"
)
MODEL = "is: inference, model: anthropic/claude-haiku-4-5"  # holds 200,000, caches 4,096
MINI = "is: inference, model: openai/gpt-5-mini"  # holds 400,000, may be asked 272,000
PEOPLE = "is: human_review, when: after_answer, minutes: 3, rate_per_hour: 30"
SMALL = "input_tokens: 900, output_tokens: 200, thinking_tokens: 0"

Check = Callable[[str], list[Problem]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Return a function that gives the warnings of a text, which has no errors."""

    def checked(text: str) -> list[Problem]:
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = load(path)
        verify(scenario, BOOK)
        return warnings(scenario, BOOK)

    return checked


#: text, line, key and words of the one warning; then a text that is just within.
CASES = {
    "call longer than the window": (
        f"{HEAD}  a: {{{MODEL}, thinking_tokens: 0, input_tokens: 199_900, output_tokens: 101}}\n",
        (4, "a.input_tokens", "200,001 tokens in a large call and its answer are more than the"),
        f"{HEAD}  a: {{{MODEL}, thinking_tokens: 0, input_tokens: 199_900, output_tokens: 100}}\n",
    ),
    "call within the window, but not with room for an answer": (
        f"{HEAD}  a: {{{MINI}, input_tokens: 272_001,\n"
        "      thinking_tokens: 0, output_tokens: 100}\n",
        (4, "a.input_tokens", "272,001 tokens asked in a large call are more than the 272,000"),
        f"{HEAD}  a: {{{MINI}, input_tokens: 272_000,\n"
        "      thinking_tokens: 0, output_tokens: 128_000}\n",
    ),
    "call within what may be asked, but its answer past the window": (
        f"{HEAD}  a: {{{MINI}, input_tokens: 272_000,\n"
        "      thinking_tokens: 0, output_tokens: 128_001}\n",
        (4, "a.input_tokens", "400,001 tokens in a large call and its answer are more than the"),
        f"{HEAD}  a: {{{MINI}, input_tokens: 1_000,\n"
        "      thinking_tokens: 0, output_tokens: 128_001}\n",
    ),
    "the longest of calls that differ": (
        f"{HEAD}  a: {{{MODEL}, thinking_tokens: 0, input_tokens: {{p50: 20_000, p95: 190_000}},\n"
        "      output_tokens: {p50: 900, p95: 20_000}}\n",
        (4, "a.input_tokens", "210,000 tokens"),
        f"{HEAD}  a: {{{MODEL}, thinking_tokens: 0, input_tokens: {{p50: 20_000, p95: 190_000}},\n"
        "      output_tokens: 900}\n",
    ),
    "passages fill the window": (
        f"{HEAD}{FIND.replace('20', '900')}  a: {{{MODEL}, {SMALL}, reads_context: yes}}\n",
        (5, "a.reads_context", "360,000 tokens of passages are more than the 200,000"),
        f"{HEAD}{FIND.replace('20', '490')}  a: {{{MODEL}, {SMALL}, reads_context: yes}}\n",
    ),
    "passages and the rest are longer": (
        f"{HEAD}{FIND.replace('20', '499')}  a: {{{MODEL}, {SMALL}}}\n",
        (5, "a.input_tokens", "200,700 tokens"),
        f"{HEAD}{FIND.replace('20', '499')}  a: {{{MODEL}, {SMALL}, reads_context: no}}\n",
    ),
    "passages that a reranker has thinned out": (
        f"{HEAD}{FIND.replace('20', '900')}"
        f"  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, keep: 600}}\n"
        f"  a: {{{MODEL}, {SMALL}}}\n",
        (6, "a.reads_context", "240,000 tokens of passages"),
        f"{HEAD}{FIND.replace('20', '900')}"
        f"  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, keep: 8}}\n"
        f"  a: {{{MODEL}, {SMALL}}}\n",
    ),
    "a long conversation": (
        f"{HEAD}  a: {{{MODEL}, {SMALL}, turns: {{p50: 5, p95: 41}},\n"
        "      tokens_kept_per_turn: 5_000}\n",
        (4, "a.input_tokens", "201,100 tokens"),
        f"{HEAD}  a: {{{MODEL}, {SMALL}, turns: {{p50: 5, p95: 40}},\n"
        "      tokens_kept_per_turn: 5_000}\n",
    ),
    "a long loop": (
        f"{TRAFFIC}pipeline:\n  w: {{loop: {{rounds: 101, grows_tokens_per_round: 2_000,"
        f" steps: {{think: {{{MODEL}, {SMALL}}}}}}}}}\n",
        (3, "w/think.input_tokens", "201,100 tokens"),
        f"{TRAFFIC}pipeline:\n  w: {{loop: {{rounds: 99, grows_tokens_per_round: 2_000,"
        f" steps: {{think: {{{MODEL}, {SMALL}}}}}}}}}\n",
    ),
    "a machine faster than it can be": (
        f"{HEAD}  e: {{is: embedding, query_tokens: 9, price: {{per_hour: 0.18,\n"
        "      tokens_per_s: 4_352_000, hardware: device/rtx-4090,\n"
        "      encoder: encoder/bge-large-en}}\n",
        (4, "e.price", "4,352,000 tokens a second are 4.2 times what device/rtx-4090 can"),
        f"{HEAD}  e: {{is: embedding, query_tokens: 9, price: {{per_hour: 0.18,\n"
        "      tokens_per_s: 1_000_000, hardware: device/rtx-4090,\n"
        "      encoder: encoder/bge-large-en}}\n",
    ),
    "a reranker faster than it can be": (
        f"{HEAD}{FIND}  r: {{is: reranking, query_tokens: 9, price: {{per_hour: 1.39,\n"
        "      tokens_per_s: 2_000_000, hardware: device/l4, encoder: encoder/bge-m3}}\n",
        (5, "r.price", "2,000,000 tokens a second are 5.3 times what device/l4 can"),
        f"{HEAD}{FIND}  r: {{is: reranking, query_tokens: 9, price: {{per_hour: 1.39,\n"
        "      tokens_per_s: 200_000, hardware: device/l4, encoder: encoder/bge-m3}}\n",
    ),
    "an amplification said twice": (
        f"{HEAD}  e: {{is: embedding, price: {{input: 1}}, query_tokens: 9,\n"
        "      reembeds: documents, amplification: 8}\n",
        (5, "e.amplification", "reembeds sets it"),
        f"{HEAD}  e: {{is: embedding, price: {{input: 1}}, query_tokens: 9,\n"
        "      reembeds: documents}\n",
    ),
    "documents too short to be cached": (
        f"{HEAD}  e: {{is: embedding, price: {{input: 1}}, query_tokens: 9, prefix_tokens: 90,\n"
        "      prefix_model: anthropic/claude-haiku-4-5}\n",
        (5, "e.prefix_model", "documents of 3,000 tokens are shorter than the 4,096"),
        f"{HEAD.replace('500', '900')}  e: {{is: embedding, price: {{input: 1}}, query_tokens: 9,\n"
        "      prefix_tokens: 90, prefix_model: anthropic/claude-haiku-4-5}\n",
    ),
    "documents too long to be read": (
        f"{HEAD.replace('500', '90_000')}  e: {{is: embedding, price: {{input: 1}},\n"
        "      query_tokens: 9, prefix_tokens: 90, prefix_model: anthropic/claude-haiku-4-5}\n",
        (5, "e.prefix_model", "documents of 540,000 tokens are more than the 200,000"),
        f"{HEAD.replace('500', '30_000')}  e: {{is: embedding, price: {{input: 1}},\n"
        "      query_tokens: 9, prefix_tokens: 90, prefix_model: anthropic/claude-haiku-4-5}\n",
    ),
    "a cached part that is too short": (
        f"{BUSY}  a:\n    {MODEL.replace(', ', chr(10) + '    ')}\n    input_tokens: 8_000\n"
        "    thinking_tokens: 0\n"
        "    output_tokens: 200\n    cache_read_share: 50 %\n",
        (10, "a.cache_read_share", "a cached part of 4,000 tokens is shorter than the 4,096"),
        f"{BUSY}  a: {{{MODEL}, thinking_tokens: 0, input_tokens: 8_200, output_tokens: 200,\n"
        "      cache_read_share: 50 %}\n",
    ),
    "too short for any model of its provider": (
        f"{BUSY}  a: {{is: inference, model: anthropic/claude-sonnet-5-5, {SMALL},\n"
        "      cache_read_share: 50 %}\n",
        (5, "a.cache_read_share", "450 tokens is shorter than the 512"),
        f"{BUSY}  a: {{is: inference, model: anthropic/claude-sonnet-5-5, {SMALL},"
        " cache_read_share: 60 %}\n",
    ),
    "too short for one model of the imported book": (
        f"{BUSY}  a: {{is: inference, model: anthropic/claude-sonnet-5, {SMALL},"
        " cache_read_share: 80 %}\n",
        (4, "a.cache_read_share", "720 tokens is shorter than the 1,024"),
        f"{BUSY}  a: {{is: inference, model: anthropic/claude-opus-5, {SMALL},"
        " cache_read_share: 80 %}\n",
    ),
    "more from the cache than arrivals keep there": (
        f"{HEAD}  a: {{is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_read_share: 44 %}\n",
        (5, "a.cache_read_share", "44 % of input from the cache cannot be: 5,000 requests a month"),
        f"{HEAD}  a: {{is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_read_share: 43 %}\n",
    ),
    "a lifetime that the provider does not sell": (
        f"{BUSY}  a: {{is: inference, model: openai/gpt-6-sol, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_read_share: 44 %, cache_ttl: 1h}\n",
        (5, "a.cache_ttl", "openai/gpt-6-sol keeps what it reads for 30 min"),
        f"{BUSY}  a: {{is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_read_share: 44 %, cache_ttl: 1h}\n",
    ),
    "a rent for what nobody reads": (
        f"{BUSY}  a: {{is: inference, model: google/gemini-3.8-flash, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_kept: {tokens: 8_000}}\n",
        (4, "a.cache_kept", "nothing is read"),
        f"{BUSY}  a: {{is: inference, model: google/gemini-3.8-flash, input_tokens: 9_000,\n"
        "      output_tokens: 200, thinking_tokens: 0, cache_read_share: 80 %,\n"
        "      cache_kept: {tokens: 8_000}}\n",
    ),
    "passages longer than documents": (
        f"{TRAFFIC}{CORPUS.replace('chunk_tokens: 400', 'chunk_tokens: 3_001')}pipeline:\n{FIND}",
        (2, "corpus.chunk_tokens", "longer than a document of 3,000 tokens"),
        f"{TRAFFIC}{CORPUS.replace('chunk_tokens: 400', 'chunk_tokens: 3_000')}pipeline:\n{FIND}",
    ),
    "passages longer than their model reads": (
        f"{TRAFFIC}{CORPUS.replace('6', '60').replace('400', '8_193')}pipeline:\n"
        "  embed: {is: embedding, model: openai/text-embedding-3-small, query_tokens: 9}\n",
        (4, "embed.model", "passages of 8,193 tokens are cut off at 8,192"),
        f"{TRAFFIC}{CORPUS.replace('6', '60').replace('400', '8_192')}pipeline:\n"
        "  embed: {is: embedding, model: openai/text-embedding-3-small, query_tokens: 9}\n",
    ),
    "more passages than there are": (
        f"{TRAFFIC}{CORPUS.replace('1_000', '2')}pipeline:\n{FIND}",
        (4, "find.top_k", "the documents make only 15 passages"),
        f"{TRAFFIC}{CORPUS.replace('1_000', '3')}pipeline:\n{FIND}",
    ),
    "an index that no memory is bought for": (
        f"{HEAD}{FIND.replace('top_k: 20', 'index: hnsw')}",
        (4, "find.index", "no memory is sized by it"),
        f"{HEAD}{UNITS.replace('top_k: 20', 'index: hnsw')}",
    ),
    "a point measured on units that nobody buys": (
        f"{HEAD}{FIND.replace('top_k: 20', POINT)}",
        (4, "find.measured", "no units are bought by what was measured"),
        f"{HEAD}{UNITS.replace('top_k: 20', POINT)}",
    ),
    "links without a graph": (
        f"{HEAD}{UNITS.replace('top_k: 20', 'index: sq8, links: 32')}",
        (4, "find.links", "only a graph has links"),
        f"{HEAD}{UNITS.replace('top_k: 20', 'index: pgvector, links: 32')}",
    ),
    "namespaces that nobody bills": (
        f"{HEAD}{UNITS.replace('top_k: 20', 'namespaces: 40')}",
        (4, "find.namespaces", "no query is billed by what it searches"),
        f"{HEAD}{FIND.replace('top_k: 20', 'namespaces: 40')}",
    ),
    "an index larger than its memory": (
        f"{HEAD}{OWN.replace('GB', '0.06')}",
        (4, "find.price.memory_gb", "fills 0.0618 GB of memory, the units have 0.06"),
        f"{HEAD}{OWN.replace('GB', '0.062')}",
    ),
    "more kept than found": (
        f"{HEAD}{FIND}  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, keep: 21}}\n",
        (5, "rank.keep", "only 20 passages are looked at; write 20 or less"),
        f"{HEAD}{FIND}  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, keep: 20}}\n",
    ),
    "more looked at than found": (
        f"{HEAD}{FIND}  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, documents: 30}}\n",
        (5, "rank.documents", "only 20 passages reach it; write 20 or less"),
        f"{HEAD}{FIND}  rank: {{is: reranking, model: cohere/rerank-v4.0-fast, documents: 10}}\n",
    ),
    "a chat model that embeds": (
        f"{HEAD}  embed: {{is: embedding, model: openai/gpt-6-sol, query_tokens: 9}}\n",
        (4, "embed.model", "openai/gpt-6-sol writes answers"),
        f"{HEAD}  embed: {{is: embedding, model: mistral/mistral-embed, query_tokens: 9}}\n",
    ),
    "a chat model that ranks": (
        f"{HEAD}{FIND}  rank: {{is: reranking, model: openai/gpt-6-sol}}\n",
        (5, "rank.model", "openai/gpt-6-sol writes answers"),
        f"{HEAD}{FIND}  rank: {{is: reranking, model: voyageai/rerank-2.5}}\n",
    ),
    "turns that carry nothing": (
        f"{HEAD}  a: {{{MODEL}, {SMALL}, turns: 4}}\n",
        (4, "a.turns", "it does nothing without tokens_kept_per_turn"),
        f"{HEAD}  a: {{{MODEL}, {SMALL}, turns: 4, tokens_kept_per_turn: 90}}\n",
    ),
    "a history without turns": (
        f"{HEAD}  a: {{{MODEL}, {SMALL}, tokens_kept_per_turn: 90}}\n",
        (4, "a.tokens_kept_per_turn", "it does nothing without turns"),
        f"{HEAD}  a: {{{MODEL}, {SMALL}}}\n",
    ),
    "hours of a desk that is none": (
        f"{HEAD}  a: {{{PEOPLE}, cover: 24x7}}\n",
        (4, "a.cover", "it does nothing without a desk"),
        f"{HEAD}  a: {{{PEOPLE}, cover: 24x7, answer_within: 1 h}}\n",
    ),
    "one who agrees with nobody": (
        f"{HEAD}  a: {{{PEOPLE}, agreement: 90 %}}\n",
        (4, "a.agreement", "it takes two to differ"),
        f"{HEAD}  a: {{{PEOPLE}, agreement: 90 %, reviewers_per_item: 2}}\n",
    ),
    "a pool and a price": (
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus, price: {{input: 1, output: 2}}}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
        (4, "a.pool", "keep one of the two"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
    ),
    "a batch at a price of one's own": (
        f"{HEAD}  a: {{is: inference, {SMALL}, batch: yes, price: {{input: 1, output: 2}}}}\n",
        (4, "a.batch", "nothing is taken off price: for a batch"),
        f"{HEAD}  a: {{is: inference, {SMALL}, batch: no, price: {{input: 1, output: 2}}}}\n",
    ),
    "documents in a batch at a price of one's own": (
        f"{HEAD}  a: {{is: embedding, batch: yes, price: {{input: 1}}}}\n",
        (4, "a.batch", "nothing is taken off price: for a batch"),
        f"{HEAD}  a: {{is: embedding, price: {{input: 1}}}}\n",
    ),
    "a cache that a price of one's own does not know": (
        f"{BUSY}  a: {{is: inference, {SMALL}, cache_read_share: 50 %,\n"
        "      price: {input: 1, output: 2}}\n",
        (4, "a.cache_read_share", "without price.cache_read, tokens read from the cache are"),
        f"{BUSY}  a: {{is: inference, {SMALL}, cache_read_share: 50 %,\n"
        "      price: {input: 1, output: 2, cache_read: 1}}\n",
    ),
    "writes to a cache that a price of one's own does not know": (
        f"{BUSY}  a: {{is: inference, {SMALL}, cache_write_share: 50 %,\n"
        "      price: {input: 1, output: 2}}\n",
        (4, "a.cache_write_share", "without price.cache_write, tokens written to the cache are"),
        f"{BUSY}  a: {{is: inference, {SMALL}, cache_write_share: 50 %,\n"
        "      price: {input: 1, output: 2, cache_write: 1}}\n",
    ),
    "a store whose own prices a contract leaves out": (
        f"{HEAD}  f: {{is: retrieval, store: pinecone-standard, top_k: 20,\n"
        "      price: {gb_month: 0.2, million_writes: 3}}\n",
        (4, "f.price", "and says nothing of its queries; write million_queries: …"),
        f"{HEAD}  f: {{is: retrieval, store: pinecone-standard, top_k: 20,\n"
        "      price: {gb_month: 0.2, million_writes: 3, million_queries: 0}}\n",
    ),
    "a batch on a pool": (
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus, batch: yes}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
        (4, "a.batch", "it does nothing on a pool"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
    ),
    "limits of a provider on a pool": (
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus, limits: {{requests_per_minute: 9}}}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
        (4, "a.limits", "calls on a pool are not held against a provider's limit"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
    ),
    "a pool that nothing runs on": (
        f"{HEAD}  a: {{{MODEL}, {SMALL}}}\npools: {{gpus: {{price_per_hour: 2, carries: 900}}}}\n",
        (5, "pools.gpus.carries", "no stage runs on it"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900}}\n",
    ),
    "a cap without a loop": (
        f"{HEAD}  a: {{{MODEL}, {SMALL}}}\nlimits: {{usd_per_request: 0.5}}\n",
        (5, "limits.usd_per_request", "it stops a loop, and there is none"),
        f"{HEAD}  w: {{loop: {{rounds: 3, steps: {{a: {{{MODEL}, {SMALL}}}}}}}}}\n"
        "limits: {usd_per_request: 0.5}\n",
    ),
}


@pytest.mark.parametrize(("text", "want", "within"), CASES.values(), ids=CASES)
def test_a_warning_where_it_is_due(
    check: Check, text: str, want: tuple[int, str, str], within: str
) -> None:
    (problem,) = check(text)
    assert (problem.line, problem.key) == want[:2]
    assert want[2] in f"{problem.wrong}; {problem.remedy}"
    assert problem.remedy
    assert check(within) == []


def test_ranges_are_judged_at_their_means(check: Check) -> None:
    fields = "thinking_tokens: 0, input_tokens: 100_000 to %s, output_tokens: 1"
    text = f"{HEAD}  a: {{{MODEL}, {fields}}}\n"
    assert check(text % "250_000") == []
    assert [problem.key for problem in check(text % "400_000")] == ["a.input_tokens"]


def test_several_stand_in_the_order_of_lines(check: Check) -> None:
    text = (
        f"pools: {{gpus: {{price_per_hour: 2, carries: 900}}}}\n{HEAD}"
        f"{FIND.replace('20', '9_000')}  a: {{{MODEL}, {SMALL}, turns: 4}}\n"
    )
    found = [(problem.line, problem.key) for problem in check(text)]
    assert found == [
        (1, "pools.gpus.carries"),
        (5, "find.top_k"),
        (6, "a.turns"),
        (6, "a.reads_context"),
    ]


def test_a_price_of_its_own_needs_no_book(check: Check) -> None:
    price = "price: {input: 1, output: 2}"
    assert (
        check(f"{HEAD}  a: {{is: inference, {price}, input_tokens: 9 M, output_tokens: 9}}\n") == []
    )


def test_a_stage_without_a_line_is_named_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "kind.yaml"
    path.write_text("kind: rag-chat\nas_of: 2020-01-01\ntraffic: {users: 5}\n", encoding="utf-8")
    scenario = load(path)
    with pytest.raises(ScenarioError) as error:
        verify(scenario, Book.load(as_of=scenario.as_of))
    (problem,) = [p for p in error.value.problems if p.key == "people.role"]
    assert problem.line == 1
    assert "no price recorded on 2020-01-01" in problem.wrong


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ("{margin: 50 %}", "goals.margin: nothing says what users bring"),
        ("{price_per_user_month: 4}", "goals.price_per_user_month: no users are given"),
        ("{budget_per_month: 400}", ""),
    ],
)
def test_a_goal_that_stands_on_nothing_is_said(goals: str, said: str, tmp_path: Path) -> None:
    call = "{is: inference, price: {input: 1, output: 1}, input_tokens: 9, output_tokens: 9}"
    file = tmp_path / "a.yaml"
    file.write_text(
        f"traffic: {{requests_per_month: 10}}\npipeline: {{a: {call}}}\ngoals: {goals}\n"
    )
    told = [str(one) for one in warnings(load(file), Book.load())]
    assert len(told) == bool(said)
    assert said in " ".join(told)


#: What cannot go together: text, key and words of the one error, and the same text mended.
GPUS = "pools: {gpus: {price_per_hour: 2, carries: 900}}\n"
TOGETHER = {
    "a pool and a model": (
        f"{HEAD}  a: {{{MINI}, {SMALL}, pool: gpus}}\n{GPUS}",
        ("a.model", "all calls run on the pool 'gpus'; keep model: or pool: gpus, or"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n{GPUS}",
    ),
    "a service tier and a price": (
        f"{HEAD}  a: {{is: inference, {SMALL}, service_tier: flex,\n"
        "      price: {input: 1, output: 2}}\n",
        ("a.service_tier", "price: is paid in any tier; keep one of the two"),
        f"{HEAD}  a: {{is: inference, {SMALL}, price: {{input: 1, output: 2}}}}\n",
    ),
    "two prices of what is read": (
        f"{HEAD}  a: {{is: embedding, price: {{input: 1, per_hour: 2, tokens_per_s: 9_000}}}}\n",
        ("a.price.per_hour", "price.input is billed in its place; keep one of the two"),
        f"{HEAD}  a: {{is: embedding, price: {{per_hour: 2, tokens_per_s: 9_000}}}}\n",
    ),
    "a price of a search and one of tokens": (
        f"{HEAD}{FIND}  a: {{is: reranking, keep: 5, price: {{search: 0.002, input: 1}}}}\n",
        ("a.price.input", "price.search is billed in its place; keep one of the two"),
        f"{HEAD}{FIND}  a: {{is: reranking, keep: 5, price: {{search: 0.002}}}}\n",
    ),
    "fewer machines at most than at least": (
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900, at_least: 4, at_most: 3}}\n",
        ("pools.gpus.at_most", "it is below at_least"),
        f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n"
        "pools: {gpus: {price_per_hour: 2, carries: 900, at_least: 4, at_most: 4}}\n",
    ),
}


@pytest.mark.parametrize(("text", "want", "mended"), TOGETHER.values(), ids=TOGETHER)
def test_what_cannot_go_together_is_refused(
    check: Check, text: str, want: tuple[str, str], mended: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        check(text)
    (problem,) = error.value.problems
    assert problem.key == want[0]
    assert want[1] in str(problem)
    assert [p for p in check(mended) if p.key == want[0]] == []


def test_bounds_hold_for_what_is_set_too() -> None:
    text = f"{HEAD}  a: {{is: inference, {SMALL}, pool: gpus}}\n{GPUS}"
    with pytest.raises(ScenarioError, match="it is below at_least"):
        written(text).at({"pools.gpus.at_least": 3, "pools.gpus.at_most": 2})


def test_a_page_as_long_as_a_book_is_doubted_where_documents_have_several() -> None:
    def told(pages: int) -> list[str]:
        text = "kind: rag-chat\ntraffic: {users: 9}\ncorpus: {documents: 9, pages_per_document: "
        case = written(f"{text}{pages}, tokens_per_page: 500_000, chunk_tokens: 400}}\n")
        found = warnings(case.scenario, case.book)
        return [one.remedy for one in found if one.key == "corpus.tokens_per_page"]

    assert told(4) == ["write 500 if a page is meant"]
    assert told(1) == []


def test_a_price_that_is_written_as_nothing_is_doubted(tmp_path: Path) -> None:
    text = (
        "traffic: {users: 9, requests_per_user_month: 9}\npipeline:\n"
        "  a: {is: inference, price: {input: 0, output: 2}, input_tokens: 9, output_tokens: 5}\n"
        "  b: {is: inference, price: {input: 0 to 1, output: 2}, input_tokens: 9,"
        " output_tokens: 1}\n"
    )
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    (one,) = warnings(load(tmp_path / "x.yaml"), Book.load())
    assert (one.line, one.key) == (3, "a.price.input")
    assert "nothing is billed for it" in one.wrong


@pytest.mark.parametrize(
    ("corpus", "told"),
    [
        ("content: german", True),
        ("content: english", False),
        ("content: json, tokens_per_page: 900", False),
    ],
)
def test_a_page_that_is_assumed_is_one_of_english_prose(corpus: str, told: bool) -> None:
    text = "kind: rag-chat\ntraffic: {users: 90, requests_per_user_month: 9}\n"
    case = written(f"{text}corpus: {{documents: 900, {corpus}}}\n", checked=False)
    keys = {problem.key for problem in warnings(case.scenario, case.book)}
    assert ("corpus.tokens_per_page" in keys) == told
