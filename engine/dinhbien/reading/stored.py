"""Values that a sheet or a frame stores → texts with their places."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

from dinhbien.errors import Position, Problems
from dinhbien.model.amount import decimal_text
from dinhbien.reading.document import Scalar
from dinhbien.reading.rows import cleaned

DIGITS = 15
"""How many digits of a number a workbook keeps and shows."""


def stored_cell(value: object, at: Position, problems: Problems) -> Scalar:
    """The text of a stored value: ``32.0`` is ``32``, a day is ``2025-10-15``, None is blank.

    A binary number is read with 15 digits; where it had more, the repair is said.
    """
    if value is None:
        return Scalar("", at)
    if isinstance(value, bool):
        return Scalar("yes" if value else "no", at, stored="truth")
    if isinstance(value, float):
        return _binary(value, at, problems)
    if isinstance(value, int | Decimal | Fraction):
        return Scalar(_exact(value), at, stored="number")
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) and value.time() == time() else value
        return Scalar(day.isoformat(), at, stored="date")
    return Scalar(cleaned(str(value)), at)


def _binary(value: float, at: Position, problems: Problems) -> Scalar:
    if not math.isfinite(value):
        return Scalar(str(value), at, stored="number")
    kept = Decimal(f"{value:.{DIGITS}g}")
    text = decimal_text(Fraction(kept))
    if kept != Decimal(repr(value)):
        way_out = f"a number is stored with {DIGITS} digits; write it as text to keep more"
        problems.repair(f"`{value!r}` was read as `{text}`", at, way_out)
    return Scalar(text, at, stored="number")


def _exact(value: int | Decimal | Fraction) -> str:
    if isinstance(value, Decimal) and not value.is_finite():
        return str(value)
    return decimal_text(Fraction(value))


def fits(value: Fraction) -> bool:
    """Whether a binary number keeps every digit of a decimal, and is read back as it.

    >>> fits(Fraction("516.42")), fits(Fraction(10**15 + 1)), fits(Fraction("0.1234567890123456"))
    (True, False, False)
    """
    text = decimal_text(abs(value)).replace(".", "").strip("0")
    return len(text) <= DIGITS and abs(value) < 10**DIGITS
