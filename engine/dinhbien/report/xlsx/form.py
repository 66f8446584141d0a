"""A printed form, filled in from the plan: unknown cells stay blank and are listed below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.judging.check import Report
from dinhbien.judging.ranges import Ranges
from dinhbien.language.chain import Chain
from dinhbien.model.amount import Amount
from dinhbien.model.flagged import Flagged, FlagRow
from dinhbien.model.plan import Unit
from dinhbien.model.printed import FormColumn, Printed
from dinhbien.report.cautions import modelled_cells
from dinhbien.report.flags import FlagPage
from dinhbien.report.html.sight import Sight
from dinhbien.report.ranged import Ranged
from dinhbien.report.xlsx.notes import notes
from dinhbien.report.xlsx.page import (
    NUMBER,
    TEXT,
    TINY,
    TITLE,
    Column,
    Formula,
    Page,
    Styled,
    Value,
    added,
    area,
    cell,
    first_row,
    joined_up,
    summed,
)

_LETTERS = (("M", 1000), ("CM", 900), ("D", 500), ("CD", 400), ("C", 100), ("XC", 90), ("L", 50),
            ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))  # fmt: skip
_Numbers = dict[str, Fraction | None]
_Filled = Callable[[str, int], Value]
"""What stands in a column of flags: by its number, and where it lies."""


def form_pages(sight: Sight, before: Report | None = None) -> Iterator[Page]:
    """A sheet for each chain of flags that fills in a form.

    `before` is the plan without what is proposed; without it nothing is, and the columns of
    what is proposed stay blank.
    """
    for chain in sight.report.pack.rules.flags:
        if chain.file.form is not None:
            yield _Form(sight, chain, chain.file.form, before).page()


class _Group(Struct, frozen=True):
    """The units of one word, and the row of their heading."""

    title: str
    units: list[Unit]
    row: int

    @property
    def lines(self) -> tuple[int, int]:
        """The rows of its units."""
        return self.row + 1, self.row + len(self.units)


class _Form(Struct, frozen=True, dict=True):
    """One form of one plan."""

    sight: Sight
    chain: Chain
    form: Printed
    before: Report | None

    def page(self) -> Page:
        """Heads, the units in groups with roman numerals, the total, and what is left blank."""
        say, plan = self.sight.say, self.sight.report.plan
        about = say.phrase("report.title", province=plan.root.name,
                           day=say.day(self.sight.report.day))  # fmt: skip
        text = say.phrase("xlsx.form.of", text=self.form.text.said(say.lang))
        rows = [row for group in self._groups for row in self._group(group)]
        return Page(
            name=self.form.sheet.said(say.lang),
            title=self.chain.file.title.said(say.lang),
            columns=self._columns,
            rows=rows,
            notes=(Styled(f"{text} – {about} – {plan.title.said(say.lang)}", "line"), *self._loud),
            sums=self._total(),
            foot=tuple(self._foot()),
            fixed=2,
            filtered=False,
        )  # fmt: skip

    @cached_property
    def _loud(self) -> tuple[Styled, ...]:
        """That it is an illustration, and what is to be known of the form."""
        cautions = (Styled(one.said(self.sight.say.lang), "loud") for one in self.form.cautions)
        return (*notes(self.sight, ranged=False), *cautions)

    # -- columns and groups --------------------------------------------------

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        say = self.sight.say
        made = [
            Column(
                one.head.said(say.lang),
                {"place": TINY, "name": TITLE}.get(one.holds or "", NUMBER),
                "text" if one.holds else "number",
                self.form.headings[one.under].said(say.lang) if one.under else "",
                number=_numbered(number, one),
            )
            for number, one in self.form.columns.items()
        ]
        return (*made, Column(say.phrase("html.modelled"), NUMBER, number="–"),
                Column(say.phrase("xlsx.id"), TEXT, "id", number="–"))  # fmt: skip

    @cached_property
    def _groups(self) -> list[_Group]:
        """The units by the word of the attribute, in the order of its list; the rest last."""
        vocabulary = self.sight.say.pack.rules.vocabulary
        listed = vocabulary.attributes[self.form.grouped_by].words or ""
        by_word: dict[str, list[Unit]] = {one: [] for one in vocabulary.lists.get(listed, {})}
        for unit in self.sight.report.plan.root.walk():
            if unit.level == self.chain.file.level:
                by_word.setdefault(str(unit.cell(self.form.grouped_by).value or ""), []).append(
                    unit
                )
        row = first_row(self._columns, 1 + len(self._loud))
        made: list[_Group] = []
        for word, units in by_word.items():
            if units:
                title = self.sight.say.word(listed, word) if word else self._without_word
                made.append(_Group(title[:1].upper() + title[1:], units, row))
                row += 1 + len(units)
        return made

    @property
    def _without_word(self) -> str:
        return self.sight.say.phrase("xlsx.form.rest")

    # -- numbers -------------------------------------------------------------

    @cached_property
    def _rows_of(self) -> tuple[dict[str, FlagRow], dict[str, FlagRow]]:
        """The rows without what is proposed and with it, by the code of the unit."""
        now = self.sight.flag_rows(self.chain)
        if self.before is None:
            return now, {}
        among = (one for one in self.before.forms if one.chain == self.chain.name)
        return {one.subject.code: one for one in among}, now

    def _flag(self, one: FormColumn, unit: Unit) -> Flagged | None:
        row = self._rows_of[one.proposed == "yes"].get(unit.code)
        return row.flag(one.flag) if row is not None and one.flag else None

    @cached_property
    def _numbers(self) -> dict[str, _Numbers]:
        """By unit: what is known exactly in each column; None where a cell stays blank."""
        made: dict[str, _Numbers] = {}
        for group in self._groups:
            for unit in group.units:
                known: _Numbers = {
                    number: _exact(self._flag(one, unit))
                    for number, one in self.form.columns.items() if one.flag
                }  # fmt: skip
                made[unit.code] = self._reckoned(known)
        return made

    def _reckoned(self, known: _Numbers) -> _Numbers:
        """With the columns that add up others, or take one from another."""
        columns = self.form.columns
        left = [name for name, one in columns.items() if one.less or one.sum]
        for name in sorted(left, key=lambda one: not columns[one].less):
            one = columns[name]
            if one.less:
                first, second = (known.get(other) for other in one.less)
                known[name] = None if first is None or second is None else first - second
            else:
                known[name] = added(known.get(other) for other in one.sum)
        return known

    def _together(self, units: Sequence[Unit]) -> _Numbers:
        """The sums over units; unknown where the plan may list too few."""
        if self.chain.file.level not in self.sight.report.plan.root.complete:
            return {}
        columns = (name for name, one in self.form.columns.items() if one.flag)
        return self._reckoned({
            name: added(self._numbers[unit.code].get(name) for unit in units) for name in columns
        })  # fmt: skip

    # -- rows ----------------------------------------------------------------

    def _group(self, group: _Group) -> Iterator[list[Value]]:
        place = _roman(self._groups.index(group) + 1)
        known = self._together(group.units)
        yield self._line(
            group.row, [place, group.title], known,
            lambda number, column: summed(area(group.lines, column), known.get(number)), "group",
        )  # fmt: skip
        for count, unit in enumerate(group.units, 1):
            numbers = self._numbers[unit.code]
            rows = [one[unit.code] for one in self._rows_of if unit.code in one]
            paths = {path for row in rows for path in row.modelled}
            modelled = modelled_cells(paths, self.sight.say)
            yield self._line(
                group.row + count, [str(count), unit.name], numbers,
                _as_known(numbers), "", modelled, rows[0].id if rows else "",
            )  # fmt: skip

    def _total(self) -> list[Value]:
        groups = self._groups
        units = [unit for group in groups for unit in group.units]
        if not units:
            return []
        known, row = self._together(units), groups[-1].lines[1] + 1
        numerals = "+".join(_roman(place) for place, _ in enumerate(groups, 1))
        said = self.sight.say.phrase("xlsx.form.total", numerals=numerals)
        return self._line(
            row, ["", said], known,
            lambda number, column: joined_up(
                [cell(group.row, column) for group in groups], known.get(number)
            ), "sum",
        )  # fmt: skip

    def _line(  # noqa: PLR0913, PLR0917 - one row, put together once
        self, row: int, words: list[str], known: _Numbers, filled: _Filled, style: str,
        modelled: str = "", identity: str = "",
    ) -> list[Value]:  # fmt: skip
        made: list[Value] = []
        places = {number: place for place, number in enumerate(self.form.columns)}
        for number, one in self.form.columns.items():
            at = places[number]
            if one.holds:
                text = words[one.holds == "name"]
                made.append(Styled(text, style or "text"))
            elif one.why:
                made.append(Styled("", style) if style else None)
            elif one.flag:
                made.append(filled(number, at))
            else:
                cells = [cell(row, places[other]) for other in (*one.sum, *one.less)]
                made.append(joined_up(cells, known.get(number), "-" if one.less else "+"))
        if style:
            made = [_as_group(one, style) for one in made]
        return [*made, Styled(modelled, style or "text"), Styled(identity, style or "id")]

    # -- what stays blank ----------------------------------------------------

    def _foot(self) -> Iterator[Styled]:
        say = self.sight.say
        yield Styled(say.phrase("xlsx.form.blank"), "part")
        blank = [line for number, one in self.form.columns.items()
                 for line in self._blank(number, one)]  # fmt: skip
        yield from (Styled(line, "line") for line in blank or [say.phrase("html.none")])
        if blank:
            yield Styled(say.phrase("xlsx.form.derived"), "line")
        yield from (Styled(line, "line") for line in self._differs())
        if self.chain.file.level not in self.sight.report.plan.root.complete:
            yield Styled(say.phrase("xlsx.form.incomplete"), "line")

    def _blank(self, number: str, one: FormColumn) -> Iterator[str]:
        """One line for a column that nothing fills, else one for each thing that is missing."""
        say, head = self.sight.say, one.head.said(self.sight.say.lang)
        if one.why:
            yield say.phrase(
                "xlsx.form.column", number=number, head=head, why=one.why.said(say.lang)
            )
            return
        if not one.flag:
            return
        if one.proposed == "yes" and self.before is None:
            why = say.phrase("xlsx.form.no_change")
            yield say.phrase("xlsx.form.column", number=number, head=head, why=why)
            return
        by_reason: dict[str, list[str]] = {}
        for group in self._groups:
            for unit in group.units:
                flag = self._flag(one, unit)
                if _exact(flag) is None:
                    by_reason.setdefault(self._lacks(flag), []).append(self._known(flag, unit))
        for why, names in by_reason.items():
            yield say.phrase("xlsx.form.cells", number=number, head=head, count=len(names),
                             why=why, units=", ".join(names))  # fmt: skip

    def _differs(self) -> Iterator[str]:
        """The cells that are another number in another allocation of an illustration."""
        report = self.before or self.sight.report
        say, page = self.sight.say, FlagPage(report, Ranged(Ranges(report), self.sight.say))
        for number, one in self.form.columns.items():
            if not one.flag or one.proposed == "yes" or page.ranged.ranges.many == 1:
                continue
            cells = [
                (unit.name, page.cell(self.chain, self.chain.step(one.flag), row))
                for group in self._groups for unit in group.units
                if (row := self._rows_of[0].get(unit.code)) is not None
            ]  # fmt: skip
            said = ", ".join(f"{name} {text}" for name, text in cells if "(" in text)
            if said:
                head = one.head.said(say.lang)
                yield say.phrase("xlsx.form.differs", number=number, head=head, units=said)

    def _lacks(self, flag: Flagged | None) -> str:
        say = self.sight.say
        if flag is None:
            return say.phrase("xlsx.form.no_row")
        inputs = dict.fromkeys(say.input(path) for path in flag.missing)
        return "; ".join([*inputs, *map(say.reason, flag.because)])

    def _known(self, flag: Flagged | None, unit: Unit) -> str:
        """The unit, and the bounds of its number where there are any."""
        amount = flag.amount if flag is not None and not flag.because else None
        if amount is None or amount in {Amount(None, None), Amount(Fraction(0), None)}:
            return unit.name
        return f"{unit.name} ({FlagPage(self.sight.report, self.sight.ranged).brief(amount)})"


def _exact(flag: Flagged | None) -> Fraction | None:
    return None if flag is None or flag.amount is None or flag.because else flag.amount.exact


def _as_known(numbers: _Numbers) -> _Filled:
    return lambda number, _: numbers.get(number)


def _as_group(value: Value, style: str) -> Value:
    if isinstance(value, Formula):
        return replace(value, style=style)
    return Styled("", style) if value is None else value


def _numbered(number: str, one: FormColumn) -> str:
    """A column's number with what it is made of: ``4=5+6``."""
    made = "+".join(one.sum) or "−".join(one.less)
    return f"{number}={made}" if made else number


def _roman(number: int) -> str:
    """A number in roman numerals.

    >>> _roman(1), _roman(4), _roman(19)
    ('I', 'IV', 'XIX')
    """
    made = ""
    for letters, worth in _LETTERS:
        many, number = divmod(number, worth)
        made += letters * many
    return made
