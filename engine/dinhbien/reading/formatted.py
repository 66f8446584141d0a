"""YAML of norms in one form: comments kept, expressions spelt one way, meaning untouched."""

from __future__ import annotations

from collections.abc import MutableMapping
from io import StringIO
from typing import Any

from dinhbien.errors import NormsError, Position, Problem, Problems
from dinhbien.language.parse import MalformedExpressionError, parse
from dinhbien.language.render import render
from dinhbien.model.norm import Norm
from dinhbien.reading.document import plain, tree_of

_WIDTH = 2**12  # no line is broken: a reader looks for whole addresses and sentences
_INDENT = {"mapping": 2, "sequence": 4, "offset": 2}
_KEYS = frozenset([*Norm.model_fields, *(one.alias or "" for one in Norm.model_fields.values())])


def formatted(text: str, name: str) -> str:
    """`text`, a YAML file of norms, in the one form; formatting it again changes nothing.

    Raises `NormsError` where it cannot be read, or would not read the same afterwards.
    """
    problems = Problems()
    before = tree_of(text, name, problems)
    problems.raise_as(NormsError)
    assert before is not None  # noqa: S101 - anything else is a problem raised above
    made = _dumped(text)
    after = tree_of(made, name, problems)
    if after is None or _spelt(plain(after)) != _spelt(plain(before)):
        message = "the file cannot be put in form without changing what it says"
        raise NormsError([Problem(message, Position(name), help="leave it as it is")])
    return made


def _dumped(text: str) -> str:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(**_INDENT)
    tree = yaml.load(text)
    norms = tree.get("norms") if isinstance(tree, MutableMapping) else None
    if isinstance(norms, MutableMapping):
        _respell(tree, ("where",))
        for norm in norms.values():
            if isinstance(norm, MutableMapping):
                _respell(norm, tuple(key for key in norm if key == "where" or key not in _KEYS))
    out = StringIO()
    yaml.dump(tree, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _respell(node: MutableMapping[str, Any], keys: tuple[str, ...]) -> None:
    """The expressions of a norm, each in its one spelling."""
    for key in keys:
        if isinstance(node.get(key), str):
            node[key] = type(node[key])(_one_spelling(str(node[key])))
    lets = node.get("let")
    if isinstance(lets, MutableMapping):
        for name, text in lets.items():
            if isinstance(text, str):
                lets[name] = type(text)(_one_spelling(str(text)))


def _one_spelling(text: str) -> str:
    try:
        return render(parse(text))
    except MalformedExpressionError:
        return text  # a group, a word, or a fault that reading says better


def _spelt(node: object) -> object:
    """The plain tree with every text that is an expression in its one spelling."""
    if isinstance(node, dict):
        return {key: _spelt(value) for key, value in node.items()}
    if isinstance(node, tuple):
        return tuple(_spelt(one) for one in node)
    return _one_spelling(node) if isinstance(node, str) else node
