"""Counts of posts: all that are taken of one number at once, so that each post is read once.  §9

A post's words are coded as one class; what the posts of a class add up to is reckoned for each
organisation, and every count is the sum of some classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dinhbien.columns.segments import reduced
from dinhbien.columns.table import INFINITE, Bits, Whole
from dinhbien.columns.tape import SLOW, UNDEFINED, WORDS
from dinhbien.columns.values import HIGH, LOW, Array, Flags, Value, has

Filter = tuple[int, tuple[int, ...]]
"""Which of the words of a post is asked, and the places of those that are counted."""
Filters = tuple[Filter, ...]
OUT, IN, OPEN = range(3)
"""A class is not counted, is counted, or has a missing word that would tell."""
EXACTLY = 2**53
"""Whole numbers below it are exact as floating-point numbers."""


class Classes(NamedTuple):
    """The class of each code, and for each count what holds of each class."""

    of: Whole
    counted: NDArray[np.int8]


@lru_cache(maxsize=256)
def classes_of(filters: tuple[Filters, ...], sizes: tuple[int, ...]) -> Classes:
    """The classes that counts tell apart.

    A code is the places of a post's words in an odometer of `sizes`; the last place of each
    stands for a missing word.
    """
    stands = np.array([_stands(one, sizes) for one in filters], np.int8)
    found, of = np.unique(stands, axis=1, return_inverse=True)
    return Classes(np.asarray(of, np.int64).reshape(-1), found)


def _stands(filters: Filters, sizes: tuple[int, ...]) -> NDArray[np.int8]:
    """Whether each code is counted: what comes first among the filters settles it."""
    found = np.full(sizes, IN, np.int8)
    for which, among in filters:
        told = np.full(sizes[which], OUT, np.int8)
        told[list(among)] = IN
        told[-1] = OPEN
        shape = [1] * len(sizes)
        shape[which] = -1
        found = np.where(found == IN, told.reshape(shape), found)
    return found.reshape(-1)


class Posts(NamedTuple):
    """The posts of a block: the class of each, the organisation that it is in, and their ends.

    `unsure` are those that miss a word.
    """

    classes: Classes
    of: Whole
    owners: Whole
    starts: Whole
    unsure: Bits | None


def posts_of(
    classes: Classes, sizes: Sequence[int], words: Sequence[Value], owners: Whole, starts: Whole
) -> Posts:
    """The posts in their classes; `words` are theirs, in the order of `sizes`."""
    code: Array = np.zeros(1, np.int64)
    unsure: Bits | None = None
    for size, word in zip(sizes, words, strict=True):
        place = word.lo
        if word.flags is not None:
            missing = has(word.flags, SLOW)
            place = np.where(missing, size - 1, place)
            unsure = missing if unsure is None else unsure | missing
        code = code * size + place
    return Posts(classes, classes.of[code], owners, starts, unsure)


def tallied(posts: Posts, each: Value, counts: Sequence[int], most: int) -> list[Value]:
    """The sums of `each` over the posts of some `counts`, by their places among the classes.

    `most` bounds the size of any sum.
    """
    many = len(posts.owners)
    if most >= EXACTLY or each.flags is not None or each.lo.ndim > 1 or each.hi.ndim > 1:
        return [_alone(posts, each, posts.classes.counted[one]) for one in counts]
    lo, hi = (np.broadcast_to(end, many) for end in (each.lo, each.hi))
    key = posts.of * (len(posts.starts) - 1) + posts.owners
    low = _Sums.of(posts, key, lo, -1, each.none & LOW)
    high = low
    if not each.is_exact:
        high = _Sums.of(posts, key, hi, 1, each.none & HIGH, (lo, low))
    unsure = _unsure(posts, key, lo, hi)
    found = []
    for one in counts:
        counted = posts.classes.counted[one]
        least = low.over(counted, -1)
        most_ = least if each.is_exact else high.over(counted, 1)
        flags = None if unsure is None else _flagged(unsure, counted)
        found.append(Value(least, most_, flags, each.none))
    return found


class _Sums(NamedTuple):
    """By class and organisation: what one end adds up to, exactly, and where an end is none."""

    finite: NDArray[np.float64]
    none: Bits | None

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - what is summed, and what is known of it
        cls, posts: Posts, key: Whole, ends: Whole, end: int, may: int,
        known: tuple[Whole, _Sums] | None = None,
    ) -> _Sums:  # fmt: skip
        """The sums of `ends`; `known` are others, which most of these equal where they are some."""
        size = posts.classes.counted.shape[1] * (len(posts.starts) - 1)
        none = np.flatnonzero(ends * end >= INFINITE) if may else ends[:0]
        found = _held(key[none], size, posts) if len(none) else None
        if known is not None and known[1].none is None:
            other = ends != known[0]
            other[none] = False
            if not other.any():
                return cls(known[1].finite, found)
        if len(none):
            ends = ends.copy()
            ends[none] = 0
        return cls(_by_class(np.bincount(key, ends, size), posts), found)

    def over(self, counted: NDArray[np.int8], end: int) -> Whole:
        """The sum of the classes that are counted."""
        inside = np.flatnonzero(counted == IN)
        summed = np.zeros(self.finite.shape[1])
        for one in inside.tolist():
            summed += self.finite[one]
        total = summed.astype(np.int64)
        if self.none is not None:
            total[self.none[inside].any(axis=0)] = end * INFINITE
        return total


def _by_class(found: Array, posts: Posts) -> Array:
    return found.reshape(posts.classes.counted.shape[1], -1)


def _held(key: Whole, size: int, posts: Posts) -> Bits:
    """Where there is any."""
    held = np.zeros(size, bool)
    held[key] = True
    found: Bits = _by_class(held, posts)
    return found


def _unsure(posts: Posts, key: Whole, lo: Whole, hi: Whole) -> Bits | None:
    """Where a post misses a word and would add something."""
    if posts.unsure is None:
        return None
    here = np.flatnonzero(np.broadcast_to(posts.unsure, len(key)) & ((lo != 0) | (hi != 0)))
    size = posts.classes.counted.shape[1] * (len(posts.starts) - 1)
    return _held(key[here], size, posts) if len(here) else None


def _flagged(unsure: Bits, counted: NDArray[np.int8]) -> Flags | None:
    found: Array = unsure[counted == OPEN].any(axis=0)
    return found.astype(np.uint8) * np.uint8(SLOW | WORDS) if found.any() else None


def _alone(posts: Posts, each: Value, counted: NDArray[np.int8]) -> Value:
    """One count by itself: for numbers that are long, or vary from scenario to scenario."""
    stands = np.broadcast_to(counted[posts.of], len(posts.owners))
    inside = stands == IN
    nothing = (each.lo == 0) & (each.hi == 0) & ~has(each.flags, UNDEFINED)
    flags: Array = np.where((stands == OPEN) & ~nothing, np.uint8(SLOW | WORDS), np.uint8(0))
    if each.flags is not None:
        flags = flags | np.where(inside, each.flags, each.flags & SLOW)
    flags = reduced(np.bitwise_or, flags, posts.starts, 0)
    lo = _end(each.lo, inside, posts.starts, -1)
    hi = lo if each.is_exact else _end(each.hi, inside, posts.starts, 1)
    return Value(lo, hi, flags if flags.any() else None, each.none)


def _end(ends: Whole, inside: Bits, starts: Whole, end: int) -> Whole:
    none = inside & (ends * end >= INFINITE)
    found = reduced(np.add, np.where(inside & ~none, ends, 0), starts, 0)
    if none.any():
        found[reduced(np.logical_or, none, starts, 0)] = end * INFINITE
    return found
