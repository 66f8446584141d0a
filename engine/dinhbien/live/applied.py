"""Plan + event → the plan in which it has happened, and where people come and go.  §9, §15"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.errors import InputError, Problem, nearest
from dinhbien.judging.proposed import SAID, End, Words, shifted, with_end, with_listed
from dinhbien.language.from_norms import Rules
from dinhbien.language.names import FILTERS, KIND, ORGANISATION
from dinhbien.live import events as ev
from dinhbien.live.subjects import LiveSubjects
from dinhbien.live.written import cell_of, word_named
from dinhbien.meaning.evaluate import OpenWordError, word_of
from dinhbien.meaning.quantity import ZERO
from dinhbien.meaning.tally import BOOKS, POST, SECONDED_IN, SECONDED_OUT, Tallier
from dinhbien.model.amount import Amount
from dinhbien.model.flag import Listed
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.wording import folded
from dinhbien.reading.to_units import wrong_code

CONCURRENT = "concurrent"


class Applied(Struct, frozen=True):
    """The plan after an event; `ends` are where people come from and go to."""

    plan: Plan
    ends: tuple[End, ...] = ()


class Applier(Struct, frozen=True):
    """Carries events out in one plan.

    `level` is the level of the units that keep books and quotas, and `listed` says how a plan
    lists a secondment.  `within` are the kinds of organisations whose books are asked: where an
    event names a unit alone, it speaks of those.
    """

    plan: Plan
    subjects: LiveSubjects
    rules: Rules
    level: str
    listed: Listed | None
    within: frozenset[str] = frozenset()

    def applied(self, event: ev.Event) -> Applied:
        """What follows from `event`; raises `InputError` where it names nothing of the plan."""
        if isinstance(event, ev.Open):
            return Applied(self._opened(event))
        if isinstance(event, ev.Close):
            return Applied(self._closed(event))
        if isinstance(event, (ev.Quota, ev.Correct)):
            return Applied(self._corrected(event))
        ends = tuple(self._ends(event))
        root = self.plan.root
        for end in ends:
            root = with_end(root, end, self.rules)
        if isinstance(event, ev.Second) and event.first_day and event.last_day:
            root = self._entered(root, ends[0].unit, event.first_day, event.last_day)
        if isinstance(event, ev.Return) and event.secondment:
            root = self._ended(root, event.secondment, ends[1].unit)
        return Applied(replace(self.plan, root=root), ends)

    # -- people ----------------------------------------------------------------

    def _ends(self, event: ev.Event) -> Iterator[End]:
        if isinstance(event, (ev.Hire, ev.Retire)):
            sign = 1 if isinstance(event, ev.Hire) else -1
            yield self._end(event.at, event, BOOKS, sign * event.people)
        elif isinstance(event, (ev.Transfer, ev.Reassign)):
            yield from self._moved(event)
        elif isinstance(event, ev.Second):
            yield from self._lent(event, SECONDED_OUT, SECONDED_IN, event.people)
        elif isinstance(event, ev.Return):
            yield from self._lent(event, SECONDED_IN, SECONDED_OUT, -event.people)
        elif isinstance(event, ev.Appoint):
            yield from self._held(event, event.at, event.out_of, event.people)
        elif isinstance(event, ev.Dismiss):
            yield from self._held(event, event.at, event.to, -event.people)

    def _moved(self, event: ev.Transfer | ev.Reassign) -> Iterator[End]:
        giving = self._end(event.sender, event, BOOKS, -event.people, "from")
        taking = self._end(event.to, event, BOOKS, event.people, "to")
        inside = giving.unit.path == taking.unit.path
        if isinstance(event, ev.Reassign) and not inside:
            self._refuse("people are reassigned within one unit", "to", 'write "transfer"')
        if isinstance(event, ev.Transfer) and inside:
            self._refuse("people are transferred to another unit", "to", 'write "reassign"')
        yield from self._apart(giving, taking, "to")

    def _lent(
        self, event: ev.Second | ev.Return, left: str, came: str, people: int
    ) -> Iterator[End]:
        giving = self._end(event.sender, event, left, people, "from")
        yield from self._apart(giving, self._end(event.to, event, came, people, "to"), "to")

    def _apart(self, giving: End, taking: End, key: str) -> Iterator[End]:
        """Both ends, which are not one: what changes twice at one place would be lost."""
        if giving.at.path == taking.at.path:
            self._refuse("people cannot be sent to where they are", key, "name another post")
        yield giving
        yield taking

    def _held(
        self, event: ev.Appoint | ev.Dismiss, at: str, other: str, people: int
    ) -> Iterator[End]:
        """A post that is taken up or given up, and the one that changes for it."""
        if not other:
            yield self._end(at, event, CONCURRENT, people)
            return
        key = "out_of" if isinstance(event, ev.Appoint) else "to"
        giving = self._end(other, event, BOOKS, -people, key)
        yield from self._apart(giving, self._end(at, event, BOOKS, people), key)

    def _end(
        self, asked: str, event: ev._OfPeople, column: str, people: int, key: str = "at"
    ) -> End:
        at = self.unit(asked, key, (POST, ORGANISATION, self.level))
        unit = self.subjects.above(at, self.level)
        if at.level != POST and any(self._posts(at)):
            known = ", ".join(f"`{one.code}`" for one in self._posts(at))
            self._refuse(f"`{asked}` lists its posts", key, f"name one of {known}")
        return End(unit, at, self._words(at, event), column, people)

    def _posts(self, unit: Unit) -> list[Unit]:
        return list(self.subjects.below(unit, POST))

    def _words(self, at: Unit, event: ev._OfPeople) -> Words:
        """What the post may be: its own words, else those that are said, else any."""
        found: Words = {}
        for name in SAID:
            said = getattr(event, name)
            words = frozenset([word_named(self.rules.vocabulary, name, said)]) if said else None
            own = at.cell(name).value if at.level == POST else None
            found[name] = frozenset([own]) if isinstance(own, str) else words or self._all(name)
            if words and not found[name] & words:
                self._refuse(f"`{at.code}` is not `{said}`", name, f"it is `{own}`")
        inside = at if at.level in (POST, ORGANISATION) else None
        kind = self.subjects.above(inside, ORGANISATION).cell(KIND).value if inside else None
        any_kind = self._all(KIND) if inside else self.within or self._all(KIND)
        found[KIND] = frozenset([kind]) if isinstance(kind, str) else any_kind
        return found

    def _all(self, name: str) -> frozenset[str]:
        return frozenset(self.rules.vocabulary.lists[FILTERS.get(name, name)])

    def unit(self, asked: str, key: str, levels: tuple[str, ...] = ()) -> Unit:
        """The unit of that code, or of that name where only one has it."""
        found = [one for one in self.subjects.coded(asked) if not levels or one.level in levels]
        if len(found) == 1:
            return found[0]
        among = [one for one in self.subjects.units.values() if not levels or one.level in levels]
        found = found or [one for one in among if folded(one.name) == folded(asked)]
        if len(found) != 1:
            what = "no unit" if not found else f"{len(found)} units"
            way_out = nearest(asked, [one.code for one in among]) or "name a unit by its code"
            self._refuse(f"`{asked}` names {what} of the plan", key, way_out)
        return found[0]

    def _refuse(self, message: str, key: str, way_out: str = "") -> NoReturn:
        raise InputError([Problem(message, path=key, help=way_out)])

    # -- listed secondments ----------------------------------------------------

    def _entered(self, root: Unit, sender: Unit, first: date, last: date) -> Unit:
        listed = self.listed
        if listed is None:
            return root
        there = _at(root, sender.path)
        codes = {one.path.rpartition(".")[2] for one in there.children.get(listed.level, ())}
        place = next(n for n in range(1, len(codes) + 2) if f"+{n}" not in codes)
        name = self.rules.vocabulary.levels[listed.level].listed
        path = sender.at(f"{name}.+{place}")
        days = {listed.first: first, listed.after: last + timedelta(days=1)}
        cells = {name: Cell(f"{path}.{name}", day.isoformat()) for name, day in days.items()}
        code = f"+{place}"
        return with_listed(
            root, there, Unit(listed.level, f"{sender.code}/{code}", code, path, cells)
        )

    def _ended(self, root: Unit, asked: str, body: Unit) -> Unit:
        level = self.listed.level if self.listed else ""
        entry = self.unit(asked, "secondment", (level,))
        above = self.subjects.units[self.subjects.within[entry.path]]
        if above.path != body.path:
            message = f"`{asked}` is a secondment from `{above.code}`, not from `{body.code}`"
            self._refuse(message, "secondment", "`to` is the body that they come back to")
        left = tuple(one for one in above.children[level] if one.path != entry.path)
        now = _at(root, above.path)
        return exchanged(root, replace(now, children={**now.children, level: left}))

    # -- organisations and figures ----------------------------------------------

    def _opened(self, event: ev.Open) -> Plan:
        above = self.unit(event.at, "at", (self.level,))
        listed = above.children.get(ORGANISATION, ())
        path = above.at(f"{self.rules.vocabulary.levels[ORGANISATION].listed}.{event.code}")
        if any(one.path == path for one in listed):
            self._refuse(f"`{above.code}` has an organisation `{event.code}`", "code")
        self._refuse_code(event.code, ORGANISATION, "code")
        kind = cell_of(self.rules, ORGANISATION, path, KIND, event.kind)
        code = f"{above.code}/{event.code}"
        codes = [one.code for one in event.posts]
        for place, one in enumerate(codes):
            self._refuse_code(one, POST, f"posts.{place}.code")
            if one in codes[:place]:
                self._refuse(f"`{one}` is the code of two posts", f"posts.{place}.code")
        name = event.name or self.rules.vocabulary.said("kind", str(kind.value), "vi")
        posts = tuple(self._post(one, code, path) for one in event.posts)
        made = Unit(
            ORGANISATION, code, name, path, {KIND: kind}, {}, {POST: posts}, frozenset([POST])
        )
        children = {**above.children, ORGANISATION: (*listed, made)}
        return self._followed(replace(above, children=children), None, made)

    def _refuse_code(self, code: str, level: str, key: str) -> None:
        for message, way_out in wrong_code(code, level, self.rules.vocabulary):
            self._refuse(message, key, way_out)

    def _post(self, one: ev.NewPost, code: str, path: str) -> Unit:
        where = f"{path}.{self.rules.vocabulary.levels[POST].listed}.{one.code}"
        cells = {
            name: cell_of(self.rules, POST, where, name, value) for name, value in one.cells.items()
        }
        return Unit(POST, f"{code}/{one.code}", one.code, where, cells)

    def _closed(self, event: ev.Close) -> Plan:
        gone = self.unit(event.at, "at", (ORGANISATION,))
        left = [one for one in self._posts(gone) if self.subjects.number(one, BOOKS).exact != 0]
        if left:
            known = ", ".join(f"`{one.code}`" for one in left)
            self._refuse(
                "people are, or may be, still on its books", "at", f"move those of {known}"
            )
        above = self.subjects.units[self.subjects.within[gone.path]]
        listed = tuple(one for one in above.children[ORGANISATION] if one.path != gone.path)
        children = {**above.children, ORGANISATION: listed}
        return self._followed(replace(above, children=children), gone, None)

    def _corrected(self, event: ev.Quota | ev.Correct) -> Plan:
        cells = {} if isinstance(event, ev.Quota) else event.cells
        figures = {event.count: event.value} if isinstance(event, ev.Quota) else event.figures
        unit = self.unit(event.at, "at")
        self._correctable(event, unit, figures)
        made = replace(
            unit,
            cells={**unit.cells, **self._cells(unit, cells)},
            figures={
                **unit.figures,
                **{
                    name: cell_of(self.rules, unit.level, unit.at("figures"), name, value, "count")
                    for name, value in figures.items()
                },
            },
        )
        if isinstance(event, ev.Quota) or event.totals == "keep":
            return replace(self.plan, root=exchanged(self.plan.root, made))
        before = self.subjects.above(unit, ORGANISATION)
        after = exchanged(before, made)
        above = self.subjects.units[self.subjects.within[before.path]]
        return self._followed(exchanged(above, after), before, after)

    def _correctable(
        self, event: ev.Quota | ev.Correct, unit: Unit, figures: dict[str, ev.Value]
    ) -> None:
        """Refuse what is no count, no quota, or asks totals to follow what no total counts."""
        known = self.rules.counts
        for name in figures:
            if name not in known:
                self._refuse(f"`{name}` is no named count", "figures", nearest(name, known))
            if isinstance(event, ev.Quota) and known[name].basis not in {"assigned", "provisional"}:
                way_out = 'name a count of what is assigned, or write "correct"'
                self._refuse(f"`{name}` is not a number that is assigned", "count", way_out)
        if isinstance(event, ev.Correct) and event.totals == "follow" and unit.level != POST:
            message = f"totals follow the cells of a post, and `{unit.code}` is none"
            self._refuse(message, "totals", "correct the totals above it too, each by its unit")

    def _cells(self, unit: Unit, given: dict[str, ev.Value]) -> dict[str, Cell]:
        return {
            name: cell_of(self.rules, unit.level, unit.path, name, value)
            for name, value in given.items()
        }

    def _followed(self, above: Unit, before: Unit | None, after: Unit | None) -> Plan:
        """The plan with `above` in it, in which stated totals follow one organisation."""
        made, root = above, self.plan.root
        while True:
            figures = {
                name: self._shifted(cell, name, before, after)
                for name, cell in made.figures.items()
            }
            root = exchanged(root, replace(made, figures=figures))
            if made.path not in self.subjects.within:
                return replace(self.plan, root=root)
            made = _at(root, self.subjects.within[made.path])

    def _shifted(self, cell: Cell, name: str, before: Unit | None, after: Unit | None) -> Cell:
        tallier, count = Tallier(self.subjects, word_of), self.rules.counts[name]
        try:
            was, is_ = (tallier.tally(one, count, "") if one else ZERO for one in (before, after))
        except OpenWordError:
            return replace(cell, value=None)
        bounds: Amount = (is_ - was).bounds
        if bounds.low is None or bounds.high is None:
            return replace(cell, value=None)
        return shifted(cell, int(bounds.low), int(bounds.high))


def exchanged(unit: Unit, made: Unit) -> Unit:
    """`unit` with `made` in the place of the unit of its path."""
    if unit.path == made.path:
        return made
    children = {
        level: tuple(
            exchanged(one, made)
            if one.path == made.path or made.path.startswith(f"{one.path}.")
            else one
            for one in units
        )
        for level, units in unit.children.items()
    }
    return replace(unit, children=children)


def _at(root: Unit, path: str) -> Unit:
    """The unit of a path."""
    here = root
    while here.path != path:
        here = next(
            one
            for units in here.children.values()
            for one in units
            if one.path == path or path.startswith(f"{one.path}.")
        )
    return here
