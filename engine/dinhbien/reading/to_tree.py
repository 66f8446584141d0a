"""The head of a plan and its tables → one tree of units, as a plan in one file would hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as AnyMapping

from msgspec import Struct

from dinhbien.errors import Position, Problems, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.wording import folded
from dinhbien.model.words import Vocabulary
from dinhbien.reading.document import Mapping, Node, Scalar
from dinhbien.reading.filled import filled
from dinhbien.reading.rows import Table, in_two_languages
from dinhbien.reading.to_cells import CELL_KEYS, both_languages
from dinhbien.reading.written import FIGURES

COMPLETE = "lists_complete"
_Put = Callable[[Mapping, str, Mapping], None]
"""What a row of a table does to the units that it stands among."""
_TWICE = frozenset({"how", "note"})
_IN_TABLES = (*CELL_KEYS, *(f"{name}_{lang}" for name in sorted(_TWICE) for lang in ("vi", "en")))


class TreeReader(Struct, frozen=True):
    """Puts the rows of tables under the units that they lie within."""

    rules: Rules
    problems: Problems

    def tree(
        self, root: Mapping, tables: AnyMapping[str, Table], fills: AnyMapping[str, Table], top: str
    ) -> Mapping:
        """`root` with the units of every table, and then what is blank in them by `fills`."""
        tree = _own(root)
        self._put_all(tree, tables, top, self._add)
        self._refuse_none(tree, tables, top)
        self._put_all(tree, fills, top, self._fill)
        return tree

    def _put_all(self, tree: Mapping, tables: AnyMapping[str, Table], top: str, put: _Put) -> None:
        """Put every row of every table where it belongs, those of the higher levels first."""
        vocabulary = self.rules.vocabulary
        depth = {name: len(vocabulary.ancestors_of(name)) for name in vocabulary.levels}
        for level in sorted(depth, key=lambda one: (depth[one], one)):
            listed = vocabulary.levels[level].listed
            if listed not in tables:
                continue
            above = [one for one in vocabulary.ancestors_of(level)[::-1] if one != top]
            table = self.checked(tables[listed], level, above)
            for row in table.rows:
                self._place(tree, row, (level, above), put)

    def _refuse_none(self, tree: Mapping, tables: AnyMapping[str, Table], top: str) -> None:
        """Refuse a table of units that leaves a plan without any."""
        levels = self.rules.vocabulary.levels
        below = [levels[one].listed for one in self.rules.vocabulary.children_of(top)]
        given = [one for one in below if one in tables]
        if given and not self.problems and not any(one in tree.entries for one in below):
            at = tables[given[0]].at
            self.problems.add(*no_rows(given[0], at))

    # -- columns -------------------------------------------------------------

    def checked(self, table: Table, level: str, above: list[str]) -> Table:
        """The table without the columns that no unit of `level` has; each is said once."""
        vocabulary = self.rules.vocabulary
        attributes = [name for name, one in vocabulary.attributes.items() if level in one.of]
        plain = ["code", "name", *above]
        unread = [
            column
            for column, at in table.columns.items()
            if column not in plain and not self._is_known(column, level, attributes, at)
        ]
        return table.without(unread)

    def _is_known(self, column: str, level: str, attributes: list[str], at: Position) -> bool:
        name, _, about = column.partition(".")
        if name == FIGURES and about:
            count, _, about = about.partition(".")
            known, what, said = list(self.rules.counts), "a named count", count
        elif name == COMPLETE and about:
            known, what, said = list(self.rules.vocabulary.children_of(level)), "a level", about
            about = ""
        else:
            known, what, said = attributes, f"an attribute of a {level}", name
        if said not in known:
            self._stray(column, said, what, [*known, "code", "name"], at)
            return False
        if about and about not in _IN_TABLES:
            said = f"`{about}` is not a key of a cell"
            self.problems.add(said, at, column, nearest(about, _IN_TABLES))
            return False
        return True

    def _stray(self, column: str, said: str, what: str, known: list[str], at: Position) -> None:
        if is_personal(column, self.rules.vocabulary):
            drop_personal(column, at, self.problems)
            return
        attributes = self.rules.vocabulary.attributes
        meant = [
            name
            for name in known
            if name in attributes
            and folded(said) in {folded(attributes[name].name.vi), folded(attributes[name].name.en)}
        ]
        way_out = f"did you mean `{meant[0]}`?" if meant else nearest(said, known)
        self.problems.add(f"`{said}` is not {what}", at, column, way_out)

    # -- rows ----------------------------------------------------------------

    def _place(self, tree: Mapping, row: Mapping, where: tuple[str, list[str]], put: _Put) -> None:
        """Put `row` under its parents, named by columns of their level."""
        vocabulary, (level, above) = self.rules.vocabulary, where
        for step in above:
            code = self.code(row, step, step)
            listing = tree.entries.get(vocabulary.levels[step].listed)
            parent = listing.entries.get(code) if isinstance(listing, Mapping) else None
            if not isinstance(parent, Mapping):
                message = f"there is no {step} `{code}`"
                self.problems.add(message, row.at, step, "list it before what lies within it")
                return
            tree = parent
        code, listed = self.code(row, "code", level), vocabulary.levels[level].listed
        units = tree.entries.setdefault(listed, Mapping({}, row.at))
        if not isinstance(units, Mapping) or not code:
            self.problems.add("the row has no `code`", row.at, "code")
            return
        rest = {key: one for key, one in row.entries.items() if key not in {"code", *above}}
        put(units, code, Mapping(gathered(Mapping(rest, row.at, row.keys)), row.at, row.keys))

    def _add(self, units: Mapping, code: str, unit: Mapping) -> None:
        """List one more unit."""
        if code in units.entries:
            self.problems.add(f"`{code}` is listed twice", unit.at, "code", "keep one row")
            return
        units.entries[code] = unit
        units.keys[code] = unit.keys.get("code", unit.at)

    def _fill(self, units: Mapping, code: str, row: Mapping) -> None:
        """Fill the blank cells of a unit."""
        unit = units.entries.get(code)
        if not isinstance(unit, Mapping):
            way_out = "a fill adds no unit; list it in a table"
            self.problems.add(f"there is no `{code}` to fill", row.at, "code", way_out)
            return
        units.entries[code] = filled(unit, row, self.problems)

    def code(self, row: Mapping, column: str, level: str) -> str:
        """The code in a column of a row; a leading zero that was lost is put back, and said."""
        node = row.entries.get(column)
        if not isinstance(node, Scalar):
            return ""
        return whole_code(node, level, self.rules.vocabulary, self.problems)


def no_rows(listed: str, at: Position) -> tuple[str, Position, str, str]:
    """That a table lists no unit, as a problem: nothing would be judged, and all be well."""
    return "the table has no rows", at, listed, "add them, or leave the table out"


def whole_code(node: Scalar, level: str, vocabulary: Vocabulary, problems: Problems) -> str:
    """The code of a unit of `level` in a table.

    A code that is shorter than those of its level are lost leading zeros, as spreadsheets lose
    them: they are put back, and the repair is said.  A number where the length is not known
    may have lost some as well, and is refused.
    """
    found = vocabulary.levels.get(level)
    digits = int(found.digits) if found is not None and found.digits else 0
    text = node.text
    if digits and text.isdecimal() and len(text) < digits:
        text = text.zfill(digits)
        way_out = f"the code of a {level} has {digits} digits; keep such columns as text"
        problems.repair(f"the code `{node.text}` was read as `{text}`", node.at, way_out)
    elif not digits and node.stored != "text":
        way_out = "format the column as text, and write the code again with its zeros"
        problems.add(f"`{text}` is stored as a number, and a code is a text", node.at, "", way_out)
    return text


def is_personal(column: str, vocabulary: Vocabulary) -> bool:
    """Whether a column that no table has would hold what is known of a person.  §18"""
    said = folded(column.partition(".")[0].replace("_", " "))
    words = vocabulary.lists.get("personal", {})
    return any(
        said in {folded(one.replace("_", " ")) for one in (name, word.vi, word.en, *word.also)}
        for name, word in words.items()
    )


def drop_personal(column: str, at: Position, problems: Problems) -> None:
    """Say that a column about persons was not read.  §18"""
    message = f"the column `{column}` is about persons and was not read"
    problems.repair(message, at, "counts are enough: delete it from the file")


def gathered(row: Mapping) -> dict[str, Node]:
    """The cells of a row: columns `name.source`, `name.note` … belong to the cell `name`."""
    cells: dict[tuple[str, ...], Mapping] = {}
    for column, value in row.entries.items():
        name, about = _parts(column)
        old = cells.get(name, Mapping({}, value.at))
        cells[name] = old.with_entry(about or "is", value)
    found: dict[str, Node] = {}
    for name, cell in cells.items():
        node = _cell(in_two_languages(cell))
        if len(name) == 1:
            found[name[0]] = node
            continue
        listing = found.get(name[0])
        old = listing if isinstance(listing, Mapping) else Mapping({}, node.at)
        found[name[0]] = old.with_entry(name[1], node)
    return found


def _parts(column: str) -> tuple[tuple[str, ...], str]:
    """The cell that a column is about, and what it says of it: `a.source` is `source` of `a`."""
    steps = column.split(".")
    own = 1 + (steps[0] in {FIGURES, COMPLETE})
    return tuple(steps[:own]), ".".join(steps[own:])


def _cell(cell: Mapping) -> Node:
    if set(cell.entries) == {"is"}:
        return cell.entries["is"]
    entries = {
        key: both_languages(one) if key in _TWICE else one for key, one in cell.entries.items()
    }
    at = entries["is"].at if "is" in entries else cell.at
    return Mapping(entries, at, cell.keys)


def _own(node: Mapping) -> Mapping:
    """A copy that may be added to while the tree is being made."""
    return Mapping(dict(_owned(node)), node.at, dict(node.keys))


def _owned(node: Mapping) -> Iterator[tuple[str, Node]]:
    for key, one in node.entries.items():
        yield key, _own(one) if isinstance(one, Mapping) else one
