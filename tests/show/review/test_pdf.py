"""A page is printed by a browser that is there, in time, or it is said in a line why not."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from cases import sample, written

from aicost.show.review import pdf
from aicost.show.review.page import review
from aicost.show.review.pdf import PdfError, browser, print_page

PAGE = "<!doctype html><title>a</title><details><summary>b</summary><p>c</p></details>"


def program(folder: Path, does: str) -> str:
    file = folder / "browser"
    file.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_without_a_browser_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PdfError, match=r"^--pdf: no browser is found .*print it there$"):
        review(sample("claims-review"), out=tmp_path / "claims", pdf=True)
    assert not (tmp_path / "claims").exists()


@pytest.mark.parametrize(
    ("does", "said"),
    [("sleep 60", "did not print it within 0.2 s"), ("exit 3", "printed nothing")],
)
def test_a_browser_that_fails_is_one_line(tmp_path: Path, does: str, said: str) -> None:
    with pytest.raises(PdfError) as caught:
        print_page(PAGE, tmp_path / "a.pdf", program(tmp_path, does), seconds=0.2)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "a.pdf").exists()


def test_the_browser_gets_the_page_with_all_open_and_no_network(tmp_path: Path) -> None:
    keep = f'for a; do echo "$a"; done > {tmp_path}/told; for a; do last=$a; done'
    copy = f'cp "${{last#file://}}" {tmp_path}/seen'
    made = 'for a; do case $a in --print-to-pdf=*) echo %PDF-1.4 > "${a#*=}";; esac; done'
    print_page(PAGE, tmp_path / "a.pdf", program(tmp_path, f"{keep}\n{copy}\n{made}"))
    assert "<details open><summary>" in (tmp_path / "seen").read_text(encoding="utf-8")
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in (tmp_path / "told").read_text()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_a_page_is_printed_and_gone_with_the_next(tmp_path: Path) -> None:
    try:
        browser()
    except PdfError:
        pytest.skip("no browser is installed")
    case = written("traffic: {requests_per_month: 9}\nother: {api: {per_request: 20}}\n")
    folder = review(case, out=tmp_path / "out", pdf=True).page.parent
    assert (folder / "review.pdf").read_bytes().startswith(b"%PDF-")
    review(case, out=tmp_path / "out")
    assert not (folder / "review.pdf").exists()
    assert pdf.MOST_SECONDS <= 60


def test_what_is_folded_is_a_heading_in_print_and_a_line_of_the_bill_is_none(page: str) -> None:
    _, _, printed = page.partition("@media print")
    assert "details:not([class]) > summary" in printed
    folded = re.findall(r"<details([^>]*)>", page)
    assert ' class="line"' in folded
    assert "" in folded
    assert "counter(page)" in printed
