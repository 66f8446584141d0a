"""The intermediate language: all that an evaluator must know.

A program is a tree of these operators.  Every operator is immutable and hashable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Literal as One
from typing import get_args

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.language.units import Measure
from dinhbien.model.amount import Reason
from dinhbien.model.norm import Count
from dinhbien.model.period import Period
from dinhbien.model.wording import Bilingual

NORM_BASELINE, QUOTA_BASELINE = "norm", "assigned"
BASELINES = (NORM_BASELINE, QUOTA_BASELINE)
"""What a plan is compared with: what a text demands, or the quota that was assigned.  §10"""
Base = One["here", "subject"]
"""The unit an operator starts from: the group's member, or the norm's own subject."""


class Constant(Struct, frozen=True):
    """An exact number: 0 or 1."""

    value: Fraction


class NumberOf(Struct, frozen=True):
    """A number of the law on the day of evaluation; `keys` choose the row of a table."""

    name: str
    keys: tuple[CellOf, ...] = ()


class CellOf(Struct, frozen=True):
    """A unit's attribute: of the unit at `base`, or of the unit of `level` above it."""

    base: Base
    level: str
    attribute: str
    kind: One["quantity", "word", "truth", "date", "code"]
    words: tuple[str, ...] = ()


class Tally(Struct, frozen=True):
    """The filtered sum of a count under the unit of `level` at or above `base`.

    `name` is the named count's, under which a plan may state the total; or empty.
    """

    base: Base
    level: str
    count: Count
    name: str = ""


class Members(Struct, frozen=True):
    """A group below the unit of `within`, and what is made of its members."""

    operator: One["count", "sum", "average", "smallest", "largest"]
    base: Base
    within: str
    level: str
    value: Operator | None
    where: Operator | None


class Apportioned(Struct, frozen=True):
    """The share of the unit at `base` where `pool` is divided by weight among `members`.

    `members` is a sum of the weights.  What is left over goes to the largest remainders, and
    among equal remainders to the lower code.
    """

    base: Base
    pool: Operator
    members: Members


class Covered(Struct, frozen=True):
    """Whether `field` has somebody where the members of a group cover `fields` among them.

    A member may cover each field that `cell` names at one of its units, and at most `most` of
    them.  As many fields are covered as can be, and of those the earlier ones.
    """

    field: str
    fields: tuple[str, ...]
    members: Members
    cell: CellOf
    most: Operator


class Arithmetic(Struct, frozen=True):
    """`left` + − × ÷ `right`."""

    operator: One["+", "-", "*", "/"]
    left: Operator
    right: Operator


class Rounded(Struct, frozen=True):
    """Rounded down, up, or half away from zero, to a whole number."""

    operator: One["full", "part", "half_up"]
    operand: Operator


class Chosen(Struct, frozen=True):
    """The least or the greatest."""

    operator: One["least", "greatest"]
    operands: tuple[Operator, ...]


class Compared(Struct, frozen=True):
    """A comparison of two quantities."""

    operator: One["=", "!=", "<", "<=", ">", ">="]
    left: Operator
    right: Operator


class WordIn(Struct, frozen=True):
    """Whether a word is one of some words of its list."""

    word: CellOf
    among: frozenset[str]


class Logic(Struct, frozen=True):
    """`and`, `or`."""

    operator: One["and", "or"]
    left: Operator
    right: Operator


class Not(Struct, frozen=True):
    """The contrary."""

    operand: Operator


class Branch(Struct, frozen=True):
    """`if condition then first else second`."""

    condition: Operator
    first: Operator
    second: Operator


class Undefined(Struct, frozen=True):
    """No value, and why: a look-up below the first band of a table, say."""

    reason: Reason


class AsOf(Struct, frozen=True):
    """The day of the evaluation, as a number of days."""


class Elapsed(Struct, frozen=True):
    """Whole days, months or years from one date to another."""

    unit: One["days", "months", "years"]
    start: Operator
    end: Operator


class Later(Struct, frozen=True):
    """The date so many days, months or years after another; past a month's end, its last day."""

    unit: One["days", "months", "years"]
    start: Operator
    length: Operator


class Known(Struct, frozen=True):
    """Whether the plan states a cell."""

    cell: CellOf


class Situation(Struct, frozen=True):
    """Something of the row that a flag is raised in: an input, or an earlier flag's."""

    name: str


Operator = (
    Constant
    | NumberOf
    | CellOf
    | Tally
    | Members
    | Apportioned
    | Covered
    | Arithmetic
    | Rounded
    | Chosen
    | Compared
    | WordIn
    | Logic
    | Not
    | Branch
    | Undefined
    | AsOf
    | Elapsed
    | Later
    | Known
    | Situation
)
_KINDS = get_args(Operator)


def within(operator: Operator) -> Iterator[Operator]:
    """`operator` and every operator in it."""
    yield operator
    for one in inside(operator):
        yield from within(one)


def inside(operator: Operator) -> Iterator[Operator]:
    """The operators that `operator` is directly made of."""
    for each in operator.__struct_fields__:
        inner = getattr(operator, each)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(one, _KINDS):
                yield one


def replaced(operator: Operator, by: Callable[[Operator], Operator | None]) -> Operator:
    """`operator` with each operator in it for which `by` gives another exchanged."""
    other = by(operator)
    if other is not None:
        return other
    changed: dict[str, object] = {}
    for each in operator.__struct_fields__:
        inner = getattr(operator, each)
        if isinstance(inner, _KINDS):
            changed[each] = replaced(inner, by)
        elif isinstance(inner, tuple):
            changed[each] = tuple(
                replaced(one, by) if isinstance(one, _KINDS) else one for one in inner
            )
    return replace(operator, **changed)


class Row(Struct, frozen=True):
    """The value of a number in a period; None where it is suspended, and why."""

    period: Period
    value: Fraction | None
    suspended: Bilingual | None = None
    path: str = ""


class LawNumber(Struct, frozen=True):
    """A number of the law: rows by date, in a table by a word or alone (key ``""``).

    A `date` is a number of days; a `parameter` is what no text gives, an assumption.
    """

    path: str
    measure: Measure
    whole: bool
    rows: dict[str, tuple[Row, ...]]
    source: tuple[str, ...]
    confidence: str
    kind: One["quantity", "date"] = "quantity"
    parameter: bool = False

    def __hash__(self) -> int:
        return hash(self.path)


class HolderList(Struct, frozen=True):
    """Which members of a group are listed with a finding, and by which number."""

    members: Members
    shows: Operator


class Part(Struct, frozen=True):
    """A condition that must hold; `about` is the word of a list it asks about, or empty."""

    must: Operator
    listed: str = ""
    about: str = ""


class Program(Struct, frozen=True):
    """A norm under one reading, ready to be evaluated on any plan and day.

    A norm of a number compares `measured`: the verdict is `below` where
    ``measured < least`` and `above` where ``measured > most``.
    A norm of conditions has `parts` instead: the verdict is `below` where one fails.
    `baseline` is what the bounds are made of.
    `words` are those that its slots hold: they are said, and decide nothing.
    """

    level: str
    applies: Operator | None
    measured: Operator | None
    least: Operator | None
    most: Operator | None
    below: str
    above: str
    measure: Measure
    measured_on: str
    counts: str
    numbers: dict[str, LawNumber]
    within: str = "met"
    baseline: str = NORM_BASELINE
    holders: HolderList | None = None
    parts: tuple[Part, ...] = ()
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def decides_as(self, other: Program) -> bool:
        """Whether both say the same of any plan: what words their slots hold decides nothing."""
        return replace(self, words={}) == replace(other, words={})

    @property
    def used(self) -> frozenset[str]:
        """The names of the numbers that it reads; its article may hold others."""
        listed = (self.holders.members, self.holders.shows) if self.holders else ()
        parts = (part.must for part in self.parts)
        tops = (self.applies, self.measured, self.least, self.most, *listed, *parts)
        inside = (one for top in tops if top is not None for one in within(top))
        return frozenset(one.name for one in inside if isinstance(one, NumberOf))
