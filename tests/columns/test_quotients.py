"""Quotients of short numbers by way of floating point are those of whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import NoReturn

import numpy as np
import pytest

from dinhbien.columns.loading import is_possible
from dinhbien.columns.table import INFINITE
from dinhbien.columns.to_lanes import MODES, SHORT

NEAR = [-7, -2, -1, 0, 1, 2, 3, 10, 2**24 + 1]
FAR = [SHORT // 2 - 1, SHORT // 2 - 2, 1 - SHORT // 2]
NONE = [INFINITE, -INFINITE]


@pytest.mark.parametrize("mode", range(len(MODES)))
def test_short_quotients_are_exact(mode: int, skip_or_fail: Callable[[str, str], NoReturn]) -> None:
    if not is_possible():
        skip_or_fail("numba", "it is not installed")
    from dinhbien.columns.on_lanes import _quotient, _quotient_short

    every = NEAR + FAR + NONE
    draw = np.random.default_rng(mode)
    pairs = [*product(every, every), *draw.integers(-(2**40), 2**40, (2000, 2)).tolist()]
    above, below = (np.array(one, np.int64) for one in zip(*pairs, strict=True))
    exact, short = np.zeros_like(above), np.zeros_like(above)
    _quotient(exact, above, below, mode)
    _quotient_short(short, above, below, mode)

    assert short.tolist() == exact.tolist()
