"""``python -m dinhbien``, and the command ``dinhbien``."""

import gc
import sys

from dinhbien.cli import main

_SELDOM = 100_000
"""New objects before a search for cycles: a run makes hundreds of thousands, and few cycles."""


def run() -> None:
    """Run the command in a process of its own."""
    gc.set_threshold(_SELDOM, 20, 20)
    sys.exit(main())


if __name__ == "__main__":
    run()
