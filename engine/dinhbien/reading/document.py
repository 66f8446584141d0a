"""YAML text → a tree of texts with their places.

No scalar is resolved: ``no``, ``2.50``, ``2025-10-15`` and ``01`` keep their spelling
until a schema types them.  Names are made canonical at this door (§17).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from msgspec import Struct, field

from dinhbien.errors import Position, Problems
from dinhbien.model.wording import canonical

_DEEPEST = 40
_LONGEST = 8_000_000


class Scalar(Struct, frozen=True):
    """A text and where it starts; `offset` is 1 inside quotes, None where lines are folded.

    `stored` is how a sheet or a frame held it: "text", "number", "truth" or "date".
    """

    text: str
    at: Position
    offset: int | None = 0
    stored: str = "text"


class Sequence(Struct, frozen=True):
    """Nodes in order."""

    items: tuple[Node, ...]
    at: Position


class Mapping(Struct, frozen=True):
    """Nodes by key; `keys` keeps where each key stands."""

    entries: dict[str, Node]
    at: Position
    keys: dict[str, Position] = field(default_factory=dict)

    def with_entry(self, key: str, node: Node) -> Mapping:
        """A copy in which `key` is `node`."""
        return Mapping({**self.entries, key: node}, self.at, {**self.keys, key: node.at})

    def text(self, key: str, default: str = "") -> str:
        """The text under `key`, or `default` where there is none."""
        node = self.entries.get(key)
        return node.text if isinstance(node, Scalar) else default


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> object:
    """The tree as dicts, tuples and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return tuple(plain(item) for item in node.items)
    return {key: plain(value) for key, value in node.entries.items()}


def node_at(node: Node, steps: Iterator[str | int] | tuple[str | int, ...]) -> Node:
    """The deepest node on the way `steps` through the tree; unknown steps are passed over."""
    for step in steps:
        if isinstance(node, Mapping) and str(step) in node.entries:
            node = node.entries[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        elif isinstance(node, Sequence) and str(step).isdigit() and int(step) < len(node.items):
            node = node.items[int(step)]
    return node


def read_text(path: Path, name: str, problems: Problems) -> str | None:
    """The text of a file in UTF-8, or None with the problem kept; `name` is how it is shown."""
    start = Position(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.add(f"cannot read `{name}`: {(error.strerror or 'no access').lower()}", start)
        return None
    if len(raw) > _LONGEST:
        problems.add(f"`{name}` is longer than {_LONGEST} bytes", start)
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        place = Position(name, line, column)
        problems.add("the text is not UTF-8", place, way_out="save the file as UTF-8")
        return None


def read_document(path: Path, name: str, problems: Problems) -> Node | None:
    """The tree of a YAML file, or None with the problems kept."""
    text = read_text(path, name, problems)
    return None if text is None else tree_of(text, name, problems)


def tree_of(text: str, name: str, problems: Problems) -> Node | None:
    """The tree of a YAML text, or None with the problems kept."""
    builder = _Builder(name, problems)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name)
        problems.add(f"not readable as YAML: {error.problem}", place)
        return None
    except yaml.YAMLError as error:
        cause = getattr(error, "reason", "unknown cause")
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        problems.add(f"not readable as YAML: {cause}", Position(name, line, 1))
        return None
    if builder.root is None and not builder.refused:
        problems.add("the document is empty", Position(name))
    return None if builder.refused else builder.root


class _Open(Struct):
    """A collection being read."""

    at: Position
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)
    key: Scalar | None = None


class _Builder:
    """Events → tree, refusing what would be read in two ways."""

    def __init__(self, name: str, problems: Problems) -> None:
        self._name = name
        self._problems = problems
        self._open: list[_Open] = []
        self.root: Node | None = None
        self.refused = False

    def take(self, event: yaml.Event) -> bool:
        """Add one event to the tree; False where reading on makes no sense."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "anchors and aliases are not read", "write the value again")
        if isinstance(event, yaml.ScalarEvent):
            self._tag(event)
            self._place(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._tag(event)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(self._position(event), is_mapping))
            if len(self._open) > _DEEPEST:
                self._refuse(event, "the document is nested too deeply", "")
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._refuse(event, "a file holds one document", "split the file")
        return True

    def _position(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        if mark is None:
            return Position(self._name)
        return Position(self._name, mark.line + 1, mark.column + 1)

    def _refuse(self, event: yaml.Event, message: str, way_out: str) -> None:
        self.refused = True
        self._problems.add(message, self._position(event), way_out=way_out)

    def _tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is not None and event.tag != "!":
            self._refuse(event, f"the tag `{event.tag}` is not read", "remove the tag")

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = event.start_mark, event.end_mark
        one_line = start is not None and end is not None and start.line == end.line
        quoted = event.style in {"'", '"'}
        offset = None if event.style in {"|", ">"} or not one_line else int(quoted)
        return Scalar(canonical(event.value), self._position(event), offset)

    def _close(self) -> None:
        done = self._open.pop()
        if done.is_mapping:
            self._place(Mapping(done.entries, done.at, done.keys))
        else:
            self._place(Sequence(tuple(done.items), done.at))

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node, parent)
        else:
            parent.entries.setdefault(parent.key.text, node)
            parent.keys.setdefault(parent.key.text, parent.key.at)
            parent.key = None

    def _key(self, node: Node, parent: _Open) -> Scalar:
        if not isinstance(node, Scalar):
            self.refused = True
            self._problems.add("a key must be a text", node.at)
            return Scalar(f"{node.at}", node.at)
        if node.text in parent.entries:
            self.refused = True
            first = parent.keys[node.text]
            message = f"the key `{node.text}` stands here twice; first at line {first.line}"
            self._problems.add(message, node.at, way_out="keep one of them")
        return node
