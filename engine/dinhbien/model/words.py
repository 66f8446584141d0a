"""The closed lists: levels, units, attributes, words.  ``rules/words.yaml``"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field

from dinhbien.model.authored import Authored
from dinhbien.model.wording import Bilingual


class Level(Authored):
    """A kind of unit in the plan's tree, and what it lies within."""

    name: Bilingual
    listed: str = Field(description="the key under which a plan lists such units")
    within: str | None = None
    digits: str | None = Field(
        None, pattern="^[1-9]$", description="how many digits a code of digits has"
    )
    named: Literal["yes", "no"] = Field("yes", description="`no` where a code is all that is kept")


class UnitOfMeasure(Authored):
    """A unit of measure; `countable` ones come in wholes only."""

    name: Bilingual
    also: tuple[str, ...] = ()
    countable: Literal["yes", "no"] = "no"


class Attribute(Authored):
    """A fact about a unit: a quantity with its unit, a word of a list, a truth, or a text."""

    name: Bilingual
    of: tuple[str, ...] = Field(min_length=1, description="the levels that have it")
    unit: str | None = None
    words: str | None = None
    kind: Literal["quantity", "word", "truth", "date", "code", "text"]
    least: str | None = None


class Word(Authored):
    """A word of a closed list, with its name and other spellings."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)
    also: tuple[str, ...] = ()

    def said(self, lang: str) -> str:
        """The name in `lang`."""
        return self.en if lang == "en" else self.vi


class Vocabulary(Authored):
    """Everything ``rules/words.yaml`` declares."""

    levels: dict[str, Level]
    units: dict[str, UnitOfMeasure]
    attributes: dict[str, Attribute]
    lists: dict[str, dict[str, Word]]

    def children_of(self, level: str) -> tuple[str, ...]:
        """The levels directly within `level`."""
        return tuple(name for name, one in self.levels.items() if one.within == level)

    def ancestors_of(self, level: str) -> tuple[str, ...]:
        """The levels that `level` lies within, nearest first."""
        return self._above[level]

    @cached_property
    def _above(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for level, one in self.levels.items():
            above: list[str] = []
            current = one.within
            while current is not None and current not in above:
                above.append(current)
                current = self.levels[current].within
            found[level] = tuple(above)
        return found

    def anywhere(self, path: str) -> str:
        """The path of an input with `*` for each code: that input of whichever units lack it.

        ``communes.90001.figures.staff`` becomes ``communes.*.figures.staff``.
        """
        listed = {one.listed for one in self.levels.values()}
        steps = path.split(".")
        codes = (before in listed for before in ["", *steps])
        return ".".join("*" if code else one for code, one in zip(codes, steps, strict=False))

    def said(self, listed: str, word: str, lang: str) -> str:
        """A word of a list in `lang`; the word itself where it is not declared."""
        found = self.lists.get(listed, {}).get(word)
        return found.said(lang) if found else word
