"""Every module has a test file of its own name, or stands in a table of those tested elsewhere."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from places import PACKAGE, ROOT
from test_layers import dotted

#: Modules that another module's tests hold to account, each with the file where they do.
TESTED_IN: dict[str, str] = {
    "accuracy.cache_alike": "tests/accuracy/test_caching.py",
    "accuracy.cache_formulas": "tests/accuracy/test_caching.py",
    "accuracy.cache_replays": "tests/accuracy/test_caching.py",
    "accuracy.cache_rows": "tests/accuracy/test_caching.py",
    "accuracy.pipelines": "tests/formulas/test_latency.py",
    "accuracy.prices": "tests/accuracy/test_accuracy.py",
    "accuracy.report": "tests/accuracy/test_accuracy.py",
    "accuracy.serving_cases": "tests/accuracy/test_serving.py",
    "accuracy.serving_fit": "tests/accuracy/test_serving.py",
    "accuracy.serving_gain": "tests/accuracy/test_serving.py",
    "accuracy.traces": "tests/accuracy/test_caching.py",
    "analysis.alternatives.caches": "tests/analysis/test_caches.py",
    "analysis.alternatives.encoders": "tests/analysis/test_encoders.py",
    "analysis.alternatives.equal_cost": "tests/analysis/test_equal_cost.py",
    "analysis.alternatives.kept_answers": "tests/analysis/test_caches.py",
    "analysis.alternatives.kept_prompts": "tests/analysis/test_caches.py",
    "analysis.alternatives.machine_choices": "tests/analysis/test_own_machines.py",
    "analysis.alternatives.models": "tests/analysis/test_models.py",
    "analysis.alternatives.own_machines": "tests/analysis/test_own_machines.py",
    "analysis.alternatives.routing": "tests/analysis/test_routing.py",
    "analysis.alternatives.self_hosting": "tests/analysis/test_self_hosting.py",
    "analysis.alternatives.served_stages": "tests/analysis/test_own_machines.py",
    "analysis.alternatives.stores": "tests/analysis/test_stores.py",
    "analysis.alternatives.three_ways": "tests/analysis/test_three_ways.py",
    "analysis.alternatives.undoing": "tests/analysis/test_undoing.py",
    "analysis.attribution.blend": "tests/analysis/test_blend.py",
    "analysis.attribution.bridge": "tests/analysis/test_bridge.py",
    "analysis.attribution.changed_inputs": "tests/analysis/test_changed_inputs.py",
    "analysis.attribution.difference": "tests/analysis/test_changed_inputs.py",
    "analysis.capacity.desk": "tests/analysis/test_desk.py",
    "analysis.capacity.idle_units": "tests/analysis/test_idle_units.py",
    "analysis.capacity.search_units": "tests/analysis/test_search_units.py",
    "analysis.levers.lever": "tests/analysis/test_levers.py",
    "analysis.levers.of_calls": "tests/analysis/test_levers.py",
    "analysis.levers.of_search": "tests/analysis/test_levers.py",
    "analysis.levers.of_work": "tests/analysis/test_levers.py",
    "analysis.levers.outcome": "tests/analysis/test_levers.py",
    "analysis.levers.report": "tests/analysis/test_levers.py",
    "analysis.logged.against": "tests/analysis/test_against.py",
    "analysis.logged.by_stage": "tests/analysis/test_against.py",
    "analysis.logged.lines": "tests/analysis/test_against.py",
    "analysis.options.report": "tests/analysis/test_options.py",
    "analysis.options.standing": "tests/analysis/test_options.py",
    "analysis.options.ways": "tests/analysis/test_options.py",
    "analysis.request_cost.calls": "tests/analysis/test_request_cost.py",
    "analysis.request_cost.chances": "tests/analysis/test_request_cost.py",
    "analysis.request_cost.report": "tests/analysis/test_request_cost.py",
    "analysis.request_cost.spent": "tests/analysis/test_request_cost.py",
    "analysis.request_cost.walk": "tests/analysis/test_request_cost.py",
    "analysis.scaling.growth": "tests/analysis/test_growth.py",
    "analysis.scaling.sweep": "tests/analysis/test_sweep.py",
    "analysis.uncertainty.expected": "tests/analysis/test_expected.py",
    "analysis.uncertainty.paired": "tests/analysis/test_options.py",
    "analysis.uncertainty.tornado": "tests/analysis/test_tornado.py",
    "analysis.user_margins.report": "tests/analysis/test_user_margins.py",
    "analysis.user_margins.seats": "tests/analysis/test_user_margins.py",
    "analysis.viability.ends": "tests/analysis/test_ends.py",
    "analysis.viability.goals": "tests/analysis/test_goals.py",
    "analysis.viability.inflection": "tests/analysis/test_inflection.py",
    "analysis.viability.odds": "tests/analysis/test_odds.py",
    "billing.bill_table": "tests/billing/test_bill.py",
    "book.calendars": "tests/book/test_book.py",
    "book.genai_prices": "tests/book/test_refresh.py",
    "book.model_patterns": "tests/book/test_thinking.py",
    "book.rates": "tests/book/test_token_prices.py",
    "book.request_columns": "tests/book/test_token_prices.py",
    "book.rerank_scores": "tests/formulas/test_rerank_gain.py",
    "book.rows": "tests/book/test_book.py",
    "cli.measured": "tests/cli/test_measure.py",
    "cli.prices": "tests/book/test_refresh.py",
    "cli.question": "tests/cli/test_interview.py",
    "cli.questions": "tests/cli/test_interview.py",
    "components.cache_doubts": "tests/components/test_prompt_cache.py",
    "components.modalities": "tests/components/test_prompted_call.py",
    "components.spared_work": "tests/analysis/test_levers.py",
    "formulas.latency.again": "tests/formulas/test_latency.py",
    "formulas.latency.call": "tests/formulas/test_call.py",
    "formulas.latency.joins": "tests/formulas/test_latency.py",
    "formulas.latency.leaves": "tests/formulas/test_latency.py",
    "formulas.latency.products": "tests/formulas/test_latency.py",
    "formulas.latency.tree": "tests/formulas/test_latency.py",
    "formulas.queueing.backlog": "tests/formulas/test_backlog.py",
    "formulas.queueing.erlang": "tests/formulas/test_queueing.py",
    "formulas.queueing.patience": "tests/formulas/test_queueing.py",
    "formulas.queueing.sharing": "tests/formulas/test_queueing.py",
    "formulas.queueing.staffing": "tests/formulas/test_staffing.py",
    "formulas.queueing.waits": "tests/formulas/test_queueing.py",
    "formulas.reuse.alike": "tests/formulas/test_alike.py",
    "formulas.review.desk": "tests/components/test_human_review.py",
    "formulas.review.double": "tests/formulas/test_double.py",
    "formulas.review.own_hours": "tests/formulas/test_own_hours.py",
    "formulas.review.policy": "tests/formulas/test_policy.py",
    "formulas.review.sampling": "tests/formulas/test_sampling.py",
    "formulas.review.shifts": "tests/formulas/test_shifts.py",
    "formulas.serving.load": "tests/formulas/test_serving.py",
    "formulas.serving.measured": "tests/formulas/test_serving.py",
    "formulas.serving.memory": "tests/formulas/test_serving.py",
    "formulas.serving.shapes": "tests/formulas/test_serving.py",
    "formulas.serving.step": "tests/formulas/test_serving.py",
    "formulas.vectors.growth": "tests/formulas/test_vectors.py",
    "formulas.vectors.indexes": "tests/formulas/test_vectors.py",
    "formulas.vectors.memory": "tests/formulas/test_vectors.py",
    "formulas.vectors.pages": "tests/formulas/test_vectors.py",
    "invoices.beside_invoice": "tests/invoices/test_reconcile.py",
    "invoices.calibrated_head": "tests/show/review/test_invoiced.py",
    "invoices.invoice_cells": "tests/invoices/test_invoice_reader.py",
    "invoices.long_table": "tests/invoices/test_invoice_reader.py",
    "invoices.match_cells": "tests/invoices/test_match.py",
    "invoices.match_counts": "tests/invoices/test_match.py",
    "invoices.match_prices": "tests/invoices/test_match.py",
    "invoices.match_state": "tests/invoices/test_match.py",
    "log.bars": "tests/log/test_change.py",
    "log.explained": "tests/log/test_explain.py",
    "log.measured": "tests/log/test_calibrate.py",
    "log.mixes": "tests/log/test_calibrate.py",
    "log.part_sums": "tests/log/test_system.py",
    "log.sample_calls": "tests/log/test_sample.py",
    "log.sample_causes": "tests/log/test_sample.py",
    "log.sample_system": "tests/log/test_sample.py",
    "scenario.agreement": "tests/scenario/test_changes.py",
    "scenario.engine_cache": "tests/scenario/test_served_pools.py",
    "scenario.head_reader": "tests/scenario/test_head.py",
    "scenario.kinds": "tests/scenario/test_load.py",
    "scenario.pool_work": "tests/scenario/test_served_pools.py",
    "scenario.problems": "tests/scenario/test_checks.py",
    "scenario.reference_examples": "tests/scenario/test_reference.py",
    "scenario.unit_memory": "tests/scenario/test_served_pools.py",
    "show.export.bill_sheet": "tests/show/export/test_workbook.py",
    "show.export.input_sheets": "tests/show/export/test_workbook.py",
    "show.export.leaves": "tests/show/export/test_live.py",
    "show.export.line_ranges": "tests/show/export/test_tables.py",
    "show.export.lines": "tests/show/export/test_live.py",
    "show.export.places": "tests/show/export/test_workbook.py",
    "show.export.read_me": "tests/show/export/test_workbook.py",
    "show.export.sheets": "tests/show/export/test_workbook.py",
    "show.export.tried": "tests/show/export/test_live.py",
    "show.review.content": "tests/show/review/test_sections.py",
    "show.review.leftovers": "tests/show/review/test_folder.py",
    "show.review.look": "tests/show/review/test_sections.py",
    "show.review.sections.decisions": "tests/show/review/test_sections.py",
    "show.review.sections.deeds": "tests/show/review/test_sections.py",
    "show.review.sections.exactness": "tests/show/review/test_sections.py",
    "show.review.sections.grounds": "tests/show/review/test_sections.py",
    "show.review.sections.head": "tests/show/review/test_sections.py",
    "show.review.sections.invoiced": "tests/show/review/test_invoiced.py",
    "show.review.sections.logged": "tests/show/review/test_logged.py",
    "show.review.sections.money": "tests/show/review/test_sections.py",
    "show.review.sections.plan": "tests/show/review/test_sections.py",
    "show.review.sections.sources": "tests/show/review/test_sections.py",
    "show.review.sections.viability": "tests/show/review/test_sections.py",
    "show.review.strangers": "tests/show/review/test_folder.py",
    "timing.sentences": "tests/timing/test_report.py",
    "values.countries": "tests/scenario/test_residency.py",
    "values.units": "tests/values/test_spelling.py",
}


def modules(package: Path) -> Iterator[str]:
    """Yield the dotted name of every module inside a package, as `show.charts.bars`."""
    for path in sorted(package.rglob("*.py")):
        if path.stem not in ("__init__", "__main__"):
            yield ".".join(dotted(path, package))


def own_file(module: str) -> str:
    """Return where the tests of a module stand where it has a file of its own."""
    *folders, name = module.split(".")
    return "/".join(["tests", *folders, f"test_{name}.py"])


def named(path: Path, package: Path) -> Iterator[str]:
    """Yield the full name of what a test file imports of a package, wherever it is defined."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = ((alias.asname or alias.name, alias.name) for alias in node.names)
            known |= {here: f"{node.module}.{name}" for here, name in names}
    used = {
        f"{known[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in known
    }
    every = {*known.values(), *used}
    yield from (defined(name, package) for name in every if name.startswith(f"{package.name}."))


def defined(name: str, package: Path) -> str:
    """Return the full name of a thing in the module that defines it, through all that hand it on.

    >>> defined("aicost.timing.latency", PACKAGE)
    'aicost.timing.report.latency'
    """
    where, _, last = name.rpartition(".")
    base = package.parent.joinpath(*where.split("."))
    file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    if not file.is_file():
        return name
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == last and node.module:
                    return defined(f"{node.module}.{alias.name}", package)
    return name


def mentions(path: Path, module: str, package: Path) -> bool:
    """Say whether a test file imports a module, or something public that it defines."""
    full = f"{package.name}.{module}"
    return any(
        name == full or (name.startswith(f"{full}.") and not name.startswith(f"{full}._"))
        for name in named(path, package)
    )


def complaints(package: Path, table: Mapping[str, str]) -> list[str]:
    """Return a line for every module without a test, and every entry that holds no longer."""
    lines, root = [], package.parent
    known = [*modules(package)]
    for module in known:
        if module not in table and not (root / own_file(module)).is_file():
            lines.append(f"{module}: no {own_file(module)}, and no entry in TESTED_IN")
    for module, file in table.items():
        if module not in known:
            lines.append(f"{module}: in TESTED_IN, but there is no such module")
        elif (root / own_file(module)).is_file():
            lines.append(f"{module}: in TESTED_IN, but {own_file(module)} is there")
        elif not (root / file).is_file():
            lines.append(f"{module}: {file} is not there")
        elif not mentions(root / file, module, package):
            lines.append(f"{module}: {file} imports nothing of it")
    return lines


def test_every_module_is_tested() -> None:
    assert PACKAGE.parent == ROOT
    assert complaints(PACKAGE, TESTED_IN) == []


def test_the_table_is_in_order() -> None:
    assert [*TESTED_IN] == sorted(TESTED_IN)


@pytest.mark.parametrize(
    ("files", "table", "said"),
    [
        ({}, {}, "no tests/book/test_rates.py, and no entry"),
        ({"book/test_rates.py": ""}, {}, None),
        ({"book/test_rates.py": ""}, {"book.rates": "tests/book/test_rates.py"}, "is there"),
        ({"test_all.py": "from aicost.book.rates import rate"}, {"book.rates": "all"}, None),
        ({"test_all.py": "from aicost.book import rates"}, {"book.rates": "all"}, None),
        ({"test_all.py": "import aicost.book.rates"}, {"book.rates": "all"}, None),
        ({"test_all.py": "from aicost.book import rate"}, {"book.rates": "all"}, None),
        ({"test_all.py": "from aicost import book\nbook.rate()"}, {"book.rates": "all"}, None),
        ({"test_all.py": "from aicost import book\nbook.Book"}, {"book.rates": "all"}, "nothing"),
        ({"test_all.py": "from aicost.book.rates import _other"}, {"book.rates": "all"}, "nothing"),
        ({"test_all.py": "from aicost.book import Book"}, {"book.rates": "all"}, "nothing of it"),
        ({"test_all.py": "from aicost.values import rate"}, {"book.rates": "all"}, "nothing of it"),
        ({"test_all.py": "# aicost.book.rates"}, {"book.rates": "all"}, "nothing of it"),
        ({}, {"book.rates": "all"}, "tests/test_all.py is not there"),
        ({"book/test_rates.py": ""}, {"book.ratse": "all"}, "there is no such module"),
    ],
)
def test_checker_finds_what_it_is_for(
    tmp_path: Path, files: dict[str, str], table: dict[str, str], said: str | None
) -> None:
    book = tmp_path / "aicost" / "book"
    book.mkdir(parents=True)
    (book / "__init__.py").write_text("from aicost.book.rates import rate\n")
    (book / "rates.py").write_text("LIST, _other = 1, 2\ndef rate(): return Book()\n")
    for name, text in files.items():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    named = {module: file.replace("all", "tests/test_all.py") for module, file in table.items()}
    found = complaints(tmp_path / "aicost", named)
    if said is None:
        assert found == []
    else:
        assert len(found) == 1
        assert said in found[0]
