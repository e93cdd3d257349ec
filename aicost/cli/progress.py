"""One bar of what is done, for whatever takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any


def bar(total: int, unit: str, *, delay_s: float = 0.0) -> Any:
    """A bar on stderr, where that is a terminal and [kit] is installed; else nothing."""
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm  # type: ignore[import-untyped]
    except ImportError:
        return None
    return tqdm(total=total, unit=unit, leave=False, delay=delay_s)


@contextmanager
def steps(number: int) -> Iterator[Callable[[str], None]]:
    """A bar of so many steps; each is shown with its name once it has taken a second."""
    shown, timers = bar(number, "step", delay_s=1.0), list[Timer]()

    def step(name: str) -> None:
        if shown is None:
            return
        if timers:
            timers.pop().cancel()
            shown.update()
        shown.set_description(name, refresh=False)
        timers.append(Timer(1.0, shown.refresh))
        timers[-1].daemon = True
        timers[-1].start()

    try:
        yield step
    finally:
        for timer in timers:
            timer.cancel()
        if shown is not None:
            shown.close()
