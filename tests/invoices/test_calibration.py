"""What a calibration says in words."""

import pytest

import aicost
from aicost.invoices.calibration import Calibration, Moved, Off, Rest, telling
from aicost.values.money import Money
from aicost.values.quantities import Quantity, Range


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
        "inference: the invoice stays $400.00 below $500.00, no values within the ranges explain "
        "it: they reach $220.00 at least; it would fit if a is left out, or if b is counted twice"
    )


def test_what_a_figure_reaches_alone_is_not_said_to_be_out_of_reach() -> None:
    """An invoice of 149 is not explained by a reach of 420 that stands beside it."""
    for off in (
        Off("hosting", 123.0, 149.0, True, 420.0),
        Off("hosting", 160.0, 149.0, True, 114.0),
    ):
        assert off.sentence.endswith(
            ", no values within the ranges explain it together with the other figures"
        )


def test_what_no_line_covers_is_not_what_lines_fall_short_of() -> None:
    case = aicost.case(kind="rag-chat", users=100)
    rests = (Rest("Foo", "other", 46.0), Rest("rest of hosting", "hosting", 25.96, "hosting"))
    assert [*Calibration(case, (), (), (), rests, 0).notes()] == [
        "no line covers Foo $46.00; above its lines is hosting $25.96"
    ]


def test_what_the_same_inputs_make_of_review_staff_is_said() -> None:
    """No invoice shows it, so that nobody would see it rise."""
    case = aicost.case(kind="rag-chat", users=100)
    still = Calibration(case, (), (), (), (), 0, (1_000.0, 1_010.0))
    moved = Calibration(case, (), (), (), (), 0, (1_000.0, 1_500.0))
    assert not [*still.notes()]
    (note,) = moved.notes()
    assert note.startswith("the same inputs take review staff from $1,000.00 to $1,500.00 a month")


def test_amounts_are_written_with_the_digits_of_their_own_money() -> None:
    known = Range(1_456.0, 1_467.0)
    of = Quantity("", "USD/month")
    one = Moved("other.x.per_month", of, 1.0, 1.0, known, known, "given", 1.0)
    assert one.spelled(Money("EUR", 1.1172, "", "")) == "1303.26 to 1313.1"
