"""An invoice on the page: each component beside it, what explains it, and the same as figures."""

import json
from pathlib import Path

import jsonschema
import pytest
from bs4 import BeautifulSoup
from cases import written
from commands import one_line, refused, said
from invoiced import OPEN, invoice
from review_schema import STRICT

from aicost.billing.case import load
from aicost.invoices.calibrate import calibrate
from aicost.invoices.calibrated_head import told_of
from aicost.invoices.reconcile import reconcile
from aicost.invoices.written import other_lines, said_of
from aicost.measure.record import measured_copy
from aicost.show.review.content import figures
from aicost.show.review.look import Look
from aicost.show.review.page import as_sentence
from aicost.show.review.sections.grounds import register
from aicost.show.review.sections.invoiced import invoiced

ROWS = """service,cost,currency
inference,1900,EUR
hosting,500,EUR
Amazon OpenSearch Service,80,EUR
"""


def look(folder: Path, text: str = OPEN) -> Look:
    case = written(text)
    return Look(case, invoice=reconcile(case, invoice(folder, ROWS), "service,cost"))


def test_it_says_what_reconcile_says(tmp_path: Path) -> None:
    assert invoiced(Look(written(OPEN))) is None
    seen = look(tmp_path)
    found = invoiced(seen)
    assert found is not None
    assert found.found is seen.invoice
    assert found.known is not None
    assert [one.path for one in found.known.moved] == ["answer.input_tokens"]
    counted = invoiced(look(tmp_path, OPEN.replace("about 5_000", "5_000")))
    assert counted is not None
    assert counted.known is None


def test_the_figures_fit_the_schema_and_are_in_the_currency_of_the_file(tmp_path: Path) -> None:
    told = json.loads(json.dumps(figures(look(tmp_path)) | {"made_from": ""}, allow_nan=False))
    jsonschema.validate(told, STRICT)
    found = told["invoice"]
    part = found["parts"]["inference"]
    assert part["invoice"] == 1_900
    assert part["p5"] < part["bill"] < part["p95"]
    assert (part["stands"], found["parts"]["hosting"]["stands"]) == ("inside", "inside")
    assert found["parts"]["retrieval"] == {
        "bill": 0.0,
        "p5": 0.0,
        "p95": 0.0,
        "invoice": 80.0,
        "stands": "above",
    }
    moved = found["moved"]["answer.input_tokens"]
    assert moved["explains"] == pytest.approx(1_900 / (100_000 * 2e-6), rel=0.005)
    assert moved["range"][0] < moved["explains"] < moved["range"][1]
    assert found["not_covered"] == {"Amazon OpenSearch Service": 80}


def test_the_page_has_it_and_repeats_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("open.yaml").write_text(OPEN, encoding="utf-8")
    Path("october.csv").write_text(ROWS, encoding="utf-8")
    asked = ("review", "open.yaml", "--invoice", "october.csv")
    said(*asked, "--invoice-columns", "service,cost")
    page = BeautifulSoup(Path("reviews/open/index.html").read_text(encoding="utf-8"), "html.parser")
    assert page.find(id="invoiced")
    text = one_line(page.text)
    assert "What explains it Most likely: answer: input tokens" in text
    assert "No line covers Amazon OpenSearch Service €80.00." in text
    assert "--invoice october.csv --invoice-columns service,cost" in text
    assert "invoice" in json.loads(Path("reviews/open/review.json").read_text(encoding="utf-8"))
    before = Path("reviews/open/index.html").read_bytes()
    assert "none.csv" in refused("review", "open.yaml", "--invoice", "none.csv")
    words = refused("review", "open.yaml", "--invoice-columns", "service,cost")
    assert "name it too, with --invoice" in words
    assert Path("reviews/open/index.html").read_bytes() == before


def test_a_note_is_a_sentence() -> None:
    assert as_sentence("tax is left out") == "Tax is left out."
    assert as_sentence("Done.") == "Done."


def test_the_page_of_a_calibrated_copy_says_what_was_moved(tmp_path: Path) -> None:
    """That it agrees now is no news: the gap was closed by what the copy says."""
    case = written(OPEN)
    file = invoice(tmp_path, ROWS)
    found = reconcile(case, file, "service,cost")
    known = calibrate(case, found)
    said = [*said_of(known, "october.csv", "", found.sentence)]
    text = measured_copy(case, known.values(), (), other_lines(known), said, known.held)
    copy = tmp_path / "copy.yaml"
    copy.write_text(text, encoding="utf-8")
    again = load(copy)
    beside = invoiced(Look(again, invoice=reconcile(again, file, "service,cost")))
    assert beside is not None
    assert beside.known is not None
    assert beside.known.sentence.endswith("for the file was calibrated to it.")
    table = register(Look(again))["table"]
    (basis,) = (row.cells[3] for row in table.rows if row.of == "answer.input_tokens")
    assert basis == "fitted to the invoice"
    notes = [*beside.known.notes()]
    assert notes[0].startswith("Calibrated to october.csv, at the prices of ")
    assert notes[1] == f"before that: {found.sentence}"
    assert notes[2].startswith("answer: input tokens, 9,500 on average for ")
    assert notes[3].startswith("Amazon OpenSearch Service: ")
    assert tuple(notes) == told_of(copy)
    assert told_of(None) == told_of(tmp_path / "none.yaml") == ()
