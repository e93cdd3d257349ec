"""A system of one call, and a client's own prices beside it."""

from pathlib import Path

HAIKU = "anthropic/claude-haiku-4-5"
SYSTEM = f"""name: Desk
kind: rag-chat
as_of: 2026-11-23
traffic: {{users: 1_000, requests_per_user_month: 500}}
pipeline:
  {{embedding: none, retrieval: none, reranking: none, people: none, traces: none,
   answer: {{model: {HAIKU}, input_tokens: 1_000, output_tokens: 200}}}}
"""


def files(folder: Path, head: str, *rows: str, system: str = SYSTEM) -> tuple[Path, Path]:
    """Write a system, and prices under a heading that ends in source and read_on."""
    desk, own = folder / "desk.yaml", folder / "own.csv"
    desk.write_text(system)
    own.write_text("\n".join([head, *(f"{row},contract,2026-11-01" for row in rows)]) + "\n")
    return desk, own
