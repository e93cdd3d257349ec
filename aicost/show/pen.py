"""A pen that draws in a second process: vl-convert keeps the interpreter to itself while it draws.

Run as a file, this module is that process: a specification comes in as a line of JSON, its SVG goes
out as one. So it imports nothing but what it draws with.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import math
import re
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from html import escape
from typing import IO, Any

_ATTRIBUTE = re.compile(r' ([\w-]+)="[^"]*"')  # of a tag: a text's quotes are written &quot;
_IN_WORDS = re.compile(r"(?<![\w.])-?\d[\d,]*\.\d{3,}(?:e[-+]?\d+)?")
_PLACE = re.compile(r"-?\d+\.\d{3,}(?:e[-+]?\d+)?|-?\d(?:\.\d+)?e-\d+")


def has_pictures() -> bool:
    """Say whether vl-convert, which draws without a browser, is installed."""
    return importlib.util.find_spec("vl_convert") is not None


def converter() -> Any:
    """The module that draws.

    Raises ImportError, with what to install, where it is missing.
    """
    if not has_pictures():
        raise ImportError("drawing takes vl-convert-python; run: pip install 'aicost-kit[kit]'")
    import vl_convert

    return vl_convert


def description(spec: dict[str, Any]) -> str:
    """What a chart shows, in words."""
    return str(spec.get("description", "A chart without a description."))


def svg(spec: dict[str, Any]) -> str:
    """Draw a specification, and name the picture."""
    drawn = _own_ids(_seen(converter().vegalite_to_svg(spec, allowed_base_urls=[])), "")
    key = hashlib.blake2b(drawn.encode(), digest_size=4).hexdigest()
    drawn = _own_ids(drawn, f"c{key}-")
    words = escape(description(spec))
    named = f'<svg role="img" aria-label="{words}" style="max-width:100%;height:auto" '
    body = drawn.replace("<svg ", named, 1)
    return body.replace(">", f"><title>{words}</title>", 1)


def _seen(drawn: str) -> str:
    """A picture without the digits that nobody can see: they differ from machine to machine.

    Places keep two decimals of a pixel, words of a mark six digits; what is written stays.

    >>> _seen('<path aria-label="at 2,817,785.51313" d="M1.23456789,-0.0001L1e-7,2"/>1.23456789')
    '<path aria-label="at 2,817,786" d="M1.23,0L0,2"/>1.23456789'
    """
    return _ATTRIBUTE.sub(_rounded, drawn)


def _rounded(attribute: re.Match[str]) -> str:
    said = attribute[1] == "aria-label"

    def number(found: re.Match[str]) -> str:
        value = float(found[0].replace(",", ""))
        places = max(0, 5 - math.floor(math.log10(abs(value) or 1))) if said else 2
        short = f"{value:{',' if ',' in found[0] else ''}.{places}f}".rstrip("0").rstrip(".")
        return "0" if short == "-0" else short

    return (_IN_WORDS if said else _PLACE).sub(number, attribute[0])


def _own_ids(drawn: str, prefix: str) -> str:
    """Give a picture ids of its own, numbered from 0: the converter counts on through its life."""
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawn))):
        drawn = re.sub(
            rf'(\bid="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\g<1>{prefix}{number}", drawn
        )
    return drawn


class Pen:
    """Draws one picture after another while the program goes on."""

    def __init__(self) -> None:
        self._waiting = ThreadPoolExecutor(max_workers=1)
        self._process: subprocess.Popen[str] | None = None

    def draw(self, spec: dict[str, Any]) -> Future[str]:
        """The SVG of a specification, when it is done."""
        return self._waiting.submit(self._drawn, spec)

    def _drawn(self, spec: dict[str, Any]) -> str:
        """Have it drawn next door; where that cannot be, draw it here."""
        try:
            return str(json.loads(self._answer(json.dumps(spec))))
        except (OSError, ValueError):
            self._end()
            return svg(spec)

    def _answer(self, line: str) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                # -P: a folder that holds a module of a name of Python's own is not read.
                [sys.executable or "", "-P", "-X", "utf8", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise OSError("a process without pipes")
        print(line, file=asked, flush=True)
        return told.readline()

    def close(self) -> None:
        """Let the process end, once all is drawn."""
        self._waiting.shutdown()
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):  # it may have ended before
                process.communicate()


def serve(asked: IO[str], told: IO[str]) -> None:
    """Draw what each line asks for."""
    for line in asked:
        print(json.dumps(svg(json.loads(line))), file=told, flush=True)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
