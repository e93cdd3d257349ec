"""What explains an invoice, held against invoices whose truth is known."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from cases import shows_well, written
from invoiced import invoice

import aicost
from aicost.invoices.calibrate import calibrate
from aicost.invoices.calibration import Calibration
from aicost.invoices.least_surprise import MOST
from aicost.invoices.range_about import scenario_at
from aicost.invoices.reconcile import reconcile
from aicost.invoices.written import other_lines, said_of
from aicost.measure.record import measured_copy
from aicost.values.quantities import Range, ends

TRUTHS = int(os.environ.get("AICOST_CALIBRATED", "12"))
OPEN = {
    "chat": """
name: Chat
kind: rag-chat
traffic: {users: about 2_300, requests_per_user_month: about 40}
corpus: {documents: 60_000, pages_per_document: 12, changed_per_month: about 8 %}
pipeline: {people: {share: about 2 %}, answer: {thinking_tokens: 0, cache_read_share: 5 % to 40 %}}
""",
    "agent": """
name: Agent
kind: agent
traffic: {users: about 300, requests_per_user_month: about 20}
""",
    "two": """
name: Two stages
traffic: {users: 900, requests_per_user_month: 10 to 60}
pipeline:
  cache: {is: response_cache, hit_share: 5 % to 40 %, node_per_month: 60}
  small: {is: inference, model: anthropic/claude-haiku-4-5, thinking_tokens: 0,
          input_tokens: about 1_000, output_tokens: {p50: about 200, p95: about 700}}
  large: {is: inference, model: anthropic/claude-sonnet-5-5, thinking_tokens: 0, share: about 20 %,
          input_tokens: about 1_000, output_tokens: about 400}
  sorted: {is: inference, billed_as: reranking, model: openai/gpt-5-mini, thinking_tokens: 0,
           input_tokens: about 5_000, output_tokens: about 20}
""",
}


@dataclass(frozen=True)
class Tried:
    """A truth, what its invoice made of the file, and how far the bill of the copy is off."""

    found: Calibration
    truth: dict[str, float]
    off: float

    @property
    def inside(self) -> list[bool]:
        """Whether the truth of each moved input is in its range."""
        return [
            known.low <= self.truth[one.path] <= known.high
            for one in self.found.moved
            if isinstance(known := ends(one.known)[0], Range)
        ]


def tried(name: str, seed: int, folder: Path) -> Tried:
    """Draw a truth, write its invoice, calibrate to that and load the copy."""
    case = written(OPEN[name], checked=False)
    rng = np.random.default_rng(seed)
    scores = {path: rng.standard_normal() for path in case.scenario.unknowns()}
    true = case.of(scenario_at(case.scenario, scores))
    usd = {k: round(float(v), 2) for k, v in true.bill.by("component").items()}
    usd.pop("human review", None)
    text = "".join(f"{component},{amount}\n" for component, amount in usd.items())
    file = invoice(folder, f"service,cost\n{text}")
    found = calibrate(case, reconcile(case, file, "service,cost"))
    copy = folder / "copy.yaml"
    copy.write_text(measured_copy(case, found.values(), (), other_lines(found)))
    bill = aicost.load(copy).bill.by("component")
    off = max(abs(float(np.mean(bill[k])) / usd[k] - 1) for k in usd if usd[k] >= 1)
    truth = {one.path: float(ends(true.scenario.get(one.path))[0]) for one in found.moved}
    return Tried(found, truth, off)


def test_the_bill_of_the_copy_is_the_invoice_and_ranges_hold_the_truth(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Of random truths and their invoices; AICOST_CALIBRATED says how many, in turn of each."""
    every = [tried([*OPEN][seed % len(OPEN)], seed, tmp_path) for seed in range(TRUTHS)]
    inside = [held for one in every for held in one.inside]
    words = f"bills of {TRUTHS} calibrated copies at most {max(one.off for one in every):.2%} off"
    record_property("figure", f"{words}; {np.mean(inside):.1%} of {len(inside)} truths inside")
    told = {one.off: [off.name for off in one.found.off] for one in every if one.off > 0.01}
    assert all(told.values()), "off, and not said"  # whole counts are made up for by other inputs
    assert sum(one.off <= 0.02 for one in every) >= 0.99 * TRUTHS
    assert np.mean(inside) >= (0.9 if TRUTHS >= 100 else 0.8)  # few of them scatter
    assert not any(one.found.off for one in every) or TRUTHS >= 100


ONE = """
name: One
traffic: {requests_per_month: 100_000}
pipeline:
  answer: {is: inference, input_tokens: ABOUT, output_tokens: 0, price: {input: 2, output: 10}}
other: {servers: {per_month: 500}}
"""


def test_one_unknown_is_solved_for() -> None:
    """Tokens of a known number of requests at a known price: by hand, 1,400 / (100,000 x $2/M)."""
    case = written(ONE.replace("ABOUT", "4_000 to 6_000"))
    found = calibrate(case, reconcile(case, {"inference": "1400.00"}))
    (moved,) = found.moved
    assert moved.now == pytest.approx(7_000, rel=0.005)
    assert moved.beyond
    assert moved.sentence.startswith("answer: input tokens, 7,000 on average for ")
    assert moved.sentence.endswith(" for 4,940 given")
    known = moved.known
    assert isinstance(known, Range)
    assert known.low < 7_000 < known.high < 1.02 * known.low
    assert found.alike == ()
    shows_well(found)


def test_what_was_counted_does_not_move() -> None:
    case = written(ONE.replace("ABOUT", "5_000"))
    found = calibrate(case, reconcile(case, {"inference": "1400.00", "hosting": "500.00"}))
    assert not found.moved
    assert found.sentence == "No unknown input explains what is apart."
    (off,) = found.off
    assert not off.able
    assert off.gap == pytest.approx(400)


def test_an_invoice_that_is_the_bill_moves_nothing() -> None:
    for name in OPEN:
        case = written(OPEN[name], checked=False)
        figures = {k: float(v) for k, v in case.bill.by("component").items()}
        found = calibrate(case, reconcile(case, figures))
        assert (found.moved, found.off, found.rests) == ((), (), ())
        assert "no input has to move" in found.sentence


def test_an_invoice_makes_no_slip_of_units(tmp_path: Path) -> None:
    case = written(ONE.replace("ABOUT", "4_000 to 6_000"))
    path = tmp_path / "october.csv"
    path.write_text("UsageDate,ServiceName,Cost,Currency\n2026-10-31,Azure OpenAI,1000000,USD\n")
    (off,) = calibrate(case, reconcile(case, path)).off
    assert "answer: input is 1,000 x ours" in off.sentence
    assert "slip" not in off.sentence


def test_a_unit_slip_is_said_where_no_range_reaches() -> None:
    case = written(ONE.replace("ABOUT", "4_000 to 6_000"))
    found = calibrate(case, reconcile(case, {"inference": "1000000.00"}))
    (off,) = found.off
    assert off.able
    assert "answer: input is 1,000 x ours, a unit slip?" in off.sentence
    assert f"they reach ${off.reach:,.2f} at most" in off.sentence
    top = Range(4_000.0, 6_000.0).at(MOST)
    assert off.reach == pytest.approx(100_000 * 2e-6 * top)
    assert not found.moved


def test_what_could_move_but_does_not_fit_is_a_line_of_its_own(tmp_path: Path) -> None:
    """Of 1,000 at the means inputs reach some 1,200: what is above a bill that stays is apart."""
    case = written(ONE.replace("ABOUT", "4_000 to 6_000"))
    file = invoice(tmp_path, "service,cost\ninference,5000\nhosting,500\n")
    found = calibrate(case, reconcile(case, file, "service,cost"))
    (off,) = found.off
    assert off.able
    assert not off.slips
    (line,) = other_lines(found)
    assert (line.name, line.component) == ("rest of inference", "inference")
    assert line.per_month == pytest.approx(5_000 - off.ours, abs=0.01)
    copy = tmp_path / "copy.yaml"
    copy.write_text(measured_copy(case, found.values(), (), (line,)))
    assert float(aicost.load(copy).bill.by("component")["inference"]) == pytest.approx(5_000)


def test_causes_that_move_the_same_figures_alike_are_said_to() -> None:
    """Requests and tokens make one product; the share of a second stage has a figure of its own."""
    system = """
name: Both
traffic: {requests_per_month: about 100_000}
pipeline:
  answer: {is: inference, input_tokens: about 5_000, output_tokens: 0, price: {input: 2, output: 2}}
  check: {is: inference, billed_as: reranking, share: about 20 %, input_tokens: 5_000,
          output_tokens: 0, price: {input: 2, output: 2}}
"""
    case = written(system)
    alone = calibrate(case, reconcile(case, {"inference": 2_000}))
    assert {*alone.alike[0]} == {"traffic.requests_per_month", "answer.input_tokens"}
    (note, few) = [*alone.notes()]
    assert "the invoice cannot tell " in note
    assert note.endswith("in one proportion; a count of requests or a token count would")
    assert few == "2 inputs rest on 1 figure: others explain them too, less likely"
    both = calibrate(case, reconcile(case, {"inference": 2_000, "reranking": 400}))
    assert {one.path for one in both.moved} >= {"traffic.requests_per_month", "answer.input_tokens"}
    assert both.alike == ()  # requests move both figures, tokens one, the share the other


def test_moves_are_in_proportion_to_what_a_range_leaves_open() -> None:
    """Of a product of two lognormal inputs each takes its part by its variance: by Lagrange."""
    system = """
name: Two
traffic: {requests_per_month: 50_000 to 200_000}
pipeline:
  answer: {is: inference, input_tokens: 4_000 to 6_000, output_tokens: 0,
           price: {input: 2, output: 2}}
"""
    case = written(system)
    found = calibrate(case, reconcile(case, {"inference": 1.5 * float(case.bill.total)}))
    by = {one.path: one for one in found.moved}
    wide = np.array([np.log(4), np.log(1.5)])
    part = np.log(1.5) * wide**2 / (wide**2).sum()
    moved = [by["traffic.requests_per_month"], by["answer.input_tokens"]]
    logs = [np.log(one.now / one.was) for one in moved]
    assert logs == pytest.approx(part, rel=0.02)


def test_what_no_line_covers_is_a_line_of_its_own(tmp_path: Path) -> None:
    case = written(ONE.replace("ABOUT", "about 5_000"))
    rows = "inference,1200\nhosting,650\nAmazon OpenSearch Service,80\nFoo: Ltd #1,12.5\nTax,90\n"
    rows += "AWS Support,40\n"
    file = invoice(tmp_path, f"service,cost\n{rows}")
    found = calibrate(case, reconcile(case, file, "service,cost"))
    lines = {line.name: line for line in other_lines(found)}
    usd = {name: line.per_month for name, line in lines.items()}
    wanted = {"rest of hosting": 150, "Amazon OpenSearch Service": 80, "Foo: Ltd #1": 12.5}
    wanted["support"] = 40  # which is paid for, unlike tax, which stays apart
    assert usd == pytest.approx(wanted)
    assert lines["Amazon OpenSearch Service"].component == "retrieval"
    said = [*said_of(found, file.name, "2026-10")]
    assert said[0] == "Calibrated to invoice.csv (2026-10), at the prices of 2026-11-23."
    copy = tmp_path / "copy.yaml"
    copy.write_text(measured_copy(case, found.values(), (), tuple(lines.values()), said))
    back = aicost.load(copy)
    after = reconcile(back, file, "service,cost")
    assert all(tie.theirs == pytest.approx(tie.ours, rel=0.002) for tie in after.ties)
    again = calibrate(back, after)
    assert (again.moved, again.off, again.rests) == ((), (), ())
    assert [tie.name for tie in after.aside] == ["tax"]


BESIDE = """
name: One
traffic: {requests_per_month: 100_000}
pipeline:
  answer: {is: inference, input_tokens: ABOUT, output_tokens: 0, price: {input: 2, output: 10}}
other:
  servers: {per_month: 500}
  search: {per_month: 200, component: retrieval}
  aws support: {share_of_lines: 10 %}
environments:
  test: {share: 20 %}
"""


def test_environments_and_support_meet_the_lines_that_an_invoice_has_them_on(
    tmp_path: Path,
) -> None:
    """By hand: $1,000 of tokens, 500 of servers, 200 of search, a fifth of each, a tenth of all."""
    case = written(BESIDE.replace("ABOUT", "5_000"))
    rows = "inference,1200\nhosting,600\nretrieval,240\nAWS Support,204\n"
    found = reconcile(case, invoice(tmp_path, f"service,cost\n{rows}"), "service,cost")
    ours = {tie.name: tie.ours for tie in found.ties}
    wanted = {"inference": 1_200, "hosting": 600, "retrieval": 240, "support": 204}
    assert ours == pytest.approx(wanted)
    assert (found.tied, found.aside) == (pytest.approx(1), ())
    assert sum(ours.values()) == pytest.approx(float(case.bill.total))
    said = {"inference": 1_200, "hosting": 804, "retrieval": 240, "total": 2_244}
    stated = reconcile(case, said)
    assert (len(stated.ties), stated.notes) == (4, ())
    assert all(tie.agrees for tie in stated.ties)
    (off,) = reconcile(case, {"inference": 12_000}).ties
    assert (off.ours, off.gap) == (pytest.approx(1_200), pytest.approx(10_800))
    bare = invoice(tmp_path, "service,cost\ninference,1200\nhosting,600\nretrieval,240\n")
    without = reconcile(case, bare, "service,cost")
    assert "$204.00 of the bill is not on the invoice" in without.sentence


def test_a_copy_with_environments_and_support_comes_to_what_was_invoiced(tmp_path: Path) -> None:
    """Added lines are raised by neither: the invoice has them with both."""
    case = written(BESIDE.replace("ABOUT", "about 5_000"))
    rows = "inference,1500\nhosting,660\nretrieval,240\nDatadog,120\nAWS Support,252\n"
    file = invoice(tmp_path, f"service,cost\n{rows}")
    found = calibrate(case, reconcile(case, file, "service,cost"))
    assert "inference" in found.held
    copy = tmp_path / "copy.yaml"
    copy.write_text(measured_copy(case, found.values(), (), other_lines(found)))
    after = reconcile(aicost.load(copy), file, "service,cost")
    assert all(tie.ours == pytest.approx(tie.theirs, rel=0.005) for tie in after.ties)


def test_a_copy_raises_no_basis_to_measured(tmp_path: Path) -> None:
    one = tried("chat", 3, tmp_path)
    assert len(one.found.moved) > 5
    back = aicost.load(tmp_path / "copy.yaml").scenario
    bases = {path: part.basis(name) for path, part, name, _ in back.fields}
    for moved in one.found.moved:
        assert moved.basis in ("given", "assumed")
        assert bases[moved.path] == "given"
