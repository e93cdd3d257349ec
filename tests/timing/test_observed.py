"""What was observed of a system, held against systems whose times are known."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from cases import written
from timed_systems import system

from aicost.billing.case import Case
from aicost.scenario.kinds import defaults
from aicost.scenario.problems import ScenarioError
from aicost.timing.call_times import at_ends, observed_scale, timed
from aicost.timing.checks import doubts, fit_words
from aicost.timing.percentiles import answer_time, speeds
from aicost.timing.remedies import remedies
from aicost.timing.report import latency
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Conditions, time_of
from aicost.values.formatting import money
from aicost.values.quantities import Range, Spread, at_means

CALL = "is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 100"
WRITES = "output_tokens: {p50: 250, p95: 900}"
SEARCH = "search: {is: retrieval, store: pinecone-standard, top_k: 1}"
BUSY = "traffic: {requests_per_month: 25_000, profile: office, slow_day: 1}"
BINDS = "limits: {requests_per_minute: 5}"
LIMIT = "limits: {requests_per_minute: 3}"
CORPUS = "corpus: {documents: 900, pages_per_document: 4, tokens_per_page: 500, chunk_tokens: 400}"


def usual(field: str) -> Spread:
    """The mean of what data/defaults.csv says of a time."""
    ends = [defaults()["time", f"{field}.{part}"] for part in ("p50", "p95")]
    return Spread(*(at_means(Range(end.low, end.high)) for end in ends))  # type: ignore[arg-type]


def case_of(call: str, observed: str = "", search: str = SEARCH) -> Case:
    """Search and an answer; what is stated of the call, and what was observed."""
    seen = f"observed: {{{observed}}}\n" if observed else ""
    text = system(search, f"answer: {{{CALL}, {WRITES}, {call}}}")
    return written(f"{CORPUS}\n{seen}{text}")


def stated(calls: float, per_token: float) -> str:
    """The keys of a call, and of a search, whose times are what is usual x the factors."""

    def words(mix: Spread, factor: float) -> str:
        return f"{{p50: {float(mix.p50) * factor!r}, p95: {float(mix.p95) * factor!r}}}"

    ttft, tpot = words(usual("inference.ttft"), calls), words(usual("inference.tpot"), per_token)
    return f"ttft: {ttft}, tpot: {tpot}"


def true_case(calls: float, per_token: float) -> Case:
    """The system with known times."""
    mix = usual("retrieval.seconds")
    took = f"{{p50: {float(mix.p50) * calls!r}, p95: {float(mix.p95) * calls!r}}}"
    search = SEARCH.replace("}", f", seconds: {took}}}")
    return case_of(f"{stated(calls, per_token)}, {LIMIT}", search=search)


@pytest.mark.parametrize("field", ["first_word_p50", "first_word_p95", "whole_answer_p50"])
@pytest.mark.parametrize("factor", [0.4, 3.0])
def test_one_time_seen_gives_back_the_factor_of_a_known_system(field: str, factor: float) -> None:
    known = true_case(factor, factor)
    answer = answer_time(known, Conditions(peak_waits(known.point.scenario)))
    part = answer.first if field.startswith("first") else answer.whole
    level = 0.95 if field.endswith("p95") else 0.5
    seen = float(part.quantile(level))
    case = case_of(LIMIT, f"{field}: {seen!r} s")
    found = observed_scale(case)
    assert found is not None
    assert (found.calls, found.per_token) == pytest.approx((factor, factor), rel=0.01)
    point = timed(case).point.scenario
    again = time_of(point, Conditions(peak_waits(point)))
    again_part = again.first if field.startswith("first") else again.whole
    assert float(again_part.quantile(level)) == pytest.approx(seen, rel=5e-3)


def test_two_times_seen_give_back_a_factor_of_calls_and_one_per_token() -> None:
    known = true_case(2.0, 0.5)
    answer = answer_time(known, Conditions(peak_waits(known.point.scenario)))
    first, whole = float(answer.first.quantile(0.5)), float(answer.whole.quantile(0.95))
    case = case_of(LIMIT, f"first_word_p50: {first!r} s, whole_answer_p95: {whole!r} s")
    found = observed_scale(case)
    assert found is not None
    assert (found.calls, found.per_token) == pytest.approx((2.0, 0.5), rel=0.01)
    stage = timed(case).scenario.stage("answer")
    assert float(stage.ttft.p50) == pytest.approx(2 * float(usual("inference.ttft").p50), rel=0.01)


def test_what_is_stated_is_not_scaled() -> None:
    case = case_of("ttft: 1 s", "whole_answer_p50: 9 s")
    stage = timed(case).scenario.stage("answer")
    assert stage.ttft == 1.0
    assert "as it was observed" in stage.origins["tpot"].source
    assert stage.origins["tpot"].basis == "assumed"


def test_at_night_no_wait_is_taken_off_and_in_a_mean_hour_less() -> None:
    scale = {}
    for at in ("peak", "mean", "night"):
        text = f"observed: {{first_word_p95: 30 s, at: {at}}}\n{CORPUS}\n"
        text += system(SEARCH, f"answer: {{{CALL}, {WRITES}, {BINDS}}}", traffic=BUSY)
        found = observed_scale(written(text))
        assert found is not None
        scale[at] = found.calls
    assert scale["peak"] < 0.95 * scale["mean"]
    assert scale["mean"] <= scale["night"]


def test_a_change_is_one_of_the_observed_system_not_a_fit_to_it() -> None:
    case = case_of("ttft: unknown", "whole_answer_p50: 9 s")
    longer = case.at({"answer.output_tokens": 4_000})
    assert observed_scale(longer) == observed_scale(case) == observed_scale(case.point)
    assert float(answer_time(longer).whole.quantile(0.5)) > 20
    assert timed(timed(case)).scenario == timed(case).scenario
    more = case.at({"observed.whole_answer_p50": "12 s"})
    assert observed_scale(more) != observed_scale(case)


def test_a_range_that_was_seen_gives_its_ends() -> None:
    case = case_of("ttft: unknown", "whole_answer_p50: 4 s to 6 s, at: night").at(
        {"traffic.slow_day": 1}
    )
    for end, seconds in zip(at_ends(case), (4, 6), strict=True):
        (found,) = speeds(end, [case.usage])
        assert found.whole[0] == pytest.approx(seconds, rel=5e-3)


def test_what_was_observed_is_said() -> None:
    times = latency(case_of("ttft: unknown", "first_word_p95: 3 s, whole_answer_p50: 4 s"))
    assert times is not None
    assert "95 % of first words within 3 s and half of whole answers within 4 s" in times.sentence
    assert any("as it was observed" in source for *_, source in times.assumed)


@pytest.mark.parametrize(
    ("call", "observed", "said"),
    [
        ("ttft: 1, tpot: 0.01", "whole_answer_p50: 4 s", "every time is stated"),
        ("tpot: 0.01", "first_word_p50: 1 s, whole_answer_p50: 4 s", "no time per token"),
        ("ttft: unknown", "whole_answer_p50: 4_500 s", "times as long"),
        ("ttft: unknown", "first_word_p50: 2 ms", "no factor brings"),
        ("ttft: 9", "first_word_p50: 4 s", "no factor brings"),
        (
            "ttft: unknown, limits: {requests_per_minute: 0.0005}",
            "whole_answer_p50: 9 s",
            "at night",
        ),
    ],
)
def test_what_cannot_be_scaled_is_refused(call: str, observed: str, said: str) -> None:
    search = SEARCH.replace("}", ", seconds: 0.1}")
    case = case_of(call, observed, search)
    with pytest.raises(ScenarioError) as told:
        timed(case)
    (line,) = str(told.value).splitlines()
    assert said in line.replace("at: night", "at night"), line
    assert ": observed." in line


def test_nothing_moves_where_nothing_was_observed() -> None:
    case = case_of("ttft: unknown")
    assert observed_scale(case) is None
    assert replace(timed(case).scenario, observed=None) == timed(case).scenario


# ---- thinking that nobody counted is the likelier cause

THINKS = "thinking_tokens: {p50: 200 to 2_000, p95: 1_500 to 10_000}"


def thinking(seconds: float, more: str = "") -> Case:
    return case_of(f"{THINKS}{more}", f"whole_answer_p50: {seconds!r} s, at: night")


def whole_p50(case: Case) -> float:
    return float(answer_time(case, Conditions({})).whole.quantile(0.5))


@pytest.mark.parametrize("p50", [300.0, 1_200.0])
def test_thinking_is_fitted_before_any_time_is_scaled(p50: float) -> None:
    """A system whose thinking is known gives its thinking back, and no time is another."""
    z = np.log(p50 / 632.4555) / (np.log(10) / 2 / 1.6448536)
    p95 = 3_872.983 * np.exp(z * np.log(10_000 / 1_500) / 2 / 1.6448536)
    known = case_of(f"thinking_tokens: {{p50: {p50}, p95: {float(p95)!r}}}")
    case = thinking(whole_p50(known))
    found = observed_scale(case)
    assert found is not None
    assert (found.calls, found.per_token) == (1.0, 1.0)
    fit = timed(case).scenario.stage("answer").thought_in_time
    assert (fit.p50, fit.p95) == pytest.approx((p50, p95), rel=0.01)
    assert whole_p50(case) == pytest.approx(whole_p50(known), rel=2e-3)
    assert timed(timed(case)).scenario == timed(case).scenario
    assert whole_p50(case.point) == pytest.approx(whole_p50(case), rel=1e-9)


def invoiced(case: Case, of: float = 1.0) -> Case:
    usd = of * float(case.bill.by("component")["inference"])
    return Case(replace(case.scenario, invoiced={"inference": usd}), case.book)


def test_what_a_model_thinks_is_one_number_where_an_invoice_shows_it() -> None:
    """The bill has its tokens from the invoice; the times that nobody knew give way, and say so."""
    case = invoiced(thinking(14.0))
    found = observed_scale(case)
    assert found is not None
    assert (found.thinking, found.invoiced) == (None, ("answer",))
    assert timed(case).scenario.stage("answer").thought_in_time is None
    assert whole_p50(case) == pytest.approx(14.0, rel=2e-3)
    assert found.calls < observed_scale(thinking(14.0)).calls == 1  # type: ignore[union-attr]
    assert "it thinks less and is asked more" in fit_words(case)
    assert not any("thinking_tokens" in str(doubt) for doubt in doubts(case))


def test_an_invoice_of_another_system_says_nothing_of_what_it_thinks() -> None:
    case = invoiced(thinking(3.0), of=3.0)
    assert observed_scale(case) == observed_scale(thinking(3.0))


@pytest.mark.parametrize("seconds", [0.8, 3.0, 12.0])
def test_where_no_time_fits_what_was_invoiced_both_are_said(seconds: float) -> None:
    """Nothing runs faster than any of its kind: what was seen is then met by less thinking."""
    case = invoiced(thinking(seconds))
    found = observed_scale(case)
    assert found is not None
    assert found.invoiced == ()
    (doubt,) = (str(one) for one in doubts(case) if "thinking_tokens" in str(one))
    assert "that was invoiced, the other was seen" in doubt
    doubted = any("faster than any known here" in str(one) for one in doubts(case))
    assert doubted == (seconds < 12.0)


@pytest.mark.parametrize(("seconds", "end"), [(3.0, 200.0), (120.0, 2_000.0)])
def test_times_move_for_what_thinking_within_its_range_leaves(seconds: float, end: float) -> None:
    case = thinking(seconds)
    found = observed_scale(case)
    assert found is not None
    assert timed(case).scenario.stage("answer").thought_in_time.p50 == pytest.approx(end)
    assert (found.calls < 1) == (end == 200.0)
    assert found.calls != 1
    assert whole_p50(case) == pytest.approx(seconds, rel=2e-3)


def test_what_was_fitted_is_said_and_moves_no_bill() -> None:
    case = thinking(14.0)
    times = latency(case)
    assert times is not None
    assert "answer thinks for" in times.sentence
    assert "no time scaled" in times.sentence
    assert timed(case).bill.total == case.bill.total
    (doubt,) = doubts(case)
    assert doubt.key == "answer.thinking_tokens"
    assert fit_words(case) in times.sentence
    p50, p95 = (float(n) for n in re.findall(r": ([\d_]+)[,}]", doubt.remedy))
    followed = case.at({"answer.thinking_tokens": Spread(p50, p95)})
    assert money(float(followed.bill.total)) in doubt.remedy


def test_remedies_are_of_the_fitted_system_at_the_bill_of_the_file() -> None:
    case = thinking(5.0)
    now, *others = remedies(case)
    assert now.whole[0] == pytest.approx(5.0, rel=0.01)
    assert now.usd == pytest.approx(float(case.bill.total))
    (silent,) = (r for r in others if "without thinking" in r.name)
    assert silent.whole[0] < now.whole[0]
    assert silent.usd == pytest.approx(float(case.at({"answer.thinking_tokens": 0}).bill.total))


def test_with_times_stated_thinking_alone_is_fitted_or_the_line_refused() -> None:
    search = SEARCH.replace("}", ", seconds: 0.1}")
    stated_times = f"{THINKS}, ttft: 0.5, tpot: 0.005"
    case = case_of(stated_times, "whole_answer_p50: 6 s, at: night", search)
    found = observed_scale(case)
    assert found is not None
    assert found.thinking is not None
    with pytest.raises(ScenarioError, match="no amount of thinking within its range"):
        timed(case_of(stated_times, "whole_answer_p50: 300 s, at: night", search))
