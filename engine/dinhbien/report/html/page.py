"""Report → one HTML page: self-contained, without scripts, the same bytes for the same input.

What is said is made in Python, how it is set stands in ``templates/``, and jinja2 escapes all.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dinhbien.explain.contradictions import conflict_said
from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.standing import Judged
from dinhbien.report.html.figure import figure
from dinhbien.report.html.findings import flags, groups, review
from dinhbien.report.html.many import heat_of, unit_lines
from dinhbien.report.html.opening import Opening, tiles
from dinhbien.report.html.places import tile_map
from dinhbien.report.html.sight import Sight

_SHORT = slice(None, 12)
_TOTALS = ("required", "measured", "short", "over", "net")
_PARTS = (
    "answers", "collect", "figure", "tiles", "heat", "review", "findings", "flags", "conflicts",
    "totals", "gaps", "norms", "proof",
)  # fmt: skip


def html_text(report: Report, lang: str) -> str:
    """The page as text, in Vietnamese (``vi``) or English (``en``)."""
    sight = Sight(report, Teller(report.pack, lang))
    return rendered("page.html.jinja", _view(sight))


def rendered(template: str, view: dict[str, Any]) -> str:
    """A template filled in; everything that it is given is escaped."""
    environment = Environment(
        loader=PackageLoader("dinhbien.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(view)


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
        "heat": heat_of(sight),
        "many": _many(sight),
        "unit_lines": list(unit_lines(sight)),
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


def _many(sight: Sight) -> dict[str, int] | None:
    """How many units there are, and of how many everything is told; None where of all."""
    if not sight.is_many:
        return None
    return {"all": len(sight.units), "told": len(sight.drawn), "rows": sight.most_rows}


def _numbered(sight: Sight) -> list[Judged]:
    return sorted(sight.report.judged, key=lambda one: sight.norms[one.norm.id])


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
