"""The inputs of a tape: cells, words, codes, and numbers of the law.  §2"""

from __future__ import annotations

import numpy as np

from dinhbien.columns.table import MISSING, absent
from dinhbien.columns.tape import SLOW, UNDEFINED, Step
from dinhbien.columns.values import (
    Array,
    Bound,
    Flags,
    Value,
    exact,
    flagged,
    has,
    joined,
    scaled,
    truth,
    whole_of,
)


def _constant(_: Bound, step: Step, __: list[Value]) -> Value:
    return exact(np.array([step.more[0]], np.int64))


def _undefined(_: Bound, step: Step, __: list[Value]) -> Value:
    return exact(np.zeros(1, np.int64), np.full(1, UNDEFINED, np.uint8))


def _cell(bound: Bound, step: Step, _: list[Value]) -> Value:
    name, factor = step.more
    level = bound.table.levels[step.level]
    column = level.numbers.get(str(name))
    if column is None:
        column = absent(str(name), bound.table.vocabulary, level.size)
    none = column.none
    lo = scaled(column.lo, whole_of(factor), none)
    hi = lo if column.hi is column.lo else scaled(column.hi, whole_of(factor), none)
    return Value(lo, hi, None, none)


def _known(bound: Bound, step: Step, _: list[Value]) -> Value:
    level, name = bound.table.levels[step.level], str(step.more[0])
    if name in level.words:
        return truth(level.words[name] != MISSING)
    column = level.numbers.get(name)
    if column is None:
        return truth(np.zeros(1, bool))
    return truth(np.ones(1, bool) if column.known is None else column.known)


def _word(bound: Bound, step: Step, _: list[Value]) -> Value:
    level = bound.table.levels[step.level]
    words = level.words.get(str(step.more[0]))
    if words is None:
        return exact(np.zeros(1), np.full(1, SLOW, np.uint8))
    missing = flagged(words == MISSING, SLOW)
    return exact(words if missing is None else np.maximum(words, 0), missing)


def _code(bound: Bound, step: Step, _: list[Value]) -> Value:
    places = {code: place for place, code in enumerate(step.more)}
    codes = bound.table.levels[step.level].codes
    found = [places.get(str(one).rpartition("/")[2], len(places)) for one in codes]
    return exact(np.array(found, np.int64))


def _number(bound: Bound, step: Step, keys: list[Value]) -> Value:
    place, *sizes = step.more
    values, known = bound.rows[whole_of(place)]
    at = np.zeros(1, np.int64)
    for key, size in zip(keys, sizes, strict=True):
        at = at * whole_of(size) + key.lo
    value = values[..., at]
    missing = None if known.all() else flagged(~known[at], UNDEFINED)
    return exact(value, joined(missing, *(key.flags for key in keys)))


def _among(_: Bound, step: Step, args: list[Value]) -> Value:
    (word,) = args
    places = [whole_of(one) for one in step.more]
    if len(places) < FEW:
        holds: Array = np.zeros(word.lo.shape, bool)
        for one in places:
            holds |= word.lo == one
    else:
        among = np.zeros(max(int(word.lo.max(initial=0)), *places) + 1, bool)
        among[places] = True
        holds = among[word.lo]
    return _truth_of_words(holds, word.flags)


FEW = 4
"""Fewer words are compared one by one."""


def _truth_of_words(holds: Array, flags: Flags | None) -> Value:
    if flags is None:
        return truth(holds)
    slow = has(flags, SLOW)
    return truth(holds & ~slow, holds | slow, flags)


INPUTS = {
    "constant": _constant, "undefined": _undefined, "cell": _cell, "known": _known,
    "word": _word, "code": _code, "number": _number, "among": _among,
}  # fmt: skip
