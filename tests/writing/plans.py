"""Random plans as files would give them: canonical texts, sources and scopes declared."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from dinhbien.language.from_norms import Rules
from dinhbien.model.citation import Source
from dinhbien.model.plan import Cell, Figure, Origin, Plan, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.reading.rows import cleaned
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content
from tests.laws.strategies import plan_of, plans

SOURCES = {"S1": Source(url="https://example.org", title="= a title", seen=date(2025, 1, 2)),
           "S-2": Source(url="not kept")}  # fmt: skip
SCOPES = {"all": Bilingual(vi="mọi khối", en="all / blocks"), "1": Bilingual(vi="một", en="one")}
QUANTITIES = {"teachers": Bilingual(vi="giáo viên", en="teachers")}
texts = (
    st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n\",;:=+-@#'/"))
    .map(cleaned)
    .filter(bool)
)
bilingual = st.builds(Bilingual, vi=texts, en=texts)
numbers = st.decimals(0, 10**20, places=6).map(Fraction) | st.integers(0, 10**17).map(Fraction)


@cache
def rules() -> Rules:
    """The shipped rules."""
    return read_rules(content("rules"))


@st.composite
def said(draw: st.DrawFn, cell: Cell, *, least: bool = True) -> Cell:
    """A cell about which something is said; a bound of 0 is that of its column."""
    origin: Origin = draw(st.sampled_from(get_args(Origin)))
    changed = replace(
        cell,
        origin=origin,
        source=draw(st.sampled_from(["S1", "S-2", "S1;S-2"] + [""] * (origin != "published"))),
        how=draw(bilingual if origin == "modelled" else st.none() | bilingual),
        scope=draw(st.sampled_from(["", "all", "1"])),
        date=draw(st.sampled_from(["", "2025-10", "2025-10-15"])),
        note=draw(st.none() | bilingual),
        place=draw(st.sampled_from(["", "[a.xlsx]communes!D7"])),
    )
    if isinstance(cell.value, str) or not least:
        return changed
    most = None if cell.value is not None else draw(st.none() | numbers)
    return replace(changed, least=Fraction(0), most=most)


def _attribute(name: str) -> Any:  # noqa: ANN401 - an attribute of the vocabulary
    return rules().vocabulary.attributes[name]


@st.composite
def cells(draw: st.DrawFn, unit: Unit, path: str) -> dict[str, Cell]:
    """The cells of a unit, some with all that can be said; an absent one is not there."""
    found: dict[str, Cell] = {}
    for name, cell in unit.cells.items():
        least = Fraction(0) if _attribute(name).kind == "quantity" else None
        plain = Cell(f"{path}.{name}" if path else name, cell.value, least=least)
        how = draw(st.sampled_from(["plain", "said", "absent"]))
        if how == "said":
            made = draw(said(plain, least=least is not None))
            found[name] = replace(made, least=least, most=made.most if least is not None else None)
        elif how == "plain" and cell.value is not None:
            found[name] = plain
    return found


@st.composite
def placed(draw: st.DrawFn, unit: Unit, code: str, path: str, above: str) -> Unit:
    """`unit` under another code, with names, and cells of its own."""
    full = f"{above}/{code}" if above else code
    children: dict[str, tuple[Unit, ...]] = {}
    for level, below in unit.children.items():
        listed = rules().vocabulary.levels[level].listed
        made = []
        for place, child in enumerate(below):
            inner = f"{10000 + place}" if level == "commune" else f"{level[0]}-{place}"
            at = f"{path}.{listed}.{inner}" if path else f"{listed}.{inner}"
            made.append(draw(placed(child, inner, at, full if path else "")))
        if made:
            children[level] = tuple(made)
    figures = {
        name: draw(said(Cell(f"{path}.figures.{name}", cell.value, least=Fraction(0))))
        for name, cell in unit.figures.items()
    }
    complete = frozenset(
        one for one in rules().vocabulary.children_of(unit.level) if draw(st.booleans())
    )
    own = draw(cells(unit, path))
    name = draw(texts)
    return Unit(unit.level, full, name, path, own, figures, children, complete)


@st.composite
def written_plans(draw: st.DrawFn) -> Plan:
    """A plan as a file gives it."""
    sketch = plan_of(draw(plans()))
    root = draw(placed(sketch.root, "99", "", ""))
    value = draw(st.none() | numbers)
    cell = Cell("figures.99.teachers", value)
    one = draw(said(cell, least=False))
    figure = Figure(
        "province", "99", "teachers", draw(st.sampled_from(["exact", "about"])), "", one
    )
    return Plan(
        draw(bilingual), draw(st.none() | st.dates()), "dien-bien", root, (figure,), QUANTITIES,
        SCOPES, SOURCES, tuple(draw(st.lists(bilingual, max_size=1))),
        tuple(draw(st.lists(bilingual, max_size=2))),
    )  # fmt: skip
