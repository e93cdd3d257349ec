"""Solutions of 02, Embedding pipelines."""

import aicost as ac
from aicost.show.workshop import Exercise, Slip

SAMPLE = "data/scenarios/contract-search-billed.yaml"  # for a system without documents


def again(passages: float, per_edit: float) -> float:
    """Return the tokens embedded again for each that changed, by document."""
    return max(1, passages / per_edit)


def exercises(case: ac.Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    corpus = (case if case.scenario.corpus else ac.load(SAMPLE)).point.scenario.corpus
    share, passages = float(corpus.changed_per_month), float(corpus.passages_per_document)

    def months() -> float:
        return 1 / (share * max(1.0, passages))

    return [
        Exercise(
            "amplification",
            unit="times",
            answer=lambda: again,
            at=((40, 1), (40, 4), (7.5, 1), (2, 10)),
            slips=(
                Slip(
                    "each passage for each edit",
                    lambda: lambda passages, per_edit: passages * per_edit,
                    "Edits that touch more passages make it less, not more. Divide.",
                ),
                Slip(
                    "whatever the edit",
                    lambda: lambda passages, per_edit: passages,
                    "That is right where an edit changes one passage. What if it changes four?",
                ),
                Slip(
                    "less than one",
                    lambda: lambda passages, per_edit: passages / per_edit,
                    "An edit cannot change more passages than there are: it is never below 1.",
                ),
                Slip(
                    "upside down",
                    lambda: lambda passages, per_edit: per_edit / passages,
                    "That is changed over embedded. It is the other way round.",
                ),
            ),
            hints=(
                "What is embedded: the whole document. What has changed: some passages of it.",
                "Passages of a document over passages of an edit. And when that is below one?",
            ),
        ),
        Exercise(
            "edits cost as much as ingestion",
            unit="months",
            tolerance=0.05,
            answer=months,
            slips=(
                Slip(
                    "by passage",
                    lambda: 1 / share,
                    "That is by passage. By document, each edit embeds all of its passages.",
                ),
                Slip(
                    "share for months",
                    lambda: share * max(1.0, passages),
                    "That is how much of the collection is embedded again in one month.",
                ),
                Slip(
                    "passages for months",
                    lambda: passages,
                    "That is the passages alone. How much of the text changes in a month?",
                ),
                Slip(
                    "passages over share",
                    lambda: passages / share,
                    "More passages make it sooner, not later.",
                ),
            ),
            hints=(
                "How much of the collection is embedded again in one month, by document?",
                "Share that changes x passages of a document. How many months until that is 1?",
            ),
        ),
        Exercise(
            "a fifth of overlap",
            unit="per cent",
            answer=lambda: 100 / (1 - 0.2),
            slips=(
                Slip(
                    "a fifth more",
                    lambda: 120.0,
                    "A fifth of each passage repeats, so only four fifths of it are new text. "
                    "Divide by those.",
                ),
                Slip(
                    "a fifth less",
                    lambda: 80.0,
                    "It becomes more, not less: text is repeated.",
                ),
                Slip("only the rest", lambda: 25.0, "That is what comes on top. Asked for is all."),
            ),
            hints=(
                "Each passage begins a fifth of its length before the last one ends.",
                "So a step of four fifths takes a whole passage: one over what?",
            ),
        ),
    ]
