"""Whole months and years between dates, as numbers of days.  §4"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from dinhbien.model.amount import Bound

_MONTHS = {"months": 1, "years": 12}


def elapsed(unit: str, start: Bound, end: Bound) -> Bound:
    """The whole months or years from one day to another; None where an end is open.

    >>> day = lambda text: Fraction(date.fromisoformat(text).toordinal())
    >>> int(elapsed("months", day("2025-01-31"), day("2025-02-28")))
    0
    >>> int(elapsed("years", day("2025-07-01"), day("2030-06-30")))
    4
    """
    if start is None or end is None:
        return None
    first, last = date.fromordinal(int(start)), date.fromordinal(int(end))
    months = (last.year - first.year) * _MONTHS["years"] + last.month - first.month
    if last.day < first.day:
        months -= 1
    return Fraction(months // _MONTHS[unit])


def later(unit: str, start: Bound, length: Bound) -> Bound:
    """The day so many months or years later; past the end of a month, its last day.

    None where an end is open, or past the calendar.

    >>> start = Fraction(date(2025, 1, 31).toordinal())
    >>> date.fromordinal(int(later("months", start, Fraction(1)))).isoformat()
    '2025-02-28'
    """
    if start is None or length is None:
        return None
    first = date.fromordinal(int(start))
    months = first.year * _MONTHS["years"] + first.month - 1 + int(length) * _MONTHS[unit]
    year, month = divmod(months, _MONTHS["years"])
    if not date.min.year <= year <= date.max.year:
        return None
    day = min(first.day, monthrange(year, month + 1)[1])
    return Fraction(date(year, month + 1, day).toordinal())
