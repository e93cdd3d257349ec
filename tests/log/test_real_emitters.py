"""Calls as the code of others writes them down; no network, what answers is made up.

Each runs where its package is installed: `pip install langfuse`, `'litellm[proxy]'`, or one of the
instrumentations of OpenAI's and Anthropic's clients; the one of [dev] always.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from aicost.log.engine import collected
from aicost.log.read import Log, read_log

NOW = datetime(2100, 1, 1)
SECRET = "my name is Ada"
ASKED: Any = [{"role": "user", "content": SECRET}]
USAGE = {
    "prompt_tokens": 1_200,
    "completion_tokens": 70,
    "total_tokens": 1_270,
    "prompt_tokens_details": {"cached_tokens": 1_000},
    "completion_tokens_details": {"reasoning_tokens": 20},
}
OF_OPENAI = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_790_000_000,
    "model": "gpt-5-2025-08-07",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": SECRET},
        }
    ],
    "usage": USAGE,
    "service_tier": "default",
}
OF_ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": SECRET}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 200,
        "cache_read_input_tokens": 1_000,
        "cache_creation_input_tokens": 300,
        "output_tokens": 70,
    },
}


SEEN = {
    "id": "o1",
    "traceId": "t1",
    "startTime": "2026-11-02T09:00:00Z",
    "endTime": "2026-11-02T09:00:02Z",
    "projectId": "p1",
    "type": "GENERATION",
    "name": "answer",
    "level": "DEFAULT",
    "userId": "u1",
    "sessionId": "s1",
    "input": SECRET,
    "output": SECRET,
    "providedModelName": "gpt-5-2025-08-07",
    "usageDetails": {
        "input": 200,
        "input_cached_tokens": 1_000,
        "output": 70,
        "output_reasoning_tokens": 20,
        "total": 1_270,
    },
    "totalCost": 0.01,
}


@pytest.fixture
def spans() -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    """What is instrumented writes to; what is left in it afterwards."""
    held, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(held))
    yield provider, held
    provider.shutdown()


def needed(name: str) -> Any:
    """A module of another's package, or a test that is skipped."""
    return pytest.importorskip(name, reason=f"{name} is not installed")


def client_of(package: str, kind: str, answer: Mapping[str, Any]) -> Any:
    """The client of a provider with an answer in place of its network."""
    module = needed(package)
    network = module.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]
    return getattr(module, kind)(
        api_key="none", http_client=answering(network, answer, kind[:5] == "Async")
    )


def answering(network: str, answer: Mapping[str, Any], at_once: bool = False) -> Any:
    """A client of httpx, or of what stands for it, that has one answer to everything."""
    http = needed(network)
    transport = http.MockTransport(lambda request: http.Response(200, json=answer))
    return (http.AsyncClient if at_once else http.Client)(transport=transport)


def written(folder: Path, told: Sequence[Any]) -> Log:
    """A log of what was written down."""
    path = folder / "log.jsonl"
    path.write_text("\n".join(json.dumps(one, default=str) for one in told))
    return read_log(path, now=NOW)


def spans_of(folder: Path, held: InMemorySpanExporter) -> Log:
    return written(folder, [json.loads(span.to_json()) for span in held.get_finished_spans()])


def held_against(log: Log, source: str, fresh: int = 200, **tokens: int) -> Any:
    """The one call of a log, whose tokens are those that were answered."""
    assert (log.source, log.good) == (source, 1)
    assert all(reason.startswith(("no call", "wraps")) for reason in log.set_aside["reason"])
    calls = collected(log.calls)
    (call,) = calls.to_dict("records")
    wanted = {"cache_read_tokens": 1_000, "output_tokens": 50, "thinking_tokens": 20, **tokens}
    assert call["input_tokens"] == fresh
    assert {name: call[name] or 0 for name in wanted} == wanted
    assert call["whole_s"] >= 0
    assert SECRET not in calls.to_csv() + repr(log)
    return call


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("opentelemetry.instrumentation.openai", "OpenTelemetry GenAI"),
        ("openinference.instrumentation.openai", "OpenInference"),
    ],
)
def test_an_instrumented_client_of_openai_is_read_back(
    tmp_path: Path, spans: Any, package: str, source: str
) -> None:
    provider, held = spans
    client = client_of("openai", "OpenAI", OF_OPENAI)
    instrumentor = needed(package).OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        with provider.get_tracer("test").start_as_current_span("POST /ask"):
            client.chat.completions.create(model="gpt-5", messages=ASKED)
    finally:
        instrumentor.uninstrument()
    call = held_against(spans_of(tmp_path, held), source)
    assert (call["provider"], call["model"]) == ("openai", "gpt-5-2025-08-07")
    assert call["operation"] == "chat"


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("opentelemetry.instrumentation.anthropic", "OpenTelemetry GenAI"),
        ("openinference.instrumentation.anthropic", "OpenInference"),
    ],
)
def test_an_instrumented_client_of_anthropic_is_read_back(
    tmp_path: Path, spans: Any, package: str, source: str
) -> None:
    provider, held = spans
    client = client_of("anthropic", "Anthropic", OF_ANTHROPIC)
    instrumentor = needed(package).AnthropicInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    try:
        client.messages.create(model="claude-sonnet-4-5", max_tokens=100, messages=ASKED)
    finally:
        instrumentor.uninstrument()
    log = spans_of(tmp_path, held)
    call = held_against(log, source, cache_write_5m_tokens=300, output_tokens=70, thinking_tokens=0)
    assert (call["provider"], call["model"]) == ("anthropic", "claude-sonnet-4-5")


def langfuse_of(project: str, **more: Any) -> Any:
    """Its client; of two of one project, the second would be the first."""
    keys = {"public_key": f"pk-lf-{project}", "secret_key": "sk-lf-none"}
    keys |= {"base_url": "http://localhost:1"}
    return needed("langfuse").Langfuse(**keys, tracer_provider=TracerProvider(), **more)


def by_hand(langfuse: Any) -> None:
    """A generation with its usage in Langfuse's own names, what a cache read beside the input."""
    usage = {"input": 200, "input_cached_tokens": 1_000, "output": 70}
    with langfuse.start_as_current_observation(
        name="answer", as_type="generation", model="gpt-5-2025-08-07", input=SECRET
    ) as one:
        usage["output_reasoning_tokens"] = 20
        one.update(output=SECRET, usage_details=usage, cost_details={"total": 0.01})


def by_its_wrapper(langfuse: Any) -> None:
    """A call through Langfuse's wrapper of OpenAI's client, which copies OpenAI's own names."""
    needed("langfuse.openai")
    client = client_of("openai", "OpenAI", OF_OPENAI)
    whose = {"langfuse_public_key": "pk-lf-by_its_wrapper"}  # of several in one process
    client.chat.completions.create(model="gpt-5", messages=ASKED, **whose)


@pytest.mark.parametrize(
    ("make", "source"),
    [(by_hand, "Langfuse spans"), (by_its_wrapper, "Langfuse spans of OpenAI")],
)
def test_spans_of_langfuse_are_read_back(
    tmp_path: Path, make: Callable[[Any], None], source: str
) -> None:
    held = InMemorySpanExporter()
    langfuse = langfuse_of(make.__name__, span_exporter=held)
    with langfuse.start_as_current_observation(name="ask", as_type="span"):
        make(langfuse)
    langfuse.flush()
    call = held_against(spans_of(tmp_path, held), source)
    assert (call["model"], call["operation"]) == ("gpt-5-2025-08-07", "chat")


def test_observations_as_langfuse_exports_them_are_read_back(tmp_path: Path) -> None:
    """As its client writes what its server said."""
    langfuse = langfuse_of("export", httpx_client=answering("httpx", {"data": [SEEN], "meta": {}}))
    found = langfuse.api.observations.get_many()
    log = written(tmp_path, [json.loads(one.json()) for one in found.data])
    call = held_against(log, "Langfuse")
    assert (call["request"], call["session"], call["user"]) == ("t1", "s1", "u1")
    assert (call["whole_s"], call["logged_usd"]) == (2.0, 0.01)


def test_spend_logs_of_litellm_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the code of its proxy makes the row of its table, of a call that its client made."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    litellm = needed("litellm")
    needed("fastapi")
    row_of = import_module("litellm.proxy.spend_tracking.spend_tracking_utils").get_logging_payload
    base = import_module("litellm.integrations.custom_logger").CustomLogger
    rows: list[Any] = []

    class Kept(base):  # type: ignore[misc, valid-type]
        async def async_log_success_event(self, **said: Any) -> None:
            rows.append(row_of(**said))

    monkeypatch.setattr(litellm, "callbacks", [Kept()])
    client = client_of("openai", "AsyncOpenAI", OF_OPENAI)
    told = {"user_api_key_team_id": "team-1", "tags": ["chat"], "trace_id": "t1"}

    async def called() -> None:
        await litellm.acompletion(
            model="openai/gpt-5", messages=ASKED, client=client, metadata=told
        )
        until = time.monotonic() + 20
        while not rows and time.monotonic() < until:
            await asyncio.sleep(0.05)  # it writes behind the answer

    asyncio.run(called())
    call = held_against(written(tmp_path, rows), "LiteLLM")
    assert (call["tenant"], call["feature"], call["request"]) == ("team-1", "chat", "t1")
    assert (call["provider"], call["model"]) == ("openai", "gpt-5")
    assert call["logged_usd"] == pytest.approx((200 * 1.25 + 1_000 * 0.125 + 70 * 10) / 1e6)
