"""What takes work off people: fewer reviews, a desk that may let work wait, work by the piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aicost.components.paid_work import PaidWork
from aicost.components.stage import Faster
from aicost.formulas.review.desk import paid_per_worked
from aicost.values.formatting import money, seconds_words
from aicost.values.quantities import MINUTES_PER_HOUR, Numeric

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.values.charge import Factor

#: Promises that let more work wait: for an hour, half a shift, a day, over a weekend.
LONGER_S = (3_600.0, 14_400.0, 86_400.0, 259_200.0)


@dataclass(frozen=True, kw_only=True)
class SparedWork(PaidWork):
    """What is known of less work for the people of a stage; its other fields stand below."""

    if TYPE_CHECKING:  # declared where they stand among the fields of each
        when: str
        reviewers_per_item: Numeric

        @property
        def unasked(self) -> bool:
            """Whether a kind of system has room for people, and nobody said how many they see."""

        @property
        def disputed(self) -> Numeric:
            """The share of items that somebody has to decide."""

        def minutes_per_item(self) -> Factor:
            """The minutes an item takes."""

    done: ClassVar[str] = "reviews"
    samples: ClassVar[bool] = True  # fewer of them leave an answer unseen, not a user without one

    def cheaper(self, book: Book) -> Iterable[Faster]:
        if self.unasked:
            return
        if self.when == "after_answer":  # else a user waits for each of them
            if self.samples:
                words = f"{self.name}: half as many {self.done}"
                note = "drawn at random; half the errors that reviewers catch today go unnoticed"
                yield Faster(words, replace(self, share=self.share * 0.5), note)
            yield from self._later()
        if self.answer_within is not None and self.price_per_review is None:
            yield self._by_the_piece(book)

    def _later(self) -> Iterator[Faster]:
        """Yield the next longer promise of a desk."""
        if self.answer_within is None or self.price_per_review is not None:
            return
        now = float(np.mean(self.answer_within))
        longer = next((within for within in LONGER_S if within > now), None)
        if longer is not None:
            words = f"{self.name}: begun within {seconds_words(longer)}, not {seconds_words(now)}"
            note = "a desk whose work may wait has fewer empty seats"
            yield Faster(words, replace(self, answer_within=longer), note)

    def _by_the_piece(self, book: Book) -> Faster:
        """Work by the piece in place of the seats of a desk, at what its minutes cost."""
        each = self.minutes_per_item().value / (self.reviewers_per_item + self.disputed)
        away = 0.0 if self.all_in else self.shrinkage
        hours = each / MINUTES_PER_HOUR * paid_per_worked(occupancy=1.0, shrinkage=away)
        usd = float(np.mean(hours * self.hour(book).usd))
        words = f"{self.name}: {self.done} by the piece, at {money(usd)} in place of seats"
        note = "what its minutes cost with nobody idle: a price to ask for, not one offered"
        return Faster(words, replace(self, price_per_review=usd), note)
