"""Rows that certainly lack more words than are tried, told without trying any.  §2

A count reads its words in order, and every combination of those that it reads is tried.  So the
combinations of one count that a norm certainly reads are no fewer than the norm's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

import numpy as np

from dinhbien.columns.outcome import Asked
from dinhbien.columns.table import LARGEST, MISSING, Array, Bits, Table, words_of
from dinhbien.columns.values import plus, scaled
from dinhbien.language import operators as op
from dinhbien.language.names import KIND, ORGANISATION
from dinhbien.meaning.completions import MOST_COMBINATIONS
from dinhbien.meaning.tally import POST, adding
from dinhbien.model.norm import Count

_LOGS_APART = 1 / (2 * MOST_COMBINATIONS)
"""The logarithms of two whole numbers up to there, to base 2, are further apart than this."""
_FILTERS = ("category", "rank", "position")


def too_many(asked: Asked, table: Table) -> Bits:
    """The subjects of which more combinations are certainly read, if the norm applies."""
    program, found = asked.program, np.zeros(table.size(asked.program.level), bool)
    counts = [one for one in _operators(program) if isinstance(one, op.Tally)]
    stated = {name for one in table.levels.values() for name in one.stated}
    if any(one.name in stated for one in counts):
        return found  # a stated total may rule a combination out before all words are read
    for first in filter(None, map(_first, (program.measured, program.least, program.most))):
        found |= _reads_many(table, first)[table.above(program.level, first.level)]
    return found


def _reads_many(table: Table, count: op.Tally) -> Bits:
    """The units of its level of which a count reads more combinations than are tried."""
    many = table.size(count.level)
    logs = None if count.level == POST else _logs(table, count.count)
    if logs is None:
        return np.zeros(many, bool)
    total = np.bincount(table.above(ORGANISATION, count.level), weights=logs, minlength=many)
    return np.asarray(total > np.log2(MOST_COMBINATIONS) + _LOGS_APART)


def _operators(program: op.Program) -> Iterator[op.Operator]:
    parts = (part.must for part in program.parts)
    for top in (program.applies, program.measured, program.least, program.most, *parts):
        if top is not None:
            yield from op.within(top)


def _first(operator: op.Operator | None) -> op.Tally | None:
    """The count that an expression certainly reads, if it is one that stands first."""
    while operator is not None and not isinstance(operator, op.Tally):
        if isinstance(operator, op.Arithmetic):
            operator = operator.left
        elif isinstance(operator, op.Rounded):
            operator = operator.operand
        elif isinstance(operator, op.Chosen):
            operator = operator.operands[0]
        else:
            return None
    return operator


def _logs(table: Table, count: Count) -> Array | None:
    """For each organisation, the logarithm of how many combinations a count reads there."""
    if count.of == "organisations" or POST not in table.levels:
        return None
    leaves = np.ones(table.size(POST))
    for attribute in reversed(_FILTERS):
        among = getattr(count, attribute)
        if among:
            leaves = _branched(table, POST, attribute, among, leaves)
    leaves = np.where(_is_read(table, count), leaves, 1)
    many = table.size(ORGANISATION)
    logs = np.bincount(table.above(POST, ORGANISATION), weights=np.log2(leaves), minlength=many)
    if not count.within:
        return logs
    inside = np.exp2(np.minimum(logs, 2 * np.log2(MOST_COMBINATIONS)))
    return np.log2(_branched(table, ORGANISATION, KIND, count.within, inside))


def _branched(
    table: Table, level: str, attribute: str, among: tuple[str, ...], inside: Array
) -> Array:
    """The combinations where a word is read, of which some lead on to `inside` ones."""
    words = words_of(attribute, table.vocabulary)
    wanted = np.array([words.index(one) for one in among if one in words], np.int64)
    stated = table.levels[level].words.get(attribute)
    if stated is None:
        stated = np.full(table.size(level), MISSING)
    missing = (len(words) - len(wanted)) + len(wanted) * inside
    return np.where(stated == MISSING, missing, np.where(np.isin(stated, wanted), inside, 1))


def _is_read(table: Table, count: Count) -> Bits:
    """The posts whose words a count certainly reads: what they add is not zero for certain."""
    columns, vacancies = adding(count)
    posts = table.levels[POST]
    if vacancies:
        return np.zeros(posts.size, bool)
    if any(name not in posts.numbers for name, _ in columns):
        return np.ones(posts.size, bool)  # what is not stated is not zero for certain
    numbers = [(posts.numbers[name], sign) for name, sign in columns]
    scale = lcm(*(column.scale for column, _ in numbers))
    if sum(column.largest * (scale // column.scale) for column, _ in numbers) > LARGEST:
        return np.zeros(posts.size, bool)
    lo, hi = (np.zeros(posts.size, np.int64) for _ in range(2))
    for column, sign in numbers:
        factor = sign * (scale // column.scale)
        low, high = (column.lo, column.hi) if sign > 0 else (column.hi, column.lo)
        lo, hi = plus(lo, scaled(low, factor), -1), plus(hi, scaled(high, factor), 1)
    read = (lo != hi) | (lo != 0)
    return np.asarray(read.all(axis=0) if read.ndim > 1 else read)
