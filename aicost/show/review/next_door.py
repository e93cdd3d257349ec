"""A second process makes the charts of a review, while this one works out what comes next.

Altair takes a while to load and to make a chart, and vl-convert keeps the interpreter to itself
while it draws.
"""

from __future__ import annotations

import atexit
import contextlib
import pickle
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple

from aicost.show.pen import has_pictures, svg
from aicost.values.money import DOLLARS, Money, speak

WIDE, NARROW = 720, 340

_ROOT = Path(__file__).parents[3]
#: This very package and no other, and nothing else of the folder that it lies in. It lives for a
#: few seconds: looking for what can be thrown away took a twentieth of them.
_START = """
import gc, sys
gc.disable()
sys.path.insert(0, sys.argv[1])
import aicost
del sys.path[0]
from aicost.show.review.next_door import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""


@dataclass(frozen=True)
class Order:
    """A chart of `aicost.show.charts` by its name, what it takes, and the currency it is in."""

    chart: str
    frame: Any
    given: dict[str, Any]
    money: Money


class Drawn(NamedTuple):
    """A chart in words, as wide as a page and as narrow as a phone; without a converter no SVG."""

    words: str
    wide: str = ""
    narrow: str = ""


def drawn(order: Order) -> Drawn:
    """Make a chart at both widths, and draw it."""
    from altair.utils.schemapi import debug_mode

    from aicost.show import charts
    from aicost.show.charts.renderer import spec_of

    make = getattr(charts, order.chart)
    with debug_mode(False):  # a test holds every chart to the schema: here it costs a third
        wide = make(order.frame, **order.given, width=WIDE)
        words = str(wide.description)
        if not has_pictures():
            return Drawn(words)
        specs = (spec_of(wide), spec_of(make(order.frame, **order.given, width=NARROW)))
    return Drawn(words, *map(svg, specs))


class NextDoor:
    """Makes one chart after another in the second process."""

    def __init__(self) -> None:
        self._waiting = ThreadPoolExecutor(max_workers=1)
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Let the process load what it takes, before the first order."""
        self._waiting.submit(self._pipes)

    def draw(self, order: Order) -> Future[Drawn]:
        """A chart, when it is done."""
        return self._waiting.submit(self._drawn, order)

    def _drawn(self, order: Order) -> Drawn:
        """Have it drawn next door; where that cannot be, draw it here."""
        try:
            return self._answer(order) or drawn(order)
        except (OSError, EOFError, pickle.PickleError):
            self._end()
            return drawn(order)

    def _answer(self, order: Order) -> Drawn | None:
        asked, told = self._pipes()
        pickle.dump(order, asked)
        asked.flush()
        found: Drawn | None = pickle.load(told)
        return found

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                # -P: a folder that holds a module of a name of Python's own is not read.
                [sys.executable or "", "-P", "-X", "utf8", "-c", _START, str(_ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise OSError("a process without pipes")
        return asked, told

    def close(self) -> None:
        """End the process, whatever it is about: who still waits for a chart has it by now."""
        self._waiting.shutdown(cancel_futures=True)
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # else a review that is refused waits until altair is loaded
            with contextlib.suppress(OSError):  # it may have ended before
                process.communicate()


@lru_cache(maxsize=1)
def next_door() -> NextDoor:
    """The one process that makes charts for this one."""
    made = NextDoor()
    atexit.register(made.close)
    return made


def serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Draw each order as long as there are any; None for one that cannot be drawn here."""
    spare_the_unused()
    _warm_up()
    while True:
        try:
            order = pickle.load(asked)
        except EOFError:
            return
        speak(order.money)
        try:
            found = drawn(order)
        except Exception:  # it is tried again in the first process, which then says what is wrong
            found = None
        pickle.dump(found, told)
        told.flush()


def _warm_up() -> None:
    """Load what charts take, and draw one, before the first order is there."""
    import pandas as pd

    frame = pd.DataFrame({"component": ["inference"], "usd": [1.0], "share": [1.0]})
    drawn(Order("components_bar", frame, {}, DOLLARS))


def spare_the_unused() -> None:
    """Keep what charts import from loading a grammar of IRIs, for a second, and live widgets.

    No chart of a page holds one. The package alone must not do this: a notebook may.
    """
    for name in ("rfc3987_syntax", "anywidget"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
