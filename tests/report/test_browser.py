"""The page in a real browser: silent, readable by all, narrow, dark, and on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from msgspec.structs import replace

from dinhbien.judging.check import Report, check
from dinhbien.judging.from_files import check_file, compare_files
from dinhbien.report.html.changes import changes_html
from dinhbien.report.html.page import html_text
from dinhbien.shipped import content
from tests.report.browser import CHROMIUM, NARROW, WIDE, Window, browser, resize, window
from tests.report.country import country

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PROVINCE = content("scenarios") / "dien-bien" / "2025-10"
FLAGS = content("scenarios") / "examples" / "flags"
STRANGE = ("<script>document.title='ran'</script>", unicodedata.normalize("NFD", "Tìa Dình"),
           "=HYPERLINK(\"http://example.org\")")  # fmt: skip
PAGES = ["published", "modelled", "strange", "changes", "country"]
ALIKE = """[...document.querySelectorAll(
    'tbody tr:nth-child(n + 99), svg.map g:nth-of-type(n + 99)'
)].map(one => one.remove()).length"""
COMMUNES, STAFFED = 3321, 20
MOST_BYTES, MOST_SECONDS = 5_000_000, 10


@cache
def report(name: str) -> Report:
    if name == "published":
        return check_file(PROVINCE)
    if name == "modelled":
        return check_file(PROVINCE / "modelled-a.yaml")
    if name == "country":
        with TemporaryDirectory() as place:
            return check_file(country(Path(place), COMMUNES, STAFFED))
    found = check_file(FLAGS)
    units = zip(found.plan.root.children["commune"], STRANGE, strict=True)
    communes = tuple(replace(unit, name=name) for unit, name in units)
    root = replace(found.plan.root, children={"commune": communes})
    return check(replace(found.plan, root=root), found.pack)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Each page as a file; made when it is first asked for."""
    folder = tmp_path_factory.mktemp("pages")

    def page(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists():
            if name == "changes":
                found = compare_files(PROVINCE, change=PROVINCE / "change-vice-chairs-112.yaml")
                made = changes_html(found, "vi")
            else:
                made = html_text(report(name), "vi")
            file.write_text(made, encoding="utf-8")
        return file

    return page


Seen = Callable[..., Window]


@pytest.fixture(scope="module")
def seen(
    skip_or_fail: Callable[[str, str], NoReturn], pages: Callable[[str], Path]
) -> Iterator[Seen]:
    """Each page in a window, opened when it is first asked for; a test leaves it as it was."""
    if CHROMIUM is None:
        skip_or_fail("chromium", "no browser is on the path")
    with browser() as started:
        yield cache(lambda name, scheme="light": window(started, pages(name), scheme))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_complains_of_nothing(name: str, seen: Seen) -> None:
    found = seen(name)

    assert not found.said
    assert found.page.title().split(" ·")[0] in {"Điện Biên", "Tỉnh thử", "Tỉnh rộng"}
    assert found.page.locator("h1").is_visible()
    assert found.page.locator("script").count() == 0


def test_a_page_of_a_whole_country_is_small_and_opens_at_once(
    pages: Callable[[str], Path], seen: Seen
) -> None:
    file, page = pages("country"), seen("country").page
    drawn = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")

    assert file.stat().st_size < MOST_BYTES
    assert page.locator("tr[data-unit]").count() == COMMUNES + 1
    assert page.locator("svg.map g").count() == COMMUNES
    assert 0 < drawn < MOST_SECONDS * 1000


def open_some(page: Page) -> None:
    """Open the first folded parts, as a reader would."""
    page.evaluate("document.querySelectorAll('details').forEach((one, n) => one.open = n < 3)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_contrast_is_enough(name: str, scheme: str, seen: Seen) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = seen(name, scheme).page
    resize(page, WIDE)
    open_some(page)
    left_out = page.evaluate(ALIKE)  # rows like the 98 before them: with all, axe takes minutes
    found: dict[str, Any] = Axe().run(page).response
    if left_out:
        page.reload()
    passed = {one["id"] for one in found["passes"]}

    assert not [(one["id"], [node["html"] for node in one["nodes"]][:3])
                for one in found["violations"]]  # fmt: skip
    assert "color-contrast" in passed  # at least 4.5:1, and 3:1 for large letters


@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_screen_needs_no_sideways_scroll(name: str, seen: Seen) -> None:
    page = seen(name).page
    resize(page, NARROW)
    open_some(page)
    needed, width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")

    assert width == NARROW[0]
    assert needed <= width


# A4 in CSS pixels.
PAPER = (794, 1123)


@pytest.mark.parametrize("name", ["published", "modelled", "changes", "country"])
def test_no_column_is_cut_off_on_paper(name: str, seen: Seen, tmp_path: Path) -> None:
    page = seen(name).page
    resize(page, PAPER)
    page.emulate_media(media="print")
    try:
        cut = page.evaluate(
            """[...document.querySelectorAll('table, svg, pre, p, dl')]
            .filter(one => one.getClientRects().length)
            .filter(one => {
                const box = one.getBoundingClientRect()
                if (box.right > innerWidth + 1 || box.left < -1) return true
                for (let up = one.parentElement; up; up = up.parentElement) {
                    const seen = getComputedStyle(up).overflowX !== 'visible'
                    if (seen && up.scrollWidth > up.clientWidth + 1) return true
                }
                return false
            }).map(one => one.outerHTML.slice(0, 120))"""
        )
        page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    finally:
        page.emulate_media(media="screen")

    assert not cut
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
    if shutil.which("pdfinfo"):
        said = subprocess.run(
            ["pdfinfo", str(tmp_path / "page.pdf")],  # noqa: S607 - found on the path above
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert re.search(r"Page size: +59[45]\.?\d* x 84[12]", said)
