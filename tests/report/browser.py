"""Chromium without a window: opens pages, reads what it complains of, and prints them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = (1280, 900), (360, 740)


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's own browser; nothing is downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        yield opened
        opened.close()


@dataclass
class Window:
    """A page in a window of its own, and all that it complains of or asks of the network."""

    page: Page
    said: list[str]


def window(opened: Browser, file: Path, scheme: str = "light") -> Window:
    """Open a page, wide and in the light or the dark."""
    context = opened.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
        bypass_csp=True,  # the page runs no script, and axe is one
    )
    page, said = context.new_page(), list[str]()
    page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda one: said.append(str(one)))
    page.on("request", lambda one: said.append(one.url) if one.url != file.as_uri() else None)
    resize(page, WIDE)
    page.goto(file.as_uri())
    return Window(page, said)


def resize(page: Page, size: tuple[int, int]) -> None:
    """Make the window so wide and so high."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
