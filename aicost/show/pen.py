"""A pen: a specification in, its picture out, the same on every machine."""

from __future__ import annotations

import hashlib
import importlib.util
import math
import re
from html import escape
from typing import Any

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
