"""Findings → flags, chain by chain.  §10, §11"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dinhbien.judging.situation import Situations
from dinhbien.language.chain import Chain
from dinhbien.language.pack import EncodedNorm
from dinhbien.meaning.evaluate import Value
from dinhbien.meaning.flagging import Flagger, values
from dinhbien.model.finding import Subject
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.model.plan import Unit


def raised(
    situations: Situations,
    chains: tuple[Chain, ...],
    day: date,
    among: frozenset[str] | None = None,
) -> Iterator[FlagRow]:
    """The rows of every chain; what units raise is known to the rows of their norms.

    `among` names the units, by path, whose rows are wanted; by default all.
    """
    flagger = Flagger(situations.subjects, day)
    before: dict[str, dict[str, Value]] = {}
    for chain in chains:
        known: dict[str, dict[str, Value]] = {}
        for unit in situations.units(chain.file.level):
            if among is not None and unit.path not in among:
                continue
            earlier = before.get(unit.path, {})
            if chain.file.each == "unit":
                row = situations.of_unit(chain, unit)
                flags = flagger.raised(chain, unit, {**row, **earlier})
                known[unit.path] = values(chain, unit, flags)
                yield row_of(situations, chain, unit, None, flags)
                continue
            for norm in situations.norms(chain):
                row = situations.of_norm(chain, norm, unit)
                flags = flagger.raised(chain, unit, {**row, **earlier})
                yield row_of(situations, chain, unit, norm, flags)
        for path, made in known.items():
            before.setdefault(path, {}).update(made)


def row_of(
    situations: Situations,
    chain: Chain,
    unit: Unit,
    norm: EncodedNorm | None,
    flags: tuple[Flagged, ...],
) -> FlagRow:
    """The row of `unit`, or of `unit` and `norm`, in which `flags` were raised."""
    modelled = situations.modelled(chain, norm, unit)
    return FlagRow(
        chain=chain.name,
        subject=Subject(unit.level, unit.code, situations.subjects.full_name(unit)),
        norm=norm.id if norm else "",
        force=norm.instrument.force if norm else "",
        flags=flags,
        modelled=tuple(sorted(modelled.union(*(one.modelled for one in flags)))),
    )
