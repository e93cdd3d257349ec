"""Charts of times say what they show."""

import pytest
from chart_frames import CURVES, STAGES

from aicost.show import charts
from aicost.show.charts.renderer import spec_of


def test_sentences_of_time() -> None:
    assert spec_of(charts.time_curves(CURVES, budgets={"first word": 3.0}))["description"] == (
        "The first word is there within 1.3 s for half of the requests, within 7.7 s for 95 %, "
        "the whole answer is there within 5.4 s for half of the requests, within 31 s for 95 % and "
        "the first word is due within 3 s."
    )
    assert spec_of(charts.stage_bars(STAGES))["description"] == (
        "Of 3.3 s of a mean request: cache 4 ms (< 0.5 %, p95 alone 12 ms), retrieval 0.11 s "
        "(3 %, p95 alone 0.4 s) and a model that writes the answer 3.2 s (97 %, p95 alone 9 s)."
    )
    with pytest.raises(ValueError, match="a log axis has no zero"):
        charts.time_curves(CURVES.assign(seconds=0.0))
