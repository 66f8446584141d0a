"""The lines above a sheet: an illustration says that it is one on every sheet."""

from __future__ import annotations

from dinhbien.report.html.opening import Opening
from dinhbien.report.html.sight import Sight
from dinhbien.report.xlsx.page import Styled


def notes(sight: Sight, *said: str) -> tuple[Styled, ...]:
    """What is illustrated and how to read the ranges, and then what is said of the sheet."""
    loud = (Styled(line, "loud") for line in Opening(sight).illustration[:2])
    return (*loud, *(Styled(one, "note") for one in said))
