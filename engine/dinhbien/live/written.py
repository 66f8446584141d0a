"""A value as an event gives it → a cell of the plan."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import NoReturn

from dinhbien.errors import InputError, Problem, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.language.units import MalformedQuantityError, refuse_thousands
from dinhbien.model.plan import Cell
from dinhbien.model.wording import folded
from dinhbien.model.words import Attribute, Vocabulary

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)


def word_named(words: Vocabulary, listed: str, said: str) -> str:
    """The word of a list in any of its spellings; raises `InputError` where there is none."""
    for word, one in words.lists[listed].items():
        if folded(said) in {folded(text) for text in (word, one.vi, one.en, *one.also)}:
            return word
    way_out = nearest(said, words.lists[listed])
    raise InputError([Problem(f"`{said}` is not a {listed}", path=listed, help=way_out)])


def cell_of(  # noqa: PLR0913, PLR0917 - a place, and what is to stand there
    rules: Rules, level: str, path: str, name: str, value: object, kind: str = ""
) -> Cell:
    """The cell `name` of a unit; raises `InputError` where it cannot hold the value.

    `kind` is ``count`` for a stated total, which is a whole number that is not negative.
    """
    where = f"{path}.{name}" if path else name
    declared = rules.vocabulary.attributes.get(name)
    if kind != "count" and (declared is None or level not in declared.of):
        known = [one for one, each in rules.vocabulary.attributes.items() if level in each.of]
        message = f"`{name}` is nothing that is stated of {level}"
        raise InputError([Problem(message, path=name, help=nearest(name, known))])
    if value is None:
        return Cell(where, None, "reported")
    if declared is not None and kind != "count":
        return Cell(where, _stated(rules, declared, name, value), "reported")
    return Cell(where, _number(name, value, whole=True, least=Fraction(0)), "reported")


def _stated(rules: Rules, declared: Attribute, name: str, value: object) -> Fraction | str:
    if declared.kind == "quantity":
        unit = rules.vocabulary.units.get(declared.unit or "")
        least = None if declared.least is None else Fraction(declared.least)
        whole = unit is not None and unit.countable == "yes"
        return _number(name, value, whole=whole, least=least)
    if declared.kind == "truth" and isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        _refuse(f"`{value}` is no text", name)
    if declared.kind == "truth":
        return word_named(rules.vocabulary, "truth", value)
    if declared.kind == "word":
        return word_named(rules.vocabulary, declared.words or name, value)
    if declared.kind == "date":
        return _day(name, value)
    return _refuse(f"`{name}` is not corrected by an event", name)


def _day(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        _refuse(f"`{value}` is not a date", name, "write 2025-10-20")


def _number(name: str, value: object, *, whole: bool, least: Fraction | None) -> Fraction:
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        _refuse(f"`{value}` is not a number", name, 'a whole number, or "1.25"')
    try:
        if whole:
            refuse_thousands(str(value))
    except MalformedQuantityError as error:
        _refuse(str(error), name, "write a whole number without a point")
    made = Fraction(str(value))
    if whole and made.denominator != 1:
        _refuse(f"`{value}` is not a whole number", name)
    if least is not None and made < least:
        _refuse(f"`{value}` is below {least}", name)
    return made


def _refuse(message: str, path: str, way_out: str = "") -> NoReturn:
    raise InputError([Problem(message, path=path, help=way_out)])
