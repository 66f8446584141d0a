"""A plan → a file or folder, in the form that its name asks for."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

from dinhbien.errors import Problem, UsageError
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Plan
from dinhbien.reading.head import HEAD
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.written import FIGURES, YAML
from dinhbien.shipped import content

FORMS = "`.yaml`, `.xlsx`, or a folder, which takes CSV"


def write_plan(
    plan: Plan,
    path: str | PathLike[str],
    *,
    norms: str | PathLike[str] | None = None,
    force: bool = False,
) -> list[Path]:
    """Write a plan as YAML, as a workbook or as a folder of CSV, and return the files.

    Args:
        plan: the plan; what is read back from `path` is equal to it.
        path: ``plan.yaml``, ``plan.xlsx``, or a folder (no suffix) for CSV.
        norms: the folder of norms whose pack the plan names, if not the shipped one.
        force: write over what is there.

    Raises:
        UsageError: the suffix names no form, or something is there and `force` is not given.
    """
    folder = Path(norms) if norms is not None else content("norms")
    rules = read_rules(content("rules"), folder / plan.norms)
    target = Path(path)
    suffix = target.suffix.lower()
    if target.is_dir() or not suffix:
        return _write_folder(plan, rules, target, force)
    if suffix not in {".yaml", ".yml", ".xlsx"}:
        raise UsageError([Problem(f"`{target}` names no form of a plan", help=f"write {FORMS}")])
    _refuse_there(target, force and not target.is_dir())
    _put(target, _body(plan, rules, suffix))
    return [target]


def _body(plan: Plan, rules: Rules, suffix: str) -> bytes:
    if suffix == ".xlsx":
        from dinhbien.writing.to_workbook import workbook_of

        return workbook_of(plan, rules)
    from dinhbien.writing.to_yaml import yaml_of

    return yaml_of(plan, rules)


def _write_folder(plan: Plan, rules: Rules, folder: Path, force: bool) -> list[Path]:
    from dinhbien.writing.to_folder import folder_of

    if (folder / YAML).exists():
        way_out = "choose another folder"
        raise UsageError([Problem(f"`{folder}` holds a plan in `{YAML}`", help=way_out)])
    if not folder.is_dir() or any(folder.iterdir()):
        _refuse_there(folder, force and folder.is_dir())
    files = folder_of(plan, rules)
    listed = [one.listed for one in rules.vocabulary.levels.values()]
    for name in (*HEAD, *listed, FIGURES):
        stale = folder / f"{name}.csv"
        if stale.name not in files:
            stale.unlink(missing_ok=True)
    _made(folder)
    for name, body in files.items():
        _put(folder / name, body)
    return [folder / name for name in files]


def _refuse_there(target: Path, may: bool) -> None:
    if target.exists() and not may:
        raise UsageError([Problem(f"`{target}` is there already", help="write over it by --force")])


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError([_cannot(folder, error)]) from None


def _put(target: Path, body: bytes) -> None:
    """Write the whole file or nothing of it."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(body)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError([_cannot(target, error)]) from None


def _cannot(path: Path, error: OSError) -> Problem:
    return Problem(f"cannot write `{path}`: {(error.strerror or 'no access').lower()}")
