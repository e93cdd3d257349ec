"""Every kind of system, and every unknown, has words that a client knows."""

import re

from aicost.cli.plain_words import KINDS, UNKNOWNS
from aicost.scenario.kinds import defaults, kind_names


def test_every_kind_and_every_default_has_plain_words() -> None:
    assert sorted(KINDS) == kind_names()
    asked = [path for kind, path in defaults() if kind != "time"]  # times are no part of a bill
    fields = {re.sub(r"\.p(50|95)$", "", path).rpartition(".")[2] for path in asked}
    assert fields <= UNKNOWNS.keys()
