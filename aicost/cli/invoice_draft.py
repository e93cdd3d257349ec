"""`aicost new NAME --invoice FILE`: what an invoice answers of the questions, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aicost.analysis.capacity.search_units import search_units
from aicost.billing.case import Case
from aicost.book import exchange
from aicost.book.book import Book
from aicost.cli.draft_file import STORE_FROM
from aicost.cli.interview import Hear, Say, known_kind, put
from aicost.cli.named_answers import may_run, model_called, store_called, store_of_maker
from aicost.cli.question import Answers, Question
from aicost.cli.questions import BESIDE, questions
from aicost.cli.typed_answers import UNKNOWN
from aicost.invoices.comparison import Reconciliation
from aicost.invoices.invoice_layouts import Invoice
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.reconcile import reconcile
from aicost.values.formatting import listing
from aicost.values.money import DOLLARS
from aicost.values.spelling import ValueProblem
from aicost.values.text_table import paragraph

RIGHT = "invoice"  # whether what was read of it is so
LIKELY = "likely_store", "billed_as"  # a store of a maker that is billed, and as what
RENAMED = "Cognitive Search", "AI Search"  # Azure's name of it until 2023
CLOUD = {"azure": "Azure", "aws": "AWS", "gcp": "Google"}
#: What an invoice charges beside the stages of a kind, in one line of the draft: of the first of
#: these that it has. It stands below hosting, so what else is charged gets lines of its own when
#: the invoice is reconciled; in this line too, it would be counted twice.
BESIDES = ("hosting", "other")
RETRIEVAL, WHOLE = "retrieval", 0.05  # of units, how far from a whole number a price may lie


def read(file: Path, columns: str, book: Book) -> Answers:
    """The answers that an invoice gives. Raises InvoiceError."""
    invoice = read_invoice(file, columns or None, book, reckoned="")
    found: Answers = {}
    if invoice.currency != DOLLARS.code:  # who is billed in dollars may reckon in another
        found["currency"] = invoice.currency
    if cloud := CLOUD.get(invoice.provider):
        found["cloud"] = cloud
    for name, component in (("model", "inference"), ("store", "retrieval")):
        for service in _services(invoice, component):
            try:
                if name == "store":
                    found[name] = store_called(service.replace(*RENAMED), book)
                else:
                    model = service.partition(",")[0]
                    found[name] = model_called(model, found.get("cloud", ""), "", "", book)
            except ValueProblem:
                continue
            break
    for service in () if "store" in found else _services(invoice, "retrieval"):
        if store := store_of_maker(service, book):
            found |= dict(zip(LIKELY, (store, " ".join(service.split())), strict=True))
            break
    if {"reranking", "observability"} <= {row.component for row in invoice.rows if row.amount}:
        found |= {name: what for name, (what, _) in BESIDE.items()}
    money = exchange.currency(book, invoice.currency)
    sums = [
        sum(row.amount for row in invoice.rows if (row.component or "other") == component)
        for component in BESIDES
    ]
    if rest := next((amount for amount in sums if amount > 0), 0.0):
        amount = money.of(rest * invoice.period.a_month)
        found["other.per_month"] = f"{amount:.2f} {invoice.currency}"
    return found


def _services(invoice: Invoice, component: str) -> Iterator[str]:
    """Yield what was charged for a component, the costliest first."""
    rows = [row for row in invoice.rows if component in row.component.split(" + ") and row.amount]
    yield from dict.fromkeys(row.service for row in sorted(rows, key=lambda row: -row.amount))


def ask(
    kind: str, found: Answers, book: Book, hear: Hear, say: Say, *, again: bool = True
) -> Answers:
    """Put the questions that an invoice leaves open; all of them where what it says is wrong."""

    def asked(answers: Answers) -> Iterator[Question]:
        if {*found} - {*LIKELY}:
            yield _right(found)
        right = answers.get(RIGHT) != "no"
        for question in questions(answers, book, kind_is_asked=not kind):
            fields = {*question.read("")}
            if "cloud" in fields and "cloud" in found and right:
                yield _place(question, found["cloud"])
            elif fields == {"store"} and LIKELY[0] in found and right:
                yield _store(question, *(found[path] for path in LIKELY))
            elif not right or not fields <= {*found} or _elsewhere(fields, answers, book):
                yield question

    answers = put(asked, {**known_kind(kind), **found}, hear, say, again=again)
    every = questions(answers, book, kind_is_asked=False)
    left = {RIGHT, *found} - {path for question in every for path in question.read("")}
    return {path: text for path, text in answers.items() if path not in left}


def _elsewhere(fields: set[str], answers: Answers, book: Book) -> bool:
    """Say whether the model of an invoice may not run where data has to stay."""
    model = answers.get("model", UNKNOWN)
    place = answers.get("residency", "")
    return fields == {"model"} and model != UNKNOWN and not may_run(model, place, book)


def _right(found: Answers) -> Question:
    """Show what was read of the invoice, which may be changed."""
    words = {
        "currency": "you reckon in {}",
        "cloud": "it runs on {}",
        "model": "{} writes the results",
        "store": "{} holds what it looks up",
        "reranking": "it has {}",
        "traces": "it has {}",
        "other.per_month": "servers and what else is around it cost {} a month",
    }
    said = listing([words[path].format(text) for path, text in found.items() if path in words])

    def read(text: str) -> Answers:
        if text.lower() in ("", "y", "yes", "right", "so"):
            return {RIGHT: "yes"}
        if text.lower() in ("n", "no", "wrong"):
            return {RIGHT: "no"}
        raise ValueProblem(f"{text!r} is neither yes nor no", "write no to be asked all of it")

    return Question(f"By the invoice {said}. Is that so?", "yes, no", "taken as read", read)


def _place(question: Question, cloud: str) -> Question:
    """The question for cloud and place, where the invoice says the cloud."""

    def read(text: str) -> Answers:
        answers = question.read(text)
        return {**answers, "cloud": answers["cloud"] or cloud}

    text = "Does its data have to stay somewhere?"
    other = f"on {cloud}, anywhere"
    return replace(question, text=text, such_as="EU, US, anywhere", otherwise=other, read=read)


def _store(question: Question, store: str, service: str) -> Question:
    """The question for the store, where the invoice names its maker and not which one it is."""

    def read(text: str) -> Answers:
        taken = {"store": store, STORE_FROM: f"assumed: the invoice has {service}"}
        return question.read(text) if text else taken

    words = f"taken as {store} until known: the invoice has {service}"
    return replace(question, otherwise=words, read=read)


def beside(case: Case, file: Path, columns: str, path: Path) -> str:
    """How the bill of the drafted file lies beside the invoice, and what to do then."""
    found = reconcile(case, file, columns or None)
    option = f" --columns {columns}" if columns else ""
    words = paragraph(
        " ".join([f"Beside the invoice: {found.sentence}", *_units_paid(case, found)])
    )
    return f"\n{words}\n\nThen: aicost reconcile {path} {file}{option} --write calibrated.yaml"


def _units_paid(case: Case, found: Reconciliation) -> Iterator[str]:
    """Yield how many units of a search service an invoice pays, where that is a whole number."""
    for one in search_units(case):
        theirs = sum(tie.theirs for tie in found.ties if tie.name == RETRIEVAL)
        paid = one.each_usd * one.copies  # for a unit of each copy
        many = (theirs - one.beside_usd) / paid if paid else 0.0
        each = round(many)
        if each * one.copies not in (0, one.run) and abs(many - each) < WHOLE * many:
            words = f"What it has for {RETRIEVAL} is the price of {each * one.copies:g} units"
            words += "" if one.copies == 1 else f", {each} in each of {one.copies:g} copies"
            yield f"{words}: write units: {each} in {one.stage} if so many run."
