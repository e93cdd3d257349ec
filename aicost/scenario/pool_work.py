"""The mean call that a pool is asked for, and in what time it is due."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.values.formatting import count, seconds_words
from aicost.values.quantities import Numeric


@dataclass(frozen=True)
class Work:
    """The mean call of a pool, and in what time it is to be served."""

    calls: Numeric
    input_tokens: Numeric
    output_tokens: Numeric
    first_s: Numeric
    token_s: Numeric
    limits: str
    found_tokens: Numeric = 0.0
    kept_prompts: Numeric = 1.0

    @property
    def lengths(self) -> dict[str, Numeric]:
        """Its tokens, as formulas take them."""
        names = ("input_tokens", "output_tokens", "found_tokens", "kept_prompts")
        return {name: getattr(self, name) for name in names}

    @property
    def words(self) -> str:
        """What is asked, in a sentence."""
        read, written, found, _ = (count(round(float(np.mean(n)))) for n in self.lengths.values())
        kept = f" ({found} of them kept by the engine)" if np.any(self.found_tokens) else ""
        return f"{read} tokens read{kept} and {written} written"

    @property
    def due(self) -> str:
        """In what time it is to be served, and who says so."""
        if np.all(np.isinf(self.first_s)):
            return f"whenever it is done ({self.limits})"
        words = f"first word within {seconds_words(self.first_s)} and a token within "
        return f"{words}{seconds_words(self.token_s)} ({self.limits})"
