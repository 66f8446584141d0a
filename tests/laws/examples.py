"""How many examples a law takes: some in every run, all of them with `make laws`."""

from __future__ import annotations

import os

_EACH = 1 if "DINHBIEN_EXAMPLES" in os.environ else 3


def some(many: int) -> int:
    """A third of `many` in an ordinary run, which takes the same ones each time."""
    return max(5, many // _EACH)
