"""What travels with the package: its version, and where rules, norms and scenarios are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

VERSION = "0.1.0"


def content(kind: str) -> Path:
    """The folder of ``"rules"``, ``"norms"`` or ``"scenarios"``.

    A wheel carries the three folders inside the package.
    A checkout keeps them at the top, beside ``engine/``, where people edit them.
    """
    packaged = Path(str(files("dinhbien"))) / "content"
    if packaged.is_dir():
        return packaged / kind
    return Path(__file__).parents[2] / kind
