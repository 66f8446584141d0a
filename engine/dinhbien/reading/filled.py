"""Rows that fill blank cells of units already listed: what is stated is never overwritten."""

from __future__ import annotations

from dinhbien.errors import Problems
from dinhbien.reading.document import Mapping, Node, Scalar


def filled(unit: Mapping, row: Mapping, problems: Problems, path: str = "") -> Mapping:
    """`unit` with the cells of `row` in place of its blank ones; `path` is how it is called.

    A cell that both state alike stays as it is; one that they state differently is kept in
    `problems`.  A cell without a value is replaced whole, its note and source with it.
    """
    for key, new in row.entries.items():
        old = unit.entries.get(key)
        here = f"{path}.{key}" if path else key
        if isinstance(old, Mapping) and isinstance(new, Mapping) and _holds_cells(old, new):
            unit = unit.with_entry(key, filled(old, new, problems, here))
        elif old is None or not _value(old):
            unit = unit.with_entry(key, new)
        elif _value(new) and _value(new) != _value(old):
            message = f"`{here}` is stated already as `{_value(old)}`, and here as `{_value(new)}`"
            problems.add(message, new.at, here, "a fill states what is blank, and nothing else")
    return unit


def _holds_cells(old: Mapping, new: Mapping) -> bool:
    """Whether these are cells by name, such as stated totals, and no cell at length."""
    return not {"is", "note", "origin", "source"} & {*old.entries, *new.entries}


def _value(node: Node) -> str:
    if isinstance(node, Mapping):
        return node.text("is")
    return node.text if isinstance(node, Scalar) else ""
