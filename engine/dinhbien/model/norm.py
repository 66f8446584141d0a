"""Norms as they are written: texts with names, units, dates and sources.  §3–§9"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from dinhbien.model.authored import Authored, refusal
from dinhbien.model.citation import Confidence
from dinhbien.model.period import Day, End, When, refuse_backwards
from dinhbien.model.wording import Bilingual, Clause


def _several(value: object) -> object:
    return (
        (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    )


_LIST = {"type": "array", "items": {"type": "string"}}
Keys = Annotated[
    tuple[str, ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, _LIST]}),
]
"""One key, or a list of keys."""
_ABOUT = ("source", "confidence", "status", "note", "title")


KEY_JOIN = "|"
"""Between the words of a row of a table by several words."""


class DatedRow(Authored):
    """The value of a number from one day to another, or the reason why it is suspended."""

    start: When = Field(alias="from")
    end: End = Field(alias="to")
    is_: str | None = Field(None, alias="is")
    suspended: Bilingual | None = None

    @model_validator(mode="after")
    def _forwards(self) -> DatedRow:
        refuse_backwards(self.start, self.end)
        return self


def _long_number(value: object) -> object:
    """Turn `32 posts`, `{by: word, row: …}` into the long form."""
    if isinstance(value, str):
        return {"is": value}
    if not isinstance(value, dict) or "by" not in value or "bands" in value:
        return value
    if "csv" in value:
        message = "a table is read from a file only where the article itself says so"
        raise refusal(message, "change its rows by their paths")
    kept = {key: one for key, one in value.items() if key in {*_ABOUT, "by"}}
    rows = value.get("rows")
    if isinstance(rows, tuple):
        keyed = [_keyed(row, kept["by"]) for row in rows]
        words = [key for key, _ in keyed]
        for key in words:
            if words.count(key) > 1:
                message = f"there are two rows for {key.replace(KEY_JOIN, ', ')}"
                raise refusal(message, "keep one of them")
        others = {key: one for key, one in value.items() if key not in {*kept, "rows", "else"}}
        otherwise = {"else": value["else"]} if "else" in value else {}
        return {**kept, **others, "rows": dict(keyed) | otherwise}
    return {**kept, "rows": {k: v for k, v in value.items() if k not in kept}}


def _keyed(row: object, by: object) -> tuple[str, object]:
    """A row of a table by several words: its words joined, and the rest of it."""
    if not isinstance(row, dict) or not isinstance(by, tuple):
        message = "a table by several words has rows, each with its words and what it `is`"
        raise refusal(message, "write the words and `is:` in each row")
    words = [str(row.get(word, "")) for word in by]
    if not all(words):
        message = f"a row does not say each of {', '.join(f'`{word}`' for word in by)}"
        raise refusal(message, "say every word in every row")
    return KEY_JOIN.join(words), {key: one for key, one in row.items() if key not in by}


class Band(Authored):
    """A row of a table by size: its lower end, and the value or the columns from there on.

    `from` is included, `over` is not; `to` is for the reader, and is checked.
    """

    model_config = ConfigDict(extra="allow")

    start: str | None = Field(None, alias="from")
    over: str | None = None
    to: str | None = None
    is_: str | None = Field(None, alias="is")


class Number(Authored):
    """A number of the law: one value, dated values, a table by words, or one by size."""

    is_: str | None = Field(None, alias="is")
    dated: tuple[DatedRow, ...] = ()
    by: Keys = ()
    bands: tuple[Band, ...] = ()
    rows: dict[str, Annotated[Number, BeforeValidator(_long_number)]] = {}
    source: Keys = ()
    confidence: Confidence | None = None
    status: Literal["parameter", "stated", "derived"] = "stated"
    note: Bilingual | None = None
    title: Bilingual | None = None


_ONE = {"type": "string"}
_AT_LENGTH = {"type": "object", "description": "`is`, `dated`, or a table `by` words or size"}
NumberOfLaw = Annotated[
    Number,
    BeforeValidator(_long_number),
    WithJsonSchema({"anyOf": [_ONE, _AT_LENGTH], "description": "a number with its unit"}),
]
_SHARE = Literal["included", "excluded"]
SILENT = "law is silent"
SWITCHES = ("contracts", "seconded_in", "seconded_out", "concurrent")
_SWITCH = Literal["included", "excluded", "law is silent"]


class Count(Authored):
    """What is counted.  §9

    `of` people, posts, full-time equivalents, hours or organisations; `basis` one of the
    four numbers of §10;
    `concurrent` ``once`` counts a person at the main post only, ``each`` at every post held.
    """

    of: Literal["people", "posts", "fte", "hours", "organisations"]
    basis: Literal["books", "at_work", "assigned", "provisional"] | None = None
    category: Keys = ()
    rank: Keys = ()
    position: Keys = ()
    within: Keys = ()
    contracts: _SWITCH | None = None
    seconded_in: _SWITCH | None = None
    seconded_out: _SWITCH | None = None
    vacancies: _SHARE = "excluded"
    concurrent: Literal["once", "each", "law is silent"] = "once"

    @property
    def silent(self) -> tuple[str, ...]:
        """The switches on which the law is silent: each reading has to say."""
        return tuple(one for one in SWITCHES if getattr(self, one) == SILENT)


class NamedCount(Count):
    """A count used by several norms.  ``rules/counts.yaml``"""

    title: Bilingual
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _says_all(self) -> NamedCount:
        if self.silent:
            message = f"a named count says whether `{self.silent[0]}` are counted"
            raise refusal(message, "spell the count out in the norm, with `readings`")
        return self


class ReadingOption(Authored):
    """One reading: its name and the patch that makes it."""

    title: Bilingual
    patch: dict[str, Any] = {}


class Readings(Authored):
    """Where the law is silent: the readings, which is used, and who chose it."""

    law_silent_on: Bilingual
    used: str
    chosen_by: str = Field(min_length=1, description="who chose the reading that is used")
    why: Bilingual
    options: dict[str, ReadingOption] = Field(min_length=2)


class Grace(Authored):
    """The transition: a difference before `until` is due by then, not a breach.  §5

    `covers` says which difference: too many (``above``), too few (``below``) or ``both``.
    """

    start: Day | None = Field(None, alias="from")
    until: Day = Field(description="the first day after the transition")
    covers: Literal["above", "below", "both"] = "both"
    derived: Bilingual | None = None
    source: Keys = ()

    @model_validator(mode="after")
    def _forwards(self) -> Grace:
        if self.start is not None and self.until < self.start:
            message = "the period ends before it begins"
            raise refusal(message, "correct `from` or `until`")
        return self


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else "spelt out"


CountSlot = Annotated[
    Annotated[str, Tag("text")] | Annotated[Count, Tag("spelt out")], Discriminator(_kind)
]


def _no_guess(value: object) -> object:
    """Refuse any other text than `not seen` for a transition."""
    if value != "not seen":
        message = f"`{value}` is no time to comply"
        raise refusal(message, "say `until:` and `covers:`, or `not seen` where nobody saw it")
    return value


_Unseen = Annotated[Literal["not seen"], BeforeValidator(_no_guess)]
GraceSlot = Annotated[
    Annotated[_Unseen, Tag("text")] | Annotated[Grace, Tag("spelt out")], Discriminator(_kind)
]
"""A transition, or ``not seen``: the time to comply was not seen, and nobody guesses it.  §5"""


class Norm(Authored):
    """One demand of one article; the slots of its form are the keys not listed here.

    `glide` says that the bound is a path to a later target, which no text gives.  §4
    """

    model_config = ConfigDict(extra="allow")

    title: Bilingual
    form: str
    level: str = Field(alias="for", description="the level of the units it is asked of")
    where: str | None = None
    clause: Clause = Field(description="the article or clause, `none` or `not seen`")
    count: CountSlot | None = None
    let: dict[str, str] = {}
    numbers: dict[str, NumberOfLaw] = {}
    start: When | None = Field(None, alias="from")
    end: End = Field(None, alias="to")
    grace: GraceSlot | None = None
    readings: Readings | None = None
    supersedes: Keys = ()
    exception_to: Keys = ()
    alternative_to: Keys = ()
    between: Keys = ()
    rounding: Literal["none"] | None = None
    glide: Literal["planning assumption"] | None = None
    source: Keys = ()
    confidence: Confidence
    note: Bilingual | None = None

    @property
    def slots(self) -> dict[str, Any]:
        """The slots it fills in, as written, `count` apart."""
        return dict(self.model_extra or {})

    @property
    def transition(self) -> Grace | None:
        """The transition, where one was seen.  §5"""
        return None if isinstance(self.grace, str) else self.grace

    @property
    def time_to_comply_unseen(self) -> bool:
        """Whether the file says that the time to comply was not seen."""
        return self.grace == "not seen"
