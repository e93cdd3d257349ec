"""Invoices as clouds export them, and files that are none."""

import re
from datetime import date
from pathlib import Path

import pytest
from invoiced import INVOICES, invoice

from aicost.book.book import Book
from aicost.book.exchange import currency
from aicost.invoices.invoice_cells import InvoiceError
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.long_table import value_in


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", None, ":1: file: it is empty; export it again"),
        (b"PK\x03\x04rest", None, ":1: file: a damaged Excel workbook; save it again, or as CSV"),
        (b"Service,Cost\nCaf\x81,1\n", "Service,Cost", ":2: file: neither UTF-8, UTF-16 nor"),
        (
            "a,b\n1,2\n",
            None,
            ":1: header: no export that is known, it has a, b; "
            "name two columns: --columns SERVICE,COST",
        ),
        ("Service,Cost\nS3,1\n", "Servce,Cost", ":1: Servce: no such column; did you mean 'Serv"),
        ("Service,Cost\nS3,1\n", "Service", ":1: columns: 1 names; name service and cost"),
        (
            "Service,Cost\nS3,twelve\n",
            "Service,Cost",
            ":2: Cost: 'twelve' is not an amount; write it as 1234.56",
        ),
        ("Service,Cost\nS3,\n", "Service,Cost", ":2: Cost: '' is not an amount"),
        (
            "Service,Cost\nS3,1,234.50\n",
            "Service,Cost",
            ":2: row: 3 fields where the header has 2; quote texts that hold a comma",
        ),
        ("Service,Cost\nnan,12\n", "Service,Cost", ":2: Service: a cost without a service; write"),
        ("Service,Cost\n,12\n", "Service,Cost", ":2: Service: a cost without a service; write"),
        (
            'Service,Cost\nS3,1.5\nEC2,"1,5"\n',
            "Service,Cost",
            ":2: Cost: 1,5 and 1.5 in one file; write all decimals with a point",
        ),
        (
            "Service,Cost,Day\nS3,1,soon\n",
            "Service,Cost,Day",
            ":2: Day: 'soon' is not a date; write it as 2026-07-31",
        ),
        ("Service,Cost\n", "Service,Cost", ":1: file: it has a header and no costs"),
        ("Service,Cost\nTotal,3\n", "Service,Cost", ":1: file: it has a header and no costs"),
        (
            "Service,S3(€),Total costs($)\n2026-01-01,1,1\n",
            None,
            ":1: Total costs($): columns in EUR and USD; export it in USD, or in one currency",
        ),
        (
            "MeterCategory,CostInBillingCurrency,BillingCurrency\nStorage,1,XYZ\n",
            None,
            ":2: BillingCurrency: 'XYZ' is no currency; name the currency by its code",
        ),
        (
            "Service,S3($),Total($)\n2026-01-01,1,1\nRest,9,9\n",
            None,
            ":3: Rest: neither a date nor the sum of the other rows; export it again",
        ),
        (
            "service.description,cost,usage_start_time,credits\nX,5,2026-10-01,free\n",
            None,
            ":2: credits: 'free' is no credit; write its amount alone",
        ),
        ("Service,S3($),Total costs($)\n2026-01-01,x,1\n", None, ":2: S3: 'x' is not an amount"),
        ("Service,Cost\nS3,1e400\n", "Service,Cost", ":2: Cost: '1e400' is not an amount"),
        ("Service,Cost\nS3,9999999999999999\n", "Service,Cost", ":2: Cost: '9999999999999999' is"),
        ("Service,Cost\nS3,nan\n", "Service,Cost", ":2: Cost: 'nan' is not an amount; write it"),
        ("Service,Cost,Cost\nS3,1,2\n", "Service,Cost", ":1: Cost: it stands twice; remove one"),
        ("Service,Cost ($),COST\nS3,1,2\n", "Service,Cost", ":1: Cost ($): it stands twice"),
        ("Service,Cost\nS\u200b3,1\n", "Service,Cost", ":2: Service: a letter that cannot be seen"),
        ('Service,Cost\n"S3,1\n', "Service,Cost", ":2: row: a quote is opened and never closed"),
        (
            "Service,Cost,Day\nS3,1,01/05/2026\nS3,1,02/05/2026\nS3,1,03/05/2026\n",
            "Service,Cost,Day",
            ":2: Day: 01/05/2026 may begin with its day or its month, and no date says which",
        ),
        (
            "Service,Cost,Day\nS3,1,13/05/2026\nS3,1,05/13/2026\n",
            "Service,Cost,Day",
            ":2: Day: 13/05/2026 begins with its day, 05/13/2026 with its month; write dates as",
        ),
        ("Service,Cost,Day\nS3,1,2026-01-32\n", "Service,Cost,Day", ":2: Day: '2026-01-32' is not"),
    ],
)
def test_a_bad_file_is_one_line(
    tmp_path: Path, text: str | bytes, columns: str | None, said: str
) -> None:
    path = invoice(tmp_path, text)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, columns)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{path}{said}")


def test_each_bad_cell_is_a_line_and_there_is_an_end(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service,Cost\n" + "S3,x\nEC2,1\n" * 500)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, "Service,Cost")
    lines = str(error.value).splitlines()
    assert [line.split(":")[1] for line in lines] == [str(2 * i) for i in range(1, 21)]


def test_no_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InvoiceError, match=r":1: file: no such file or directory; check the path"):
        read_invoice(tmp_path / "none.csv")


def test_days_may_come_first(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service,Cost,Day\nOpenAI,1,05/07/2026\nOpenAI,1,31/07/2026\n")
    assert read_invoice(path, "Service,Cost,Day").months == ["2026-07"]


@pytest.mark.parametrize(
    ("name", "layout", "months"),
    [
        ("aws_cost_explorer", "AWS Cost Explorer", 3),
        ("azure_cost_details", "Azure cost details", 1),
        ("gcp_cost_table", "Google Cloud cost table", 1),
        ("focus", "FOCUS export", 1),
    ],
)
def test_an_export_is_known_by_its_columns(name: str, layout: str, months: int) -> None:
    found = read_invoice(INVOICES / f"{name}.csv")
    assert (found.layout, len([m for m in found.months if m])) == (layout, months)


def test_any_file_may_be_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Vendor;Price;Day\nOpenAI;1,50;01.07.2026\nTotal;1,50;\n")
    for columns in ("Vendor,Price,Day", ["Vendor", "Price", "Day"]):
        found = read_invoice(path, columns)
        assert (found.layout, found.months, found.totals) == ("mapped columns", ["2026-07"], (1.5,))
        (row,) = found.rows
        assert (row.service, row.amount, row.component) == ("OpenAI", 1.5, row.component)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("S,C\nx,100.00 \u20ac\n", "EUR"),
        ("S,C\nx,GBP 100\n", "GBP"),
        ("S,C\nx,A$100\n", "AUD"),
        ("S;C;W\u00e4hrung\nx;100;EUR\n", "EUR"),
        ("S,C,Divisa\nx,100,MXN\n", "MXN"),
        ("S,C,amount_currency\nx,60,eur\ny,40,eur\n", "EUR"),
        ("S,Kosten (EUR)\nx,100\n", "EUR"),
        ("Currency,AUD\nS,C\nx,100\n", "AUD"),
        ("Currency,AUD\nS,C\nx,$100\n", "AUD"),
        ("S,C in billing currency,pricing currency,billing currency\nx,100,USD,EUR\n", "EUR"),
    ],
)
def test_other_money_is_turned_into_dollars_at_a_dated_rate(
    tmp_path: Path, text: str, code: str
) -> None:
    book = Book.load(as_of=date(2026, 11, 23))
    columns = ["S", next(c for c in ("Kosten", "C in billing currency", "C") if c in text)]
    found = read_invoice(invoice(tmp_path, text), columns, book)
    assert found.total == pytest.approx(100 * currency(book, code).in_usd)
    (note,) = found.notes
    assert note.startswith(f"costs in {code}, turned into dollars at 1 {code} = ")
    assert "since 2026-10-30 (ECB reference rates)" in note
    assert read_invoice(invoice(tmp_path, text), columns, book, code).notes == ()


def test_the_rate_that_an_invoice_states_comes_first(tmp_path: Path) -> None:
    text = "service.description,cost,currency,currency_conversion_rate,usage_start_time\n"
    text += "Gemini API,160,AUD,1.6,2026-10-01\nGemini API,100,USD,1,2026-10-01\n"
    found = read_invoice(invoice(tmp_path, text))
    assert found.total == pytest.approx(200)
    assert "the file says 1.6 AUD a dollar" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("S,C\nx,\u00a515000\n", ":2: C: \u00a5 is of several currencies; name the currency by"),
        ("S,C\nx,5 kr\n", ":2: C: kr is of several currencies; name the currency by"),
        ("S,C,Currency\nx,5,XOF\n", ":2: C: costs in XOF, no exchange rate of XOF on"),
        ("S,C,Currency\nx,5 \u20ac,USD\n", ":2: C: '5 \u20ac' in a row of USD; name the"),
        ("S,C,Currency\nx,5,Credits\n", ":2: Currency: 'Credits' is no currency; name"),
        ("Currency,AUD\nS,C (EUR)\nx,5\n", ":2: C (EUR): costs in EUR below Currency AUD; keep"),
    ],
)
def test_money_that_cannot_be_known_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = invoice(tmp_path, text)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, "S,C")
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{path}{said}")


@pytest.mark.parametrize(
    "text",
    [
        '{"product_name":"Amazon Bedrock","sku":"A"}',
        "{'sku': 'A', 'product_name': 'Amazon Bedrock'}",
        "{sku=A, product_name=Amazon Bedrock}",
    ],
)
def test_a_value_in_a_cell_of_many(text: str) -> None:
    assert value_in(text, "product_name") == "Amazon Bedrock"
    assert value_in(text, "name") == ""


def test_dollars_are_dollars(tmp_path: Path) -> None:
    text = "S,CostUSD,Cost,Currency\nx,$1.50,1.40,EUR\ny,USD 2,1.80,EUR\n"
    assert [row.amount for row in read_invoice(invoice(tmp_path, text), "S,CostUSD").rows] == [
        1.5,
        2,
    ]


WORDS = [
    "Summe",
    "Insgesamt",
    "Net",
    "Gesamt",
    "Totale",
    "Subtotal",
    "Balance",
    "Totaal",
    "Razem",
    "Gesamtbetrag",
]


@pytest.mark.parametrize("word", [*WORDS, "Amount due", "Sub-total", "Total (USD)", "\u5408\u8a08"])
def test_a_total_is_no_cost_in_any_language(tmp_path: Path, word: str) -> None:
    path = invoice(tmp_path, f"S,C\nOpenAI,500\nPinecone,70\nVAT 19 %,30\n{word},600\n")
    found = read_invoice(path, "S,C")
    assert [(row.service, row.amount) for row in found.rows] == [
        ("OpenAI", 500),
        ("Pinecone", 70),
        ("VAT 19 %", 30),
    ]
    assert found.rows[-1].component == "tax"
    assert (found.totals, found.notes) == ((600,), ())


def test_a_service_is_no_total(tmp_path: Path) -> None:
    found = read_invoice(invoice(tmp_path, "S,C\nOpenAI total,500\nPrivate Link,70\n"), "S,C")
    parts = [(row.service, row.amount, row.component) for row in found.rows]
    assert [part[:2] for part in parts] == [("OpenAI total", 500), ("Private Link", 70)]
    assert parts[0][2].startswith("inference")
    assert parts[1][2] == ""
    assert found.totals == ()


@pytest.mark.parametrize(
    ("rows", "kept", "said"),
    [
        ("OpenAI,500\nPinecone,70\nYhteens\u00e4 kaikki,570\n", 570, "line 4, Yhteens"),
        ("Kaikki,570\nOpenAI,500\nPinecone,70\n", 570, "was taken for their total"),
        ("OpenAI,570\nTea,500\nPinecone,70\n", 1140, "line 2, OpenAI, is as much as all others"),
        ("Tea,500\nMilk,570\nPinecone,70\n", 1140, "if it is their total, call it 'Total'"),
    ],
)
def test_a_row_that_is_the_sum_of_the_others_is_said(
    tmp_path: Path, rows: str, kept: float, said: str
) -> None:
    found = read_invoice(invoice(tmp_path, f"S,C\n{rows}"), "S,C")
    assert sum(row.amount for row in found.rows) == kept
    assert said in " ".join(found.notes)


@pytest.mark.parametrize("name", ["Custos totais", "Costi totali", "Kaikki"])
def test_the_last_column_of_aws_may_be_their_sum(tmp_path: Path, name: str) -> None:
    text = f"Servizio,Bedrock($),EC2($),{name}($)\nTotale,1000,700,1700\n"
    text += "2026-09-01,500,350,850\n2026-10-01,500,350,850\n"
    found = read_invoice(invoice(tmp_path, text))
    assert {row.service: row.amount for row in found.rows if row.month == "2026-09"} == {
        "Bedrock": 500,
        "EC2": 350,
    }
    assert len(found.rows) == 4
    assert found.totals == (1700,)


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_file_as_a_sheet_saves_it(tmp_path: Path, coding: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("Dienst;Kosten\r\nB\u00fcro;1,50\r\n;\r\n\r\n".encode(coding))
    found = read_invoice(path, "Dienst,Kosten")
    assert [(row.service, row.amount) for row in found.rows] == [("B\u00fcro", 1.5)]
    assert ("it is not UTF-8 and was read as Windows-1252" in found.notes) is (coding == "cp1252")


def test_many_rows_of_a_service_are_one(tmp_path: Path) -> None:
    rows = "".join(f"S{i % 3},0.25,2026-0{1 + i % 2}-11\n" for i in range(6_000))
    found = read_invoice(invoice(tmp_path, f"S,C,D\n{rows}"), "S,C,D")
    assert (len(found.rows), found.lines) == (6, 6_000)
    assert [row.amount for row in found.rows] == [250.0] * 6


@pytest.mark.parametrize(
    "text",
    [
        "Service,Cost,ISO\nOpenAI,100,EUR\nPinecone,20,EUR\n",
        "Service,Cost,Note\nOpenAI,100,\nPinecone,20,gbp\n",
        "Service,Cost\nOpenAI,100\nPinecone,20\nTotal EUR,120\n",
        "Service,Cost\nOpenAI,100\nPinecone,20\nSumme in Euro (EUR),7\n",
        "Alle Betr\u00e4ge in EUR\nService,Cost\nOpenAI,100\nPinecone,20\n",
        "Rechnung,CHF\n,\nService,Cost\nOpenAI,100\nPinecone,20\n",
    ],
)
def test_money_that_is_named_beside_bare_amounts_is_no_dollars(tmp_path: Path, text: str) -> None:
    path = invoice(tmp_path, text)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, "Service,Cost")
    (line,) = str(error.value).splitlines()
    code = next(code for code in ("EUR", "GBP", "CHF") if code in text.upper())
    assert re.search(rf"beside costs that no currency .*; write 'Cost \({code}\)' or", line)
    said = read_invoice(
        invoice(tmp_path, text.replace("Cost", f"Cost ({code})")), f"Service,Cost ({code})"
    )
    assert said.currency == code
    dollars = read_invoice(
        invoice(tmp_path, text.replace("Cost", "Cost (USD)")), "Service,Cost (USD)"
    )
    assert dollars.total == pytest.approx(120)


@pytest.mark.parametrize("name", ["Billing currency code", "Cur.", "Curr", "Ccy"])
def test_a_column_of_currencies_has_many_names(tmp_path: Path, name: str) -> None:
    path = invoice(tmp_path, f"Service,Cost,{name}\nOpenAI,100,EUR\n")
    assert read_invoice(path, "Service,Cost").total == pytest.approx(111.72)
