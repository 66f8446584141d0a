"""Text → pack: every part is made from parts before it, and only of a kind that is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from dinhbien.compiled.kinds import DATE, DICT, FIRST_KIND, FRACTION, FROZENSET, TUPLE, kinds
from dinhbien.language.pack import Pack
from dinhbien.model.authored import Authored

_PLAIN = (str, bool, int, type(None))


class NotAPackError(Exception):
    """The text is not what `text_of` writes."""


def pack_of(text: str) -> Pack:
    """The pack that `text_of` wrote; raises `NotAPackError` for any other text.

    Nothing of the text is run: a part of a kind that is not in `kinds` refuses the whole.
    """
    try:
        found = _parts(json.loads(text))[-1]
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise NotAPackError(str(error)) from None
    if type(found) is not Pack:
        message = "the last part is no pack"
        raise NotAPackError(message)
    return found


def _parts(body: dict[str, Any]) -> list[Any]:
    known = kinds()
    ours = enumerate(body["kinds"], FIRST_KIND)
    makers = _SIMPLE | {number: _maker(known[name]) for number, name in ours}
    made: list[Any] = []
    for part in body["parts"]:
        if type(part) is not list:
            made.append(_plain(part))
            continue
        kind, *rest = part
        made.append(makers[kind](*[made[place] for place in rest]))
    return made


def _plain(part: object) -> object:
    if type(part) not in _PLAIN:
        message = "a part is neither plain nor made of others"
        raise NotAPackError(message)
    return part


_SIMPLE: dict[int, Callable[..., object]] = {
    TUPLE: lambda *held: held,
    DICT: lambda *held: dict(zip(held[::2], held[1::2], strict=True)),
    FROZENSET: lambda *held: frozenset(held),
    FRACTION: Fraction,
    DATE: date.fromordinal,
}


def _maker(kind: type) -> Callable[..., object]:
    return _record_maker(kind) if issubclass(kind, Authored) else kind


def _record_maker(kind: type[Authored]) -> Callable[..., object]:
    """Makes a record that was checked when it was first read, without checking it again."""
    known = set(kind.model_fields)

    def make(held: dict[str, Any], written: frozenset[str], extra: dict[str, Any] | None) -> object:
        if held.keys() != known:
            message = f"a {kind.__name__} has other keys"
            raise NotAPackError(message)
        made = kind.__new__(kind)
        made.__setstate__(
            {
                "__dict__": dict(held),
                "__pydantic_fields_set__": set(written),
                "__pydantic_extra__": None if extra is None else dict(extra),
                "__pydantic_private__": None,
            }
        )
        return made

    return make
