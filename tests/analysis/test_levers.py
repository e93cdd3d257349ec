"""What to do first: levers alone and together, where none can work, what it costs to wait."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from cases import sample, shows_well, written
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES
from random_scenarios import random_text
from timed_systems import CALL, chat

from aicost.analysis.levers.lever import KINDS, Lever
from aicost.analysis.levers.of_calls import of_calls
from aicost.analysis.levers.of_search import of_search
from aicost.analysis.levers.of_work import of_machines
from aicost.analysis.levers.outcome import outcome, parts, pulled, worths
from aicost.analysis.levers.report import (
    Gain,
    Levers,
    candidates,
    levers,
    saved_by_first,
    saves,
)
from aicost.analysis.uncertainty.expected import expected
from aicost.billing.case import Case
from aicost.components.spared_work import LONGER_S
from aicost.scenario.checks import unplaced
from aicost.scenario.problems import ScenarioError
from aicost.timing.call_times import timed
from aicost.values.formatting import money

ANSWER = (
    "answer: {is: inference, price: {input: 1, output: 5}, input_tokens: 500, output_tokens: 50}"
)
GROWTH = "growth: {users_per_month: 10 %, months: 12}\n"
ON_HAIKU = "answer on anthropic/claude-haiku-5-5"
SEEDS = (35, 55, 71)


def kinds(found: Levers) -> set[str]:
    return {gain.lever.kind for gain in found.gains}


def named(found: Levers, words: str) -> Gain:
    (gain,) = [gain for gain in found.gains if words in gain.name]
    return gain


def scenarios() -> list[Case]:
    """The six samples, and three systems at random."""
    return [
        *(sample(path.stem) for path in SAMPLES),
        *(written(random_text(seed)) for seed in SEEDS),
    ]


SYSTEMS = scenarios()
every_system = pytest.mark.parametrize("case", SYSTEMS, ids=lambda case: case.name)


# ---- one by one and together


@every_system
def test_parts_add_up_to_what_all_save_together(case: Case) -> None:
    found = levers(case)
    joint = found.together.saved
    assert sum(gain.part for gain in found.gains) == pytest.approx(joint, abs=1e-9 * found.now)
    assert len(found.gains) <= 8
    shows_well(found)


@every_system
def test_parts_are_the_mean_over_every_order(case: Case) -> None:
    """The definition, step by step, for the four that save most."""
    few = candidates(case)[:4]

    def saved(some: tuple[Lever, ...]) -> float:
        before, after = case.point.bill, pulled(case.point, some).bill
        seen = pulled(case.point, [one for one in some if one.of_people]).bill
        return float(before.total - (after.total - after.people) - seen.people)

    orders = list(itertools.permutations(few))
    sets = {
        frozenset(one.name for one in some): saved(some)
        for n in range(len(few) + 1)
        for some in itertools.combinations(few, n)
    }
    for lever, part in zip(few, parts(case, few), strict=True):
        gains = []
        for order in orders:
            before = frozenset(one.name for one in order[: order.index(lever)])
            gains.append(sets[before | {lever.name}] - sets[before])
        assert part == pytest.approx(float(np.mean(gains)), abs=1e-6)


@every_system
def test_the_order_in_which_levers_are_named_changes_nothing(case: Case) -> None:
    chosen = candidates(case)
    there, back = parts(case, chosen), parts(case, chosen[::-1])
    assert there == pytest.approx(back[::-1], abs=1e-9 * float(case.bill.total))
    bills = [float(pulled(case.point, some).bill.total) for some in (chosen, chosen[::-1])]
    assert bills[0] == bills[1]


@every_system
def test_each_sentence_says_what_its_row_holds(case: Case) -> None:
    found = levers(case)
    rows = {row.of.name: row.cells for row in found.rows().rows if isinstance(row.of, Gain)}
    for gain in found.gains:
        _, saved, share, part, *_ = rows[gain.name]
        assert gain.sentence.startswith(f"{gain.name} saves {share} of the bill, {money(saved)} a")
        assert saved == pytest.approx(found.now - gain.alone.usd)
        assert part == gain.part
    if found.first is not None:
        _, saved, share, *_ = rows[found.first.name]
        late = found.first.waiting(6)
        (row,) = [row for row in found.rows().rows if row.of is found.first]
        assert f"Putting it off for 6 months costs {money(late)}." in row.making
        assert f"It takes {share} off the bill, {money(saved)} a month." in found.sentence
        assert f"Putting it off for 6 months costs {money(late)}." in found.sentence
    if len(found.gains) > 1:
        _, saved, share, *_ = found.rows().rows[-1].cells
        summed = money(sum(cells[1] for cells in rows.values()))
        assert f"together take {share} off the bill, {money(saved)} a month" in found.sentence
        apart = f"; one by one they would add up to {summed}." in found.sentence
        assert apart is (summed != money(saved))
    more = [name for name, cells in rows.items() if cells[3] > cells[1] * 1.005]
    assert ("more than alone, which" in found.sentence) == bool(more)
    assert all(name in found.sentence for name in more)
    unproven = sum(rows[gain.name][3] for gain in found.gains if gain.unproven)
    if unproven and found.first is not None:
        assert f"{money(unproven)} comes from those that are not ranked" in found.sentence


@every_system
def test_the_range_of_a_saving_is_that_of_the_draws_of_the_bill(case: Case) -> None:
    """Where a lever touches no people, what is saved is one drawn bill less the other."""
    before = expected(case).totals
    for lever in candidates(case)[:3]:
        found = outcome(case, [lever])
        after = pulled(case.draw(), [lever]).bill
        if not lever.of_people:
            after_usd = np.broadcast_to(after.total - after.people, before.shape)
            saved = before - after_usd - case.draw().bill.people
            low, high = np.percentile(saved / before, (5, 95))
            assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
        assert found.low - 1e-12 <= found.high
        assert re.fullmatch(r"-?[\d.]+( to -?[\d.]+)? %", saves(found))


def test_a_saving_read_back_by_hand() -> None:
    """A cache that spares 30 % of calls, and a second look that halves what is searched."""
    found = levers(sample("contract-search-billed"))
    bill = sample("contract-search-billed").point.bill
    half = named(found, "a second look")
    assert half.saved == pytest.approx(0.5 * float(bill.by("stage")["reranking"]))
    cache, both = named(found, "a cache"), worths_of(found, "a cache", "a second look")
    spared = sum(float(bill.by("stage")[name]) for name in ("answer", "reranking"))
    assert cache.saved > 0.3 * spared * 0.99
    assert both == pytest.approx(cache.saved + 0.7 * half.saved)


def worths_of(found: Levers, *words: str) -> float:
    some = [named(found, word).lever for word in words]
    before = found.together.before
    after = pulled(before, some).bill
    return float(before.bill.total - (after.total - after.people) - before.bill.people)


def test_of_two_a_part_is_the_mean_of_first_and_second() -> None:
    found = levers(sample("contract-search-billed"))
    cache, model = named(found, "a cache"), named(found, ON_HAIKU)
    of_two = parts(found.together.before, [cache.lever, model.lever])
    assert of_two[0] == pytest.approx((cache.saved + cache.behind(model)) / 2)
    assert of_two[1] == pytest.approx((model.saved + model.behind(cache)) / 2)
    assert cache.behind(model) < cache.saved


def test_worths_of_no_lever_are_nothing() -> None:
    case = written(chat(CALL))
    assert worths(case, []).tolist() == [0.0]
    assert parts(case, []) == ()


# ---- what is ranked, and what is said


def test_the_lever_that_saves_most_comes_first() -> None:
    found = levers(sample("contract-search-billed").at({"traffic.success_share": "80 %"}))
    saved = [gain.saved for gain in found.gains]
    assert saved == sorted(saved, reverse=True)
    assert found.gains[0].name == ON_HAIKU
    assert found.gains[0].name in found.sentence
    assert [row.of for row in found.rows().rows[1:-1]] == list(found.gains)


def test_waiting_costs_what_each_month_would_have_saved() -> None:
    """Of a bill that grows by a tenth a month: 1 + 1.1 + 1.21 of the first month's."""
    found = levers(written(chat(CALL) + GROWTH), months=3)
    gain = found.gains[0]
    assert gain.waiting(3) == pytest.approx(gain.saved * (1 + 1.1 + 1.21))
    assert gain.alone.saved_in(2) == pytest.approx(gain.saved * 1.21)


def test_without_a_plan_each_month_is_like_today() -> None:
    gain = levers(written(chat(CALL))).gains[0]
    assert gain.waiting(6) == pytest.approx(6 * gain.saved)


def test_where_nothing_helps_it_is_said_and_a_tenth_stands_in() -> None:
    case = written(
        f"traffic: {{users: 90, requests_per_user_month: 5, each_once: yes}}\npipeline:\n  {ANSWER}"
    )
    assert levers(case).sentence == "No change that the kit knows makes this bill smaller."
    assert saved_by_first(case)(0) == pytest.approx(0.1 * case.bill.total)
    other = sample("contract-search-billed")
    first = levers(other).first
    assert first is not None
    assert saved_by_first(other)(0) == pytest.approx(first.saved)


def test_what_changes_answers_is_not_ranked_where_nobody_says_how_many_help() -> None:
    found = levers(sample("contract-search-billed"))
    ranked = [gain for gain in found.gains if not gain.unproven]
    others = found.gains[len(ranked) :]
    assert [gain.unproven for gain in others] == [True] * len(others)
    assert {"model", "passages", "output"} <= {gain.lever.kind for gain in others}
    assert others[0].saved > max(gain.saved for gain in ranked)
    assert found.sentence.startswith(f"The largest saving: {ranked[0].name}")
    assert (
        f"Not ranked, as the file does not say how many answers help: {others[0].name}"
        in found.sentence
    )
    assert found.rows().texts()[-2][0].endswith("(not ranked)")
    assert found.rows().texts()[-1][0] == "all together, those not ranked too"


def test_what_another_model_may_lose_is_said() -> None:
    """Per answer that helps both cost the same, where so many of the other's help."""
    case = sample("contract-search-billed").at({"traffic.success_share": "80 %"})
    found = named(levers(case), ON_HAIKU)
    assert not found.unproven
    least = 0.8 * found.alone.usd / float(case.bill.total)
    assert f"{100 * least:.1f} % of them would have to, against 80 % now" in found.quality
    before, after = (
        float(case.point.bill.per_success),
        found.alone.usd / found.alone.after.bill.requests,
    )
    assert float(after) / least == pytest.approx(before, rel=1e-9)


def test_of_two_that_settle_the_same_one_is_pulled_and_the_other_named() -> None:
    found = levers(sample("contract-search-billed"))
    model = named(found, ON_HAIKU).lever
    assert len([g for g in found.gains if g.lever.decides == model.decides]) == 1
    (other,) = model.instead
    assert other.startswith("50 % of 'answer' on anthropic/claude-haiku-5-5 saves $2,6")
    making = next(row.making for row in found.rows().rows if row.of is named(found, ON_HAIKU))
    assert f"Instead of this, not beside it: {other}." in making


def test_half_of_the_calls_on_another_model_save_half() -> None:
    case = sample("contract-search-planned")
    model = named(levers(case), ON_HAIKU)
    usd = float(model.lever.instead[0].rpartition("$")[2].removesuffix(" a month").replace(",", ""))
    assert usd == pytest.approx(model.saved / 2, rel=1e-3)


def test_each_says_what_it_rests_on_takes_and_does_to_answers() -> None:
    for case in SYSTEMS:
        for gain in levers(case).gains:
            lever = gain.lever
            assert lever.kind in KINDS
            for words in (lever.rests_on, lever.costs, gain.quality, *gain.notes):
                assert words
                assert "nan" not in words


def test_published_shares_of_wrong_answers_stand_beside_a_cache() -> None:
    cache = named(levers(sample("contract-search-billed")), "a cache")
    assert "2.3 to 5.6 % of its answers did not fit" in cache.quality
    second = named(levers(sample("contract-search-billed")), "a second look")
    assert "a second look is worth 1 to 29 points of nDCG@10" in second.quality


# ---- where it cannot work

OPUS = "model: anthropic/claude-opus-5-5, input_tokens: 3_000, output_tokens: 200"
DRAWN = st.fixed_dictionaries(
    {
        "each_once": st.booleans(),
        "residency": st.sampled_from(["", "eu"]),
        "due": st.booleans(),
        "model": st.sampled_from(["claude-opus-5-5", "claude-sonnet-5-5"]),
        "input_tokens": st.sampled_from([200, 3_000, 150_000]),
    }
)


@settings(max_examples=25, deadline=None)
@given(DRAWN)
def test_no_lever_where_it_cannot_work(made: dict[str, object]) -> None:
    once = ", each_once: yes" if made["each_once"] else ""
    goals = "goals: {done_within: 24 h}\n" if made["due"] else ""
    place = f"constraints: {{residency: {made['residency']}}}\n" if made["residency"] else ""
    answer = f"answer: {{is: inference, model: anthropic/{made['model']}, "
    answer += f"input_tokens: {made['input_tokens']}, output_tokens: 200, thinking_tokens: 0}}"
    traffic = f"traffic: {{users: 9_000, requests_per_user_month: 20{once}}}\n"
    try:
        case = written(f"{traffic}{goals}{place}pipeline:\n  {answer}\n")
    except ScenarioError:
        return  # the model is not sold there
    found = levers(case)
    there = kinds(found)
    if made["each_once"] or made["due"]:
        assert "cache" not in there
    if not made["due"]:
        assert "batch" not in there
    if made["input_tokens"] == 200:
        assert "prompts" not in there
    if made["residency"]:
        assert "machines" not in there
    assert not there & {"passages", "rerank", "store", "reviews", "desk", "terms"}
    for gain in found.gains:
        assert gain.saved > 0
        pulled(timed(case).point, [gain.lever])


def test_a_batch_is_for_work_that_is_due_and_says_what_no_batch_promises() -> None:
    text = "traffic: {users: 900, requests_per_user_month: 1, unit: record}\n"
    text += f"pipeline:\n  a: {{is: inference, {OPUS}}}\n"
    day, hour = (written(f"{text}goals: {{done_within: {h} h}}\n") for h in (24, 8))
    batch = named(levers(day), "sent as a batch")
    assert batch.saved == pytest.approx(float(day.bill.total) / 2)
    assert not batch.alone.breaks
    assert not named(levers(day), "sent as a batch").notes
    late = named(levers(hour), "sent as a batch")
    assert any("no batch promises" in note for note in late.notes)
    assert "batch" not in kinds(levers(written(text)))


def test_thinking_is_left_out_and_its_time_with_it() -> None:
    thinks = chat(CALL + ", thinking_tokens: 1_000")
    found = named(levers(written(thinks)), "without thinking")
    assert found.saved == pytest.approx(50_000 * 1_000 * 5 / 1e6)
    assert found.unproven
    assert found.alone.whole[0] < levers(written(thinks)).whole_s[0] / 2


def test_documents_are_embedded_in_batches_where_that_is_sold() -> None:
    text = "traffic: {users: 10, requests_per_user_month: 5}\n"
    text += "corpus: {documents: 900_000, pages_per_document: 9, tokens_per_page: 500, "
    text += "chunk_tokens: 400, changed_per_month: 20 %}\npipeline:\n"
    text += "  embed: {is: embedding, model: voyageai/voyage-4, query_tokens: 20}\n"
    case = written(text)
    found = named(levers(case), "documents sent as a batch")
    assert found.saved == pytest.approx(float(case.bill.by("stage")["embed"]) * 0.33, rel=1e-4)
    assert "found up to a day later" in found.notes[0]


def test_fewer_passages_are_read_sooner() -> None:
    found = levers(sample("contract-search-billed"))
    assert named(found, "fewer passages").alone.whole[0] < found.whole_s[0]


def test_a_goal_of_time_that_breaks_is_said() -> None:
    """A batch of documents breaks none; a cache taken out makes half of the answers later."""
    case = sample("help-desk")
    out = named(levers(case), "taken out")
    p95 = out.alone.whole[1]
    before = levers(case).whole_s[1]
    assert p95 > before
    middle = (p95 + before) / 2
    late = named(levers(case.at({"goals.whole_answer_p95": f"{middle:.3f} s"})), "taken out")
    (broken,) = late.alone.breaks
    assert broken.startswith("the whole answer within")
    assert f"it breaks a goal: {broken}" in late.notes


def test_an_open_model_may_be_served_on_machines() -> None:
    """At much traffic; not where data has to stay, for nobody says where machines stand."""
    call = "model: deepinfra/meta-llama/Llama-3.3-70B-Instruct, price: {input: 5, output: 15}"
    text = "traffic: {users: 400_000, requests_per_user_month: 30}\npipeline:\n"
    text += f"  a: {{is: inference, {call}, input_tokens: 900, output_tokens: 200}}\n"
    case = written(text)
    (own,) = of_machines(timed(case))
    after = pulled(timed(case).point, [own])
    assert after.bill.total < case.bill.total
    assert after.scenario.pools[0].serves == "llama-3.3-70b"
    assert "engineers are not" in own.costs
    assert not [*of_machines(timed(written(text + "constraints: {residency: eu}\n")))]


def test_chips_rented_on_demand_may_be_reserved_where_the_rent_is_the_lists() -> None:
    pool = "pools: {own: {serves: llama-3.3-70b, chip: b200, chips: 2%s}}\n"
    text = "traffic: {users: 9_000, requests_per_user_month: 30}\npipeline:\n"
    text += "  a: {is: inference, pool: own, input_tokens: 900, output_tokens: 200}\n"
    (listed,) = of_machines(timed(written(text + pool % "")))
    case = written(text + pool % "")
    assert pulled(timed(case).point, [listed]).bill.total < case.bill.total
    assert not [*of_machines(timed(written(text + pool % ", price_per_hour: 9")))]
    assert not [*of_machines(timed(written(text + pool % ", terms: reserved")))]


def test_levers_of_calls_and_searches_name_what_the_file_has() -> None:
    known = timed(sample("contract-search-billed"))
    assert {lever.decides.partition(":")[0] for lever in of_calls(known)} == {"answer"}
    searched = {lever.kind for lever in of_search(known)}
    assert searched == {"passages", "rerank", "store"}
    call = timed(written(chat(CALL)))
    assert not [*of_search(call)]
    assert {lever.kind for lever in of_calls(call)} == {"output"}


# ---- work of people

SEEN = "people: {is: human_review, minutes: 6, rate_per_hour: 40, share: 2 %, "
DESK = "traffic: {users: 20_000, requests_per_user_month: 50, profile: office}\n"


def reviewed(more: str) -> Case:
    people = f"{SEEN}{more}}}\n"
    return written(f"{DESK}pipeline:\n  {ANSWER}\n  {people}")


def test_people_who_are_most_of_a_bill_are_what_to_change_first() -> None:
    case = reviewed("when: after_answer")
    assert case.bill.people > 0.6 * case.bill.total
    first = levers(case).gains[0]
    assert first.name == "people: half as many reviews"
    assert first.saved == pytest.approx(float(case.bill.people) / 2)
    assert first.alone.usd == pytest.approx(float(case.at({"people.share": "1 %"}).bill.total))
    assert first.waiting(3) == pytest.approx(3 * first.saved)


@pytest.mark.parametrize("budget", ["budget_per_month", "cloud_budget_per_month"])
def test_a_lever_names_the_goal_that_it_alone_keeps(budget: str) -> None:
    """Half as many reviews take nothing off the cloud; each lever is held against its own bill."""
    case = reviewed("when: after_answer")
    bills = (float(case.bill.total), float(case.bill.people))
    least = bills[0] - bills[1] if budget.startswith("cloud") else bills[0]
    goal = case.at({f"goals.{budget}": 0.98 * least})
    people, *others = levers(goal).gains
    assert bool(people.alone.keeps) == (budget == "budget_per_month")
    for gain in (people, *others):
        left = gain.alone.usd - (bills[1] if budget.startswith("cloud") else 0.0)
        if gain is not people:
            assert bool(gain.alone.keeps) == (left <= 0.98 * least), gain.name
    assert not any(gain.alone.keeps for gain in levers(case).gains)


def test_a_share_that_is_a_range_is_halved_in_each_draw() -> None:
    case = reviewed("when: after_answer").at({"people.share": "1 % to 4 %"})
    first = named(levers(case), "half as many")
    drawn = case.draw().bill
    low, high = np.percentile(0.5 * drawn.people / drawn.total, (5, 95))
    assert (first.alone.low, first.alone.high) == pytest.approx((low, high))


def test_a_desk_may_let_work_wait_or_be_paid_by_the_piece_but_not_both() -> None:
    case = reviewed("when: after_answer, answer_within: 1 min")
    (desk,) = [gain for gain in levers(case).gains if gain.lever.kind == "desk"]
    by_piece = float(case.at({"people.price_per_review": 4}).bill.total)
    waits = float(case.at({"people.answer_within": "1 h"}).bill.total)
    assert desk.alone.usd == pytest.approx(min(by_piece, waits))
    assert "by the piece, at $4.00" in desk.name
    saved = float(case.bill.total) - waits
    (other,) = desk.lever.instead
    assert other == f"people: begun within 1 h, not 60 s saves {money(saved)} a month"


@pytest.mark.parametrize(
    ("more", "never"),
    [
        ("when: before_answer", "half as many"),  # every answer that is to be seen has to be
        ("when: before_answer, answer_within: 1 min", "begun within"),  # a user waits
        ("when: after_answer, price_per_review: 3, answer_within: 1 h", "by the piece"),
        (f"when: after_answer, answer_within: {LONGER_S[-1] / 86_400:g} days", "begun within"),
    ],
)
def test_what_cannot_work_is_not_named(more: str, never: str) -> None:
    found = levers(reviewed(more)).gains
    assert not [gain for gain in found if never in gain.name or never in f"{gain.lever.instead}"]


def test_who_answers_in_place_of_a_bot_cannot_be_sampled() -> None:
    text = SEEN.replace("human_review", "hand_off") + "when: after_answer}\n"
    case = written(f"{DESK}pipeline:\n  {ANSWER}\n  {text}")
    assert not [gain.name for gain in levers(case).gains if "half as many" in gain.name]


@pytest.mark.filterwarnings("error")
def test_nothing_is_saved_of_a_bill_of_nothing() -> None:
    free = written("traffic: {requests_per_month: 1}\nother: {s: {per_month: 0}}\n")
    nothing = outcome(free, ())
    assert (nothing.low, nothing.high) == (0.0, 0.0)
    assert "No change" in levers(free).sentence


def test_no_lever_moves_data_where_nobody_says_that_they_stay() -> None:
    """What `check` calls unknown of a store or a model is offered nowhere in its place."""
    text = """
kind: rag-chat
as_of: 2026-11-23
traffic: {users: 900, requests_per_user_month: 20}
corpus: {documents: 5 M}
pipeline:
  embedding: {model: openai/text-embedding-3-small}
  retrieval: {store: azure-ai-search-s1}
  answer: {model: azure/eu/gpt-5, thinking_tokens: 0}
  people: none
"""
    free, bound = (candidates(written(f"{text}{more}")) for more in ("", PLACED))
    assert "store" in {one.kind for one in free}
    assert "store" not in {one.kind for one in bound}
    case = written(f"{text}{PLACED}")
    asked = {one.wrong for one in unplaced(case.scenario, case.book)}
    for lever in bound:
        after = lever.change(timed(case).point)
        assert {one.wrong for one in unplaced(after.scenario, after.book)} <= asked


PLACED = "constraints: {residency: eu}\n"
