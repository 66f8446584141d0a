"""``dinhbien plot``: one drawing of a plan as SVG."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dinhbien.commands.options import plan_options
from dinhbien.commands.output import out_options, put, refuse_out, say_repairs

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands

_KINDS = {
    "heatmap": "units and norms, a sign in each cell",
    "tiles": "a tile for each unit, placed by its coordinates",
    "baselines": "norm, quota and people of each unit on one scale",
}


def plot_command(commands: Commands) -> None:
    """Add ``plot`` and its kinds."""
    command = commands.add_parser("plot", help="draw a plan as SVG")
    kinds = command.add_subparsers(required=True, metavar="COMMAND")
    for kind, said in _KINDS.items():
        one = kinds.add_parser(kind, help=said)
        plan_options(one)
        out_options(one)
        one.set_defaults(run=_plot, kind=kind, format="svg")


def _plot(arguments: argparse.Namespace) -> int:
    from dinhbien.judging.from_files import check_file
    from dinhbien.report.html.plots import plot

    refuse_out(arguments, ())
    report = check_file(
        arguments.plan, as_of=arguments.as_of, change=arguments.change, norms=arguments.norms,
        cache=not arguments.no_cache,
    )  # fmt: skip
    say_repairs(report.plan.repairs)
    put(plot(report, arguments.kind, arguments.lang).svg, arguments.out)
    return 0
