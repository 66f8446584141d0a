"""``dinhbien reconcile``: whether the published figures of a plan agree with each other."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dinhbien.commands.options import PLAN, language
from dinhbien.commands.output import colour, say_repairs, width, write

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands


def reconcile_command(commands: Commands) -> None:
    """Add ``reconcile``."""
    command = commands.add_parser("reconcile", help="say which published figures agree")
    command.add_argument("plan", metavar="PLAN", help=PLAN)
    command.add_argument(
        "--statements", metavar="FILE", help="default: statements.yaml in the plan's folder"
    )
    command.add_argument("--format", choices=("table", "json"), default="table")
    language(command)
    command.set_defaults(run=_reconcile)


def _reconcile(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from dinhbien.explain.sentences import Teller
    from dinhbien.judging.from_files import read_file
    from dinhbien.judging.reconcile import reconciled
    from dinhbien.reading.to_pack import read_pack
    from dinhbien.reading.to_statements import STATEMENTS, read_statements
    from dinhbien.report.reconciled import reconciled_json, reconciled_text

    place = Path(arguments.plan)
    plan, rules = read_file(place)
    say_repairs(plan.repairs)
    folder = place if place.is_dir() else place.parent
    file = Path(arguments.statements) if arguments.statements else folder / STATEMENTS
    found = [reconciled(one) for one in read_statements(file, plan, rules.vocabulary)]
    if arguments.format == "json":
        write(reconciled_json(found, plan))
    else:
        say = Teller(read_pack(plan.norms, rules=rules), arguments.lang)
        write(reconciled_text(found, plan, say, width=width(), colour=colour()))
    return 0
