"""``plan.yaml`` and its tables → a plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import Field

from dinhbien.errors import InputError, Problems, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.authored import Authored
from dinhbien.model.citation import Source
from dinhbien.model.norm import Keys
from dinhbien.model.period import Day
from dinhbien.model.plan import Figure, Plan
from dinhbien.model.wording import Bilingual
from dinhbien.reading.beside import Named, beside, continued
from dinhbien.reading.document import Mapping, Node, read_document
from dinhbien.reading.filled import filled
from dinhbien.reading.patch import Asked, patched
from dinhbien.reading.table import read_table
from dinhbien.reading.to_cells import CellReader, both_languages
from dinhbien.reading.to_change import Change
from dinhbien.reading.to_figures import FigureReader, stated
from dinhbien.reading.to_units import FIGURES, UnitReader
from dinhbien.reading.typed import position_in, typed

_Put = Callable[[Mapping, str, Mapping], Mapping]
"""What a row of a table does to the units that it stands among."""


class Illustration(Bilingual):
    """What a plan only illustrates, and the plans beside it that might be as true."""

    beside: Keys = Field(min_length=1, description="files of plans beside this one, as a list")


class PlanFile(Authored):
    """The head of a plan: all but its units."""

    plan: Bilingual
    continues: str = ""
    as_of: Day | None = None
    norms: str
    lists_complete: dict[str, str] = {}
    tables: dict[str, str] = {}
    fills: dict[str, str] = {}
    illustration: Illustration | None = None
    columns: dict[str, dict[str, object]] = {}
    scopes: dict[str, Bilingual] = {}
    quantities: dict[str, Bilingual] = {}
    sources: dict[str, Source] = {}


def plan_file(path: Path) -> Path:
    """The YAML file of a plan given as that file or as its folder."""
    return path / "plan.yaml" if path.is_dir() else path


def pack_named(path: Path) -> str:
    """The pack that a plan names, or an empty text where it cannot be read."""
    node = _document(plan_file(path), Problems())
    name = node.text("norms") if isinstance(node, Mapping) else ""
    return name if re.fullmatch(r"[\w/-]+", name) else ""


def read_plan(
    path: Path, rules: Rules, change: Change | None = None, packs: Sequence[str] | None = None
) -> Plan:
    """The plan in a folder or file, with a change applied; `packs` are the packs there are.

    Raises `InputError` with every problem of the plan, its tables and the change.
    """
    plan, assembly = _read(path, rules, change, packs)
    illustration = assembly.illustration
    if illustration is None:
        return plan
    others = partial(_read, rules=rules, change=change, packs=packs)
    at = position_in(assembly.node, ("illustration", "beside"))
    named = Named(plan_file(path), illustration.beside, at)
    found = beside(plan, named, lambda one: others(one)[0])
    title = Bilingual(vi=illustration.vi, en=illustration.en)
    return replace(plan, illustration=title, beside=found)


def _read(
    path: Path, rules: Rules, change: Change | None, packs: Sequence[str] | None
) -> tuple[Plan, _Assembly]:
    """The plan alone, and what it was put together from."""
    problems = Problems()
    file = plan_file(path)
    node = _document(file, problems)
    problems.raise_as(InputError)
    assert isinstance(node, Mapping)  # noqa: S101 - anything else is a problem raised above
    assembly = _Assembly(node, file.parent, rules, problems)
    plan = assembly.plan(change)
    if plan is not None and packs is not None and plan.norms not in packs:
        way_out = nearest(plan.norms, packs) or f"one of {', '.join(packs)}"
        at = position_in(node, ("norms",))
        problems.add(f"there is no pack `{plan.norms}`", at, "norms", way_out)
    problems.raise_as(InputError)
    assert plan is not None  # noqa: S101 - as above
    return plan, assembly


def _document(file: Path, problems: Problems) -> Node | None:
    """The text of a plan, with what it continues below it."""
    node = read_document(file, file.as_posix(), problems)
    if node is None or not isinstance(node, Mapping):
        if node is not None:
            problems.add("a plan is a list of `key: value` lines", node.at)
        return node
    return continued(node, file, problems)


@dataclass
class _Assembly:
    """Puts head, tables, units and change together."""

    node: Mapping
    folder: Path
    rules: Rules
    problems: Problems
    illustration: Illustration | None = None

    def plan(self, change: Change | None) -> Plan | None:
        """The plan, or None with the problems kept."""
        words = self.rules.vocabulary
        top = next(name for name, level in words.levels.items() if level.within is None)
        listings = {words.levels[child].listed for child in words.children_of(top)}
        head, rest = self._split({top, *listings})
        file = typed(PlanFile, head, self.problems)
        if file is None:
            return None
        self.illustration = file.illustration
        root = rest.entries.get(top)
        if not isinstance(root, Mapping):
            way_out = "give its `code` and `name`"
            self.problems.add(f"`{top}` is missing", self.node.at, top, way_out)
            return None
        tree = Mapping({**root.entries, **_without(rest, top)}, root.at, {**root.keys, **rest.keys})
        tree = self._with_tables(tree, file.tables, top, self._add)
        tree = self._with_tables(tree, file.fills, top, self._fill)
        may_add = frozenset({FIGURES, *(level.listed for level in words.levels.values())})
        for patch in change.plan if change else ():
            asked = Asked(patch.steps, patch.at, self.problems, may_add)
            changed = patched(tree, patch.value, asked)
            tree = changed if isinstance(changed, Mapping) else tree
        return self._planned(file, head, tree, top, change)

    def _split(self, units: set[str]) -> tuple[Mapping, Mapping]:
        entries = self.node.entries
        head = {key: one for key, one in entries.items() if key not in units}
        rest = {key: one for key, one in entries.items() if key in units}
        return Mapping(head, self.node.at, self.node.keys), Mapping(rest, self.node.at)

    # -- tables --------------------------------------------------------------

    def _with_tables(self, tree: Mapping, tables: dict[str, str], top: str, put: _Put) -> Mapping:
        levels = {level.listed: name for name, level in self.rules.vocabulary.levels.items()}
        key = "tables" if put == self._add else "fills"
        for listed, name in tables.items():
            if listed == FIGURES and key == "tables":
                continue
            if listed not in levels:
                known = [*levels, FIGURES] if key == "tables" else levels
                message = f"`{listed}` is not a table of {'a plan' if known != levels else 'units'}"
                way_out = nearest(listed, known) or f"one of {', '.join(known)}"
                self.problems.add(message, self.node.at, key, way_out)
                continue
            above = self.rules.vocabulary.ancestors_of(levels[listed])[::-1]
            for row in self._rows(name):
                ways = [one for one in above if one != top]
                tree = self._within(tree, row, ways, listed, put)
        return tree

    def _rows(self, name: str) -> list[Mapping]:
        path = self.folder / name
        return read_table(path, path.as_posix(), self.problems)

    def _within(
        self, tree: Mapping, row: Mapping, above: list[str], listed: str, put: _Put
    ) -> Mapping:
        """`tree` with `row` put below its parents, named by columns of their level."""
        if not above:
            return self._put(tree, row, listed, put)
        level, code = above[0], row.text(above[0])
        listing = self.rules.vocabulary.levels[level].listed
        parents = tree.entries.get(listing)
        parent = parents.entries.get(code) if isinstance(parents, Mapping) else None
        if not isinstance(parents, Mapping) or not isinstance(parent, Mapping):
            message = f"there is no {level} `{code}`"
            self.problems.add(message, row.at, level, "list it before what lies within it")
            return tree
        rest = Mapping(_without(row, level), row.at, row.keys)
        inner = self._within(parent, rest, above[1:], listed, put)
        return tree.with_entry(listing, parents.with_entry(code, inner))

    def _put(self, tree: Mapping, row: Mapping, listed: str, put: _Put) -> Mapping:
        code = row.text("code")
        units = tree.entries.get(listed, Mapping({}, row.at))
        if not isinstance(units, Mapping) or not code:
            self.problems.add("the row has no `code`", row.at, "code")
            return tree
        unit = Mapping(_without(_gathered(row), "code"), row.at, row.keys)
        return tree.with_entry(listed, put(units, code, unit))

    def _add(self, units: Mapping, code: str, unit: Mapping) -> Mapping:
        """`units` with one more."""
        if code in units.entries:
            self.problems.add(f"`{code}` is listed twice", unit.at, "code", "keep one row")
            return units
        return units.with_entry(code, unit)

    def _fill(self, units: Mapping, code: str, row: Mapping) -> Mapping:
        """`units`, in which the blank cells of one are filled."""
        unit = units.entries.get(code)
        if not isinstance(unit, Mapping):
            way_out = "a fill adds no unit; list it in a table"
            self.problems.add(f"there is no `{code}` to fill", row.at, "code", way_out)
            return units
        return units.with_entry(code, filled(unit, row, self.problems))

    # -- units ---------------------------------------------------------------

    def _planned(
        self, file: PlanFile, head: Mapping, tree: Mapping, top: str, change: Change | None
    ) -> Plan:
        cells = CellReader(
            self.rules.vocabulary,
            self.problems,
            frozenset(file.sources),
            frozenset(file.scopes),
        )
        columns = head.entries.get("columns")
        builder = UnitReader(self.rules, cells, columns, file.lists_complete)
        builder.check_lists(head.entries.get("lists_complete"))
        builder.check_columns()
        rows = self._rows(file.tables[FIGURES]) if FIGURES in file.tables else []
        table = FigureReader(self.rules, cells, file.quantities)
        figures = [table.figure(row) for row in rows]
        builder.stated = stated(figures, self.rules)
        code = self._root_code(tree, top, builder)
        root = builder.unit(Mapping(_without(tree, "code"), tree.at, tree.keys), top, code, "", "")
        table.check_units(figures, rows, root)
        note = change.note if change else None
        return Plan(
            title=file.plan, as_of=file.as_of, norms=file.norms, root=root,
            figures=tuple(sorted(figures, key=_place)), quantities=file.quantities,
            scopes=file.scopes, sources=file.sources, notes=(note,) if note else (),
            changes=(change.title,) if change else (),
        )  # fmt: skip

    def _root_code(self, tree: Mapping, top: str, builder: UnitReader) -> str:
        code = tree.text("code")
        if "code" in tree.entries:
            builder.check_code(code, tree.entries["code"].at, f"{top}.code")
        else:
            way_out = "give its `code` and `name`"
            self.problems.add("`code` is missing", tree.at, f"{top}.code", way_out)
        return code


def _place(figure: Figure) -> tuple[str, str, str, str, str]:
    """The stable order of figures.  §17"""
    return figure.level, figure.code, figure.quantity, figure.cell.source, figure.cell.scope


def _without(node: Mapping, key: str) -> dict[str, Node]:
    return {one: value for one, value in node.entries.items() if one != key}


def _gathered(row: Mapping) -> Mapping:
    """A row whose columns `name.source`, `name.note` … are put into the cell `name`."""
    entries: dict[str, Node] = {}
    for column, value in row.entries.items():
        name, _, about = column.partition(".")
        if not about:
            old = entries.get(name)
            kept = old.entries if isinstance(old, Mapping) else {}
            entries[name] = Mapping({"is": value, **kept}, value.at) if kept else value
            continue
        old = entries.get(name, Mapping({}, value.at))
        said = both_languages(value) if about in {"note", "how"} else value
        cell = old if isinstance(old, Mapping) else Mapping({"is": old}, old.at)
        entries[name] = cell.with_entry(about, said)
    return Mapping(entries, row.at, row.keys)
