"""The compiled kernel: from the user's folder, or compiled and kept there; once for a machine.

What Numba keeps is a pickle, and to load it is to run it: it is loaded from a folder alone that
belongs to the user, and only if every file there is as it was left.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from dinhbien.compiled.folder import chosen_folder, is_ours
from dinhbien.errors import Problem, UsageError

Run = Callable[..., None]
SOURCES = ("lanes", "on_groups", "on_kernel", "on_lanes", "table", "tape", "verdicts")
_LISTED = "listed.json"
_LOADING = Lock()
_LOADED: list[Run] = []


class NoKernelError(UsageError):
    """The kernel was asked for, and there is none: Numba is not here, or cannot compile it."""

    def __init__(self, reason: str) -> None:
        """Says why."""
        message = f"the kernel was asked for, and {reason}"
        super().__init__([Problem(message, help="install `dinhbien[fast]`, or do without")])


def is_loaded() -> bool:
    """Whether the kernel is there at once."""
    return bool(_LOADED)


def is_possible() -> bool:
    """Whether Numba is installed; it is not loaded to tell."""
    return is_loaded() or importlib.util.find_spec("numba") is not None


def kernel() -> Run:
    """The kernel: compiled on first use, which takes about ten seconds, and then kept.

    Raises `NoKernelError` where Numba is missing, or does not compile here.
    """
    with _LOADING:
        if not _LOADED:
            _LOADED.append(_made())
    return _LOADED[0]


def _made() -> Run:
    try:
        import numba
    except ImportError as error:
        reason = f"Numba cannot be loaded: {error}"
        raise NoKernelError(reason) from error
    folder = _folder(numba.__version__)
    if folder is not None:
        with contextlib.suppress(Exception), _alone(folder):
            return _kept(folder, numba.config)
    try:
        return _compiled(kept=False)
    except Exception as error:
        reason = f"Numba does not compile it: {str(error).splitlines()[0]}"
        raise NoKernelError(reason) from error


def _compiled(*, kept: bool) -> Run:
    from dinhbien.columns.on_kernel import compiled

    run: Run = compiled(kept=kept)
    return run


def _folder(version: str) -> Path | None:
    """The folder of this kernel; None where nothing is to be kept."""
    asked = os.environ.get("NUMBA_CACHE_DIR", "")
    above = Path(asked) if asked else chosen_folder()
    if above is None:
        return None
    hashed = hashlib.sha256(f"{version} {sys.version}".encode())
    for name in SOURCES:
        hashed.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return above / f"kernel-{hashed.hexdigest()[:16]}"


def _kept(folder: Path, config: Any) -> Run:  # noqa: ANN401 - Numba's settings
    """The kernel of a folder; made anew where anything is wrong with what is there."""
    if not is_ours(folder):
        message = "the folder is not the user's alone"
        raise PermissionError(message)
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        if _listed(folder) == _found(folder):
            with contextlib.suppress(Exception):  # whatever a broken file may do
                return _compiled(kept=True)
        _emptied(folder)
        run = _compiled(kept=True)
        (folder / _LISTED).write_text(json.dumps(_found(folder)), "utf-8")
        return run
    finally:
        config.CACHE_DIR = before


def _listed(folder: Path) -> Any:  # noqa: ANN401 - as JSON has it
    """The files that were left, and the hash of each."""
    try:
        return json.loads((folder / _LISTED).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _found(folder: Path) -> dict[str, str]:
    """The files that are there, and the hash of each."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.nb?"))
    }


def _emptied(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process compiles meanwhile, where the system can see to it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
