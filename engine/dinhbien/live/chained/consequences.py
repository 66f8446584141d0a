"""The consequences of what a session holds, from the worker that chains them.

The compiled answer stands whatever the worker says; where the two differ, that is told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dinhbien.errors import DinhbienError, Problem
from dinhbien.live.chained.facts import Told, chains, row_id
from dinhbien.live.chained.guard import Fired
from dinhbien.live.chained.rules import Fact
from dinhbien.live.chained.worker import HOW_TO_INSTALL
from dinhbien.live.session import Session

_WORKER = "dinhbien.live.chained.worker"
_SECONDS = 10


class WorkerLostError(DinhbienError):
    """The worker died; the session lost nothing, and the next call starts another from it."""


class NotUsableError(DinhbienError):
    """durable-rules cannot be used here; everything else works without it."""


class Consequences(Struct):
    """What follows from the state of a session, chained rule by rule.

    `derived` holds shortages, surpluses, needs, proposals, alerts and vetoes by their ids.
    Close it, or use it in a ``with``: it holds a process.
    """

    session: Session
    derived: dict[str, Fact] = field(default_factory=dict)
    _told: Told = field(default_factory=Told)
    _process: subprocess.Popen[str] | None = None

    def update(self) -> tuple[Fired, ...]:
        """Take over what the session now holds; what came and went, step by step.

        Raises `NotUsableError` where durable-rules cannot be used, and `WorkerLostError` where
        the worker died: the next call rebuilds all of it from the session.
        """
        if self._process is None:
            self._start()
        elif self._process.poll() is not None:
            self._lost()
        state = self.session.state
        with state.frame.lock:
            gone, new = self._told.changes(state)
        if not gone and not new:
            return ()
        try:
            body = self._ask({"remove": gone, "add": new})
        except BaseException:
            self.close()  # what was told half is told anew
            raise
        trace = tuple(
            Fired(rule, tuple(of), name, is_gone) for rule, of, name, is_gone in body["trace"]
        )
        for one in trace:
            if one.gone:
                self.derived.pop(one.output, None)
        self.derived.update(body["facts"])
        return trace

    def differences(self) -> tuple[str, ...]:
        """The rows of which the worker says otherwise than the compiled flags; none, always."""
        state, said = self.session.state, self._by_row
        found = []
        for place, chain in chains(state):
            flags = {one.verdict: name for name, one in chain.file.chain.items() if one.verdict}
            for unit in state.situations.units(chain.file.level):
                with state.frame.lock:
                    rows = state.rows.of(unit)
                for norm in state.situations.norms(chain):
                    row = row_id(unit, norm)
                    for kind, flag in flags.items():
                        raised = rows[place, norm.id].flag(flag).raised
                        if _said(said.get((kind, row), [])) is not raised:
                            found.append(f"{row}: {flag}")
        return tuple(found)

    @property
    def _by_row(self) -> dict[tuple[str, str], list[Fact]]:
        made: dict[tuple[str, str], list[Fact]] = {}
        for one in self.derived.values():
            made.setdefault((str(one["kind"]), str(one.get("row", ""))), []).append(one)
        return made

    @property
    def told(self) -> dict[str, Fact]:
        """The facts that the worker was told, by their ids."""
        return dict(self._told.sent)

    # -- the process -------------------------------------------------------------

    @property
    def process_id(self) -> int | None:
        """The worker's, while it runs."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        self._told, self.derived = Told(), {}
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Consequences:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        self._told, self.derived = Told(), {}
        above = str(Path(__file__).parents[3])
        paths = [above, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8",
            # an error in place of this warning would leave the session leased
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
        }  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", _WORKER], env=environment, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        body = self._read()
        if "unusable" in body:
            self.close()
            message = f"durable-rules cannot be used: {body['unusable']}"
            raise NotUsableError([Problem(message, help=HOW_TO_INSTALL)])

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        try:
            assert process is not None and process.stdin is not None  # noqa: S101, PT018 - started
            process.stdin.write(json.dumps(asked, ensure_ascii=False) + "\n")
            process.stdin.flush()
        except OSError:
            self._lost()
        body = self._read()
        if "refused" in body:
            self.close()
            message = f"the worker refused the facts: {body['refused']}"
            raise WorkerLostError([Problem(message, help="report it; the session is as it was")])
        return body

    def _read(self) -> dict[str, Any]:
        process = self._process
        assert process is not None and process.stdout is not None  # noqa: S101, PT018 - started
        line = process.stdout.readline()
        if not line.endswith("\n"):
            self._lost()
        body: dict[str, Any] = json.loads(line)
        return body

    def _lost(self) -> None:
        self.close()
        message = "the worker that chains consequences died"
        way_out = "nothing is lost: call again, and another is started from the session"
        raise WorkerLostError([Problem(message, help=way_out)])


def _said(facts: list[Fact]) -> bool | None:
    """What shortages or surpluses of one row say together."""
    return True if any(one["sure"] for one in facts) else None if facts else False
