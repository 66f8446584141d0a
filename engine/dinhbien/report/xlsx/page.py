"""A sheet before it is written: its headings, columns and rows, and where each cell lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct, field

from dinhbien.model.amount import Amount

TINY, SMALL, NUMBER, NAME, TEXT, TITLE, SENTENCE, WIDE = 6, 9, 12, 24, 30, 44, 60, 110
"""How wide columns are, in letters."""
_ABOVE = 1
"""Rows above the notes: the title."""


class Formula(Struct, frozen=True):
    """What a spreadsheet reckons, without ``=``, and the number that dinhbien found; or none."""

    text: str
    value: Fraction | None
    style: str = ""


class Styled(Struct, frozen=True):
    """A text that is set in a style of its own."""

    text: str
    style: str


Value = str | Fraction | Formula | Styled | None


class Column(Struct, frozen=True):
    """A heading, a width in letters, how its texts are set, and the heading it shares.

    `aside` columns are folded together: what they hold is there to reckon with.  What stands
    after the last `printed` column is read on the screen only.
    """

    head: str
    width: int
    style: str = "text"
    band: str = ""
    aside: bool = False
    number: str = ""
    printed: bool = True


class Page(Struct, frozen=True):
    """One sheet: a title, notes, a head of one to three rows, rows, sums, and lines below.

    `fixed` columns stay in sight; `rows` may hold values of a style of their own; a `whole`
    sheet is printed on one page.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: list[list[Value]]
    notes: tuple[Styled, ...] = ()
    sums: list[Value] = field(default_factory=list)
    foot: tuple[Styled, ...] = ()
    fixed: int = 0
    filtered: bool = True
    whole: bool = False

    @property
    def head(self) -> int:
        """The row of the headings, from 0."""
        bands = any(one.band for one in self.columns)
        return _ABOVE + len(self.notes) + bands

    @property
    def first(self) -> int:
        """The row of the first values, from 0."""
        return first_row(self.columns, len(self.notes))


def first_row(columns: Iterable[Column], notes: int) -> int:
    """The row of the first values below `notes` lines and the headings of `columns`, from 0."""
    found = list(columns)
    bands = any(one.band for one in found)
    numbers = any(one.number for one in found)
    return _ABOVE + notes + bands + 1 + numbers


def letters(column: int) -> str:
    """The name of a column, from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    size = ord("Z") - ord("A") + 1
    left, place = divmod(column, size)
    return (letters(left - 1) if left else "") + chr(ord("A") + place)


def cell(row: int, column: int) -> str:
    """The address of a cell; both are counted from 0."""
    return f"{letters(column)}{row + 1}"


def area(rows: tuple[int, int], column: int, sheet: str = "") -> str:
    """The address of a part of a column, from the first of `rows` to the last."""
    first, last = rows
    place = f"{cell(first, column)}:{cell(last, column)}"
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{place}" if sheet else place


def summed(place: str, value: Fraction | None) -> Formula:
    """The sum of an area; blank where one of its cells is, since unknown is not zero."""
    return Formula(f'IF(COUNT({place})=ROWS({place}),SUM({place}),"")', value)


def joined_up(cells: Sequence[str], value: Fraction | None, sign: str = "+") -> Formula:
    """Cells with `sign` between them; blank where one of them is."""
    whole = f"COUNT({','.join(cells)})={len(cells)}"
    return Formula(f'IF({whole},{sign.join(cells)},"")', value)


def added(values: Iterable[Fraction | None]) -> Fraction | None:
    """What values add up to; None where one is not known."""
    found = list(values)
    known = [one for one in found if one is not None]
    return sum(known, Fraction(0)) if len(known) == len(found) else None


def ends(amount: Amount | None) -> tuple[Fraction | None, Fraction | None]:
    """Both ends of an amount; None where there is no end, or no amount."""
    return (None, None) if amount is None else (amount.low, amount.high)
