"""Findings in the one form in which engines are compared, and their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench.peers.intervals import UNBOUNDED
from tests.bench.peers.workload import Array

LAYOUT = {"norm": "u1", "subject": "<i4", "verdict": "u1", "least": "<i4", "most": "<i4"}


@dataclass(frozen=True)
class Findings:
    """Rows, sorted by norm and subject; the norms of one level lie beside each other.

    `norm` is the row of the table of norms, `subject` as `Workload.keys` counts; `verdict` is
    1 shortage, 2 surplus, 3 undetermined; the amount is from `least` to `most`, 2³¹ − 1 where
    it has no upper end, and both are 0 where the verdict is undetermined.
    """

    norm: Array
    subject: Array
    verdict: Array
    least: Array
    most: Array

    @classmethod
    def of(cls, columns: Sequence[Array]) -> Findings:
        """The columns in the order and the types of `LAYOUT`."""
        pairs = zip(columns, LAYOUT.values(), strict=True)
        return cls(*(np.ascontiguousarray(column, dtype) for column, dtype in pairs))

    def __len__(self) -> int:
        return len(self.norm)

    @property
    def digest(self) -> str:
        """SHA-256 of how many rows there are, and of the columns one after another."""
        made = hashlib.sha256(f"{len(self)} {UNBOUNDED}".encode())
        for name in LAYOUT:
            made.update(getattr(self, name).data)
        return made.hexdigest()

    @property
    def bytes(self) -> int:
        """What the columns take."""
        return int(sum(getattr(self, name).nbytes for name in LAYOUT))

    def first_difference(self, other: Findings) -> str:
        """The first row that the other has not, in words; empty where all are the same."""
        for place, (one, two) in enumerate(zip(self.rows(), other.rows(), strict=False)):
            if one != two:
                return f"row {place}: {one} and {two}"
        return "" if len(self) == len(other) else f"{len(self)} rows and {len(other)}"

    def rows(self) -> list[tuple[int, ...]]:
        """The rows as numbers."""
        return list(zip(*(getattr(self, name).tolist() for name in LAYOUT), strict=True))
