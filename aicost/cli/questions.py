"""The questions of `aicost new`, in a client's words, and how each answer is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from aicost.book import exchange
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.cli.named_answers import model_called, place_called, role_called, store_of
from aicost.cli.plain_words import KINDS
from aicost.cli.question import Answers, Numbers, Question, budget, mean_of
from aicost.cli.time_question import time
from aicost.cli.typed_answers import NONE, UNKNOWN
from aicost.scenario.kinds import defaults, kind_stage, kind_tree
from aicost.values.money import DOLLARS, code_of
from aicost.values.spelling import ValueProblem

MOST_GROWN = 1_000_000  # times as many: beyond it a plan is a slip of the pen
MONTHS = 24  # that a plan is looked ahead at most, where nobody says for how long

#: What stands beside a system where somebody chose it, and words it is known by.
BESIDE = {
    "reranking": ("a reranker", ("rerank",)),
    "traces": ("a record of its calls", ("trac", "record", "log", "langfuse", "watch", "monitor")),
}
_ABSENT = re.compile(r"\b(?:no|not|none|never|without|neither|nor|nothing)\b|n['’]t\b")
OFTEN = "traffic.requests_per_user_month"
#: What users ask that differ: the least and the most, of one user each.
_DIFFER = re.compile(
    r"(?:between |from )?(?P<low>[\d.,_ ]+?(?: ?[kK])?) (?:to|and) (?P<high>[\d.,_ ]+?(?: ?[kK])?)"
    r"(?: \w+)??(?: (?:a|per|each) month)? (?:(?:per|by|for each) (?:user|person|head|employee)"
    r"|depending on (?:the|who).*)",
    re.IGNORECASE,
)
#: Shares of a bill by name, and whether they are taken off it.
_SHARES = {"support": "", "tax": "", "vat": "", "discount": "-"}
_AHEAD = re.compile(
    r"(?P<rate>.+?),? (?:for|over) (?:the next )?(?P<count>\d+(?:\.\d+)?) (?P<unit>months?|years?)"
)


def questions(answers: Answers, book: Book, *, kind_is_asked: bool = True) -> Iterator[Question]:
    """Yield the questions that a kind of system leaves open; later ones depend on the answers."""
    if kind_is_asked:
        yield _kind()
    if "kind" not in answers:
        return
    kind, words = answers["kind"], KINDS[answers["kind"]]
    yield _currency(book)
    money = exchange.currency(book, answers["currency"]) if "currency" in answers else DOLLARS
    number = Numbers(kind, money, book)
    yield number("traffic.users", words.users, "6,000, about 500, 200 to 2,000")
    for path, text, such_as in (
        (OFTEN, words.often, "about 50, 20 to 80, between 5 and 40 per user"),
        ("corpus.documents", words.documents, "180,000, about 20,000"),
        ("corpus.pages_per_document", words.pages, "about 6"),
        ("corpus.changed_per_month", "How much of it changes in a month?", "5 %, 1 % to 10 %"),
    ):
        if _varies(kind, path):
            plain = number(path, text, such_as)
            yield _users_differ(plain, number) if path == OFTEN else plain
    yield _place()
    yield _model(kind, answers, book)
    if words.searches:
        yield _store(kind, book)
    yield _beside(kind)
    yield _people(number)
    if answers.get("people.share", UNKNOWN) not in (UNKNOWN, "0", "0 %"):
        yield _who(number, book)
    yield time(kind, number)
    yield _other(number)
    yield number("goals.price_per_user_month", words.pays, "4, 0.25 to 0.40, none")
    yield budget(number)
    yield _growth(number, words.unit)


def _varies(kind: str, path: str) -> bool:
    """Say whether a kind has a range for a field, rather than nothing or one number."""
    given = defaults().get((kind, path))
    return given is not None and given.low < given.high


def _kind() -> Question:
    names = list(KINDS)

    def read(text: str) -> Answers:
        if text.isdecimal() and 1 <= int(text) <= len(names):
            return {"kind": names[int(text) - 1]}
        if text and text not in names:
            numbers = ", ".join(str(n) for n in range(1, len(names)))
            raise ValueProblem(f"{text!r} is none of them", f"write {numbers} or {len(names)}")
        return {"kind": text or names[0]}

    shown = "".join(f"\n   {n}  {KINDS[name].says}" for n, name in enumerate(names, start=1))
    return Question(f"Which of these is it most like?{shown}", "", f"taken as {names[0]}", read)


def _currency(book: Book) -> Question:
    def read(text: str) -> Answers:
        code = code_of(text if code_of(text) else text.upper()) if text else DOLLARS.code
        if not code:
            raise ValueProblem(f"{text!r} is no currency", "write its code, such as EUR")
        try:
            exchange.currency(book, code)
        except BookError as problem:
            raise ValueProblem(problem.wrong, problem.remedy) from None
        return {"currency": code}

    return Question("In which currency do you reckon?", "EUR, GBP, dollars", "US dollars", read)


def _place() -> Question:
    def read(text: str) -> Answers:
        cloud, place = place_called(text) if text else ("", "")
        return {"cloud": cloud, "residency": place}

    return Question(
        "Which cloud does it run on, and does data have to stay somewhere?",
        "Azure; AWS, EU; EU; anywhere",
        "any cloud, anywhere",
        read,
        ("on {cloud}", "data stays in {residency}"),
    )


def _model(kind: str, answers: Answers, book: Book) -> Question:
    stage = kind_stage(kind, KINDS[kind].writers[-1])
    context = "processing=batch" if "batch" in stage and stage["batch"].text == "yes" else ""
    cloud, place = answers.get("cloud", ""), answers.get("residency", "")

    def read(text: str) -> Answers:
        return {"model": model_called(text, cloud, place, context, book) if text else UNKNOWN}

    return Question(
        "Which model writes the results? A part of its name will do.",
        "sonnet, gpt-6-sol",
        "taken as what is usual for such a system until known",
        read,
    )


def _store(kind: str, book: Book) -> Question:
    usual = kind_stage(kind, KINDS[kind].searches)["store"].text

    def read(text: str) -> Answers:
        if text in ("", UNKNOWN):
            return {"store": UNKNOWN}
        return {"store": "none"} if text.lower() in NONE else store_of(text, book)

    return Question(
        "Which store or search service holds what it looks up?",
        "Pinecone, Azure AI Search S1 with 3 units, OpenSearch",
        f"taken as {usual} until known",
        read,
    )


def _beside(kind: str) -> Question:
    """Ask for what nobody pays unless they chose it: it is counted where it is named."""
    has = [name for name in BESIDE if name in kind_tree(kind)["pipeline"].entries]

    def read(text: str) -> Answers:
        found = dict.fromkeys(has, "none")
        for part in re.split(r"\s*(?:,|;|\band\b|\bbut\b|\bplus\b)\s*", text.lower()):
            if part in ("", *NONE):
                continue
            meant = [name for name in has if any(word in part for word in BESIDE[name][1])]
            absent = _ABSENT.search(part) is not None
            if not meant or (len(meant) > 1 and not absent):
                raise ValueProblem(f"{part!r} is not known here", f"write {offered}, or none")
            found |= {} if absent else {meant[0]: BESIDE[meant[0]][0]}
        return found

    offered = ", ".join(BESIDE[name][0].removeprefix("a ") for name in has)
    asked = " or ".join(BESIDE[name][0] for name in has)
    return Question(f"Does it have {asked}?", f"{offered}, none", "none is counted", read)


def _users_differ(plain: Question, number: Numbers) -> Question:
    """A question for what users ask, who may be said to differ: nine in ten between two numbers."""

    def read(text: str) -> Answers:
        said = _DIFFER.fullmatch(text)
        if said is None:
            return plain.read(text)
        low, high = (mean_of(OFTEN, number.spelled(OFTEN, said[end])) for end in ("low", "high"))
        if not 0 < low < high:
            raise ValueProblem(f"{text!r} runs downwards", "write the fewest first, above 0")
        return {OFTEN: f"{{p50: {math.sqrt(low * high):.3g}, p95: {high:.15g}}}"}

    return Question(plain.text, plain.such_as, plain.otherwise, read)


def _other(number: Numbers) -> Question:
    """Ask for all else: an amount, and shares of the bill such as support."""

    def read(text: str) -> Answers:
        if not text or text.lower() in NONE:
            return {"other.per_month": "none" if text else UNKNOWN}
        found = {"other.per_month": "none"}
        for part in re.split(r"\s*(?:;|\+|\band\b|\bplus\b|,(?!\d))\s*", text):
            name = next((one for one in _SHARES if one in part.lower()), "")
            if name or "%" in part:
                around = rf"\b(?:for|of|on top|the bill|a|in|is|{name})\b"
                share = re.sub(around, "", part, flags=re.IGNORECASE)
                path, paid = f"other.{name or 'support'}", "other.share_of_lines"
                said = f"{_SHARES.get(name, '')}{number.spelled(paid, share.strip())}"
            elif part:
                path = "other.per_month"
                said = number.spelled(path, part)
            else:
                continue
            if found.get(path, "none") != "none":
                wrong = f"{text!r} has two {'amounts' if path.endswith('h') else 'shares'}"
                raise ValueProblem(wrong, "write their sum, all in one")
            found[path] = said
        return found

    return Question(
        "What else does it cost a month, all together: servers, licences, services?",
        "1,200, about 3 k, 900 and 10 % support, none",
        "left out",
        read,
        ("{per_month}", *(f"{{{name}}} {name}" for name in _SHARES)),
    )


def _people(number: Numbers) -> Question:
    def read(text: str) -> Answers:
        if text.lower() in NONE:
            return {"people": "none"}
        parts = re.split(r"[,;]\s+|\s+(?:for|at)\s+", text.removesuffix(" each"), maxsplit=1)
        share, minutes = (*parts, "")[:2]
        return {
            path: number.spelled(path, part) if part else UNKNOWN
            for path, part in (("people.share", share), ("people.minutes", minutes))
        }

    return Question(
        "How many of the results does a person look at, and for how long each?",
        "2 % for 5 minutes, about 10 % for 2 to 4 minutes, none",
        "nobody is counted until it is known",
        read,
        ("{share} of the results", "{minutes} each"),
    )


def _who(number: Numbers, book: Book) -> Question:
    def read(text: str) -> Answers:
        role, rate, amount = role_called(text, book) if text else ("", "", "")
        wage = {f"people.{rate}": number.spelled(f"people.{rate}", amount)} if rate else {}
        return {"people.role": role or UNKNOWN, **wage}

    return Question(
        "Who looks at them, and at what wage an hour?",
        "paralegal; nurse at 38; 45 all in",
        "a usual role and its wage are taken until known",
        read,
        ("{role}", "{wage_per_hour} an hour", "{rate_per_hour} an hour all in"),
    )


def _growth(number: Numbers, unit: str) -> Question:
    def read(text: str) -> Answers:
        rate, ahead = text, ""
        if said := _AHEAD.fullmatch(text):
            count = float(said["count"]) * (12 if said["unit"].startswith("year") else 1)
            rate, ahead = said["rate"], f"{count:g}"
        if not rate or rate.lower() in NONE:
            return {"growth.users_per_month": UNKNOWN, "growth.months": UNKNOWN}
        found = {"growth.users_per_month": number.spelled("growth.users_per_month", rate)}
        found["growth.months"] = number.spelled("growth.months", ahead) if ahead else UNKNOWN
        each, months = (mean_of(path, text) for path, text in found.items())
        if (months or MONTHS) * math.log1p(each) > math.log(MOST_GROWN):
            wrong = f"that ends at more than {MOST_GROWN:,} times as many"
            raise ValueProblem(wrong, "write fewer months, or grow by less")
        return found

    return Question(
        f"By how much does the number of {unit}s grow in a month, and for how long?",
        "8 %, 2 % to 5 % for 12 months, none",
        "left out",
        read,
        ("{users_per_month} a month", "for {months} months"),
    )
