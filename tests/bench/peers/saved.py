"""A workload as files, so that it is made once and every process loads the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.bench.peers.workload import Array, Workload

TABLES = ("communes", "organisations", "posts")


def save(plan: Workload, folder: Path) -> None:
    """Write each column into a file of its own."""
    for table in TABLES:
        (folder / table).mkdir(parents=True)
        for name, column in getattr(plan, table).items():
            np.save(folder / table / f"{name}.npy", column)


def loaded(folder: Path) -> Workload:
    """The workload of a folder, in memory."""
    tables: list[dict[str, Array]] = [
        {path.stem: np.load(path) for path in sorted((folder / table).glob("*.npy"))}
        for table in TABLES
    ]
    return Workload(*tables)
