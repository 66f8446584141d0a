"""What stands around the rows of a norm: its head, the units of a row, the members above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.language.pack import EncodedNorm
from dinhbien.model.finding import Finding, Subject
from dinhbien.model.plan import Unit


def norm_head(norm: EncodedNorm, say: Teller, *, aside: bool) -> Iterator[RenderableType]:
    """The title of a norm, its citation, what it counts, and what it is not (`aside`)."""
    title = say.phrase("rows.heading", title=norm.norm.title.said(say.lang))
    yield Padding(Text(title, style="bold underline"), (1, 0, 0, 0))
    if aside:
        yield Text(say.phrase("rows.alternative"), style="italic")
    basis = f" ({say.basis(norm)})" if say.basis(norm) else ""
    counted = f" · {say.counted(norm)}{basis}" if say.counted(norm) else ""
    yield Text(f"{say.citation(norm)}{counted}", "dim")
    if norm.norm.glide:
        yield Text(say.phrase("glide.norm"), style="italic")


def holders_said(findings: Iterable[Finding], say: Teller) -> Iterator[RenderableType]:
    """The members above the average of each group."""
    for one in findings:
        holders = ", ".join(
            f"{holder.name} ({say.amount(holder.measured)})" for holder in one.outcome.holders
        )
        if holders:
            yield Text(f"  {say.phrase('rows.holders', holders=holders)}")


def units_said(among: Sequence[Subject], root: Unit, say: Teller) -> str:
    """The name of one unit, the names of several, or that it is all of their level."""
    if len(among) == 1:
        return among[0].name
    level = among[0].level
    units = sum(1 for unit in root.walk() if unit.level == level)
    if len(among) == units:
        plural = say.pack.rules.vocabulary.units[level].name.said(say.lang)
        return f"{say.phrase('rows.all', count=units)} {plural}"
    names = ", ".join(one.name for one in among)
    return say.phrase("rows.same", count=len(among), names=names)
