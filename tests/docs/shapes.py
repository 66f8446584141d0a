"""The page of shapes, made of content: shape → form → norm → source → a table at its boundary."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import groupby, permutations
from pathlib import Path
from typing import Any

from dinhbien.corpus.cases import Case
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.reading.to_pack import read_pack
from tests.conformance.corpus import ROOT, rows
from tests.conformance.test_published import SHAPES

HEAD = (
    "# Shapes of norms\n\n"
    "Made from `scenarios/examples/shapes/shapes.yaml`, the expectations that name a shape, "
    "and the norms that they are about; `make pages` makes it again.\n"
    "Each shape has the form that says it, a norm, where that was published, "
    "and what is expected at its boundary: below it, at it and above it.\n"
    "The norms of the pack `examples` bind nobody.\n"
)
Number = Fraction | None
Cells = tuple[tuple[str, Any], ...]


@cache
def pack(name: str = "examples") -> Pack:
    """A shipped pack."""
    return read_pack(name)


def tables(shape: str) -> list[list[Case]]:
    """The rows of each table that is about a shape."""
    mine = [row for row in rows() if shape in plain_shapes(row)]
    return [list(some) for _, some in groupby(mine, key=lambda row: id(row.entry))]


def plain_shapes(row: Case) -> tuple[str, ...]:
    """The shapes of a row."""
    return tuple(row.entry.get("shapes", ()))


def number(text: object) -> Number:
    """A number as a cell writes it, or none."""
    try:
        return Fraction(str(text).replace("_", ""))
    except ValueError:
        return None


def boundary(among: list[Case]) -> list[Case]:
    """Three rows of a table that differ by equal steps in one column, and not all in the verdict.

    Steps are of a measured number, a date or what it is compared with; empty where there are none.
    """
    alike: dict[tuple[str, Cells], list[Case]] = {}
    for row in among:
        for path, _ in said(row):
            rest = tuple(one for one in said(row) if one[0] != path)
            alike.setdefault((path, rest), []).append(row)
    found: list[tuple[Case, ...]] = [
        three
        for (path, _), some in alike.items()
        for three in permutations(some, 3)
        if _is_boundary(path, three)
    ]
    closest = min(found, key=_width, default=())
    return list(closest)


def said(row: Case) -> Cells:
    """The cells and the day of a row."""
    return (*row.cells, *((path, value) for path, value in row.values if path == "as_of"))


def _is_boundary(path: str, three: tuple[Case, ...]) -> bool:
    steps = [number(dict(said(row))[path]) for row in three]
    low, mid, high = steps
    if low is None or mid is None or high is None or not low < mid or high - mid != mid - low:
        return False
    verdicts = {row.named("verdict") for row in three}
    return len(verdicts) > 1 and "" not in verdicts


def _width(three: tuple[Case, ...]) -> tuple[Fraction, int]:
    """How far apart the three are: the closest are the boundary."""
    numbers = [
        number(str(value).replace("-", "")) or Fraction(0)
        for row in three
        for _, value in said(row)
    ]
    return Fraction(max(numbers) - min(numbers)), rows().index(three[0])


def norm_of(row: Case) -> EncodedNorm:
    """The norm that a row is about."""
    found = pack().norm(row.norm)
    assert found is not None, row.norm
    return found


def sources(norm: EncodedNorm) -> list[str]:
    """Where a norm was seen."""
    known = norm.instrument.sources
    return [
        f"{known[key].title or key}: {known[key].url}" for key in norm.norm.source if key in known
    ]


def page() -> str:
    """The whole page."""
    parts = [HEAD, *("\n".join(section(shape)) + "\n" for shape in SHAPES["shapes"])]
    return "\n".join(parts)


def section(shape: str) -> Iterator[str]:
    """What the page says of one shape."""
    yield f"## {shape}. {SHAPES['shapes'][shape]}"
    yield ""
    if shape in SHAPES["not_yet"]:
        yield f"Not yet: {SHAPES['not_yet'][shape]}."
        return
    if shape in SHAPES["in_part"]:
        yield f"In part: {SHAPES['in_part'][shape]}."
    among = tables(shape)
    for first in {some[0].norm: some[0] for some in among}.values():
        norm = norm_of(first)
        file = Path(first.at.file).relative_to(ROOT.parent).as_posix()
        form = f"[{norm.norm.form}](forms/{norm.norm.form}.md)"
        article = f"norms/{norm.id.partition('#')[0]}.yaml"
        where = f"[{article}](../../{article}), expected in [{file}](../../{file})"
        yield f"- {form}: `{norm.id}` in {where}"
        yield from (f"  - {source}" for source in sources(norm))
    three = next((found for some in among if (found := boundary(some))), [])
    if three:
        yield ""
        yield from drawn(three)


def drawn(three: list[Case]) -> Iterator[str]:
    """Three rows as a table: the cells that they set, and the verdict."""
    names = [path for path, _ in said(three[0])]
    yield f"At the boundary of `{three[0].norm}`:"
    yield ""
    yield f"| {' | '.join(f'`{name}`' for name in names)} | verdict |"
    yield "|---" * (len(names) + 1) + "|"
    for row in three:
        values = dict(said(row))
        yield f"| {' | '.join(str(values[name]) for name in names)} | `{row.named('verdict')}` |"
