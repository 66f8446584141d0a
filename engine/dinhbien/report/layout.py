"""Headings and tables of a page in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dinhbien.explain.sentences import Teller
from dinhbien.report.cautions import modelled_said


def page_text(parts: Iterable[RenderableType], *, width: int | None, colour: bool) -> str:
    """The parts of a page as text; `width` None takes the terminal's."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def heading(say: Teller, key: str, **fields: object) -> RenderableType:
    """A heading from the phrases, with a blank line above it."""
    return titled(say.phrase(key, **fields))


def titled(text: str) -> RenderableType:
    """A heading that is `text`, with a blank line above it."""
    return Padding(Text(text, style="bold underline"), (1, 0, 0, 0))


def table_of(*columns: tuple[str, str]) -> Table:
    """A table with these column names, each set ``left`` or ``right``."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, justify in columns:
        table.add_column(name, justify="right" if justify == "right" else "left")
    return table


def headed(say: Teller, section: str, *names: str) -> Table:
    """A table with the section's own column names; `>` before one sets it to the right."""
    return table_of(
        *(
            (
                say.phrase(f"{section}.{name.removeprefix('>')}"),
                "right" if name.startswith(">") else "left",
            )
            for name in names
        )
    )


def modelled(say: Teller, paths: Iterable[str]) -> Iterator[RenderableType]:
    """Which modelled inputs stand behind what was just said."""
    said = modelled_said(paths, say)
    if said:
        yield Text(f"  {said}", style="italic")
