"""The sheet, opened and worked out by another program, against the kit."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from cases import sample, written
from places import SAMPLES
from recalculated import Recalculated

from aicost.billing.case import Case, load
from aicost.show.export.bill_sheet import CAREFUL, FOLLOWS, SEVERAL
from aicost.show.export.input_sheets import FOLLOWED, IDLE
from aicost.show.export.live import live
from aicost.show.export.places import Places
from aicost.show.export.read_me import read_me
from aicost.show.export.sheets import money_format
from aicost.show.export.workbook import workbook

CENT = 0.005
NAMES = [path.stem for path in SAMPLES]
EUROS = """
currency: EUR
traffic: {users: 300, requests_per_user_month: 20}
pipeline:
  answer: {is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 900, output_tokens: 200}
other: {servers: {per_month: 1_000}, support: {share_of_lines: 10 %}}
"""


def opened(case: Case) -> Recalculated:
    return Recalculated(workbook(case, "aicost review FILE"))


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_without_an_error_and_to_the_cent(name: str) -> None:
    case = sample(name)
    book = opened(case)
    assert book.errors() == []
    assert book.total() == pytest.approx(float(case.bill.total), abs=CENT)
    assert book.status() == FOLLOWS
    for component, usd in case.bill.by("component").items():
        row = book.row("Bill", "B", component)
        assert book.value("Bill", f"F{row}") == pytest.approx(float(usd), abs=CENT)


@pytest.mark.parametrize("name", NAMES)
def test_each_input_set_otherwise_moves_the_total_as_the_kit_says_or_is_said_not_to(
    name: str,
) -> None:
    case = sample(name)
    book, found = opened(case), live(case)
    rows = list(book.inputs().values())
    asked = [one for one in found.inputs if one.section]
    assert len(asked) > 20
    followed = 0
    for one, row in zip(asked, rows, strict=False):
        if not one.tries():
            continue
        before, value = float(one.leaf.value), one.tries()[0]
        try:
            kit = float(case.point.at({one.path: value}).bill.total)
        except ValueError:  # the kit takes no such value; the sheet was tried at another
            value = one.tries()[1]
            kit = float(case.point.at({one.path: value}).bill.total)
        book.set(row, value)
        if book.told(row) not in (FOLLOWED, IDLE):
            assert book.status() == CAREFUL, one.path
        else:
            followed += 1
            assert book.total() == pytest.approx(kit, abs=CENT), one.path
        book.set(row, before)
        assert book.total() == pytest.approx(float(case.bill.total), abs=CENT)
    assert followed > len(asked) / 2


def test_each_price_set_otherwise_moves_the_total_as_an_overlay_does(tmp_path: Path) -> None:
    path = next(path for path in SAMPLES if path.stem == "help-desk")
    case = load(path)
    book, inputs = opened(case), live(case).inputs
    rows = list(book.inputs().values())
    tried = 0
    for one, row in zip(inputs, rows, strict=True):
        price = one.row
        if price is None or not price.value or price.tier_gt or price.parameter == "event":
            continue
        own = tmp_path / "own.csv"
        own.write_text(
            "item,parameter,value,unit,currency,source,read_on\n"
            f"{price.item},{price.parameter},{2 * price.value!r},{price.unit},{price.currency},"
            "contract,2026-11-23\n"
        )
        kit = load(path, own).bill.total
        book.set(row, 2 * price.value)
        assert book.total() == pytest.approx(float(kit), abs=CENT), one.path
        book.set(row, price.value)
        tried += 1
    assert tried > 8


def test_whole_units_are_rounded_up_in_the_sheet_too() -> None:
    case = sample("help-desk")
    book = opened(case)
    row, searches = book.inputs()["retrieval.top_k"], book.row("Bill", "B", "reranking: searches")
    before = book.value("Bill", f"C{searches}")
    book.set(row, 101.0)
    assert book.value("Bill", f"C{searches}") == pytest.approx(2 * float(str(before)))
    formulas = [book.book.formula("Making", f"C{row}") or "" for row in range(5, 200)]
    assert any("CEILING" in text for text in formulas)


def test_amounts_are_in_the_currency_of_the_client_and_follow_its_rate() -> None:
    case = written(EUROS)
    book = opened(case)
    styles = zipfile.ZipFile(BytesIO(workbook(case, ""))).read("xl/styles.xml").decode()
    assert money_format(case.scenario.money) in styles
    assert "€" in styles
    euros = float(case.scenario.money.of(case.bill.total))
    assert book.total("G") == pytest.approx(euros, abs=CENT)
    servers, rate = (
        book.inputs()[name] for name in ("other.servers.per_month", "rate.usd_per_eur")
    )
    assert book.value("Inputs", f"C{servers}") == pytest.approx(1_000.0)
    book.set(servers, 2_000.0)
    assert book.total("G") == pytest.approx(euros + 1_100.0, abs=CENT)  # with a tenth of support
    book.set(servers, 1_000.0)
    book.set(rate, 2 * case.scenario.money.in_usd)  # what is in euros stays, tokens cost half
    tokens = euros - 1_100.0
    assert book.total("G") == pytest.approx(1_100.0 + tokens / 2, abs=CENT)


def test_no_text_of_a_file_is_run() -> None:
    evil = "=cmd|'/C calc'!A0"
    case = written(
        f'name: "{evil}"\n'
        "traffic: {users: 10, requests_per_user_month: 1}\n"
        "pipeline: {answer: {is: inference, price: {input: 1, output: 1}, input_tokens: 5, "
        "output_tokens: 5}}\n"
        'other: {"@SUM(1)": {per_month: 1}, "-2+3": {per_month: 2}, "http://a.example": '
        "{per_month: 3}}\n"
    )
    raw = workbook(case, "+1")
    book = Recalculated(raw)
    assert book.value("Bill", "B1") == f"'{evil}"
    words = [str(book.value("Bill", f"B{row}")) for row in range(1, 40)]
    assert {"'@SUM(1)", "'-2+3", "http://a.example"} <= set(words)
    parts = zipfile.ZipFile(BytesIO(raw))
    assert not [name for name in parts.namelist() if "external" in name.lower()]
    assert not any(b"hyperlink" in parts.read(name) for name in parts.namelist())
    formulas = re.findall(rb"<f>(.*?)</f>", parts.read("xl/worksheets/sheet1.xml"))
    assert formulas
    assert not any(b"cmd" in text or b"@SUM" in text for text in formulas)


def test_the_same_case_gives_the_same_bytes() -> None:
    path = next(path for path in SAMPLES if path.stem == "help-desk")
    assert workbook(load(path), "x") == workbook(load(path), "x")


def test_the_read_me_names_every_line_that_does_not_follow() -> None:
    case = sample("help-desk")
    book, told = opened(case), [text for text, _ in read_me(live(case), "aicost review FILE")]
    assert [book.value("Read me", f"A{row + 1}") or "" for row in range(len(told))] == told
    whole = "\n".join(told)
    assert "desk: people who answer does not follow" in whole
    assert case.book.hash in whole
    assert "aicost review FILE" in whole


def test_each_number_has_a_cell_of_its_own() -> None:
    found = live(sample("research-agent"))
    places = Places(found)
    assert len(set(places.names.values())) == len(found.inputs)
    factors = [row for rows in places.factors.values() for row in rows]
    for taken in ([*places.inputs.values()], [*places.lines.values()], factors):
        assert len(set(taken)) == len(taken)


def test_of_several_changes_at_once_it_is_less_sure() -> None:
    book = opened(sample("catalogue-overnight"))
    first, second = list(book.inputs().values())[:2]
    for row, said in ((first, FOLLOWS), (second, SEVERAL)):
        before = book.value("Inputs", f"C{row}")
        book.set(row, 2 * float(str(before)))
        assert book.status() == said
