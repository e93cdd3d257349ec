"""A system whose bill is beside invoices, and the files of what others published."""

from pathlib import Path

from places import TESTS

from aicost.billing.case import Case, load

INVOICES = TESTS / "data" / "invoices"
PUBLISHED = TESTS / "data" / "published"

SYSTEM = """
name: Search
traffic: {requests_per_month: 100_000}
pipeline:
  embed: {is: embedding, query_tokens: 1_000, price: {input: 0.2}}
  search: {is: retrieval, price: {gb: 100, gb_month: 3}}
  answer: {is: inference, input_tokens: 5_000, output_tokens: 0, price: {input: 2, output: 10}}
  people: {is: human_review, when: after_answer,
           share: 0.1 %, minutes: 60, wage_per_hour: 30, overhead: 1,
           occupancy: 100 %, shrinkage: 0 %}
other:
  servers: {per_month: 500}
  traces: {per_month: 100, component: observability}
"""  # inference 1,000, embedding 20, retrieval 300, hosting 500, observability 100
#: A system with one input that is not known, in euros.
OPEN = """
name: Open
currency: EUR
traffic: {requests_per_month: 100_000}
pipeline:
  answer: {is: inference, input_tokens: about 5_000, output_tokens: 0, price: {input: 2, output: 2}}
other: {servers: {per_month: 500}}
"""


def published(name: str, **changes: float) -> Case:
    """Load a published case."""
    return load(PUBLISHED / f"{name}.yaml").at(changes)


def invoice(folder: Path, text: str | bytes) -> Path:
    """Write an invoice to a folder."""
    path = folder / "invoice.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
