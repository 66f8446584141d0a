"""What somebody wants to do with people, and what the norms answer.  §9–§11, §15"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding, Subject
from dinhbien.model.flagged import Flagged

Kind = Literal["recruit", "transfer", "second"]
Decision = Literal["allow", "warn", "refuse", "cannot be told"]
Effect = Literal["refuse", "open", "unsure", "warn", "note"]


class Proposal(Struct, frozen=True):
    """So many people to recruit, to transfer or to second.

    `to` and `from_unit` are units by code or name; `into` and `out_of` organisations in them,
    by code, name or kind.  `category`, `rank` and `position` are words of those lists, and
    `post` the code of a post; empty where nothing is said.  A secondment lasts from
    `first_day` to the day before `until`.
    """

    kind: Kind
    to: str
    from_unit: str = ""
    people: int = 1
    into: str = ""
    out_of: str = ""
    category: str = ""
    rank: str = ""
    position: str = ""
    post: str = ""
    first_day: date | None = None
    until: date | None = None


class Why(Struct, frozen=True):
    """One reason: a norm's finding or a flag before and after, or people who are not there.

    `effect` is ``refuse`` for what certainly breaks or grows under a binding or a Party text,
    ``open`` where that cannot be told, ``warn`` under any other text.  ``unsure`` is what such
    a text says of a unit above or of another quota, and cannot be told: it warns.  ``note`` is
    what cannot be told under any other text.  `reading` is the one under which it is so.
    """

    effect: Effect
    subject: Subject
    norm: str = ""
    reading: str = ""
    before: Finding | None = None
    after: Finding | None = None
    flag: str = ""
    raised: tuple[Flagged, Flagged] | None = None
    there: Amount | None = None
    missing: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The finding's id, the flag and its unit, or the unit where people are not there."""
        if self.after is not None:
            return self.after.id
        return f"{self.flag}@{self.subject.code}"


class Shown(Struct, frozen=True):
    """One number of a unit before and after; `flag` is empty for the bounds of `norm`."""

    subject: Subject
    flag: str
    norm: str
    before: Amount | None
    after: Amount | None


class Tried(Struct, frozen=True):
    """The proposal at certain posts (their paths, or the unit's where it lists none)."""

    at: tuple[str, ...]
    decision: Decision
    reasons: tuple[Why, ...]
    numbers: tuple[Shown, ...]


class Answer(Struct, frozen=True):
    """Whether a proposal may be carried out on `day`.

    `tried` holds one entry for each way to choose the posts.  Where they part, the decision is
    ``cannot be told``.  `taken` are the words that were taken for a post of which none is said.
    `room` is how many the asked quota leaves before anything is done.

    `beside` holds the answers in the plans beside an illustration, in their order, and `alone`
    is what the plan itself would answer without them.
    """

    proposal: Proposal
    day: date
    alone: Decision
    reasons: tuple[Why, ...]
    numbers: tuple[Shown, ...]
    tried: tuple[Tried, ...]
    taken: tuple[tuple[str, str], ...] = ()
    room: Amount | None = None
    beside: tuple[Answer, ...] = ()

    @property
    def decision(self) -> Decision:
        """What every allocation of an illustration answers; where they part it cannot be told."""
        given = {one.alone for one in (self, *self.beside)}
        return self.alone if len(given) == 1 else "cannot be told"
