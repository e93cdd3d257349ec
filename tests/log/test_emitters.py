"""Spans that real emitters write, and the names that their packages define."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from openinference.semconv.trace import SpanAttributes as Inference
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as genai
from opentelemetry.semconv_ai import SpanAttributes as Traceloop
from opentelemetry.trace import StatusCode

from aicost.log.engine import collected
from aicost.log.layouts import layouts
from aicost.log.read import Log, read_log

NOW = datetime(2100, 1, 1)


def places(name: str) -> set[str]:
    """Every attribute that a layout looks at."""
    (layout,) = (one for one in layouts().read if one.name == name)
    paths = [place.path for of in layout.fields.values() for place in of]
    return {path[1] for path in paths if path[0] == "attributes"}


@pytest.mark.parametrize(
    "name",
    [
        genai.GEN_AI_OPERATION_NAME,
        genai.GEN_AI_PROVIDER_NAME,
        genai.GEN_AI_SYSTEM,
        genai.GEN_AI_REQUEST_MODEL,
        genai.GEN_AI_RESPONSE_MODEL,
        genai.GEN_AI_CONVERSATION_ID,
        genai.GEN_AI_USAGE_INPUT_TOKENS,
        genai.GEN_AI_USAGE_OUTPUT_TOKENS,
        genai.GEN_AI_USAGE_PROMPT_TOKENS,
        genai.GEN_AI_USAGE_COMPLETION_TOKENS,
        Traceloop.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
        Traceloop.GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
        Traceloop.GEN_AI_USAGE_REASONING_TOKENS,
        Traceloop.TRACELOOP_WORKFLOW_NAME,
        Traceloop.TRACELOOP_ENTITY_NAME,
        Traceloop.TRACELOOP_SPAN_KIND,
    ],
)
def test_names_of_opentelemetry_are_looked_at(name: str) -> None:
    assert name in places("OpenTelemetry GenAI")


@pytest.mark.parametrize(
    "name",
    [
        Inference.OPENINFERENCE_SPAN_KIND,
        Inference.LLM_MODEL_NAME,
        Inference.LLM_PROVIDER,
        Inference.LLM_SYSTEM,
        Inference.LLM_TOKEN_COUNT_PROMPT,
        Inference.LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
        Inference.LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
        Inference.LLM_TOKEN_COUNT_COMPLETION,
        Inference.LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING,
        Inference.LLM_TOKEN_COUNT_TOTAL,
        Inference.LLM_COST_TOTAL,
        Inference.EMBEDDING_MODEL_NAME,
        Inference.SESSION_ID,
        Inference.USER_ID,
    ],
)
def test_names_of_openinference_are_looked_at(name: str) -> None:
    assert name in places("OpenInference")


def spans(tmp_path: Path, indent: int | None) -> Log:
    """Two calls and their wrapper, as the SDK of OpenTelemetry writes spans itself."""
    held = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(held))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("invoke_agent desk") as agent:
        agent.set_attribute(genai.GEN_AI_OPERATION_NAME, "invoke_agent")
        agent.set_attribute(genai.GEN_AI_USAGE_INPUT_TOKENS, 2_400)
        for failed in (False, True):
            with tracer.start_as_current_span("chat gpt-5") as span:
                span.set_attribute(genai.GEN_AI_OPERATION_NAME, "chat")
                span.set_attribute(genai.GEN_AI_PROVIDER_NAME, "openai")
                span.set_attribute(genai.GEN_AI_RESPONSE_MODEL, "gpt-5-2026-01-01")
                span.set_attribute(genai.GEN_AI_USAGE_INPUT_TOKENS, 1_200)
                span.set_attribute(Traceloop.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS, 1_000)
                span.set_attribute(genai.GEN_AI_USAGE_OUTPUT_TOKENS, 70)
                span.set_attribute(genai.GEN_AI_INPUT_MESSAGES, "my name is Ada")
                span.add_event(
                    "gen_ai.evaluation.result",
                    {"gen_ai.evaluation.score.value": 0.5, "gen_ai.evaluation.name": "judge"},
                )
                span.set_status(StatusCode.ERROR if failed else StatusCode.OK)
    path = tmp_path / "spans.json"
    told = [json.loads(span.to_json()) for span in held.get_finished_spans()]
    path.write_text("\n".join(json.dumps(one, indent=indent) for one in told))
    return read_log(path, now=NOW)


@pytest.mark.parametrize("indent", [None, 4])
def test_spans_of_the_sdk_are_read_back(tmp_path: Path, indent: int | None) -> None:
    log = spans(tmp_path, indent)
    assert (log.source, log.read, log.good) == ("OpenTelemetry GenAI", 3, 2)
    assert log.set_aside["reason"].to_list() == ["wraps other calls, and its tokens are theirs"]
    calls = collected(log.calls)
    assert calls["request"].nunique() == 1
    assert calls["call"].nunique() == 2
    assert calls["input_tokens"].to_list() == [200, 200]
    assert calls["cache_read_tokens"].to_list() == [1_000, 1_000]
    assert calls["output_tokens"].to_list() == [70, 70]
    assert sorted(calls["status"]) == ["error", "ok"]
    assert calls["quality"].to_list() == [0.5, 0.5]
    assert (calls["whole_s"] >= 0).all()
    assert "Ada" not in calls.to_csv() + repr(log)
