"""The plans beside one that only illustrates: those that might be as true."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from dinhbien.errors import InputError, Position
from dinhbien.model.plan import Plan
from dinhbien.reading.written import BESIDE, Written


class Named(Struct, frozen=True):
    """The plans that the one in `written` names beside it, and where it does."""

    written: Written
    names: Sequence[str]
    at: Position


def beside(plan: Plan, named: Named, read: Callable[[Written], Plan]) -> tuple[Plan, ...]:
    """The plans beside `plan`, each read by `read`.

    Raises `InputError` where none is named, where one is not in the plan's folder, is the plan
    itself or is named twice, or names another pack or other units: their findings could not be
    compared.
    """
    problems, found = named.written.problems, list[Plan]()
    if not named.names:
        message = "`illustration` names no plan beside this one"
        way_out = "name one, or judge the plan that this one stands beside"
        problems.add(message, named.at, BESIDE, way_out)
    others = [named.written.beside(name, named.at) for name in named.names]
    files = [named.written.file and named.written.file.resolve()]
    for place, (name, other) in enumerate(zip(named.names, others, strict=True)):
        if other is None:
            continue
        file = other.file and other.file.resolve()
        if name in named.names[:place] or (file is not None and file in files):
            message = f"`{name}` is named twice, or is the plan itself"
            problems.add(message, named.at, BESIDE, "name each other plan once")
        elif other.pack != plan.norms:
            message = f"`{name}` is judged by the pack `{other.pack}`, and this plan by"
            way_out = "plans beside each other are judged by one pack"
            problems.add(f"{message} `{plan.norms}`", named.at, BESIDE, way_out)
        else:
            found.append(read(other))
            _compare(plan, found[-1], name, named)
        files.append(file)
    problems.raise_as(InputError)
    return tuple(found)


def _compare(plan: Plan, other: Plan, name: str, named: Named) -> None:
    mine, theirs = _listed(plan), _listed(other)
    odd = sorted({one[:2] for one in mine ^ theirs})
    if odd:
        level, code = odd[0]
        message = f"`{name}` does not list the same units: {len(odd)} differ, as {level} `{code}`"
        way_out = "list the same units, and the same lists as complete; a post may hold nobody"
        named.written.problems.add(message, named.at, BESIDE, way_out)


def _listed(plan: Plan) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(unit.level, unit.code, tuple(sorted(unit.complete))) for unit in plan.root.walk()}
