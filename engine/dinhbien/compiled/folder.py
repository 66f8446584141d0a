"""The folder of compiled packs: who may have written there, what is found, what is kept.

Whatever is wrong with the folder or a file in it, the answer is that nothing was kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

from dinhbien.compiled.from_text import NotAPackError, pack_of
from dinhbien.compiled.sources import FORMAT, key_of
from dinhbien.compiled.to_text import UnknownPartError, text_of
from dinhbien.language.pack import Pack

VARIABLE = "DINHBIEN_CACHE"
OFF = "off"
_MOST_FILES = 24
_HEAD = f"dinhbien compiled pack {FORMAT}"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def chosen_folder() -> Path | None:
    """The folder that `DINHBIEN_CACHE` names, else the platform's; None where it says ``off``."""
    asked = os.environ.get(VARIABLE, "")
    if asked == OFF:
        return None
    try:
        return Path(asked) if asked else _of_the_platform() / "dinhbien"
    except RuntimeError:  # nobody's home
        return None


def _of_the_platform() -> Path:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return Path(local) if local else Path.home() / "AppData" / "Local"
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given
    home = Path.home()
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"


class Kept(Struct, frozen=True):
    """The place of one compiled pack; the place is None where none is kept."""

    name: str
    norms: Path | None
    key: str
    folder: Path | None

    @classmethod
    def of(cls, name: str, norms: Path | None = None) -> Kept:
        """The place of the pack `name` of a folder of norms, as its sources stand now."""
        inside = not name.startswith("/") and ".." not in name.split("/")
        folder = chosen_folder() if inside else None
        key = key_of(name, norms) if folder else None
        return cls(name, norms, key or "", folder if key else None)

    def pack(self) -> Pack | None:
        """The pack, if a whole one is there and only its owner could have written it."""
        if self.folder is None or not is_ours(self.folder):
            return None
        try:
            with self._path.open("rb") as file:
                if not _is_written_by_us(os.fstat(file.fileno())):
                    return None
                head, _, body = file.read().partition(b"\n")
            if head.decode() != self._head(body):
                return None
            return pack_of(body.decode())
        except (OSError, UnicodeDecodeError, NotAPackError):
            return None

    def keep(self, pack: Pack) -> None:
        """Write the pack for the next run, unless its sources have changed meanwhile."""
        if self.folder is None or key_of(self.name, self.norms) != self.key:
            return
        with contextlib.suppress(OSError, UnknownPartError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_ours(self.folder):
                return
            body = text_of(pack).encode()
            self._write(f"{self._head(body)}\n".encode() + body)
            _drop_the_oldest(self.folder)

    @property
    def _path(self) -> Path:
        return Path(self.folder or "", f"{self.key}.pack")

    def _head(self, body: bytes) -> str:
        return f"{_HEAD} {self.key} {hashlib.sha256(body).hexdigest()}"

    def _write(self, content: bytes) -> None:
        """All of it or nothing: another run never sees a part."""
        number, name = tempfile.mkstemp(prefix="new-", dir=self.folder)  # its owner's alone
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def is_ours(folder: Path) -> bool:
    """Whether nobody but the user, or the system's own user, can have put files there."""
    try:
        return _is_written_by_us(folder.stat())
    except OSError:
        return False


def _is_written_by_us(found: os.stat_result) -> bool:
    if sys.platform == "win32":  # a profile's folder is its user's alone
        return True
    return found.st_uid in {os.geteuid(), 0} and not found.st_mode & _OTHERS_WRITE


def _drop_the_oldest(folder: Path) -> None:
    """Packs of sources that have long changed go; a file that another run dropped is gone."""
    found: list[tuple[float, Path]] = []
    for path in folder.glob("*.pack"):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime, path))
    for _, path in sorted(found)[:-_MOST_FILES]:
        path.unlink(missing_ok=True)
