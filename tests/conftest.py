"""What every test may ask for."""

import os
from collections.abc import Callable
from typing import NoReturn

import pytest
from hypothesis import settings

# Speed is a benchmark, never a timed test.
# The same examples in every run, so that what is green stays green; `make laws` looks further.
settings.register_profile("same", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("other", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("DINHBIEN_EXAMPLES", "same"))

# No test writes into anybody's own folder; tests/compiled names folders of its own.
os.environ["DINHBIEN_CACHE"] = "off"

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
