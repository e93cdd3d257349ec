"""A signal ends a program as it would have, after what it was making is cleaned up."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from aicost.show.review.signals import ENDING, cleaned_up_at_the_end

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


@pytest.fixture(autouse=True)
def as_at_the_start() -> Iterator[None]:
    """Whoever runs the tests may ignore a signal, as nohup does."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_raises_what_a_finally_sees(number: signal.Signals) -> None:
    with pytest.raises(SystemExit) as caught, cleaned_up_at_the_end():
        os.kill(os.getpid(), number)
    assert caught.value.code == 128 + number
    assert signal.getsignal(number) is signal.SIG_DFL


def test_who_ignores_a_signal_goes_on_doing_so() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with cleaned_up_at_the_end():
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_beside_the_main_thread_nothing_is_done() -> None:
    ran = []

    def work() -> None:
        with cleaned_up_at_the_end():
            ran.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [signal.SIG_DFL]
