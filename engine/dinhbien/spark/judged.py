"""One part, as a worker judges it: frames in, rows out, and nothing else is read or written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dinhbien.errors import InputError, NormsError
from dinhbien.language.pack import Pack
from dinhbien.shipped import VERSION

if TYPE_CHECKING:
    import pandas as pd

PART, TABLE, BODY = "part", "table", "body"
PACKED = {PART: "string", TABLE: "string", BODY: "binary"}
"""One table of one part: which part, which table, and its rows as an Arrow stream."""

FINDINGS = {
    PART: "string", "norm": "string", "level": "string", "code": "string", "verdict": "string",
    "amount_from": "double", "amount_to": "double", "unit": "string", "reading": "string",
    "baseline": "string", "standing": "string", "due": "string", "depends_on_reading": "boolean",
    "unlisted": "boolean",
}  # fmt: skip
"""The columns of an answer, with the types that Spark calls them by."""

UNIT, LISTED, WRONG = "top_unit", "listed_units", "wrong"
TOLD = {UNIT: "string", LISTED: "string", WRONG: "string"}
"""What the one row of a part that is no finding tells: its top unit, a digest of the units just
below it, and as JSON what is wrong."""


class Judging(Struct, frozen=True):
    """How parts are judged: as `check_frame` is asked, and by which version."""

    as_of: date | None
    pack: Pack | None
    norms: str | None
    everything: bool
    version: str = VERSION


def body_of(name: str, rows: pd.DataFrame) -> bytes:
    """The rows of a table as an Arrow stream, which keeps their types; `name` is the table's."""
    import pyarrow as pa

    made = pa.Table.from_pandas(rows, preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema.with_metadata({TABLE: name})) as stream:
        stream.write_table(made)
    return bytes(sink.getvalue())


def _rows_of(body: bytes) -> pd.DataFrame:
    import pyarrow as pa

    with pa.ipc.open_stream(body) as stream:
        found: pd.DataFrame = stream.read_all().to_pandas()
    return found.dropna(axis="columns", how="all")  # a column that is only of other parts


def judged(judging: Judging, part: object, packed: pd.DataFrame) -> pd.DataFrame:
    """The findings of one part, and one row that tells what it is and what is wrong.

    `packed` has a row for each of its tables, with the columns of `PACKED`; `part` is a text, or
    whatever Spark has for none.
    """
    tables = {str(name): _rows_of(body)
              for name, body in zip(packed[TABLE], packed[BODY], strict=True)}  # fmt: skip
    if not isinstance(part, str):
        return _told(None, wrong=[InputError(f"{len(one)} rows of `{name}` are of no part")
                                  for name, one in sorted(tables.items())])  # fmt: skip
    if judging.version != VERSION:
        message = f"a worker has dinhbien {VERSION}, and the driver {judging.version}"
        return _told(part, wrong=[InputError(message)])
    try:
        return _found(judging, part, tables)
    except (InputError, NormsError) as error:
        return _told(part, wrong=[error])


def _found(judging: Judging, part: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    from dinhbien.many.check_frame import findings_of, read_frames

    folder = Path(judging.norms) if judging.norms is not None else None
    pack = judging.pack or _pack(_named(tables), folder)
    read = read_frames(tables, folder, pack)
    found = findings_of(read, judging.as_of, judging.everything, judging.norms)
    top = read.table.top
    below = read.table.vocabulary.children_of(top)
    listed = {one: sorted(read.table.levels[one].codes.tolist()) for one in below}
    said = _told(part, f"{top} {read.plan.root.code}", listed)
    return pd.concat([said, typed(part, found)], ignore_index=True)


def _named(tables: Mapping[str, pd.DataFrame]) -> str:
    from dinhbien.frames.to_plan import written_in
    from dinhbien.reading.head import HEAD

    return written_in({name: one for name, one in tables.items() if name in HEAD}).pack


@cache
def _pack(name: str, folder: Path | None) -> Pack:
    """A pack, read once by a worker."""
    from dinhbien.reading.to_pack import read_pack

    return read_pack(name, norms=folder)


def typed(part: str, found: pd.DataFrame) -> pd.DataFrame:
    """A frame of findings with the columns of `FINDINGS` and of `TOLD`, which Spark can take."""
    import pandas as pd

    texts = {name: found[name].astype(object).where(found[name].notna(), None)
             for name, kind in FINDINGS.items() if kind == "string" and name != PART}  # fmt: skip
    made = pd.DataFrame({PART: [part] * len(found)}, index=found.index, dtype=object)
    for name, kind in FINDINGS.items():
        if name != PART:
            made[name] = texts[name] if kind == "string" else found[name]
    for name in TOLD:
        made[name] = pd.Series([None] * len(found), index=found.index, dtype=object)
    return made


def _told(
    part: str | None,
    unit: str | None = None,
    listed: Mapping[str, list[str]] | None = None,
    wrong: list[Any] | None = None,
) -> pd.DataFrame:
    """The row of a part that is no finding."""
    import hashlib

    import pandas as pd

    text = json.dumps(listed, sort_keys=True)
    errors = [[type(error).__name__, str(one)] for error in wrong or () for one in error.problems]
    row: dict[str, Any] = dict.fromkeys((*FINDINGS, *TOLD))
    row |= {
        PART: part,
        UNIT: unit,
        LISTED: hashlib.sha256(text.encode()).hexdigest() if listed is not None else None,
        WRONG: json.dumps(errors) if errors else None,
    }
    made = pd.DataFrame([row], dtype=object)
    for name in ("amount_from", "amount_to"):
        made[name] = made[name].astype("Float64")
    for name in ("depends_on_reading", "unlisted"):
        made[name] = made[name].astype("boolean")
    return made
