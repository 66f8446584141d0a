"""The numbers of a norm: texts with units and dates → exact rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from pydantic_core import PydanticCustomError

from dinhbien.language.names import FaultError
from dinhbien.language.operators import LawNumber, Row
from dinhbien.language.units import NO_UNIT, MalformedQuantityError, Measure, quantity_of
from dinhbien.model.norm import Band, Norm, Number
from dinhbien.model.period import Period, day_of
from dinhbien.model.words import Vocabulary

ALONE = ""
_DATE = re.compile(r"[0-9]{1,4}-[0-9]")
_DIGITS = re.compile(r"-?[0-9]")
ELSE = "else"


def law_number(
    name: str, number: Number, norm: Norm, path: str, vocabulary: Vocabulary
) -> LawNumber:
    """The exact rows of `number`.

    Raises `FaultError` for a missing value or unit, and for units that differ.
    """
    own = f"numbers.{name}"
    source = number.source or norm.source
    rows: dict[str, tuple[Row, ...]] = {}
    measures: list[Measure | None] = []
    for key, below, one in _variants(number, own):
        rows[key] = tuple(_rows(one, below, path, vocabulary, measures))
    if not rows:
        raise FaultError(own, f"the table `{name}` has no rows", "add a row for each word")
    if len({measure is None for measure in measures}) > 1:
        message = f"the rows of `{name}` are partly dates and partly quantities"
        raise FaultError(own, message, "write every row as a date, or none")
    if any(measure != measures[0] for measure in measures):
        units = " and ".join(sorted({f"`{measure}`" for measure in measures}))
        message = f"the rows of `{name}` are in different units: {units}"
        raise FaultError(own, message, "write every row with the same unit")
    values = [row.value for table in rows.values() for row in table if row.value is not None]
    whole = all(value.denominator == 1 for value in values)
    confidence = number.confidence or norm.confidence
    measure = (measures[0] if measures else None) or NO_UNIT
    kind: Literal["quantity", "date"] = "date" if None in measures else "quantity"
    parameter = number.status == "parameter"
    return LawNumber(path, measure, whole, rows, source, confidence, kind, parameter)


def check_source(name: str, number: Number, norm: Norm) -> None:
    """Raise `FaultError` where nothing supplies the source of a number."""
    if not number.source and not norm.source:
        message = f"`{name}` has no source of its own, and nothing else supplies one"
        way_out = "add `source:` to the number, the norm or the article"
        path = f"numbers.{name}"
        raise FaultError(path, message, way_out)


def _variants(number: Number, own: str) -> Iterator[tuple[str, str, Number]]:
    if not number.by:
        yield ALONE, own, number
        return
    if number.is_ is not None or number.dated:
        raise FaultError(own, "a table by a word has rows, not `is` or `dated`")
    for word, row in number.rows.items():
        if row.by:
            inner = f"{own}.{word}"
            raise FaultError(inner, "a row of a table is not a table itself")
        yield word, f"{own}.{word}", row


def _rows(
    number: Number, own: str, path: str, vocabulary: Vocabulary, measures: list[Measure | None]
) -> Iterator[Row]:
    tail = own.split(".", 2)[2:]
    full_path = ".".join([path, *tail])
    if (number.is_ is None) == (not number.dated):
        message = "a number has either `is` or `dated` rows"
        raise FaultError(own, message, "write, say, `is: 32 posts`")
    if number.is_ is not None:
        value, measure = _dated(number.is_, own, vocabulary)
        measures.append(measure)
        yield Row(Period(), value, path=full_path)
    _in_order(number, own)
    for place, row in enumerate(number.dated):
        period = Period(start=row.start, end=row.end)
        row_path = f"{full_path}.dated.{place}"
        if (row.is_ is None) == (row.suspended is None):
            message = "a dated row says either what the number `is` or why it is `suspended`"
            inner = f"{own}.dated.{place}"
            raise FaultError(inner, message)
        if row.is_ is None:
            yield Row(period, None, row.suspended, row_path)
            continue
        value, measure = _dated(row.is_, f"{own}.dated.{place}", vocabulary)
        measures.append(measure)
        yield Row(period, value, path=row_path)


def _in_order(number: Number, own: str) -> None:
    """Refuse dated rows that overlap, or leave a hole that nobody explains."""
    name = own.partition(".")[2]
    for place, (before, row) in enumerate(pairwise(number.dated), 1):
        path = f"{own}.dated.{place}"
        if before.end is None or row.start.first < before.end.first:
            message = f"the rows of `{name}` overlap from {row.start}"
            way_out = "end the row before, or begin this one later"
            raise FaultError(path, message, way_out)
        if row.start.first > before.end.last:
            message = f"the rows of `{name}` leave a hole from {before.end} to {row.start}"
            way_out = "say why under `suspended:`, or give the number"
            raise FaultError(path, message, way_out)


def _dated(text: str, own: str, vocabulary: Vocabulary) -> tuple[Fraction, Measure | None]:
    """A quantity with its unit; a date is a number of days, and has none."""
    if not _DATE.match(text):
        return _exact(text, own, vocabulary)
    try:
        return Fraction(day_of(text).toordinal()), None
    except PydanticCustomError as error:
        context = error.context or {}
        raise FaultError(own, str(context["message"]), str(context["way_out"])) from None


def _exact(text: str, own: str, vocabulary: Vocabulary) -> tuple[Fraction, Measure]:
    try:
        return quantity_of(text, vocabulary)
    except MalformedQuantityError as error:
        raise FaultError(own, str(error), error.way_out) from None


def band_text(band: Band, column: str) -> str | None:
    """What a band says in a column, `from`, `over` and `is` among them."""
    fixed = {"from": band.start, "over": band.over, "is": band.is_}
    return fixed[column] if column in fixed else (band.model_extra or {}).get(column)


def band_numbers(
    name: str, number: Number, norm: Norm, path: str, vocabulary: Vocabulary
) -> dict[str, LawNumber]:
    """The numbers of a table by size, each under its own path.

    Raises `FaultError` for lower ends that do not rise, a `to` that is not the next lower
    end, and a band with two lower ends or none.
    """
    found: dict[str, LawNumber] = {}
    lows: list[Fraction | None] = []
    source, confidence = number.source or norm.source, number.confidence or norm.confidence
    for place, band in enumerate(number.bands):
        own = f"numbers.{name}.bands.{place}"
        _well_formed(band, own, is_last=place == len(number.bands) - 1)
        low: Fraction | None = None
        for column in ("from", "over", "is", *(band.model_extra or {})):
            text = band_text(band, column)
            if text is None or not _DIGITS.match(text):
                continue
            value, measure = _exact(text, f"{own}.{column}", vocabulary)
            low = value if column in {"from", "over"} else low
            row = Row(Period(), value, path=f"{path}.bands.{place}.{column}")
            whole = value.denominator == 1
            found[f"{name}.bands.{place}.{column}"] = LawNumber(
                row.path, measure, whole, {ALONE: (row,)}, source, confidence
            )
        _rising(lows, low, own, number, vocabulary)
        lows.append(low)
    return found


def _well_formed(band: Band, own: str, *, is_last: bool) -> None:
    """Refuse a band with two lower ends or none, with lists, or a last one with an end."""
    if (band.start is None) == (band.over is None):
        message = "a band has one lower end"
        raise FaultError(own, message, "write `from:` (included) or `over:` (not included)")
    for column, value in (band.model_extra or {}).items():
        if not isinstance(value, str):
            path, message = f"{own}.{column}", "a band holds numbers or expressions"
            raise FaultError(path, message, "write, say, `is: 2 people`")
    if band.to is not None and is_last:
        message = "the last band has no end"
        raise FaultError(own, message, "leave `to:` out")


def _rising(
    lows: list[Fraction | None], low: Fraction | None, own: str, number: Number,
    vocabulary: Vocabulary,
) -> None:  # fmt: skip
    if not lows or low is None or lows[-1] is None:
        return
    if low <= lows[-1]:
        message = "the lower ends of the bands do not rise"
        raise FaultError(own, message, "put the bands in order, each once")
    before = number.bands[len(lows) - 1]
    if before.to is not None:
        end, _ = _exact(before.to, f"{own}.to", vocabulary)
        if end != low:
            message = f"the band before ends at `{before.to}`, and this one begins elsewhere"
            raise FaultError(own, message, "make `to` the next lower end, or leave it out")
