"""Report → one HTML page: self-contained, without scripts, the same bytes for the same input.

What is said is made in Python, how it is set stands in ``templates/``, and jinja2 escapes all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.numbers import share_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import BINDING, Report
from dinhbien.judging.ranges import DEPENDS, column
from dinhbien.judging.standing import Judged
from dinhbien.model.finding import BROKEN, Finding
from dinhbien.report.html.figure import figure
from dinhbien.report.html.findings import flags, groups, review
from dinhbien.report.html.heat import heat
from dinhbien.report.html.places import tile_map
from dinhbien.report.html.sight import SIGNS, Chip, Sight, css, ranged_count
from dinhbien.shipped import VERSION

_SHORT = slice(None, 12)
_TILES = {
    "broken": ("breach", "breach"), "departs": ("surplus", "off by"), "depends": (DEPENDS, DEPENDS),
    "open": ("undetermined", "undetermined"), "met": ("met", "met"),
}  # fmt: skip
"""Each tile with the verdict whose colour, and the one whose sign it has."""
_TILE_OF = {DEPENDS: "depends", "undetermined": "open", "met": "met", "holds": "met"}
_TOTALS = ("required", "measured", "short", "over", "net")
_PARTS = (
    "answers", "collect", "figure", "tiles", "heat", "review", "findings", "flags", "conflicts",
    "totals", "gaps", "norms", "proof",
)  # fmt: skip


def html_text(report: Report, lang: str) -> str:
    """The page as text, in Vietnamese (``vi``) or English (``en``)."""
    sight = Sight(report, Teller(report.pack, lang))
    environment = Environment(
        loader=PackageLoader("dinhbien.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template("page.html.jinja")
    return page.render(_view(sight))


def _view(sight: Sight) -> dict[str, Any]:
    """All that the templates name."""
    summary, opening = sight.summary, Opening(sight)
    return {
        "lang": sight.say.lang,
        "phrase": sight.say.phrase,
        "opening": opening,
        "answers": list(summary.answers()),
        "tiles": list(tiles(sight)),
        "collect": summary.to_collect(),
        "figure": figure(sight),
        "tile_map": tile_map(sight),
        "heat": heat(sight),
        "legend": sight.legend,
        "review": review(sight),
        "groups": list(groups(sight)),
        "flags": list(flags(sight)),
        "conflicts": [conflict_said(one, sight.report, sight.say) for one in
                      sight.report.conflicts],
        "total_heads": [sight.say.phrase(f"totals.{one}") for one in _TOTALS],
        "totals": list(summary.totals()),
        "gaps": summary.gaps(),
        "norms": [norm_row(one, sight) for one in _numbered(sight)],
        "parts": {one: sight.say.phrase(f"html.part.{one}") for one in _PARTS},
    }  # fmt: skip


def _numbered(sight: Sight) -> list[Judged]:
    return sorted(sight.report.judged, key=lambda one: sight.norms[one.norm.id])


@dataclass(frozen=True)
class Opening:
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
        return (*changes, *notes, say.phrase("report.evaluator"))

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


@dataclass(frozen=True, slots=True)
class Tile:
    """A count of verdicts with its range, how it is marked, and its name."""

    name: str
    chip: Chip
    count: str


def tiles(sight: Sight) -> Iterator[Tile]:
    """How much is not as binding norms ask, nor as others do, is open, and is as they ask."""
    for name, (colour, sign) in _TILES.items():
        counts = [
            sum(1 for one in each.findings if one.standing == "used" and _tile(one) == name)
            for each in sight.allocations
        ]
        chip = Chip(css(colour), SIGNS[sign], sight.say.phrase(f"html.tile.{name}"))
        yield Tile(name, chip, ranged_count(counts))


def _tile(one: Finding) -> str:
    """The tile that counts a finding; what is exempt or does not apply is in none."""
    found = column(one)
    if found in BROKEN:
        return "broken" if one.force in BINDING else "departs"
    return _TILE_OF.get(found, "")


def norm_row(one: Judged, sight: Sight) -> dict[str, object]:
    """A norm as the list at the end of the page says it."""
    say, norm = sight.say, one.norm
    return {
        "number": sight.norms[norm.id],
        "id": norm.id,
        "title": norm.norm.title.said(say.lang),
        "force": say.word("force", norm.instrument.force),
        "citation": say.citation(norm),
        "read": say.word("read", norm.instrument.read),
        "whole": norm.instrument.read == "full text",
        "until": say.day(norm.instrument.verified_until),
        "sha256": norm.sha256[_SHORT],
        "aside": one.standing == "alternative",
    }
