"""Where answers go: the standard output, and the standard error for what was repaired."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from dinhbien.errors import Problem

_PAGE = 100


def width(out: str | None = None) -> int | None:
    """The terminal's width, or a page's where the output goes elsewhere."""
    return None if sys.stdout.isatty() and out is None else _PAGE


def colour(out: str | None = None) -> bool:
    """Whether the output is a terminal that takes colours."""
    return sys.stdout.isatty() and out is None and "NO_COLOR" not in os.environ


def write(text: str) -> None:
    """Print a text that ends its own lines."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # the real stdout has it
    sys.stdout.write(text)
    sys.stdout.flush()


def out_options(command: argparse.ArgumentParser) -> None:
    """Let a command write its answer into a file."""
    command.add_argument("-o", "--out", metavar="FILE", help="write into a file")
    command.add_argument("--force", action="store_true", help="write over what is there")


def refuse_out(arguments: argparse.Namespace, binary: Iterable[str]) -> None:
    """Refuse to write over a file without `--force`, and what is no text elsewhere than a file.

    Raises `UsageError`.
    """
    from pathlib import Path

    from dinhbien.errors import Problem, UsageError

    form = arguments.format
    if arguments.out is None:
        if form in binary:
            message, way_out = (
                f"`{form}` is no text to print",
                f"name a file: `--out report.{form}`",
            )
            raise UsageError([Problem(message, help=way_out)])
        return
    path = Path(arguments.out)
    if path.is_dir() or not path.absolute().parent.is_dir():
        message = f"`{path}` is a folder" if path.is_dir() else f"`{path.parent}` is no folder"
        raise UsageError([Problem(message, help="name a file in a folder that is there")])
    if path.exists() and not arguments.force:
        raise UsageError([Problem(f"`{path}` is there already", help="`--force` writes over it")])


def put(made: str | bytes, out: str | None) -> None:
    """Print a text, or write what was made into the file `out` and print its name."""
    from pathlib import Path

    if out is None:
        write(made if isinstance(made, str) else made.decode())
        return
    path = Path(out)
    path.write_bytes(made.encode() if isinstance(made, str) else made)
    print(path.as_posix())


def say_repairs(repairs: Iterable[Problem]) -> None:
    """What was read otherwise than it is written is never passed over."""
    for one in repairs:
        print(f"repaired: {one}", file=sys.stderr)
