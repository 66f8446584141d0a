"""Norms that stand alone, told as rows by the kernel: nothing gives way to them, nor they to it.

Whatever may be settled between several norms or readings is left to arrays of whole outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from dinhbien.columns.blocks import THREADS, by_kernel
from dinhbien.columns.completions import Reach
from dinhbien.columns.judged import Compiled
from dinhbien.columns.loading import Run
from dinhbien.columns.rows import Rows
from dinhbien.columns.table import Bits, Table
from dinhbien.judging.standing import Judged
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.many.settled import related


class Alone(Struct, frozen=True):
    """The rows of one norm, and the units that are left to the definition, of a whole table."""

    judged: Judged
    rows: Rows

    def unsettled(self, first: int, many: int) -> Bits:
        """Which of `many` units of the norm's level, from the place `first` on, are left."""
        left = self.rows.left  # in the order of the units
        begin, end = np.searchsorted(left, (first, first + many))
        found = np.zeros(many, bool)
        found[left[begin:end] - first] = True
        return found


class _One(Struct, frozen=True):
    """A norm as `related` asks for it."""

    judged: Judged

    @property
    def norm(self) -> EncodedNorm:
        return self.judged.norm


def told_alone(  # noqa: PLR0913, PLR0917 - what norms are judged with
    made: Compiled,
    table: Table,
    reads: Sequence[Reach | None],
    norms: Sequence[tuple[Judged, Sequence[int]]],
    pack: Pack,
    run: Run,
) -> list[Alone]:
    """The rows of those of the norms that stand alone and that the kernel `run` does.

    Each norm comes with the places of its programs.
    """
    exempt = {one.norm for one in pack.exemptions}
    groups = related([_One(one) for one, _ in norms])
    asked = {
        place: one
        for one, (place, *others) in norms
        if not others and made.asked[place] is not None and reads[place] is not None
        and one.norm.id not in exempt and not one.norm.norm.between
        and len(groups[one.norm.id]) == 1
    }  # fmt: skip
    found: list[Alone] = []
    for branch in made.branches(table, list(asked)).items():
        rows = by_kernel(made, table, branch, reads, run, THREADS)
        found += [Alone(asked[place], one) for place, one in rows.items()]
    return found
