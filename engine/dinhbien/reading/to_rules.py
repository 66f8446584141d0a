"""``rules/`` → vocabulary, counts, forms and chains of flags."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from dinhbien.errors import NormsError, Problems, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.form import Form
from dinhbien.model.norm import NamedCount
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Vocabulary
from dinhbien.reading.document import Mapping, Node, read_document
from dinhbien.reading.to_flags import Patches, read_flags
from dinhbien.reading.typed import Model, position_in, typed


def read_rules(root: Path, pack: Path | None = None, flags: Patches | None = None) -> Rules:
    """All of ``rules/``, with what a pack adds to the words and counts in its own folder.

    A pack may add levels, units, attributes, lists and counts; it may change none.
    `flags` are a change's patches to the chains of flags.
    Raises `NormsError` with every problem.
    """
    problems = Problems()
    vocabulary = _words(root, pack, problems)
    counts = _entries(_united(root, pack, "counts.yaml", problems), NamedCount, problems)
    phrases = _entries(_united(root, None, "phrases.yaml", problems), Bilingual, problems)
    forms = _forms(root, problems)
    problems.raise_as(NormsError)
    assert vocabulary is not None  # noqa: S101 - a missing one is a problem raised above
    chains = read_flags(root / "flags", vocabulary, counts, flags or {}, problems)
    problems.raise_as(NormsError)
    return Rules(vocabulary, counts, forms, phrases, chains)


def _united(root: Path, pack: Path | None, file: str, problems: Problems) -> Mapping | None:
    """The tree of a file of the rules, with that of the same name in a pack's folder."""
    node = read_document(root / file, f"rules/{file}", problems)
    own = pack / file if pack is not None else None
    if own is None or not own.is_file() or not isinstance(node, Mapping):
        return node if isinstance(node, Mapping) else None
    added = read_document(own, f"norms/{own.parent.name}/{file}", problems)
    return _added(node, added, problems) if isinstance(added, Mapping) else node


def _added(node: Mapping, more: Mapping, problems: Problems, depth: int = 0) -> Mapping:
    """Both trees; a key of the first level may be in both, one below it in only one."""
    for key, one in more.entries.items():
        old = node.entries.get(key)
        if isinstance(old, Mapping) and isinstance(one, Mapping) and not depth:
            node = node.with_entry(key, _added(old, one, problems, depth + 1))
        elif old is not None:
            way_out = "give it another name: a pack adds words, and changes none"
            problems.add(f"`{key}` is already in rules/", more.keys[key], key, way_out)
        else:
            node = node.with_entry(key, one)
    return node


def _words(root: Path, pack: Path | None, problems: Problems) -> Vocabulary | None:
    node = _united(root, pack, "words.yaml", problems)
    made = typed(Vocabulary, node, problems) if node else None
    if made is not None and node is not None:
        _consistent(made, node, problems)
    return made


def _consistent(words: Vocabulary, node: Mapping, problems: Problems) -> None:
    """Every level, unit and list that is named must be declared."""
    for name, one in words.attributes.items():
        named: list[tuple[str, str, Collection[str]]] = [
            ("of", level, words.levels) for level in one.of
        ]
        named += [("unit", one.unit, words.units)] if one.unit else []
        named += [("words", one.words, words.lists)] if one.words else []
        for key, word, known in named:
            if word not in known:
                at = position_in(node, ("attributes", name, key))
                message = f"`{word}` is not declared"
                problems.add(message, at, f"attributes.{name}.{key}", nearest(str(word), known))
    for name, level in words.levels.items():
        if level.within is not None and level.within not in words.levels:
            at = position_in(node, ("levels", name, "within"))
            problems.add(f"`{level.within}` is not declared", at, f"levels.{name}.within")
        if name not in words.units:
            message = f"the level `{name}` is not a unit: it could not be counted"
            problems.add(message, position_in(node, ("levels", name)), f"levels.{name}")


def _entries(node: Mapping | None, model: type[Model], problems: Problems) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for name, entry in node.entries.items() if node else ():
        made = typed(model, entry, problems, f"{name}.")
        if made is not None:
            found[name] = made
    return found


_BOUND = ("min", "max", "body")
_PLACEHOLDERS = {"demand": _BOUND, "same": _BOUND, "more": ("amount",)}


def _placeholders(form: Form, node: Node, problems: Problems) -> None:
    """Refuse a placeholder that nothing fills in, and a number where one belongs."""
    for keys, text, known in _said(form):
        for lang in ("vi", "en"):
            at, path = position_in(node, (*keys, lang)), ".".join(map(str, (*keys, lang)))
            for digits in re.findall(r"\d+", text.said(lang)):
                message, way_out = f"the form says the number `{digits}`", "put a placeholder there"
                problems.add(message, at, path, way_out)
            for name in re.findall(r"\{(\w*)\}", text.said(lang)):
                if name not in known:
                    braced = [f"{{{one}}}" for one in known]
                    way_out = nearest(f"{{{name}}}", braced)
                    problems.add(f"`{{{name}}}` is not a placeholder", at, path, way_out)
    for place, line in enumerate(form.says.lines):
        for slot in {line.given, *line.when} - form.slots.keys():
            at = position_in(node, ("says", "lines", place))
            message = f"the form has no slot `{slot}`"
            problems.add(message, at, f"says.lines.{place}", nearest(slot, form.slots))


def _said(form: Form) -> Iterator[tuple[tuple[str | int, ...], Bilingual, tuple[str, ...]]]:
    """Each text of a form, the keys that lead to it, and its placeholders."""
    for key in ("demand", "same", "more", "fewer"):
        text = getattr(form.says, key)
        if text:
            yield ("says", key), text, _PLACEHOLDERS.get(key, ("amount",))
    for place, line in enumerate(form.says.lines):
        yield ("says", "lines", place, "says"), line.says, ("words",)


def _forms(root: Path, problems: Problems) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for path in sorted((root / "forms").glob("*.yaml")):
        name = f"rules/forms/{path.name}"
        node = read_document(path, name, problems)
        form = typed(Form, node, problems) if node else None
        if form is not None and node is not None:
            _placeholders(form, node, problems)
        if form is not None and form.form != path.stem:
            problems.add(f"`{form.form}` is not the file's name", node.at if node else None, "form")
        if form is not None:
            found[form.form] = form
    return found
