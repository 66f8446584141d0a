"""Faults of durable-rules 2.0.28 that are the same each time, each in a process of its own.

They are why the fence stands; `test_fence` says what it does about each.  Where one of these
fails, a newer durable-rules has mended it, and the fence may be lower there.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

_HOST = """
from durable import engine
class Quiet(engine.Host):
    def _run(self): pass
host, fired = Quiet(), []
def rules(**each):
    host.set_rulesets({"r": {name: {"all": all_, "run": lambda c: fired.append(1)}
                             for name, all_ in each.items()}})
KEEP = [{"k": {"kind": "need"}}]
"""

_FAULTS = {
    # 2: `or` with both sides true fires twice
    "rules(a=[{'m': {'$and': [{'kind': 'need'}, {'$or': [{'x': 1}, {'y': 1}]}]}}]);"
    "host.assert_fact('r', {'id': 'f', 'kind': 'need', 'x': 1, 'y': 1}); print(len(fired))": "2",
    # 5: a property of the fact itself that is not there makes a condition true
    "rules(a=[{'m': {'$and': [{'kind': 'need'}, {'$lt': {'x': {'$m': 'nowhere'}}}]}}]);"
    "host.assert_fact('r', {'id': 'f', 'kind': 'need', 'x': 5}); print(len(fired))": "1",
    # 7: two ids of one 32-bit hash are one fact
    "rules(a=KEEP); host.assert_fact('r', {'id': 'm24b8', 'kind': 'need'})\n"
    "try: host.assert_fact('r', {'id': 'm34f12', 'kind': 'need'})\n"
    "except Exception as error: print(type(error).__name__)": "MessageObservedException",
    # an error of an action is swallowed
    "host.set_rulesets({'r': {'a': {'all': KEEP, 'run': lambda c: 1 / 0}}});"
    "host.assert_fact('r', {'id': 'f', 'kind': 'need'}); print('on')": "on",
    # a fact that no rule reads is not stored
    "rules(a=KEEP)\n"
    "try: host.assert_fact('r', {'id': 'f', 'kind': 'other'})\n"
    "except Exception as error: print(type(error).__name__)": "MessageNotHandledException",
}


def ran(code: str) -> subprocess.CompletedProcess[str]:
    """What a process of its own does with `code` after the host is made."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"{_HOST}{code}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def usable() -> str:
    """Why durable-rules cannot be used here; empty where it can."""
    return ran("").stderr


@pytest.mark.parametrize(("code", "said"), _FAULTS.items())
def test_a_fault_is_there(
    code: str, said: str, usable: str, skip_or_fail: Callable[[str, str], NoReturn]
) -> None:
    if usable:
        skip_or_fail("durable", usable)
    made = ran(code)
    assert made.stdout.strip() == said, made.stderr


def test_a_division_by_zero_ends_the_process(
    usable: str, skip_or_fail: Callable[[str, str], NoReturn]
) -> None:
    """4: so no rule divides, and the rules run where nothing else does."""
    if usable:
        skip_or_fail("durable", usable)
    code = (
        "rules(a=[{'n': {'kind': 'need'}}, {'m': {'$and': [{'kind': 'x'},"
        " {'$lt': {'x': {'$div': {'$l': 100, '$r': {'n': 'y'}}}}}]}}]);"
        "host.assert_fact('r', {'id': 'n', 'kind': 'need', 'y': 0});"
        "host.assert_fact('r', {'id': 'f', 'kind': 'x', 'x': 1})"
    )
    assert ran(code).returncode == -signal.SIGFPE
