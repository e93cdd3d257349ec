"""One request to an OpenAI-compatible endpoint, timed word by word as it streams.

Nothing is sent anywhere but to the address that is named. A key is sent with it, and stands in no
message, whatever the endpoint answers.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

PATH = "/chat/completions"
STREAM = "text/event-stream"
DONE = "[DONE]"
LONGEST_LINE, LONGEST_BODY, LONGEST_QUOTE = 1 << 20, 1 << 16, 160
#: What a model writes, and what it thinks before: both are tokens that were waited for.
WRITTEN = ("content", "reasoning_content", "reasoning")
PER_WORD = 1.33  # tokens of an English word, about: a prompt is built of so many words
FILLER = "the report says that every month some of the people in each of the places came back "
ASKED = "Then count from one upwards in words and never stop."


class EndpointError(Exception):
    """Why a request has no times, in one line; `busy` where the endpoint asks for fewer."""

    def __init__(self, words: str, *, busy: bool = False) -> None:
        super().__init__(words)
        self.busy = busy


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is asked: where, which model, with which key, and how long one answer may take."""

    url: SplitResult
    model: str
    key: str = ""
    timeout_s: float = 60.0

    def path(self) -> str:
        """The path of chat completions below the address."""
        path = self.url.path.rstrip("/")
        path = path if path.endswith(PATH) else path + PATH
        return f"{path}?{self.url.query}" if self.url.query else path


class Answer(NamedTuple):
    """One answer: seconds to its first word and to its last, and its tokens."""

    first_s: float
    last_s: float
    input_tokens: int
    output_tokens: int
    counted: bool  # by the endpoint; else pieces of its stream


def endpoint(url: str, model: str, key: str = "", timeout_s: float = 60.0) -> Endpoint:
    """An endpoint by its address, such as http://localhost:8000/v1.

    Raises
    ------
    EndpointError : an address that is none.
    """
    plain = url.partition("?")[0].rpartition("@")[2]  # what may be a secret is not said again
    wrong = f"{plain!r} is no address; write it as http://localhost:8000/v1"
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        raise EndpointError(wrong) from None
    if found.username or found.password:
        raise EndpointError("no name and no key in the address; name a variable with --key-from")
    if found.scheme not in ("http", "https") or not found.hostname:
        raise EndpointError(wrong)
    if not url.isascii() or any(c <= " " for c in url + key) or not key.isascii():
        raise EndpointError("blanks or odd letters in the address or the key; write it plainly")
    return Endpoint(found, model, key, timeout_s)


def prompt_of(tokens: int, number: int) -> str:
    """A prompt of about so many tokens, another one for each number: none is read from a cache."""
    words = FILLER.split()
    need = max(int(tokens / PER_WORD) - len(ASKED.split()) - 2, 0)
    filler = [words[(number + place) % len(words)] for place in range(need)]
    return " ".join([f"Note {number}:", *filler, ASKED])


def ask(at: Endpoint, *, prompt: str, output_tokens: int) -> Answer:
    """Ask once and time the answer.

    Parameters
    ----------
    at : the endpoint. [endpoint]
    prompt : what is asked. [text]
    output_tokens : the most tokens that it may answer with. [tokens]

    Returns
    -------
    Its times and tokens. [s, tokens]

    Raises
    ------
    EndpointError : it cannot be reached, refuses, does not stream, stops half-way or sends rubbish.

    Examples
    --------
    >>> ask(endpoint("http://localhost:1/v1", "m"), prompt="Hello", output_tokens=1)
    Traceback (most recent call last):
        ...
    aicost.measure.endpoint.EndpointError: localhost:1 cannot be reached (...
    """
    sent = {
        "model": at.model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": output_tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    head = {"Content-Type": "application/json", "Accept": STREAM, "Connection": "close"}
    if at.key:
        head["Authorization"] = f"Bearer {at.key}"
    line = _connection(at)
    began = time.perf_counter()
    try:
        line.request("POST", at.path(), body=json.dumps(sent).encode(), headers=head)
        answer = line.getresponse()
        _check(at, answer)
        return _timed(at, answer, began)
    except TimeoutError:
        late = f"no further word for {at.timeout_s:g} s"
        raise EndpointError(f"{late}; give it longer with --timeout, or less to do") from None
    except http.client.HTTPException as problem:
        wrong = f"{at.url.netloc} does not speak HTTP ({type(problem).__name__})"
        if isinstance(problem, http.client.IncompleteRead):
            wrong = "the answer broke off half-way"
        raise EndpointError(f"{wrong}; look into the server's log") from None
    except (ConnectionResetError, BrokenPipeError):
        raise EndpointError("the answer broke off half-way; look into the server's log") from None
    except ssl.SSLError as problem:
        wrong = f"{at.url.netloc}: no secure connection ({problem.reason or 'refused'})"
        raise EndpointError(f"{wrong}; check https and its certificate".lower()) from None
    except OSError as problem:
        why = (problem.strerror or str(problem)).lower()
        wrong = f"{at.url.netloc} cannot be reached ({why})"
        raise EndpointError(f"{wrong}; check the address, and that the server runs") from None
    finally:
        line.close()


def _connection(at: Endpoint) -> http.client.HTTPConnection:
    secure = at.url.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    return kind(at.url.hostname or "", at.url.port, timeout=at.timeout_s)


def _check(at: Endpoint, answer: http.client.HTTPResponse) -> None:
    """Raise EndpointError unless an answer streams."""
    if answer.status == 200:
        kind = answer.headers.get_content_type()
        if kind != STREAM:
            wrong = f"it does not stream: it answered in one piece ({kind})"
            raise EndpointError(f"{wrong}; first words need an endpoint that streams")
        return
    said = _quoted(at, answer.read(LONGEST_BODY))
    wrong = f"it answered {answer.status}{said}"
    remedies = {
        401: "name the variable that holds a key with --key-from",
        403: "name the variable that holds a key with --key-from",
        404: "check the address (it mostly ends in /v1) and the name of the model",
        429: "it takes no more; ask for fewer at once, or later",
    }
    remedy = "check the address" if answer.status < 400 else "look into the server's log"
    remedy = "check the name of the model and the lengths" if answer.status == 400 else remedy
    busy = answer.status in (429, 503)
    raise EndpointError(f"{wrong}; {remedies.get(answer.status, remedy)}", busy=busy)


def _quoted(at: Endpoint, raw: bytes) -> str:
    """What an answer says of itself, short and without the key."""
    text = raw.decode("utf-8", errors="replace")
    try:
        found = json.loads(text)
        inner = found.get("error", found) if isinstance(found, dict) else found
        told = inner.get("message", "") if isinstance(inner, dict) else inner
        text = told if isinstance(told, str) else ""
    except (ValueError, RecursionError):
        text = "" if "<" in text else text
    text = text.replace(at.key, "…") if at.key else text
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f" ({text[:LONGEST_QUOTE]})" if text else ""


def _timed(at: Endpoint, answer: http.client.HTTPResponse, began: float) -> Answer:
    first = last = pieces = 0.0
    usage: dict[str, Any] = {}
    ended = False
    for piece, now in _events(at, answer, began):
        ended = ended or piece is None
        if piece is None:
            break
        if isinstance(piece.get("usage"), dict):
            usage = piece["usage"]
        for choice in _choices(piece):
            ended = ended or bool(choice.get("finish_reason"))
            delta = choice.get("delta")
            if isinstance(delta, dict) and any(delta.get(name) for name in WRITTEN):
                first, last, pieces = first or now, now, pieces + 1
    if not ended:
        raise EndpointError("the answer broke off half-way; look into the server's log")
    if not pieces:
        raise EndpointError("the answer holds no word; ask for more tokens, or another model")
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    read, written = (c if type(c) is int and c > 0 else 0 for c in counts)
    return Answer(first - began, last - began, read, written or int(pieces), bool(written))


def _choices(piece: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = piece.get("choices")
    yield from (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))


def _events(
    at: Endpoint, answer: http.client.HTTPResponse, began: float
) -> Iterator[tuple[dict[str, Any] | None, float]]:
    """Yield each event of a stream with its time; None is its end."""
    while raw := answer.readline(LONGEST_LINE):
        now = time.perf_counter()
        if now - began > at.timeout_s:
            wrong = f"the answer takes longer than {at.timeout_s:g} s"
            raise EndpointError(f"{wrong}; give it longer with --timeout, or ask for fewer tokens")
        name, _, text = raw.decode("utf-8", errors="replace").strip().partition(":")
        if name != "data":
            if name in ("", "event", "id", "retry"):
                continue
            raise EndpointError("what it streams are no events; is it OpenAI-compatible?")
        if text.strip() == DONE:
            yield None, now
            return
        yield _event(at, text), now


def _event(at: Endpoint, text: str) -> dict[str, Any]:
    try:
        piece = json.loads(text)
    except (ValueError, RecursionError):
        piece = None
    if not isinstance(piece, dict):
        raise EndpointError("what it streams is no JSON; is it OpenAI-compatible?")
    if "error" in piece:
        told = _quoted(at, text.encode())
        raise EndpointError(f"it broke off with an error{told}; look into the server's log")
    return piece
