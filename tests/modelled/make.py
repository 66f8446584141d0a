"""Make the tables of the modelled plan: ``python -m tests.modelled.make``.

Where nothing meets the program, it names the constraints in conflict and writes nothing.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from pathlib import Path

from . import posts as rows_of
from .program import FOLDER, Program, read_program
from .solve import ConflictError, allocation
from .verify import faults


def tables(program: Program) -> dict[str, str]:
    """Every table by its path below ``modelled/``; raises `ConflictError`."""
    made = {"organisations.csv": _csv(rows_of.ORGANISATIONS, rows_of.organisations(program))}
    for name in program.body["allocations"]:
        values = allocation(program, name)
        posts = rows_of.posts(program, values)
        made[f"{name}/communes.csv"] = _csv(rows_of.COMMUNES, rows_of.communes(program, values))
        made[f"{name}/posts.csv"] = _csv(rows_of.POSTS, posts)
        made[f"{name}/quotas.csv"] = _csv(rows_of.QUOTAS, rows_of.quotas(program, name, posts))
    return made


def _csv(columns: tuple[str, ...], rows: list[rows_of.Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(made: dict[str, str], folder: Path) -> None:
    """Put the tables below a folder."""
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def main(folder: Path = FOLDER) -> int:
    """Solve the program of a folder, check in whole numbers, and only then write."""
    program = read_program(folder)
    try:
        made = tables(program)
    except ConflictError as conflict:
        print("no allocation meets the program; these constraints exclude each other:")
        for group in conflict.groups:
            says = program.groups.get(group, program.body["blocks"])["says"]
            print(f"  {group}: {says['vi']} / {says['en']}")
        print("nothing is relaxed, and nothing was written")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        write(made, Path(scratch))
        for name in program.body["allocations"]:
            wrong = list(faults(program, Path(scratch), name))
            if wrong:
                print("\n".join([f"allocation {name} does not meet:", *wrong]))
                return 1
    write(made, folder / "modelled")
    return 0


if __name__ == "__main__":
    sys.exit(main())
