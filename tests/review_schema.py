"""The published schema of review.json, and the same without room for a key that it leaves out."""

import json
from typing import Any

from places import ROOT

SCHEMA: dict[str, Any] = json.loads(
    (ROOT / "docs" / "review.schema.json").read_text(encoding="utf-8")
)
STRICT = {**SCHEMA, "additionalProperties": False}
