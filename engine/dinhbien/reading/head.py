"""The tables that stand for the head of a plan → its tree, as ``plan.yaml`` would say it."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping

from dinhbien.errors import Position, Problems, nearest
from dinhbien.reading.document import Mapping, Node, Scalar, Sequence
from dinhbien.reading.rows import Table, in_two_languages

PLAN = "plan"
KEYED = ("sources", "scopes", "quantities", "columns")
"""Tables whose rows are named by their column `key`."""
HEAD = (PLAN, *KEYED)
_COLUMNS = ("key", "value", "vi", "en")
_LISTS = ("changes", "notes")
_NO_KEY = "say in `key` what the row is about, or begin it with `#` as a remark"
_IN_YAML = ("continues", "fills", "tables")


def head_of(tables: AnyMapping[str, Table], at: Position, problems: Problems) -> Mapping:
    """The head: the rows of the table `plan`, and of those named by `key`."""
    head = Mapping({}, at)
    plan = tables.get(PLAN)
    if plan is None:
        way_out = "give the rows `plan`, `as_of`, `norms`, and those of the top unit"
        problems.add(f"the table `{PLAN}` is missing", at, way_out=way_out)
    for row in plan.rows if plan is not None else ():
        head = _with_row(head, row, problems)
    _check_columns(plan, problems)
    for name in KEYED:
        if name in tables:
            entries = _keyed(tables[name], problems)
            head = head.with_entry(name, Mapping(entries, tables[name].at, _places(entries)))
    return _with_lists(head)


def _check_columns(plan: Table | None, problems: Problems) -> None:
    for column, at in plan.columns.items() if plan is not None else ():
        if column not in _COLUMNS:
            message = f"`{column}` is not a column of `{PLAN}`"
            problems.add(message, at, way_out=nearest(column, _COLUMNS))


def _with_row(head: Mapping, row: Mapping, problems: Problems) -> Mapping:
    key = row.entries.get("key")
    if not isinstance(key, Scalar):
        problems.add("the row has no `key`", row.at, way_out=_NO_KEY)
        return head
    steps = key.text.split(".")
    if steps[0] in _IN_YAML:
        way_out = "put what it would add into the tables; each of them is read"
        problems.add(f"`{steps[0]}` is for a plan in YAML", key.at, key.text, way_out)
        return head
    texts = {name: node for name, node in row.entries.items() if name in {"vi", "en"}}
    value = row.entries.get("value")
    if value is not None and texts:
        message = f"`{key.text}` has a `value` and a text in `vi` or `en`"
        problems.add(message, row.at, key.text, "a title takes `vi` and `en`, all else `value`")
    node = value or (Mapping(texts, key.at, dict(row.keys)) if texts else None)
    if node is None:
        return head  # a key without a value says nothing, as a blank cell does
    return _put(head, steps, node, key, problems)


def _put(tree: Mapping, steps: list[str], node: Node, key: Scalar, problems: Problems) -> Mapping:
    """`tree` with `node` at the end of `steps`; a cell and what is said of it may both be there."""
    step, rest = steps[0], steps[1:]
    old = tree.entries.get(step)
    if not rest:
        if isinstance(old, Mapping) and "is" not in old.entries and isinstance(node, Scalar):
            node = old.with_entry("is", node)
        elif (
            isinstance(old, Mapping)
            and isinstance(node, Mapping)
            and not old.entries.keys() & node.entries.keys()
        ):
            node = Mapping({**old.entries, **node.entries}, node.at, {**old.keys, **node.keys})
        elif old is not None:
            problems.add(f"the key `{key.text}` stands here twice", key.at, way_out="keep one")
        return Mapping({**tree.entries, step: node}, tree.at, {**tree.keys, step: key.at})
    below = old if isinstance(old, Mapping) else Mapping({}, key.at)
    if isinstance(old, Scalar):
        below = Mapping({"is": old}, old.at)
    inner = _put(below, rest, node, key, problems)
    return Mapping({**tree.entries, step: inner}, tree.at, {**tree.keys, step: key.at})


def _keyed(table: Table, problems: Problems) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for row in table.rows:
        key = row.text("key")
        if not key:
            problems.add("the row has no `key`", row.at, way_out=_NO_KEY)
        elif key in found:
            problems.add(f"the key `{key}` stands here twice", row.at, way_out="keep one row")
        else:
            about = in_two_languages(row)
            kept = {name: one for name, one in about.entries.items() if name != "key"}
            found[key] = Mapping(kept, row.at, about.keys)
    return found


def _places(entries: dict[str, Node]) -> dict[str, Position]:
    return {name: one.at for name, one in entries.items()}


def _with_lists(head: Mapping) -> Mapping:
    """`head`, in which what a change said, numbered 1, 2 …, is a list, and so are other plans."""
    entries = dict(head.entries)
    for name in _LISTS:
        if name in entries:
            entries[name] = _listed(entries[name])
    about = entries.get("illustration")
    if isinstance(about, Mapping) and "beside" in about.entries:
        others = _listed(about.entries["beside"])
        entries["illustration"] = Mapping({**about.entries, "beside": others}, about.at, about.keys)
    return Mapping(entries, head.at, head.keys)


def _listed(node: Node) -> Node:
    """The entries of `node` in order, where they are numbered 1, 2 …; else `node`."""
    if not isinstance(node, Mapping) or not all(map(str.isdecimal, node.entries)):
        return node
    inside = sorted(node.entries.items(), key=lambda one: int(one[0]))
    return Sequence(tuple(one for _, one in inside), node.at)
