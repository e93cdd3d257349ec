"""Pictures, sound and video that a call reads or makes: tokens with prices of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aicost.book.rates import Rates
from aicost.components.model_call import ModelCall
from aicost.components.unit_prices import missing
from aicost.values.charge import Bucket
from aicost.values.formatting import usd
from aicost.values.section import Concern


class Medium(NamedTuple):
    """Tokens that are no text: their bucket, what the book calls them, and their line."""

    bucket: Bucket
    unit: str
    item: str

    @property
    def made(self) -> bool:
        """Whether the model makes them, rather than reads them."""
        return self.unit.startswith("output")

    @property
    def text_field(self) -> str:
        """The field of the text beside them."""
        return "output_tokens" if self.made else "input_tokens"


#: By the field that counts them.
MEDIA: Mapping[str, Medium] = {
    "input_image_tokens": Medium("pictures", "input_image", "pictures read"),
    "output_image_tokens": Medium("pictures", "output_image", "pictures made"),
    "input_audio_tokens": Medium("sound", "input_audio", "sound heard"),
    "output_audio_tokens": Medium("sound", "output_audio", "sound made"),
    "input_video_tokens": Medium("video", "input_video", "video seen"),
    "output_video_tokens": Medium("video", "output_video", "video made"),
}
#: What a model is called that is there for something else than text.
_NOT_TEXT = re.compile(
    r"(?<![a-z])(image|banana|vision|audio|sonic|voice|realtime|live|video|omni)|transcri"
)


def media_gaps(call: ModelCall, sold: Rates) -> Iterator[Concern]:
    """Yield what a model has no price for, and what would be priced as text though it is none."""
    if call.differs("cache_read_share") and not sold.priced("input"):
        yield Concern("cache_read_share", f"{sold.model} sells no text to keep", "leave it out")
    for field, medium in MEDIA.items():
        priced = sold.priced(medium.unit)
        if call.differs(field) and not priced:
            remedy = f"it has {', '.join(sold.units)}; where it counts {medium.bucket} as text, "
            remedy += f"add them to {medium.text_field}"
            yield Concern(field, f"{sold.model} has no price of {medium.unit}", remedy)
        elif not call.states(field) and call.holds(medium.text_field):
            if priced and _devoted(sold):
                own, text = (usd(sold.usd_per_mtok(u), price=True) for u in _units(medium))
                wrong = f"{sold.model} has a price of {medium.unit}, {own} per Mtok, and "
                wrong += f"{medium.text_field} cost {text}: {medium.bucket} would be billed as text"
                yield _ask(field, medium, wrong)
            elif _unpriced(sold, medium):
                wrong = f"the book has no price of {medium.unit} for {sold.model}: "
                yield _ask(field, medium, f"{wrong}{medium.bucket} would be billed as text")


def media_prices_missing(call: ModelCall) -> Iterator[Concern]:
    """Yield the prices that a contract does not state of what is not text."""
    for field, medium in MEDIA.items():
        if call.differs(field) and getattr(call.price, medium.unit) is None:
            yield missing(f"price.{medium.unit}", f"add them to {medium.text_field}")


def _ask(field: str, medium: Medium, wrong: str) -> Concern:
    move = f"write {field}: …, with text alone under {medium.text_field}; or {field}: 0"
    return Concern(field, wrong, f"{move} if there are none")


def _units(medium: Medium) -> tuple[str, str]:
    return medium.unit, medium.text_field.removesuffix("_tokens")


def _devoted(sold: Rates) -> bool:
    """Whether a model is there for something else than text: it makes it, or its name says so."""
    makes = any(one.made and sold.priced(one.unit) for one in MEDIA.values())
    return makes or _NOT_TEXT.search(_own_name(sold)) is not None


def _unpriced(sold: Rates, medium: Medium) -> bool:
    """Whether a model is called after sound that the book prices neither in nor out."""
    sounds = [one.unit for one in MEDIA.values() if one.bucket == "sound"]
    silent = medium.bucket == "sound" and not any(map(sold.priced, sounds))
    return silent and re.search(r"(?<![a-z])(audio|sonic)", _own_name(sold)) is not None


def _own_name(sold: Rates) -> str:
    return sold.model.partition("/")[2].lower()
