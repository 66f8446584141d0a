"""Pack → text: a list of parts, each made of parts before it, each said once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import Any

from msgspec import Struct, field

from dinhbien.compiled.kinds import (
    DATE,
    DICT,
    FIRST_KIND,
    FRACTION,
    FROZENSET,
    TUPLE,
    fields_of,
    kinds,
)
from dinhbien.language.pack import Pack
from dinhbien.model.authored import Authored

_PLAIN = frozenset([str, bool, int, type(None)])
_SIMPLE: dict[type, tuple[int, Callable[[Any], Iterable[object]]]] = {
    tuple: (TUPLE, iter),
    dict: (DICT, lambda held: chain.from_iterable(held.items())),
    frozenset: (FROZENSET, lambda held: sorted(held, key=repr)),
    Fraction: (FRACTION, lambda held: (held.numerator, held.denominator)),
    date: (DATE, lambda held: (held.toordinal(),)),
}


class UnknownPartError(Exception):
    """Something in a pack is of no kind that can be written."""


def text_of(pack: Pack) -> str:
    """The pack as JSON; raises `UnknownPartError` where it holds what cannot be written."""
    writer = _Writer()
    writer.place(pack)
    body = {"kinds": list(writer.names), "parts": writer.parts}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


class _Writer(Struct):
    """The parts so far; equal parts of one kind have one place."""

    parts: list[object] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    _places: dict[tuple[object, ...], int] = field(default_factory=dict)
    _known: dict[type, str] = field(
        default_factory=lambda: {one: name for name, one in kinds().items()}
    )

    def place(self, value: object) -> int:
        """Where `value` stands among the parts; it is added if it is new."""
        if type(value) in _PLAIN:
            return self._placed((type(value), value), value)
        made = self._made(value)
        return self._placed(tuple(made), made)

    def _placed(self, key: tuple[object, ...], part: object) -> int:
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = len(self.parts)
            self.parts.append(part)
        return found

    def _made(self, value: object) -> list[int]:
        """The number of the kind of `value`, and what it is made of."""
        kind = type(value)
        if kind in _SIMPLE:
            number, inside = _SIMPLE[kind]
            return [number, *self._all(inside(value))]
        name = self._known.get(kind)
        if name is None:
            message = f"a {kind.__name__} cannot be written"
            raise UnknownPartError(message)
        number = FIRST_KIND + self.names.setdefault(name, len(self.names))
        if isinstance(value, Authored):
            return [number, *self._all(_state(value))]
        return [number, *self._all(getattr(value, one) for one in fields_of(value))]

    def _all(self, values: Iterable[object]) -> list[int]:
        return [self.place(one) for one in values]


def _state(value: Authored) -> tuple[dict[str, object], frozenset[str], object]:
    """What a record holds, which of it was written, and the keys that are its own.

    What it keeps once it was reckoned is left out.
    """
    held = {name: value.__dict__[name] for name in type(value).model_fields}
    return held, frozenset(value.model_fields_set), value.model_extra
