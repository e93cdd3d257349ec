"""What a calibration says in words."""

import pytest

from aicost.invoices.calibration import Off, telling


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["traffic.users"], "the users who were active"),
        (
            ["answer.input_tokens", "traffic.requests_per_user_month", "answer.output_tokens"],
            "a count of requests or a token count",
        ),
        (
            ["cache.hit_share", "corpus.documents", "people.minutes"],
            "a count of documents and passages, a timesheet or a log of requests",
        ),
    ],
)
def test_what_would_tell_causes_apart(paths: list[str], words: str) -> None:
    assert telling(paths) == words


def test_what_stays_off_says_by_how_much_and_why() -> None:
    off = Off("hosting", 500.0, 650.0, False, 500.0)
    assert off.sentence == (
        "hosting: the invoice stays $150.00 above $500.00, no unknown input moves it"
    )
    below = Off("inference", 500.0, 100.0, True, 220.0, ("a is left out", "b is counted twice"))
    assert below.sentence == (
        "inference: the invoice stays $400.00 below $500.00, no point within the ranges explains "
        "it: they reach $220.00 at least; it would fit if a is left out, or if b is counted twice"
    )
