"""Exports as each vendor writes them, with what they come to worked out by hand.

All are made up; their columns are those that data/invoice_layouts.csv names the description of.
Beside what each vendor exports stand the kinds of fault that such files have brought to light.
"""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import pytest
from cases import written
from invoiced import invoice

from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.invoices.invoice_layouts import Invoice, layouts
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.reconcile import reconcile

BOOK = Book.load(as_of=date(2026, 11, 23))
EUR = 1.1172  # data/exchange_rates.csv, fx/EUR of 2026-10-30
DAY = "2026-10-{:02d}"


def parts(found: Invoice) -> dict[str, float]:
    """What an invoice charges by component, in USD."""
    sums: dict[str, float] = {}
    for row in found.rows:
        name = row.component or "other"
        sums[name] = round(sums.get(name, 0.0) + row.amount, 6)
    return {name: usd for name, usd in sums.items() if usd}


#: Layout, file, and what it comes to by component.
EXPORTS = {
    "cost explorer by usage type": (
        "AWS Cost Explorer",
        """Tipo de uso,USE1-Claude4.6Sonnet-output-tokens($),USE1-SearchOCU($),Impuesto($),Coste($)
Total,900,60,40,1000
2026-09-01,500,30,20,550
2026-10-01,400,30,20,450
""",
        {"inference": 900, "retrieval": 60, "tax": 40},
    ),
    "cost and usage report, older form": (
        "AWS Cost and Usage Report",
        """identity/LineItemId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,\
lineItem/UsageEndDate,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,\
lineItem/CurrencyCode,lineItem/UnblendedCost,product/ProductName
1,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,Usage,AmazonBedrock,\
USE1-Nova-input-tokens,USD,70.5,Amazon Bedrock
2,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,SavingsPlanCoveredUsage,\
AmazonEC2,BoxUsage:m5,USD,30,Amazon Elastic Compute Cloud
3,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,SavingsPlanNegation,\
AmazonEC2,BoxUsage:m5,USD,-30,Amazon Elastic Compute Cloud
4,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,SavingsPlanRecurringFee,\
ComputeSavingsPlans,,USD,21,Savings Plans for AWS Compute usage
5,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,PrivateRateDiscount,\
AmazonBedrock,,USD,-7.05,Amazon Bedrock
6,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,Refund,AmazonBedrock,,USD,-3,\
Amazon Bedrock
7,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,Tax,AmazonEC2,,USD,4,\
Amazon Elastic Compute Cloud
""",
        {"inference": 70.5, "hosting": 30, "commitments": -9, "credits": -10.05, "tax": 4},
    ),
    "cost and usage report 2.0": (
        "AWS Cost and Usage Report",
        """bill_billing_period_start_date,line_item_usage_start_date,line_item_line_item_type,\
line_item_product_code,line_item_usage_type,line_item_currency_code,line_item_unblended_cost,\
product
2026-10-01 00:00:00.000,2026-10-09 04:00:00.000,Usage,AmazonBedrock,\
USE1-TitanEmbedV2-input-tokens,\
USD,12,"{""product_name"":""Amazon Bedrock"",""region"":""us-east-1""}"
2026-10-01 00:00:00.000,2026-10-09 05:00:00.000,Usage,AmazonES,ESInstance:r6g.large,USD,88,
2026-10-01 00:00:00.000,2026-10-09 05:00:00.000,Usage,AmazonS3,TimedStorage-ByteHrs,USD,5,\
"{product_name=Amazon Simple Storage Service, x=y}"
""",
        {"embedding": 12, "retrieval": 88, "hosting": 5},
    ),
    "azure, enterprise agreement": (
        "Azure cost details",
        """InvoiceSectionName,SubscriptionName,Date,ProductName,MeterCategory,MeterSubCategory,\
MeterName,Quantity,CostInBillingCurrency,BillingCurrencyCode,ChargeType,PublisherType
R,S,10/31/2026,Azure OpenAI,Cognitive Services,Azure OpenAI,gpt 5 Input Tokens,1,100.00,EUR,\
Usage,Azure
R,S,10/31/2026,Document Intelligence,Cognitive Services,Azure Form Recognizer,S0 Pages,1,40.00,\
EUR,Usage,Azure
R,S,10/31/2026,Private Link,Virtual Network,Private Link,Endpoint,1,10.00,EUR,Usage,Azure
R,S,10/31/2026,Azure OpenAI,Cognitive Services,,,1,-5.00,EUR,Refund,Azure
R,S,10/31/2026,,,,,1,19.00,EUR,Tax,Azure
""",
        {
            "inference": 100 * EUR,
            "other": 40 * EUR,
            "hosting": 10 * EUR,
            "credits": -5 * EUR,
            "tax": 19 * EUR,
        },
    ),
    "azure, customer agreement": (
        "Azure cost details",
        """invoiceId,billingCurrency,date,meterCategory,meterSubCategory,meterName,\
costInBillingCurrency,costInPricingCurrency,costInUsd,exchangeRatePricingToBilling,chargeType
I,EUR,10/15/2026,Azure Cognitive Search,,Standard S1 Unit,230.00,250.00,250.00,0.92,Usage
I,EUR,10/15/2026,Foundry Models,Azure OpenAI,text-embedding-3-large Tokens,9.20,10.00,10.00,\
0.92,Usage
""",
        {"retrieval": 250, "embedding": 10},
    ),
    "azure, pay as you go": (
        "Azure cost details",
        """UsageDate,MeterCategory,PreTaxCost,Currency
20261001,Virtual Machines,200.5,USD
20261002,Log Analytics,9.5,USD
""",
        {"hosting": 200.5, "observability": 9.5},
    ),
    "azure, cost analysis": (
        "Azure cost details",
        """ServiceName,CostUSD,Cost,Currency
Azure OpenAI,100,92,EUR
Redis Cache,20,18.4,EUR
""",
        {"inference + embedding + reranking": 100, "caching": 20},
    ),
    "google, BigQuery with credits": (
        "Google Cloud BigQuery export",
        """service.description,sku.description,usage_start_time,usage_end_time,cost,currency,\
currency_conversion_rate,credits,invoice.month,cost_type
Vertex AI,Gemini output tokens,2026-10-01 07:00:00 UTC,2026-10-02 07:00:00 UTC,1100,USD,1,\
"[{""name"":""Promotion"",""amount"":""-250.0"",""type"":""PROMOTION""},{""name"":""x"",""amount"":-50}]",202610,regular
Compute Engine,N2 core,2026-10-01 07:00:00 UTC,2026-10-02 07:00:00 UTC,90,USD,1,\
"[{'name': 'Committed', 'amount': -30.0, 'type': 'COMMITTED_USAGE_DISCOUNT'}]",202610,regular
Cloud SQL,vCPU,2026-10-01 07:00:00 UTC,2026-10-02 07:00:00 UTC,16,AUD,1.6,[],202610,regular
Invoice,Tax,2026-10-31 07:00:00 UTC,2026-11-01 07:00:00 UTC,8,USD,1,,202610,tax
""",
        {"inference": 1100, "credits": -300, "hosting": 100, "commitments": -30, "tax": 8},
    ),
    "google, report by month": (
        "Google Cloud report",
        """Month,Service description,SKU description,List cost ($),Subtotal ($)
2026-09,Gemini API,Generate content output token count,300,240.00
2026-10,Gemini API,Grounding with Google Search,60,60.00
,,,Filtered total,300.00
""",
        {"inference": 300},
    ),
    "google, cost table": (
        "Google Cloud cost table",
        """Invoice date,2026-10-31,
Currency,EUR,
Currency exchange rate,0.9,
Total amount due,"€1,080.00",
Project name,Service description,SKU description,Credit type,Cost type,Usage start date,\
Usage end date,Unrounded cost (€),Cost (€)
p,Gemini API,Input token count,,Usage,2026-10-01,2026-10-31,900.004,900.00
p,Vertex AI Search,Queries,,Usage,2026-10-01,2026-10-31,180.001,180.00
p,Vertex AI Search,Queries,Promotion,Usage,2026-10-01,2026-10-31,-0.005,0.00
""",
        {"inference": 1000.004444, "retrieval": 200.001111, "credits": -0.005556},
    ),
    "openai, by line item": (
        "OpenAI costs",
        """start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,\
quantity_unit,line_item,project_id,organization_id,api_source
1790812800,1790899200,2026-10-01T00:00:00,2026-10-02T00:00:00,1.25,usd,,,"gpt-5-mini,\
 cached input",p,o,
1790812800,1790899200,2026-10-01T00:00:00,2026-10-02T00:00:00,0.75,usd,,,\
"text-embedding-3-small, input",p,o,
1790812800,1790899200,2026-10-01T00:00:00,2026-10-02T00:00:00,4,usd,,,"file search tool calls",\
p,o,
1790899200,1790985600,2026-10-02T00:00:00,2026-10-03T00:00:00,,,,,,,,
""",
        {"inference": 5.25, "embedding": 0.75},
    ),
    "openai, not grouped": (
        "OpenAI costs",
        """start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id
1790812800,1790899200,2026-10-01T00:00:00+00:00,2026-10-02T00:00:00+00:00,9.5,usd,,
1790899200,1790985600,2026-10-02T00:00:00+00:00,2026-10-03T00:00:00+00:00,,,,
""",
        {"inference + embedding": 9.5},
    ),
    "anthropic, console": (
        "Anthropic Console costs",
        """usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,\
list_price_usd,cost_type,inference_geo,speed
2026-10-04,Claude Haiku 4.5,Default,k,message,≤ 200k,input_no_cache,5.00,6.00,token,not_available,
2026-10-04,Claude Haiku 4.5,Default,k,message,≤ 200k,output,2.50,2.50,token,not_available,
2026-10-04,,Default,k,,,,1.50,1.50,web_search,not_available,
""",
        {"inference": 9},
    ),
    "anthropic, cost report in cents": (
        "Anthropic cost report",
        """starting_at,ending_at,amount,currency,cost_type,description,model,token_type
2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,12345.6,USD,tokens,Claude Opus Usage - Input Tokens,\
claude-opus-5-5,uncached_input_tokens
2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,400,USD,web_search,Web Search Usage,,
""",
        {"inference": 127.456},
    ),
    "openrouter, generations": (
        "OpenRouter generations",
        """generation_id,created_at,cost_total,cost_cache,tokens_prompt,tokens_completion,\
model_permaslug,provider_name
g1,2026-10-04 10:11:12,0.015,-0.001,100,50,anthropic/claude-haiku-4-5,Anthropic
g2,2026-10-04 10:12:12,0.002,0,100,0,openai/text-embedding-3-small,OpenAI
""",
        {"inference": 0.015, "embedding": 0.002},
    ),
    "openrouter, activity": (
        "OpenRouter activity",
        """date,model,model_permaslug,endpoint_id,provider_name,usage,byok_usage_inference,requests
2026-10-04,openai/gpt-5,openai/gpt-5-2025-08-07,e1,OpenAI,7.5,0.5,3
""",
        {"inference": 7.5},
    ),
    "FOCUS 1.0": (
        "FOCUS export",
        """BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,\
ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,ChargeDescription
500,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,\
Usage,Microsoft,Azure OpenAI,gpt-5 output tokens
40,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,\
Purchase,Langfuse,Langfuse Pro,Seats
-25,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,\
Credit,Microsoft,Azure OpenAI,Credit
""",
        {"inference": 500, "observability": 40, "credits": -25},
    ),
    "FOCUS 1.4": (
        "FOCUS export",
        """BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,\
ChargeCategory,CommitmentDiscountId,ServiceProviderName,HostProviderName,ServiceName,SkuMeter
60,EUR,2026-10-01T00:00:00Z,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Usage,,Pinecone,AWS,\
Database,Read Units
30,EUR,2026-10-01T00:00:00Z,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Purchase,sp-1,AWS,AWS,\
Compute Savings Plans,Fee
10,EUR,2026-10-01T00:00:00Z,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Purchase,,AWS,AWS,\
Amazon Kendra,Edition
5,EUR,2026-10-01T00:00:00Z,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,Usage,,Anthropic,AWS,\
Claude API,Output Tokens
""",
        {"retrieval": 70 * EUR, "commitments": 30 * EUR, "inference": 5 * EUR},
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_comes_to_what_is_worked_out_by_hand(name: str, tmp_path: Path) -> None:
    layout, text, expected = EXPORTS[name]
    found = read_invoice(invoice(tmp_path, text), book=BOOK)
    assert found.layout == layout
    assert parts(found) == pytest.approx(expected, abs=1e-5)
    for stated in found.totals[-1:]:
        assert stated == pytest.approx(found.total, abs=0.02)
    assert all(month.startswith("2026-") for month in found.months if month)


def test_every_layout_has_an_export() -> None:
    assert {layout for layout, _, _ in EXPORTS.values()} == {layout.name for layout in layouts()}


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("way", ["tabs", "semicolons", "packed", "utf-16", "columns turned"])
def test_the_same_export_in_another_form_comes_to_the_same(
    name: str, way: str, tmp_path: Path
) -> None:
    _, text, expected = EXPORTS[name]
    if way in ("tabs", "semicolons", "columns turned"):
        rows, out = list(csv.reader(io.StringIO(text))), io.StringIO()
        if way == "columns turned":
            if rows[0][0] in ("Invoice date",) or name.startswith("cost explorer"):
                pytest.skip("what stands above, and what stands first, has a place")
            rows = [row[::-1] for row in rows]
        sign = {"tabs": "\t", "semicolons": ";"}.get(way, ",")
        csv.writer(out, delimiter=sign).writerows(rows)
        text = out.getvalue()
    path = tmp_path / ("x.csv.gz" if way == "packed" else "x.tsv")
    raw = text.encode("utf-16" if way == "utf-16" else "utf-8")
    path.write_bytes(gzip.compress(raw) if way == "packed" else raw)
    assert parts(read_invoice(path, book=BOOK)) == pytest.approx(expected, abs=1e-5)


# ---- kinds of fault


DESK = """
name: Desk
as_of: 2026-11-23
traffic: {users: 1_000, requests_per_user_month: 500}
pipeline:
  answer:
    {is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 1_000, output_tokens: 200}
"""  # $1,000 of inference


@pytest.fixture(scope="module")
def desk() -> Case:
    return written(DESK)


def rows_of(first: str, many: int, row: str) -> str:
    """Rows of days in succession."""
    day = date.fromisoformat(first).toordinal()
    return "".join(row.format(date.fromordinal(day + i)) for i in range(many))


@pytest.mark.parametrize(
    ("first", "many", "a_month", "said"),
    [
        ("2026-09-20", 21, 20 * 365 / 12, "the file covers 21 days, 2026-09-20 to 2026-10-10"),
        ("2026-11-01", 10, 20 * 365 / 12, "the file covers 10 days, 2026-11-01 to 2026-11-10"),
        (
            "2026-08-01",
            61,
            20 * 61 / 2,
            "2 months, their mean is taken: 2026-08 $620.00, 2026-09 $600.00",
        ),
        ("2026-10-01", 31, 20 * 31, "it covers 2026-10"),
    ],
)
def test_days_are_counted(
    desk: Case, tmp_path: Path, first: str, many: int, a_month: float, said: str
) -> None:
    text = "Date,ServiceName,CostInUsd\n" + rows_of(first, many, "{},Azure OpenAI,20.00\n")
    found = reconcile(desk, invoice(tmp_path, text))
    assert found.ties[0].theirs == pytest.approx(a_month)
    assert found.notes[0].startswith(said)


def test_a_month_that_may_have_but_begun_is_told(desk: Case, tmp_path: Path) -> None:
    text = "Service,Bedrock($),Total costs($)\n2026-10-01,900,900\n2026-11-01,300,300\n"
    found = reconcile(desk, invoice(tmp_path, text))
    assert found.ties[0].theirs == 600
    said = "2026-11 had not ended on 2026-11-23: where it has but begun, export it by days"
    assert said in found.notes
    earlier = text.replace("2026-10", "2026-08").replace("2026-11", "2026-09")
    assert not any("had not ended" in n for n in reconcile(desk, invoice(tmp_path, earlier)).notes)


def test_days_of_another_time_zone_are_of_their_month(desk: Case, tmp_path: Path) -> None:
    """Berlin's October begins at ten in the evening of 30 September by UTC."""
    head = "BilledCost,BillingCurrency,ChargePeriodStart,ChargeCategory,ProviderName,ServiceName\n"
    row = "10,USD,{}T22:00:00Z,Usage,AWS,Amazon Bedrock\n"
    found = reconcile(desk, invoice(tmp_path, head + rows_of("2026-09-30", 31, row)))
    assert found.ties[0].theirs == pytest.approx(310)
    assert found.notes[0] == "it covers 2026-10"


@pytest.mark.parametrize("language", ["Date", "Datum", "日付", "Fecha de uso"])
def test_a_column_of_dates_is_found_whatever_it_is_called(
    desk: Case, tmp_path: Path, language: str
) -> None:
    text = f"{language};Dienst;Betrag\n" + rows_of("2026-10-11", 20, "{};OpenAI;5,00\n")
    found = reconcile(desk, invoice(tmp_path, text), "Dienst,Betrag")
    assert found.ties[0].theirs == pytest.approx(5 * 365 / 12)


def test_named_columns_of_a_known_export_keep_the_rest_of_it(desk: Case, tmp_path: Path) -> None:
    text = "Date,MeterCategory,CostInBillingCurrency,BillingCurrencyCode,ChargeType\n"
    text += "2026-10-05,Azure OpenAI,100,EUR,Usage\n2026-10-06,Azure OpenAI,-10,EUR,Refund\n"
    found = reconcile(desk, invoice(tmp_path, text), "MeterCategory,CostInBillingCurrency")
    assert found.ties[0].theirs == pytest.approx(100 * EUR)
    assert found.aside[0].theirs == pytest.approx(-10 * EUR)
    assert found.notes[0] == "it has charges of one day of 2026-10 and is taken for that month"


def test_searches_stand_apart_and_no_line_covers_them(desk: Case, tmp_path: Path) -> None:
    text = "Month,Service description,SKU description,Subtotal ($)\n"
    text += "2026-10,Gemini API,Grounding with Google Search queries,70\n"
    text += "2026-10,Gemini API,Output token count,930\n"
    (tie,) = reconcile(desk, invoice(tmp_path, text)).ties
    (part,) = tie.parts
    assert (tie.name, tie.theirs, part.name, part.theirs) == ("inference", 1000, "web searches", 70)
    assert "no line covers $70.00" in reconcile(desk, invoice(tmp_path, text)).sentence
    fees = DESK.replace("200}", "200, fees: {web_search: 0.02}}")
    (tie,) = reconcile(written(fees), invoice(tmp_path, text)).ties
    assert tie.parts[0].ours == pytest.approx(500_000 * 0.02 * 0.01)


def test_a_total_above_the_rows_is_held_against_them(desk: Case, tmp_path: Path) -> None:
    _, text, _ = EXPORTS["google, cost table"]
    found = reconcile(desk, invoice(tmp_path, text.replace("1,080.00", "1,107.00")))
    said = "the file states a total of $1,230.00, its lines add up to $1,200.00: $30.00 more"
    assert said in found.notes


def test_a_scenario_in_the_money_of_the_invoice_has_its_figures(tmp_path: Path) -> None:
    """9,400 EUR are 9,400 EUR, at whatever rate."""
    case = written(DESK.replace("name: Desk", "name: Desk\ncurrency: EUR"))
    found = reconcile(case, invoice(tmp_path, "S,C,Currency\nOpenAI,9400,EUR\n"), "S,C")
    assert found.sentence.startswith("€895.09 of the €9,400.00 a month invoiced")
