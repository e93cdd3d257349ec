"""What was written for a provider, beside prices and machines of one's own."""

from cases import written

from aicost.components.beside_price import said
from aicost.components.stage import Stage

KIND = "kind: rag-chat\ntraffic: {users: 100, requests_per_user_month: 20}\n"
GPUS = "pools: {gpus: {price_per_hour: 2, carries: 900}}\n"


def answer_of(fields: str) -> Stage:
    return written(f"{KIND}pipeline: {{answer: {{{fields}}}}}\n{GPUS}").scenario.stage("answer")


def test_what_a_kind_brings_along_nobody_wrote() -> None:
    on_pool = answer_of("pool: gpus")  # the model of the kind is not in the way
    assert not said(on_pool, "model")
    assert not said(on_pool, "batch")
    assert said(answer_of("model: openai/gpt-5-mini, batch: yes"), "batch")
    assert not said(answer_of("model: openai/gpt-5-mini, batch: no"), "batch")
