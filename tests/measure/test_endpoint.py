"""One request, timed: known delays are read back, and each way to fail is one clear line."""

import pytest
from served import served

from aicost.measure.endpoint import EndpointError, ask, endpoint, prompt_of

SECRET = "sk-very-secret-7"
SLACK_S = 0.15  # that a busy machine may add


def failed(way: str, timeout_s: float = 5.0) -> str:
    with served(way=way) as server, pytest.raises(EndpointError) as error:
        ask(endpoint(server.url, "m", SECRET, timeout_s), prompt="Hi", output_tokens=5)
    said = str(error.value)
    assert "\n" not in said
    assert SECRET not in said
    assert "; " in said or said.endswith("?")
    return said


def test_known_delays_are_read_back() -> None:
    with served(first_s=0.08, token_s=0.02, tokens=11) as server:
        found = ask(endpoint(server.url, "m", SECRET), prompt="Hi", output_tokens=11)
    assert 0.08 <= found.first_s < 0.08 + SLACK_S
    assert 0.02 <= (found.last_s - found.first_s) / 10 < 0.02 + SLACK_S / 10
    assert (found.input_tokens, found.output_tokens, found.counted) == (321, 11, True)
    (body,) = server.asked
    assert (body["model"], body["stream"], body["max_tokens"]) == ("m", True, 11)
    assert server.heads[0]["Authorization"] == f"Bearer {SECRET}"


def test_without_a_key_none_is_sent_and_pieces_stand_for_tokens() -> None:
    with served(counts=False) as server:
        found = ask(endpoint(server.url, "m"), prompt="Hi", output_tokens=5)
    assert (found.output_tokens, found.counted) == (5, False)
    assert "Authorization" not in server.heads[0]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("401", "it answered 401 (no: Bearer …); name the variable that holds a key"),
        ("404", "it answered 404 (no: Bearer …); check the address"),
        ("429", "it answered 429 (no: Bearer …); it takes no more"),
        ("500", "it answered 500 (no: Bearer …); look into the server's log"),
        ("page", "it does not stream: it answered in one piece (text/html)"),
        ("whole", "it does not stream: it answered in one piece (application/json)"),
        ("no http", "does not speak HTTP"),
        ("rubbish", "what it streams is no JSON; is it OpenAI-compatible?"),
        ("dies", "the answer broke off half-way"),
        ("error", "it broke off with an error (out of memory)"),
        ("silent", "the answer holds no word"),
    ],
)
def test_each_way_to_fail_is_one_line(way: str, said: str) -> None:
    assert said in failed(way)


def test_one_that_hangs_or_drips_is_left() -> None:
    assert "no further word for 0.2 s" in failed("hangs", 0.2)
    assert "the answer takes longer than 0.4 s" in failed("drips", 0.4)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:8000", "is no address; write it as http://localhost:8000/v1"),
        ("ftp://localhost/v1", "is no address"),
        ("http://", "is no address"),
        ("http://localhost:port/v1", "is no address"),
        ("http://[::1/v1", "is no address"),
        ("http://me:secret@localhost/v1", "no name and no key in the address"),
        ("http://me:secret@localhost:port/v1", "is no address"),
        ("localhost/v1?key=secret", "is no address"),
        ("http://localhost/v 1", "blanks or odd letters"),
    ],
)
def test_an_address_that_is_none(url: str, said: str) -> None:
    with pytest.raises(EndpointError) as error:
        endpoint(url, "m")
    assert said in str(error.value)
    assert "secret" not in str(error.value)


def test_nobody_there() -> None:
    with pytest.raises(EndpointError, match="cannot be reached"):
        ask(endpoint("http://127.0.0.1:9/v1", "m"), prompt="Hi", output_tokens=5)


def test_where_completions_are_asked() -> None:
    for url in ("http://h/v1", "http://h/v1/", "http://h/v1/chat/completions"):
        assert endpoint(url, "m").path() == "/v1/chat/completions"
    assert endpoint("http://h/v1?api-version=3", "m").path() == "/v1/chat/completions?api-version=3"


def test_prompts_are_of_a_length_and_no_two_begin_alike() -> None:
    every = [prompt_of(500, number) for number in range(3)]
    assert len({prompt[:12] for prompt in every}) == 3
    assert all(350 <= len(prompt.split()) <= 400 for prompt in every)
