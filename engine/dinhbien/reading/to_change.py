"""A change file → patches to norms, to flags and to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from dinhbien.errors import InputError, Position, Problems, nearest
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Mapping, Node, Scalar, read_document
from dinhbien.reading.patch import Patch
from dinhbien.reading.typed import typed

_KEYS = ("change", "note", "norms", "flags", "plan", "origin", "how", "scope", "source")
_WAYS = {
    "norms": "write `norm:numbers.name: value`, or give keys of their own",
    "flags": "write `chain:chain.flag.after: [remedy, …]`, or give keys of their own",
}
_DEFAULTS = ("origin", "how", "scope", "source")


class Change(Struct, frozen=True):
    """What is different: patches by norm id, by chain of flags, and to the plan's tree."""

    title: Bilingual
    note: Bilingual | None
    norms: dict[str, list[Patch]]
    plan: tuple[Patch, ...]
    flags: dict[str, list[Patch]]


def read_change(path: Path) -> Change:
    """The change in a file; raises `InputError` with every problem."""
    problems = Problems()
    name = path.as_posix()
    node = read_document(path, name, problems)
    change = _change(node, problems) if isinstance(node, Mapping) else None
    if node is not None and not isinstance(node, Mapping):
        problems.add("a change is a list of `key: value` lines", node.at)
    problems.raise_as(InputError)
    assert change is not None  # noqa: S101 - a missing one is a problem raised above
    return change


def _change(node: Mapping, problems: Problems) -> Change | None:
    for key in set(node.entries) - set(_KEYS):
        problems.add(f"`{key}` is not a key here", node.keys[key], key, nearest(key, _KEYS))
    if "change" not in node.entries:
        problems.add("`change` is missing", node.at, "change", "give the title in vi and en")
        return None
    title = typed(Bilingual, node.entries["change"], problems, "change.")
    noted = node.entries.get("note")
    note = typed(Bilingual, noted, problems, "note.") if noted else None
    norms = _norm_patches(node.entries.get("norms"), problems)
    flags = _norm_patches(node.entries.get("flags"), problems, "flags")
    plan = tuple(_plan_patches(node, problems))
    _refuse_twice(node, problems)
    return Change(title, note, norms, plan, flags) if title else None


def _norm_patches(
    node: Node | None, problems: Problems, key: str = "norms"
) -> dict[str, list[Patch]]:
    found: dict[str, list[Patch]] = {}
    if node is not None and not isinstance(node, Mapping):
        problems.add(f"`{key}` holds `path: value` lines", node.at, key)
    for path, value in node.entries.items() if isinstance(node, Mapping) else ():
        at = node.keys[path] if isinstance(node, Mapping) else Position("")
        identity, _, steps = path.partition(":")
        if steps:
            found.setdefault(identity, []).append(Patch(steps, value, at))
        elif isinstance(value, Mapping):
            patches = [Patch(key, one, value.keys[key]) for key, one in value.entries.items()]
            found.setdefault(identity, []).extend(patches)
        else:
            way_out = _WAYS[key]
            problems.add(f"`{path}` does not say what to change", at, key, way_out)
    return found


def _plan_patches(change: Mapping, problems: Problems) -> list[Patch]:
    node = change.entries.get("plan")
    if node is None:
        return []
    if not isinstance(node, Mapping):
        problems.add("`plan` holds `path: value` lines", node.at, "plan")
        return []
    defaults = {key: change.entries[key] for key in _DEFAULTS if key in change.entries}
    return [
        Patch(path, _with_defaults(value, defaults), node.keys[path])
        for path, value in node.entries.items()
    ]


def _with_defaults(value: Node, defaults: dict[str, Node]) -> Node:
    """A bare value becomes a cell with the change's own origin, source and so on."""
    if not isinstance(value, Scalar) or not defaults:
        return value
    return Mapping({"is": value, **defaults}, value.at)


class _Said(Struct, frozen=True):
    """A value of a change, with the whole way to where it goes."""

    path: str
    way: tuple[str, ...]
    value: Node
    at: Position

    def states(self, way: tuple[str, ...]) -> bool:
        """Whether what is said here holds a value at `way`, which goes on from here."""
        node: Node | None = self.value
        for step in way[len(self.way) :]:
            node = node.entries.get(step) if isinstance(node, Mapping) else None
        return node is not None


def _refuse_twice(change: Mapping, problems: Problems) -> None:
    """Refuse a value that would take the place of another of the same change."""
    for key in ("plan", "norms", "flags"):
        node = change.entries.get(key)
        here: dict[tuple[str, ...], _Said] = {}
        below: dict[tuple[str, ...], _Said] = {}  # by each part of the way that leads there
        for one in _values(node, key) if isinstance(node, Mapping) else ():
            parts = [one.way[:end] for end in range(1, len(one.way) + 1)]
            above = (here[part] for part in parts if part in here and here[part].states(one.way))
            other = below.get(one.way) or next(above, None)
            if other is not None:
                message = f"`{one.path}` changes what `{other.path}` changes too"
                problems.add(message, one.at, key, "keep one of them")
            here[one.way] = one
            below.update(dict.fromkeys(parts, one))


def _values(node: Mapping, key: str) -> Iterator[_Said]:
    for path, value in node.entries.items():
        identity, _, steps = path.partition(":") if key != "plan" else ("", "", path)
        if steps:
            yield _Said(path, _way(identity, steps), value, node.keys[path])
        elif isinstance(value, Mapping):
            for step, one in value.entries.items():
                yield _Said(f"{path}:{step}", _way(identity, step), one, value.keys[step])


def _way(identity: str, steps: str) -> tuple[str, ...]:
    """The way from an article, `article#norm` being `norms.norm` in it; `is` is the value."""
    article, _, norm = identity.partition("#")
    inside = ("norms", *norm.replace("/", "/outputs/").split("/")) if norm else ()
    way = tuple(steps.split("."))
    return (article, *inside, *(way[:-1] if way[-1] == "is" and len(way) > 1 else way))
