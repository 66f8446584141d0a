"""What judging works with: norms with their programs, and the pack that chose them."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from msgspec import Struct

from dinhbien.language.from_norms import Rules
from dinhbien.language.operators import Program
from dinhbien.model.citation import Instrument
from dinhbien.model.exemption import Exemption
from dinhbien.model.norm import Norm
from dinhbien.model.period import Period
from dinhbien.model.wording import Bilingual


class Reading(Struct, frozen=True):
    """One way to read a norm, and the program it makes."""

    name: str
    title: Bilingual | None
    program: Program


class EncodedNorm(Struct, frozen=True):
    """A norm with its instrument and its readings, the used one first."""

    id: str
    norm: Norm
    instrument_id: str
    instrument: Instrument
    readings: tuple[Reading, ...]
    sha256: str

    @property
    def used(self) -> Reading:
        """The reading that is used."""
        return self.readings[0]

    @property
    def period(self) -> Period:
        """When it is in force: its own days, else its instrument's."""
        whole = self.instrument.in_force
        start = self.norm.start or whole.start
        end = self.norm.end or whole.end
        return Period(start=start, end=end)

    def in_force(self, day: date) -> bool | None:
        """Whether it is in force on `day`; None where the day of a month was not seen."""
        return self.period.holds(day)

    @property
    def version(self) -> str:
        """The first moment of its period."""
        return str(self.period.start)


class Pack(Struct, frozen=True, dict=True):
    """The norms to judge by, and which text is used where there are several."""

    id: str
    title: Bilingual
    rules: Rules
    norms: tuple[EncodedNorm, ...]
    instruments: dict[str, Instrument]
    used: tuple[str, ...]
    exemptions: tuple[Exemption, ...] = ()

    def norm(self, identity: str) -> EncodedNorm | None:
        """The norm of that id."""
        return self._by_id.get(identity)

    @cached_property
    def _by_id(self) -> dict[str, EncodedNorm]:
        return {one.id: one for one in reversed(self.norms)}

    @property
    def unused(self) -> frozenset[str]:
        """The norms that stand aside for another text on the same thing.  §8"""
        aside: set[str] = set()
        for one in self.norms:
            for other in one.norm.alternative_to:
                aside.add(other if one.id in self.used else one.id)
        return frozenset(aside - set(self.used))
