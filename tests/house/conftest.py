"""The repository, as the tests of its promises see it."""

import ast
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "engine" / "dinhbien"


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def modules() -> dict[str, ast.Module]:
    """Each module of the engine, parsed, by its path inside the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in paths}


@pytest.fixture(scope="session")
def kept_files(skip_or_fail: Callable[[str, str], NoReturn]) -> Callable[..., set[str]]:
    """A function from folders to the files there that git keeps or would keep."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        skip_or_fail("git", "this is not a git checkout")

    def listed(*folders: str) -> set[str]:
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        names = answer.stdout.split("\0")
        return {name for name in names if name and (ROOT / name).is_file()}

    return listed
