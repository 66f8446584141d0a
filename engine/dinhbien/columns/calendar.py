"""Whole months and years between days, over arrays of numbers of days.  §4"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dinhbien.columns.table import INFINITE, Whole

_EPOCH = date(1970, 1, 1).toordinal()
_LAST = date.max.toordinal()
_MONTHS = {"months": 1, "years": 12}


def _parts(days: Whole) -> tuple[Any, Any]:
    """Months since January 1970, and the day of the month counted from 0."""
    dates = (np.where(np.abs(days) >= INFINITE, 1, days) - _EPOCH).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months).astype(np.int64)


def elapsed(unit: str, start: Whole, end: Whole, none: int) -> Whole:
    """The whole months or years from one day to another; `none` where an end is open."""
    (first, day), (last, until) = _parts(start), _parts(end)
    months = (last - first - (until < day)) // _MONTHS[unit]
    is_open = (np.abs(start) >= INFINITE) | (np.abs(end) >= INFINITE)
    return np.where(is_open, none, months)


def later(unit: str, start: Whole, length: Whole, none: int) -> Whole:
    """The day so many months or years later; past the end of a month, its last day.

    `none` where an end is open, or past the calendar.
    """
    is_open = (np.abs(start) >= INFINITE) | (np.abs(length) >= INFINITE)
    first, day = _parts(start)
    many = np.clip(np.where(is_open, 0, length), -_LAST, _LAST) * _MONTHS[unit]
    month = (first + many).astype("datetime64[M]")
    begins = month.astype("datetime64[D]").astype(np.int64)
    last = (month + 1).astype("datetime64[D]").astype(np.int64) - begins - 1
    found = begins + np.minimum(day, last) + _EPOCH
    past = (begins + _EPOCH < 1) | (found > _LAST)
    return np.where(is_open | past, none, found)
