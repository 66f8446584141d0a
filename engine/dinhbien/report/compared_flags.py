"""What is different in the flags → one table for each chain."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from dinhbien.judging.compared import FlagChange
from dinhbien.language.chain import Chain
from dinhbien.model.flagged import Flagged
from dinhbien.report.compared_rows import Side, from_to, table
from dinhbien.report.flags import FlagPage
from dinhbien.report.layout import titled
from dinhbien.report.rows import alike, units_said


class FlagChanges(Struct, frozen=True):
    """The flags that are raised, dropped or otherwise different: one table for each chain."""

    before: Side
    after: Side
    changes: tuple[FlagChange, ...]

    def parts(self) -> Iterator[RenderableType]:
        """A table for each chain, and how many flags are open before and after."""
        chains = {
            chain.name: chain
            for side in (self.before, self.after)
            for chain in side.report.pack.rules.flags
            if chain.file.shown != "form"
        }
        for name, chain in chains.items():
            among = [one for one in self.changes if one.row.chain == name]
            if among:
                title = chain.file.title.said(self.after.say.lang)
                yield titled(title)
                yield from self._chain(chain, [one for one in among if is_shown(one, chain)])

    def _chain(self, chain: Chain, among: list[FlagChange]) -> Iterator[RenderableType]:
        say = self.after.say
        told = [one for one in among if _is_told(one)]
        if told:
            heads = [say.phrase(key) for key in ("flags.unit", "verdicts.norm", "compare.flag")]
            shown = table(*heads, say.phrase("compare.flag.amount"))
            for cells, same in alike((self._cells(chain, one), one) for one in told):
                root = self.after.report.plan.root
                shown.add_row(units_said([one.row.subject for one in same], root, say), *cells)
            yield shown
        left = len(among) - len(told)
        if left:
            yield Text("  " + say.phrase("compare.flags_open", count=left), style="dim")

    def _cells(self, chain: Chain, one: FlagChange) -> tuple[str, str, str]:
        was, is_ = (
            self.amount(chain, one, flag, side)
            for flag, side in ((one.before, self.before), (one.after, self.after))
        )
        return self.norm(one), self.title(chain, one), from_to(was, is_, self.after.say)

    def title(self, chain: Chain, one: FlagChange) -> str:
        """What a flag is called, by the force of its norm."""
        page = FlagPage(self.after.report, self.after.ranged)
        return page.title(chain, chain.step(one.flag), one.row.force)

    @staticmethod
    def amount(chain: Chain, one: FlagChange, flag: Flagged | None, side: Side) -> str:
        """A flag on one side, as its chain says it."""
        if flag is None:
            return "—"
        return FlagPage(side.report, side.ranged).cell(chain, chain.step(one.flag), one.row)

    def norm(self, one: FlagChange) -> str:
        """The title of the norm that a row speaks of, if it speaks of one."""
        for side in (self.after, self.before):
            found = side.report.pack.norm(one.row.norm) if one.row.norm else None
            if found is not None:
                return found.norm.title.said(side.say.lang)
        return ""


def is_shown(one: FlagChange, chain: Chain) -> bool:
    """Whether a page shows the flag at all."""
    flag = chain.file.chain.get(one.flag)
    return flag is None or chain.file.shown == "table" or flag.shown != "no"


def _is_told(one: FlagChange) -> bool:
    """Whether something is certain of the flag on one of the sides."""
    sides = (one.before, one.after)
    if any(side is not None and side.kind == "rank" for side in sides):
        return one.row.says_something
    return any(side is not None and side.raised is not None for side in sides)
