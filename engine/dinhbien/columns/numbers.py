"""Numbers of the law on a day → rows of a table by the places of words.  §4"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import product

from msgspec import Struct

from dinhbien.language.numbers import ELSE
from dinhbien.language.operators import LawNumber, Row
from dinhbien.model.norm import KEY_JOIN

Varied = Mapping[str, tuple[Fraction, ...]]
"""By the path of a row of a number: its value in each scenario."""


class Rows(Struct, frozen=True):
    """The rows of a number, one for each combination of the words of its keys.

    Each is a value, the path of one that scenarios vary, or None where there is no value.
    """

    entries: tuple[Fraction | str | None, ...]

    def values(self, varied: Varied) -> Iterator[Fraction]:
        """Every value that an entry takes."""
        for one in self.entries:
            if isinstance(one, str):
                yield from varied[one]
            elif one is not None:
                yield one


def rows_of(
    number: LawNumber, words: tuple[tuple[str, ...], ...], day: date, varied: Varied
) -> Rows:
    """The rows of `number` on `day`; `words` are those of each of its keys, in their order."""
    return Rows(tuple(_entry(number, KEY_JOIN.join(one), day, varied) for one in product(*words)))


def _entry(number: LawNumber, key: str, day: date, varied: Varied) -> Fraction | str | None:
    """What `meaning/` takes for a key on a day."""
    rows: tuple[Row, ...] = number.rows.get(key, number.rows.get(ELSE, ()))
    for row in rows:
        holds = row.period.holds(day)
        if holds is None or (holds and row.suspended is not None):
            return None
        if holds and row.value is not None:
            return row.path if row.path in varied else row.value
    return None
