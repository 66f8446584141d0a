"""The JSON Schemas fit what is shipped, and notice a slip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dinhbien.cli import _SCHEMAS, main
from dinhbien.errors import Problems
from dinhbien.reading.document import plain, read_document
from dinhbien.report.schemas import KINDS
from dinhbien.shipped import content

NORMS, RULES, SCENARIOS = (content(kind) for kind in ("norms", "rules", "scenarios"))


def kind_of(path: Path) -> str:
    """Which schema a file is to fit."""
    for start in ("change", "exempt", "plan", "pack", "instrument", "words", "counts"):
        if path.name.startswith(start):
            return start
    if path.name.startswith("modelled"):
        return "plan"
    return "form" if path.parent.name == "forms" else "article"


FILES = [
    *(path for path in sorted(NORMS.rglob("*.yaml"))),
    *sorted((RULES / "forms").glob("*.yaml")),
    RULES / "words.yaml",
    RULES / "counts.yaml",
    *sorted(SCENARIOS.rglob("plan.yaml")),
    *sorted(SCENARIOS.rglob("modelled-*.yaml")),
    *sorted(SCENARIOS.rglob("change-*.yaml")),
]


def as_written(path: Path) -> Any:  # noqa: ANN401 - any YAML
    """A file as JSON sees it: every scalar is a text."""
    node = read_document(path, path.name, Problems())
    assert node is not None
    return json.loads(json.dumps(plain(node)))


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """Every schema."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        printed: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("dinhbien.cli._write", printed.append)
            assert main(["schema", kind]) == 0
        found[kind] = json.loads("".join(printed))
        jsonschema.Draft202012Validator.check_schema(found[kind])
    return found


def test_the_command_offers_every_kind() -> None:
    assert set(_SCHEMAS) == set(KINDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_shipped_fits_its_schema(path: Path, schemas: dict[str, Any]) -> None:
    is_addition = path.name in {"words.yaml", "counts.yaml"} and path.parent != RULES
    if is_addition:  # a pack adds to the words, and needs not hold every part
        return
    jsonschema.validate(as_written(path), schemas[kind_of(path)])


@pytest.mark.parametrize(
    ("file", "slip"),
    [
        ("vn/od-09-2025/instrument.yaml", "issuer"),
        ("vn/od-09-2025/article-ii-1.yaml", "norms"),
        ("dien-bien/pack.yaml", "takes"),
    ],
)
def test_a_misspelt_key_does_not_fit(file: str, slip: str, schemas: dict[str, Any]) -> None:
    written = as_written(NORMS / file)
    written[f"{slip}x"] = written.pop(slip)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schemas[kind_of(NORMS / file)])


def test_an_unknown_form_or_slot_does_not_fit(schemas: dict[str, Any]) -> None:
    written = as_written(NORMS / "vn/od-09-2025/article-ii-1.yaml")
    for key, value in (("form", "celing"), ("at_mots", "frame")):
        broken = json.loads(json.dumps(written))
        broken["norms"]["frame"][key] = value
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schemas["article"])


def test_a_norm_says_its_form_itself_or_in_its_outputs(schemas: dict[str, Any]) -> None:
    norm = {"title": {"vi": "một", "en": "one"}, "form": "floor"}
    for fits in (norm, {"outputs": {"heads": norm}}):
        jsonschema.validate({"norms": {"one": fits}}, schemas["article"])
    for part in ("title", "form"):
        written = {"norms": {"one": {key: one for key, one in norm.items() if key != part}}}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(written, schemas["article"])
