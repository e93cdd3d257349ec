"""Read orders from a CSV file and add them up by customer."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Order:
    number: int
    customer: str
    placed_on: date
    lines: tuple[tuple[str, int, Decimal], ...] = field(default_factory=tuple)

    @property
    def total(self) -> Decimal:
        return sum((count * price for _, count, price in self.lines), Decimal(0))


def read_orders(path: Path) -> list[Order]:
    """Return one order per number, its lines in the order of the file."""
    rows: dict[int, list[dict[str, str]]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["number"].isdigit():
                raise ValueError(f"{path}: {row['number']!r} is not a number of an order")
            rows[int(row["number"])].append(row)
    return [_order(number, lines) for number, lines in sorted(rows.items())]


def _order(number: int, rows: list[dict[str, str]]) -> Order:
    first = rows[0]
    lines = tuple((r["item"], int(r["count"]), Decimal(r["price"])) for r in rows)
    return Order(number, first["customer"], date.fromisoformat(first["date"]), lines)


def by_customer(orders: list[Order], *, since: date | None = None) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for order in orders:
        if since is not None and order.placed_on < since:
            continue
        totals[order.customer] = totals.get(order.customer, Decimal(0)) + order.total
    return dict(sorted(totals.items(), key=lambda pair: pair[1], reverse=True))


if __name__ == "__main__":
    for customer, amount in by_customer(read_orders(Path("orders.csv"))).items():
        print(f"{customer:<30} {amount:>12,.2f}")
