"""How long the command takes from a cold start: five runs of each, their median.

Run by hand, with `make bench`: a time is a measurement, never a test.
It writes the table of docs/explanation/performance.md.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "performance.md"
PLAN = ROOT / "scenarios" / "dien-bien" / "2025-10"
MARK = "<!-- measured by make bench -->"
RUNS = 5
ADDITIONS = 10**7
FINDINGS = 1


def main() -> None:
    """Measure, and write the table below the page's mark."""
    with tempfile.TemporaryDirectory() as place:
        book = Path(place) / "plan.xlsx"
        cache = Path(place) / "cache"
        timed(["plan", "convert", str(PLAN), "--out", str(book)], cache)
        asked = {
            "`dinhbien --help`": ["--help"],
            "`check` of a workbook of 45 communes, norms compiled before": ["check", str(book)],
            "the same with `--no-cache`": ["check", str(book), "--no-cache"],
        }
        timed(asked["`check` of a workbook of 45 communes, norms compiled before"], cache)
        lines = [MARK, "", f"Python {platform.python_version()}, {os.cpu_count()} cores.", ""]
        lines += ["| | elapsed | of the processor |", "|---|---:|---:|"]
        for said, command in asked.items():
            runs = [timed(command, cache) for _ in range(RUNS)]
            elapsed, used = (median(column) for column in zip(*runs, strict=True))
            lines.append(f"| {said} | {elapsed:.2f} s | {used:.2f} s |")
            print(lines[-1])
        lines.append(f"| ten million additions in a loop, for comparison | {loop():.2f} s | |")
        print(lines[-1])
    above = PAGE.read_text("utf-8").partition(MARK)[0]
    PAGE.write_text(above + "\n".join(lines) + "\n", "utf-8")


def loop() -> float:
    """Seconds that this Python takes to add up ten million numbers: what the machine is worth."""
    times: list[float] = []
    for _ in range(RUNS):
        start, total = perf_counter(), 0
        for number in range(ADDITIONS):
            total += number
        times.append(perf_counter() - start)
    return median(times)


def timed(command: list[str], cache: Path) -> tuple[float, float]:
    """Seconds that passed, and seconds of the processor, of one run in a fresh Python."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "engine"),
        "DINHBIEN_CACHE": str(cache),
        "PYTHONDONTWRITEBYTECODE": "",  # as it is installed: modules are compiled once
    }
    before, start = os.times(), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "dinhbien", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    elapsed, after = perf_counter() - start, os.times()
    if done.returncode not in {0, FINDINGS}:
        sys.exit(f"`dinhbien {' '.join(command)}` ended with {done.returncode}")
    used = after.children_user + after.children_system
    return elapsed, used - before.children_user - before.children_system


if __name__ == "__main__":
    main()
