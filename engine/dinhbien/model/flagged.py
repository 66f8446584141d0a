"""Flags that were raised, by row.  §10, §11"""

from __future__ import annotations

from msgspec import Struct

from dinhbien.model.amount import Amount, Reason
from dinhbien.model.finding import Subject


class Flagged(Struct, frozen=True):
    """A flag or a remedy in one row; `raised` is None where it is open.

    `amount` is in the flag's own unit: posts, or the place in an order of ranks; None where
    the flag has none, or where none can be told (`because`).  `missing` names inputs by path.
    """

    flag: str
    kind: str
    raised: bool | None
    amount: Amount | None
    missing: tuple[str, ...] = ()
    because: tuple[Reason, ...] = ()
    modelled: tuple[str, ...] = ()


class FlagRow(Struct, frozen=True):
    """One row of a chain: a unit, and the norm that it speaks of or none.

    `force` is the norm's; `modelled` names the modelled cells behind it.
    """

    chain: str
    subject: Subject
    norm: str
    force: str
    flags: tuple[Flagged, ...]
    modelled: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stable: made of the chain, the unit and the norm only.  §17"""
        norm = f"/{self.norm}" if self.norm else ""
        return f"{self.chain}@{self.subject.code}{norm}"

    @property
    def says_something(self) -> bool:
        """Whether a flag of the row is raised, or may be."""
        return any(one.raised is not False for one in self.flags if one.kind != "rank")

    def flag(self, name: str) -> Flagged:
        """The flag of that name."""
        return next(one for one in self.flags if one.flag == name)
