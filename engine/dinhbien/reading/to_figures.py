"""The table of figures: published numbers, each with its scope."""

from __future__ import annotations

from typing import get_args

from msgspec import Struct

from dinhbien.errors import nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Cell, Figure, Precision, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Attribute
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.rows import Table, in_two_languages
from dinhbien.reading.to_cells import ABOUT, CELL_KEYS, CellReader, both_languages
from dinhbien.reading.to_tree import drop_personal, is_personal, whole_code

COLUMNS = (
    "level", "code", "quantity", "value", "precision", "unit", "note_vi", "note_en", "how_vi",
    "how_en", "at_least", "at_most", *ABOUT,
)  # fmt: skip


class FigureReader(Struct, frozen=True):
    """Types the rows of a table of figures; `quantities` are those that the plan declares."""

    rules: Rules
    cells: CellReader
    quantities: dict[str, Bilingual]

    def rows(self, table: Table) -> list[Mapping]:
        """The rows of a table of figures; a column that it does not have is said once."""
        vocabulary, problems = self.rules.vocabulary, self.cells.problems
        strange = [column for column in table.columns if column not in COLUMNS]
        for column in strange:
            at = table.columns[column]
            if is_personal(column, vocabulary):
                drop_personal(column, at, problems)
                continue
            message = f"`{column}` is not a column of the figures"
            problems.add(message, at, column, nearest(column, COLUMNS))
        return table.without(strange).rows

    def figure(self, row: Mapping) -> Figure:
        """The figure of a row; what is wrong with it is kept."""
        level, quantity = row.text("level"), row.text("quantity")
        node = row.entries.get("code")
        words, problems = self.rules.vocabulary, self.cells.problems
        code = whole_code(node, level, words, problems) if isinstance(node, Scalar) else ""
        known = {*self.quantities, *self.rules.counts}
        if quantity not in known:
            way_out = nearest(quantity, known) or "declare it under `quantities:`"
            message = f"`{quantity}` is not a quantity"
            self.cells.problems.add(message, row.at, "quantity", way_out)
        precision = row.text("precision", "exact")
        if precision not in get_args(Precision):
            way_out = f"one of {', '.join(get_args(Precision))}"
            message = f"`{precision}` is not a precision"
            self.cells.problems.add(message, row.at, "precision", way_out)
        self._same_unit(quantity, row)
        cell = self._cell(row, f"figures.{code}.{quantity}", quantity)
        return Figure(level, code, quantity, precision, row.text("unit"), cell)

    def _cell(self, row: Mapping, path: str, quantity: str) -> Cell:
        said = in_two_languages(row).entries
        about: dict[str, Node] = {key: said[key] for key in CELL_KEYS if key in said}
        for key in {"how", "note"} & set(about):
            about[key] = both_languages(about[key])
        value = row.entries.get("value", Scalar("", row.at))
        written = Mapping({"is": value, **about}, row.at, row.keys)
        return self.cells.cell(written, path, self._attribute(quantity), None)

    def _attribute(self, quantity: str) -> Attribute:
        if quantity in self.rules.counts:
            return count_attribute(quantity, self.rules)
        name = self.quantities.get(quantity) or Bilingual(vi=quantity or "?", en=quantity or "?")
        return Attribute(name=name, of=("any",), kind="quantity")

    def _same_unit(self, quantity: str, row: Mapping) -> None:
        count = self.rules.counts.get(quantity)
        if count is not None and row.text("unit") != count.of:
            message = f"`{quantity}` counts {count.of}, and the row says `{row.text('unit')}`"
            self.cells.problems.add(message, row.at, "unit", f"write {count.of}")

    def check_units(self, figures: list[Figure], rows: list[Mapping], root: Unit) -> None:
        """Refuse a figure of a unit that the plan does not hold, and one stated twice."""
        known = {(unit.level, unit.code) for unit in root.walk()}
        seen: set[tuple[str, str, str]] = set()
        for figure, row in zip(figures, rows, strict=True):
            if (figure.level, figure.code) not in known:
                message = f"there is no {figure.level} `{figure.code}` in the plan"
                self.cells.problems.add(message, row.at, "code")
            key = (figure.level, figure.code, figure.quantity)
            if key in seen and figure.quantity in self.rules.counts:
                message = f"`{figure.quantity}` of `{figure.code}` is stated twice"
                self.cells.problems.add(message, row.at, "quantity", "keep one row")
            seen.add(key)


def stated(figures: list[Figure], rules: Rules) -> dict[tuple[str, str], dict[str, Cell]]:
    """The exact figures that are the total of a named count, by level and code."""
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    for figure in figures:
        if figure.quantity in rules.counts and figure.precision == "exact":
            found.setdefault((figure.level, figure.code), {})[figure.quantity] = figure.cell
    return found


def count_attribute(name: str, rules: Rules) -> Attribute:
    """What a stated total of a named count is: a whole number that is not below zero."""
    count = rules.counts[name]
    units = rules.vocabulary.units
    unit = next((one for one, unit in units.items() if count.of in (one, *unit.also)), count.of)
    return Attribute(name=count.title, of=("any",), kind="quantity", least="0", unit=unit)
