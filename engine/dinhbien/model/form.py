"""The forms a norm can take.  ``rules/forms/``"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dinhbien.model.authored import Authored
from dinhbien.model.wording import Bilingual


class Slot(Authored):
    """A place that a norm of this form fills in."""

    takes: Literal["count", "value", "group", "level", "condition", "words", "choice"]
    required: Literal["yes", "no"] = "yes"
    what: Bilingual
    listed: str = Field("", alias="list", description="the closed list of the words")
    two: Literal["yes", "no"] = Field("no", description="whether it takes exactly two words")
    choices: tuple[str, ...] = Field((), description="what a choice chooses from")
    as_in: str = Field("", description="the slot that stands for it where it is left empty")


class Holders(Authored):
    """The members of the group that a finding lists, by a condition on each.

    In the condition `member` is one member, so that an average can be compared with a count.
    """

    group: str
    where: str
    shows: str


class Must(Authored):
    """A condition of the form; with `each`, one for every word of a slot, named `word`.

    `first` and `second` are the first two words of a slot of two.
    With `when`, only where the slot of a choice holds that choice.
    """

    must: str
    each: str = ""
    when: dict[str, str] = {}


class Cap(Authored):
    """A greatest number that stands where a slot is given, and whose number it is.

    With `when`, only where the slot of a choice holds that choice.
    Placeholders of `body`: `{level}` and `{members}`, the level of the slot, one and several.
    """

    given: str
    when: dict[str, str] = {}
    at_most: str
    body: Bilingual


class Verdicts(Authored):
    """What the answer is called below the least or where a condition fails, above, between."""

    below: Literal["shortage", "breach", "off by"] = "shortage"
    above: Literal["surplus", "breach", "off by"] = "surplus"
    within: Literal["met", "holds"] = "met"


class Line(Authored):
    """What a form of conditions demands by the words of one slot: `{words}` is their list.

    With `when`, only where the slot of a choice holds that choice.
    """

    given: str
    when: dict[str, str] = {}
    says: Bilingual


class Says(Authored):
    """The words for the bound (`same` where both bounds are one) and for the way to comply.

    Placeholders: `{min}`, `{max}` and `{body}` in the bound, `{amount}` in the way to comply.
    """

    demand: Bilingual
    lines: tuple[Line, ...] = Field((), description="in place of the conditions, spelt out")
    same: Bilingual | None = None
    more: Bilingual | None = None
    fewer: Bilingual | None = None


class Form(Authored):
    """What is compared with what.  No number and no law."""

    form: str
    title: Bilingual
    slots: dict[str, Slot]
    where: tuple[Must, ...] = ()
    measured: str | None = None
    min: str | None = None
    max: str | None = None
    caps: tuple[Cap, ...] = Field((), description="in place of `max`: the least of them binds")
    must: tuple[Must, ...] = ()
    holders: Holders | None = None
    verdicts: Verdicts = Verdicts()
    says: Says
