"""``rules/`` → vocabulary, counts and forms."""

from __future__ import annotations

import re
from pathlib import Path

from dinhbien.errors import NormsError, Problems, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.model.form import Form
from dinhbien.model.norm import NamedCount
from dinhbien.model.wording import Bilingual
from dinhbien.model.words import Vocabulary
from dinhbien.reading.document import Mapping, Node, read_document
from dinhbien.reading.typed import Model, position_in, typed


def read_rules(root: Path) -> Rules:
    """All of ``rules/``; raises `NormsError` with every problem."""
    problems = Problems()
    vocabulary = _words(root, problems)
    counts = _entries(root, "counts.yaml", NamedCount, problems)
    phrases = _entries(root, "phrases.yaml", Bilingual, problems)
    forms = _forms(root, problems)
    problems.raise_as(NormsError)
    assert vocabulary is not None  # noqa: S101 - a missing one is a problem raised above
    return Rules(vocabulary, counts, forms, phrases)


def _words(root: Path, problems: Problems) -> Vocabulary | None:
    node = read_document(root / "words.yaml", "rules/words.yaml", problems)
    return typed(Vocabulary, node, problems) if node else None


def _entries(root: Path, file: str, model: type[Model], problems: Problems) -> dict[str, Model]:
    node = read_document(root / file, f"rules/{file}", problems)
    found: dict[str, Model] = {}
    for name, entry in node.entries.items() if isinstance(node, Mapping) else ():
        made = typed(model, entry, problems, f"{name}.")
        if made is not None:
            found[name] = made
    return found


_PLACEHOLDERS = {"demand": ("min", "max"), "same": ("min", "max"), "more": ("amount",)}


def _placeholders(form: Form, node: Node, problems: Problems) -> None:
    """Refuse a placeholder that nothing fills in."""
    for key in ("demand", "same", "more", "fewer"):
        text = getattr(form.says, key)
        known = _PLACEHOLDERS.get(key, ("amount",))
        for lang in ("vi", "en") if text else ():
            for name in re.findall(r"\{(\w*)\}", text.said(lang)):
                if name not in known:
                    at = position_in(node, ("says", key, lang))
                    braced = [f"{{{one}}}" for one in known]
                    way_out = nearest(f"{{{name}}}", braced)
                    message = f"`{{{name}}}` is not a placeholder"
                    problems.add(message, at, f"says.{key}.{lang}", way_out)


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
