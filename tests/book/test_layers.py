"""The kit's rows in layers, and names of sellers whose prices another lists."""

from aicost.book.data_files import layer_of
from aicost.book.layers import Layers
from aicost.paths import data_dir

LAYERS = Layers([layer_of(data_dir(), name) for name in ("curated", "imported", "secondary")])


def test_of_an_item_the_first_layer_that_holds_it_counts() -> None:
    rows = LAYERS.rows("openai/gpt-4o")
    assert rows
    assert len({row.layer for row in rows}) == 1
    assert LAYERS.rows("nobody/sells-this") == ()


def test_lent_rows_stand_under_the_name_they_are_lent_to() -> None:
    layers = Layers([layer_of(data_dir(), "imported")])
    own = layers.rows("openai/gpt-4o")
    layers.lend("azure/gpt-4o", "openai/gpt-4o")
    lent = layers.rows("azure/gpt-4o")
    assert [(row.parameter, row.text) for row in lent] == [(row.parameter, row.text) for row in own]
    assert {row.item for row in lent} == {"azure/gpt-4o"}
    assert layers.rows("openai/gpt-4o") == own
