"""JSON Schemas of the files that people write: an editor completes and checks by them."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from dinhbien.language.from_norms import Rules
from dinhbien.model.citation import Instrument
from dinhbien.model.exemption import Exemption
from dinhbien.model.flag import FlagFile
from dinhbien.model.form import Form
from dinhbien.model.norm import NamedCount, Norm
from dinhbien.model.words import Vocabulary
from dinhbien.reading.to_norms import INHERITED
from dinhbien.reading.to_pack import PackFile
from dinhbien.reading.to_plan import PlanFile

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: dict[str, type[BaseModel]] = {
    "exempt": Exemption,
    "flags": FlagFile,
    "form": Form,
    "instrument": Instrument,
    "pack": PackFile,
    "words": Vocabulary,
}
KINDS = ("article", "change", "counts", *sorted(_MODELS), "plan")
_TEXTS = {"type": "object", "properties": {"vi": {"type": "string"}, "en": {"type": "string"}}}


def schema_text(kind: str, rules: Rules) -> str:
    """The JSON Schema of one kind of file, one of `KINDS`, as text."""
    body: dict[str, Any] = {"$schema": _DRAFT, "title": f"dinhbien {kind}"}
    return json.dumps(body | _schema(kind, rules), ensure_ascii=False, indent=1) + "\n"


def _schema(kind: str, rules: Rules) -> dict[str, Any]:
    if kind in _MODELS:
        return _MODELS[kind].model_json_schema(by_alias=True)
    if kind == "counts":
        return _entries(NamedCount.model_json_schema(by_alias=True))
    if kind == "change":
        return _change()
    return _article(rules) if kind == "article" else _plan(rules)


def _entries(one: dict[str, Any]) -> dict[str, Any]:
    definitions = one.pop("$defs", {})
    return {"type": "object", "additionalProperties": one, "$defs": definitions}


def _article(rules: Rules) -> dict[str, Any]:
    """An article: what its norms inherit, and its norms, with the slots of every form."""
    norm = Norm.model_json_schema(by_alias=True)
    definitions = norm.pop("$defs", {})
    slots = {
        name: {"description": f"{form.form}: {slot.what.vi} / {slot.what.en}"}
        for form in rules.forms.values()
        for name, slot in form.slots.items()
        if name not in norm["properties"]
    }
    norm["properties"] |= slots | {"outputs": {"type": "object"}}
    norm["properties"]["form"]["enum"] = sorted(rules.forms)
    norm["additionalProperties"] = False
    own = [name for name in norm.pop("required") if name not in INHERITED]
    norm["anyOf"] = [{"required": own}, {"required": ["outputs"]}]  # an output may say them
    shared = {name: norm["properties"][name] for name in INHERITED}
    norms = {"type": "object", "additionalProperties": norm, "minProperties": 1}
    return {
        "type": "object",
        "properties": {**shared, "norms": norms},
        "required": ["norms"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _plan(rules: Rules) -> dict[str, Any]:
    """A plan: its head, and the units of every level that can stand in it."""
    plan = PlanFile.model_json_schema(by_alias=True)
    top = next(name for name, level in rules.vocabulary.levels.items() if level.within is None)
    below = [rules.vocabulary.levels[name].listed for name in rules.vocabulary.children_of(top)]
    plan["properties"] |= {top: {"type": "object"}}
    plan["properties"] |= {listed: {"type": "object"} for listed in below}
    whole = {"required": [*plan.pop("required"), top]}
    plan["anyOf"] = [whole, {"required": ["continues"]}]
    return plan


def _change() -> dict[str, Any]:
    paths = {"type": "object", "description": "paths, each with its new value"}
    return {
        "type": "object",
        "properties": {
            "change": _TEXTS,
            "note": _TEXTS,
            "norms": paths,
            "flags": paths,
            "plan": paths,
            "origin": {"type": "string"},
            "how": _TEXTS,
            "scope": {"type": "string"},
            "source": {"type": "string"},
        },
        "required": ["change"],
        "additionalProperties": False,
    }
