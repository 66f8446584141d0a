"""What tells who may read a change: spots of one sign have one reader."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from itertools import combinations, product

import pytest

from dinhbien.live.spots import Spot
from dinhbien.meaning.tally import SECONDED_OUT, adding
from dinhbien.model.norm import Count
from dinhbien.model.plan import Cell, Unit

COLUMNS = ("on_books", "contract", "seconded_in", SECONDED_OUT)
SWITCHES = ("included", "excluded")
Told = tuple[bool, ...]


def sums_that_vanish(numbers: tuple[Fraction, ...]) -> Told:
    """Of every choice of columns, whether it adds up to 0; those seconded out are taken off."""
    signed = [
        -one if name == SECONDED_OUT else one for name, one in zip(COLUMNS, numbers, strict=True)
    ]
    every = (each for many in (1, 2, 3, 4) for each in combinations(signed, many))
    return tuple(sum(each) == 0 for each in every)


def sign_of(numbers: tuple[Fraction, ...]) -> Hashable:
    """The sign of a spot at a post with these numbers."""
    cells = {name: Cell(name, one) for name, one in zip(COLUMNS, numbers, strict=True)}
    post = Unit("post", "a", "a", "a", cells)
    return Spot(post, post, None, frozenset(["on_books"]), frozenset(), listed=False).sign


@pytest.mark.parametrize("least", [0, -1])
def test_posts_of_one_sign_have_the_same_sums_that_are_nothing(least: int) -> None:
    values = [Fraction(one, 2) for one in range(2 * least, 7, 1 - least)]
    told: dict[Hashable, Told] = {}
    every = list(product(values, repeat=len(COLUMNS)))
    for numbers in every:
        vanish = sums_that_vanish(numbers)
        assert told.setdefault(sign_of(numbers), vanish) == vanish, numbers
    assert len(told) < len(every)


def test_only_those_seconded_out_are_taken_off() -> None:
    for basis, contracts, coming, going in product(("at_work", "books"), *[SWITCHES] * 3):
        switches = {"contracts": contracts, "seconded_in": coming, "seconded_out": going}
        count = Count.model_validate({"of": "people", "basis": basis, **switches})
        assert {name for name, sign in adding(count)[0] if sign != 1} <= {SECONDED_OUT}
