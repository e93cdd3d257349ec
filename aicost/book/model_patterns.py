"""Facts of models by patterns of their names: in each table the first line that fits applies."""

from __future__ import annotations

from fnmatch import fnmatchcase

from aicost.book.data_files import data_rows
from aicost.values.table_file import Record


def row_for(table: str, model: str) -> Record | None:
    """The line of a table that speaks of a model; nothing where none does.

    Parameters
    ----------
    table : a file of data/ with a column `pattern`. [name]
    model : name of a model, with its provider or without. [name]

    Returns
    -------
    The first line that fits. [row]

    Examples
    --------
    >>> row_for("tokenizer_models.csv", "openai/gpt-4o")["tokenizer"]
    'o200k'
    """
    name = model.strip().lower()
    full = name if "/" in name else f"/{name}"
    return next((row for row in data_rows(table) if fnmatchcase(full, row["pattern"])), None)
