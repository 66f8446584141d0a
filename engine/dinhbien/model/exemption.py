"""Exemptions granted: from which norm, for whom, by which decision, until when.  §8"""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from dinhbien.model.authored import Authored, refusal
from dinhbien.model.norm import Keys
from dinhbien.model.period import Day
from dinhbien.model.wording import Bilingual


class Exemption(Authored):
    """A decision that excuses some units from a norm for a time."""

    norm: str = Field(min_length=1)
    units: Keys = Field(min_length=1, description="the codes of the units")
    by: str = Field(min_length=1, description="the decision that grants it")
    why: Bilingual = Field(description="the reason, in vi and en")
    start: Day = Field(alias="from")
    until: Day = Field(alias="to", description="the first day it no longer holds")

    @model_validator(mode="after")
    def _forwards(self) -> Exemption:
        if self.until <= self.start:
            message = "the period ends before it begins"
            raise refusal(message, "correct `from` or `to`")
        return self

    def excuses(self, norm: str, code: str, day: date) -> bool:
        """Whether it excuses the unit of `code`, or one it lies within, on `day`."""
        held = any(code == unit or code.startswith(f"{unit}/") for unit in self.units)
        return self.norm == norm and held and self.start <= day < self.until
