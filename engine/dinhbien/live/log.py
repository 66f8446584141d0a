"""What was accepted and undone, line by line, in memory or in a file: only ever added to."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from msgspec import Struct, field

from dinhbien.errors import InputError, Position, Problem, UsageError
from dinhbien.live.events import Event, line_of, read_event

SCHEMA_VERSION = "1"
_UNDO = {"undo": 1}


class Log(Struct):
    """The lines of a session; the first says which plan, norms and day they are about.

    `size` is how many bytes of `file` are known: a file that is longer or shorter was changed by
    somebody else, or keeps half a line that could not be taken back, and nothing is added to it.
    """

    head: dict[str, Any]
    file: Path | None = None
    lines: list[str] = field(default_factory=list)
    size: int = 0

    def __post_init__(self) -> None:
        if not self.lines:
            self._add({"dinhbien": "live", "schema_version": SCHEMA_VERSION, **self.head})

    def accepted(self, event: Event) -> None:
        """An event that happened; raises `UsageError` where it cannot be written."""
        self._add({"event": json.loads(line_of(event))})

    def undone(self) -> None:
        """The last event that still stood does no more; raises as `accepted` does."""
        self._add(_UNDO)

    def _add(self, body: dict[str, Any]) -> None:
        line = json.dumps(body, ensure_ascii=False, sort_keys=True)
        if self.file is not None:
            written = f"{line}\n".encode()
            try:
                with self.file.open("ab", buffering=0) as stream:
                    self._unchanged(stream)
                    _put(stream, written)
            except OSError as error:
                said = f"cannot write `{self.file.as_posix()}`: {_why(error)}"
                way_out = "nothing was accepted or undone; make it writable, and try again"
                raise UsageError([Problem(said, help=way_out)]) from None
            self.size += len(written)
        self.lines.append(line)

    def _unchanged(self, stream: IO[bytes]) -> None:
        there = os.fstat(stream.fileno())
        if stat.S_ISREG(there.st_mode) and there.st_size != self.size:
            file = self.file.as_posix() if self.file is not None else ""
            said = f"`{file}` has {there.st_size} bytes, and this session knows of {self.size}"
            way_out = "one log has one writer: open a new session on it"
            raise UsageError([Problem(said, help=way_out)])

    @property
    def text(self) -> str:
        """All lines."""
        return "".join(f"{line}\n" for line in self.lines)


def _put(stream: IO[bytes], written: bytes) -> None:
    """Write all of it to the disk, or none: what was begun is cut off again."""
    start = os.fstat(stream.fileno()).st_size
    try:
        left = memoryview(written)
        while left:
            left = left[stream.write(left) :]
        os.fsync(stream.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(stream.fileno(), start)
        raise


def _why(error: OSError) -> str:
    return (error.strerror or "no access").lower()


def written_in(file: Path) -> str:
    """The text of a log in a file, empty where there is none.

    Raises `InputError` where it cannot be read or is not UTF-8.
    """
    try:
        return file.read_bytes().decode() if file.exists() and file.stat().st_size else ""
    except OSError as error:
        message = f"cannot read `{file.as_posix()}`: {_why(error)}"
    except UnicodeDecodeError:
        message = "the text is not UTF-8"
    raise InputError([Problem(message, Position(file.as_posix()))])


def lines_of(text: str) -> list[str]:
    """The lines of a log, which end with a line feed alone: a text may hold any other break."""
    return text.split("\n")[:-1]


def read_log(text: str, name: str, head: dict[str, Any]) -> Iterator[tuple[Position, Event | None]]:
    """The events of a log in order, None for an undo; raises `InputError` with file and line.

    The plan, the norms and the day must be those of `head`.
    """
    if text and not text.endswith("\n"):
        at = Position(name, text.count("\n") + 1)
        message = "the last line was not written to its end"
        raise InputError([Problem(message, at, help="take it out: that event was not accepted")])
    for number, line in enumerate(lines_of(text), 1):
        at = Position(name, number)
        body = _object(line, at)
        if number == 1:
            _same_head(body, {"schema_version": SCHEMA_VERSION, **head}, at)
        elif "undo" in body:
            _one_undone(body, at)
            yield at, None
        else:
            try:
                event = read_event(body.get("event", body))
            except InputError as error:
                raise InputError(placed(error.problems, at)) from None
            yield at, event


def placed(problems: tuple[Problem, ...], at: Position) -> list[Problem]:
    """The problems of one line, with the line."""
    return [Problem(one.message, at, one.path, one.help) for one in problems]


def _one_undone(body: dict[str, Any], at: Position) -> None:
    if body != _UNDO:
        said = f"`{json.dumps(body, ensure_ascii=False)}` takes no event back"
        raise InputError([Problem(said, at, help='write {"undo": 1}, once for each event')])


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
