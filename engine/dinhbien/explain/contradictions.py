"""Two texts that contradict each other, in one sentence.  §8"""

from __future__ import annotations

from dinhbien.explain.sentences import Teller
from dinhbien.judging.check import Report
from dinhbien.judging.precedence import Conflict


def conflict_said(conflict: Conflict, report: Report, say: Teller) -> str:
    """The two norms with their citations, and which prevails by force.

    Where a norm sets the two texts side by side, its figures are said too.
    """
    first, second = (report.pack.norm(name) for name in conflict.norms)
    prevails = report.pack.norm(conflict.prevails)
    if first is None or second is None:
        return ""
    kind = "conflicts.texts." if conflict.shown_by else "conflicts."
    return say.phrase(
        kind + ("prevails" if prevails else "open"),
        shown=_shown(conflict.shown_by, report, say),
        one=first.norm.title.said(say.lang),
        other=second.norm.title.said(say.lang),
        first=say.citation(first),
        second=say.citation(second),
        count=len(conflict.units),
        prevails=prevails.norm.title.said(say.lang) if prevails else "",
    )


def _shown(norm: str, report: Report, say: Teller) -> str:
    """The figures of the norm that sets the texts side by side."""
    found = next((one for one in report.findings if one.norm == norm), None)
    encoded = report.pack.norm(norm)
    if found is None or encoded is None:
        return ""
    title = encoded.norm.title.said(say.lang)
    return f"{title}: {say.amount(found.outcome.measured)}, {say.demand(encoded, found.outcome)}"
