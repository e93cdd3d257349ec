"""A file whose every number can be checked by hand."""

from aicost.book.book import Book

NEWEST = Book.load().newest
DESK = (
    f"as_of: {NEWEST}\n"
    + """\
name: Desk
traffic: {users: 2_000, requests_per_user_month: about 50}
pipeline:
  answer:
    is: inference
    price: {input: 2, output: 10}
    input_tokens: 1_500
    output_tokens: {p50: 250, p95: 900}
  people: {is: human_review, when: after_answer, share: 1 %, minutes: 3 to 5, wage_per_hour: 30}
other:
  servers: {per_month: 700}
  set-up: {once: 5_000}
  nothing: {per_month: 0}
goals: {price_per_user_month: 4}
"""
)
