"""The kinds of parts that a pack is made of, by name: nothing else is written or made."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from dinhbien.language import chain, from_norms, operators, pack, units
from dinhbien.model import (
    citation,
    exemption,
    flag,
    form,
    norm,
    period,
    printed,
    wording,
    words,
)
from dinhbien.model.authored import Authored

TUPLE, DICT, FROZENSET, FRACTION, DATE = range(5)
FIRST_KIND = DATE + 1
"""The numbers of the parts that are no class of ours; those of a text's own kinds come after."""

_MODULES = (
    chain, from_norms, operators, pack, units, citation, exemption, flag, form, norm, period,
    printed, wording, words,
)  # fmt: skip


@cache
def kinds() -> dict[str, type]:
    """Every frozen class that may stand in a pack, by ``module.Class``."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": one
        for module in _MODULES
        for name, one in vars(module).items()
        if isinstance(one, type) and one.__module__ == module.__name__ and _is_frozen(one)
    }


def _is_frozen(one: type) -> bool:
    if issubclass(one, Authored):
        return True
    return issubclass(one, Struct) and one.__struct_config__.frozen


def fields_of(one: object) -> tuple[str, ...]:
    """The names of the fields of a frozen record, in the order in which it takes them."""
    assert isinstance(one, Struct)  # noqa: S101 - as are all kinds that are not written by a person
    return one.__struct_fields__
