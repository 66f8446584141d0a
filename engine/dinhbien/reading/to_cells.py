"""Texts of a plan → cells: typed by the vocabulary, each with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct
from pydantic import Field
from pydantic_core import PydanticCustomError

from dinhbien.errors import Problems, nearest
from dinhbien.language.units import LONGEST_NUMBER, MalformedQuantityError, refuse_thousands
from dinhbien.model.authored import Authored
from dinhbien.model.period import Moment, day_of
from dinhbien.model.plan import Cell, Origin
from dinhbien.model.wording import Bilingual, folded
from dinhbien.model.words import Attribute, Vocabulary
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence
from dinhbien.reading.typed import typed

_NUMBER = re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?")
ABOUT = ("origin", "source", "how", "scope", "date", "note", "place")
CELL_KEYS = ("is", "at_least", "at_most", *ABOUT)
_FIRST_DAY = date(1899, 12, 30)  # day 0 of the serial numbers of spreadsheets


class CellFile(Authored):
    """A cell as written at length."""

    is_: str = Field("", alias="is")
    at_least: str = ""
    at_most: str = ""
    origin: Origin = "not stated"
    source: str = ""
    how: Bilingual | None = None
    scope: str = ""
    date: str = ""
    note: Bilingual | None = None
    place: str = ""


DEFAULTS = ("origin", "source", "how", "scope", "date", "note")
"""What may be said of every cell of a column."""


class CellReader(Struct, frozen=True):
    """Types the cells of one plan; `sources` and `scopes` are what the plan declares."""

    vocabulary: Vocabulary
    problems: Problems
    sources: frozenset[str]
    scopes: frozenset[str]

    def cell(self, node: Node, path: str, attribute: Attribute, defaults: Mapping | None) -> Cell:
        """The cell at `path`; what is wrong with it is kept, and it is then unknown."""
        if isinstance(node, Sequence):
            name = path.rpartition(".")[2]
            way_out = "write one value, without keys or a list"
            self.problems.add(f"`{name}` must be a text", node.at, path, way_out)
            return Cell(path, None)
        written = self._at_length(node, defaults)
        file = typed(CellFile, written, self.problems, f"{path}.")
        if file is None:
            return Cell(path, None)
        self._declared(file, written, path)
        self._dated(file, written, path)
        value = self._value(file.is_, path, attribute, node) if file.is_ else None
        least = self._number(file.at_least, path, node) if file.at_least else None
        most = self._number(file.at_most, path, node) if file.at_most else None
        if least is None and attribute.least is not None:
            least = Fraction(attribute.least)
        self._inside(value, least, most, path, node)
        return Cell(
            path, value, file.origin, file.source, file.how, file.scope, file.date, file.note,
            least, most, file.place,
        )  # fmt: skip

    def check_defaults(self, node: Node, path: str) -> None:
        """Refuse what cannot be said of every cell of a column, used by a cell or not."""
        said = node if isinstance(node, Mapping) else Mapping({}, node.at)
        for key in said.entries:
            if key in CellFile.model_fields or key == "is":
                message = f"`{key}` cannot be said of a whole column"
                way_out = "write it in each cell: a blank is not known"
            else:
                message = f"`{key}` is not a key here"
                way_out = nearest(key, DEFAULTS) or f"a column says {', '.join(DEFAULTS)}"
            if key not in DEFAULTS:
                self.problems.add(message, said.keys.get(key, said.at), f"{path}.{key}", way_out)

    def _at_length(self, node: Node, defaults: Mapping | None) -> Mapping:
        own = node if isinstance(node, Mapping) else Mapping({"is": node}, node.at)
        entries = dict(own.entries)
        if isinstance(node, Scalar) and not node.text:
            del entries["is"]
        for key, one in defaults.entries.items() if defaults else ():
            if key in DEFAULTS:  # any other was refused at the column
                entries.setdefault(key, one)
        return Mapping(_reported(entries), own.at, own.keys)

    def _declared(self, file: CellFile, written: Mapping, path: str) -> None:
        for source in filter(None, re.split(r"\s*;\s*", file.source)):
            self._one_of(source, self.sources, "source", written, path)
        if file.scope:
            self._one_of(file.scope, self.scopes, "scope", written, path)
        if file.origin == "modelled" and file.how is None:
            way_out = "say `how:` in vi and en"
            self.problems.add("a modelled cell does not say how", written.at, path, way_out)
        if file.origin == "published" and not file.source:
            way_out = "name its `source:`"
            self.problems.add("a published cell has no source", written.at, path, way_out)

    def _dated(self, file: CellFile, written: Mapping, path: str) -> None:
        try:
            if file.date:
                Moment.read(file.date)
        except PydanticCustomError as error:
            at = written.entries["date"].at
            context = error.context or {}
            self.problems.add(str(context["message"]), at, f"{path}.date", str(context["way_out"]))

    def _one_of(
        self, word: str, known: Iterable[str], key: str, written: Mapping, path: str
    ) -> None:
        if word not in known:
            at = written.entries[key].at
            way_out = nearest(word, known) or f"declare it under `{key}s:` of the plan"
            self.problems.add(f"`{word}` is not a {key} of the plan", at, path, way_out)

    def _value(
        self, text: str, path: str, attribute: Attribute, node: Node
    ) -> Fraction | str | None:
        if attribute.kind == "quantity":
            return self._number(text, path, node, self._is_whole(attribute))
        if attribute.kind == "date":
            return self._day(text, path, node)
        if attribute.kind in {"text", "code"}:
            return text
        if attribute.kind == "truth":
            return self._word(text, path, node, "truth", attribute)
        return self._word(text, path, node, attribute.words or "", attribute)

    def _day(self, text: str, path: str, node: Node) -> str | None:
        try:
            return day_of(text).isoformat()
        except PydanticCustomError as error:
            context = error.context or {}
            value = node.entries.get("is", node) if isinstance(node, Mapping) else node
            way_out = serial_day(value) or str(context["way_out"])
            self.problems.add(str(context["message"]), node.at, path, way_out)
            return None

    def _is_whole(self, attribute: Attribute) -> bool:
        unit = self.vocabulary.units.get(attribute.unit or "")
        return unit is not None and unit.countable == "yes"

    def _word(
        self, text: str, path: str, node: Node, listed: str, attribute: Attribute
    ) -> str | None:
        words = self.vocabulary.lists.get(listed, {})
        for name, word in words.items():
            if folded(text) in {folded(one) for one in (name, word.vi, word.en, *word.also)}:
                return name
        known = ", ".join(f"`{name}`" for name in words)
        way_out = nearest(text, words) or f"one of {known}, or leave it blank"
        message = f"`{text}` is not a word for {attribute.name.en}"
        self.problems.add(message, node.at, path, way_out)
        return None

    def _number(self, text: str, path: str, node: Node, whole: bool = False) -> Fraction | None:
        if not _NUMBER.fullmatch(text):
            way_out = "write digits, with a point before decimals; leave it blank if unknown"
            if not text.isprintable():
                way_out = "a character in it is not seen: type the number again"
            self.problems.add(f"`{text}` is not a number", node.at, path, way_out)
            return None
        try:
            refuse_thousands(text if whole else "")
        except MalformedQuantityError as error:
            self.problems.add(str(error), node.at, path, error.way_out)
            return None
        if len(text) > LONGEST_NUMBER:
            self.problems.add("the number is too long", node.at, path)
            return None
        value = Fraction(text.replace("_", ""))
        if whole and value.denominator != 1:
            message = f"`{text}` is not a whole number, and this is counted in wholes"
            self.problems.add(message, node.at, path, "people and posts come in wholes")
            return None
        return value

    def _inside(
        self, value: object, least: Fraction | None, most: Fraction | None, path: str, node: Node
    ) -> None:
        if not isinstance(value, Fraction):
            value = None
        low = value is not None and least is not None and value < least
        high = value is not None and most is not None and value > most
        crossed = least is not None and most is not None and least > most
        if low or high or crossed:
            said = "the least possible value is above the greatest" if crossed else (
                f"`{value}` is outside its possible values"
            )  # fmt: skip
            self.problems.add(said, node.at, path, "correct the value or its bounds")


def _reported(entries: dict[str, Node]) -> dict[str, Node]:
    """What stands in a workbook without an origin was reported there."""
    value = entries.get("is")
    if isinstance(value, Scalar) and value.at.reference and "origin" not in entries:
        said = {"origin": "reported", "place": value.at.reference}
        return {**{key: Scalar(one, value.at) for key, one in said.items()}, **entries}
    return entries


def serial_day(node: Node) -> str:
    """A way out for a day that a spreadsheet stores as a number, or an empty text."""
    if not isinstance(node, Scalar) or node.stored != "number" or not node.text.isdecimal():
        return ""
    try:
        day = _FIRST_DAY + timedelta(days=int(node.text))
    except OverflowError:
        return ""
    return f"format the cell as a date; if it counts days, it is {day.isoformat()}"


def both_languages(node: Node) -> Node:
    """A text of a table written ``tiếng Việt / English`` as its two texts."""
    if not isinstance(node, Scalar):
        return node
    vi, _, en = node.text.partition(" / ")
    return Mapping({"vi": Scalar(vi, node.at), "en": Scalar(en or vi, node.at)}, node.at)
