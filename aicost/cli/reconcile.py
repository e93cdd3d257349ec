"""`aicost reconcile`: the bill beside an invoice, and which inputs explain the difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicost.cli import bill_text
from aicost.cli.common import File, Prices, Refused, closed, opened, refusing, say
from aicost.cli.measured import Copy, free
from aicost.values.text_table import paragraph

if TYPE_CHECKING:
    from aicost.invoices.calibration import Calibration
    from aicost.invoices.comparison import Reconciliation

YAML = (".yaml", ".yml")
A_LOG = (
    "it is a log of requests, no invoice; `aicost log price` says what it comes to, `aicost log "
    "match` holds it against an export of its provider"
)


def reconcile(
    file: File,
    theirs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="THEIRS",
            show_default=False,
            help="An invoice, or figures such as monthly=245.50; `published:` of FILE if left out.",
        ),
    ] = None,
    columns: Annotated[
        str, typer.Option(metavar="SERVICE,COST", help="Names of these columns, if not known.")
    ] = "",
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="COPY.yaml", help="Write what the invoice says of unknown inputs into a copy."
        ),
    ] = None,
    prices: Prices = None,
) -> None:
    """Hold the bill against an invoice or stated figures, and say which inputs explain them."""
    from aicost.invoices.calibrate import calibrate
    from aicost.invoices.invoice_cells import InvoiceError
    from aicost.invoices.reconcile import reconcile as against
    from aicost.log.sources import is_log

    case = opened(file, prices)
    copy = Copy(case, "", free(write, YAML)) if write is not None else None
    figures = _figures(theirs) if theirs else case.scenario.published
    if not (theirs or figures):
        raise Refused(f"{file} has no published: figures; name an invoice, or monthly=245.50")
    if figures and columns:
        raise Refused("--columns names those of an invoice; these are figures")
    held = figures or (theirs or [""])[0]
    try:
        found = against(case, held, columns or None)
    except InvoiceError:
        if not figures and theirs and is_log(Path(theirs[0])):
            raise Refused(f"{theirs[0]}: {A_LOG}") from None
        raise
    if figures and not found.ties:
        raise Refused(f"{'' if theirs else f'{file}: published: '}{found.notes[0]}")
    say(bill_text.reconciled(found))
    if case.scenario.unknowns() or copy is not None:
        known = calibrate(case, found)
        say(f"\n{bill_text.calibrated(known)}")
        if copy is not None:
            _write(copy, known, found, ", ".join(theirs or ["published:"]))
            after = against(opened(copy.path, prices), held, columns or None)
            say(paragraph(f"The bill of the copy: {after.sentence}"))
    closed(case)


def _write(copy: Copy, known: Calibration, found: Reconciliation, theirs: str) -> None:
    """Write what the invoice taught into a copy."""
    from aicost.invoices.written import other_lines, said_of

    with refusing(ValueError):
        lines = other_lines(known)
    if not known.is_new:
        raise Refused(f"nothing to write into {copy.path}: {known.sentence}")
    said = [*said_of(known, theirs, found.covers, found.sentence)]
    words = copy.written(
        known.values(), f"calibrated to {theirs}", lines=lines, said=said, invoiced=known.held
    )
    say(f"\n{paragraph(words)}")


def _figures(theirs: list[str]) -> dict[str, str]:
    """Figures by name; none where the path of an invoice is named."""
    if len(theirs) == 1 and ("=" not in theirs[0] or Path(theirs[0]).exists()):
        return {}
    figures: dict[str, str] = {}
    for text in theirs:
        name, sign, value = text.rpartition("=")
        if not sign or not name.strip() or not value.strip():
            raise Refused(f"{text!r} is no figure; write one such as monthly=245.50")
        if name.strip() in figures:
            raise Refused(f"{name.strip()} stands twice; keep one of them")
        figures[name.strip()] = value.strip()
    return figures
