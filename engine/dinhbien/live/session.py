"""A session: a plan that changes, judged before each change is saved."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dinhbien.errors import DinhbienError, InputError, Problem, UsageError
from dinhbien.judging.check import Report, check
from dinhbien.judging.from_files import read_plan_and_pack
from dinhbien.judging.may import asked_of
from dinhbien.judging.precedence import Conflict
from dinhbien.language.pack import Pack
from dinhbien.live.applied import Applied, Applier
from dinhbien.live.decided import Ruling, nobody, ruled
from dinhbien.live.events import Event, read_event
from dinhbien.live.log import Log, lines_of, placed, read_log, written_in
from dinhbien.live.state import Frame, State
from dinhbien.model.finding import Finding
from dinhbien.model.flagged import FlagRow
from dinhbien.model.plan import Plan
from dinhbien.reading.to_pack import read_pack

_KEPT = 2**4
"""States that are kept to undo; what lies further back is rebuilt from the events."""

Given = str | bytes | dict[str, Any] | Event
Tried = tuple[Ruling, "tuple[State, ...] | None"]


class Session:
    """One plan and its norms on one day, as events come in.

    It may be used from several threads: one call after another is answered.  It is not shared
    between processes: give each its own, or send events to the one that holds it.
    """

    def __init__(
        self,
        plan: Plan,
        pack: Pack,
        day: date | None = None,
        *,
        log: str | PathLike[str] | None = None,
    ) -> None:
        as_of = day or plan.as_of
        if as_of is None:
            message = "no day to judge by: the plan states no `as_of`, and none was given"
            raise InputError(message)
        self._chain = asked_of(pack)
        self.pack = pack
        self._frame = Frame(pack, as_of)
        self._opened = (plan, *plan.beside)
        self._lock = self._frame.lock
        self._states = self._fresh(self._opened)
        self._events: list[Event] = []
        self._refs: set[str] = set()
        self._undo: deque[tuple[State, ...]] = deque(maxlen=_KEPT)
        self._asked: tuple[Event, tuple[State, ...], Tried] | None = None
        self._log = self._begun(Path(log).absolute() if log is not None else None)

    # -- what stands -------------------------------------------------------------

    @property
    def day(self) -> date:
        """The day it judges by."""
        return self._frame.day

    @property
    def plan(self) -> Plan:
        """The plan as it now is."""
        first, *beside = (one.plan for one in self._states)
        return replace(first, beside=tuple(beside)) if beside else first

    @property
    def state(self) -> State:
        """The plan with all that is said of it."""
        return self._states[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every judgement, as `check` gives them."""
        return self.state.findings

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Norms that cannot all be met, as `check` gives them."""
        return self.state.conflicts

    @property
    def flags(self) -> tuple[FlagRow, ...]:
        """Every row of flags, as `check` gives them."""
        with self._lock:
            return self.state.flags

    @property
    def events(self) -> tuple[Event, ...]:
        """What was accepted and not undone."""
        return tuple(self._events)

    @property
    def log(self) -> str:
        """Everything that was accepted and undone, as lines of JSON."""
        return self._log.text

    @property
    def digest(self) -> str:
        """The hash of the plan, its findings and its flags; the same events give the same."""
        with self._lock:
            parts = [
                (one.plan.sha256, one.findings, one.conflicts, one.flags) for one in self._states
            ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def check(self) -> Report:
        """A fresh report of the plan as it now is, reckoned from nothing."""
        return check(self.plan, self.pack, self.day)

    # -- what happens ------------------------------------------------------------

    def propose(self, event: Given) -> Ruling:
        """What the norms answer to `event`, and what it would change; nothing is saved.

        Raises `InputError` where the event cannot be read, names nothing of the plan, or makes
        stated totals contradict cells.
        """
        with self._lock:
            return self._tried(read_event(event))[0]

    def accept(self, event: Given) -> Ruling:
        """Carry `event` out, whatever the norms answer, and write it into the log.

        Raises `InputError` as `propose` does, and `UsageError` where it cannot happen, since
        the people are not there, where its `ref` was accepted before, or where the log cannot be
        written.  Nothing is then saved.
        """
        with self._lock:
            read = read_event(event)
            if read.ref and read.ref in self._refs:
                message = f"the event `{read.ref}` was accepted before"
                raise UsageError([Problem(message, path="ref", help="leave it out")])
            ruling, states = self._tried(read)
            if states is None:
                raise UsageError([_impossible(ruling)])
            self._log.accepted(read)
            self._take(read, states)
            return ruling

    def undo(self) -> Event:
        """Take the last event back and return it.

        Raises `UsageError` where there is none, or where the log cannot be written.
        """
        with self._lock:
            states = self._before()
            self._log.undone()
            return self._back(states)

    def replay(self, log: str | Iterable[Given]) -> int:
        """Carry out every line of a log, or every event; how many lines there were.

        Raises `InputError` where the log is of another plan, other norms or another day, or
        where a line cannot be read; what stands before that line is then carried out.
        """
        with self._lock:
            lines = self._read(log)
            count = 0
            for one in lines:
                if one is None:
                    self.undo()
                else:
                    self.accept(one)
                count += 1
            return count

    # -- how ---------------------------------------------------------------------

    def _fresh(self, plans: Iterable[Plan]) -> tuple[State, ...]:
        return tuple(State.first(replace(one, beside=()), self._frame) for one in plans)

    def _tried(self, event: Event) -> Tried:
        """What an event would make; what was proposed last is not reckoned again."""
        if self._asked is not None:
            asked, states, tried = self._asked
            if asked == event and states is self._states:
                return tried
        tried = self._made(event)
        self._asked = event, self._states, tried
        return tried

    def _made(self, event: Event) -> Tried:
        made = [self._one(event, state) for state in self._states]
        (first, _), *others = made
        ruling = replace(first, beside=tuple(one for one, _ in others))
        states = [state for _, state in made if state is not None]
        return ruling, tuple(states) if len(states) == len(made) else None

    def _one(self, event: Event, state: State) -> tuple[Ruling, State | None]:
        asked = self._chain.file.may
        assert asked is not None  # noqa: S101 - it is why the chain was chosen
        applied = self._applied(event, state)
        lacking = list(nobody(state, self.pack, applied.ends, asked))
        stays = any(one.effect == "refuse" for one in lacking)
        made = None if stays else state.after(applied.plan)
        ruling = ruled(event, self._chain, state, made, applied.ends, lacking)
        return ruling, None if made is None else made[0]

    def _applied(self, event: Event, state: State) -> Applied:
        asked, rules = self._chain.file.may, self.pack.rules
        assert asked is not None  # noqa: S101 - it is why the chain was chosen
        level, within = self._chain.file.level, frozenset(rules.counts[asked.books].within)
        applier = Applier(state.plan, state.subjects, rules, level, asked.listed, within)
        return applier.applied(event)

    def _take(self, event: Event, states: tuple[State, ...]) -> None:
        self._undo.append(self._states)
        self._asked = None
        self._states = states
        self._events.append(event)
        if event.ref:
            self._refs.add(event.ref)

    def _before(self) -> tuple[State, ...]:
        """What stood before the last event; raises `UsageError` where there is none."""
        if not self._events:
            message = "there is nothing to undo"
            raise UsageError([Problem(message, help="no event stands")])
        return self._undo[-1] if self._undo else self._rebuilt(self._events[:-1])

    def _back(self, states: tuple[State, ...]) -> Event:
        event = self._events.pop()
        self._refs.discard(event.ref)
        self._states = states
        if self._undo:
            self._undo.pop()
        return event

    def _rebuilt(self, events: list[Event]) -> tuple[State, ...]:
        """The states from the plan that was opened and the events that stand."""
        plans: list[Plan] = []
        for plan in self._opened:
            state = State.first(replace(plan, beside=()), self._frame)
            for event in events:
                state = state.after(self._applied(event, state).plan)[0]
            plans.append(state.plan)
        return self._fresh(plans)

    def _head(self) -> dict[str, Any]:
        norms = "".join(f"{one.id} {one.sha256}\n" for one in self.pack.norms)
        flags = "".join(f"{one.name} {one.sha256}\n" for one in self.pack.rules.flags)
        return {
            "as_of": self.day.isoformat(),
            "norms": hashlib.sha256(f"{norms}{flags}".encode()).hexdigest(),
            "pack": self.pack.id,
            "plan": [one.sha256 for one in self._opened],
        }

    def _begun(self, file: Path | None) -> Log:
        """The log, once what an earlier session wrote into its file is carried out."""
        head = self._head()
        text = written_in(file) if file is not None else ""
        if file is None or not text:
            return Log(head, file)
        for at, one in read_log(text, file.as_posix(), head):
            try:
                self._carried(one)
            except DinhbienError as error:
                raise InputError(placed(error.problems, at)) from None
        return Log(head, file, lines_of(text), len(text.encode()))

    def _carried(self, event: Event | None) -> None:
        """Carry out a line that stands in the log, None for an undo."""
        if event is None:
            self._back(self._before())
            return
        ruling, states = self._tried(event)
        if states is None:
            raise InputError([_impossible(ruling)])
        self._take(event, states)

    def _read(self, log: str | Iterable[Given]) -> Iterator[Event | None]:
        if isinstance(log, str):
            return (one for _, one in read_log(log, "log", self._head()))
        return (read_event(one) for one in log)


def _impossible(ruling: Ruling) -> Problem:
    """Why an event cannot happen."""
    every = [why for one in (ruling, *ruling.beside) for why in one.reasons]
    one = next(why for why in every if why.there is not None and why.effect == "refuse")
    message = f"so many people are not there: `{one.subject.code}` has {one.there}"
    return Problem(message, path=one.subject.code, help="correct the plan first, or the event")


def open_session(  # noqa: PLR0913 - each is one thing that may be chosen
    plan: Plan | str | PathLike[str],
    pack: Pack | str | None = None,
    *,
    as_of: date | None = None,
    change: str | PathLike[str] | None = None,
    norms: str | PathLike[str] | None = None,
    log: str | PathLike[str] | None = None,
) -> Session:
    """A session on a plan, or on the plan in a folder or file.

    Args:
        plan: a plan, or what `check_file` takes.
        pack: the norms, or the name of their pack; by default those that the plan names.
        as_of: the day to judge by; by default the plan's own.
        change: a change file: what is different in the plan that is read, or in its norms.
        norms: a folder of norms to judge by instead of the shipped one.
        log: a file of events: what it holds is carried out, and what is accepted is added.

    Raises:
        InputError: the plan, the change or the log cannot be read, or no day is given.
        NormsError: the norms are invalid.
        UsageError: no chain of flags says what is asked of a proposal (``may:``).
    """
    own: Pack | None = None
    if not isinstance(plan, Plan):
        plan, own = read_plan_and_pack(plan, change=change, norms=norms)
    elif change is not None:
        message = "a change is made in a plan that is read from a file"
        raise UsageError([Problem(message, path="change", help="change the plan itself")])
    if isinstance(pack, Pack):
        return Session(plan, pack, as_of, log=log)
    if own is None or pack is not None:
        own = read_pack(pack or plan.norms, norms=Path(norms) if norms is not None else None)
    return Session(plan, own, as_of, log=log)
