"""Do published figures agree?  Statements → holds, off by so much, or why not told.  §2, §6

Both sides are reckoned exactly; where a figure is a bound, a side is an interval.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from msgspec import Struct

from dinhbien.language.syntax import Name, Operation, Syntax
from dinhbien.meaning.quantity import product
from dinhbien.model.amount import Amount
from dinhbien.reading.to_statements import Statement, Used

Result = Literal["holds", "off by", "cannot be compared", "cannot be told"]
Why = tuple[str, ...]
"""Why there is no comparison: ``("scopes", …)``, ``("units", left, right)``, ``("about", …)``."""


class Reckoned(Struct, frozen=True):
    """A side: its value, None where a source says only about how much; and its unit."""

    value: Amount | None
    unit: str


class Reconciled(Struct, frozen=True):
    """A statement and what came of it; `off` is left − right where that is known and not 0."""

    statement: Statement
    left: Reckoned
    right: Reckoned
    result: Result
    off: Amount | None = None
    why: Why = ()


class UnlikeUnitsError(Exception):
    """Two figures in different units are added."""

    def __init__(self, *units: str) -> None:
        super().__init__()
        self.units = units


def reconciled(statement: Statement) -> Reconciled:
    """What comes of one statement."""
    none = Reckoned(None, "")
    try:
        left = _side(statement.left, statement.figures)
        right = _side(statement.right, statement.figures)
    except UnlikeUnitsError as error:
        return Reconciled(statement, none, none, "cannot be compared", why=("units", *error.units))
    if left.unit != right.unit:
        why = ("units", left.unit, right.unit)
        return Reconciled(statement, left, right, "cannot be compared", why=why)
    scopes = sorted({one.scope for one in statement.figures.values()})
    if len(scopes) > 1 and statement.file.across_scopes is None:
        return Reconciled(statement, left, right, "cannot be compared", why=("scopes", *scopes))
    return _compared(statement, left, right)


def _compared(statement: Statement, left: Reckoned, right: Reckoned) -> Reconciled:
    if left.value is None or right.value is None:
        about = sorted(one.name for one in statement.figures.values() if one.value is None)
        why = ("about", *about) if about else ("bounds", *_open_names(statement))
        return Reconciled(statement, left, right, "cannot be told", why=why)
    off = left.value + right.value.negative
    half = statement.rounded / 2
    if off.exact is not None and abs(off.exact) <= half:
        return Reconciled(statement, left, right, "holds")
    apart = (off.low is not None and off.low > half) or (off.high is not None and off.high < -half)
    if apart:
        return Reconciled(statement, left, right, "off by", off)
    why = ("bounds", *_open_names(statement))
    return Reconciled(statement, left, right, "cannot be told", why=why)


def _open_names(statement: Statement) -> list[str]:
    used = statement.figures.values()
    return sorted(one.name for one in used if one.value is not None and one.value.exact is None)


def _side(tree: Syntax, figures: dict[str, Used]) -> Reckoned:
    """The value and unit of a side; raises `UnlikeUnitsError`."""
    if isinstance(tree, Name):
        used = figures[tree.parts[0]]
        return Reckoned(used.value, used.unit)
    assert isinstance(tree, Operation)  # noqa: S101 - the reader refuses anything else
    one, other = (_side(each, figures) for each in tree.operands)
    if tree.operator in {"+", "-"}:
        if one.unit != other.unit:
            raise UnlikeUnitsError(one.unit, other.unit)
        return Reckoned(_added(tree.operator, one.value, other.value), one.unit)
    if tree.operator == "*":
        return Reckoned(_times(one.value, other.value), _unit_of("·", one.unit, other.unit))
    return Reckoned(_over(one.value, other.value), _unit_of("/", one.unit, other.unit))


def _added(sign: str, one: Amount | None, other: Amount | None) -> Amount | None:
    if one is None or other is None:
        return None
    return one + (other if sign == "+" else other.negative)


def _times(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else product(one, other)


def _over(one: Amount | None, other: Amount | None) -> Amount | None:
    """A quotient; not told where the divisor may be 0 or is no exact number."""
    if one is None or other is None or not other.exact:
        return None
    turned = Fraction(1) / other.exact
    return product(one, Amount(turned, turned))


def _unit_of(sign: str, one: str, other: str) -> str:
    """The unit of a product or quotient; a number without a unit leaves the other's."""
    if sign == "/":
        return "" if one == other else f"{one}/{other}" if other else one
    return f"{one}·{other}" if one and other else one or other
