"""polars without the last sort: the rows as the norms were asked, which is their order here."""

from __future__ import annotations

import polars as pl

from tests.bench.peers.engines import with_polars
from tests.bench.peers.engines.with_polars import findings, prepare

__all__ = ["findings", "prepare", "run"]


def run(prepared: with_polars.Prepared) -> pl.DataFrame:
    """The findings, in the order in which they come."""
    return with_polars.found(prepared).collect()
