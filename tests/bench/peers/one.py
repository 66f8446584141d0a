"""One engine in a process of its own: `python -m tests.bench.peers.one ENGINE FOLDER NORMS`.

It loads the plan, runs once to warm up (a run of more than five seconds needs none) and once
for the measurement, or up to five times within twenty seconds, and prints one object of JSON.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.bench.peers.engines import NotReachedError
from tests.bench.peers.saved import loaded
from tests.bench.peers.table import read_table

WARM = 5.0
MOST_RUNS, LONG = 5, 20.0


def main() -> None:
    """Measure one engine, and print what was measured, or why nothing was."""
    name, folder, norms = sys.argv[1:]
    try:
        print(json.dumps(measured(name, Path(folder), int(norms))), flush=True)
    except NotReachedError as error:
        print(json.dumps({"not": str(error)}), flush=True)
    except ModuleNotFoundError as error:
        print(json.dumps({"not": f"not installed: `{error.name}`"}), flush=True)
    except ImportError as error:
        print(json.dumps({"not": f"cannot be loaded: {error}"}), flush=True)


def measured(name: str, folder: Path, norms: int) -> dict[str, Any]:
    """Seconds of a run, the digest of its findings, and MB: loaded, and the most in the run."""
    engine = import_module(f"tests.bench.peers.engines.{name}")
    plan = loaded(folder)
    prepared = engine.prepare(plan, read_table().of_size(norms))
    del plan
    gc.collect()
    before = forgotten_peak()
    seconds, result = timed(engine, prepared)
    times = [seconds]
    if seconds <= WARM:
        times = []
        while len(times) < MOST_RUNS and sum(times) < LONG:
            del result
            seconds, result = timed(engine, prepared)
            times.append(seconds)
    most = memory("VmHWM")
    found = engine.findings(result)
    return {
        "seconds": median(times),
        "digest": found.digest,
        "rows": len(found),
        "loaded": before,
        "peak": most,
        "bytes": found.bytes,
    }


def timed(engine: Any, prepared: Any) -> tuple[float, Any]:  # noqa: ANN401 - an engine's own
    """Seconds of one run, and what it gave."""
    start = perf_counter()
    result = engine.run(prepared)
    return perf_counter() - start, result


def forgotten_peak() -> float:
    """MB held now; from here on the greatest is counted anew, where Linux lets it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    return memory("VmRSS")


def memory(what: str) -> float:
    """MB of this process, as Linux says; 0 elsewhere."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
