"""The command line as a person meets it: what is printed, what is refused, how it ends."""

import html
import io
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import one_line, refused, run, said
from places import ROOT, SAMPLES

import aicost
from aicost.analysis.uncertainty.expected import expected
from aicost.cli.common import age_warning
from aicost.invoices.reconcile import reconcile_invoice
from aicost.paths import data_dir

COMMANDS = (
    "new",
    "show",
    "check",
    "review",
    "latency",
    "bill",
    "explain",
    "compare",
    "reconcile",
    "accuracy",
    "prices",
)

NEWEST = aicost.Book.load().newest
DESK = (
    f"as_of: {NEWEST}\n"
    + """\
name: Desk
traffic: {users: 2_000, requests_per_user_month: about 50}
pipeline:
  answer:
    is: inference
    price: {input: 2, output: 10}
    input_tokens: 1_500
    output_tokens: {p50: 250, p95: 900}
  people: {is: human_review, when: after_answer, share: 1 %, minutes: 3 to 5, wage_per_hour: 30}
other:
  servers: {per_month: 700}
  set-up: {once: 5_000}
  nothing: {per_month: 0}
goals: {price_per_user_month: 4}
"""
)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A file whose every number can be checked by hand."""
    path = tmp_path / "desk.yaml"
    path.write_text(DESK)
    return path


# ---- help


def test_help_lists_every_command_in_groups_of_plain_text() -> None:
    text = said("--help")
    assert re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE) == list(COMMANDS)
    heads = re.findall(r"^([A-Z].*):$", text, re.MULTILINE)
    assert heads == [
        "Options",
        "A client's system",
        "How fast it answers",
        "Where the money goes",
        "What the figures rest on",
    ]


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), ("prices", "search")])
def test_help_fits_80_columns_and_cuts_nothing(words: tuple[str, ...]) -> None:
    text = said(*words, "--help")
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.replace("[ARGS]...", "").replace("FILE}...", "")
    assert "\x1b" not in text
    assert not re.search(r"[│╭╰─]", text)


def test_version_and_no_command() -> None:
    assert re.fullmatch(r"aicost \d+\.\d+\.\d+\n", said("--version"))
    nothing = run()
    assert nothing.exit_code == 2
    assert "Where the money goes:" in nothing.output


def test_misspelled_command_names_the_right_one() -> None:
    assert "Did you mean 'explain'?" in refused("explan")


# ---- bill


def amounts(text: str) -> dict[str, float]:
    """Return the dollars of each line of a printed bill by its number."""
    found = re.findall(r"^ +(\d+)  .*?  ([\d,]+\.\d\d) +[\d.<]+ % +[a-z]+$", text, re.MULTILINE)
    return {number: float(usd.replace(",", "")) for number, usd in found}


def test_bill_is_the_bill(desk: Path) -> None:
    made, text = case_of(aicost.load(desk)).bill, said("bill", desk)
    usd = {str(n): c for n, c in enumerate(made.charges, start=1)}
    shown = amounts(text)
    assert shown.keys() == {n for n, c in usd.items() if c.every == "month" and c.usd > 0}
    assert all(shown[n] == pytest.approx(float(usd[n].usd), abs=0.005) for n in shown)
    assert sum(shown.values()) == pytest.approx(float(made.total), abs=0.01 * len(shown))
    assert f"total a month  ${made.total:,.2f}" in one_line(text).replace(" $", "  $")
    assert f"of it people ${made.people:,.2f}" in one_line(text)
    assert "paid once $5,000.00" in one_line(text)
    assert "1 line comes to less than a cent" in text
    assert max(map(len, text.splitlines())) <= 80


def test_bill_states_the_range_and_the_prices(desk: Path) -> None:
    scenario = aicost.load(desk)
    book = aicost.Book.load(as_of=scenario.as_of)
    text = said("bill", desk)
    assert one_line(expected(scenario, book).sentence) in one_line(text)
    assert text.splitlines()[-1] == f"prices: book {book.hash}, read {NEWEST}, 0 days old"


def test_bill_without_anything_unknown_has_no_range(tmp_path: Path) -> None:
    path = tmp_path / "counted.yaml"
    counted = DESK.replace("about 50", "50").replace("3 to 5", "4")
    staff = "wage_per_hour: 30, overhead: 1.45, occupancy: 80 %, shrinkage: 30 %"
    path.write_text(counted.replace("wage_per_hour: 30", staff))
    assert "every number was counted: there is no range" in said("bill", path)


def test_bill_of_nobody_divides_by_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text(DESK.replace("users: 2_000", "users: 0, success_share: 90 %"))
    with np.errstate(all="raise"):
        text = said("bill", path)
    assert "total a month $700.00" in one_line(text)
    assert "per user" not in text


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (["--users", "20 k"], {"users": 20_000.0}),
        (["--set", "answer.output_tokens.p95=1_200"], {"answer.output_tokens.p95": 1_200.0}),
        (
            ["--set", "people.share=5 %", "--set", "servers.per_month=$900"],
            {"people.share": 0.05, "servers.per_month": 900.0},
        ),
        (["--set", "answer.price.output=30"], {"answer.price.output": 30.0}),
        (["--set", "answer.repeat=2 to 3"], {"answer.repeat": aicost.Range(2.0, 3.0)}),
        (["--set", "answer.output_tokens=400"], {"answer.output_tokens": 400.0}),
    ],
)
def test_bill_with_values_set_otherwise(
    desk: Path, options: list[str], changes: dict[str, object]
) -> None:
    total = case_of(aicost.load(desk).at(changes)).bill.total
    text = one_line(said("bill", desk, *options))
    assert f"total a month ${total:,.2f}" in text
    assert total != case_of(aicost.load(desk)).bill.total


def test_bill_with_another_model_takes_its_prices() -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    scenario = aicost.load(file).at({"answer.model": "openai/gpt-6-luna"})
    text = one_line(said("bill", file, "--set", "answer.model=openai/gpt-6-luna"))
    assert f"total a month ${case_of(scenario).bill.total:,.2f}" in text


def test_csv_holds_every_line(desk: Path) -> None:
    result = run("bill", desk, "--csv")
    read = pd.read_csv(io.StringIO(result.stdout), keep_default_na=False)
    frame = case_of(aicost.load(desk)).bill.frame()
    pd.testing.assert_frame_equal(read, frame, check_dtype=False, rtol=1e-12)
    assert result.stderr.strip().startswith("prices: book ")


@pytest.mark.parametrize("file", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("command", ["bill", "show", "explain"])
def test_samples_fit_80_columns(command: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    lines = said(command, file.name).splitlines()
    assert [line for line in lines if len(line) > 80] == []


# ---- explain


def test_explain_numbers_the_lines_and_opens_each(desk: Path) -> None:
    made = case_of(aicost.load(desk)).bill
    listing = said("explain", desk)
    for number, line in enumerate(made.charges, start=1):
        assert re.search(rf"^ +{number}  {re.escape(line.item)}|: {line.item} ", listing, re.M)
        text = said("explain", desk, str(number))
        assert one_line(made.explain(line)) in one_line(text)
        for factor in line.factors:
            assert re.search(rf"{factor.name}.*{factor.basis}", one_line(text))


def test_explain_by_name_with_the_line_of_the_file(desk: Path) -> None:
    text = said("explain", desk, "answer: output")
    assert text.startswith(
        "2  answer: output (inference): $338.56 a month".replace(
            "$338.56", f"${case_of(aicost.load(desk)).bill.charges[1].usd:,.2f}"
        )
    )
    assert re.search(r"users +2,000 +measured +line 3$", text, re.MULTILINE)
    assert re.search(r"mean of 25 to 100", text)


# ---- show


def test_show_has_every_stated_field_with_its_line(desk: Path) -> None:
    text, scenario = said("show", desk), aicost.load(desk)
    source = DESK.splitlines()
    count = 0
    for path, section, field, _ in scenario.fields():
        if field not in section.origins:
            continue
        count += 1
        made = section.origins[field]
        where = rf"line {made.line}" if made.line else r"\[\d\]"
        assert re.search(rf"^  (?:price\.)?{field} .* {made.basis} +{where}$", text, re.M), path
        assert made.line is None or field in source[made.line - 1], path
    assert f"{count} lines" in text.splitlines()[0]
    assert "25 to 100 requests" in text
    assert "p50 250, p95 900 tokens" in text


def test_show_keeps_the_order_and_says_where_the_rest_is_from() -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    text, scenario = said("show", file), aicost.load(file)
    stages = [stage.name for stage in scenario.pipeline]
    heads = re.findall(r"^(\S+) \(.*\)$", text, re.MULTILINE)
    assert heads == stages
    assert re.search(r"price of input +\$2\.00 per Mtok +listed +\[\d+\]", text)
    notes = re.findall(r"^  \[(\d+)\]", text, re.MULTILINE)
    assert notes == [str(n) for n in range(1, len(notes) + 1)]


# ---- check


def test_check_passes_the_samples() -> None:
    text = said("check", *SAMPLES)
    assert text.count("no problems") == len(SAMPLES)


def test_check_prints_warnings_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(
        "name: Wide\nas_of: 2026-11-23\ntraffic: {users: 10, requests_per_user_month: 1}\n"
        "pipeline:\n  answer: {is: inference, model: anthropic/claude-sonnet-5-5, "
        "input_tokens: 9 M, output_tokens: 10}\n"
    )
    text = said("check", path)
    assert re.search(r"^warning: .*wide\.yaml:5: answer\.input_tokens: 9,000,010 tokens", text)
    assert "no problems" not in text


def test_check_names_every_bad_file_and_goes_on(tmp_path: Path, desk: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(DESK.replace("users", "usres", 1).replace("minutes", "minuets"))
    result = run("check", bad, desk, tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "did you mean 'users'?" in result.stderr
    assert "did you mean 'minutes'?" in result.stderr
    assert "none.yaml:1: file: no such file or directory" in result.stderr
    assert f"{desk}: no problems" in result.stdout


# ---- compare


def test_compare_adds_up() -> None:
    plan, billed = (
        data_dir() / "scenarios" / f"contract-search-{x}.yaml" for x in ("planned", "billed")
    )
    text = said("compare", plan, billed)
    before, after = (float(case_of(aicost.load(f)).bill.total) for f in (plan, billed))
    ends = re.findall(r"^  \S.*  \$([\d,]+)  +=+$", text, re.MULTILINE)
    assert ends == [f"{before:,.0f}", f"{after:,.0f}"]
    steps = re.findall(r"^  \S.*?  ([+-])\$([\d,.]+)  +[+-]+$", text, re.MULTILINE)
    total = sum(float(f"{sign}{usd.replace(',', '')}") for sign, usd in steps)
    assert total == pytest.approx(after - before, abs=0.5 * len(steps))
    assert f"{after / before:.1f} times as much" in text
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii()


def test_compare_draws_bars_below_zero() -> None:
    files = (data_dir() / "scenarios" / f"{x}.yaml" for x in ("help-desk", "research-agent"))
    text = said("compare", *files)
    assert re.search(r"^  Help desk +\$[\d,]+ {3,}=+$", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 80


def test_compare_with_itself_says_so(desk: Path) -> None:
    assert "Nothing that is billed differs." in said("compare", desk, desk)


# ---- reconcile


def test_reconcile_puts_bill_and_invoice_side_by_side(tmp_path: Path) -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    invoice = tmp_path / "october.csv"
    invoice.write_text("what,paid\nAmazon OpenSearch Service,712.44\nTax,402.10\nFoo Ltd,12\n")
    text = said("reconcile", file, invoice, "--columns", "what,paid")
    found = reconcile_invoice(case_of(aicost.load(file)).bill, invoice, "what,paid")
    assert one_line(text).startswith(found.text.splitlines()[0])
    for tie in found.ties:
        assert re.search(rf"^  {re.escape(tie.name)} .*[\d-]  \S", text, re.MULTILINE)
    assert re.search(r"^  retrieval +716\.66 +712\.44  -0\.6 %$", text, re.MULTILINE)
    assert re.search(r"^  tax +- +402\.10  a line of its own$", text, re.MULTILINE)
    assert re.search(r"^  in all .* 1,126\.54$", text, re.MULTILINE)
    assert "Foo Ltd $12.00" in text
    assert "svc: no such column" in refused("reconcile", file, invoice, "--columns", "svc,paid")


# ---- review


def test_review_prints_the_verdict_and_where_the_page_is(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.parent)
    Path("reviews/desk").mkdir(parents=True)
    Path("reviews/desk/notes.md").write_text("Seen with the *client*.")
    text = said("review", "desk.yaml")
    page = Path("reviews/desk/index.html")
    assert str(page) in text.splitlines()
    written = html.unescape(page.read_text(encoding="utf-8"))
    verdict = re.search(r'class="verdict">(.*?)</p>', written)
    assert verdict
    assert one_line(text).startswith(verdict[1])
    assert "aicost review desk.yaml" in written
    assert "Seen with the <em>client</em>." in written
    assert "prices: book " in text


def test_review_replaces_nothing_but_a_review(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.parent)
    for folder, words in (("mine", ["--out", "mine"]), ("reviews/desk", [])):
        Path(folder).mkdir(parents=True)
        letter = Path(folder) / "letter.txt"
        letter.write_text("keep")
        assert "it holds letter.txt" in refused("review", "desk.yaml", *words)
        assert letter.read_text() == "keep"
    assert "it is a file" in refused("review", "desk.yaml", "--out", "desk.yaml")


# ---- prices


def test_overlay_wins_and_changes_the_hash(tmp_path: Path) -> None:
    file = data_dir() / "scenarios" / "contract-search-billed.yaml"
    overlay = tmp_path / "client.csv"
    overlay.write_text(
        "item,parameter,value,unit,source,read_on\n"
        "anthropic/claude-sonnet-5-5,output,5,USD/Mtok,frame contract,2026-11-01\n"
    )
    listed, own = said("bill", file), said("bill", file, "--prices", overlay)
    scenario = aicost.load(file)
    book = aicost.Book.load(as_of=scenario.as_of, overlay=overlay)
    assert f"total a month ${Case(scenario, book).bill.total:,.2f}" in one_line(own)
    assert f"book {book.hash}," in own
    assert f"book {book.hash}," not in listed
    assert "frame contract" in said("show", file, "--prices", overlay)


@pytest.mark.parametrize(
    ("days", "word"), [(45, ""), (46, "check them"), (90, "check them"), (91, "quote nothing")]
)
def test_old_prices_are_warned_of(desk: Path, days: int, word: str) -> None:
    day = NEWEST + timedelta(days=days)
    desk.write_text(DESK.replace(str(NEWEST), str(day)))
    result = run("bill", desk)
    assert f"prices at {day}: book" in result.stdout
    assert f"read {NEWEST}, {days} days old" in result.stdout
    assert (word in result.stderr) if word else not result.stderr
    assert age_warning(aicost.Book.load(as_of=aicost.load(desk).as_of)) == result.stderr.strip()


# ---- what is refused


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("answer.outptu_tokens=3", "did you mean 'answer.output_tokens'?"),
        ("rubbish=3", "`aicost show` lists what is there"),
        ("per_month=3", "may be other.servers.per_month, other.set-up.per_month"),
        ("users", "write PATH=VALUE"),
        ("=3", "write PATH=VALUE"),
        ("users=20,000", "write 20_000"),
        ("users=-3", "users"),
        ("users=", "users"),
        ("users=many", "'many' is not a number"),
        ("users=unknown", "write a number or a range"),
        ("people.share=5", "write 5 %"),
        ("answer.batch=maybe", "write yes or no"),
        ("answer.cache_ttl=2h", "use one of: 5m, 1h"),
        ("answer.output_tokens.p95=200", "p95 lies below p50"),
        ("answer.input_tokens.p95=200", "one number, not a spread"),
        ("profile=office", "change it in a copy of the file"),
        ("answer.pool=gpus", "change it in a copy of the file"),
        ("requests_per_month=5", "this file counts users"),
        ("answer.billed_as=gold", "use one of: inference"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(desk: Path, setting: str, words: str) -> None:
    text = refused("bill", desk, "--set", setting)
    assert text.startswith("--set ")
    assert words in text
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["bill", "none.yaml"], "none.yaml:1: file: no such file or directory; check the path"),
        (["bill", "."], "is a directory"),
        (["explain", "desk.yaml", "99"], "no line 99; there are 1 to 6"),
        (["explain", "desk.yaml", "0"], "no line 0; there are 1 to 6"),
        (["explain", "desk.yaml", "answr: input"], "did you mean 'answer: input'?"),
        (["bill", "desk.yaml", "--prices", "none.csv"], "none.csv"),
        (["bill", "desk.yaml", "--prices", "desk.yaml"], "desk.yaml:1"),
        (["compare", "desk.yaml", "none.yaml"], "none.yaml:1: file"),
        (["accuracy", "pricse", "desk.yaml"], "no accuracy topic 'pricse'"),
        (["accuracy", "prices", "none.csv"], "none.csv: no such file"),
        (["accuracy", "prices", "desk.yaml"], "desk.yaml:1: no column"),
        (["bill"], "Missing argument 'FILE'"),
        (["bill", "desk.yaml", "--user", "3"], "No such option: --user"),
        (["prices", "show", "anthropic/claude-sonet-5-5"], "claude-sonnet-5-5"),
    ],
)
def test_bad_input_ends_with_a_line(
    desk: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], why: str
) -> None:
    monkeypatch.chdir(desk.parent)
    assert why.lower() in refused(*words).lower()


@pytest.mark.parametrize("command", ["show", "bill", "explain", "review", "check"])
def test_every_command_prints_all_problems_of_a_file(desk: Path, command: str) -> None:
    desk.write_text(DESK.replace("1_500", "1,500").replace("2_000", "many"))
    text = refused(command, desk)
    assert text.count("\n") == 2
    assert "desk.yaml:3: traffic.users: 'many' is not a number" in text
    assert "write 1_500" in text


def test_unlisted_model_is_refused_before_any_figure(desk: Path) -> None:
    desk.write_text(DESK.replace("price: {input: 2, output: 10}", "model: openai/gpt-6-son"))
    text = refused("bill", desk)
    assert "desk.yaml:7: answer.model" in text
    assert "openai/gpt-6-sol" in text


# ---- as a program


def program(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own, its output piped."""
    words = (sys.executable, "-m", "aicost", *words)
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(words, capture_output=True, env=env, check=False)


def test_piped_output_is_plain(desk: Path) -> None:
    done = program("bill", desk, FORCE_COLOR="1", TERM="xterm-256color")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert not done.stderr


def test_letters_that_a_terminal_lacks_end_nothing(desk: Path) -> None:
    desk.write_text(DESK.replace("name: Desk", "name: Łódź"), encoding="utf-8")
    done = program("show", desk, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("?ód?".encode("cp1252"))


def test_bad_file_leaves_code_2_and_no_trace(tmp_path: Path) -> None:
    done = program("bill", tmp_path / "none.yaml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_starts_without_tables_and_charts() -> None:
    code = "import sys, aicost.cli; print({'pandas', 'altair', 'rich'} & sys.modules.keys())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True)
    assert done.stdout.strip() == b"set()"
