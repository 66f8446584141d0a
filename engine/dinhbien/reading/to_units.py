"""A plan's tree of texts → units with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from dinhbien.errors import Position, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Cell, Unit
from dinhbien.model.words import Vocabulary
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.to_cells import CellReader
from dinhbien.reading.to_figures import count_attribute
from dinhbien.reading.to_tree import drop_personal, is_personal
from dinhbien.reading.written import FIGURES

_TRUE = ("yes", "no")


class UnitReader(Struct, dict=True):
    """Builds the tree of units; `stated` holds the totals of the table of figures."""

    rules: Rules
    cells: CellReader
    columns: Node | None
    lists_complete: dict[str, str]

    def __post_init__(self) -> None:
        self.stated: dict[tuple[str, str], dict[str, Cell]] = {}

    def check_lists(self, node: Node | None) -> None:
        """Refuse unknown levels and anything but yes and no in `lists_complete`."""
        for level, said in self.lists_complete.items():
            at = node.entries[level].at if isinstance(node, Mapping) else None
            if level not in self.rules.vocabulary.levels:
                way_out = nearest(level, self.rules.vocabulary.levels)
                self.cells.problems.add(f"`{level}` is not a level", at, "lists_complete", way_out)
            if said not in _TRUE:
                self.cells.problems.add(f"`{said}` is neither yes nor no", at, "lists_complete")

    def unit(self, node: Mapping, level: str, code: str, path: str, above: str) -> Unit:
        """The unit of `node` and all below it."""
        words = self.rules.vocabulary
        children = {words.levels[child].listed: child for child in words.children_of(level)}
        full = f"{above}/{code}" if above else code
        below: dict[str, tuple[Unit, ...]] = {}
        cells: dict[str, Cell] = {}
        figures = dict(self.stated.get((level, full), {}))
        for key, value in node.entries.items():
            here = f"{path}.{key}" if path else key
            attribute = words.attributes.get(key)
            if key in children:
                units = self._units(value, children[key], here, full if path else "")
                below |= {children[key]: units} if units else {}
            elif key == FIGURES:
                figures |= self._unit_figures(value, here, level)
            elif attribute is not None and level in attribute.of:
                cells[key] = self.cells.cell(value, here, attribute, self._defaults(level, key))
            elif key not in self._own_keys(level):
                self._stray(key, node, level, here, children)
        name = self._name(node, path) or self._name_by_kind(cells)
        return Unit(
            level, full, name or code, path, cells, figures, below,
            self._complete(node, level),
        )  # fmt: skip

    def _own_keys(self, level: str) -> set[str]:
        """The keys of every unit; one that has a code alone has no `name`."""
        named = self.rules.vocabulary.levels[level].named == "yes"
        return {"lists_complete", *(["name"] if named else [])}

    def _name(self, node: Mapping, path: str) -> str:
        named = node.entries.get("name")
        if named is not None and not isinstance(named, Scalar):
            way_out = "write one value, without keys or a list"
            where = f"{path}.name" if path else "name"
            self.cells.problems.add("`name` must be a text", named.at, where, way_out)
        return named.text if isinstance(named, Scalar) else ""

    def _units(self, node: Node, level: str, path: str, above: str) -> tuple[Unit, ...]:
        if not isinstance(node, Mapping):
            self.cells.problems.add(f"`{path}` holds units by their code", node.at, path)
            return ()
        found = [
            self.unit(one, level, code, f"{path}.{code}", above)
            for code, one in node.entries.items()
            if isinstance(one, Mapping)
        ]
        for code, one in node.entries.items():
            if not isinstance(one, Mapping):
                message = f"`{code}` is not a unit with keys of its own"
                self.cells.problems.add(message, one.at, f"{path}.{code}")
            self.check_code(code, level, node.keys.get(code, one.at), f"{path}.{code}")
        self._check_alike(node, level, path)
        return tuple(sorted(found, key=lambda unit: unit.code))

    def check_code(self, code: str, level: str, at: Position, path: str) -> None:
        """Refuse a code that could not stand in a path, or has lost or won digits."""
        for message, way_out in wrong_code(code, level, self.rules.vocabulary):
            self.cells.problems.add(message, at, path, way_out)

    def _check_alike(self, node: Mapping, level: str, path: str) -> None:
        """Refuse a code of letters among codes of digits: that row holds a total, or a heading."""
        if not any(code.isdecimal() for code in node.entries):
            return
        for code in node.entries:
            for message, way_out in among_digits(code, level, self.rules.vocabulary):
                at = node.keys.get(code, node.at)
                self.cells.problems.add(message, at, f"{path}.{code}", way_out)

    def check_columns(self) -> None:
        """Refuse what is said of a column that no table has, or that no column can say."""
        levels = {level.listed: name for name, level in self.rules.vocabulary.levels.items()}
        attributes = self.rules.vocabulary.attributes
        columns = self.columns.entries if isinstance(self.columns, Mapping) else {}
        for column, node in columns.items():
            listed, _, name = column.partition(".")
            at = (
                self.columns.keys.get(column, node.at)
                if isinstance(self.columns, Mapping)
                else None
            )
            path = f"columns.{column}"
            self.cells.check_defaults(node, path)
            if listed not in levels:
                message = f"`{listed}` is not a table of a plan"
                self.cells.problems.add(message, at, path, nearest(listed, levels))
            elif name.startswith(f"{FIGURES}."):
                self._check_total(name.removeprefix(f"{FIGURES}."), at, path)
            elif name != "name" and (
                name not in attributes or levels[listed] not in attributes[name].of
            ):
                known = [one for one, each in attributes.items() if levels[listed] in each.of]
                message = f"`{name}` is not an attribute of a {levels[listed]}"
                self.cells.problems.add(message, at, path, nearest(name, known))

    def _check_total(self, count: str, at: Position | None, path: str) -> None:
        if count not in self.rules.counts:
            way_out = nearest(count, self.rules.counts)
            self.cells.problems.add(f"`{count}` is not a named count", at, path, way_out)

    def _stray(
        self, key: str, node: Mapping, level: str, path: str, children: dict[str, str]
    ) -> None:
        attributes = self.rules.vocabulary.attributes
        if is_personal(key, self.rules.vocabulary):
            drop_personal(key, node.keys.get(key, node.entries[key].at), self.cells.problems)
            return
        known = {name for name, one in attributes.items() if level in one.of}
        known |= {*children, *self._own_keys(level), FIGURES}
        at = node.keys.get(key, node.entries[key].at)
        message = f"`{key}` is not an attribute of a {level}"
        self.cells.problems.add(message, at, path, nearest(key, known))

    def _name_by_kind(self, cells: dict[str, Cell]) -> str:
        kind = cells.get("kind")
        return self.rules.vocabulary.said("kind", str(kind.value), "vi") if kind else ""

    def _defaults(self, level: str, key: str) -> Mapping | None:
        listed = self.rules.vocabulary.levels[level].listed
        found = (
            self.columns.entries.get(f"{listed}.{key}")
            if isinstance(self.columns, Mapping)
            else None
        )
        return found if isinstance(found, Mapping) else None

    def _unit_figures(self, node: Node, path: str, level: str) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        if not isinstance(node, Mapping):
            way_out = "write `key: value` lines below it"
            self.cells.problems.add("`figures` must have keys of its own", node.at, path, way_out)
            return found
        for name, value in node.entries.items():
            if name not in self.rules.counts:
                way_out = nearest(name, self.rules.counts)
                message = f"`{name}` is not a named count"
                self.cells.problems.add(message, value.at, f"{path}.{name}", way_out)
                continue
            attribute = count_attribute(name, self.rules)
            defaults = self._defaults(level, f"{FIGURES}.{name}")
            found[name] = self.cells.cell(value, f"{path}.{name}", attribute, defaults)
        return found

    def _complete(self, node: Mapping, level: str) -> frozenset[str]:
        own = node.entries.get("lists_complete")
        said = dict(self.lists_complete)
        for below, value in own.entries.items() if isinstance(own, Mapping) else ():
            if not isinstance(value, Scalar) or value.text not in _TRUE:
                self.cells.problems.add("`lists_complete` says yes or no", value.at, below)
            else:
                said[below] = value.text
        below_here = self.rules.vocabulary.children_of(level)
        return frozenset(one for one in below_here if said.get(one) == "yes")


def is_code(text: str) -> bool:
    """Whether a text can be a unit's own code, which stands in paths."""
    return re.fullmatch(r"[\w-]+", text) is not None


def wrong_code(code: str, level: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Why a text is not the code of a unit of `level`, each time with the way out."""
    digits = int(vocabulary.levels[level].digits or 0)
    if digits and code.isdecimal() and len(code) != digits:
        message = f"`{code}` is not the code of a {level}: that has {digits} digits"
        lost = f"write `{code.zfill(digits)}` if zeros were lost" if len(code) < digits else ""
        yield message, lost
    if not is_code(code):
        yield f"`{code}` is not a code", "use letters, digits, `_` and `-`"


def among_digits(code: str, level: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Why a code that stands beside codes of digits is none, with the way out."""
    digits = vocabulary.levels[level].digits
    if digits and is_code(code) and not code.isdecimal():
        yield f"`{code}` stands among codes of {digits} digits", "take rows of totals out"
