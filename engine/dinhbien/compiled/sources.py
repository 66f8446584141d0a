"""Everything that a compiled pack is made from → its key."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dinhbien.shipped import VERSION, content

FORMAT = "1"
"""Of the texts that are kept; another one is not read."""
_READ = (".yaml", ".csv")
_MOST = 2**26
"""Bytes: a folder that holds more is no folder of norms, and nothing is kept."""
_COMPILER = ("compiled", "language", "model", "reading")


def key_of(pack: str, norms: Path | None) -> str | None:
    """A hash over the rules, all of the folder of norms, and what reads them.

    `norms` is a folder, by default the shipped one.
    None where that cannot be told: an unreadable or enormous folder, an engine without source.
    """
    hashed = hashlib.sha256()
    python = ".".join(map(str, sys.version_info[:2]))
    for word in (FORMAT, VERSION, python, pack):
        _add(hashed, word.encode())
    try:
        engine = [
            path
            for name in _COMPILER
            for path in sorted((Path(__file__).parents[1] / name).glob("*.py"))
        ]
        if not engine:
            return None
        for path in engine:
            _add(hashed, path.read_bytes())
        for folder in (content("rules"), norms or content("norms")):
            _add_folder(hashed, folder)
    except (OSError, OverflowError):
        return None
    return hashed.hexdigest()


def _add(hashed: hashlib._Hash, content: bytes) -> None:
    """Length first, so that no two lists of contents are one text."""
    hashed.update(f"{len(content)}:".encode())
    hashed.update(content)


def _add_folder(hashed: hashlib._Hash, folder: Path) -> None:
    """Every file of the folder that could be read as a rule, a norm or a table."""
    left = _MOST
    paths = sorted(_files(folder))
    _add(hashed, str(len(paths)).encode())
    for path in paths:
        left -= path.stat().st_size
        if left < 0:
            raise OverflowError
        _add(hashed, path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape"))
        _add(hashed, path.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    """The files below `folder`, those behind links among them, each folder once."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True, onerror=_raise):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(place, name) for name in names if name.endswith(_READ))


def _raise(error: OSError) -> None:
    raise error
