"""What others call the fields of a call to a model, and what to write for each."""

from __future__ import annotations

from collections.abc import Mapping

from aicost.components.modalities import MEDIA

READ = "input_tokens: …, all that is sent in one call: instructions and question together"
PARTS = "prompt: {system: …, question: …}, by names of your own; they are added up"
CACHED = "cache_read_share: …, of all that is read"

MEANT: Mapping[str, str] = {
    **dict.fromkeys(
        ("system", "system_tokens", "system_prompt", "instructions", "examples", "few_shot"), PARTS
    ),
    **dict.fromkeys(("question", "question_tokens", "user_tokens", "history"), PARTS),
    **dict.fromkeys(("prompt_tokens", "query_tokens", "tokens_in", "input"), READ),
    "input_tokens.NAME": PARTS.replace(", by", " in its place, by"),
    **dict.fromkeys(
        ("completion_tokens", "answer_tokens", "response_tokens", "tokens_out", "output"),
        "output_tokens: …",
    ),
    **dict.fromkeys(("cached_share", "cached_input_share", "cached_tokens", "cached"), CACHED),
    **dict.fromkeys(("cache_hit_rate", "cache_hit_share", "hit_share", "hit_rate"), CACHED),
    **dict.fromkeys(
        ("price_in_per_mtok", "price_out_per_mtok", "price_in", "price_out", "prices"),
        "price: {input: …, output: …}, in money for a million tokens",
    ),
    **dict.fromkeys(
        ("input_price", "output_price", "price_per_mtok"),
        "price: {input: …, output: …}, in money for a million tokens",
    ),
    **dict.fromkeys(
        ("price_per_request", "price_per_call", "usd_per_request", "per_request", "per_call"),
        "price: {request: …}",
    ),
    **dict.fromkeys(
        ("reasoning_tokens", "reasoning", "thinking", "thoughts", "thinking_budget"),
        "thinking_tokens: …",
    ),
    **dict.fromkeys(
        ("tool_tokens", "tools_tokens", "mcp", "mcp_servers", "functions", "tool_schemas"),
        "tools: {count: …, tokens_each: …}",
    ),
    **dict.fromkeys(("web_search", "web_searches", "searches"), "fees: {web_search: …}"),
    **dict.fromkeys(("pages", "documents", "ocr"), "fees: {input_document_page: …}"),
    "fee": "fees: {NAME: …}",
    **{field.replace("input_", ""): f"{field}: …" for field in MEDIA if "input" in field},
}
