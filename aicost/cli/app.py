"""The command line: which commands there are, and how they end on bad input."""

from __future__ import annotations

import re
import sys
from errno import EDQUOT, ENOSPC
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from aicost.book.rows import BookError
from aicost.cli import inflection as cli_inflection
from aicost.cli import latency as clock
from aicost.cli import levers as cli_levers
from aicost.cli import log as cli_log
from aicost.cli import log_against, log_match, log_price, log_why, money, system
from aicost.cli import machines as own_machines
from aicost.cli import measure as cli_measure
from aicost.cli import options as cli_options
from aicost.cli import prices as cli_prices
from aicost.cli import reconcile as cli_reconcile
from aicost.cli import tokens as cli_tokens
from aicost.cli.common import Refused, refusing, say
from aicost.cli.progress import steps
from aicost.scenario.problems import ScenarioError

SYSTEM, TIME, MONEY = "A client's system", "How fast it answers", "Where the money goes"
TRUST = "What the figures rest on"
FULL = "; make room on the disk, or name a file on another"


class Commands(TyperGroup):
    """Lists its commands in groups, and ends on bad input with its lines, never with a trace."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one block of commands per group, in the order they were added."""
        groups: dict[str, list[tuple[str, str]]] = {}
        width = max(map(len, self.commands))
        for name, command in self.commands.items():
            head = getattr(command, "rich_help_panel", None)
            row = (name.ljust(width), command.get_short_help_str(200))
            groups.setdefault(head if isinstance(head, str) else "Commands", []).append(row)
        for head, rows in groups.items():
            with formatter.section(head):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; print what is wrong with its input, and leave with code 2."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="replace")  # a letter that a terminal lacks ends nothing
        try:
            return super().invoke(ctx)
        except (ScenarioError, BookError, Refused) as problem:
            lines = str(problem)
        except BrokenPipeError:
            raise
        except RuntimeError as problem:
            if "interrupted" not in str(problem).lower():
                raise
            raise KeyboardInterrupt from None  # what DuckDB makes of Ctrl-C
        except Exception as problem:
            lines = _damaged(problem)
            if not lines:
                raise
        say(lines, err=True)
        raise typer.Exit(2)


def _damaged(problem: Exception) -> str:
    """One line for a file that is not there or cannot be read to its end; else nothing."""
    if isinstance(problem, OSError):
        remedy = FULL if problem.errno in (ENOSPC, EDQUOT) else ""
        why = (problem.strerror or str(problem)).lower()
        return f"{problem.filename or 'file'}: {why}{remedy}"
    if "no space left" in str(problem).lower():
        return f"this folder, or that of temporary files: no space left on device{FULL}"
    found = re.search(r'read file "([^"]+)"', str(problem))
    if found and "duckdb" in type(problem).__module__:  # which is not imported here
        return f"{Path(found[1]).name}: it is no whole Parquet file; copy it again"
    return ""


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 80},
    help="What an AI system costs a month, where the money goes, and at which usage it stops "
    "being viable.",
    epilog="Start with `aicost new NAME`. Each command says more with --help.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(f"aicost {version('aicost-kit')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


def accuracy(
    topic: Annotated[str, typer.Argument(show_default=False, help="What is held, such as prices.")],
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", show_default=False, help="Cases.")],
    traces: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of logs that caching plays again.")
    ] = None,
) -> None:
    """Hold a formula against a file of cases; code 1 past the bar."""
    from aicost.accuracy import run

    with steps(1) as step, refusing(ValueError):
        step("holding")
        report = run(topic, file, traces)
    say(str(report))
    if not report.passed:
        raise typer.Exit(1)


for panel, commands in (
    (
        SYSTEM,
        (system.new, system.show, system.check, cli_tokens.tokens, system.review, system.schema),
    ),
    (TIME, (clock.latency,)),
    (
        MONEY,
        (
            money.bill,
            money.explain,
            money.compare,
            cli_options.options,
            cli_inflection.inflection,
            cli_levers.levers,
            own_machines.machines,
            cli_reconcile.reconcile,
        ),
    ),
    (TRUST, (accuracy,)),
):
    for command in commands:
        app.command(rich_help_panel=panel)(command)
cli_log.app.command()(log_price.price)
cli_log.app.command()(log_why.explain)
cli_log.app.command()(log_why.change)
cli_log.app.command()(log_match.match)
cli_log.app.command()(log_against.against)
cli_log.app.command()(log_against.forecast)
app.add_typer(cli_log.app, cls=Commands, name="log", rich_help_panel=MONEY)
app.add_typer(cli_measure.app, cls=Commands, name="measure", rich_help_panel=TRUST)
app.add_typer(cli_prices.app, cls=Commands, name="prices", rich_help_panel=TRUST)
