"""Options that several subcommands take."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from dinhbien.language.pack import Pack

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # the only name it has

PLAN = "a plan: its folder, its plan.yaml or plan.csv, or a workbook"
NORMS = "a folder of norms, not the shipped one"
CHANGE = "what is different, as a change file"


def language(command: argparse.ArgumentParser) -> None:
    """Let a command be asked for either language."""
    command.add_argument("--lang", choices=("vi", "en"), default="vi", help="default: vi")


def plan_options(command: argparse.ArgumentParser) -> None:
    """A plan, and what it is judged by and on which day."""
    command.add_argument("plan", metavar="PLAN", help=PLAN)
    command.add_argument("--as-of", type=day, metavar="DATE", help="default: the plan's own day")
    command.add_argument("--change", metavar="FILE", help=CHANGE)
    norms_options(command)
    language(command)


def norms_options(command: argparse.ArgumentParser) -> None:
    """Which norms, and whether they may be taken from an earlier run."""
    command.add_argument("--norms", metavar="DIR", help=NORMS)
    command.add_argument("--no-cache", action="store_true", help="read all norms afresh")


def day(text: str) -> date:
    """The day that an option gives; raises `argparse.ArgumentTypeError` for anything else."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"`{text}` is not a day; write year-month-day, as in 2025-10-15"
        raise argparse.ArgumentTypeError(message) from None


def packs_asked(arguments: argparse.Namespace) -> list[Pack]:
    """The pack that was asked for, or all there are."""
    from pathlib import Path

    from dinhbien.reading.to_pack import packs, read_pack

    folder = Path(arguments.norms) if arguments.norms else None
    names = [arguments.pack] if arguments.pack else packs(folder)
    return [read_pack(name, norms=folder) for name in names]
