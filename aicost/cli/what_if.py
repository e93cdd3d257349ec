"""A case with some of its values set otherwise, spelled as in the file: `users=20_000`."""

from __future__ import annotations

from collections.abc import Sequence

from aicost.billing.case import Case
from aicost.scenario.changes import changed

#: Keys of a file that are no field of the system.
OF_FILE = ("name", "kind", "as_of", "currency", "client", "author", "logo", "confirm", "options")


class WhatIfError(ValueError):
    """A setting that cannot be made, in one line."""


def what_if(case: Case, settings: Sequence[str]) -> Case:
    """The case with each `PATH=VALUE` set.

    Raises
    ------
    WhatIfError : what is no setting, or of no field.
    ScenarioError : values that a file could not have, each at its `--set`.
    """
    values: dict[str, str] = {}
    for text in settings:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not path or not value:
            raise WhatIfError(f"{text}: not a setting; write PATH=VALUE, such as users=20_000")
        if path in OF_FILE:
            raise WhatIfError(f"{text}: it is of the file itself; change it in a copy of the file")
        if path in values:
            raise WhatIfError(f"{text}: {path} is set twice; keep one")
        values[path] = value
    try:
        made = changed(case.scenario, case.book, values, lambda key: f"--set {key}={values[key]}")
    except KeyError as problem:
        raise WhatIfError(problem.args[0]) from None
    return case.of(made)
