"""A tile for each unit, placed by coordinates: near its neighbours, and never on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isqrt

from dinhbien.language.pack import EncodedNorm
from dinhbien.model.plan import Unit
from dinhbien.report.html.heat import Square, square
from dinhbien.report.html.sight import SIGNS, Sight, css

_WIDE, _HIGH, _GAP = 92, 46, 4
_SILENT = "not applicable"
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """One unit: where its tile stands, and what a norm says of it."""

    name: str
    x: int
    y: int
    square: Square


@dataclass(frozen=True, slots=True)
class TileMap:
    """The tiles, the norm they speak of, and the units that have no coordinates."""

    title: str
    width: int
    height: int
    wide: int
    high: int
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
    return TileMap(
        title=norm.norm.title.said(sight.say.lang),
        width=(max(column for column, _ in spots.values()) + 1) * (_WIDE + _GAP),
        height=(max(row for _, row in spots.values()) + 1) * (_HIGH + _GAP),
        wide=_WIDE,
        high=_HIGH,
        tiles=tuple(_tile(sight, one, norm, spots[one.code]) for one in sight.units
                    if one.code in spots),
        left=tuple(unit.name for unit in sight.units if unit.code not in spots),
    )  # fmt: skip


def _tile(sight: Sight, unit: Unit, norm: EncodedNorm, spot: Spot) -> Tile:
    asked = square(sight, unit.code, norm)
    return Tile(
        name=unit.name,
        x=spot[0] * (_WIDE + _GAP),
        y=spot[1] * (_HIGH + _GAP),
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
    free = set(product(range(side), range(side)))
    made: dict[str, Spot] = {}
    for code, (x, y) in sorted(found.items(), key=lambda item: (-item[1][1], item[1][0], item[0])):
        wanted = (_scaled(x, xs, side - 1), side - 1 - _scaled(y, ys, side - 1))
        made[code] = min(free, key=lambda spot: (_distance(spot, wanted), spot))
        free.remove(made[code])
    return dict(_packed(made))


def _scaled(one: Fraction, among: list[Fraction], most: int) -> Fraction:
    low, high = min(among), max(among)
    return Fraction(0) if low == high else (one - low) / (high - low) * most


def _distance(spot: Spot, wanted: tuple[Fraction, Fraction]) -> Fraction:
    """The square of how far apart two spots are, in tiles."""
    return (spot[0] - wanted[0]) ** 2 + (spot[1] - wanted[1]) ** 2


def _packed(spots: dict[str, Spot]) -> Iterator[tuple[str, Spot]]:
    """The same spots without the columns and rows that hold nobody."""
    columns = sorted({column for column, _ in spots.values()})
    rows = sorted({row for _, row in spots.values()})
    for code, (column, row) in spots.items():
        yield code, (columns.index(column), rows.index(row))
