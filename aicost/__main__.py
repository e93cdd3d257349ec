"""`python -m aicost`: the command line."""

from aicost.cli import app

app(prog_name="aicost")
