"""Ten million calls of a log priced, grouped and ranked, beside SQL that somebody wrote for it.

One run of one side: `python benchmarks/log_task.py kit|sql LOG.parquet` prints CPU seconds, peak
resident memory and what was found, as JSON. `benchmarks/speed.py` runs both in turns.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

MODELS, DAYS, FIRST = 40, 90, date(2026, 8, 25)


def models() -> list[str]:
    """Return forty models that have a price all along, none by the hour: SQL is simpler so."""
    from aicost.book.book import Book
    from aicost.book.rates import rates
    from aicost.book.rows import BookError

    book, found = Book.load(), []
    for item in sorted(book.having("output")):
        try:
            first, last = (rates(book, item, on=day) for day in (FIRST, book.newest))
        except BookError:
            continue
        if first.priced("input") and len(first.windows) == len(last.windows) == 1:
            found.append((-len(book.changes(item)), item))
    return [item for _, item in sorted(found)[:MODELS]]  # those that changed most often


def write(path: Path, rows: int) -> None:
    """Write a log: 12 columns, 8 features, 5 stages, 300 tenants, a quarter from the cache."""
    names = ", ".join(f"'{model}'" for model in models())

    def part(n: int) -> str:
        return f"(hash(i + {n}) % 10000 / 10000.0)"

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        f"""COPY (SELECT
            TIMESTAMP '{FIRST}' + to_microseconds((i * {DAYS * 86_400_000_000 / rows})::BIGINT)
              AS moment,
            'r' || i AS call, 't' || (hash(i + 3) % 300) AS tenant,
            'f' || (hash(i + 4) % 8) AS feature, 's' || (hash(i + 5) % 5) AS stage,
            [{names}][1 + (hash(i) % {MODELS})::INT] AS model,
            exp(6 + 3 * {part(6)})::BIGINT AS input_tokens,
            exp(7 * {part(7)})::BIGINT AS cache_read_tokens,
            exp(3 + 4 * {part(8)})::BIGINT AS output_tokens,
            0.2 + exp(2 * {part(9)}) AS whole_s, 'ok' AS status, {part(10)} AS quality
            FROM range({rows}) AS calls(i))
        TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 250000)"""
    )


def kit(path: str) -> dict[str, object]:
    """Price the log, group it by day, feature and model, and rank it, by the kit."""
    from aicost.book.book import Book
    from aicost.log.price import price_calls
    from aicost.log.spend import costliest_calls, spend

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    priced = price_calls(connection.read_parquet(path), Book.load())
    groups, top = spend(priced).frame, costliest_calls(priced).frame
    return told(float(priced.total_usd), groups[["p50", "p95", "p99"]].sum().sum(), top)


def sql(path: str) -> dict[str, object]:
    """Do the same with the prices in a table, in three queries."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    listed = f"read_csv('{path}.prices.csv')"
    connection.execute(f"CREATE TEMP TABLE prices AS SELECT * FROM {listed}")
    priced = f"""SELECT c.*, fee + input_tokens * input + cache_read_tokens * cache_read
          + output_tokens * output AS pico
        FROM '{path}' c JOIN prices p ON c.model = p.model
          AND moment >= valid_from AND moment < valid_to
          AND input_tokens + cache_read_tokens >= tier_from
          AND input_tokens + cache_read_tokens < tier_to"""
    usd = connection.execute(f"SELECT sum(pico)::DOUBLE / 1e12 FROM ({priced})").fetchall()[0][0]
    groups = connection.execute(
        f"""SELECT date_trunc('day', moment) AS day, feature, model, count(*), sum(pico),
          quantile_cont(whole_s, [0.5, 0.95, 0.99]) AS times FROM ({priced}) GROUP BY ALL"""
    ).df()
    top = connection.execute(
        f"""WITH priced AS ({priced}), peers AS (SELECT feature, stage, model, avg(pico) AS mean
          FROM priced GROUP BY ALL)
        SELECT call, (pico - mean) / 1e12 AS excess_usd FROM priced JOIN peers
          USING (feature, stage, model) ORDER BY excess_usd DESC LIMIT 100"""
    ).df()
    return told(usd, sum(map(sum, groups["times"])), top)


def told(usd: float, times: float, top: pd.DataFrame) -> dict[str, object]:
    """Return what both sides have to agree on."""
    excess = float(top["excess_usd"].sum())
    return {"usd": usd, "times": float(times), "excess": excess, "first": top["call"].iloc[0]}


def prices_of(path: str) -> None:
    """Write the prices that the SQL joins: those of the book, laid out by its days and tiers."""
    from aicost.book.book import Book
    from aicost.book.price_rows import price_rows

    book, lines = Book.load(), []
    for model in models():
        for row in price_rows(book, model):
            days = (max(str(row.valid_from), "1900-01-01"), min(str(row.valid_to), "2200-01-01"))
            rates = (row.pico[0], row.pico[1], row.pico[4])
            if not row.why:
                lines.append((model, *days, row.tier_from, row.tier_to, row.fee, *rates))
    names = ["model", "valid_from", "valid_to", "tier_from", "tier_to", "fee", "input"]
    pd.DataFrame(lines, columns=[*names, "cache_read", "output"]).to_csv(
        f"{path}.prices.csv", index=False
    )


def main() -> None:
    """Run one side, and print what it took and found."""
    side, path = sys.argv[1:]
    found = {"kit": kit, "sql": sql}[side](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    took = {"cpu_s": used.ru_utime + used.ru_stime, "peak_gb": used.ru_maxrss * 1024 / 1e9}
    print(json.dumps(took | found))


if __name__ == "__main__":
    main()
