"""A plan as it is written, in any of its forms → a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field

from dinhbien.errors import InputError, Problems, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.authored import Authored
from dinhbien.model.citation import Source
from dinhbien.model.norm import Keys
from dinhbien.model.period import Day
from dinhbien.model.plan import Figure, Plan, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.reading.beside import Named, beside
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.document import Sequence as NodeSequence
from dinhbien.reading.patch import Asked, patched
from dinhbien.reading.rows import Table
from dinhbien.reading.to_cells import CellReader
from dinhbien.reading.to_change import Change
from dinhbien.reading.to_figures import FigureReader, stated
from dinhbien.reading.to_tree import TreeReader, whole_code
from dinhbien.reading.to_units import UnitReader
from dinhbien.reading.typed import position_in, typed
from dinhbien.reading.written import FIGURES, Written, read_written


class Illustration(Bilingual):
    """What a plan only illustrates, and the plans beside it that might be as true.

    One that is read beside another may name none.
    """

    beside: Keys = Field((), description="files of plans beside this one, as a list")


class PlanFile(Authored):
    """The head of a plan: all but its units."""

    plan: Bilingual
    continues: str = ""
    as_of: Day | None = None
    norms: str
    lists_complete: dict[str, str] = {}
    tables: dict[str, str] = {}
    fills: dict[str, Keys] = {}
    illustration: Illustration | None = None
    columns: dict[str, dict[str, object]] = {}
    scopes: dict[str, Bilingual] = {}
    quantities: dict[str, Bilingual] = {}
    sources: dict[str, Source] = {}
    figures: tuple[dict[str, object], ...] = ()
    changes: tuple[Bilingual, ...] = ()
    notes: tuple[Bilingual, ...] = ()


def pack_named(path: Path) -> str:
    """The pack that a plan names, or an empty text where it names none.

    Raises `InputError` where nothing can be read.
    """
    return read_written(path).pack


def read_plan(
    path: Path, rules: Rules, change: Change | None = None, packs: Sequence[str] | None = None
) -> Plan:
    """The plan in a folder or file, with a change applied; `packs` are the packs there are.

    Raises `InputError` with every problem of the plan, its tables and the change.
    """
    return plan_of(read_written(path), rules, change, packs)


def plan_of(
    written: Written,
    rules: Rules,
    change: Change | None = None,
    packs: Sequence[str] | None = None,
) -> Plan:
    """The plan that is written in any of its forms, with those beside it; as `read_plan`."""

    def alone(one: Written) -> Plan:
        return _alone(one, rules, change, packs)[0]

    plan, illustration = _alone(written, rules, change, packs)
    if illustration is None:
        return plan
    at = position_in(written.head, ("illustration", "beside"))
    found = beside(plan, Named(written, illustration.beside, at), alone)
    repairs = dict.fromkeys([*plan.repairs, *(each for one in found for each in one.repairs)])
    return replace(plan, beside=found, repairs=tuple(repairs))


def _alone(
    written: Written, rules: Rules, change: Change | None, packs: Sequence[str] | None
) -> tuple[Plan, Illustration | None]:
    """The plan without those beside it, and what it says of them."""
    problems = written.problems
    assembly = _Assembly(written, rules, problems)
    plan = assembly.plan(change)
    if plan is not None and packs is not None and plan.norms not in packs:
        way_out = nearest(plan.norms, packs) or f"one of {', '.join(packs)}"
        at = position_in(written.head, ("norms",))
        problems.add(f"there is no pack `{plan.norms}`", at, "norms", way_out)
    problems.raise_as(InputError)
    assert plan is not None  # noqa: S101 - a missing one is a problem raised above
    return replace(plan, repairs=problems.repairs), assembly.illustration


class _Assembly(Struct):
    """Puts head, tables, units and change together."""

    written: Written
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
            self.problems.add(f"`{top}` is missing", self.written.head.at, top, way_out)
            return None
        listed = [one.listed for one in words.levels.values()]
        tables = self.written.tables([*listed, FIGURES])
        tree = Mapping({**root.entries, **_without(rest, top)}, root.at, {**root.keys, **rest.keys})
        fills = self.written.fills(listed)
        tree = TreeReader(self.rules, self.problems).tree(tree, tables, fills, top)
        tree = self._changed(tree, change)
        return self._planned(file, head, tree, tables.get(FIGURES), change)

    def _changed(self, tree: Mapping, change: Change | None) -> Mapping:
        """The tree with a change in it."""
        may_add = frozenset(
            {FIGURES, *(level.listed for level in self.rules.vocabulary.levels.values())}
        )
        for patch in change.plan if change else ():
            if _replaces(tree, patch.steps.split("."), may_add):
                message = f"`{patch.steps}` is there already, and would be replaced as a whole"
                way_out = f"write a line for each value below it: `{patch.steps}.…: …`"
                self.problems.add(message, patch.at, patch.steps, way_out)
                continue
            asked = Asked(patch.steps, patch.at, self.problems, may_add)
            changed = patched(tree, patch.value, asked)
            tree = changed if isinstance(changed, Mapping) else tree
        return tree

    def _split(self, units: set[str]) -> tuple[Mapping, Mapping]:
        node = self.written.head
        head = {key: one for key, one in node.entries.items() if key not in units}
        rest = {key: one for key, one in node.entries.items() if key in units}
        return Mapping(head, node.at, node.keys), Mapping(rest, node.at)

    # -- units ---------------------------------------------------------------

    def _planned(
        self, file: PlanFile, head: Mapping, tree: Mapping, table: Table | None,
        change: Change | None,
    ) -> Plan:  # fmt: skip
        words, sources = self.rules.vocabulary, frozenset(file.sources)
        cells = CellReader(words, self.problems, sources, frozenset(file.scopes))
        columns = head.entries.get("columns")
        builder = UnitReader(self.rules, cells, columns, file.lists_complete)
        builder.check_lists(head.entries.get("lists_complete"))
        builder.check_columns()
        figures = FigureReader(self.rules, cells, file.quantities)
        rows = [*_inline(head), *(figures.rows(table) if table is not None else ())]
        found = [figures.figure(row) for row in rows]
        builder.stated = stated(found, self.rules)
        root = self._root(tree, builder)
        figures.check_units(found, rows, root)
        notes = (*file.notes, *((change.note,) if change and change.note else ()))
        return Plan(
            title=file.plan, as_of=file.as_of, norms=file.norms, root=root,
            figures=tuple(sorted(found, key=_place)), quantities=file.quantities,
            scopes=file.scopes, sources=file.sources, notes=notes,
            changes=(*file.changes, *((change.title,) if change else ())),
            illustration=_text(file.illustration),
        )  # fmt: skip

    def _root(self, tree: Mapping, builder: UnitReader) -> Unit:
        levels = self.rules.vocabulary.levels
        top = next(name for name, level in levels.items() if level.within is None)
        node, code = tree.entries.get("code"), ""
        if isinstance(node, Scalar):
            code = node.text
            if node.at.cell or node.at.file.endswith(".csv"):
                code = whole_code(node, top, self.rules.vocabulary, self.problems)
            builder.check_code(code, top, node.at, f"{top}.code")
        else:
            way_out = "give its `code` and `name`"
            self.problems.add("`code` is missing", tree.at, f"{top}.code", way_out)
        return builder.unit(Mapping(_without(tree, "code"), tree.at, tree.keys), top, code, "", "")


def _text(illustration: Illustration | None) -> Bilingual | None:
    if illustration is None:
        return None
    return Bilingual(vi=illustration.vi, en=illustration.en)


def _replaces(tree: Node | None, steps: list[str], listed: frozenset[str]) -> bool:
    """Whether a path leads to units that are there, or to all totals of one."""
    if FIGURES in steps[:-1] or not listed.issuperset(steps[::2]):
        return False
    for step in steps:
        tree = tree.entries.get(step) if isinstance(tree, Mapping) else None
    return isinstance(tree, Mapping) and bool(tree.entries)


def _inline(head: Mapping) -> list[Mapping]:
    """The rows of figures that stand in the plan's own file."""
    rows = head.entries.get(FIGURES)
    items = rows.items if isinstance(rows, NodeSequence) else ()
    return [row for row in items if isinstance(row, Mapping)]


def _place(figure: Figure) -> tuple[str, str, str, str, str]:
    """The stable order of figures.  §17"""
    return figure.level, figure.code, figure.quantity, figure.cell.source, figure.cell.scope


def _without(node: Mapping, key: str) -> dict[str, Node]:
    return {one: value for one, value in node.entries.items() if one != key}
