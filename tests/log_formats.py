"""One call, written as each source writes it; the oracle of the readers is the call itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Call:
    """What every source can tell of a call."""

    number: int
    moment: datetime
    model: str
    fresh: int
    read: int
    written: int
    seen: int
    thought: int
    whole_ms: int
    failed: bool

    @property
    def ended(self) -> datetime:
        return self.moment + timedelta(milliseconds=self.whole_ms)

    @property
    def trace(self) -> str:
        return f"trace{self.number // 3}"

    @property
    def cached(self) -> int:
        return self.read + self.written

    @property
    def row(self) -> dict[str, Any]:
        """The row of the table that it has to become."""
        return {
            "moment": self.moment,
            "call": f"call{self.number}",
            "model": self.model,
            "input_tokens": self.fresh,
            "cache_read_tokens": self.read,
            "cache_write_5m_tokens": self.written,
            "output_tokens": self.seen,
            "thinking_tokens": self.thought,
        }


def ns(moment: datetime) -> str:
    return str((moment - EPOCH) // timedelta(microseconds=1) * 1_000)


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds") + "Z"


def otlp(one: Call, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A span of OTLP JSON."""
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue"}
    said = [
        {"key": key, "value": {kinds[type(value)]: str(value) if isinstance(value, int) else value}}
        for key, value in attributes.items()
    ]
    return {
        "traceId": one.trace,
        "spanId": f"call{one.number}",
        "name": "chat",
        "startTimeUnixNano": ns(one.moment),
        "endTimeUnixNano": ns(one.ended),
        "attributes": said,
        "status": {"code": 2} if one.failed else {},
    }


def spans(made: Callable[[Call], Mapping[str, Any]]) -> Callable[[Sequence[Call]], str]:
    """All calls as an export of OTLP JSON."""

    def text(calls: Sequence[Call]) -> str:
        inner = [otlp(one, made(one)) for one in calls]
        scopes = [{"scope": {"name": "s"}, "spans": [each]} for each in inner]
        return json.dumps({"resourceSpans": [{"resource": {}, "scopeSpans": scopes}]})

    return text


def lines(made: Callable[[Call], Mapping[str, Any]]) -> Callable[[Sequence[Call]], str]:
    """All calls as lines of JSON."""
    return lambda calls: "\n".join(json.dumps(made(one)) for one in calls)


def genai(one: Call) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.response.model": one.model,
        "gen_ai.usage.input_tokens": one.fresh + one.cached,
        "gen_ai.usage.cache_read.input_tokens": one.read,
        "gen_ai.usage.cache_creation.input_tokens": one.written,
        "gen_ai.usage.output_tokens": one.seen + one.thought,
        "gen_ai.usage.reasoning.output_tokens": one.thought,
    }


def genai_old(one: Call) -> dict[str, Any]:
    return {
        "gen_ai.system": "openai",
        "gen_ai.request.model": one.model,
        "gen_ai.usage.prompt_tokens": one.fresh + one.cached,
        "gen_ai.usage.cache_read_input_tokens": one.read,
        "gen_ai.usage.cache_creation_input_tokens": one.written,
        "gen_ai.usage.completion_tokens": one.seen + one.thought,
        "gen_ai.usage.reasoning_tokens": one.thought,
    }


def openinference(one: Call) -> dict[str, Any]:
    return {
        "openinference.span.kind": "LLM",
        "llm.model_name": one.model,
        "llm.token_count.prompt": one.fresh + one.cached,
        "llm.token_count.prompt_details.cache_read": one.read,
        "llm.token_count.prompt_details.cache_write": one.written,
        "llm.token_count.completion": one.seen + one.thought,
        "llm.token_count.completion_details.reasoning": one.thought,
    }


def mlflow(one: Call) -> dict[str, Any]:
    usage = {
        "input_tokens": one.fresh + one.cached,
        "cache_read_input_tokens": one.read,
        "cache_creation_input_tokens": one.written,
        "output_tokens": one.seen + one.thought,
        "reasoning_tokens": one.thought,
    }
    return {
        "trace_id": one.trace,
        "span_id": f"call{one.number}",
        "name": "chat",
        "start_time_unix_nano": int(ns(one.moment)),
        "end_time_unix_nano": int(ns(one.ended)),
        "status": {"code": "STATUS_CODE_ERROR" if one.failed else "STATUS_CODE_OK"},
        "attributes": {
            "mlflow.spanType": json.dumps("CHAT_MODEL"),
            "mlflow.llm.model": json.dumps(one.model),
            "mlflow.chat.tokenUsage": json.dumps(usage),
        },
    }


def litellm(one: Call) -> dict[str, Any]:
    usage = {
        "prompt_tokens_details": {"cached_tokens": one.read},
        "cache_creation_input_tokens": one.written,
        "completion_tokens_details": {"reasoning_tokens": one.thought},
    }
    return {
        "request_id": f"call{one.number}",
        "call_type": "acompletion",
        "custom_llm_provider": "openai",
        "model": one.model,
        "prompt_tokens": one.fresh + one.cached,
        "completion_tokens": one.seen + one.thought,
        "total_tokens": one.fresh + one.cached + one.seen + one.thought,
        "spend": 0.5,
        "startTime": iso(one.moment),
        "endTime": iso(one.ended),
        "session_id": one.trace,
        "status": "failure" if one.failed else "success",
        "metadata": {"usage_object": usage},
    }


def langfuse(one: Call) -> dict[str, Any]:
    return {
        "id": f"call{one.number}",
        "trace_id": one.trace,
        "type": "GENERATION",
        "start_time": iso(one.moment),
        "end_time": iso(one.ended),
        "provided_model_name": one.model,
        "level": "ERROR" if one.failed else "DEFAULT",
        "usage_details": {
            "input": one.fresh,
            "input_cached_tokens": one.read,
            "cache_creation_input_tokens": one.written,
            "output": one.seen + one.thought,
            "output_reasoning_tokens": one.thought,
        },
    }


def bedrock(one: Call) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog",
        "timestamp": iso(one.moment),
        "requestId": f"call{one.number}",
        "requestMetadata": {"trace_id": one.trace},
        "operation": "Converse",
        "modelId": one.model,
        "input": {
            "inputTokenCount": one.fresh,
            "cacheReadInputTokenCount": one.read,
            "cacheWriteInputTokenCount": one.written,
        },
        "output": {"outputTokenCount": one.seen + one.thought},
    }


def helicone(one: Call) -> dict[str, Any]:
    return {
        "request_id": f"call{one.number}",
        "request_created_at": iso(one.moment),
        "properties": {"trace_id": one.trace},
        "model": one.model,
        "status": 500 if one.failed else 200,
        "prompt_tokens": one.fresh + one.cached,
        "prompt_cache_read_tokens": one.read,
        "prompt_cache_write_tokens": one.written,
        "completion_tokens": one.seen + one.thought,
        "reasoning_tokens": one.thought,
        "latency": one.whole_ms,
        "cost": 500_000_000,
    }


def openrouter(one: Call) -> dict[str, Any]:
    return {
        "generation_id": f"call{one.number}",
        "created_at": iso(one.moment),
        "model": one.model,
        "tokens_prompt": 1,
        "native_tokens_prompt": one.fresh + one.read,
        "native_tokens_cached": one.read,
        "native_tokens_completion": one.seen + one.thought,
        "native_tokens_reasoning": one.thought,
        "generation_time": one.whole_ms,
    }


def claude_code(one: Call) -> dict[str, Any]:
    return {
        "type": "assistant",
        "uuid": f"u{one.number}",
        "sessionId": one.trace,
        "timestamp": iso(one.moment),
        "message": {
            "id": f"call{one.number}",
            "model": one.model,
            "usage": {
                "input_tokens": one.fresh,
                "cache_read_input_tokens": one.read,
                "cache_creation_input_tokens": one.written,
                "cache_creation": {"ephemeral_5m_input_tokens": one.written},
                "output_tokens": one.seen + one.thought,
            },
        },
    }


def codex(calls: Sequence[Call]) -> str:
    """A rollout: the model once for each turn, sums so far beside each call."""
    told: list[dict[str, Any]] = [{"type": "session_meta", "payload": {"id": "s"}}]
    total = 0
    for one in calls:
        usage = {
            "input_tokens": one.fresh + one.read,
            "cached_input_tokens": one.read,
            "output_tokens": one.seen + one.thought,
            "reasoning_output_tokens": one.thought,
            "total_tokens": one.fresh + one.read + one.seen + one.thought,
        }
        total += usage["total_tokens"] + 1
        info = {"last_token_usage": usage, "total_token_usage": {"total_tokens": total}}
        told.append({"type": "turn_context", "payload": {"model": one.model}})
        told.append(
            {
                "type": "event_msg",
                "timestamp": iso(one.moment),
                "payload": {"type": "token_count", "info": info},
            }
        )
    return "\n".join(map(json.dumps, told))


#: By source how it writes calls, and which columns it cannot tell.
FORMATS: Mapping[str, tuple[Callable[[Sequence[Call]], str], frozenset[str]]] = {
    "OpenTelemetry GenAI": (spans(genai), frozenset()),
    "OpenTelemetry GenAI, old names": (spans(genai_old), frozenset()),
    "OpenInference": (spans(openinference), frozenset()),
    "MLflow": (lines(mlflow), frozenset()),
    "LiteLLM": (lines(litellm), frozenset()),
    "Langfuse": (lines(langfuse), frozenset()),
    "Bedrock": (lines(bedrock), frozenset({"thinking_tokens"})),
    "Helicone": (lines(helicone), frozenset()),
    "OpenRouter": (lines(openrouter), frozenset({"cache_write_5m_tokens"})),
    "Claude Code": (lines(claude_code), frozenset({"thinking_tokens"})),
    "Codex": (codex, frozenset({"cache_write_5m_tokens", "call"})),
}
