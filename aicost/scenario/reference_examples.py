"""The prose and the examples of the reference of the scenario file; a test loads each of them."""

WORDS = """## Words

- A *request* is what a user asks once. With `requests_per_month`, or
  `requests_per_day`, in place of users, it is counted as such.
- A *call* is one billable operation of a stage: an answer of a model, a search, a review. A stage
  makes `repeat` calls for each request that takes it, and more where calls fail (`retry`).
- A *turn* is one request of a conversation; earlier turns are sent along with it.
- A *round* is one pass of a loop, as of an agent that calls a tool and thinks again.
- A *unit* is what the client counts: users, unless `traffic.unit` says claim, document, case.
"""

VALUES = """## Values

| write | it means |
|---|---|
| `4`, `6_000`, `20 k`, `1.5 M` | a number that was counted |
| `5 %`, `0.05`, `1 in 20` | a share |
| `3 s`, `250 ms`, `4 min`, `2 h`, `4 days` | a time |
| `500 MB`, `2 GB` | bytes |
| `2 to 6`, `2 to 3 M` | a range that holds the true value nine times in ten |
| `5_000 per day`, `40 a month`, `3 %/month` | a number for a period: the one that its key names |
| `about 4` | 2 to 8: half to double |
| `unknown` | what is usual for the kind, as a range |
| `{p50: 250, p95: 900}` | requests differ: half stay below 250, 95 in 100 below 900 |
| `yes`, `no` | a switch |
| `none` in place of a stage | the kind's stage is left out |

A space, a comma or a point between thousands is refused, with the spelling that works. A unit
behind the second end of a range is that of both; where it may be of one, as in `90_000 to 2 M`,
the file is refused with what it may mean. A period may stand beside a number; another than the key
names is refused, with what it comes to. Of `requests` it chooses the key: `requests: 5_000 per day`
is `requests_per_day: 5_000`."""

MONEY = """## Money

Amounts are in the `currency` of the file, US dollars where it names none. An amount may name
another: `$50`, `8_000 EUR`, `€8_000`, `9.4 k GBP`. It is converted at one rate: that of the
client's own prices (`fx/EUR`, see prices.md), else the European Central Bank's of the last day of
the month before `as_of`. The page, the terminal and the files that are written are in that
currency and say the rate once; in code every amount is in US dollars, whose name it carries
(`usd`)."""

GROUPS = """\
A stage says what it `is:`, unless the kind has a stage of that name. Stages run in the order in
which they stand; those of the kind keep their place, and a new one among them says which it comes
`after:` (a name, or `start`). `NAME: none` leaves a stage of the kind out. In place of a stage
may stand:

- `route: {NAME: {…}, …}`: each request takes one of the stages, by its `share`; one may leave its
  share to be the rest.
- `parallel: {NAME: {…}, …}`: all are done at the same time.
- `loop: {rounds: …, steps: {NAME: {…}, …}}`: the steps are done once a round, and what they say
  is read again in the next.

Scanned pages are read by a model that is sold by the page: `pages: {is: inference, after: start,
model: mistral/mistral-ocr-latest, input_tokens: 0, output_tokens: 0, streams: no,
fees: {input_document_page: 8}}` for eight of them.

A call that is paid by itself and by nothing else says no tokens: `answer: {is: inference,
price: {request: 0.02}}`. Machines by count that no stage runs on, such as eight at $1,825 a month,
stand under `other:` as `gpus: {per_unit: 1_825, units: 8}`. Machines that are rented only while a
batch is worked off are a pool that runs `in_batches`: 250,000 calls on one that carries 100,000 an
hour are two and a half hours of it.

What is sent in every call may be written in parts that are added up: `prompt: {system: 1_100,
examples: 600}`, with `input_tokens: {p50: 50, p95: 300}` beside them for a question that differs.
Passages of a search, descriptions of `tools` and earlier turns (`turns`, `tokens_kept_per_turn`)
are added by themselves.

A model that is tried before another is two stages, such as `small` and behind it
`large: {is: inference, of: small, after: small, share: 20 %, …}`: who goes on pays both calls and
waits for both. A judge of every first answer is a stage `of: small` between the two. `after:` is
needed only where a kind brings stages. `aicost bill` says up to which share that saves; with a
`success_share` of each stage, what an answer that helps costs each way."""

PUBLISHED = """\
Figures of a table that somebody else made of the same system, by name, with the digits that they
are printed with: `aicost reconcile FILE` says of each whether it agrees, and which mistake would
make it (a unit, a line left out or counted twice). A name is `monthly`, `once`, `per_user`,
`per_request`, `daily`, `yearly`, a component, a stage or `"STAGE: ITEM"`. Amounts are in the
currency of the file unless they name another. 0.03075 may be printed 0.0307 or 0.0308; 1_500 is
taken for a round figure, 1500.00 is not."""

INVOICED = """\
What an invoice shows of the month that the file is of: `aicost reconcile FILE INVOICE --write COPY`
writes it. A name is a component, several with ` + ` between them, a stage, or `month` for the whole
bill; an amount is as exact as it is written, to 0.2 % at best, or a range. Inputs that nobody knows
are then drawn together, so that each bill among the draws is the invoice; each by itself keeps the
range that the file states. A figure that the ranges do not reach is not followed. An invoice shows
the system that it is of: once the file is changed so that its bill is 2 % off a figure, no range
follows that figure, and a warning says so."""

OPTIONS = """\
By names of one's own, each a mapping of fields to what they are set to, called and spelled as
`--set` takes them, or the path of another file, from the folder of this one. `aicost options` puts
them beside the system: the bill, the times, which goals each keeps, what has to be true for it.
They change nothing in the bill of the file itself."""

_CHAT = """kind: rag-chat
traffic: {users: 6_000, requests_per_user_month: 20}
"""

EXAMPLES = {
    "file": """name: Policy assistant
kind: rag-chat
as_of: 2026-11-23
currency: EUR
traffic:
  users: 2_300
  requests_per_user_month: about 40
  profile: office
corpus: {documents: 60_000, pages_per_document: 12, changed_per_month: 8 %}
pipeline:
  answer: {model: anthropic/claude-haiku-4-5}
  people: {share: 2 %}
goals: {budget_per_month: 8_000, whole_answer_p95: 8 s}
confirm: {users: "Ms Rossi, 12 December", answer.input_tokens: their engineers}
""",
    "traffic": """kind: rag-chat
traffic:
  users: 6_000
  requests_per_user_month: 2 to 6
  unit: broker
  profile: [0, 0, 0, 0, 0, 1, 4, 8, 10, 10, 9, 8, 7, 8, 9, 9, 8, 6, 3, 1, 0, 0, 0, 0]
""",
    "month": _CHAT + "month: {days: 30, hours: 720}\n",
    "corpus": _CHAT
    + """corpus:
  documents: 60_000
  pages_per_document: 12
  tokens_per_page: unknown
  chunk_tokens: 400
  overlap: 10 %
  changed_per_month: 8 %
""",
    "observed": _CHAT + "observed: {whole_answer_p50: 4 to 5 s, at: peak}\n",
    "goals": _CHAT
    + """goals:
  budget_per_month: 8_000
  cloud_budget_per_month: 6_500
  price_per_user_month: 12
  margin: 70 %
  first_word_p95: 2 s
  whole_answer_p95: 8 s
  abandonment: {3 s: 10 %, 8 s: 40 %}
""",
    "growth": _CHAT + "growth: {users_per_month: 15 %, months: 24}\n",
    "constraints": _CHAT
    + """pipeline: {answer: {model: openai/gpt-5}}
constraints: {residency: eu}
""",
    "limits": """kind: agent
traffic: {users: 300, requests_per_user_month: 20}
limits: {usd_per_request: 0.50}
""",
    "pools": """traffic: {requests_per_month: 200_000}
pools:
  readers: {price_per_hour: 1.2, carries: 900, at_least: 2, spare: 1}
  answers:
    serves: llama-3.3-70b
    chip: h100-sxm
    weights: fp8
    running: with_traffic
    prefix_cache: yes
    storage_price: 0.08
    egress_price: 0.09
  labels:  # rented while a batch is worked off, and at no other hour
    price_per_hour: 1.09
    carries: 80_000
    running: in_batches
  provisioned:  # throughput that a provider keeps for a month, and more by the token
    carries: 4_000
    committed: 2
    committed_price_per_month: 6_200
    at_most: 2
    overflow: yes
pipeline:
  read: {is: inference, pool: readers, input_tokens: 3_000, output_tokens: 200}
  answer: {is: inference, pool: answers, input_tokens: 2_000, output_tokens: 300,
    cache_read_share: 40 %}
  label: {is: inference, pool: labels, input_tokens: 400, output_tokens: 5, thinking_tokens: 0}
  sum_up:
    is: inference
    pool: provisioned
    model: openai/gpt-4o
    input_tokens: 900
    output_tokens: 150
""",
    "other": _CHAT
    + """other:
  api servers: {per_month: 420}
  licences: {per_user_month: 2.5}
  gateway: {per_mtok: 0.05, of: inference}
  guard: {per_call: 0.0002, of: answer}
  searches: {per_request: {p50: 0.002, p95: 0.02}}
  text recognition: {per_page: 0.0015}
  document pages: {per_unit: 0.0015, units: 250_000, free_units: 500}
  support: {share_of_lines: 10 %, of: inference}
  partner discount: {share_of_lines: -5 %}
  set-up: {once: 15 k}
""",
    "environments": _CHAT
    + """environments:
  dev: {share: 5 %}
  staging: {share: 10 %, of: [answer, retrieval]}
  evaluation: {share: 20 %, component: inference}
""",
    "plans": """kind: rag-chat
traffic: {users: 6_000, requests_per_user_month: {p50: 12, p95: 90}}
plans:
  free: {share: 60 %, price_per_seat_month: 0, requests_included: 20}
  team:
    share: 30 %
    price_per_seat_month: 12
    requests_included: 40
    price_per_extra_request: 0.20
    pooled: yes
  pro: {price_per_seat_month: 20, requests_included: 150, price_per_extra_request: 0.15}
goals: {margin: 60 %}
other:
  our own seats: {per_unit: 30, units: 25}  # bought from a vendor, for people of the firm
""",
    "published": _CHAT
    + """published:
  monthly: 1_534.64
  per_user: 0.26
  inference: 500
""",
    "invoiced": _CHAT
    + """invoiced: {inference: 520}
""",
    "options": _CHAT
    + """goals: {budget_per_month: 8_000, whole_answer_p95: 8 s}
options:
  small model: {answer.model: anthropic/claude-haiku-4-5}
  shorter answers: {answer.output_tokens: {p50: 120, p95: 400}, people.share: 1 %}
  data in the EU: {constraints.residency: eu}
""",
    "pipeline": """traffic: {users: 900, requests_per_user_month: 30}
pipeline:
  answer:
    route:
      small: {model: anthropic/claude-haiku-4-5, share: 70 %, input_tokens: 900, output_tokens: 250}
      large: {model: anthropic/claude-sonnet-5-5, input_tokens: 900, output_tokens: 400}
  agent:
    loop:
      rounds: 3 to 8
      steps:
        think: {is: inference, model: openai/gpt-5, input_tokens: 2_000, output_tokens: 300}
  people: {is: human_review, share: 2 %, minutes: 4, wage_per_hour: 31, when: after_answer}
""",
    "inference": """traffic: {requests_per_month: 40_000}
pipeline:
  answer:
    is: inference
    model: anthropic/claude-sonnet-5-5
    prompt: {system: 1_000, examples: about 400}
    input_tokens: {p50: 60, p95: 300}
    output_tokens: {p50: 250, p95: 900}
    thinking_tokens: 0
    cache_read_share: 60 %
    ttft: 0.8 s
    tpot: 12 ms
""",
    "embedding": """traffic: {requests_per_month: 40_000}
corpus: {documents: 9_000, pages_per_document: 8, tokens_per_page: 500, chunk_tokens: 400}
pipeline:
  embedding: {is: embedding, model: openai/text-embedding-3-small, query_tokens: 20}
""",
    "retrieval": """traffic: {requests_per_month: 40_000}
corpus: {documents: 9_000, pages_per_document: 8, tokens_per_page: 500, chunk_tokens: 400}
pipeline:
  retrieval: {is: retrieval, store: pinecone-standard, top_k: 8, dimensions: 1_536}
""",
    "reranking": """traffic: {requests_per_month: 40_000}
corpus: {documents: 9_000, pages_per_document: 8, tokens_per_page: 500, chunk_tokens: 400}
pipeline:
  retrieval: {is: retrieval, store: pinecone-standard, top_k: 40, dimensions: 1_536}
  reranking: {is: reranking, model: cohere/rerank-v4.0-fast, keep: 8, query_tokens: 20}
""",
    "human_review": """traffic: {requests_per_month: 40_000}
pipeline:
  people: {is: human_review, share: 2 %, minutes: 4, role: us/customer-service-representative,
    answer_within: 3 days, open: 8 to 18, open_days: 5, when: after_answer}
""",
    "hand_off": """traffic: {requests_per_month: 40_000}
pipeline:
  people:
    is: hand_off
    share: 20 %
    minutes: 9
    role: us/customer-service-representative
    when: before_answer
""",
    "response_cache": """traffic: {requests_per_month: 40_000}
pipeline:
  cache: {is: response_cache, hit_share: 20 %, node_per_month: 60}
  answer:
    is: inference
    model: anthropic/claude-haiku-4-5
    input_tokens: 900
    output_tokens: 250
""",
    "judge": """traffic: {requests_per_month: 40_000}
pipeline:
  answer: {is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 900, output_tokens: 250}
  marks:
    is: judge
    share: 5 %
    model: anthropic/claude-haiku-4-5
    input_tokens: 1_600
    output_tokens: 120
    batch: yes
""",
    "observability": """traffic: {requests_per_month: 40_000}
pipeline:
  traces:
    is: observability
    platform: langfuse-core
    share: 20 %
    events_per_request: 6
    kb_per_request: 20
""",
}
