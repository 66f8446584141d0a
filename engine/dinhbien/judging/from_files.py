"""Plan file + change file + day → report: the way in of the command and of scripts."""

from __future__ import annotations

from datetime import date
from os import PathLike
from pathlib import Path

from dinhbien.judging.check import Report, check
from dinhbien.reading.to_change import read_change
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import pack_named, read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content


def check_file(
    plan: str | PathLike[str],
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
) -> Report:
    """Judge the plan in a folder or file.

    Args:
        plan: the folder with ``plan.yaml``, or that file.
        as_of: the day to judge by; by default the plan's own.
        change: a change file: what is different in the plan or in the norms.
        norms: a folder of norms to judge by instead of the shipped one.

    Raises:
        InputError: the plan or the change cannot be read, or no day is given.
        NormsError: the rules or norms are invalid, or become so by the change.
    """
    folder = Path(norms) if norms is not None else None
    changed = read_change(Path(change)) if change is not None else None
    named = (folder or content("norms")) / pack_named(Path(plan))
    rules = read_rules(content("rules"), named, changed.flags if changed else None)
    read = read_plan(Path(plan), rules, changed, packs(folder))
    patches = changed.norms if changed else None
    pack = read_pack(read.norms, norms=folder, rules=rules, patches=patches)
    return check(read, pack, as_of)
