"""Which norms are judged on a day, and why the others are not.  §4, §5, §8"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.finding import BROKEN, Due, Standing
from dinhbien.model.norm import Grace

Absence = Literal["not yet", "ended", "superseded", "draft"]


class Absent(Struct, frozen=True):
    """A norm that is not judged: why, its last day, and the norm that answers instead."""

    norm: EncodedNorm
    why: Absence
    successor: str = ""

    @property
    def leaves_a_gap(self) -> bool:
        """Whether it has ended and nothing answers instead.  §4"""
        return self.why == "ended" and not self.successor


class Judged(Struct, frozen=True):
    """A norm that is judged, and as what; `certain` is false inside a month not seen in full."""

    norm: EncodedNorm
    standing: Standing
    certain: bool


def standings(pack: Pack, day: date) -> tuple[list[Judged], list[Absent]]:
    """The norms of `pack` that are judged on `day`, and those that are not."""
    holds = {norm.id: norm.in_force(day) for norm in pack.norms}
    drafts = {norm.id for norm in pack.norms if norm.instrument.force == "draft"}
    active = {one for one, inside in holds.items() if inside and one not in drafts}
    replaced = {
        old: norm.id for norm in pack.norms if norm.id in active for old in norm.norm.supersedes
    }
    judged: list[Judged] = []
    absent: list[Absent] = []
    for norm in sorted(pack.norms, key=lambda one: one.id):
        why = _absence(norm, day, holds[norm.id], drafts, replaced)
        if why is not None:
            absent.append(Absent(norm, why, _successor(norm.id, pack, active)))
            continue
        aside = norm.id in pack.unused
        standing: Standing = "alternative" if aside else "used"
        judged.append(Judged(norm, standing, holds[norm.id] is True))
    return judged, absent


def _absence(
    norm: EncodedNorm, day: date, inside: bool | None, drafts: set[str], replaced: dict[str, str]
) -> Absence | None:
    if norm.id in drafts:
        return "draft"
    if inside is False:
        start = norm.period.start
        return "not yet" if start is not None and day < start.first else "ended"
    return "superseded" if norm.id in replaced else None


def _successor(identity: str, pack: Pack, active: set[str]) -> str:
    """The norm in force that supersedes `identity`, directly or through others."""
    seen: set[str] = set()
    waiting = [identity]
    while waiting:
        current = waiting.pop()
        for norm in pack.norms:
            if current in norm.norm.supersedes and norm.id not in seen:
                seen.add(norm.id)
                if norm.id in active:
                    return norm.id
                waiting.append(norm.id)
    return ""


def transition(norm: EncodedNorm, day: date) -> Grace | None:
    """The transition that `day` lies within, if it does.  §5"""
    grace = norm.norm.transition
    if grace is None or day >= grace.until or (grace.start is not None and day < grace.start):
        return None
    return grace


def due(norm: EncodedNorm, day: date, verdicts: set[str]) -> Due | None:
    """Until when one of `verdicts` is in transition on `day`, if it is.  §5"""
    grace = transition(norm, day)
    if grace is None:
        return None
    program = norm.used.program
    covered = {"above": {program.above}, "below": {program.below}, "both": set(BROKEN)}
    if not verdicts & covered[grace.covers]:
        return None
    return Due(grace.until, grace.derived is not None)
