"""`aicost reconcile` at the command line."""

import re
from pathlib import Path

import yaml
from commands import one_line, refused, said
from invoiced import OPEN

import aicost
from aicost.invoices.reconcile import reconcile
from aicost.paths import data_dir


def test_reconcile_puts_bill_and_invoice_side_by_side(tmp_path: Path) -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    invoice = tmp_path / "october.csv"
    invoice.write_text("what,paid\nAmazon OpenSearch Service,712.44\nTax,402.10\nFoo Ltd,12\n")
    text = said("reconcile", file, invoice, "--columns", "what,paid")
    found = reconcile(aicost.load(file), invoice, "what,paid")
    assert one_line(text).startswith(found.sentence)
    for pair in found.ties:
        assert re.search(rf"^  {re.escape(pair.name)} .*[\d-]  \S", text, re.MULTILINE)
    assert re.search(
        r"^  retrieval +2,005\.68 .* 712\.44  -64\.5 %, below what we said$", text, re.MULTILINE
    )
    assert re.search(r"^  tax +- +402\.10  a line of its own$", text, re.MULTILINE)
    assert re.search(r"^  in all .* 1,126\.54$", text, re.MULTILINE)
    assert "Foo Ltd $12.00" in text
    assert "svc: no such column" in refused("reconcile", file, invoice, "--columns", "svc,paid")


def test_reconcile_takes_figures_that_were_stated(desk: Path) -> None:
    case = aicost.load(desk)
    total = round(float(case.bill.total), 2)
    text = said("reconcile", desk, f"monthly={total}", "tea=5")
    assert "- the month: " in text
    assert " agrees with " in text
    assert "- not compared: tea, no figure of this bill; " in text
    twice = said("reconcile", desk, f"monthly={2 * total}")
    assert "- the month: published " in twice


def test_reconcile_holds_the_bill_against_what_the_file_says_was_published(
    desk: Path, tmp_path: Path
) -> None:
    words = refused("reconcile", desk)
    assert words == f"{desk} has no published: figures; name an invoice, or monthly=245.50\n"
    total = float(aicost.load(desk).bill.total)
    file = tmp_path / "table.yaml"
    figures = f"published: {{monthly: {total:.2f}, per_user: {total / 2_000:.3f}, tea: 1}}\n"
    file.write_text(desk.read_text(encoding="utf-8") + figures)
    text = one_line(said("reconcile", file))
    assert text.count(" agrees with $") == 2
    assert "not compared: tea, no figure of this bill" in text
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(desk.read_text(encoding="utf-8") + "published: 5\n")
    assert "published: needs figures; write published: {monthly: 245.50}" in refused(
        "reconcile", wrong
    )


def test_a_printed_figure_that_is_none_is_said_with_its_file(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.yaml"
    for figure, wrong in (
        ("monthly: nan", "'nan' is not a number"),
        ("tea: 5", "no figure of this"),
    ):
        file.write_text(f"{desk.read_text(encoding='utf-8')}published: {{{figure}}}\n")
        line = f"{file}: published: not compared: {figure.partition(':')[0]}, {wrong}"
        assert refused("reconcile", file).startswith(line)
        assert f"warning: {line}" in said("check", file)


def test_a_figure_beside_a_bill_of_nothing_has_no_share(tmp_path: Path) -> None:
    file = tmp_path / "free.yaml"
    file.write_text("traffic: {requests_per_month: 1}\nother: {s: {per_month: 0}}\n")
    text = one_line(said("reconcile", file, "monthly=7"))
    assert "- the month: published $7.00 is $7.00 above ours of $0.00 " in text


def test_reconcile_refuses_what_is_no_figure(desk: Path) -> None:
    said_ = refused("reconcile", desk, "monthly=")
    assert said_ == "'monthly=' is no figure; write one such as monthly=245.50\n"
    assert "stands twice; keep one of them" in refused("reconcile", desk, "monthly=5", "monthly=6")
    assert "'x.csv' is no figure" in refused("reconcile", desk, "monthly=5", "x.csv")
    assert "no figure of this bill" in refused("reconcile", desk, "tea=5")
    words = refused("reconcile", desk, "monthly=5", "--columns", "a,b")
    assert words == "--columns names those of an invoice; these are figures\n"


def test_reconcile_says_which_input_explains_an_invoice_and_writes_it(tmp_path: Path) -> None:
    file, copy = tmp_path / "open.yaml", tmp_path / "copy.yaml"
    file.write_text(OPEN, encoding="utf-8")
    invoice = tmp_path / "october.csv"
    rows = "inference,1900,EUR\nhosting,500,EUR\nAmazon OpenSearch Service,80,EUR\n"
    invoice.write_text(f"service,cost,currency\n{rows}")
    asked = ("reconcile", file, invoice, "--columns", "service,cost")
    text = one_line(said(*asked))
    assert "Most likely: answer: input tokens, 9,500 on average for " in text
    assert "- no line covers Amazon OpenSearch Service €80.00" in text
    wrote = one_line(said(*asked, "--write", copy))
    line = "other.Amazon OpenSearch Service, invoiced.inference, calibrated to"
    assert f"written into {copy}: answer.input_tokens, {line}" in wrote
    assert "The bill of the copy: €2,47" in wrote
    first, *rest = copy.read_text(encoding="utf-8").splitlines()
    assert first.startswith(f"# Calibrated to {invoice}, at the prices of ")
    assert rest[0].startswith("# before that: €")
    assert rest[1].startswith("# answer: input tokens, 9,500 on average for ")
    back = yaml.safe_load(copy.read_text(encoding="utf-8"))
    assert " to " in back["pipeline"]["answer"]["input_tokens"]
    assert aicost.load(copy).bill.total / aicost.load(file).scenario.money.in_usd > 2_470
    again = refused(*asked, "--write", copy)
    assert again == f"{copy} is there already; name another, or move it away\n"
    same = tmp_path / "same.yaml"
    none = refused("reconcile", copy, invoice, "--columns", "service,cost", "--write", same)
    assert none.startswith(f"nothing to write into {same}: What the invoice shows agrees")
    assert not same.exists()
    text = one_line(said("reconcile", copy, *asked[2:]))
    assert "agrees with the bill, for the file was calibrated to it." in text
    for line in (first, *rest[:2]):
        assert line.removeprefix("# ") in text
    rest[0] = f"# {'x' * 10}"  # a comment of somebody else
    copy.write_text("\n".join(["# mine", first, *rest]), encoding="utf-8")
    assert "no input has to move" in one_line(said("reconcile", copy, *asked[2:]))


def test_reconcile_calibrates_to_figures_too(tmp_path: Path) -> None:
    file = tmp_path / "open.yaml"
    file.write_text(OPEN, encoding="utf-8")
    text = one_line(said("reconcile", file, "inference=1400"))
    assert "Most likely: answer: input tokens, " in text
    same = one_line(said("reconcile", file, "hosting=500", "tea=1"))
    assert "agrees with the bill within 2 %: no input has to move" in same
