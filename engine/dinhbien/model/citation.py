"""Instruments and what is known of their texts.  §6, §7"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from dinhbien.model.authored import Authored, refusal
from dinhbien.model.period import Day, End, Moment, When, refuse_backwards
from dinhbien.model.wording import Bilingual, Clause

NOT_SEEN = "not seen"
Force = Literal["binding", "party", "guidance", "local", "draft"]
Confidence = Literal["high", "medium", "low"]
WhyNot = Literal[
    "power to decide", "unpublished annex", "text not seen", "not numeric", "reach unclear",
    "later work",
]  # fmt: skip
"""Why a provision is not encoded.  §7"""


def _read(value: object) -> object:
    if value == "memory":
        message = "a text known from memory is never loaded as a norm"
        raise refusal(message, "find a source, or leave the norm out and say so in `not_encoded`")
    return value


def _seen_moment(value: object) -> Moment | None:
    return None if value == NOT_SEEN else Moment.read(value)


class Source(Authored):
    """Where a text or a figure was seen."""

    title: str = ""
    publisher: str = ""
    url: str = Field(min_length=1, description="where it was seen: an address or `not kept`")
    date: str = ""
    seen: Day | None = None
    excerpt: str = ""


class Checked(Authored):
    """Who compared the encoding with which sources, and when."""

    by: str = Field(min_length=1)
    on: Day
    against: tuple[str, ...] = Field(min_length=1)


class NotEncoded(Authored):
    """A provision that is not encoded, and why.  §7"""

    clause: Clause = Field(description="the article or clause, `none` or `not seen`")
    what: Bilingual
    why: WhyNot
    source: str = ""


class InForce(Authored):
    """From when, and to when, an instrument is in force; `derived` says how a day was inferred."""

    start: When = Field(alias="from", description="the first day in force")
    end: End = Field(alias="to", description="the first day no longer in force, or `open`")
    derived: Bilingual | None = None

    @model_validator(mode="after")
    def _forwards(self) -> InForce:
        refuse_backwards(self.start, self.end)
        return self


class Instrument(Authored):
    """A document that holds norms, cited once."""

    number: str = Field(min_length=1, description="the document's number, `none` or `not seen`")
    kind: Literal[
        "law", "decree", "resolution", "decision", "dispatch", "circular", "guidance", "conclusion",
        "regulation", "practice", "project", "example",
    ]  # fmt: skip
    title: Bilingual = Field(description="what it is called, in vi and en")
    issuer: Bilingual = Field(description="who issued it, in vi and en")
    issued: Annotated[
        Moment | None,
        BeforeValidator(_seen_moment),
        WithJsonSchema({"type": "string", "description": "a day, a month, or `not seen`"}),
    ] = Field(description="the day or month it was issued, or `not seen`")
    in_force: InForce = Field(description="the days it is in force, as `{from: …, to: …}`")
    force: Force = Field(description="its force: binding, party, guidance, local or draft")
    read: Annotated[Literal["full text", "press"], BeforeValidator(_read)] = Field(
        description="how the text was read: full text or press"
    )
    sources: dict[str, Source] = Field(
        min_length=1, description="where the text was seen, under a key that norms can name"
    )
    checked: tuple[Checked, ...] = Field(
        min_length=1, description="who compared it with which sources, and when"
    )
    verified_until: Day = Field(description="the last day for which its force was checked")
    not_encoded: tuple[NotEncoded, ...] = ()

    @property
    def has_number(self) -> bool:
        """Whether it has a number that was seen."""
        return self.number not in {"none", NOT_SEEN}

    @property
    def last_checked(self) -> date:
        """The newest day on which somebody compared it with its sources."""
        return max(check.on for check in self.checked)
