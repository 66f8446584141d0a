"""What was accepted and undone, line by line, in memory or in a file: only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from dinhbien.errors import InputError, Position, Problem
from dinhbien.live.events import Event, line_of, read_event

SCHEMA_VERSION = "1"


class Log(Struct):
    """The lines of a session; the first says which plan, norms and day they are about."""

    head: dict[str, Any]
    file: Path | None = None
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.lines:
            self._add({"dinhbien": "live", "schema_version": SCHEMA_VERSION, **self.head})

    def accepted(self, event: Event) -> None:
        """An event that happened."""
        self._add({"event": json.loads(line_of(event))})

    def undone(self) -> None:
        """The last event that still stood does no more."""
        self._add({"undo": 1})

    def _add(self, body: dict[str, Any]) -> None:
        line = json.dumps(body, ensure_ascii=False, sort_keys=True)
        if self.file is not None:
            with self.file.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(f"{line}\n")
                stream.flush()
                os.fsync(stream.fileno())
        self.lines.append(line)

    @property
    def text(self) -> str:
        """All lines."""
        return "".join(f"{line}\n" for line in self.lines)


def read_log(text: str, name: str, head: dict[str, Any]) -> Iterator[Event | None]:
    """The events of a log in order, None for an undo; raises `InputError` with file and line.

    The plan, the norms and the day must be those of `head`.
    """
    if text and not text.endswith("\n"):
        at = Position(name, text.count("\n") + 1)
        message = "the last line was not written to its end"
        raise InputError([Problem(message, at, help="take it out: that event was not accepted")])
    for number, line in enumerate(text.splitlines(), 1):
        body = _object(line, Position(name, number))
        if number == 1:
            _same_head(body, head, Position(name))
        elif "undo" in body:
            yield None
        else:
            try:
                yield read_event(body.get("event", body))
            except InputError as error:
                at = Position(name, number)
                raise InputError(
                    [Problem(one.message, at, one.path, one.help) for one in error.problems]
                ) from None


def _object(line: str, at: Position) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except ValueError as error:
        raise InputError([Problem(f"this is no JSON: {error}", at)]) from None
    if not isinstance(body, dict):
        raise InputError([Problem("a line of a log is an object of JSON", at)])
    return body


def _same_head(body: dict[str, Any], head: dict[str, Any], at: Position) -> None:
    if body.get("dinhbien") != "live":
        message = "this is no log of a live session: its first line says of which plan it is"
        raise InputError([Problem(message, at)])
    found = [
        Problem(f"the log is of another {name}: `{body.get(name)}`, and here it is `{told}`", at)
        for name, told in head.items()
        if body.get(name) != told
    ]
    if found:
        raise InputError(found)
