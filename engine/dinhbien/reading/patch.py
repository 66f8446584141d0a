"""Readings, changes and amendments are one thing: a patch ``{path: value}``."""

from __future__ import annotations

from msgspec import Struct

from dinhbien.errors import Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence


class Patch(Struct, frozen=True):
    """One entry of a change: the rest of its path, its value, and where it is."""

    steps: str
    value: Node
    at: Position


class Asked(Struct, frozen=True):
    """A patch that is being applied: its path, where it stands, and what it may add.

    Below a step of `closed` nothing new is added: what is named there must be there.
    """

    path: str
    at: Position
    problems: Problems
    may_add: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    @property
    def must_exist(self) -> bool:
        """Whether the path may only lead to what is there."""
        return not self.closed.isdisjoint(self.path.split("."))


def patched(node: Node, value: Node, asked: Asked) -> Node:
    """A copy of `node` in which `asked.path` (steps joined by dots) is `value`.

    A last step that is not there yet is added, and so are steps on the way that are in
    `may_add`; any other step that is not there is a problem, and `node` is given back.
    """
    return _set(node, tuple(asked.path.split(".")), value, asked)


def _set(node: Node, steps: tuple[str, ...], value: Node, asked: Asked) -> Node:
    step, rest = steps[0], steps[1:]
    if isinstance(node, Mapping):
        old = node.entries.get(step)
        if not rest and (old is not None or not asked.must_exist):
            return node.with_entry(step, _kept(old, value))
        if old is None and step in asked.may_add:
            old = Mapping({}, value.at)
        if old is not None and rest:
            return node.with_entry(step, _set(old, rest, value, asked))
        _lost(step, tuple(node.entries), asked)
        return node
    if isinstance(node, Sequence) and step.isdigit() and int(step) < len(node.items):
        items = list(node.items)
        place = int(step)
        items[place] = _set(items[place], rest, value, asked) if rest else value
        return Sequence(tuple(items), node.at)
    if isinstance(node, Scalar) and step == "is" and not rest:
        return value
    _lost(step, (), asked)
    return node


def _kept(old: Node | None, new: Node) -> Node:
    """A new bare value of a number keeps the source and the other keys of the old one."""
    is_number = isinstance(old, Mapping) and "is" in old.entries
    if is_number and isinstance(old, Mapping) and isinstance(new, Scalar):
        return old.with_entry("is", new)
    return new


def _lost(step: str, known: tuple[str, ...], asked: Asked) -> None:
    way_out = nearest(step, known) if known else "the value there has no keys of its own"
    message = f"there is no `{step}` on the way `{asked.path}`"
    asked.problems.add(message, asked.at, asked.path, way_out)


def merged(under: Mapping, over: Mapping, joined: frozenset[str] = frozenset()) -> Mapping:
    """The entries of both; `over` wins, but mappings under a key in `joined` are united."""
    entries, keys = dict(under.entries), dict(under.keys)
    for key, node in over.entries.items():
        old = entries.get(key)
        if key in joined and isinstance(old, Mapping) and isinstance(node, Mapping):
            entries[key] = merged(old, node)
        else:
            entries[key] = node
        keys[key] = over.keys.get(key, node.at)
    return Mapping(entries, over.at, keys)
