"""Without what few need, everything else works, and what needs it says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ABSENT = ["numpy", "pandas", "numba", "pyarrow", "pyspark", "docx", "durable", "scipy"]
PLAN = "scenarios/examples/head-counts"
SCRIPT = """
import contextlib, io, json, sys
for name in {absent}:
    sys.modules[name] = None  # as if it were not installed

from dinhbien.cli import main

import dinhbien


def ran(*arguments):
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(arguments))
    for one in (out, err):
        one.seek(0)
    return [code, len(out.read()), err.read()]


def said(call):
    try:
        return str(type(call()).__name__)
    except dinhbien.DinhbienError as error:
        return str(error)


plan, book = "{plan}", "{folder}/plan.xlsx"
found = {{
    "check": ran("check", plan),
    "json": ran("check", plan, "--format", "json"),
    "html": ran("check", plan, "--format", "html"),
    "xlsx": ran("check", plan, "--format", "xlsx", "--out", "{folder}/report.xlsx"),
    "convert": ran("plan", "convert", plan, "--out", book),
    "workbook": ran("check", book),
    "explain": ran("explain", plan, "frame@90001"),
    "compare": ran("compare", plan, plan),
    "norms": ran("norms", "list"),
    "official": ran("check", plan, "--official"),
    "docx": ran("check", plan, "--format", "docx", "--out", "{folder}/report.docx"),
}}
report = dinhbien.check_file(plan)
session = dinhbien.open_session(plan)
found["said"] = {{
    "session": said(session.check),
    "check_frame": said(lambda: dinhbien.check_frame),
    "flag_frame": said(lambda: dinhbien.flag_frame),
    "scenarios": said(lambda: dinhbien.scenarios),
    "told": said(lambda: dinhbien.told),
    "to_frame": said(report.to_frame),
    "to_frames": said(report.plan.to_frames),
    "from_frames": said(lambda: dinhbien.Plan.from_frames({{}})),
}}
from dinhbien.spark import check

found["said"]["spark"] = said(lambda: check({{}}, by="province"))
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What commands and calls give where none of the libraries is installed."""
    folder = tmp_path_factory.mktemp("without").as_posix()
    script = SCRIPT.format(absent=ABSENT, plan=PLAN, folder=folder)
    environment = {**os.environ, "PYTHONPATH": str(root / "engine"), "PYTHONIOENCODING": "utf-8"}
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    body: dict[str, Any] = json.loads(answer.stdout)
    return body


@pytest.mark.parametrize(
    "command",
    ["check", "json", "html", "xlsx", "convert", "workbook", "explain", "compare", "norms"],
)
def test_commands_work_without_libraries_that_few_need(found: dict[str, Any], command: str) -> None:
    code, written, error = found[command]

    assert code in {0, 1}, error
    assert written


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("official", "a second evaluator needs numpy\n  install it: `pip install numpy`"),
        ("docx", "`docx` needs python-docx\n  install it: `pip install 'dinhbien[docx]'`"),
    ],
)
def test_a_command_that_needs_one_says_so(found: dict[str, Any], command: str, said: str) -> None:
    code, _, error = found[command]

    assert code == 2
    assert said in error


def test_calls_that_need_one_say_so(found: dict[str, Any]) -> None:
    said = found["said"]

    assert said.pop("session") == "Report"
    assert "install it: `pip install 'dinhbien[spark]'`" in said.pop("spark")
    for name, text in said.items():
        assert f"{name}` needs " in text
        assert "install it: `pip install " in text
