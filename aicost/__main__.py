"""`python -m aicost`, and the program `aicost`: the command line."""

import os
import sys


def main() -> None:
    """Run the command line; who interrupts it, also while it loads, sees no traceback."""
    # Its products of matrices are small: threads that wait for each other took up to twenty times
    # as long where other work ran beside them, such as the process that draws a page's charts.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from aicost.cli.app import app

        app(prog_name="aicost")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
