"""Findings: what a norm says of a unit.  §3"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from dinhbien.model.amount import Amount, Reason

Verdict = Literal[
    "met", "shortage", "surplus", "breach", "undetermined", "exempt", "not applicable",
    "conflict", "not in force", "holds", "off by",
]  # fmt: skip
ROWS = (
    "shortage", "surplus", "breach", "undetermined", "exempt", "conflict", "off by",
)  # fmt: skip
BROKEN = ("shortage", "surplus", "breach", "conflict", "off by")
Standing = Literal["used", "alternative", "overruled"]


class Subject(Struct, frozen=True):
    """The unit a finding speaks of."""

    level: str
    code: str
    name: str


class Holder(Struct, frozen=True):
    """A member of a group that is listed with a finding, and its own number."""

    code: str
    name: str
    measured: Amount


class Outcome(Struct, frozen=True):
    """What one reading of a norm says of one subject.

    `missing` names inputs by their path in the plan; `because` gives other reasons.
    `amount` is short by, or over by; None where nothing is.
    `failed` names the words whose condition fails.
    `modelled` names the modelled cells that it read.
    `short_by` and `over_by` bound both for the totals, whatever the verdict.
    `if_applicable` is what it would be, were it to apply, where that is open; its verdict is
    ``undetermined`` where not even that can be told.
    """

    verdict: Verdict
    measured: Amount | None = None
    least: Amount | None = None
    most: Amount | None = None
    amount: Amount | None = None
    short_by: Amount | None = None
    over_by: Amount | None = None
    missing: tuple[str, ...] = ()
    because: tuple[Reason, ...] = ()
    holders: tuple[Holder, ...] = ()
    head_room: Amount | None = None
    modelled: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    if_applicable: Outcome | None = None


class Due(Struct, frozen=True):
    """The day by which a difference must be gone, and whether the day is stated or derived."""

    day: date
    derived: bool


class Finding(Struct, frozen=True):
    """The verdict of one norm on one subject, under its used reading and the others.

    `glide` is ``planning assumption`` where the bound is a path that no text gives.  §4
    """

    norm: str
    form: str
    subject: Subject
    reading: str
    baseline: str
    measured_on: str
    outcome: Outcome
    others: dict[str, Outcome]
    force: str
    standing: Standing
    due: Due | None = None
    time_to_comply_unseen: bool = False
    unlisted: bool = False
    exempt_by: str = ""
    glide: str = ""

    @property
    def id(self) -> str:
        """Stable: made of norm, subject, baseline and reading only.  §17"""
        return f"{self.norm}@{self.subject.code}/{self.baseline}/{self.reading}"

    @property
    def verdict(self) -> Verdict:
        """The verdict under the reading that is used."""
        return self.outcome.verdict

    @property
    def depends_on_reading(self) -> bool:
        """Whether another reading gives another verdict."""
        return any(other.verdict != self.outcome.verdict for other in self.others.values())

    @property
    def is_row(self) -> bool:
        """Whether a result lists it."""
        return self.verdict in ROWS or self.depends_on_reading
