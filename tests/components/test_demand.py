"""What calls ask of a provider and of people: the calls and tokens that the bill has."""

from cases import written

from aicost.components.demand import Demand, Queue
from aicost.scenario.scenario import steps

SYSTEM = """
traffic: {requests_per_month: 1_000}
pipeline:
  answer: {is: inference, price: {input: 1, output: 2}, input_tokens: 900, output_tokens: 100,
           thinking_tokens: 300, repeat: 2, limits: {requests_per_minute: 60}}
  people: {is: human_review, share: 10 %, minutes: 6, wage_per_hour: 30, when: after_answer,
           answer_within: 4 h}
"""


def test_a_provider_is_asked_for_the_tokens_of_each_call() -> None:
    scenario = written(SYSTEM).point.scenario
    (answer, flow), (people, reviewed) = steps(scenario, scenario.requests())
    asked = answer.demand(flow)
    assert isinstance(asked, Demand)
    each = answer.tokens_per_call(flow)
    assert each is not None
    assert (asked.calls, asked.tokens_per_call, each.value) == (2_000, 1_300, 1_300)
    assert (asked.most_calls_per_minute, asked.lump) == (60, 1)
    assert people.demand(reviewed) is people.tokens_per_call(reviewed) is None
    queue = people.queue(reviewed)
    assert isinstance(queue, Queue)
    assert queue.load > 0
