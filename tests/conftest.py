"""What every test may ask for."""

import atexit
import gc
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# Speed is a benchmark, never a timed test.
# The same examples in every run, so that what is green stays green; `make laws` looks further.
settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("other", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("DINHBIEN_EXAMPLES", "same"))

# No test writes into anybody's own folder: the workers of a run share one that goes with it.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _KEPT = tempfile.mkdtemp(prefix="dinhbien-tests-")
    atexit.register(shutil.rmtree, _KEPT, ignore_errors=True)
    os.environ["DINHBIEN_CACHE"] = _KEPT

# The kernel is compiled once, and not in every run: Numba's folder stays, in the repository's own.
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "kernel")
)

# Reports are kept for the tests that share them: searching them for cycles again and again is dear.
gc.set_threshold(200_000, 50, 1000)

REQUIRED = {name.strip() for name in os.environ.get("DINHBIEN_REQUIRE", "").split(",")}


_PLAN = re.compile(r"\[([^\]]*/)expect-")
_WHOLE = ("tests/house/test_without_libraries.py", "tests/report/test_xlsx.py")
_MODELLED = ("modelled", "docs/guide/officer.md")


def worker_of(test: str) -> str:
    """What a test shares with others, which one worker then runs: how a plan was judged.

    The plans of a folder of expectations, and the modelled plans, which take long; and what a
    file runs once for all its tests, where that takes long.
    """
    if any(word in test for word in _MODELLED):
        return "modelled"
    file = test.partition("::")[0]
    if file in _WHOLE:
        return file
    found = _PLAN.search(test)
    return found[1] if found else test


# The marks that pytest-xdist has for this are not seen by the newest pytest.
@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:  # noqa: ANN401 - xdist's
    """Spread the tests over the workers, those that share a plan on one."""
    from xdist.scheduler import LoadScopeScheduling

    class ByPlan(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            return worker_of(nodeid)

    return ByPlan(config, log)


@pytest.fixture(scope="session")
def skip_or_fail() -> Callable[[str, str], NoReturn]:
    """Skip for want of a tool, but fail where DINHBIEN_REQUIRE names it.

    A skip nobody sees is a check nobody runs, so CI names every tool it has.
    """

    def missing(name: str, reason: str) -> NoReturn:
        if name in REQUIRED:
            pytest.fail(f"`{name}` is required here, and {reason}")
        pytest.skip(f"`{name}`: {reason}")

    return missing
