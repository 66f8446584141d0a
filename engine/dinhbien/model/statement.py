"""What published figures ought to satisfy: two sides that are equal, or are not."""

from __future__ import annotations

from pydantic import Field

from dinhbien.model.authored import Authored
from dinhbien.model.wording import Bilingual


class Converted(Authored):
    """A figure read in another unit than it was printed in, and why that may be."""

    unit: str
    why: Bilingual


class FigureName(Authored):
    """Which published figure a name stands for; as much as tells it from others."""

    quantity: str = Field("", description="the name of a quantity in the plan")
    sum_of: str = Field("", description="an attribute, added up over all units that have it")
    level: str = Field("", description="the level of those units, where several have it")
    code: str = Field("", description="the code of the unit; the whole plan's by default")
    source: str = Field("", description="one of the figure's sources")
    scope: str = Field("", description="the label of what is counted")
    date: str = ""
    read_as: Converted | None = None


class StatementFile(Authored):
    """One statement: `left` and `right` are expressions over the names of `figures`."""

    title: Bilingual
    figures: dict[str, FigureName]
    left: str
    right: str
    rounded_to: str = Field("", description="the last place that was printed, as a number")
    across_scopes: Bilingual | None = Field(None, description="why labels may differ here")
    note: Bilingual | None = None
