"""What follows from findings, as it is written.  ``rules/flags/``"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from dinhbien.model.authored import Authored, refusal
from dinhbien.model.norm import Keys
from dinhbien.model.printed import Printed
from dinhbien.model.wording import Bilingual


class Rank(Authored):
    """One class of an order of precedence: the first whose condition holds is the unit's."""

    title: Bilingual
    when: str


class Flag(Authored):
    """A consequence: raised where `when` holds, or where its `amount` is above zero.

    `left_of` another flag, `after` remedies were tried in that order, is what remains.
    `ranks` put the unit into one of several classes.
    """

    title: Bilingual
    when: str | None = None
    amount: str | None = None
    left_of: str | None = None
    after: Keys = ()
    ranks: tuple[Rank, ...] = ()
    verdict: Literal["shortage", "surplus"] | None = Field(
        None, description="the verdict whose word, by the norm's force, is its heading"
    )
    shown: Literal["yes", "no"] = "yes"
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Flag:
        ways = [self.when or self.amount, self.left_of, self.ranks]
        if sum(1 for one in ways if one) != 1:
            message = "a flag is said in one way"
            raise refusal(message, "`when` and `amount`, or `left_of` and `after`, or `ranks`")
        if bool(self.left_of) != bool(self.after):
            message = "`left_of` and `after` belong together"
            raise refusal(message, "name the flag that is filled, and the remedies")
        return self


class Remedy(Authored):
    """A way to fill what is missing, at most so much of it.

    `listed_in` is the text that names it; without one the step is dinhbien's own.
    """

    title: Bilingual
    at_most: str
    tested: Bilingual = Field(description="which limit of the law or of the plan is tested")
    listed_in: Bilingual | None = None
    source: str = ""
    warning: Bilingual | None = None


class Compared(Authored):
    """The norms that a row reads together: all that compare one named count, on one baseline."""

    count: str
    baseline: str = "norm"


class Narrowed(Authored):
    """A quantity of a row, where the norm counts these ranks only; elsewhere 0."""

    of: str
    rank: Keys


class Listed(Authored):
    """Under which level a plan lists what is proposed for a time, and which dates bound it."""

    level: str
    first: str = Field(description="the attribute that holds the first day")
    after: str = Field(description="the attribute that holds the day after the last")


class May(Authored):
    """What is asked when somebody wants to recruit, transfer or second.  §10, §11

    `over` is the flag that may not be raised or grow, and `room` the one that answers how many.
    """

    books: str = Field(description="the named count that a recruit adds to, and its posts")
    over: str
    room: str
    against: str = Field(description="a name under `compares`: the bounds that are shown beside")
    shows: Keys = Field((), description="flags of the chains per unit that are shown beside")
    taken_as: dict[str, str] = Field(
        default={}, description="the words of the post where the proposal says none"
    )
    listed: Listed | None = None


class Placed(Authored):
    """The attributes that say where a unit lies."""

    north: str
    east: str


class FlagFile(Authored):
    """A chain of flags over one row per unit, or per unit and norm.

    `gaps` names the forms whose failed words are fields without anybody.
    `compares` gives names to groups of norms; each name makes ``<name>_short`` and so on.
    `drawn` names the flags that a picture sets beside the bounds of those norms, and `placed`
    the attributes by which it places units.  A chain `shown: form` fills in a printed `form`,
    and no page lists its flags.
    """

    flags: str
    title: Bilingual
    level: str = Field(alias="for", description="the level of the units")
    each: Literal["unit", "norm"]
    shown: Literal["flags", "table", "form"] = "flags"
    gaps: Keys = ()
    compares: dict[str, Compared] = {}
    narrowed: dict[str, Narrowed] = {}
    remedies: dict[str, Remedy] = {}
    chain: dict[str, Flag] = Field(min_length=1)
    drawn: Keys = ()
    placed: Placed | None = None
    may: May | None = None
    form: Printed | None = Field(None, description="the form that a chain `shown: form` fills in")

    @model_validator(mode="after")
    def _form_filled(self) -> FlagFile:
        if (self.shown == "form") != (self.form is not None):
            msg = "`shown: form` and `form` belong together"
            raise refusal(msg, "say what the form is")
        amounts = [name for name, flag in self.chain.items() if flag.amount]
        for column in self.form.columns.values() if self.form else ():
            if column.flag and column.flag not in amounts:
                message = f"the form names `{column.flag}`, which is no flag with an `amount`"
                raise refusal(message, ", ".join(amounts))
        return self

    @model_validator(mode="after")
    def _drawn_amounts(self) -> FlagFile:
        amounts = [name for name, flag in self.chain.items() if flag.amount]
        for name in self.drawn:
            if name not in amounts:
                message = f"`drawn` names `{name}`, which is no flag of the chain with an `amount`"
                raise refusal(message, ", ".join(amounts))
        return self
