"""A printed form that a chain of flags fills in: what stands in each of its columns."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from dinhbien.model.authored import Authored, refusal
from dinhbien.model.norm import Keys
from dinhbien.model.wording import Bilingual


class FormColumn(Authored):
    """One column: what it holds, or why nothing is filled in.

    `flag` is a flag of the chain; where `proposed`, as it is with what is proposed.
    `sum` adds up columns and `less` takes the second of two from the first, by their numbers.
    """

    head: Bilingual
    under: str = Field("", description="the heading that it shares, by name")
    holds: Literal["place", "name"] | None = None
    flag: str | None = None
    proposed: Literal["yes", "no"] = "no"
    sum: Keys = ()
    less: Keys = ()
    why: Bilingual | None = Field(None, description="why the column is left blank")

    @model_validator(mode="after")
    def _one_way(self) -> FormColumn:
        ways = [self.holds, self.flag, self.sum, self.less, self.why]
        if sum(1 for one in ways if one) != 1:
            message = "a column is filled in one way"
            raise refusal(message, "`holds`, `flag`, `sum`, `less`, or `why` it is blank")
        if self.less and len(self.less) != len(("of", "less")):
            msg = "`less` takes two columns"
            raise refusal(msg, "the second is taken from the first")
        return self


class Printed(Authored):
    """A form of some text: where it stands, how that was read, and its columns in order.

    Its rows are the units of the chain, in groups by the words of an attribute.
    """

    text: Bilingual = Field(description="the text that the form belongs to")
    sheet: Bilingual = Field(description="its short name")
    read: Literal["full text", "described"]
    source: str = ""
    cautions: tuple[Bilingual, ...] = ()
    grouped_by: str = Field(description="an attribute of the units that is a word")
    headings: dict[str, Bilingual] = {}
    columns: dict[str, FormColumn] = Field(min_length=1, description="by their numbers")

    @model_validator(mode="after")
    def _columns(self) -> Printed:
        for number, one in self.columns.items():
            for other in (*one.sum, *one.less):
                if other not in self.columns:
                    message = f"column `{number}` reckons with `{other}`, which is no column"
                    raise refusal(message, ", ".join(self.columns))
            if one.under and one.under not in self.headings:
                message = f"`{one.under}` is no heading"
                raise refusal(message, ", ".join(self.headings))
        return self
