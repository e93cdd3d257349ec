"""`python -m aicost`, and the program `aicost`: the command line."""

import sys


def main() -> None:
    """Run the command line; who interrupts it, also while it loads, sees no traceback."""
    try:
        from aicost.cli.app import app

        app(prog_name="aicost")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
