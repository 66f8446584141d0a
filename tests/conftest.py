"""What every test may ask for."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from typing import NoReturn

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

REQUIRED = {name.strip() for name in os.environ.get("DINHBIEN_REQUIRE", "").split(",")}


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
