"""What every test may ask for."""

import os
from collections.abc import Callable
from typing import NoReturn

import pytest

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
