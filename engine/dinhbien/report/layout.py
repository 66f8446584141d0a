"""Headings and tables of a page in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dinhbien.explain.sentences import Teller


def heading(say: Teller, key: str, **fields: object) -> RenderableType:
    """A heading, with a blank line above it."""
    return Padding(Text(say.phrase(key, **fields), style="bold underline"), (1, 0, 0, 0))


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
    inputs = Counter(say.input(path) for path in set(paths))
    said = ", ".join(f"{name} ({many})" for name, many in sorted(inputs.items()))
    if said:
        yield Text(f"  {say.phrase('rows.modelled', inputs=said)}", style="italic")
