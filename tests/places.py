"""Where tests find things: the checkout, their own data, the samples."""

from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
PACKAGE = ROOT / "aicost"
SAMPLES = sorted((ROOT / "data" / "scenarios").glob("*.yaml"))
