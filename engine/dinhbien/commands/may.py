"""``dinhbien may``: one answer to one proposal.  Nothing heavy is imported before it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from dinhbien.commands.options import day, plan_options

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands
    from dinhbien.errors import Problem
    from dinhbien.model.proposal import Proposal

_KINDS = {
    "recruit": "may a unit recruit so many people",
    "transfer": "may so many people move to another unit for good",
    "second": "may so many people work in another unit for a time",
}


def add_may(
    commands: Commands,
    run: Callable[[argparse.Namespace], int],
) -> None:
    """Add ``may`` and its kinds to `commands`; `run` answers."""
    command = commands.add_parser("may", help="may a unit recruit, transfer or second people")
    kinds = command.add_subparsers(required=True, metavar="COMMAND")
    for kind, said in _KINDS.items():
        one = kinds.add_parser(kind, help=said)
        plan_options(one)
        if kind == "recruit":
            one.add_argument("to", metavar="UNIT", help="a unit's code or name")
        else:
            one.add_argument("from_unit", metavar="FROM", help="the sending unit's code or name")
            one.add_argument("to", metavar="TO", help="the receiving unit's code or name")
        one.add_argument("people", metavar="N", type=_people, nargs="?", default=1)
        _post_options(one, kind)
        one.add_argument("--format", choices=("table", "json"), default="table")
        one.set_defaults(run=run, kind=kind)


def _post_options(command: argparse.ArgumentParser, kind: str) -> None:
    command.add_argument("--in", dest="into", metavar="ORGANISATION", help="where they go to")
    if kind != "recruit":
        command.add_argument("--out-of", metavar="ORGANISATION", help="where they come from")
    command.add_argument("--post", help="the code of a post in the plan")
    for name in ("category", "rank", "position"):
        command.add_argument(f"--{name}", help=f"a word of the list `{name}`")
    if kind == "second":
        command.add_argument(
            "--from-day", dest="first_day", type=day, metavar="DATE", help="the first day"
        )
        command.add_argument(
            "--to-day", dest="until", type=day, metavar="DATE", help="the day after the last"
        )


def _people(text: str) -> int:
    if not text.isdecimal() or not int(text):
        message = f"`{text}` is not a number of people; write 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def proposal_of(arguments: argparse.Namespace) -> Proposal:
    """What the arguments propose; raises `UsageError` where only one end of a time is given."""
    from dinhbien.errors import Problem, UsageError
    from dinhbien.model.proposal import Proposal

    given = vars(arguments)
    words = ("from_unit", "into", "out_of", "post", "category", "rank", "position")
    said = {name: given.get(name) or "" for name in words}
    first, after = given.get("first_day"), given.get("until")
    if (first is None) != (after is None) or (first and after and after <= first):
        message = "a secondment has a first day and a later day after its last"
        raise UsageError([Problem(message, help="give both `--from-day` and `--to-day`")])
    return Proposal(
        arguments.kind, arguments.to, people=arguments.people, first_day=first, until=after, **said
    )


def answered(
    arguments: argparse.Namespace, *, width: int | None, colour: bool
) -> tuple[str, str, tuple[Problem, ...]]:
    """The page or the JSON, the decision, and what was repaired in reading the plan."""
    from dinhbien.judging.from_files import may_file
    from dinhbien.report.answer import answer_json, answer_text

    asked = may_file(
        arguments.plan,
        proposal_of(arguments),
        as_of=arguments.as_of,
        change=arguments.change,
        norms=arguments.norms,
        cache=not arguments.no_cache,
    )
    if arguments.format == "json":
        page = answer_json(asked)
    else:
        page = answer_text(asked, arguments.lang, width=width, colour=colour)
    return page, asked.answer.decision, asked.plan.repairs
