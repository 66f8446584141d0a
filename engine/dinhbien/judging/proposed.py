"""Plan + proposal → the plans that carry it out, one for each choice of posts.  §9, §15"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.errors import Problem, UsageError, nearest
from dinhbien.language.from_norms import Rules
from dinhbien.language.names import FILTERS, KIND, ORGANISATION
from dinhbien.meaning.completions import MOST_COMBINATIONS
from dinhbien.meaning.tally import BOOKS, POST, SECONDED_IN, SECONDED_OUT, columns_of
from dinhbien.model.amount import added, whole
from dinhbien.model.flag import Listed, May
from dinhbien.model.norm import Count
from dinhbien.model.plan import Cell, Plan, Unit
from dinhbien.model.proposal import Proposal
from dinhbien.model.wording import folded

SAID = ("category", "rank", "position")
Words = dict[str, frozenset[str]]
"""The words that a post may have, by attribute; an organisation's kind among them."""


class End(Struct, frozen=True):
    """Where people come from or go to: the deepest unit that is known, and what it may be."""

    unit: Unit
    at: Unit
    words: Words
    column: str
    people: int
    _shifts: dict[int, tuple[Count, tuple[int, int]]] = field(default_factory=dict)

    def shift(self, count: Count) -> tuple[int, int]:
        """By how much a count changes here, at least and at most."""
        found = self._shifts.get(id(count))
        if found is None:
            found = self._shifts[id(count)] = count, self._shift(count)
        return found[1]

    def _shift(self, count: Count) -> tuple[int, int]:
        sign = columns_of(count).get(self.column, 0)
        if count.vacancies == "included" and self.column == BOOKS:
            ends = (0, self.people) if self.people > 0 else (self.people, 0)  # a vacancy may fill
        elif not sign:
            return 0, 0
        else:
            ends = (sign * self.people, sign * self.people)
        sure, possible = self._counted(count)
        if not possible:
            return 0, 0
        return ends if sure else (min(0, *ends), max(0, *ends))

    def _counted(self, count: Count) -> tuple[bool, bool]:
        """Whether the count certainly takes such a post in, and whether it may."""
        filters = {one: frozenset(getattr(count, one)) for one in SAID}
        filters[KIND] = frozenset(count.within)
        asked = {name: words for name, words in filters.items() if words}
        sure = all(self.words[name] <= words for name, words in asked.items())
        return sure, all(self.words[name] & words for name, words in asked.items())


def ends_of(
    plan: Plan, rules: Rules, may: May, level: str, proposal: Proposal
) -> list[tuple[End, ...]]:
    """The ways to choose the posts of a proposal, each with its ends, the sending one first.

    Raises `UsageError` where it names no unit, organisation, post or word of the plan.
    """
    if proposal.people < 1:
        message = f"`{proposal.people}` people cannot be proposed"
        raise UsageError([Problem(message, help="say one or more")])
    finder = _Finder(plan, rules, may, level, proposal)
    receiving = SECONDED_IN if proposal.kind == "second" else BOOKS
    to = finder.unit(proposal.to)
    ways = [list(finder.ends(to, proposal.into, receiving, proposal.people))]
    if proposal.kind != "recruit":
        sending, sign = (SECONDED_OUT, 1) if proposal.kind == "second" else (BOOKS, -1)
        giver = finder.unit(proposal.from_unit)
        ways.insert(0, list(finder.ends(giver, proposal.out_of, sending, sign * proposal.people)))
    found = [one for one in product(*ways) if len({end.at.path for end in one}) == len(one)]
    if not found:
        message = "people cannot be sent to where they are"
        raise UsageError([Problem(message, help="name another unit or post")])
    if len(found) > MOST_COMBINATIONS:
        message = f"{len(found)} choices of posts fit the proposal"
        raise UsageError([Problem(message, help="name the organisation, the rank or the post")])
    return found


def taken_words(may: May, proposal: Proposal) -> dict[str, str]:
    """The words of the post that are taken where the proposal says none."""
    said = proposal.post or any(getattr(proposal, name) for name in SAID)
    return {} if said else may.taken_as


class _Finder(Struct, frozen=True):
    """Finds what a proposal names in a plan."""

    plan: Plan
    rules: Rules
    may: May
    level: str
    proposal: Proposal

    def unit(self, asked: str) -> Unit:
        """The unit of that code or name."""
        units = [one for one in self.plan.root.walk() if one.level == self.level]
        return _one(asked, units, self.rules.vocabulary.levels[self.level].name.en)

    def ends(self, unit: Unit, asked: str, column: str, people: int) -> Iterator[End]:
        """Where in `unit` it may be: its posts that fit, else its organisation or itself."""
        listed = unit.children.get(ORGANISATION, ())
        kinds = self._kinds(asked)
        among = [one for one in listed if not asked or _is(one, asked)]
        among = among or [one for one in listed if kinds and one.cell(KIND).value in kinds]
        if asked and not among and (not kinds or ORGANISATION in unit.complete):
            way_out = nearest(asked, [word for one in listed for word in (one.code, one.name)])
            message = f"`{asked}` names no organisation of `{unit.name}`"
            raise UsageError([Problem(message, help=way_out)])
        posts = [(one, post) for one in among for post in one.children.get(POST, ())]
        fitting = [(one, post) for one, post in posts if self._fits(one, post, asked)]
        for one, post in fitting:
            yield End(unit, post, self._words_of(one, post), column, people)
        if fitting:
            return
        complete = among and all(POST in one.complete for one in among)
        if self.proposal.post or (posts and complete and ORGANISATION in unit.complete):
            raise UsageError([self._no_post(unit, [post for _, post in posts])])
        alone = among[0] if asked and len(among) == 1 else None
        yield End(unit, alone or unit, self._unlisted(alone, kinds), column, people)

    def _no_post(self, unit: Unit, posts: list[Unit]) -> Problem:
        asked = self.proposal.post or ", ".join(
            word for words in self._wanted.values() for word in sorted(words)
        )
        message = f"no post of `{unit.name}` is `{asked}`"
        known = dict.fromkeys(post.path.rpartition(".")[2] for post in posts)
        return Problem(message, help=f"say which: {', '.join(f'`{one}`' for one in known)}")

    @property
    def _wanted(self) -> Words:
        """The words that the post must have: those said, or those taken."""
        taken = taken_words(self.may, self.proposal)
        found: Words = {}
        for name in SAID:
            said = getattr(self.proposal, name)
            if said:
                found[name] = frozenset([self._word(name, said)])
            elif name in taken:
                found[name] = frozenset([taken[name]])
        return found

    def _word(self, listed: str, said: str) -> str:
        """The word of a list that somebody wrote in any of its spellings."""
        words = self.rules.vocabulary.lists[listed]
        for word, one in words.items():
            if folded(said) in {folded(text) for text in (word, one.vi, one.en, *one.also)}:
                return word
        raise UsageError([Problem(f"`{said}` is not a {listed}", help=nearest(said, words))])

    def _kinds(self, asked: str) -> frozenset[str]:
        try:
            return frozenset([self._word(KIND, asked)]) if asked else frozenset()
        except UsageError:
            return frozenset()

    def _fits(self, organisation: Unit, post: Unit, asked: str) -> bool:
        """Whether a listed post may be the one that is meant."""
        if self.proposal.post:
            return _is(post, self.proposal.post)
        if not asked:
            within = frozenset(self.rules.counts[self.may.books].within)
            if within and not _may(organisation, KIND, self._all(KIND)) & within:
                return False
        return all(
            _may(post, name, self._all(name)) & words for name, words in self._wanted.items()
        )

    def _words_of(self, organisation: Unit, post: Unit) -> Words:
        found = {name: _may(post, name, self._all(name)) for name in SAID}
        wanted = self._wanted
        found = {name: words & wanted.get(name, words) for name, words in found.items()}
        return {**found, KIND: _may(organisation, KIND, self._all(KIND))}

    def _unlisted(self, organisation: Unit | None, kinds: frozenset[str]) -> Words:
        """What a post may be that the plan does not list."""
        found = {name: self._wanted.get(name, self._all(name)) for name in SAID}
        if organisation is not None:
            return {**found, KIND: _may(organisation, KIND, self._all(KIND))}
        within = frozenset(self.rules.counts[self.may.books].within)
        return {**found, KIND: kinds or within or self._all(KIND)}

    def _all(self, name: str) -> frozenset[str]:
        return frozenset(self.rules.vocabulary.lists[FILTERS.get(name, name)])


def _is(unit: Unit, asked: str) -> bool:
    return asked in (unit.code, unit.path.rpartition(".")[2]) or folded(asked) == folded(unit.name)


def _one(asked: str, units: list[Unit], level: str) -> Unit:
    found = [one for one in units if one.code == asked]
    found = found or [one for one in units if folded(one.name) == folded(asked)]
    if len(found) != 1:
        what = "no" if not found else f"{len(found)} times a"
        message = f"`{asked}` names {what} {level} of the plan"
        raise UsageError([Problem(message, help=nearest(asked, [one.name for one in units]))])
    return found[0]


def _may(unit: Unit, attribute: str, words: frozenset[str]) -> frozenset[str]:
    """The words that a unit may have: its own, or any where it is missing."""
    value = unit.cell(attribute).value
    return frozenset([value]) if isinstance(value, str) else words


# -- the plan that carries it out ---------------------------------------------------


def carried_out(
    plan: Plan, rules: Rules, ends: tuple[End, ...], listed: Listed | None, proposal: Proposal
) -> Plan:
    """`plan` with the people at their new places; stated totals on the way up change too."""
    root = plan.root
    for end in ends:
        root = with_end(root, end, rules)
    if listed is not None and proposal.first_day is not None and proposal.until is not None:
        days = {listed.first: proposal.first_day, listed.after: proposal.until}
        root = with_listed(root, ends[0].unit, entry_of(rules, ends[0].unit, listed, days))
    return replace(plan, root=root)


def with_end(unit: Unit, end: End, rules: Rules) -> Unit:
    """`unit` with `end` in it; every unit on the way to it is made anew."""
    figures = {
        name: shifted(cell, *end.shift(rules.counts[name])) for name, cell in unit.figures.items()
    }
    made = replace(unit, figures=figures)
    if unit.path == end.at.path:
        if unit.level != POST:
            return made
        cell = shifted(unit.cell(end.column), end.people, end.people)
        return replace(made, cells={**unit.cells, end.column: cell})
    children = {
        level: tuple(with_end(one, end, rules) if holds(one, end.at) else one for one in units)
        for level, units in unit.children.items()
    }
    return replace(made, children=children)


def holds(unit: Unit, inner: Unit) -> bool:
    """Whether `inner` is `unit` or lies within it."""
    path, own = inner.path, unit.path
    return not own or (path.startswith(own) and path[len(own) : len(own) + 1] in {"", "."})


def shifted(cell: Cell, low: int, high: int) -> Cell:
    """A cell after so many more, at least and at most; an unknown number stays unknown."""
    if not low and not high:
        return cell
    if isinstance(cell.value, Fraction) and low == high:
        return replace(cell, value=added(cell.value, whole(low)))
    known = isinstance(cell.value, Fraction)
    least = cell.value if known else cell.least or Fraction(0)
    most = cell.value if known else cell.most
    assert not isinstance(least, str)  # noqa: S101 - a number or nothing
    assert not isinstance(most, str)  # noqa: S101 - as above
    least = max(Fraction(0), (least or Fraction(0)) + low)
    return replace(cell, value=None, least=least, most=None if most is None else most + high)


def entry_of(rules: Rules, unit: Unit, listed: Listed, days: dict[str, date]) -> Unit:
    """What is proposed for a time, as a plan would list it."""
    there = unit.children.get(listed.level, ())
    code = f"+{len(there) + 1}"
    path = unit.at(f"{rules.vocabulary.levels[listed.level].listed}.{code}")
    cells = {name: Cell(f"{path}.{name}", day.isoformat()) for name, day in days.items()}
    return Unit(listed.level, f"{unit.code}/{code}", code, path, cells)


def with_listed(unit: Unit, parent: Unit, entry: Unit) -> Unit:
    """`unit` in which `parent` lists `entry` too."""
    if unit.path == parent.path:
        there = unit.children.get(entry.level, ())
        return replace(unit, children={**unit.children, entry.level: (*there, entry)})
    children = {
        level: tuple(
            with_listed(one, parent, entry) if holds(one, parent) else one for one in units
        )
        for level, units in unit.children.items()
    }
    return replace(unit, children=children)
