"""Kinds of system and unknowns in the words of a client, none of which needs the word token."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A kind of system as a client would describe it, and how its questions are put."""

    says: str
    users: str
    often: str
    pays: str
    writers: tuple[str, ...]  # the stages that the model writing the answers stands in
    searches: str = ""  # the stage that looks things up, if any
    unit: str = "user"
    pages: str = "How many pages has one of them?"
    documents: str = "How many documents can it search?"


KINDS = {
    "rag-chat": Asked(
        "people ask, and it answers from the client's own documents",
        "How many people used it last month?",
        "How many questions does one of them ask in a month?",
        "What does one user pay a month, or bring in?",
        ("answer",),
        "retrieval",
    ),
    "agent": Asked(
        "an assistant that works on a task by itself, step by step",
        "How many people used it last month?",
        "How many tasks does one of them give it in a month?",
        "What does one user pay a month, or bring in?",
        ("work/think", "answer"),
        "work/search",
    ),
    "document-review": Asked(
        "documents are read one by one, and people check some results",
        "How many documents came in last month?",
        "How many times is one of them worked on in a month?",
        "What is charged for one document, or what is it worth?",
        ("extract",),
        unit="document",
    ),
    "overnight-batch": Asked(
        "records are worked through at night, nobody waits for them",
        "How many records did it work through last month?",
        "How many times is one of them worked on in a month?",
        "What is charged for one record, or what is it worth?",
        ("enrich",),
        "index",
        unit="record",
        documents="How many records are there in the whole collection?",
    ),
}

#: What a field of the scenario asks for, by its last name.
UNKNOWNS = {
    "users": "how many {unit}s it has in a month",
    "requests_per_user_month": "how often each of them asks",
    "burst": "how much more is asked in the busiest minutes of an hour than in its mean one",
    "documents": "how large the collection is",
    "pages_per_document": "how many pages a document has",
    "tokens_per_page": "how much text is on a page",
    "chunk_tokens": "how long the passages are that are looked up",
    "overlap": "how far passages overlap",
    "changed_per_month": "how much of the collection changes in a month",
    "added_per_month": "how fast the collection grows",
    "top_k": "how many passages are looked up for a question",
    "keep": "how many passages are read for an answer",
    "token_bytes": "how many bytes an answer has as it leaves",
    "query_tokens": "how long a question is",
    "input_tokens": "how much there is to read each time ({stage})",
    "output_tokens": "how long what is written is ({stage})",
    "thinking_tokens": "how long it thinks before it writes ({stage})",
    "count": "how many tools it is told of ({stage})",
    "tokens_each": "how long the description of a tool is ({stage})",
    "tool_ratio": "how long descriptions of tools are for another model ({stage})",
    "token_ratio": "how long its texts are for another model ({stage})",
    "passage_ratio": "how long the passages are for another model ({stage})",
    "rounds": "how many steps a task takes",
    "grows_tokens_per_round": "how much each step adds to what is read again",
    "cache_read_share": "how much of what is read was read just before",
    "share": "how many results a person looks at",
    "minutes": "how long a person looks at one",
    "overhead": "what staff costs on top of wages",
    "occupancy": "how busy reviewers are",
    "occupancy_without_desk": "how busy reviewers are",
    "shrinkage": "how much of their paid time reviewers are away",
    "level": "how many reviews have to begin in time",
    "events_per_request": "how many entries are logged for one request",
    "kb_per_request": "how much is logged for one request",
    "metadata_bytes": "how much is stored with each passage",
    "reindex_days": "how long old and new index stand side by side",
    "amplification": "how much is indexed again when something changes",
    "months_between_models": "how often the whole collection is indexed again",
    "months": "for how many months it keeps growing",
    "per_month": "the other costs of a month",
}


def unknown_words(path: str, unit: str) -> str:
    """What a field asks for, in a client's words; `unit` is what the client counts.

    >>> unknown_words("traffic.users", "record")
    'how many records it has in a month'
    >>> unknown_words("answer.output_tokens", "user")
    'how long what is written is (answer)'
    """
    owner, _, name = path.rpartition(".")
    plain = UNKNOWNS.get(
        name, f"{name.replace('_', ' ')} ({{stage}})"
    )  # of a component added later
    return plain.format(stage=owner, unit=unit)
