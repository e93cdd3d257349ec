"""`python -m aicost`: the command line."""

from aicost.cli.app import app

app(prog_name="aicost")
