"""The command ``dinhbien``.

Exit codes: 0 nothing at or above the fail level; 1 findings; 2 input or usage error;
3 norms invalid; 4 undetermined, and asked to fail; 70 an error of dinhbien itself.
Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dinhbien.commands.compare import (
    compare_command,
    compared_page,
    compared_with_plan,
    diff_command,
)
from dinhbien.commands.coverage import coverage_command
from dinhbien.commands.formats import BINARY, FORMATS, written
from dinhbien.commands.live import add_live
from dinhbien.commands.may import add_may
from dinhbien.commands.options import NORMS, PLAN, plan_options
from dinhbien.commands.options import language as _common
from dinhbien.commands.options import packs_asked as _packs
from dinhbien.commands.output import colour as _colour
from dinhbien.commands.output import out_options, put, refuse_out
from dinhbien.commands.output import say_repairs as _say_repairs
from dinhbien.commands.output import width as _width
from dinhbien.commands.output import write as _write
from dinhbien.commands.plot import plot_command
from dinhbien.commands.reconcile import reconcile_command

if TYPE_CHECKING:
    from pathlib import Path

    from dinhbien.commands.options import Commands as _Commands
    from dinhbien.judging.check import Report
    from dinhbien.judging.compared import Comparison
    from dinhbien.language.pack import Pack
    from dinhbien.reading.lint import Doubt

CLEAN, FINDINGS, BAD_INPUT, BAD_NORMS, UNDETERMINED, INTERNAL = 0, 1, 2, 3, 4, 70
_FAIL_LEVELS = ("breach", "binding", "quota", "guidance", "any")
_SCHEMAS = (
    "article", "change", "counts", "exempt", "flags", "form", "instrument", "pack", "words", "plan",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = _parser().parse_args(argv)
    from dinhbien.errors import DinhbienError, DisagreementError, NormsError

    try:
        return int(arguments.run(arguments))
    except DinhbienError as error:
        _say_repairs(error.repairs)
        for problem in error.problems:
            print(problem, file=sys.stderr)
        many = len(error.problems)
        print(f"{many} error{'s' if many != 1 else ''}", file=sys.stderr)
        if isinstance(error, DisagreementError):
            return INTERNAL
        return BAD_NORMS if isinstance(error, NormsError) else BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except KeyboardInterrupt:
        return BAD_INPUT
    except Exception as error:
        if os.environ.get("DINHBIEN_TRACEBACK"):
            raise
        print(f"dinhbien failed: {type(error).__name__}: {error}", file=sys.stderr)
        print("  set DINHBIEN_TRACEBACK=1 to see where, and please report it", file=sys.stderr)
        return INTERNAL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dinhbien",
        description="Judge a staffing plan against the norms that bind it, and cite each one.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _check_command(commands)
    compare_command(commands)
    _explain_command(commands)
    add_may(commands, _may)
    add_live(commands, _live)
    reconcile_command(commands)
    plot_command(commands)
    _norms_command(commands)
    _plan_command(commands)
    _schema_command(commands)
    return parser


def _check_command(commands: _Commands) -> None:
    check = commands.add_parser("check", help="judge a plan")
    plan_options(check)
    check.add_argument("--format", choices=FORMATS, default="table")
    out_options(check)
    check.add_argument("--all", action="store_true", help="in JSON, also what is met")
    check.add_argument("--full", action="store_true", help="with --change, the whole page")
    check.add_argument(
        "--fail-on", choices=_FAIL_LEVELS, default="binding", help="default: binding"
    )
    check.add_argument("--fail-on-undetermined", action="store_true")
    check.add_argument("--official", action="store_true", help="two evaluators, which must agree")
    check.set_defaults(run=_check)


def _explain_command(commands: _Commands) -> None:
    explain = commands.add_parser("explain", help="say why a finding is what it is")
    plan_options(explain)
    explain.add_argument(
        "finding", metavar="FINDING", help="a finding's id, or NORM@UNIT: frame@03127"
    )
    explain.set_defaults(run=_explain)


def _norms_command(commands: _Commands) -> None:
    norms = commands.add_parser("norms", help="list norms, or show one")
    kinds = norms.add_subparsers(required=True, metavar="COMMAND")
    listing = kinds.add_parser("list", help="all norms of a pack")
    listing.set_defaults(run=_list_norms)
    show = kinds.add_parser("show", help="one norm: text, numbers, readings, sources")
    show.add_argument("norm", metavar="NORM", help="a norm's id, or its end: frame")
    show.set_defaults(run=_show_norm)
    lint = kinds.add_parser("lint", help="what reads, and is still doubtful")
    lint.add_argument("--scenarios", metavar="DIR", help="also what no scenario there expects")
    lint.add_argument("--mutate", action="store_true", help="also which numbers nobody would miss")
    lint.set_defaults(run=_lint_norms)
    fmt = kinds.add_parser("fmt", help="put files of norms in form; comments are kept")
    fmt.add_argument("files", metavar="FILE", nargs="+")
    fmt.add_argument("--check", action="store_true", help="change nothing; fail if anything would")
    fmt.set_defaults(run=_format_norms)
    for one in (listing, show, coverage_command(kinds), diff_command(kinds), lint):
        one.add_argument("--pack", help="one pack; by default all there are")
        one.add_argument("--norms", metavar="DIR", help=NORMS)
        _common(one)


def _plan_command(commands: _Commands) -> None:
    plan = commands.add_parser("plan", help="say what a plan holds, or write it in another form")
    kinds = plan.add_subparsers(required=True, metavar="COMMAND")
    validate = kinds.add_parser("validate", help="read a plan, and say what it holds and lacks")
    validate.add_argument("--format", choices=("table", "json"), default="table")
    _common(validate)
    validate.set_defaults(run=_validate)
    convert = kinds.add_parser("convert", help="write a plan as YAML, CSV or a workbook")
    out = "plan.yaml, plan.xlsx, or a folder for CSV"
    convert.add_argument("-o", "--out", metavar="OUT", required=True, help=out)
    convert.add_argument("--force", action="store_true", help="write over what is there")
    convert.set_defaults(run=_convert)
    for one in (validate, convert):
        one.add_argument("plan", metavar="PLAN", help=PLAN)
        one.add_argument("--norms", metavar="DIR", help=NORMS)


def _schema_command(commands: _Commands) -> None:
    schema = commands.add_parser("schema", help="print the JSON Schema of a kind of file")
    schema.add_argument("kind", metavar="KIND", choices=_SCHEMAS, help=", ".join(_SCHEMAS))
    schema.set_defaults(run=_schema)


def _report(arguments: argparse.Namespace) -> Report:
    from dinhbien.judging.from_files import check_file

    report = check_file(
        arguments.plan, as_of=arguments.as_of, change=arguments.change, norms=arguments.norms,
        cache=not arguments.no_cache, official=getattr(arguments, "official", False),
    )  # fmt: skip
    _say_repairs(report.plan.repairs)
    return report


def _check(arguments: argparse.Namespace) -> int:
    refuse_out(arguments, BINARY)
    report = _report(arguments)
    comparison = compared_with_plan(arguments, report)
    if arguments.format == "json":
        from dinhbien.report.compared_as_json import json_text_with

        put(json_text_with(comparison, report, everything=arguments.all), arguments.out)
    elif (made := written(report, comparison, arguments)) is not None:
        put(made, arguments.out)
    else:
        put(_page(report, comparison, arguments), arguments.out)
    if report.fails(arguments.fail_on):
        return FINDINGS
    return UNDETERMINED if arguments.fail_on_undetermined and report.undetermined else CLEAN


def _page(report: Report, comparison: Comparison | None, arguments: argparse.Namespace) -> str:
    """What a change changes, and the whole page where no change was given or all is asked for."""
    from dinhbien.report.terminal import terminal_text

    out, parts = arguments.out, []
    if comparison is not None:
        parts.append(compared_page(comparison, arguments.lang, out))
    if comparison is None or arguments.full:
        parts.append(terminal_text(report, arguments.lang, width=_width(out), colour=_colour(out)))
    return "\n".join(parts)


def _explain(arguments: argparse.Namespace) -> int:
    from dinhbien.report.explained import explained_text

    report = _report(arguments)
    _write(explained_text(report, arguments.finding, arguments.lang))
    return CLEAN


def _may(arguments: argparse.Namespace) -> int:
    from dinhbien.commands.may import answered

    page, decision, repairs = answered(arguments, width=_width(), colour=_colour())
    _say_repairs(repairs)
    _write(page)
    return {"refuse": FINDINGS, "cannot be told": UNDETERMINED}.get(decision, CLEAN)


def _live(arguments: argparse.Namespace) -> int:
    from dinhbien.commands.live import went_well

    return CLEAN if went_well(arguments) else BAD_INPUT


def _validate(arguments: argparse.Namespace) -> int:
    from dinhbien.errors import InputError
    from dinhbien.judging.from_files import read_file
    from dinhbien.report.plan import counted, refused_json, validated_json, validated_text

    as_json = arguments.format == "json"
    try:
        plan, rules = read_file(arguments.plan, norms=arguments.norms)
    except InputError as error:
        if not as_json:
            raise
        _write(refused_json(error))
        return BAD_INPUT
    found = counted(plan, rules)
    if as_json:
        _write(validated_json(found))
    else:
        page = validated_text(found, rules, arguments.lang, width=_width(), colour=_colour())
        _write(page)
    return CLEAN


def _convert(arguments: argparse.Namespace) -> int:
    from dinhbien.judging.from_files import read_file
    from dinhbien.writing.to_files import write_plan

    plan, _ = read_file(arguments.plan, norms=arguments.norms)
    _say_repairs(plan.repairs)
    for path in write_plan(plan, arguments.out, norms=arguments.norms, force=arguments.force):
        print(path.as_posix())
    return CLEAN


def _list_norms(arguments: argparse.Namespace) -> int:
    from dinhbien.report.norms import norm_list

    for pack in _packs(arguments):
        _write(norm_list(pack, arguments.lang, width=_width(), colour=_colour()))
    return CLEAN


def _lint_norms(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from dinhbien.reading.lint import doubts
    from dinhbien.shipped import content

    folder = Path(arguments.norms) if arguments.norms else content("norms")
    packs = _packs(arguments)
    found = {str(one): one for pack in packs for one in doubts(pack, folder)}
    if arguments.scenarios or arguments.mutate:
        found |= {str(one): one for one in _scenario_doubts(arguments, packs, folder)}
    for said in found:
        print(said)
    warnings = sum(1 for one in found.values() if one.level == "warning")
    print(f"{warnings} warnings, {len(found) - warnings} notes")
    return FINDINGS if warnings else CLEAN


def _scenario_doubts(arguments: argparse.Namespace, packs: list[Pack], norms: Path) -> list[Doubt]:
    """What no scenario would notice, and with `--mutate` which numbers and dates."""
    from pathlib import Path

    from dinhbien.corpus.unnoticed import Mutation, corpora, verdicts_without_scenario
    from dinhbien.errors import Problem, UsageError
    from dinhbien.reading.to_unnoticed import read_unnoticed

    if not arguments.scenarios:
        message, way_out = "`--mutate` needs scenarios", "name their folder: `--scenarios DIR`"
        raise UsageError([Problem(message, help=way_out)])
    among = corpora(packs, norms, Path(arguments.scenarios))
    found = list(verdicts_without_scenario(among))
    if arguments.mutate:
        mutation = Mutation(among, read_unnoticed(norms))
        found += mutation.doubts()
        print(f"{mutation.tried} changes by one tried, {mutation.left} not noticed")
    return sorted(found, key=lambda one: (one.problem.position, one.name))


def _format_norms(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from dinhbien.errors import NormsError, Problems
    from dinhbien.reading.document import read_text
    from dinhbien.reading.formatted import formatted

    changed = False
    for name in arguments.files:
        problems = Problems()
        text = read_text(Path(name), name, problems)
        problems.raise_as(NormsError)
        made = formatted(text or "", name)
        if made != text:
            changed = True
            print(f"{name}: {'would be changed' if arguments.check else 'changed'}")
            if not arguments.check:
                Path(name).write_text(made, encoding="utf-8")
    return FINDINGS if changed and arguments.check else CLEAN


def _schema(arguments: argparse.Namespace) -> int:
    from dinhbien.reading.to_rules import read_rules
    from dinhbien.report.schemas import schema_text
    from dinhbien.shipped import content

    _write(schema_text(arguments.kind, read_rules(content("rules"))))
    return CLEAN


def _show_norm(arguments: argparse.Namespace) -> int:
    from dinhbien.report.norms import norm_page

    _write(norm_page(_packs(arguments), arguments.norm, arguments.lang))
    return CLEAN
