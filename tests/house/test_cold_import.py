"""Starting is light: nothing heavy is loaded before it is needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "durable",
    "jinja2",
    "msgspec",
    "numba",
    "numpy",
    "pandas",
    "polars",
    "pydantic",
    "python_calamine",
    "rich",
    "xlsxwriter",
    "yaml",
}

STARTS = {
    "import dinhbien": ["-c", "import dinhbien"],
    "import dinhbien.cli": ["-c", "import dinhbien.cli"],
    "dinhbien --help": ["-m", "dinhbien", "--help"],
}


def loaded_by(root: Path, arguments: list[str]) -> set[str]:
    """The modules a fresh Python loads, itself included."""
    environment = {**os.environ, "PYTHONPATH": str(root / "engine")}
    command = [sys.executable, "-X", "importtime", *arguments]
    started = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    lines = started.stderr.splitlines()
    timings = [line for line in lines if line.startswith("import time:")]

    assert started.returncode == 0, "\n".join(line for line in lines if line not in timings)

    return {line.rpartition("|")[2].strip() for line in timings}


@pytest.mark.parametrize("arguments", STARTS.values(), ids=STARTS.keys())
def test_nothing_heavy_is_loaded(root: Path, arguments: list[str]) -> None:
    """Importing the package or its command, or asking for help, loads no heavy library."""
    loaded = loaded_by(root, arguments)

    assert "dinhbien" in loaded
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
