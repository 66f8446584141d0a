"""The lines above a sheet: an illustration says that it is one on every sheet."""

from __future__ import annotations

from dinhbien.report.html.opening import Opening
from dinhbien.report.html.sight import Sight
from dinhbien.report.xlsx.page import Styled


def notes(sight: Sight, *said: str, ranged: bool = True) -> tuple[Styled, ...]:
    """What is illustrated and how to read the ranges, and then what is said of the sheet.

    `ranged` is whether numbers of the sheet have their ranges beside them.
    """
    lines = Opening(sight).illustration[:2]
    if lines and not ranged:
        lines = (lines[0], sight.say.phrase("xlsx.one_allocation"))
    loud = (Styled(line, "loud") for line in lines)
    return (*loud, *(Styled(one, "note") for one in said))
