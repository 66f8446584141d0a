"""The rows that a kernel writes: where they go, and how stretches of a plan become one."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.outcome import CODES
from dinhbien.columns.rows import WIDTHS, Rows
from dinhbien.columns.table import Whole
from dinhbien.columns.verdicts import VERDICT

TURNS = 4
"""Verdicts are counted in so many turns."""
SLACK = 1.03
"""So many times as many rows as a block told are made room for."""


class Sink:
    """Where a kernel writes the rows of a stretch of a plan's units, one block after another.

    For each program four arrays: units, verdicts, and the ends of amounts.  They are parts of
    `slabs`, from `starts`; those of a program that needs more room than it has there are its own.
    """

    def __init__(self, begins: Sequence[Whole], stretch: range) -> None:
        """For programs whose units begin so in each unit that blocks are cut by."""
        many = len(begins)
        self.begins, self.stretch, self.done = begins, stretch, stretch.start
        self.slabs: list[NDArray[Any]] = []
        self.starts, self.held = np.zeros(many, np.int64), np.zeros(many, np.int64)
        self.own: dict[int, list[NDArray[Any]]] = {}
        self.addresses = np.zeros((many, len(WIDTHS)), np.int64)
        self.made = np.zeros((many, 2), np.int64)
        self.counts = np.zeros((many, TURNS, VERDICT + 1), np.int64)
        ends = np.append(np.arange(stretch.start, stretch.stop, stretch.step), stretch.stop)
        inside = np.stack([one[ends] for one in begins])
        self.inside: Whole = np.diff(inside, axis=1)
        """Of how many units each block tells, by program."""
        self.most: Whole = self.inside.max(axis=1, initial=0)
        """Of how many units one block tells at most, by program."""
        self.left = np.empty((many, int(self.most.max())), np.int64)

    def put(self, slabs: list[NDArray[Any]], starts: Whole, held: Whole) -> None:
        """Where to write from here on; what was written so far goes there."""
        before = [self.written(place) for place in range(len(held))] if self.slabs else []
        self.slabs, self.starts, self.held = slabs, starts, held.copy()
        self.own.clear()
        for at, slab in enumerate(slabs):
            self.addresses[:, at] = slab.ctypes.data + starts * slab.itemsize
        for place, arrays in enumerate(before):
            for into, one in zip(self.written(place), arrays, strict=True):
                into[:] = one

    def make_room(self, first: int) -> None:
        """Room for the rows of a block, whatever is told of its units."""
        block = (first - self.stretch.start) // self.stretch.step
        needed = self.made[:, 0] + (self.inside[:, block] if self.inside.size else 0)
        for place in np.flatnonzero(needed > self.held).tolist():
            many = int(self.made[place, 0])
            room, before = int(needed[place]) + many // 2, self.written(place)
            self.own[place] = [np.empty(room, kind) for kind in WIDTHS]
            self.held[place] = room
            for at, (into, one) in enumerate(zip(self.own[place], before, strict=True)):
                into[:many] = one
                self.addresses[place, at] = into.ctypes.data

    def written(self, place: int) -> list[NDArray[Any]]:
        """The rows of a program so far."""
        many, start = int(self.made[place, 0]), int(self.starts[place])
        if place in self.own:
            return [one[:many] for one in self.own[place]]
        return [one[start : start + many] for one in self.slabs]


def all_rows(sinks: Sequence[Sink]) -> list[Whole]:
    """Room for a row of every unit."""
    return [
        np.array(
            [one[sink.stretch.stop] - one[sink.stretch.start] for one in sink.begins], np.int64
        )
        for sink in sinks
    ]


def likely_rows(sinks: Sequence[Sink]) -> list[Whole]:
    """Room for as many rows as the first block let expect, which the first sink has written."""
    one = sinks[0].stretch
    done = len(range(one.start, min(one.start + one.step, one.stop)))
    rows = sinks[0].made[:, 0] * SLACK / max(1, done)
    return [
        (rows * (one.stretch.stop - one.stretch.start)).astype(np.int64) + one.most for one in sinks
    ]


class Sinks:
    """Those of all stretches, side by side in the same arrays as long as they have room there."""

    def __init__(self, sinks: list[Sink], rooms: list[Whole]) -> None:
        """With room for so many rows of each program in each stretch."""
        self.sinks = sinks
        total = np.sum(rooms, axis=0)
        self.starts = np.cumsum(total) - total
        self.slabs = [np.empty(int(total.sum()), kind) for kind in WIDTHS]
        starts = self.starts
        for sink, room in zip(sinks, rooms, strict=True):
            sink.put(self.slabs, starts, room)
            starts = starts + room

    def rows(self, place: int, scale: int) -> Rows:
        """What was told of a program in all stretches, and nothing of the units that are left."""
        if any(place in one.own for one in self.sinks):
            parts = [one.written(place) for one in self.sinks]
            columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
        else:
            start, many = int(self.starts[place]), self._moved(place)
            columns = [one[start : start + many] for one in self.slabs]
        counts = np.sum([one.counts[place] for one in self.sinks], axis=(0, 1))[: len(CODES)]
        units, verdicts, lo, hi = columns
        return Rows(units, verdicts, lo, hi, scale, np.zeros(0, np.int64), counts)

    def _moved(self, place: int) -> int:
        """Moves the rows of all stretches together; how many they are."""
        many = int(self.sinks[0].made[place, 0])
        for other in self.sinks[1:]:
            more = int(other.made[place, 0])
            into, of = (one.addresses[place].tolist() for one in (self.sinks[0], other))
            for slab, to, at in zip(self.slabs, into, of, strict=True):
                size = slab.itemsize
                if more and to + many * size != at:
                    ctypes.memmove(to + many * size, at, more * size)
            many += more
        return many
