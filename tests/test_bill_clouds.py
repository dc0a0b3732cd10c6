"""Bills of clouds, which name models in words of their own, beside much that no log knows of."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.bill_files import DAY, audit, call, statuses
from tests.conftest import Run, document

LLAMA = "bedrock/meta.llama3-3-70b-instruct-v1:0"  # 0.72 a million, in and out
FLASH = "gemini-2.5-flash"  # 0.30 in, 2.50 out
MINI = "gpt-4o-mini-2024-07-18"  # 0.15 in, 0.60 out, 0.075 cached


def table(columns: str, *rows: str) -> str:
    return "\n".join([columns, *rows]) + "\n"


CUR = table(
    "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,"
    "lineItem/UsageAmount,lineItem/UnblendedCost,lineItem/CurrencyCode,pricing/unit",
    f"Usage,{DAY}T10:00:00Z,{DAY}T11:00:00Z,AmazonBedrock,USE1-Llama3-3-70B-input-tokens,300,0.216,USD,1K tokens",
    f"Usage,{DAY}T11:00:00Z,{DAY}T12:00:00Z,AmazonBedrock,USE1-Llama3-3-70B-input-tokens,200,0.144,USD,1K tokens",
    f"Usage,{DAY}T11:00:00Z,{DAY}T12:00:00Z,AmazonBedrock,USE1-Llama3-3-70B-output-tokens,50,0.036,USD,1K tokens",
    f"Usage,{DAY}T11:00:00Z,{DAY}T12:00:00Z,AmazonS3,TimedStorage-ByteHrs,12,0.276,USD,GB-Mo",
    "Tax,2026-02-01T00:00:00Z,2026-03-01T00:00:00Z,AmazonBedrock,,0,0.04,USD,",
)
FOCUS = table(
    "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,"
    "ConsumedUnit,ProviderName,ServiceName",
    f'0.36,USD,Usage,"$0.00072 per 1K input tokens for Llama 3.3 70B in US East (N. Virginia)",{DAY}T00:00:00Z,'
    f"2026-02-25T00:00:00Z,500,1K tokens,AWS,Amazon Bedrock",
    f"0.036,USD,Usage,USE1-Llama3-3-70B-output-tokens,{DAY}T00:00:00Z,2026-02-25T00:00:00Z,50,1K,AWS,Amazon Bedrock",
    f"7,USD,Usage,m5.large,{DAY}T00:00:00Z,2026-02-25T00:00:00Z,50,Hours,AWS,Amazon EC2",
    f"1,USD,Credit,Bedrock credit,{DAY}T00:00:00Z,2026-02-25T00:00:00Z,,,AWS,Amazon Bedrock",
)
REPORT = table(
    "Date,Service description,Service ID,SKU description,SKU ID,Usage amount,Usage unit,List cost ($),"
    "Unrounded subtotal ($),Subtotal ($)",
    f'{DAY},Gemini API,A,Generate content input token count gemini 2.5 flash short input text,B,"1,000,000",count,'
    "0.30,0.3,0.30",
    f'{DAY},Gemini API,A,Generate content output token count gemini 2.5 flash short input text,C,"2,000",count,0.01,'
    "0.005,0.01",
    f"{DAY},Cloud Storage,A,Standard Storage,D,9,gibibyte,1.00,1.0,1.00",
    ",,,,,,,Filtered total,1.305,1.31",
)
VERTEX = REPORT.replace("Gemini API", "Vertex AI").replace(
    "Generate content input token count gemini 2.5 flash short input text",
    "Gemini 2.5 Flash GA Text Input - Predictions",
)
AZURE = table(
    "SubscriptionId,ResourceGroup,Date,MeterCategory,MeterSubCategory,MeterName,Quantity,UnitOfMeasure,"
    "CostInBillingCurrency,BillingCurrencyCode,ChargeType",
    "s,rg,02/24/2026,Foundry Models,Azure OpenAI,gpt-4o-mini-0718-Inp-glbl Tokens,2000,1K,0.3,USD,Usage",
    "s,rg,02/24/2026,Foundry Models,Azure OpenAI,gpt 4o mini 0718 cchd Inp glbl Tokens,1,1M,0.075,USD,Usage",
    "s,rg,02/24/2026,Foundry Models,Azure OpenAI,gpt-4o-mini-0718-Outp-glbl Tokens,500,1K,0.3,USD,Usage",
    "s,rg,02/24/2026,Storage,Blob,Hot LRS Data Stored,5,1 GB,0.1,USD,Usage",
)
LLAMAS = [call(LLAMA, 300_000, 20_000), call(LLAMA, 200_000, 30_000)]
FLASHES = [call(FLASH, 400_000, 1200), call(FLASH, 600_000, 800)]
MINIS = [call(MINI, 3_000_000, 500_000, cached=1_000_000)]
BILLS = [(CUR, LLAMAS, 2), (FOCUS, LLAMAS, 2), (REPORT, FLASHES, 2), (VERTEX, FLASHES, 2), (AZURE, MINIS, 3)]


def as_json(bill: str, **names: str) -> str:
    rows = [{names.get(name, name): cell for name, cell in row.items()} for row in csv.DictReader(io.StringIO(bill))]
    return "".join(json.dumps(row) + "\n" for row in rows)


def snake(bill: str) -> str:
    """The header as the second version of Amazon's report has it."""
    header, _, rows = bill.partition("\n")
    spelled = {
        "lineItem/": "line_item_", "pricing/": "pricing_", "LineItemType": "line_item_type",
        "ProductCode": "product_code",
        "UsageStartDate": "usage_start_date", "UsageEndDate": "usage_end_date", "UsageType": "usage_type",
        "UsageAmount": "usage_amount", "UnblendedCost": "unblended_cost", "CurrencyCode": "currency_code",
    }  # fmt: skip
    for name, other in spelled.items():
        header = header.replace(name, other)
    return f"{header}\n{rows}"


@pytest.mark.parametrize(("bill", "log", "lines"), [*BILLS, (snake(CUR), LLAMAS, 2)])
def test_a_cloud_is_held_to_the_log_by_model_and_kind(
    run: Run, bare: Path, bill: str, log: list[str], lines: int
) -> None:
    """Input and output each match; other services, taxes, credits and sums below are none of the log's business."""
    result = audit(run, log, bill)
    assert (result.code, result.err) == (0, "")
    assert list(statuses(result).values()) == ["matched"] * lines
    assert all(name.startswith(f"{DAY} ") for name in statuses(result))


@pytest.mark.parametrize(("bill", "log", "lines"), [BILLS[0], BILLS[1], BILLS[4], (snake(CUR), LLAMAS, 2)])
def test_rows_of_a_cloud_may_be_json(run: Run, bare: Path, bill: str, log: list[str], lines: int) -> None:
    """A row is an object with the columns as its fields; a whole list of them is the same."""
    text = as_json(bill)
    for each in (text, json.dumps([json.loads(line) for line in text.splitlines()], indent=1)):
        result = audit(run, log, each, name="bill.json")
        assert (result.code, list(statuses(result).values())) == (0, ["matched"] * lines)


@pytest.mark.parametrize(("bill", "log", "lines"), BILLS)
def test_a_cloud_that_charges_more_is_over(run: Run, bare: Path, bill: str, log: list[str], lines: int) -> None:
    """Half of the usage is in the log: each line is over, which is exit 1."""
    result = audit(run, log[:1] if len(log) > 1 else [call(MINI, 1_500_000, 250_000, cached=500_000)], bill)
    assert (result.code, list(statuses(result).values())) == (1, ["over"] * lines)


@pytest.mark.parametrize(
    ("bill", "given", "output", "cost"),
    [(CUR, 500_000, 50_000, "0.396"), (FOCUS, 500_000, 50_000, "0.396"), (REPORT, 1_000_000, 2000, "0.305"),
     (AZURE, 3_000_000, 500_000, None)],
)  # fmt: skip
def test_usage_reads_the_tokens_of_a_cloud(run: Run, bill: str, given: int, output: int, cost: str | None) -> None:
    """Quantities by their unit, thousands with commas; what the bill charges stands beside what they cost."""
    result = run("usage", "-f", "json", stdin=bill.encode())
    totals = document(result)["totals"]
    assert (totals["input_tokens"], totals["output_tokens"]) == (given, output)
    assert cost is None or (result.code, totals["cost"], totals["charged"]) == (0, cost, cost)


def bigquery(sku: str, start: str, cost: float, amount: int) -> str:
    row = {"service": {"id": "s", "description": "Gemini API"}, "sku": {"id": "k", "description": sku},
           "usage_start_time": start, "project": {"id": "p"}, "labels": [], "cost": cost, "currency": "USD",
           "usage": {"amount": amount, "unit": "count"}, "credits": [], "cost_type": "regular"}  # fmt: skip
    return json.dumps(row)


def test_days_of_google_are_those_of_california(run: Run, bare: Path) -> None:
    """03:00 UTC of the 25th is the evening of the 24th there; each hour of the export to BigQuery is of such a day."""
    sku = "Generate content input token count gemini 2.5 flash short input text"
    rows = [bigquery(sku, f"{DAY}T19:00:00Z", 0.3, 1_000_000), bigquery(sku, "2026-02-25 03:00:00 UTC", 0.3, 1_000_000)]
    rows.append(bigquery(sku, "2026-02-25T08:00:00Z", 0.6, 2_000_000))
    log = [call(FLASH, 1_000_000, when=when) for when in (f"{DAY}T19:30:00Z", "2026-02-25T03:30:00Z")]
    log.append(call(FLASH, 2_000_000, when="2026-02-26T07:59:00Z"))
    result = audit(run, log, "\n".join(rows), name="rows.jsonl")
    assert (result.code, result.err) == (0, "")
    assert statuses(result) == {f"{day} {FLASH} input": "matched" for day in (DAY, "2026-02-25")}


def test_a_day_without_a_clock_is_that_day_of_the_bill(run: Run, bare: Path) -> None:
    """A log that tells dates alone has the same days as the report: of which zone they are nobody says."""
    result = audit(run, [line.replace("T20:00:00Z", "") for line in FLASHES], REPORT)
    assert (result.code, set(statuses(result).values())) == (0, {"matched"})


def test_a_cost_table_of_a_month_is_held_to_the_month(run: Run, bare: Path) -> None:
    """Lines before the header, days up to the last one, which is among them."""
    bill = (
        "Invoice number,1\nCurrency,USD\n\nProject ID,Service description,SKU description,Credit type,Cost type,"
        "Usage start date,Usage end date,Usage amount,Usage unit,Unrounded Cost ($),Cost ($)\n"
        "p,Gemini API,Generate content input token count gemini 2.5 flash text,,Usage,2026-02-01,2026-02-28,"
        '"2,000,000",count,0.6,0.60\n'
        "p,Gemini API,Generate content input token count gemini 2.5 flash text,Promotion,Usage,2026-02-01,2026-02-28,,,"
        "-0.1,-0.10\n"
    )
    log = [call(FLASH, 1_000_000, when=when) for when in ("2026-02-01T08:00:00Z", "2026-03-01T07:59:59Z")]
    result = audit(run, log, bill)
    assert (result.code, result.err) == (0, "")
    assert statuses(result) == {f"2026-02-01 to 2026-02-28 {FLASH} input": "matched"}


def test_a_name_of_the_clouds_own_is_held_to_the_rest_of_the_day(run: Run, bare: Path) -> None:
    """Nobody knows 'Zeppelin9': its charge stands for what the log has and the bill does not name."""
    bill = CUR.replace("Llama3-3-70B", "Zeppelin9")
    result = audit(run, LLAMAS, bill)
    assert (result.code, statuses(result)) == (0, {DAY: "matched"})
    assert "the bill names 'zeppelin-9'" in result.out
    result = audit(run, LLAMAS[:1], bill)
    assert (result.code, statuses(result)) == (1, {DAY: "over"})


def test_a_model_of_amazons_marketplace_is_told_by_its_product(run: Run, bare: Path) -> None:
    """Claude is a product of its own there; 1.1 million tokens in, at 3.30 in a region, are 3.63."""
    bill = table(
        "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,"
        "line_item_usage_amount,line_item_unblended_cost,line_item_line_item_description,product",
        f"Usage,{DAY}T11:00:00Z,4xzc,USE1-MP:USE1_InputTokenCount-Units,1.1,3.63,"
        'AWS Marketplace software usage|us-east-1|Million Input Tokens,"{""product_name"":'
        '""Claude Sonnet 4.5 (Amazon Bedrock Edition)""}"',
    )
    log = [call("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 110_000) for _ in range(10)]
    result = audit(run, [line.replace("20:00:00", f"20:00:{at:02}") for at, line in enumerate(log)], bill)
    assert (result.code, result.err) == (0, "")
    assert document(run("usage", "bill.csv", "-f", "json"))["totals"]["input_tokens"] == 1_100_000


def test_another_name_of_the_clouds_is_looked_for_in_its_own_days(run: Run, bare: Path) -> None:
    """What Google calls by a name that nobody knows is held to the rest of the same day in California."""
    sku = "Generate content input token count zeppelin 9 text"
    log = [call(FLASH, 1_000_000, when="2026-02-25T03:30:00Z")]
    result = audit(run, log, bigquery(sku, "2026-02-25T03:00:00Z", 0.3, 1_000_000), name="rows.jsonl")
    assert (result.code, statuses(result)) == (0, {DAY: "matched"})
