"""A file of statements + the plan whose figures they are about → statements.  §6"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from msgspec import Struct

from dinhbien.errors import InputError, Position, Problems, nearest
from dinhbien.language.parse import MalformedExpressionError, parse
from dinhbien.language.syntax import Name, Operation, Syntax
from dinhbien.model.amount import NOT_NEGATIVE, Amount
from dinhbien.model.plan import Cell, Figure, Plan, Unit
from dinhbien.model.statement import FigureName, StatementFile
from dinhbien.model.words import Attribute, Vocabulary
from dinhbien.reading.document import Mapping, Node, read_document
from dinhbien.reading.typed import typed

STATEMENTS = "statements.yaml"
"""The file of statements in a plan's folder."""
_SIGNS = {"+", "-", "*", "/"}
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_PERCENT = "percent"
_HUNDRED = Fraction(100)


class Used(Struct, frozen=True):
    """A figure under its name in a statement: what is known of it, in which unit, of which scope.

    `value` is None where the source itself says that it is about so many.
    """

    name: str
    value: Amount | None
    printed: str
    unit: str
    scope: str
    date: str
    source: str
    origins: tuple[str, ...]


class Statement(Struct, frozen=True):
    """A statement that was read: its two sides as trees over `figures`."""

    key: str
    file: StatementFile
    left: Syntax
    right: Syntax
    rounded: Fraction
    figures: dict[str, Used]


def read_statements(path: Path, plan: Plan, vocabulary: Vocabulary) -> tuple[Statement, ...]:
    """The statements of a file, in its order; `vocabulary` declares the attributes of `plan`.

    Raises `InputError` with every problem: a name that is no figure of `plan`, or several.
    """
    problems = Problems()
    node = read_document(path, path.as_posix(), problems)
    reader = _Reader(plan, vocabulary, problems)
    made = tuple(reader.statements(node)) if node is not None else ()
    problems.raise_as(InputError)
    return made


class _Reader(Struct, frozen=True):
    plan: Plan
    vocabulary: Vocabulary
    problems: Problems

    def statements(self, node: Node) -> Iterator[Statement]:
        listed = node.entries.get("statements") if isinstance(node, Mapping) else None
        if not isinstance(listed, Mapping):
            way_out = "write `statements:` and each one below it"
            self.problems.add("`statements` is missing", node.at, "statements", way_out)
            return
        for key, one in listed.entries.items():
            file = typed(StatementFile, one, self.problems, f"{key}.")
            if file is not None:
                yield from self._statement(key, file, one)

    def _statement(self, key: str, file: StatementFile, node: Node) -> Iterator[Statement]:
        before = len(self.problems.found)
        at = {name: _at(node, name) for name in ("left", "right", "rounded_to", "figures")}
        sides = [self._side(getattr(file, name), key, name, at[name]) for name in ("left", "right")]
        known, named = set(file.figures), set[str]()
        for where, side in zip(("left", "right"), sides, strict=True):
            found_in = set(_names(side)) if side is not None else set()
            for name in sorted(found_in - known - named):
                way_out = nearest(name, known) or f"one of {', '.join(sorted(known))}"
                message = f"`{name}` names no figure here"
                self.problems.add(message, at[where], f"{key}.{where}", way_out)
            named |= found_in
        for name in sorted(known - named):
            message, way_out = f"`{name}` is never used", "use it in a side, or remove it"
            self.problems.add(message, at["figures"], f"{key}.figures.{name}", way_out)
        found = {
            name: self._used(name, one, f"{key}.figures.{name}", at["figures"])
            for name, one in file.figures.items()
        }
        rounded = self._rounded(file, key, at["rounded_to"])
        left, right = sides
        if len(self.problems.found) == before and left is not None and right is not None:
            used = {name: one for name, one in found.items() if one is not None}
            yield Statement(key, file, left, right, rounded, used)

    def _side(self, text: str, key: str, name: str, at: Position) -> Syntax | None:
        try:
            tree = parse(text)
        except MalformedExpressionError as error:
            self.problems.add(str(error), at, f"{key}.{name}", error.way_out)
            return None
        if not _is_sum(tree):
            way_out = "write names with `+`, `-`, `*`, `/` and brackets"
            self.problems.add(f"`{text}` is more than figures", at, f"{key}.{name}", way_out)
            return None
        return tree

    def _rounded(self, file: StatementFile, key: str, at: Position) -> Fraction:
        if not _DECIMAL.fullmatch(file.rounded_to or "0"):
            message, way_out = f"`{file.rounded_to}` is not a number", "write it as in `0.001`"
            self.problems.add(message, at, f"{key}.rounded_to", way_out)
            return Fraction(0)
        return Fraction(file.rounded_to or "0")

    # -- figures -------------------------------------------------------------

    def _used(self, name: str, one: FigureName, path: str, at: Position) -> Used | None:
        if one.sum_of:
            return self._sum(name, one, path, at)
        found = [figure for figure in self.plan.figures if _is_meant(figure, one)]
        if len(found) == 1:
            return _printed(name, found[0], one)
        if not found:
            known = {figure.quantity for figure in self.plan.figures}
            message = f"the plan has no figure `{one.quantity}` like that"
            way_out = nearest(one.quantity, known - {one.quantity})
        else:
            message = f"`{one.quantity}` is {len(found)} figures of the plan"
            way_out = "say which by `code:`, `source:`, `scope:` or `date:`"
        self.problems.add(message, at, path, way_out)
        return None

    def _sum(self, name: str, one: FigureName, path: str, at: Position) -> Used | None:
        """An attribute over all units of its level, as far as they are listed and known."""
        attribute = self.vocabulary.attributes.get(one.sum_of)
        levels = {unit.level for unit in self.plan.root.walk() if one.sum_of in unit.cells}
        of = [level for level in levels if not one.level or level == one.level]
        units = [unit for unit in self.plan.root.walk() if unit.level in of]
        cells = [unit.cell(one.sum_of) for unit in units]
        scopes = {cell.scope for cell in cells if cell.value is not None}
        fault = self._unsummed(one, attribute, of, scopes)
        if fault is not None:
            self.problems.add(fault[0], at, path, fault[1])
            return None
        assert attribute is not None  # noqa: S101 - else it would be a fault
        scope = one.scope or "".join(scopes)
        among = [cell for cell in cells if cell.value is not None and cell.scope == scope]
        least = None if attribute.least is None else Fraction(attribute.least)
        total = sum(
            (_known(cell, scope, least) for cell in cells), Amount(Fraction(0), Fraction(0))
        )
        if not _all_listed(self.plan.root, of[0], self.vocabulary):
            total += NOT_NEGATIVE if least is not None and least >= 0 else Amount(None, None)
        unit = one.read_as.unit if one.read_as else attribute.unit or ""
        sources = {part.strip() for cell in among for part in cell.source.split(";")} - {""}
        origins = tuple(sorted({cell.origin for cell in among}))
        return Used(name, total, "", unit, scope, "", ";".join(sorted(sources)), origins)

    @staticmethod
    def _unsummed(
        one: FigureName, attribute: Attribute | None, levels: list[str], scopes: set[str]
    ) -> tuple[str, str] | None:
        """Why an attribute cannot be added up, and the way out."""
        if one.quantity:
            return "both `quantity` and `sum_of` are named", "name one of them"
        if attribute is None or attribute.kind != "quantity":
            return f"`{one.sum_of}` is no attribute that is a number", "name one that is"
        if not levels:
            return f"`{one.sum_of}` is stated for no unit", "name an attribute of the plan"
        if len(levels) > 1:
            message = f"`{one.sum_of}` is stated for units of several levels"
            return message, f"say by `level:` which: {_listed(levels)}"
        if len(scopes) > 1 and not one.scope:
            message = f"`{one.sum_of}` is stated in several scopes: {_listed(scopes)}"
            return message, "say by `scope:` which are added up"
        return None


def _at(node: Node, key: str) -> Position:
    return node.keys.get(key, node.at) if isinstance(node, Mapping) else node.at


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _known(cell: Cell, scope: str, least: Fraction | None) -> Amount:
    """What a cell adds: its number, or what its bounds and the attribute's least value leave."""
    if isinstance(cell.value, Fraction) and cell.scope == scope:
        return Amount(cell.value, cell.value)
    if cell.value is not None:
        return Amount(least, None)
    known = [end for end in (cell.least, least) if end is not None]
    return Amount(max(known, default=None), cell.most)


def _all_listed(root: Unit, level: str, vocabulary: Vocabulary) -> bool:
    """Whether every list on the way from `root` to the units of `level` is complete."""
    steps = [level, *vocabulary.ancestors_of(level)]
    inner = dict(zip(steps[1:], steps, strict=False))
    return all(inner[unit.level] in unit.complete for unit in root.walk() if unit.level in inner)


def _is_meant(figure: Figure, one: FigureName) -> bool:
    cell = figure.cell
    sources = {part.strip() for part in cell.source.split(";")}
    return (
        figure.quantity == one.quantity
        and (not one.code or figure.code == one.code)
        and (not one.source or one.source in sources)
        and (not one.scope or cell.scope == one.scope)
        and (not one.date or cell.date == one.date)
    )


def _printed(name: str, figure: Figure, one: FigureName) -> Used:
    cell = figure.cell
    value = cell.value if isinstance(cell.value, Fraction) else None
    unit = one.read_as.unit if one.read_as else figure.unit
    if unit == _PERCENT and value is not None:  # a share has no unit
        unit, value = "", value / _HUNDRED
    ends = {"exact": (value, value), "at_least": (value, None), "at_most": (None, value)}
    known = figure.precision in ends and value is not None
    amount = Amount(*ends[figure.precision]) if known else None
    return Used(
        name, amount, figure.precision, unit, cell.scope, cell.date, cell.source,
        (cell.origin,),
    )  # fmt: skip


def _names(tree: Syntax) -> Iterator[str]:
    if isinstance(tree, Name):
        yield ".".join(tree.parts)
    elif isinstance(tree, Operation):
        for one in tree.operands:
            yield from _names(one)


def _is_sum(tree: Syntax) -> bool:
    if isinstance(tree, Name):
        return len(tree.parts) == 1
    return (
        isinstance(tree, Operation)
        and tree.operator in _SIGNS
        and len(tree.operands) == len(("left", "right"))
        and all(map(_is_sum, tree.operands))
    )
