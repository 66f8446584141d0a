"""Text in two languages, and one spelling for each Vietnamese word."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema

from dinhbien.model.authored import Authored


class Bilingual(Authored):
    """The same sentence in Vietnamese and in English."""

    vi: str = Field(min_length=1, description="the Vietnamese text")
    en: str = Field(min_length=1, description="the English text")

    def said(self, lang: str) -> str:
        """The text in `lang`, ``"vi"`` or ``"en"``."""
        return self.en if lang == "en" else self.vi

    def __lt__(self, other: Bilingual) -> bool:
        return (self.vi, self.en) < (other.vi, other.en)


def _same_in_both(value: object) -> object:
    return {"vi": value, "en": value} if isinstance(value, str) and value else value


_LANGUAGES: dict[str, JsonValue] = {"vi": {"type": "string"}, "en": {"type": "string"}}
_CLAUSE_SCHEMA: dict[str, JsonValue] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {**_LANGUAGES}, "required": ["vi", "en"]},
    ]
}
Clause = Annotated[Bilingual, BeforeValidator(_same_in_both), WithJsonSchema(_CLAUSE_SCHEMA)]
"""The name of a clause, in both languages or one name for both; `none` and `not seen` too."""

_MARKS = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def _composed(first: str, second: str) -> str:
    return unicodedata.normalize("NFC", first + second)


# Both spellings of an open syllable ending in oa, oe or uy are correct;
# the older one (mark on the first vowel) is kept.  §17
_OLDER = {
    one + _composed(other, mark): _composed(one, mark) + other
    for first, second in ("oa", "oe", "uy")
    for mark in _MARKS
    for one in (first, first.upper())
    for other in (second, second.upper())
}
_NEWER = re.compile(rf"(?<![qQ])(?:{'|'.join(_OLDER)})(?!\w)")


@lru_cache(maxsize=2**16)
def canonical(text: str) -> str:
    """`text` in NFC with the tone mark of oa, oe and uy on the first vowel.

    >>> canonical("Hoà Bình, thuỷ lợi, hoàn, quý")
    'Hòa Bình, thủy lợi, hoàn, quý'
    """
    composed = unicodedata.normalize("NFC", text)
    return _NEWER.sub(lambda found: _OLDER[found[0]], composed)


@lru_cache(maxsize=2**16)
def folded(text: str) -> str:
    """`text` for comparing names: canonical, one space between words, no capitals.

    >>> folded("  XÃ  Hoà Bình ")
    'xã hòa bình'
    """
    return " ".join(canonical(text).casefold().split())
