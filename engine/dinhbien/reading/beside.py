"""The plans beside a plan: the one that it continues, and those that might be as true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dinhbien.errors import InputError, Position, Problems
from dinhbien.model.plan import Plan
from dinhbien.reading.document import Mapping, Scalar, read_document
from dinhbien.reading.patch import merged

_CONTINUES = "continues"
_JOINED = frozenset(
    ["columns", "fills", "lists_complete", "quantities", "scopes", "sources", "tables"]
)


def continued(node: Mapping, file: Path, problems: Problems) -> Mapping:
    """The plan `node` of `file` on top of the plan that it continues, if it names one.

    Its own keys win; what is kept by name (tables, sources, columns …) is joined.
    """
    named = node.entries.get(_CONTINUES)
    if named is None:
        return node
    rest = {key: one for key, one in node.entries.items() if key != _CONTINUES}
    own = Mapping(rest, node.at, node.keys)
    path = file.parent / named.text if isinstance(named, Scalar) else file
    if path.resolve().parent != file.parent.resolve() or path.resolve() == file.resolve():
        way_out = "name another plan in the same folder"
        problems.add("`continues` names no plan beside this one", named.at, _CONTINUES, way_out)
        return own
    base = read_document(path, path.as_posix(), problems)
    if isinstance(base, Mapping) and _CONTINUES in base.entries:
        message = f"`{path.name}` continues a plan itself"
        problems.add(message, named.at, _CONTINUES, "continue the first one")
    return merged(base, own, _JOINED) if isinstance(base, Mapping) else own


@dataclass(frozen=True)
class Named:
    """The plans that the one in `file` names beside it, and where it does."""

    file: Path
    names: Sequence[str]
    at: Position


def beside(plan: Plan, named: Named, read: Callable[[Path], Plan]) -> tuple[Plan, ...]:
    """The plans beside `plan`, each read by `read`.

    Raises `InputError` where one is not in the plan's folder, is the plan itself or is named
    twice, or names another pack or other units: their findings could not be compared.
    """
    problems, at = Problems(), named.at
    here, found = named.file.parent, list[Plan]()
    for place, name in enumerate(named.names):
        path = here / name
        if not path.resolve().is_relative_to(here.resolve()):
            way_out = "keep both plans in one folder"
            problems.add(f"`{name}` is outside the folder of the plan", at, _WHERE, way_out)
        elif path.resolve() == named.file.resolve() or name in named.names[:place]:
            message = f"`{name}` is named twice, or is the plan itself"
            problems.add(message, at, _WHERE, "name each other plan once")
        else:
            found.append(read(path))
            _comparable(plan, found[-1], name, problems, at)
    problems.raise_as(InputError)
    return tuple(found)


_WHERE = "illustration.beside"


def _comparable(plan: Plan, other: Plan, name: str, problems: Problems, at: Position) -> None:
    if other.norms != plan.norms:
        message = f"`{name}` is judged by the pack `{other.norms}`, and this plan by `{plan.norms}`"
        problems.add(message, at, _WHERE, "plans beside each other are judged by one pack")
    mine, theirs = _listed(plan), _listed(other)
    odd = sorted({one[:2] for one in mine ^ theirs})
    if odd:
        level, code = odd[0]
        message = f"`{name}` does not list the same units: {len(odd)} differ, as {level} `{code}`"
        way_out = "list the same units, and the same lists as complete; a post may hold nobody"
        problems.add(message, at, _WHERE, way_out)


def _listed(plan: Plan) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(unit.level, unit.code, tuple(sorted(unit.complete))) for unit in plan.root.walk()}
