"""The forms a norm can take.  ``rules/forms/``"""

from __future__ import annotations

from typing import Literal

from dinhbien.model.authored import Authored
from dinhbien.model.wording import Bilingual


class Slot(Authored):
    """A place that a norm of this form fills in."""

    takes: Literal["count", "value", "group"]
    required: Literal["yes", "no"] = "yes"
    what: Bilingual


class Holders(Authored):
    """The members of the group that a finding lists, by a condition on each.

    In the condition `member` is one member, so that an average can be compared with a count.
    """

    group: str
    where: str
    shows: str


class Verdicts(Authored):
    """What the answer is called below the least, above the most, and between."""

    below: Literal["shortage", "breach"] = "shortage"
    above: Literal["surplus", "breach"] = "surplus"


class Says(Authored):
    """The words for the bound (`same` where both bounds are one) and for the way to comply.

    Placeholders: `{min}` and `{max}` in the bound, `{amount}` in the way to comply.
    """

    demand: Bilingual
    same: Bilingual | None = None
    more: Bilingual | None = None
    fewer: Bilingual | None = None


class Form(Authored):
    """What is compared with what.  No number and no law."""

    form: str
    title: Bilingual
    slots: dict[str, Slot]
    measured: str
    min: str | None = None
    max: str | None = None
    holders: Holders | None = None
    verdicts: Verdicts = Verdicts()
    says: Says
