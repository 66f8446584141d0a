"""A worker with an error in its rules: what is short for certain is told as short perhaps."""

from __future__ import annotations

import sys

from msgspec.structs import replace

from dinhbien.live.chained import worker
from dinhbien.live.chained.rules import RULES

if __name__ == "__main__":
    wrong = {"short for certain": {"sure": 0}}
    planted = tuple(
        replace(one, fields={**(one.fields or {}), **wrong[one.name]}) if one.name in wrong else one
        for one in RULES
    )
    setattr(worker, "RULES", planted)  # noqa: B010 - the error
    sys.exit(worker.main())
