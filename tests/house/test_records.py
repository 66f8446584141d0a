"""A record is a `msgspec.Struct`: made in C, seven times as fast as a frozen dataclass.

What the two have in common by name does not mix, and a type checker does not see it.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from dataclasses import Field
from functools import cached_property
from pathlib import Path

import pytest
from msgspec import Struct

import dinhbien

OF_DATACLASSES = {"replace", "fields", "asdict", "astuple", "is_dataclass"}


def sources(root: Path) -> list[Path]:
    return sorted((root / "engine").rglob("*.py")) + sorted((root / "tests").rglob("*.py"))


def test_no_record_is_handled_as_a_dataclass(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {name.name}"
        for path in sources(root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for name in node.names
        if name.name in OF_DATACLASSES and "bench" not in path.parts
    ]
    assert not found


def test_no_record_has_a_field_of_dataclasses_for_a_default() -> None:
    for module in pkgutil.walk_packages(dinhbien.__path__, "dinhbien."):
        if module.name.rpartition(".")[2] == "__main__":
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as absent:
            pytest.importorskip(str(absent.name), reason="an extra that is not installed")
    records = list(_below(Struct))
    assert len(records) > 200
    for record in records:
        assert not any(isinstance(one, Field) for one in record.__struct_defaults__), record
        kept = any(isinstance(one, cached_property) for one in vars(record).values())
        assert not kept or record.__dictoffset__, f"{record} has no room for what it keeps"


def _below(kind: type[Struct]) -> list[type[Struct]]:
    return [one for each in kind.__subclasses__() for one in (each, *_below(each))]
