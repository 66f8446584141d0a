"""``dinhbien compare``, ``dinhbien norms diff``, and what a change changes in ``check``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from dinhbien.commands.formats import BINARY, COMPARED, changed
from dinhbien.commands.options import CHANGE, PLAN, day, language, norms_options, packs_asked
from dinhbien.commands.output import colour, out_options, put, refuse_out, say_repairs, width, write

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands
    from dinhbien.judging.check import Report
    from dinhbien.judging.compared import Comparison

_FORMATS = ("table", "json")
_FAIL_ON = "binding"
"""Which cases of JUnit fail: as in ``check`` by default."""


def compare_command(commands: Commands) -> None:
    """Add ``compare``."""
    compare = commands.add_parser("compare", help="say what changes, between plans, days or norms")
    compare.add_argument("before", metavar="PLAN", help=PLAN)
    compare.add_argument("after", metavar="OTHER", nargs="?", help="by default the same plan")
    compare.add_argument("--as-of", type=day, metavar="DATE", help="the day for both plans")
    _days(compare, "the day for PLAN", "the day for the other")
    compare.add_argument("--change", metavar="FILE", help=f"{CHANGE}, for the other")
    norms_options(compare)
    compare.add_argument("--format", choices=COMPARED, default="table")
    out_options(compare)
    language(compare)
    compare.set_defaults(run=_compare)


def diff_command(kinds: Commands) -> argparse.ArgumentParser:
    """Add ``norms diff``, without the options that the commands below ``norms`` share."""
    diff = kinds.add_parser("diff", help="what changes in the norms from one day to another")
    _days(diff, "the first day", "the second day", required=True)
    diff.add_argument("--format", choices=_FORMATS, default="table")
    diff.set_defaults(run=_diff)
    return diff


def _days(
    command: argparse.ArgumentParser, first: str, second: str, *, required: bool = False
) -> None:
    for option, name, said in (("--from", "start", first), ("--to", "end", second)):
        command.add_argument(
            option, dest=name, type=day, metavar="DATE", help=said, required=required
        )


def compared_with_plan(arguments: argparse.Namespace, report: Report) -> Comparison | None:
    """What the change of ``check`` changes in `report`; None where none was given.

    None too where the plan cannot be judged without the change; that is said.
    """
    if arguments.change is None:
        return None
    from dinhbien.errors import DinhbienError, DisagreementError
    from dinhbien.judging.compared import Comparison
    from dinhbien.judging.from_files import check_file

    try:
        before = check_file(
            arguments.plan, as_of=arguments.as_of, norms=arguments.norms,
            cache=not arguments.no_cache, official=arguments.official,
        )  # fmt: skip
    except DisagreementError:
        raise
    except DinhbienError as error:
        first = str(error.problems[0]).replace("\n", "\n  ")
        print(f"not compared: without the change there is no result: {first}", file=sys.stderr)
        return None
    return Comparison(before, report)


def compared_page(comparison: Comparison, lang: str, out: str | None) -> str:
    """What is different as a page, for a terminal or for the file `out`."""
    from dinhbien.report.compared import compared_text

    return compared_text(comparison, lang, width=width(out), colour=colour(out))


def _compare(arguments: argparse.Namespace) -> int:
    from dinhbien.judging.from_files import compare_files

    refuse_out(arguments, BINARY)
    comparison = compare_files(
        arguments.before, arguments.after, as_of=arguments.as_of, start=arguments.start,
        end=arguments.end, change=arguments.change, norms=arguments.norms,
        cache=not arguments.no_cache,
    )  # fmt: skip
    repairs = (*comparison.before.plan.repairs, *comparison.after.plan.repairs)
    say_repairs(dict.fromkeys(repairs))
    if arguments.format == "json":
        from dinhbien.report.compared_as_json import compared_json

        made: str | bytes = compared_json(comparison)
    else:
        page = changed(comparison, arguments.format, arguments.lang, _FAIL_ON)
        made = page or compared_page(comparison, arguments.lang, arguments.out)
    put(made, arguments.out)
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from dinhbien.errors import Problem, UsageError
    from dinhbien.judging.amendments import Amendments

    first, second = arguments.start, arguments.end
    if second < first:
        message = f"`{second}` comes before `{first}`"
        raise UsageError([Problem(message, help="give the earlier day first, to `--from`")])
    found = [Amendments(pack, first, pack, second) for pack in packs_asked(arguments)]
    if arguments.format == "json":
        from dinhbien.report.amendments_as_json import amendments_json

        write(amendments_json(found))
    else:
        from dinhbien.report.amendments import amendments_text

        write(amendments_text(found, arguments.lang, width=width(), colour=colour()))
    return 0
