"""A table of numbers in a CSV file beside its article → rows of the article's tree.

`{by: word, csv: file.csv, unit: people}` becomes the same table with its rows written out,
each where it stands in the file; what reads a table of an article then reads these.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from dinhbien.errors import Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence
from dinhbien.reading.rows import Table
from dinhbien.reading.table import read_table

CSV, UNIT = "csv", "unit"
_OF_A_ROW = ("is", "source", "confidence")
_FOR_THE_READER = "name"
_BARE = re.compile(r"-?[0-9][0-9_]*(?:\.[0-9]+)?(?:\s*/\s*[0-9][0-9_]*)?\s*%?")
_ROWS = ("rows", "bands", "is", "dated")


def with_rows(node: Node, folder: Path, shown: str, problems: Problems) -> Node:
    """`node` with every table below a key `numbers` read from its file in `folder`.

    `shown` is how the folder is called; the file lies in it and nowhere else.
    """
    if isinstance(node, Sequence):
        items = tuple(with_rows(one, folder, shown, problems) for one in node.items)
        return Sequence(items, node.at)
    if not isinstance(node, Mapping):
        return node
    entries = {
        key: _numbers(one, _Files(folder, shown, problems))
        if key == "numbers" and isinstance(one, Mapping)
        else with_rows(one, folder, shown, problems)
        for key, one in node.entries.items()
    }
    return Mapping(entries, node.at, node.keys)


def _numbers(node: Mapping, files: _Files) -> Mapping:
    entries = {
        name: files.table(name, one) if isinstance(one, Mapping) and CSV in one.entries else one
        for name, one in node.entries.items()
    }
    return Mapping(entries, node.at, node.keys)


class _Files(Struct, frozen=True):
    """The tables in one folder."""

    folder: Path
    shown: str
    problems: Problems

    def table(self, name: str, node: Mapping) -> Mapping:
        """The number `name` with the rows of its file in place of `csv` and `unit`."""
        kept = {key: one for key, one in node.entries.items() if key not in {CSV, UNIT, *_ROWS}}
        by, unit = kept.get("by"), node.text(UNIT)
        words = by.items if isinstance(by, Sequence) else (by,)
        names = [one.text for one in words if isinstance(one, Scalar)]
        self._only_rows(name, node, names)
        path = self._path(name, node.entries[CSV])
        file = path.name if path else ""
        read = read_table(path, f"{self.shown}/{file}", self.problems) if path else None
        rows = read.rows if read is not None else []
        if path is not None and not rows:
            message = f"the table `{file}` has no rows"
            self.problems.add(message, node.entries[CSV].at, f"numbers.{name}.{CSV}")
        if read is None or not rows or not names:  # said above: nothing more is made of it
            return Mapping({"is": Scalar(f"0 {unit}", node.at)}, node.at)
        self._columns(name, read, names)
        self._each_once(name, rows, names)
        made = [self._row(name, row, names, unit) for row in rows]
        whole = [one for one in made if all(key in one.entries for key in names)]
        if len(names) > 1:
            kept["rows"] = Sequence(tuple(whole), node.at)
            return Mapping(kept, node.at, node.keys)
        keys = {one.text(names[0]): one.at for one in whole}
        keyed = {one.text(names[0]): _without(one, names[0]) for one in whole}
        return Mapping(kept | keyed, node.at, node.keys | keys)

    def _only_rows(self, name: str, node: Mapping, by: list[str]) -> None:
        for key in _ROWS:
            if key in node.entries:
                message = f"a table read from a file has no `{key}` of its own"
                self.problems.add(message, node.keys[key], f"numbers.{name}.{key}", "keep one")
        if not by:
            at, way_out = node.keys[CSV], "say `by:` and the word that each row begins with"
            self.problems.add("a table is looked up by a word", at, f"numbers.{name}", way_out)

    def _columns(self, name: str, table: Table, by: list[str]) -> None:
        known = (*by, *_OF_A_ROW, _FOR_THE_READER)
        for column in sorted(set(table.columns) - set(known)):
            message = f"`{column}` is not a column of the table"
            way_out = nearest(column, known)
            self.problems.add(message, table.columns[column], f"numbers.{name}", way_out)

    def _path(self, name: str, node: Node) -> Path | None:
        """The file, if it lies in this very folder."""
        file = node.text if isinstance(node, Scalar) else ""
        path = self.folder / file
        where = f"numbers.{name}.{CSV}"
        if not re.fullmatch(r"[\w-]+\.csv", file):
            way_out = "name a file `….csv` in the instrument's own folder"
            self.problems.add(f"`{file}` is not the name of a table", node.at, where, way_out)
            return None
        if not path.is_file():
            files = sorted(one.name for one in self.folder.glob("*.csv"))
            way_out = nearest(file, files) or "put it into the instrument's own folder"
            self.problems.add(f"there is no file `{file}` here", node.at, where, way_out)
            return None
        if path.resolve().parent != self.folder.resolve():
            message = f"`{file}` leads out of the instrument's folder"
            self.problems.add(message, node.at, where, "put the file itself there")
            return None
        return path

    def _row(self, name: str, row: Mapping, by: list[str], unit: str) -> Mapping:
        """One row: its words, its number with its unit, its own source."""
        where = f"numbers.{name}"
        for column in (*by, "is"):
            if column not in row.entries:
                message = f"the row has no `{column}`"
                way_out = "fill it in; a number that nobody knows has no row"
                self.problems.add(message, row.at, where, way_out)
        kept = {key: one for key, one in row.entries.items() if key in {*by, *_OF_A_ROW}}
        number = kept.get("is", Scalar("0", row.at))
        text = number.text if isinstance(number, Scalar) else ""
        if unit and not _BARE.fullmatch(text):
            way_out = f"write digits; the unit is said once: `unit: {unit}`"
            self.problems.add(f"`{text}` is not a number", number.at, where, way_out)
            text = "0"
        kept["is"] = Scalar(f"{text} {unit}".strip(), number.at)
        return Mapping(kept, row.at, row.keys)

    def _each_once(self, name: str, rows: list[Mapping], by: list[str]) -> None:
        seen: dict[tuple[str, ...], Position] = {}
        for row in rows:
            words = tuple(row.text(one) for one in by)
            if words in seen:
                said = ", ".join(words)
                message = f"`{said}` stands here twice; first at line {seen[words].line}"
                self.problems.add(message, row.at, f"numbers.{name}", "keep one of them")
            seen.setdefault(words, row.at)


def _without(row: Mapping, key: str) -> Node:
    entries = {name: one for name, one in row.entries.items() if name != key}
    return entries["is"] if len(entries) == 1 else Mapping(entries, row.at, row.keys)
