"""A plan → tables: what every form of it is written from.  Nothing of the plan is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct, field

from dinhbien.errors import UsageError
from dinhbien.language.from_norms import Rules
from dinhbien.model.amount import decimal_text
from dinhbien.model.citation import Source
from dinhbien.model.plan import Cell, Figure, Plan, Unit
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Attribute
from dinhbien.reading.head import PLAN
from dinhbien.reading.to_figures import COLUMNS, count_attribute
from dinhbien.reading.to_tree import COMPLETE
from dinhbien.reading.written import BESIDE, FIGURES

Kind = Literal["code", "text", "word", "truth", "number"]
Value = str | Fraction
Row = dict[str, Value]
Defaults = dict[str, dict[str, object]]
_SHARED = ("origin", "source", "how", "scope")
_NOT_STATED = "not stated"


class Column(Struct, frozen=True):
    """A column: its name, what it holds, and the attribute that it is, if it is one."""

    name: str
    kind: Kind = "text"
    attribute: Attribute | None = None


class Sheet(Struct, frozen=True):
    """A table of a plan; a row holds what is known, by column.  `level` is that of its units."""

    name: str
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)
    level: str = ""


def tables_of(
    plan: Plan, rules: Rules, *, explicit: bool = False, beside: Sequence[str] = ()
) -> list[Sheet]:
    """The tables of a plan, the plan's own first; empty ones are left out.

    `explicit` also writes the origin of cells for which none is stated: in a workbook a cell
    without an origin is one that was reported there.  `beside` are the names under which the
    plans beside it are written.

    Raises `UsageError` for a number that no decimal can say.
    """
    return _Tables(plan, rules, explicit, beside).all()


def names_beside(plan: Plan, before: str = "", after: str = "") -> list[str]:
    """A name for each plan beside `plan`.

    Raises `UsageError` where the plan only illustrates and stands beside none: alone it could
    not be read.
    """
    if plan.illustration is not None and not plan.beside:
        message = "a plan that only illustrates is written with the plans beside it"
        raise UsageError(message)
    return [f"{before}beside-{place}{after}" for place, _ in enumerate(plan.beside, 1)]


class _Tables(Struct, dict=True):
    plan: Plan
    rules: Rules
    explicit: bool
    beside: Sequence[str]

    def __post_init__(self) -> None:
        levels = self.rules.vocabulary.levels
        self.top = self.plan.root.level
        self.units: dict[str, list[Unit]] = {level: [] for level in levels}
        for unit in self.plan.root.walk():
            self.units[unit.level].append(unit)
        self.defaults = self._defaults()
        self.complete = self._complete()
        self.stated = {
            (one.level, one.code, one.quantity): one.cell
            for one in self.plan.figures
            if one.precision == "exact"
        }

    def all(self) -> list[Sheet]:
        """Every table that holds something."""
        vocabulary = self.rules.vocabulary
        depth = {level: len(vocabulary.ancestors_of(level)) for level in self.units}
        ordered = sorted((one for one in depth if one != self.top), key=lambda one: depth[one])
        made = [self._plan(), *(self._of_level(level) for level in ordered), self._figures()]
        made += [self._sources(), self._names("scopes"), self._names("quantities"), self._columns()]
        return [sheet for sheet in made if sheet.rows]

    # -- what is said once -----------------------------------------------------

    def _defaults(self) -> Defaults:
        """What is said of whole columns: by column, what every cell of it says, most often so."""
        found: Defaults = {}
        for level, units in self.units.items():
            listed = self.rules.vocabulary.levels[level].listed
            for name in self.rules.vocabulary.attributes:
                cells = [unit.cells[name] for unit in units if name in unit.cells]
                shared = self._shared(cells) if len(cells) > 1 else {}
                if shared:
                    found[f"{listed}.{name}"] = shared
        return found

    def _shared(self, cells: list[Cell]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key in _SHARED:
            values = [getattr(cell, key) for cell in cells]
            common = Counter(map(repr, values)).most_common(1)[0][0]
            value = next(one for one in values if repr(one) == common)
            if all(values) and (value != _NOT_STATED or self.explicit):
                found[key] = value
        return found

    def _complete(self) -> dict[str, str]:
        """For each level, whether most lists of it are complete."""
        levels = self.rules.vocabulary.levels
        above = {name: self.units[one.within] for name, one in levels.items() if one.within}
        return {
            name: _truth(sum(name in unit.complete for unit in units) * 2 > len(units))
            for name, units in above.items()
            if units
        }

    # -- cells -----------------------------------------------------------------

    def _cell(self, name: str, cell: Cell, attribute: Attribute, default: dict[str, object]) -> Row:
        """The columns of a cell: its value, and what is said of it and not of its column."""
        row: Row = {} if cell.value is None else {name: _written(cell.value)}
        usual = Fraction(attribute.least) if attribute.least is not None else None
        bounds = {"at_least": cell.least, "at_most": cell.most}
        for key, bound in bounds.items():
            if bound is not None and (key == "at_most" or bound != usual):
                row[f"{name}.{key}"] = _written(bound)
        origin = default.get("origin", _NOT_STATED)
        unsaid = "origin" not in default and self.explicit
        if cell.value is None or unsaid or cell.origin != origin:
            row[f"{name}.origin"] = cell.origin
        for key in ("source", "scope", "date", "place"):
            if getattr(cell, key) and getattr(cell, key) != default.get(key):
                row[f"{name}.{key}"] = getattr(cell, key)
        for key in ("how", "note"):
            if getattr(cell, key) != default.get(key):
                row |= _texts(f"{name}.{key}", getattr(cell, key))
        return row

    def _own(self, unit: Unit) -> Row:
        """The columns of a unit but for its code: name, cells, stated totals, complete lists."""
        vocabulary, row = self.rules.vocabulary, Row()
        listed = vocabulary.levels[unit.level].listed
        if unit.name and vocabulary.levels[unit.level].named == "yes":
            row["name"] = unit.name
        for name, attribute in vocabulary.attributes.items():
            if name in unit.cells:
                default = self.defaults.get(f"{listed}.{name}", {})
                row |= self._cell(name, unit.cells[name], attribute, default)
        for name, cell in unit.figures.items():
            if self.stated.get((unit.level, unit.code, name)) != cell:
                attribute = count_attribute(name, self.rules)
                row |= self._cell(f"{FIGURES}.{name}", cell, attribute, {})
        for level in vocabulary.children_of(unit.level):
            said = _truth(level in unit.complete)
            if said != self.complete[level]:
                row[f"{COMPLETE}.{level}"] = said
        return row

    # -- tables ----------------------------------------------------------------

    def _plan(self) -> Sheet:
        plan, top = self.plan, self.top
        rows: list[Row] = [_pair("plan", plan.title)]
        day = {"as_of": plan.as_of.isoformat()} if plan.as_of else {}
        rows += [{"key": key, "value": one} for key, one in {**day, "norms": plan.norms}.items()]
        rows += [
            {"key": f"{COMPLETE}.{level}", "value": said} for level, said in self.complete.items()
        ]
        rows.append({"key": f"{top}.code", "value": plan.root.code})
        for name, value in self._own(plan.root).items():
            stem, _, language = name.rpartition("_")
            if language not in {"vi", "en"} or not stem.endswith((".how", ".note")):
                rows.append({"key": f"{top}.{name}", "value": value})
            elif language == "vi":
                pair = {"vi": value, "en": self._own(plan.root)[f"{stem}_en"]}
                rows.append({"key": f"{top}.{stem}", **pair})
        rows += [_pair("illustration", plan.illustration)] if plan.illustration else []
        for place, name in enumerate(self.beside, 1):
            rows.append({"key": f"{BESIDE}.{place}", "value": name})
        for name, texts in {"changes": plan.changes, "notes": plan.notes}.items():
            rows += [_pair(f"{name}.{place}", text) for place, text in enumerate(texts, 1)]
        return Sheet(PLAN, tuple(map(Column, ("key", "value", "vi", "en"))), rows)

    def _of_level(self, level: str) -> Sheet:
        vocabulary = self.rules.vocabulary
        above = [one for one in vocabulary.ancestors_of(level)[::-1] if one != self.top]
        rows: list[Row] = []
        for unit in self.units[level]:
            codes: Row = dict(zip([*above, "code"], unit.code.split("/"), strict=True))
            rows.append({**codes, **self._own(unit)})
        plain = [Column(one, "code") for one in (*above, "code")]
        names = list(dict.fromkeys(name for row in rows for name in row))
        known = [*(one.name for one in plain), "name"]
        ordered = sorted((one for one in names if one not in known), key=self._place)
        columns = [*plain, Column("name"), *(self._column(one) for one in ordered)]
        return Sheet(vocabulary.levels[level].listed, tuple(columns), rows, level)

    def _place(self, column: str) -> tuple[int, str, str]:
        """Where a column stands: attributes as they are declared, then what is said of each."""
        name, _, about = column.partition(".")
        names = list(self.rules.vocabulary.attributes)
        order = names.index(name) if name in names else len(names)
        return order, name, about.replace("_vi", "_a")  # Vietnamese first

    def _column(self, name: str) -> Column:
        attribute = self.rules.vocabulary.attributes.get(name)
        if attribute is not None:
            return Column(name, _KINDS.get(attribute.kind, "text"), attribute)
        if name.startswith(f"{COMPLETE}."):
            return Column(name, "truth")
        last = name.rpartition(".")[2]
        is_total = name.startswith(f"{FIGURES}.") and last in self.rules.counts
        return Column(name, "number" if is_total or last in _BOUNDS else "text")

    def _figures(self) -> Sheet:
        rows = [self._figure(one) for one in self.plan.figures]
        kinds: dict[str, Kind] = {"code": "code", "value": "number"}
        kinds |= dict.fromkeys(_BOUNDS, "number")
        columns = [Column(one, kinds.get(one, "text")) for one in COLUMNS]
        used = [one for one in columns if any(one.name in row for row in rows)]
        return Sheet(FIGURES, tuple(used), rows)

    def _figure(self, one: Figure) -> Row:
        count = one.quantity in self.rules.counts
        attribute = count_attribute(one.quantity, self.rules) if count else _ANY
        about = self._cell("value", one.cell, attribute, {})
        row: Row = {"level": one.level, "code": one.code, "quantity": one.quantity}
        row |= {key.removeprefix("value."): value for key, value in about.items()}
        row["precision"] = one.precision
        return row | ({"unit": one.unit} if one.unit else {})

    def _sources(self) -> Sheet:
        names = list(Source.model_fields)
        rows: list[Row] = [
            {"key": key, **{name: str(said) for name, said in source if said}}
            for key, source in self.plan.sources.items()
        ]
        return Sheet("sources", tuple(map(Column, ("key", *names))), rows)

    def _names(self, table: Literal["scopes", "quantities"]) -> Sheet:
        rows = [_pair(key, text) for key, text in getattr(self.plan, table).items()]
        return Sheet(table, tuple(map(Column, ("key", "vi", "en"))), rows)

    def _columns(self) -> Sheet:
        rows: list[Row] = []
        for column, default in self.defaults.items():
            row: Row = {"key": column}
            for key, value in default.items():
                row |= _texts(key, value) if isinstance(value, Bilingual) else {key: str(value)}
            rows.append(row)
        names = ("key", "origin", "source", "how_vi", "how_en", "scope")
        return Sheet("columns", tuple(map(Column, names)), rows)


_ANY = Attribute(name=Bilingual(vi="?", en="?"), of=("any",), kind="quantity")
_BOUNDS = ("at_least", "at_most")
_KINDS: dict[str, Kind] = {"quantity": "number", "word": "word", "truth": "truth", "code": "code"}


def _truth(said: bool) -> str:
    return "yes" if said else "no"


def _written(value: Value) -> Value:
    if isinstance(value, Fraction) and "/" in decimal_text(value):
        message = f"{value} is no decimal, and a plan holds decimals"
        raise UsageError(message)
    return value


def _pair(key: str, text: Bilingual) -> Row:
    return {"key": key, "vi": text.vi, "en": text.en}


def _texts(name: str, text: Bilingual | None) -> Row:
    return {f"{name}_vi": text.vi, f"{name}_en": text.en} if text is not None else {}


def filled(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, list[list[Value | None]]]]:
    """Each table with its rows in the order of its columns; None where nothing is known."""
    for sheet in sheets:
        yield sheet, [[row.get(column.name) for column in sheet.columns] for row in sheet.rows]
