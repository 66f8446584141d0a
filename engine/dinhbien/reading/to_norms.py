"""``norms/<instrument>/`` → encoded norms, each under all its readings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from dinhbien.errors import Position, Problems, nearest
from dinhbien.language.from_norms import Rules, compile_norm
from dinhbien.language.names import FaultError
from dinhbien.language.pack import EncodedNorm, Reading
from dinhbien.model.citation import NOT_SEEN, Instrument
from dinhbien.model.exemption import Exemption
from dinhbien.model.norm import Norm, Readings
from dinhbien.reading.document import Mapping, Node, node_at, plain, read_document
from dinhbien.reading.patch import Asked, Patch, merged, patched
from dinhbien.reading.to_rows import with_rows
from dinhbien.reading.typed import position_in, typed

INHERITED = ("clause", "for", "where", "numbers", "let", "source", "confidence")
_JOINED = frozenset(["numbers", "let"])
_CLOSED = frozenset(["numbers", "let", "readings"])
_KEYS_BELOW = "write `key: value` lines below it"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARTICLE = frozenset([*INHERITED, "norms"])


class NormReader(Struct):
    """Reads instrument folders below `root`, with patches by the id they are for."""

    root: Path
    rules: Rules
    patches: dict[str, list[Patch]]
    problems: Problems
    met: set[str] = field(default_factory=set)
    exemptions: list[Exemption] = field(default_factory=list)
    exempted_at: list[Position] = field(default_factory=list)
    nodes: dict[str, Mapping] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def instrument(self, identity: str) -> tuple[Instrument | None, list[EncodedNorm]]:
        """The instrument of a folder and its norms; problems are kept."""
        folder = self.root / identity
        shown = f"norms/{identity}"
        node = self._document(folder / "instrument.yaml", f"{shown}/instrument.yaml", identity)
        instrument: Instrument | None = None
        if node is not None and not isinstance(node, Mapping):
            self.problems.add("an instrument is a list of `key: value` lines", node.at)
        elif node is not None:
            instrument = typed(Instrument, node, self.problems)
        if instrument is not None and node is not None:
            self._known_sources(instrument, node)
        norms: list[EncodedNorm] = []
        for path in sorted(folder.glob("*.yaml")):
            if path.name.startswith("exempt-"):
                self._exemption(path, f"{shown}/{path.name}", f"{identity}/{path.stem}")
            elif path.name not in {"instrument.yaml", "pack.yaml"}:
                article = f"{identity}/{path.stem}"
                norms += self._article(path, f"{shown}/{path.name}", article, instrument)
        return instrument, norms

    def _exemption(self, path: Path, name: str, identity: str) -> None:
        node = self._document(path, name, identity)
        made = typed(Exemption, node, self.problems) if node is not None else None
        if made is not None and node is not None:
            self.exemptions.append(made)
            self.exempted_at.append(position_in(node, ("norm",)))

    def _known_sources(self, instrument: Instrument, node: Node) -> None:
        """Every source that is named must be declared, or be `not seen`."""
        named: list[tuple[tuple[str | int, ...], str]] = [
            (("checked", place, "against", at), key)
            for place, one in enumerate(instrument.checked)
            for at, key in enumerate(one.against)
        ]
        named += [
            (("not_encoded", place, "source"), one.source)
            for place, one in enumerate(instrument.not_encoded)
        ]
        for steps, key in named:
            if key and key != NOT_SEEN and key not in instrument.sources:
                path = ".".join(str(step) for step in steps)
                self.stray_source(key, instrument, position_in(node, steps), path)

    def stray_source(self, key: str, instrument: Instrument, at: Position, path: str) -> None:
        """Keep that `key` is not a source of `instrument`."""
        way_out = nearest(key, instrument.sources) or "declare it in instrument.yaml"
        self.problems.add(f"`{key}` is not a source of the instrument", at, path, way_out)

    def _document(self, path: Path, name: str, identity: str) -> Node | None:
        node = read_document(path, name, self.problems)
        if node is None:
            return None
        shown = name.rpartition("/")[0]
        read = with_rows(node, path.parent, shown, self.problems)
        return with_rows(self._apply(identity, read), path.parent, shown, self.problems)

    def _apply(self, identity: str, node: Node) -> Node:
        self.met.add(identity)
        for patch in self.patches.get(identity, []):
            node = patched(
                node, patch.value, Asked(patch.steps, patch.at, self.problems, closed=_CLOSED)
            )
        return node

    def _article(
        self, path: Path, name: str, identity: str, instrument: Instrument | None
    ) -> Iterator[EncodedNorm]:
        node = self._document(path, name, identity)
        if not isinstance(node, Mapping):
            if node is not None:
                self.problems.add("an article is a list of `key: value` lines", node.at)
            return
        for key in set(node.entries) - _ARTICLE:
            way_out = nearest(key, _ARTICLE)
            self.problems.add(f"`{key}` is not a key here", node.keys[key], key, way_out)
        norms = node.entries.get("norms")
        if not isinstance(norms, Mapping) or not norms.entries:
            self.problems.add("`norms` is missing", node.at, "norms", "an article has norms")
            return
        shared = Mapping({k: v for k, v in node.entries.items() if k in INHERITED}, node.at)
        before = len(self.problems.found)
        for key in norms.entries:
            yield from self._norm(f"{identity}#{key}", norms, shared, instrument)
        if len(self.problems.found) == before:
            self._all_used(identity, node)

    def _all_used(self, identity: str, node: Mapping) -> None:
        """Every number and let at the head of an article is used by one of its norms."""
        for group in ("numbers", "let"):
            head = node.entries.get(group)
            for name, at in head.keys.items() if isinstance(head, Mapping) else ():
                path = f"{identity}:{group}.{name}"
                if path not in self.used:
                    self.problems.add(f"`{name}` is never used", at, path, "use it, or remove it")

    def _norm(
        self, identity: str, norms: Mapping, shared: Mapping, instrument: Instrument | None
    ) -> Iterator[EncodedNorm]:
        key = identity.partition("#")[2]
        folder = identity.partition("#")[0].rpartition("/")[0]
        own = self._apply(identity, norms.entries[key])
        own = with_rows(own, self.root / folder, f"norms/{folder}", self.problems)
        if not _NAME.fullmatch(key):
            message, way_out = f"`{key}` is not a name of a norm", "use letters, digits and `-`"
            self.problems.add(message, norms.keys[key], identity, way_out)
        elif not isinstance(own, Mapping):
            message, way_out = f"`{key}` must have keys of its own", _KEYS_BELOW
            self.problems.add(message, own.at, identity, way_out)
        else:
            self._no_shadows(shared, own)
            joined = merged(shared, own, _JOINED)
            for name, one in self._outputs(joined, identity):
                yield from _OneNorm(self, f"{identity}{name}", one, own, instrument).encoded()

    def _outputs(self, norm: Mapping, identity: str) -> Iterator[tuple[str, Mapping]]:
        """A norm with several outputs is one for each, with what the output says of its own."""
        outputs = norm.entries.get("outputs")
        if outputs is None:
            yield "", norm
            return
        rest = {key: one for key, one in norm.entries.items() if key != "outputs"}
        entries = outputs.entries if isinstance(outputs, Mapping) else {"outputs": outputs}
        for name, one in entries.items():
            if isinstance(outputs, Mapping) and isinstance(one, Mapping):
                yield f"/{name}", merged(Mapping(rest, norm.at, norm.keys), one, _JOINED)
            else:
                message = f"`{name}` must have keys of its own"
                self.problems.add(message, one.at, identity, _KEYS_BELOW)

    def _no_shadows(self, shared: Mapping, own: Mapping) -> None:
        for group in ("numbers", "let"):
            above, below = shared.entries.get(group), own.entries.get(group)
            if isinstance(above, Mapping) and isinstance(below, Mapping):
                for name in set(above.entries) & set(below.entries):
                    message = f"`{name}` already stands at the head of the article"
                    self.problems.add(message, below.keys[name], f"{group}.{name}")


class _OneNorm(Struct):
    """One norm's tree, joined with what it inherits from its article."""

    reader: NormReader
    identity: str
    node: Mapping
    own: Mapping
    instrument: Instrument | None

    def encoded(self) -> Iterator[EncodedNorm]:
        """The norm, if nothing is wrong with it under any reading."""
        problems = self.reader.problems
        before = len(problems.found)
        norm = typed(Norm, self.node, problems, f"{self.identity}:")
        if norm is None:
            return
        self.reader.nodes[self.identity] = self.node
        self._sources(norm)
        self._changes_something(norm)
        self._forwards(norm)
        read = self._readings(norm)
        if len(problems.found) == before:
            self._differ([reading for _, reading in read])
        if self.instrument is None or len(problems.found) > before or not read:
            return
        folder = self.identity.split("#")[0].rpartition("/")[0]
        body = [plain(self.node), self.instrument.model_dump(mode="json")]
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        readings = tuple(reading for _, reading in read)
        yield EncodedNorm(self.identity, read[0][0], folder, self.instrument, readings, digest)

    def _sources(self, norm: Norm) -> None:
        problems, known = (
            self.reader.problems,
            dict(self.instrument.sources) if self.instrument else {},
        )
        if not norm.source:
            message = "the norm has no source of its own, and nothing else supplies one"
            problems.add(message, self.node.at, f"{self.identity}:source", "add `source:`")
        for steps, keys in _cited(norm):
            for key in keys:
                if self.instrument and key != NOT_SEEN and key not in known:
                    place = position_in(self.node, tuple(steps.split(".")))
                    path = f"{self.identity}:{steps}"
                    self.reader.stray_source(key, self.instrument, place, path)

    def _variants(self, norm: Norm) -> Iterator[tuple[str, Readings | None, Node]]:
        """Each reading's name and tree, the used one first."""
        readings = norm.readings
        if readings is None:
            yield "as written", None, self.node
            return
        if readings.used not in readings.options:
            place = position_in(self.node, ("readings", "used"))
            way_out = nearest(readings.used, readings.options)
            message = f"`{readings.used}` is not one of the options"
            self.reader.problems.add(message, place, f"{self.identity}:readings.used", way_out)
            return
        names = sorted(readings.options, key=lambda name: name != readings.used)
        for name in names:
            yield name, readings, self._patched(name)

    def _forwards(self, norm: Norm) -> None:
        start = norm.start or (self.instrument.in_force.start if self.instrument else None)
        if start is not None and norm.end is not None and norm.end.last < start.first:
            key = "to" if "to" in self.node.entries else "from"
            place = position_in(self.node, (key,))
            message = "the period ends before it begins"
            path = f"{self.identity}:{key}"
            self.reader.problems.add(message, place, path, "correct `from` or `to`")

    def _changes_something(self, norm: Norm) -> None:
        """One option, the used one if it can be, is the text as written; the others patch it."""
        readings = norm.readings
        if readings is None or readings.used not in readings.options:
            return
        unpatched = [name for name, option in readings.options.items() if not option.patch]
        as_written = readings.used if readings.used in unpatched else next(iter(unpatched), "")
        for name in unpatched:
            if name != as_written:
                steps = ("readings", "options", name)
                message = f"the reading `{name}` changes nothing"
                options = node_at(self.node, ("readings", "options"))
                at = options.keys[name] if isinstance(options, Mapping) else options.at
                path = f"{self.identity}:{'.'.join(steps)}"
                way_out = "give it a `patch:`, or remove it"
                self.reader.problems.add(message, at, path, way_out)

    def _differ(self, readings: list[Reading]) -> None:
        """Refuse two readings that make the same program."""
        for place, reading in enumerate(readings):
            same = [one.name for one in readings[:place] if one.program.decides_as(reading.program)]
            if same:
                at = position_in(self.node, ("readings", "options", reading.name))
                message = f"the reading `{reading.name}` says the same as `{same[0]}`"
                path = f"{self.identity}:readings.options.{reading.name}"
                self.reader.problems.add(message, at, path, "correct its `patch:`, or remove it")

    def _patched(self, option: str) -> Node:
        tree: Node = self.node
        for step in ("readings", "options", option, "patch"):
            entry = tree.entries.get(step) if isinstance(tree, Mapping) else None
            if entry is None:
                return self.node
            tree = entry
        node: Node = self.node
        for path, value in tree.entries.items() if isinstance(tree, Mapping) else ():
            at = tree.keys[path] if isinstance(tree, Mapping) else tree.at
            node = patched(node, value, Asked(path, at, self.reader.problems, closed=_CLOSED))
        return node

    def _readings(self, norm: Norm) -> list[tuple[Norm, Reading]]:
        found: list[tuple[Norm, Reading]] = []
        unused: list[frozenset[str]] = []
        for name, readings, node in self._variants(norm):
            variant = typed(Norm, node, self.reader.problems, f"{self.identity}:")
            if variant is None:
                return []
            paths = self._number_paths(variant)
            made = compile_norm(variant, self.reader.rules, paths)
            self.reader.used |= {paths[one] for one in made.used if one in paths}
            is_whole = made.program is not None and "/" not in self.identity.partition("#")[2]
            unused.append(made.unused if is_whole else frozenset())
            for fault in made.faults:
                self._say(fault, node)
            if made.program is not None:
                title = readings.options[name].title if readings else None
                found.append((variant, Reading(name, title, made.program)))
        for path in sorted(frozenset.intersection(*unused)) if unused else ():
            name = path.rpartition(".")[2]
            fault = FaultError(path, f"`{name}` is never used", "use it, or remove it")
            self._say(fault, self.node)
        return found

    def _say(self, fault: FaultError, node: Node) -> None:
        steps = tuple(fault.path.split(".")) if fault.path else ()
        start = fault.span.start if fault.span else 0
        place = position_in(node, steps, start)
        path = f"{self.identity}:{fault.path}".rstrip(":")
        self.reader.problems.add(str(fault), place, path, fault.way_out)

    def _number_paths(self, norm: Norm) -> dict[str, str]:
        own = self.own.entries.get("numbers")
        mine = set(own.entries) if isinstance(own, Mapping) else set()
        article, _, rest = self.identity.partition("#")
        norm_id = f"{article}#{rest.partition('/')[0]}"
        paths = {
            name: f"{norm_id if name in mine else article}:numbers.{name}" for name in norm.numbers
        }
        lets = self.own.entries.get("let")
        here = set(lets.entries) if isinstance(lets, Mapping) else set()
        return paths | {name: f"{article}:let.{name}" for name in norm.let if name not in here}


def _cited(norm: Norm) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every place of a norm that names sources: the path, and the keys."""
    yield "source", norm.source
    if norm.transition is not None:
        yield "grace.source", norm.transition.source
    for name, number in norm.numbers.items():
        yield f"numbers.{name}.source", number.source
        for word, row in number.rows.items():
            yield f"numbers.{name}.{word}.source", row.source
