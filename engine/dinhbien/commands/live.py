"""``dinhbien live``: events as lines of JSON, and what each changes.

Nothing heavy is imported before it runs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dinhbien.commands.options import plan_options
from dinhbien.commands.output import colour, say_repairs, width, write

if TYPE_CHECKING:
    from dinhbien.commands.options import Commands
    from dinhbien.live.session import Session

_HELP = "what each event of staff, quotas and organisations would change, line by line"


def add_live(commands: Commands, run: Callable[[argparse.Namespace], int]) -> None:
    """Add ``live`` to `commands`; `run` answers."""
    command = commands.add_parser("live", help=_HELP)
    plan_options(command)
    command.add_argument(
        "--log", metavar="FILE", help="what was accepted: read first, then added to"
    )
    command.add_argument("--pack", help="judge by this pack; by default the one the plan names")
    command.add_argument("--propose", action="store_true", help="accept nothing, only answer")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.set_defaults(run=run)


def went_well(arguments: argparse.Namespace) -> bool:
    """Answer every line of the standard input; whether none was bad."""
    from dinhbien.errors import DinhbienError
    from dinhbien.explain.sentences import Teller
    from dinhbien.judging.from_files import read_plan_and_pack
    from dinhbien.live.session import Session
    from dinhbien.reading.to_pack import read_pack

    plan, pack = read_plan_and_pack(
        arguments.plan, change=arguments.change, norms=arguments.norms,
        cache=not arguments.no_cache,
    )  # fmt: skip
    say_repairs(plan.repairs)
    if arguments.pack:
        pack = read_pack(arguments.pack, norms=Path(arguments.norms) if arguments.norms else None)
    session = Session(plan, pack, arguments.as_of, log=arguments.log)
    if sys.stdin.isatty():
        print(Teller(pack, arguments.lang).phrase("live.asks"), file=sys.stderr, flush=True)
    well = True
    for number, line in _lines():
        try:
            write(_answered(line, session, arguments))
        except DinhbienError as error:
            well = False
            for problem in error.problems:
                print(f"line {number}: {problem}", file=sys.stderr, flush=True)
    return well


def _lines() -> Iterator[tuple[int, str]]:
    """The lines that say something; at a terminal each is asked for."""
    asks = sys.stdin.isatty()
    number = 0
    while True:
        if asks:
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        number += 1
        if line.strip():
            yield number, line


def _answered(line: str, session: Session, arguments: argparse.Namespace) -> str:
    from dinhbien.explain.sentences import Teller
    from dinhbien.live.events import line_of, read_event, read_object
    from dinhbien.report.ruling import ruling_json, ruling_text

    given = read_object(line)
    as_json = arguments.format == "json"
    say = Teller(session.pack, arguments.lang)
    if given.keys() == {"undo"}:
        _refuse_undo(given["undo"], only=arguments.propose)
        event = line_of(session.undo())
        undone: dict[str, Any] = {"undone": json.loads(event)}
        text = json.dumps(undone, ensure_ascii=False)
        return f"{text if as_json else say.phrase('live.undone', event=event)}\n"
    only = given.keys() == {"propose"}
    event_given = read_event(given["propose"] if only else given)
    accepts = not (only or arguments.propose)
    ruling = session.accept(event_given) if accepts else session.propose(event_given)
    if as_json:
        return ruling_json(ruling, session, accepted=accepts)
    page = ruling_text(ruling, session, arguments.lang, width=width(), colour=colour())
    return page + (f"{say.phrase('live.accepted')}\n" if accepts else "")


def _refuse_undo(events: object, *, only: bool) -> None:
    """One event is taken back at a time, and none where nothing is accepted."""
    from dinhbien.errors import Problem, UsageError

    if only:
        message = "nothing is taken back: `--propose` only answers"
        raise UsageError([Problem(message, path="undo", help="leave `--propose` out")])
    if events is True or events != 1:
        message = f"`{events}` events are not taken back at once"
        way_out = 'write {"undo": 1}, once for each event'
        raise UsageError([Problem(message, path="undo", help=way_out)])
