"""A tile for each unit, placed by coordinates: near its neighbours, and never on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt

from msgspec import Struct

from dinhbien.language.pack import EncodedNorm
from dinhbien.model.plan import Unit
from dinhbien.report.html.heat import Square, square
from dinhbien.report.html.sight import SIGNS, Sight, css

_WIDE, _HIGH, _GAP = 92, 46, 4
_SMALL, _NARROW = 12, 2
_HALF = Fraction(1, 2)
_SILENT = "not applicable"
Spot = tuple[int, int]


class Tile(Struct, frozen=True):
    """One unit: where its tile stands, and what a norm says of it."""

    name: str
    x: int
    y: int
    square: Square


class TileMap(Struct, frozen=True):
    """The tiles, the norm they speak of, and the units that have no coordinates.

    Many tiles are `small`: each shows its sign alone, and its name where it is pointed at.
    """

    title: str
    width: int
    height: int
    wide: int
    high: int
    small: bool
    tiles: tuple[Tile, ...]
    left: tuple[str, ...]


def tile_map(sight: Sight) -> TileMap | None:
    """The map of the first norm that is compared; None where fewer than two units are placed."""
    placed = sight.table.file.placed if sight.table else None
    if placed is None or not sight.compared:
        return None
    found = {unit.code: at for unit in sight.units
             if (at := _at(unit, placed.north, placed.east)) is not None}  # fmt: skip
    if len(set(found.values())) < 2:
        return None
    norm, spots = sight.compared[0], _spots(found)
    wide, high, gap = (_SMALL, _SMALL, _NARROW) if sight.is_many else (_WIDE, _HIGH, _GAP)
    return TileMap(
        title=norm.norm.title.said(sight.say.lang),
        width=(max(column for column, _ in spots.values()) + 1) * (wide + gap),
        height=(max(row for _, row in spots.values()) + 1) * (high + gap),
        wide=wide,
        high=high,
        small=sight.is_many,
        tiles=tuple(_tile(sight, one, norm, (wide + gap, high + gap), spots[one.code])
                    for one in sight.units if one.code in spots),
        left=tuple(unit.name for unit in sight.units if unit.code not in spots),
    )  # fmt: skip


def _tile(sight: Sight, unit: Unit, norm: EncodedNorm, size: Spot, spot: Spot) -> Tile:
    asked = square(sight, unit.code, norm)
    return Tile(
        name=unit.name,
        x=spot[0] * size[0],
        y=spot[1] * size[1],
        square=asked or Square(css(_SILENT), SIGNS[_SILENT], "", "", ""),
    )


def _at(unit: Unit, north: str, east: str) -> tuple[Fraction, Fraction] | None:
    """How far east and how far north a unit lies; None where the plan does not say."""
    x, y = unit.cell(east).value, unit.cell(north).value
    return (x, y) if isinstance(x, Fraction) and isinstance(y, Fraction) else None


def _spots(found: dict[str, tuple[Fraction, Fraction]]) -> dict[str, Spot]:
    """A column and a row for each unit: the free ones nearest to where it lies.

    Units take their spots from the north to the south, so that the same plan gives the same map.
    """
    side = isqrt(2 * len(found)) + 1
    xs, ys = ([at[axis] for at in found.values()] for axis in (0, 1))
    east, north = _scale(xs, side - 1), _scale(ys, side - 1)
    taken: set[Spot] = set()
    made: dict[str, Spot] = {}
    for code, (x, y) in sorted(found.items(), key=lambda item: (-item[1][1], item[1][0], item[0])):
        made[code] = _nearest((east(x), side - 1 - north(y)), side, taken)
        taken.add(made[code])
    return dict(_packed(made))


def _scale(among: list[Fraction], most: int) -> Callable[[Fraction], Fraction]:
    """From the least of `among` to the greatest, as from 0 to `most`."""
    low, high = min(among), max(among)
    return lambda one: Fraction(0) if low == high else (one - low) / (high - low) * most


def _nearest(wanted: tuple[Fraction, Fraction], side: int, taken: set[Spot]) -> Spot:
    """The free spot nearest to where a unit lies; it is looked for in rings around that."""
    column, row = round(wanted[0]), round(wanted[1])
    found: list[tuple[Fraction, Spot]] = []
    for ring in range(side):
        if found and min(found)[0] < (ring - _HALF) ** 2:
            break  # nothing further out is nearer
        spots = (one for one in _ring(column, row, ring) if max(one) < side and min(one) >= 0)
        found += [(_distance(one, wanted), one) for one in spots if one not in taken]
    return min(found)[1]


def _ring(column: int, row: int, ring: int) -> Iterator[Spot]:
    """The spots that are `ring` columns or rows away, whichever is more."""
    for across in range(-ring, ring + 1):
        step = 1 if abs(across) == ring else 2 * ring
        for down in range(-ring, ring + 1, step):
            yield column + across, row + down


def _distance(spot: Spot, wanted: tuple[Fraction, Fraction]) -> Fraction:
    """The square of how far apart two spots are, in tiles."""
    return (spot[0] - wanted[0]) ** 2 + (spot[1] - wanted[1]) ** 2


def _packed(spots: dict[str, Spot]) -> Iterator[tuple[str, Spot]]:
    """The same spots without the columns and rows that hold nobody."""
    columns = sorted({column for column, _ in spots.values()})
    rows = sorted({row for _, row in spots.values()})
    for code, (column, row) in spots.items():
        yield code, (columns.index(column), rows.index(row))
