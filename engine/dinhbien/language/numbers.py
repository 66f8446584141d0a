"""The numbers of a norm: texts with units and dates → exact rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from dinhbien.language.names import FaultError
from dinhbien.language.operators import LawNumber, Row
from dinhbien.language.units import NO_UNIT, MalformedQuantityError, Measure, quantity_of
from dinhbien.model.norm import Norm, Number
from dinhbien.model.period import Period
from dinhbien.model.words import Vocabulary

ALONE = ""
ELSE = "else"


def law_number(
    name: str, number: Number, norm: Norm, path: str, vocabulary: Vocabulary
) -> LawNumber:
    """The exact rows of `number`.

    Raises `FaultError` for a missing value, unit or source, and for units that differ.
    """
    own = f"numbers.{name}"
    source = number.source or norm.source
    if not source:
        message = f"`{name}` has no source of its own, and nothing else supplies one"
        raise FaultError(own, message, "add `source:` to the number, the norm or the article")
    rows: dict[str, tuple[Row, ...]] = {}
    measures: list[Measure] = []
    for key, below, one in _variants(number, own):
        rows[key] = tuple(_rows(one, below, path, vocabulary, measures))
    if not rows:
        raise FaultError(own, f"the table `{name}` has no rows", "add a row for each word")
    if any(measure != measures[0] for measure in measures):
        units = " and ".join(sorted({f"`{measure}`" for measure in measures}))
        raise FaultError(own, f"the rows of `{name}` are in different units: {units}")
    values = [row.value for table in rows.values() for row in table if row.value is not None]
    whole = all(value.denominator == 1 for value in values)
    confidence = number.confidence or norm.confidence
    return LawNumber(path, measures[0] if measures else NO_UNIT, whole, rows, source, confidence)


def _variants(number: Number, own: str) -> Iterator[tuple[str, str, Number]]:
    if number.by is None:
        yield ALONE, own, number
        return
    if number.is_ is not None or number.dated:
        raise FaultError(own, "a table by a word has rows, not `is` or `dated`")
    for word, row in number.rows.items():
        if row.by is not None:
            message = f"{own}.{word}"
            raise FaultError(message, "a row of a table is not a table itself")
        yield word, f"{own}.{word}", row


def _rows(
    number: Number, own: str, path: str, vocabulary: Vocabulary, measures: list[Measure]
) -> Iterator[Row]:
    tail = own.split(".", 2)[2:]
    full_path = ".".join([path, *tail])
    if (number.is_ is None) == (not number.dated):
        message = "a number has either `is` or `dated` rows"
        raise FaultError(own, message, "write, say, `is: 32 posts`")
    if number.is_ is not None:
        value, measure = _exact(number.is_, own, vocabulary)
        measures.append(measure)
        yield Row(Period(), value, path=full_path)
    for place, row in enumerate(number.dated):
        period = Period(start=row.start, end=row.end)
        row_path = f"{full_path}.dated.{place}"
        if (row.is_ is None) == (row.suspended is None):
            message = "a dated row says either what the number `is` or why it is `suspended`"
            message = f"{own}.dated.{place}"
            raise FaultError(message, message)
        if row.is_ is None:
            yield Row(period, None, row.suspended or "", row_path)
            continue
        value, measure = _exact(row.is_, f"{own}.dated.{place}", vocabulary)
        measures.append(measure)
        yield Row(period, value, path=row_path)


def _exact(text: str, own: str, vocabulary: Vocabulary) -> tuple[Fraction, Measure]:
    try:
        return quantity_of(text, vocabulary)
    except MalformedQuantityError as error:
        raise FaultError(own, str(error), error.way_out) from None
