"""A plan's tree of texts → units with their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dinhbien.errors import nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Cell, Unit
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.to_cells import CellReader
from dinhbien.reading.to_figures import count_attribute

FIGURES = "figures"
_TRUE = ("yes", "no")


@dataclass
class UnitReader:
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
        figures = dict(self.stated.get((level, code), {}))
        for key, value in node.entries.items():
            here = f"{path}.{key}" if path else key
            attribute = words.attributes.get(key)
            if key in children:
                below[children[key]] = self._units(value, children[key], here, full if path else "")
            elif key == FIGURES:
                figures |= self._unit_figures(value, here)
            elif attribute is not None and level in attribute.of:
                cells[key] = self.cells.cell(value, here, attribute, self._defaults(level, key))
            elif key not in {"name", "lists_complete"}:
                self._stray(key, node, level, here, children)
        named = node.entries.get("name")
        name = named.text if isinstance(named, Scalar) else self._name_by_kind(cells)
        return Unit(
            level, full, name or code, path, cells, figures, below,
            self._complete(node, level),
        )  # fmt: skip

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
            if not isinstance(one, Mapping) or not re.fullmatch(r"[\w-]+", code):
                message = f"`{code}` is not a unit with keys of its own"
                self.cells.problems.add(message, one.at, f"{path}.{code}")
        return tuple(sorted(found, key=lambda unit: unit.code))

    def _stray(
        self, key: str, node: Mapping, level: str, path: str, children: dict[str, str]
    ) -> None:
        attributes = self.rules.vocabulary.attributes
        known = {name for name, one in attributes.items() if level in one.of}
        known |= {*children, "name", FIGURES, "lists_complete"}
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

    def _unit_figures(self, node: Node, path: str) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for name, value in node.entries.items() if isinstance(node, Mapping) else ():
            if name not in self.rules.counts:
                way_out = nearest(name, self.rules.counts)
                message = f"`{name}` is not a named count"
                self.cells.problems.add(message, value.at, f"{path}.{name}", way_out)
                continue
            attribute = count_attribute(name, self.rules)
            found[name] = self.cells.cell(value, f"{path}.{name}", attribute, None)
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
