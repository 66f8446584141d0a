"""Days, months of which the day is not known, and half-open periods.  §4"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from dinhbien.model.authored import Authored, refusal

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def day_of(text: object) -> date:
    """The day written as ``2025-10-15``; a `date` is kept.

    Raises a refusal for anything else.
    """
    if isinstance(text, date):
        return text
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = f"`{text}` is not a day of the calendar"
            raise refusal(message) from None
    message = f"`{text}` is not a day"
    raise refusal(message, "write year-month-day, as in `2025-10-15`")


_DAY_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_MOMENT_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$"}
_END_SCHEMA = {"anyOf": [{"const": "open"}, _MOMENT_SCHEMA]}
Day = Annotated[date, BeforeValidator(day_of), WithJsonSchema(_DAY_SCHEMA)]


class Moment(Authored):
    """A day, or a month whose day was not seen.

    >>> Moment.read("2025-04").first.isoformat(), Moment.read("2025-04").last.isoformat()
    ('2025-04-01', '2025-04-30')
    """

    first: date
    last: date

    @classmethod
    def read(cls, text: object) -> Moment:
        """The moment written as a day or a month; raises a refusal otherwise."""
        if isinstance(text, Moment):
            return text
        if isinstance(text, str) and _MONTH.fullmatch(text):
            try:
                first = date.fromisoformat(f"{text}-01")
                following = (first + timedelta(days=31)).replace(day=1)
            except (ValueError, OverflowError):
                message = f"`{text}` is not a month of the calendar"
                raise refusal(message) from None
            return cls(first=first, last=following - timedelta(days=1))
        day = day_of(text)
        return cls(first=day, last=day)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first:%Y-%m}"


def _moment(value: object) -> Moment:
    return Moment.read(value)


def _end(value: object) -> Moment | None:
    return None if value == "open" else Moment.read(value)


When = Annotated[Moment, BeforeValidator(_moment), WithJsonSchema(_MOMENT_SCHEMA)]
End = Annotated[Moment | None, BeforeValidator(_end), WithJsonSchema(_END_SCHEMA)]


def begun(moment: Moment | None, day: date) -> bool | None:
    """Whether `moment` has come on `day`; None inside a month whose day was not seen."""
    if moment is None:
        return False
    if day < moment.first:
        return False
    return True if day >= moment.last else None


class Period(Authored):
    """From a moment (included) to a moment (excluded); no end is ``None``."""

    start: Moment | None = None
    end: Moment | None = None

    def holds(self, day: date) -> bool | None:
        """Whether `day` is inside; None where the day of the month was not seen."""
        started = True if self.start is None else begun(self.start, day)
        ended = begun(self.end, day)
        if started is False or ended is True:
            return False
        return True if started and ended is False else None

    @property
    def last_day(self) -> date | None:
        """The last day certainly before the end, or None if it is open."""
        return self.end.first - timedelta(days=1) if self.end else None


def refuse_backwards(start: Moment | None, end: Moment | None) -> None:
    """Raise a refusal where a period ends before it begins."""
    if start is not None and end is not None and end.last < start.first:
        message = "the period ends before it begins"
        raise refusal(message, "correct `from` or `to`")
