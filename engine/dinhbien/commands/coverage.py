"""``dinhbien norms coverage``: what is encoded, and what is not and why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dinhbien.commands.output import colour, width, write

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands


def coverage_command(kinds: Commands) -> argparse.ArgumentParser:
    """Add ``norms coverage``, without the options that the commands below ``norms`` share."""
    coverage = kinds.add_parser("coverage", help="what is encoded, and what is not and why")
    coverage.add_argument("--format", choices=("table", "json"), default="table")
    coverage.set_defaults(run=_coverage)
    return coverage


def _coverage(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from dinhbien.explain.sentences import Teller
    from dinhbien.reading.to_pack import packs, read_pack
    from dinhbien.reading.to_register import read_register
    from dinhbien.report.coverage import coverage_json, coverage_text, covered
    from dinhbien.shipped import content

    folder = Path(arguments.norms) if arguments.norms else content("norms")
    # An entry may name a norm of any pack, so all are read, whichever is shown.
    every = {name: read_pack(name, norms=folder) for name in packs(folder)}
    forces = {norm.id: norm.instrument.force for pack in every.values() for norm in pack.norms}
    entries = read_register(folder, forces)
    asked = arguments.pack
    shown = [every.get(asked) or read_pack(asked, norms=folder)] if asked else list(every.values())
    found = covered(entries, shown)
    if arguments.format == "json":
        write(coverage_json(found))
    else:
        say = Teller(shown[0], arguments.lang)
        write(coverage_text(found, say, width=width(), colour=colour()))
    return 0
