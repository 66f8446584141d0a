"""The process in which durable-rules runs: a crash in C cannot be caught.

It reads one object of JSON a line from its standard input and answers each with one line.
"""

from __future__ import annotations

import json
import sys
from typing import Any, cast

from dinhbien.live.chained.guard import Guard, Host
from dinhbien.live.chained.rules import RULES, Fact

HOW_TO_INSTALL = (
    "install it with `pip install 'dinhbien[live]'`; it is built from source, which needs a C "
    "compiler, and on Python 3.13 "
    "`CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install 'dinhbien[live]'`"
)


def quiet_host() -> Host:
    """A host without the timer threads that the default one starts; raises `ImportError`."""
    from durable import engine

    class Quiet(engine.Host):  # type: ignore[misc]  # durable-rules has no types
        def _run(self) -> None:
            """No timer ticks."""

    return cast("Host", Quiet())


def answered(guard: Guard, asked: dict[str, Any]) -> dict[str, Any]:
    """What comes and goes with the facts that are taken out and put in."""
    fired = [one for identity in asked["remove"] for one in guard.remove(identity)]
    for fact in asked["add"]:
        fired += guard.add(cast("Fact", fact))
    trace = [[one.rule, list(one.inputs), one.output, one.gone] for one in fired]
    named = {one.output for one in fired if not one.gone and one.output in guard.facts}
    made = {name: {**guard.facts[name], "id": name} for name in sorted(named)}
    return {"trace": trace, "facts": made, "count": len(guard.facts)}


def main() -> int:
    """Answer until the input ends."""
    sys.setrecursionlimit(10_000)
    try:
        guard = Guard(quiet_host(), RULES)
    except ImportError as error:
        print(json.dumps({"unusable": f"{error}"}), flush=True)  # noqa: T201 - the way out
        return 1
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - as above
    for line in sys.stdin:
        try:
            body = answered(guard, json.loads(line))
        except Exception as error:
            body = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(body, ensure_ascii=False), flush=True)  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
