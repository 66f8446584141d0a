"""A plan → one YAML file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import yaml

from dinhbien.language.from_norms import Rules
from dinhbien.model.amount import decimal_text
from dinhbien.model.plan import Plan
from dinhbien.reading.head import KEYED, PLAN
from dinhbien.reading.written import FIGURES
from dinhbien.writing.tables import Row, Sheet, Value, tables_of

_WIDTH = 100
_PLAIN = ("as_of", "date", "seen")
Tree = dict[str, Any]


class _Plain(str):
    """A text that stands without quotes: a number, a day, yes or no."""

    __slots__ = ()


class _Dumper(yaml.CSafeDumper):
    """Writes no anchors and no aliases, which are not read."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _plain(dumper: _Dumper, text: _Plain) -> yaml.ScalarNode:
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(str(tag), str(text))


_Dumper.add_representer(_Plain, _plain)


def yaml_of(plan: Plan, rules: Rules, beside: Sequence[str] = ()) -> bytes:
    """The plan as one YAML document in UTF-8; `beside` names those that stand beside it."""
    sheets = {sheet.name: sheet for sheet in tables_of(plan, rules, beside=beside)}
    tree = _head(sheets[PLAN])
    for name in KEYED:
        if name in sheets:
            tree[name] = {str(row["key"]): _nested(row, ("key",)) for row in sheets[name].rows}
    if FIGURES in sheets:
        tree[FIGURES] = [_nested(row, ()) for row in sheets[FIGURES].rows]
    for sheet in sheets.values():
        if sheet.level:
            _put_units(tree, sheet, sheets)
    style: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": _WIDTH}
    text: str = yaml.dump(tree, Dumper=_Dumper, default_flow_style=None, **style)
    return text.encode()


def _head(sheet: Sheet) -> Tree:
    tree: Tree = {}
    for row in sheet.rows:
        *steps, last = str(row["key"]).split(".")
        texts = {lang: row[lang] for lang in ("vi", "en") if lang in row}
        if steps and last.isdecimal():
            place = _below(tree, steps[:-1])
            place.setdefault(steps[-1], []).append(texts or row["value"])
            continue
        place = _below(tree, steps)
        kind = {"code": "code", "as_of": "date"}.get(last, "")
        place[last] = texts or _value(row["value"], kind)
    return tree


def _put_units(tree: Tree, sheet: Sheet, sheets: dict[str, Sheet]) -> None:
    above = [column.name for column in sheet.columns if column.kind == "code"]
    above = above[: above.index("code")]
    listed = {one.level: one.name for one in sheets.values()}
    kinds = {column.name: column.kind for column in sheet.columns}
    for row in sheet.rows:
        place = tree
        for level in above:
            place = place[listed[level]][str(row[level])]
        units = place.setdefault(sheet.name, {})
        units[str(row["code"])] = _nested(row, (*above, "code"), kinds)


def _nested(row: Row, without: tuple[str, ...], kinds: dict[str, Any] | None = None) -> Tree:
    """A row as keys of their own: `a.source` goes below `a`, `note_vi` below `note`."""
    tree: Tree = {}
    for column, value in row.items():
        if column in without:
            continue
        steps = _steps(column)
        place = _below(tree, steps[:-1])
        kind = (kinds or {}).get(column, "code" if column == "code" else "")
        place[steps[-1]] = _value(value, "date" if steps[-1] in _PLAIN else kind)
    return tree


def _below(tree: Tree, steps: list[str]) -> Tree:
    """The keys at the end of `steps`; a value that stands on the way becomes that of a cell."""
    for step in steps:
        old = tree.setdefault(step, {})
        tree[step] = old if isinstance(old, dict) else {"is": old}
        tree = tree[step]
    return tree


def _steps(column: str) -> list[str]:
    stem, _, language = column.rpartition("_")
    if language in {"vi", "en"} and stem.rpartition(".")[2] in {"how", "note"}:
        return [*stem.split("."), language]
    return column.split(".")


def _value(value: Value, kind: str) -> str:
    if isinstance(value, Fraction):
        return _Plain(decimal_text(value))
    is_plain = kind in {"truth", "date"} or value in {"yes", "no"}
    return _Plain(value) if is_plain and kind != "code" else value
