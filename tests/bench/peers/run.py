"""dinhbien against what its users could take instead, in one run: `make bench-peers`.

Each engine runs in a fresh process for each size and round; the rounds go through all engines in
turn, so that a busy minute of the machine falls on all of them.  What was measured goes into
measured.json, and from there onto docs/explanation/performance.md.

    python -m tests.bench.peers.run [--sizes 45 3321] [--rounds 5] [--only hand_numpy] [--keep]
    python -m tests.bench.peers.run --gate

`--keep` and `--only` write nothing; `--shared` says on the page that the machine had other work.
`--gate` fails where dinhbien takes more than twice as many
times as long as NumPy by hand than is recorded: a ratio, never seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from tests.bench.peers.engines import ENGINES, Engine
from tests.bench.peers.page import written
from tests.bench.peers.saved import save
from tests.bench.peers.table import read_table
from tests.bench.peers.workload import SEED, generated

ROOT = Path(__file__).parents[3]
RECORD = Path(__file__).with_name("measured.json")
SIZES = (45, 3_321, 100_000, 1_000_000)
NORMS = 40
MORE_NORMS, MORE_NORMS_AT = (10, 20, 40, 80), 3_321
SCENARIOS, SCENARIOS_OF = (10, 100, 1_000), 45
HELD = ("dinhbien_columns", "dinhbien_kernel")
GROWING = (*HELD, "hand_numpy", "with_polars")
ROUNDS = 5
LIMIT = {45: 60, 3_321: 120, 100_000: 120}
LONGEST = 300
MOST_MEMORY = 7_000
GATE_AT, GATE_TIMES = 3_321, 2.0
LOOKED_AT_EVERY = 0.25
Result = dict[str, Any]
_FAILED: dict[str, int] = {}


def main() -> None:
    """Measure, record and write the page; or hold the recorded ratio."""
    asked = _asked()
    engines = [one for one in ENGINES if not asked.only or one.module in asked.only]
    with tempfile.TemporaryDirectory() as place:
        if asked.gate:
            sys.exit(gate(Path(place)))
        for made in _growing(asked, engines, Path(place)):
            if not (asked.keep or asked.only):  # after each part, so that a stop loses little
                RECORD.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")
                written(made)


def _growing(asked: argparse.Namespace, engines: Sequence[Engine], place: Path) -> Iterator[Result]:
    """All that was measured so far, after each size."""
    started = perf_counter()
    about = {**machine(), "shared": asked.shared}
    made: Result = {"machine": about, "sizes": [], "norms": [], "scenarios": []}
    growing = [one for one in engines if one.module in GROWING]
    parts = [("sizes", engines, size, NORMS) for size in asked.sizes]
    parts += [("norms", growing, MORE_NORMS_AT, many) for many in MORE_NORMS]
    parts += [("scenarios", growing, SCENARIOS_OF * many, NORMS) for many in SCENARIOS]
    for part, asked_engines, communes, norms in parts:
        if part == "sizes" or not asked.only:
            made[part].append(measured(asked_engines, communes, norms, asked.rounds, place))
            about["minutes"] = round((perf_counter() - started) / 60)
            yield made


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="+", default=())
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--gate", action="store_true")
    return parser.parse_args()


def machine() -> Result:
    """What measured, and with what."""
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "minutes": 0,
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": round(os.getloadavg()[2], 2),
        "versions": {one.package: _version(one.package) for one in ENGINES if one.package},
        "seed": SEED,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def measured(
    engines: Sequence[Engine], communes: int, norms: int, rounds: int, place: Path
) -> Result:
    """Every engine at one size: medians of the rounds, and whether the findings are the same."""
    folder = place / str(communes)
    if not folder.exists():
        save(generated(communes, read_table().words), folder)
    taken: dict[str, list[Result]] = {one.module: [] for one in engines}
    for engine in _in_turn(engines, rounds, taken):
        taken[engine.module].append(one_run(engine, folder, norms, communes))
    found = {name: _median(runs) for name, runs in taken.items()}
    _compare(found)
    for name, one in found.items():
        print(f"{communes} communes, {norms} norms, {name}: {_line(one)}", flush=True)
    return {"communes": communes, "norms": norms, "rounds": rounds, "engines": found}


def _in_turn(
    engines: Sequence[Engine], rounds: int, taken: dict[str, list[Result]]
) -> Iterator[Engine]:
    """The engines of each round; one that gave no number is not asked again."""
    for turn in range(rounds):
        for engine in engines:
            has_failed = any("not" in one for one in taken[engine.module])
            if not has_failed and not (engine.once and turn):
                yield engine


def one_run(engine: Engine, folder: Path, norms: int, communes: int) -> Result:
    """What a fresh process measured, or why it gave nothing."""
    if communes > engine.most:
        return {"not": f"not asked above {engine.most:,} communes"}
    if communes > _FAILED.get(engine.module, communes):
        return {"not": f"it did not reach {_FAILED[engine.module]:,} communes"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.peers.one"]
    command += [engine.module, str(folder), str(norms)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}{os.pathsep}{ROOT}"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=wrong, cwd=ROOT)
        stopped = _watched(process, LIMIT.get(communes, LONGEST))
        out.seek(0)
        wrong.seek(0)
        lines = out.read().decode("utf-8", "replace").splitlines()
        said = [line for line in lines if line.startswith("{")]  # some engines print as well
        last = wrong.read().decode("utf-8", "replace").strip().splitlines()[-1:]
    if stopped:
        _FAILED[engine.module] = communes
        return {"not": stopped}
    if not said:
        return {"not": f"ended with {process.returncode}: {' '.join(last)[:200]}"}
    result: Result = json.loads(said[0])
    return result


def _watched(process: subprocess.Popen[bytes], limit: float) -> str:
    """Wait for the end of a process; why it was stopped, if it was."""
    start = perf_counter()
    while process.poll() is None:
        stopped = ""
        if perf_counter() - start > limit:
            stopped = f"not within {limit:g} s"
        elif _held(process.pid) > MOST_MEMORY:
            stopped = f"more than {MOST_MEMORY:,} MB"
        if stopped:
            process.kill()
            process.wait()
            return stopped
        sleep(LOOKED_AT_EVERY)
    return ""


def _held(process: int) -> float:
    """MB that a process holds, as Linux says."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


def _median(runs: Sequence[Result]) -> Result:
    for one in runs:
        if "not" in one:
            return one
    digests = {one["digest"] for one in runs}
    return {
        **runs[0],
        "digest": digests.pop() if len(digests) == 1 else "not the same in each round",
        "rounds": len(runs),
        **{name: median(one[name] for one in runs) for name in ("seconds", "loaded", "peak")},
        "each": [one["seconds"] for one in runs],
    }


def _compare(found: dict[str, Result]) -> None:
    """Whether the findings are those of the definition, or, without it, of NumPy by hand."""
    judges = [found[name] for name in ("dinhbien_check", "hand_numpy") if name in found]
    judge = next((one for one in judges if "digest" in one), None)
    for one in found.values():
        if judge is not None and "digest" in one:
            one["equal"] = one["digest"] == judge["digest"]


def _line(one: Result) -> str:
    if "not" in one:
        return str(one["not"])
    same = {True: "same findings", False: "WRONG", None: "not compared"}[one.get("equal")]
    above = one["peak"] - one["loaded"]
    return f"{one['seconds'] * 1000:.2f} ms, {one['peak']:.0f} MB ({above:.0f} above), {same}"


def gate(place: Path) -> int:
    """Whether dinhbien's ratios to NumPy by hand are at most twice the recorded ones."""
    engines = [one for one in ENGINES if one.module in {*HELD, "hand_numpy"}]
    now = measured(engines, GATE_AT, NORMS, ROUNDS, place)["engines"]
    codes = []
    for name in HELD:
        code, said = held(now[name], now["hand_numpy"], recorded_ratio(name))
        print(f"{name}: {said}")
        codes.append(code)
    return max(codes)


def held(ours: Result, by_hand: Result, recorded: float | None) -> tuple[int, str]:
    """0 where the ratio is held, or there is nothing to hold; and why, in words."""
    if "not" in ours:
        return 0, f"no ratio is held: {ours['not']}"
    if not ours.get("equal"):
        return 1, "the findings are not those of NumPy by hand"
    if recorded is None:
        return 1, "no ratio of dinhbien is recorded: run `make bench-peers`"
    ratio = ours["seconds"] / by_hand["seconds"]
    said = f"{ratio:.2f} times as long as NumPy by hand; {recorded:.2f} is recorded"
    return int(ratio > GATE_TIMES * recorded), said


def recorded_ratio(engine: str) -> float | None:
    """An engine's recorded ratio to NumPy by hand; None where there is none."""
    for size in json.loads(RECORD.read_text("utf-8"))["sizes"]:
        one, other = (size["engines"].get(name, {}) for name in (engine, "hand_numpy"))
        if size["communes"] == GATE_AT and "seconds" in one and "seconds" in other:
            return float(one["seconds"] / other["seconds"])
    return None


if __name__ == "__main__":
    main()
