"""What was judged, as of when and under what, and how many verdicts of which kind there are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from dinhbien.explain.numbers import share_said
from dinhbien.judging.check import Report
from dinhbien.judging.ranges import DEPENDS
from dinhbien.report.cautions import evaluators_said
from dinhbien.report.html.sight import SIGNS, Chip, Sight, css, ranged_count, tile_of
from dinhbien.shipped import VERSION

_TILES = {
    "broken": ("breach", "breach"), "departs": ("surplus", "off by"), "depends": (DEPENDS, DEPENDS),
    "open": ("undetermined", "undetermined"), "met": ("met", "met"),
}  # fmt: skip
"""Each tile with the verdict whose colour, and the one whose sign it has."""


class Opening(Struct, frozen=True, dict=True):
    """What was judged, as of when, under what, and how far it may be relied on."""

    sight: Sight

    @property
    def _report(self) -> Report:
        return self.sight.report

    @cached_property
    def title(self) -> str:
        """The unit that was judged, and the day."""
        say, root = self.sight.say, self._report.plan.root
        return say.phrase("report.title", province=root.name, day=say.day(self._report.day))

    @property
    def plan(self) -> str:
        """The plan's own title."""
        return self._report.plan.title.said(self.sight.say.lang)

    @property
    def pack(self) -> str:
        """The norms' name, and how many there are of each force."""
        say = self.sight.say
        title = self._report.pack.title.said(say.lang)
        found = [one.norm.instrument.force for one in self._report.judged]
        forces = (
            f"{found.count(one)} {say.word('force', one)}"
            for one in say.pack.rules.vocabulary.lists["force"]
            if one in found
        )
        return f"{say.phrase('report.pack', pack=title)} ({', '.join(forces)})"

    @property
    def illustration(self) -> tuple[str, ...]:
        """What is illustrated and how to read the ranges; nothing for any other plan."""
        return tuple(self.sight.ranged.head())

    @property
    def modelled(self) -> str:
        """The share of modelled cells; empty where there is none."""
        share = self._report.plan.modelled_share
        said = share_said(share, self.sight.say.lang)
        return self.sight.say.phrase("report.modelled", share=said) if share else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Changes that were tried, notes of the plan, and by what it was judged."""
        say, plan = self.sight.say, self._report.plan
        changes = (say.phrase("report.change", title=one.said(say.lang)) for one in plan.changes)
        notes = (say.phrase("report.note", note=one.said(say.lang)) for one in plan.notes)
        return (*changes, *notes, evaluators_said(self._report, say))

    @property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """What makes the same page again: the plans' hashes, the pack, the version, the day."""
        say, report = self.sight.say, self._report
        plans = [(say.phrase("html.proof.plan"), report.plan.sha256)]
        plans += [
            (say.phrase("html.proof.beside", title=one.title.said(say.lang)), one.sha256)
            for one in report.plan.beside
        ]
        rest = (
            (say.phrase("html.proof.pack"), report.pack.id),
            (say.phrase("html.proof.version"), VERSION),
            (say.phrase("html.proof.day"), report.day.isoformat()),
        )
        return (*plans, *rest)


class Tile(Struct, frozen=True):
    """A count of verdicts with its range, how it is marked, and its name."""

    name: str
    chip: Chip
    count: str


def tiles(sight: Sight) -> Iterator[Tile]:
    """How much is not as binding norms ask, nor as others do, is open, and is as they ask."""
    for name, (colour, sign) in _TILES.items():
        counts = [
            sum(1 for one in each.findings if one.standing == "used" and tile_of(one) == name)
            for each in sight.allocations
        ]
        chip = Chip(css(colour), SIGNS[sign], sight.say.phrase(f"html.tile.{name}"))
        yield Tile(name, chip, ranged_count(counts))
