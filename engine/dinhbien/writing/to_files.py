"""A plan → a file or folder, in the form that its name asks for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from msgspec import Struct, field

from dinhbien.errors import Problem, UsageError
from dinhbien.language.from_norms import Rules
from dinhbien.model.plan import Plan
from dinhbien.reading.head import HEAD
from dinhbien.reading.to_rules import read_rules
from dinhbien.reading.written import FIGURES, YAML
from dinhbien.shipped import content
from dinhbien.writing.tables import names_beside

FORMS = "`.yaml`, `.xlsx`, or a folder, which takes CSV"


class _Target(Struct, frozen=True):
    """Where a plan is written, and the names of those beside it."""

    plan: Plan
    path: Path
    is_folder: bool
    beside: list[str] = field(default_factory=list)


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
        path: ``plan.yaml``, ``plan.xlsx``, or a folder (no suffix) for CSV.  Plans that stand
            beside it are written as ``plan-beside-1.yaml`` …, or into folders below.
        norms: the folder of norms whose pack the plan names, if not the shipped one.
        force: write over what is there.

    Raises:
        UsageError: the suffix names no form, something is there and `force` is not given, or
            the plan only illustrates and stands beside none.
    """
    folder = Path(norms) if norms is not None else content("norms")
    rules = read_rules(content("rules"), folder / plan.norms)
    targets = _targets(plan, Path(path))
    for one in targets:
        (_refuse_folder if one.is_folder else _refuse_file)(one.path, force)
    made = [_files(one, rules) for one in targets]
    for one, files in zip(targets, made, strict=True):
        if one.is_folder:
            _clear(one.path, files, rules)
        for file, body in files.items():
            _put(file, body)
    return [file for files in made for file in files]


def _targets(plan: Plan, target: Path) -> list[_Target]:
    suffix = target.suffix.lower()
    if target.is_dir() or not suffix:
        names = names_beside(plan)
        others = [_Target(one, target / name, True) for one, name in _each(plan, names)]
        return [_Target(plan, target, True, names), *others]
    if suffix not in {".yaml", ".yml", ".xlsx"}:
        raise UsageError([Problem(f"`{target}` names no form of a plan", help=f"write {FORMS}")])
    names = names_beside(plan, f"{target.stem}-", target.suffix)
    others = [_Target(one, target.with_name(name), False) for one, name in _each(plan, names)]
    return [_Target(plan, target, False, names), *others]


def _each(plan: Plan, names: list[str]) -> Iterator[tuple[Plan, str]]:
    return zip(plan.beside, names, strict=True)


def _files(target: _Target, rules: Rules) -> dict[Path, bytes]:
    """What is written, by file."""
    plan, path, names = target.plan, target.path, target.beside
    if target.is_folder:
        from dinhbien.writing.to_folder import folder_of

        return {path / name: body for name, body in folder_of(plan, rules, names).items()}
    if path.suffix.lower() == ".xlsx":
        from dinhbien.writing.to_workbook import workbook_of

        return {path: workbook_of(plan, rules, names)}
    from dinhbien.writing.to_yaml import yaml_of

    return {path: yaml_of(plan, rules, names)}


def _clear(folder: Path, files: dict[Path, bytes], rules: Rules) -> None:
    """Make the folder, without the tables that are not written."""
    listed = [one.listed for one in rules.vocabulary.levels.values()]
    for name in (*HEAD, *listed, FIGURES):
        stale = folder / f"{name}.csv"
        if stale not in files:
            stale.unlink(missing_ok=True)
    _made(folder)


def _refuse_folder(folder: Path, force: bool) -> None:
    if (folder / YAML).exists():
        way_out = "choose another folder"
        raise UsageError([Problem(f"`{folder}` holds a plan in `{YAML}`", help=way_out)])
    if not folder.is_dir() or any(folder.iterdir()):
        _refuse_there(folder, force and folder.is_dir())


def _refuse_file(file: Path, force: bool) -> None:
    _refuse_there(file, force and not file.is_dir())


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
