"""The wheel is the checkout."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

CONTENT = ("rules", "norms", "scenarios")


def shipped_name(kept: str) -> str:
    """Where a file of the checkout stands in the wheel."""
    top, _, rest = kept.partition("/")
    return rest if top == "engine" else f"dinhbien/content/{kept}"


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a wheel built from this checkout holds, its own description left out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    assert built.returncode == 0, built.stderr

    (archive,) = folder.glob("*.whl")
    with zipfile.ZipFile(archive) as opened:
        names = {name for name in opened.namelist() if not name.endswith("/")}
    return {name for name in names if ".dist-info/" not in name}


def test_everything_kept_is_shipped(wheel: set[str], kept_files: Callable[..., set[str]]) -> None:
    """Every file of engine, rules, norms and scenarios reaches the wheel."""
    kept = {shipped_name(name) for name in kept_files("engine", *CONTENT)}
    missing = sorted(kept - wheel)

    assert not missing, "\n".join(missing)


def test_nothing_else_is_shipped(wheel: set[str], kept_files: Callable[..., set[str]]) -> None:
    """The wheel holds no file that is not in engine, rules, norms or scenarios."""
    kept = {shipped_name(name) for name in kept_files("engine", *CONTENT)}
    extra = sorted(wheel - kept)

    assert not extra, "\n".join(extra)


def test_one_name_reaches_site_packages(wheel: set[str]) -> None:
    """Installing takes one import name, `dinhbien`, and no other."""
    assert {name.partition("/")[0] for name in wheel} == {"dinhbien"}
