"""Rows that fill blank cells of units already listed: what is stated is never overwritten."""

from __future__ import annotations

from dinhbien.errors import Problems
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.to_cells import CELL_KEYS


def filled(unit: Mapping, row: Mapping, problems: Problems, path: str = "") -> Mapping:
    """`unit` with the cells of `row` in place of its blank ones; `path` is how it is called.

    A cell that both state alike stays as it is; one that they state differently is kept in
    `problems`.  A cell without a value is replaced, its note and source with it; the bounds of
    an unknown number go on to hold.
    """
    for key, new in row.entries.items():
        old = unit.entries.get(key)
        here = f"{path}.{key}" if path else key
        if isinstance(old, Mapping) and isinstance(new, Mapping) and _holds_cells(old, new):
            unit = unit.with_entry(key, filled(old, new, problems, here))
        elif old is None or not _value(old):
            unit = unit.with_entry(key, _bounded(old, new, problems, here))
        elif _value(new) and _value(new) != _value(old):
            _refuse(here, (old, new), problems)
    return unit


def _bounded(old: Node | None, new: Node, problems: Problems, path: str) -> Node:
    """`new` within the bounds that `old` states."""
    stated = old.entries if isinstance(old, Mapping) else {}
    bounds = {key: stated[key] for key in _BOUNDS if key in stated}
    if not bounds:
        return new
    cell = new if isinstance(new, Mapping) else Mapping({"is": new}, new.at)
    for key, bound in bounds.items():
        other = cell.entries.get(key, bound)
        if _value(other) != _value(bound):
            _refuse(f"{path}.{key}", (bound, other), problems)
        cell = cell.with_entry(key, other)
    return cell


def _refuse(path: str, stated: tuple[Node, Node], problems: Problems) -> None:
    old, new = stated
    message = f"`{path}` is stated already as `{_value(old)}`, and here as `{_value(new)}`"
    problems.add(message, new.at, path, "a fill states what is blank, and nothing else")


_BOUNDS = ("at_least", "at_most")


def _holds_cells(old: Mapping, new: Mapping) -> bool:
    """Whether these are cells by name, such as stated totals, and no cell at length."""
    return not {*CELL_KEYS} & {*old.entries, *new.entries}


def _value(node: Node) -> str:
    if isinstance(node, Mapping):
        return node.text("is")
    return node.text if isinstance(node, Scalar) else ""
