"""Which norms can change what is found of others, so that the rest need not be asked."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from dinhbien.language.pack import EncodedNorm, Pack


def related(pack: Pack, names: Iterable[str]) -> frozenset[str]:
    """The norms that can change what is found of `names`, and these themselves.

    They supersede one another, are exceptions or alternatives, stand side by side, or count
    the same.
    """
    found: set[str] = set(names)
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for one in pack.norms:
            if one.id not in found and _touches(pack, name, one):
                found.add(one.id)
                waiting.append(one.id)
    return frozenset(found)


def _touches(pack: Pack, name: str, other: EncodedNorm) -> bool:
    if name in _named(other):
        return True
    norm = pack.norm(name)
    if norm is None:
        return False
    ours, theirs = norm.used.program, other.used.program
    same = ours.measured is not None and ours.measured == theirs.measured
    return other.id in _named(norm) or (same and ours.level == theirs.level)


def _named(norm: EncodedNorm) -> tuple[str, ...]:
    named = norm.norm
    return (*named.supersedes, *named.exception_to, *named.alternative_to, *named.between)


def narrowed(pack: Pack, names: frozenset[str]) -> Pack:
    """The pack with those norms only, and without flags: no verdict hangs on a flag."""
    norms = tuple(one for one in pack.norms if one.id in names)
    return replace(pack, norms=norms, rules=replace(pack.rules, flags=()))
