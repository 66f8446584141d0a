"""The register of provisions: what each became, or why it became nothing.  §7"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from dinhbien.model.wording import Bilingual

Status = Literal["encoded", "draft", "not encoded", "refused"]
STATUSES: tuple[Status, ...] = get_args(Status)
MEMORY = "from memory"
"""Why an entry is refused: nobody saw its number."""


class Entry(Struct, frozen=True):
    """One provision that is known.

    `norms` are the ids of what it became, where it is encoded or a draft; else `why` says why
    there is none.  `citation` is the text as people call it, `sources` where it was seen.
    """

    id: str
    title: Bilingual
    citation: str
    sources: tuple[str, ...]
    status: Status
    norms: tuple[str, ...] = ()
    why: str = ""
    remark: Bilingual | None = None
