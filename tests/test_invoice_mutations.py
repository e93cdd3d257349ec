"""Invoices written in every form at random: right, or one clear line, never a wrong total unsaid.

Each is made from charges that are known, so that what it comes to is known before it is read. Some
are written in another way that changes nothing, some are damaged: then the total may only be
another where a note or a refusal says so. AICOST_FUZZ sets how many are tried.
"""

import csv
import gzip
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from mutations import budget
from test_table_fuzz import refused

from aicost.book.book import Book
from aicost.book.exchange import currency
from aicost.invoices.invoice_layouts import Invoice
from aicost.invoices.invoice_reader import InvoiceError, read_invoice

TRIES = budget(150)
BOOK = Book.load(as_of=date(2026, 11, 23))
#: Services and their components, as three clouds and a list of one's own name them.
SERVICES = {
    "aws": {
        "Amazon OpenSearch Service": "retrieval",
        "AmazonCloudWatch": "observability",
        "EC2 - Other": "hosting",
        "Amazon Kendra": "retrieval",
    },
    "azure": {
        "Azure AI Search": "retrieval",
        "Log Analytics": "observability",
        "Virtual Machines": "hosting",
        "Azure Cache for Redis": "caching",
    },
    "gcp": {
        "Vertex AI Search": "retrieval",
        "Cloud Run": "hosting",
        "Cloud Logging": "observability",
    },
    "": {"Pinecone": "retrieval", "Langfuse": "observability", "Anthropic API": "inference"},
}
TOTALS = ("Total", "Gesamtsumme", "Totale", "Custos totais", "合計", "Yhteensä", "Итого", "Kaikki")


@dataclass
class Made:
    """An invoice as it was meant: what it comes to, and the rows that tell it."""

    rows: list[list[str]]
    truth: dict[str, float]
    columns: str | None = None
    code: str = "USD"
    head: int = 0  # which row is the header

    @property
    def usd(self) -> dict[str, float]:
        rate = currency(BOOK, self.code).in_usd
        return {name: rate * cost for name, cost in self.truth.items() if round(cost, 6)}


def charges(rng: random.Random, vendor: str) -> list[tuple[str, str, float, date]]:
    """Services, their components, costs to the cent, and days."""
    known = sorted(SERVICES[vendor].items())
    first = date(2026, rng.randint(7, 10), rng.randint(1, 28))
    found = []
    for i in range(rng.randint(2, 12)):
        name, component = rng.choice(known)
        cents = rng.choice(
            (rng.randint(1, 99), rng.randint(100, 99_999), rng.randint(10**5, 10**8))
        )
        found.append((name, component, cents / 100, first + timedelta(days=i)))
    return found


def truth_of(rows: list[tuple[str, str, float, date]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for _, component, cost, _ in rows:
        sums[component] = round(sums.get(component, 0.0) + cost, 2)
    return sums


# ---- exports


def own_list(rng: random.Random) -> Made:
    rows = charges(rng, "")
    truth = truth_of(rows)
    code = rng.choice(("USD", "USD", "EUR", "GBP", "CHF", "JPY"))
    where = rng.choice(("heading", "column", "sign", "above")) if code != "USD" else ""
    signs = {"EUR": "€", "GBP": "£", "CHF": "CHF ", "JPY": "JPY "}
    sign = signs[code] if where == "sign" else ""
    head = ["Dienst", f"Betrag ({code})" if where == "heading" else "Betrag", "Tag"]
    body = [[name, f"{sign}{cost:.2f}", str(day)] for name, _, cost, day in rows]
    if rng.random() < 0.6:
        total = [rng.choice(TOTALS), f"{sign}{sum(truth.values()):.2f}", ""]
        body.insert(rng.choice((0, len(body))), total)
    if where == "column":
        head.append("Währung")
        body = [[*row, code] for row in body]
    above = [["Currency", code]] if where == "above" else []
    return Made([*above, head, *body], truth, "Dienst,Betrag,Tag", code, len(above))


def cost_explorer(rng: random.Random) -> Made:
    names = sorted(SERVICES["aws"])[: rng.randint(2, 4)]
    months = [f"2026-{month:02d}-01" for month in range(10 - rng.randint(1, 4), 10)]
    table = [[rng.randint(0, 10**7) / 100 for _ in names] for _ in months]
    code = rng.choice(("USD", "EUR"))
    sign = {"USD": "$", "EUR": "€"}[code]
    word = rng.choice(TOTALS)
    head = [
        rng.choice(("Service", "Servizio", "サービス")),
        *(f"{n}({sign})" for n in (*names, word)),
    ]
    columns = [round(sum(column), 2) for column in zip(*table, strict=True)]
    body = [
        [m, *(f"{v:.2f}" for v in (*row, sum(row)))] for m, row in zip(months, table, strict=True)
    ]
    first = [[rng.choice(TOTALS), *(f"{v:.2f}" for v in (*columns, sum(columns)))]]
    truth: dict[str, float] = {}
    for name, cost in zip(names, columns, strict=True):
        component = SERVICES["aws"][name]
        truth[component] = round(truth.get(component, 0.0) + cost, 2)
    return Made([head, *first, *body], truth, None, code)


def usage_report(rng: random.Random) -> Made:
    rows, slash = charges(rng, "aws"), rng.random() < 0.5
    names = [
        *("bill/BillingPeriodStartDate", "lineItem/UsageStartDate", "lineItem/LineItemType"),
        *("lineItem/ProductCode", "lineItem/CurrencyCode", "lineItem/UnblendedCost"),
        "product/ProductName",
    ]
    if not slash:
        names = ["".join(f"_{c.lower()}" if c.isupper() else c for c in n) for n in names]
        names = [name.replace("/_", "_") for name in names]
    kinds = {"Tax": "tax", "Credit": "credits", "EdpDiscount": "credits", "RIFee": "commitments"}
    body, truth = [], truth_of(rows)
    for name, _, cost, day in rows:
        stamp = f"{day}T00:00:00Z"
        start = f"{day:%Y-%m}-01T00:00:00Z"
        body.append([start, stamp, "Usage", "AmazonX", "USD", repr(cost), name])
        if rng.random() < 0.3:
            kind = rng.choice(sorted(kinds))
            off = round(cost / 10, 2) * (-1 if kinds[kind] == "credits" else 1)
            body.append([start, stamp, kind, "AmazonX", "USD", repr(off), name])
            truth[kinds[kind]] = round(truth.get(kinds[kind], 0.0) + off, 2)
    return Made([names, *body], truth)


def azure(rng: random.Random) -> Made:
    rows, code = charges(rng, "azure"), rng.choice(("USD", "EUR", "GBP"))
    first = any(row[3].day > 12 for row in rows)  # else nobody can know which is the day
    head = ["Date", "MeterCategory", "MeterName", "CostInBillingCurrency"]
    head.append(rng.choice(("BillingCurrency", "BillingCurrencyCode")))
    head.append("ChargeType")
    body = [
        [f"{day:%m/%d/%Y}" if first else str(day), name, "Hours", f"{cost:.2f}", code, "Usage"]
        for name, _, cost, day in rows
    ]
    return Made([head, *body], truth_of(rows), None, code)


def google(rng: random.Random) -> Made:
    rows, truth = charges(rng, "gcp"), {}
    rate = rng.choice((1.0, 1.25, 2.0))
    head = ["service.description", "cost", "currency", "currency_conversion_rate"]
    head += ["usage_start_time", "credits", "cost_type"]
    body = []
    for name, component, cost, day in rows:
        off = round(cost / 4, 2) if rng.random() < 0.4 else 0.0
        credits = f'[{{"name": "Promotion", "amount": "-{off}"}}]' if off else "[]"
        code = "USD" if rate == 1 else "AUD"
        body.append(
            [name, repr(cost * rate), code, str(rate), f"{day} 07:00:00 UTC", credits, "regular"]
        )
        truth[component] = truth.get(component, 0.0) + cost
        truth["credits"] = truth.get("credits", 0.0) - off / rate
    return Made([head, *body], truth)


def focus(rng: random.Random) -> Made:
    vendors = {"AWS": "aws", "Microsoft": "azure", "Google Cloud": "gcp"}
    body, truth, late = [], dict[str, float](), rng.random() < 0.5
    for name in rng.sample(sorted(vendors), 2):
        rows = charges(rng, vendors[name])
        for service, component, cost, day in rows:
            kind = rng.choice(("Usage", "Usage", "Usage", "Tax", "Credit"))
            cost = -cost if kind == "Credit" else cost
            part = {"Tax": "tax", "Credit": "credits"}.get(kind, component)
            truth[part] = round(truth.get(part, 0.0) + cost, 2)
            body.append([name, service, repr(cost), "EUR", f"{day}T00:00:00Z", kind])
    head = ["ServiceProviderName" if late else "ProviderName", "ServiceName", "BilledCost"]
    return Made(
        [[*head, "BillingCurrency", "ChargePeriodStart", "ChargeCategory"], *body],
        truth,
        None,
        "EUR",
    )


MAKERS: tuple[Callable[[random.Random], Made], ...] = (
    own_list,
    cost_explorer,
    usage_report,
    azure,
    google,
    focus,
)

# ---- other ways of writing the same, and damage


def written(rng: random.Random, made: Made, folder: Path) -> Path:
    """Write it with a separator, an encoding, quotes and line ends of some program."""
    rows, width = [list(row) for row in made.rows], len(made.rows[made.head])
    wide = "(" in rows[made.head][-1] and made.columns is None
    if not wide and rng.random() < 0.5:
        order = rng.sample(range(width), width)
        rows = [[row[i] for i in order] if len(row) == width else row for row in rows]
    if not wide and rng.random() < 0.3:
        rows = [
            [*row, "Notes" if i == made.head else "x, y"] if i >= made.head else row
            for i, row in enumerate(rows)
        ]
    if rng.random() < 0.3:
        rows.insert(rng.randint(made.head + 1, len(rows)), [""] * len(rows[made.head]))
    if rng.random() < 0.2:
        rows = [["an export of costs"], *rows]
    sign, text = rng.choice(",;\t"), io.StringIO()
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = rng.choice(("\n", "\r\n"))
    csv.writer(text, delimiter=sign, quoting=quoting, lineterminator=end).writerows(rows)
    raw = text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "utf-16")))
    path = folder / rng.choice(("bill.csv", "bill.csv", "bill.csv.gz"))
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def cost_at(made: Made) -> int:
    """Where the cost stands."""
    names = ("betrag", "unblended", "costinbilling", "billedcost")
    head = [name.lower() for name in made.rows[made.head]]
    found = [i for i, n in enumerate(head) if n == "cost" or any(name in n for name in names)]
    return found[0] if found else 1


def damaged(rng: random.Random, made: Made) -> bool:
    """Damage it so that somebody has to be told. Returns whether it may only be refused."""
    body = range(made.head + 1, len(made.rows))
    at, cost = rng.choice(body), cost_at(made)
    row, ways = made.rows[at], ["amount", "short", "long", "twice", "hidden", "renamed"]
    if made.code == "USD" and any("urrency" in name for name in made.rows[made.head]):
        ways.append("money")
    whole = sum(made.truth.values())
    texts = [row[cost].lstrip("€£CHFJPY ") for row in (made.rows[i] for i in body)]
    if made.columns and f"{whole:.2f}" in texts and len(body) > 3 and row[0] not in TOTALS:
        ways += ["lost", "doubled", "moved"]
    match rng.choice(ways):
        case "amount":
            row[cost] = rng.choice(("twelve", "1.2.3", "--", "1e999", "12,34,5", "nan", "٣"))
            return row[0] not in TOTALS  # a total without an amount states none
        case "short":
            row.pop()
        case "long":
            row.append("more")
        case "twice":
            for one in made.rows[made.head :]:
                one.append(one[cost])
        case "hidden":
            names = (i for i, text in enumerate(row) if text and not text[:1].isdigit())
            name = next(names, cost)  # where there are but numbers one of them is no number
            row[name] = f"\u200b{row[name]}"
        case "renamed":
            made.rows[made.head][cost] = "Zahl"
        case "money":
            here = next(i for i, n in enumerate(made.rows[made.head]) if "urrency" in n)
            row[here] = "XYZ"
        case "lost":
            made.rows.remove(row)
            return False
        case "doubled":
            made.rows.insert(at, list(row))
            return False
        case "moved":
            row[cost] = row[cost].replace(".", "9.", 1)
            return False
    return True


def told(found: Invoice) -> bool:
    """Whether the invoice says that something is not as it should be."""
    return bool(found.notes) or (
        bool(found.totals) and abs(found.totals[-1] - found.total) > 0.005 * (found.lines + 2)
    )


def test_an_invoice_in_any_form_is_right(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for seed in range(TRIES):
        rng = random.Random(seed)
        made = rng.choice(MAKERS)(rng)
        path = written(rng, made, tmp_path)
        found = read_invoice(path, made.columns, BOOK)
        sums: dict[str, float] = {}
        for row in found.rows:
            sums[row.component] = sums.get(row.component, 0.0) + row.amount
        sums = {name: cost for name, cost in sums.items() if round(cost, 6)}
        assert sums == pytest.approx(made.usd, abs=1e-5), (seed, path.read_bytes()[:2000])
    record_property("figure", f"invoices: {TRIES:,} in any form, each right by component")


def test_a_damaged_invoice_is_refused_or_told(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    refusals = notes = 0
    for seed in range(TRIES):
        rng = random.Random(-seed - 1)
        made = rng.choice(MAKERS)(rng)
        only_refused = damaged(rng, made)
        path = written(rng, made, tmp_path)
        try:
            found = read_invoice(path, made.columns, BOOK)
        except InvoiceError as error:
            refusals += refused(error, path.name)
            continue
        assert not only_refused, (seed, path.read_bytes()[:2000])
        assert told(found) or found.total == pytest.approx(sum(made.usd.values())), seed
        notes += 1
    words = f"invoices: {TRIES:,} damaged, {refusals:,} refused in a clear line, {notes:,} told"
    record_property("figure", words)
