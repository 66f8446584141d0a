"""Cases in files: a file with one fault and, below it, what must be said of it.

The first line names the place that the file takes in a copy of ``good/pack``::

    # file: norms/vn/x/article-1.yaml
    …the file…
    # ---- says: NormsError
    # norms/vn/x/article-1.yaml:3:9: `S-2` is not a source of the instrument
    #   at vn/x/article-1#ceiling:source
    #   did you mean `S-1`?

That line is a comment of the file, so that lines are counted as they stand here;
a table has no comments, and loses it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dinhbien.errors import DinhbienError
from dinhbien.language.from_norms import Rules
from dinhbien.language.pack import Pack
from dinhbien.model.plan import Plan
from dinhbien.reading.to_change import Change, read_change
from dinhbien.reading.to_pack import packs, read_pack
from dinhbien.reading.to_plan import read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

HERE = Path(__file__).parent
PACK = HERE / "good" / "pack"
_FILE, _SAYS = "# file: ", "# ---- says"


@dataclass(frozen=True)
class Case:
    """A file with one fault, the place it takes, and the last lines of the case as written."""

    path: Path
    file: str
    text: str
    says: str

    @classmethod
    def read(cls, path: Path) -> Case:
        """The case in a file."""
        text, mark, tail = path.read_text("utf-8").partition(_SAYS)
        head = text.partition("\n")[0]
        assert head.startswith(_FILE), f"{path}: the first line is `{_FILE}…`"
        return cls(path, head.removeprefix(_FILE), text, mark + tail)

    @property
    def placed(self) -> str:
        """The text that is read."""
        return self.text.partition("\n")[2] if self.file.endswith(".csv") else self.text

    def reset(self, says: str) -> None:
        """Rewrite what must be said."""
        self.path.write_text(self.text + says, "utf-8")


def put(folder: Path, file: str, text: str | bytes) -> None:
    """A copy of the good pack in `folder`, in which `file` holds `text`."""
    shutil.copytree(PACK, folder, dirs_exist_ok=True)
    if file.startswith("rules/"):
        shutil.copytree(content("rules"), folder / "rules", dirs_exist_ok=True)
    place = folder / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text if isinstance(text, bytes) else text.encode())


def read_here() -> tuple[Plan, Pack]:
    """The plan and the pack of the working folder, with its change if there is one."""
    change = read_change(Path("change.yaml")) if Path("change.yaml").exists() else None
    rules = rules_here(change)
    plan = read_plan(Path("plan"), rules, change, packs(Path("norms")))
    patches = change.norms if change else None
    return plan, read_pack(plan.norms, norms=Path("norms"), rules=rules, patches=patches)


def rules_here(change: Change | None) -> Rules:
    """The working folder's own rules, or the shipped ones, as the change has them."""
    if Path("rules").exists():
        return read_rules(Path("rules"))
    return read_rules(content("rules"), flags=change.flags) if change else shipped_rules()


@cache
def shipped_rules() -> Rules:
    """The shipped rules, read once."""
    return read_rules(content("rules"))


def said(error: DinhbienError) -> str:
    """The last lines of a case, as an error makes them."""
    lines = [f"{_SAYS}: {type(error).__name__}", *str(error).splitlines()]
    return "\n".join(line if line.startswith("#") else f"# {line}" for line in lines) + "\n"
