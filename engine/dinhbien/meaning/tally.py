"""The filtered sum of a count at a unit.  §9, §10"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction

from msgspec import Struct

from dinhbien.errors import InputError, Problem
from dinhbien.language.names import FILTERS, KIND, ORGANISATION
from dinhbien.meaning.quantity import ZERO, Quantity, between, made_of
from dinhbien.meaning.subjects import Subjects
from dinhbien.model.amount import NOT_NEGATIVE, Amount, decimal_text
from dinhbien.model.norm import Count
from dinhbien.model.plan import Cell, Unit

POST = "post"
BOOKS, SECONDED_IN, SECONDED_OUT = "on_books", "seconded_in", "seconded_out"
_CORRECT = "correct the total or the cells; figures of different scopes are never mixed"


class ContradictionError(InputError):
    """A stated total and what lies below it cannot both be right."""


WordOf = Callable[[Unit, str, tuple[str, ...]], str]
POST_FILTERS = ("category", "rank", "position")
COUNTED_BY = frozenset([KIND, *POST_FILTERS])
"""The words that a count may read."""


class Tallier(Struct, frozen=True):
    """Counts what a plan lists; `word_of` reads a word or says that it is missing.

    `tried` holds the words that are tried, by path: a count is made once for those that lie
    where it counts.  None has every count made anew.
    """

    subjects: Subjects
    word_of: WordOf
    tried: Mapping[str, str] | None = None

    def tally(self, unit: Unit, count: Count, name: str) -> Quantity:
        """The count at `unit`: from its cells, or the total that the plan states.

        Raises `ContradictionError` where a stated total contradicts the cells.
        """
        if self.tried is None:
            return self._tally(unit, count, name)
        key = (unit.path, name or count, self.tried_in(unit), self.subjects.pinned_in(unit))
        return self.subjects.kept(key, lambda: self._tally(unit, count, name, key))

    def tried_in(self, unit: Unit) -> tuple[tuple[str, str], ...]:
        """The tried words that a count may read: of all within `unit`, or its organisation."""
        if not self.tried:
            return ()
        outer = self.subjects.above(unit, ORGANISATION) if unit.level == POST else unit
        start = outer.at("")
        return tuple(
            sorted(
                (path, word)
                for path, word in self.tried.items()
                if path.startswith(start) and path.rpartition(".")[2] in COUNTED_BY
            )
        )

    def _tally(self, unit: Unit, count: Count, name: str, key: Hashable = None) -> Quantity:
        return self.stated(unit, self._from_cells(unit, count, name, key), name)

    def stated(self, unit: Unit, total: Quantity, name: str) -> Quantity:
        """The total that the plan states for `unit`, else what its cells add up to.

        Raises `ContradictionError` where both cannot be right.
        """
        stated = unit.figures.get(name) if name else None
        if stated is None or not isinstance(stated.value, Fraction):
            return total
        self.subjects.seen(stated)
        bounds = total.bounds
        low = bounds.low is not None and stated.value < bounds.low
        if low or (bounds.high is not None and stated.value > bounds.high):
            told = decimal_text(stated.value)
            message = f"`{name}` is stated as {told}, and what lies below adds up to {bounds}"
            raise ContradictionError([Problem(message, path=stated.path, help=_CORRECT)])
        return Quantity(stated.value)

    def _from_cells(self, unit: Unit, count: Count, name: str, key: Hashable) -> Quantity:
        """What the units below, or the posts, add up to; an open list may hold more."""
        if unit.level == POST:
            return self._of_organisation(self.subjects.above(unit, ORGANISATION), count, (unit,))
        if unit.level == ORGANISATION:
            total = self._of_organisation(unit, count, unit.children.get(POST, ()), key)
            is_open = count.of != "organisations" and POST not in unit.complete
            return self.with_open(unit, total, POST, name) if is_open else total
        step = self.subjects.step(unit.level, ORGANISATION)
        listed = unit.children.get(step, ())
        total = self.subjects.total(key, listed, lambda child: self.tally(child, count, name))
        return total if step in unit.complete else self.with_open(unit, total, step, name)

    def with_open(self, unit: Unit, listed: Quantity, level: str, name: str) -> Quantity:
        """What is `listed` and what `unit` may hold beside it, since its list is open."""
        if name:  # one total would settle it: that is what is missing
            path = unit.at(f"figures.{name}")
            if path in self.subjects.pins:
                return Quantity(self.subjects.pins[path])
            bounds = _narrowed(listed.bounds.low, unit.figures.get(name))
            return between(path, bounds, frozenset([path]), whole=True)
        open_list = self.subjects.list_of(unit, level)
        more = between(("unlisted", open_list), NOT_NEGATIVE, frozenset([open_list]), whole=True)
        return listed + more

    def _of_organisation(
        self, unit: Unit, count: Count, posts: tuple[Unit, ...], key: Hashable = None
    ) -> Quantity:
        if count.within and not self._is_one_of(unit, KIND, count.within):
            return ZERO
        if count.of == "organisations":
            return Quantity(Fraction(1))
        adds = self.adds(count)
        return self.subjects.total(key, posts, lambda post: self._counted(post, count, adds))

    def adds(self, count: Count) -> _Adds:
        """What a count adds up of each post; told once."""
        known = self.subjects.adds
        if id(count) not in known:
            known[id(count)] = count, adding(count)
        return known[id(count)][1]

    def _counted(self, post: Unit, count: Count, adds: _Adds) -> Quantity:
        """What a post adds, if it is one of those that are counted."""
        value = self._of_post(post, adds)
        if value.exact == 0:
            return ZERO
        for one in POST_FILTERS:
            among = getattr(count, one)
            if among and not self._is_one_of(post, one, among):
                return ZERO
        return value

    def _is_one_of(self, unit: Unit, attribute: str, among: tuple[str, ...]) -> bool:
        listed = FILTERS.get(attribute, attribute)
        return self.word_of(unit, attribute, self.subjects.words_of(listed)) in among

    def _of_post(self, post: Unit, adds: _Adds) -> Quantity:
        """The four numbers of §10 and what is switched in or out of them."""
        if self.tried is None:
            return self.added(post, adds)
        key = (post.path, adds, self.subjects.pinned_in(post))
        return self.subjects.kept(key, lambda: self.added(post, adds))

    def added(self, post: Unit, adds: _Adds) -> Quantity:
        """What the columns of a post add up to."""
        columns, vacancies = adds
        total = ZERO
        for column, sign in columns:
            number = self.subjects.number(post, column)
            total = total + number if sign > 0 else total - number
        return total + self._vacancies(post) if vacancies else total

    def _vacancies(self, post: Unit) -> Quantity:
        empty = self.subjects.number(post, "assigned") - self.subjects.number(post, BOOKS)
        key = ("vacancies", post.path)
        return made_of(key, empty.bounds.floored(), (empty,), whole=True)


_Adds = tuple[tuple[tuple[str, int], ...], bool]
"""The columns of a post that a count adds up, each with its sign; and whether vacancies too."""


def adding(count: Count) -> _Adds:
    """What a count adds up of each post."""
    if count.of in {"fte", "hours"}:
        return ((count.of, 1),), False
    if count.basis in {"assigned", "provisional"}:
        return ((count.basis, 1),), False
    each = {"concurrent": 1} if count.concurrent == "each" else {}
    return tuple({**columns_of(count), **each}.items()), count.vacancies == "included"


def columns_of(count: Count) -> dict[str, int]:
    """Which columns of a post a count of people or posts adds up, and with which sign.  §9

    Nothing of a quota, of organisations or of time; concurrent holders and vacancies apart.
    """
    if count.of not in {"people", "posts"} or count.basis in {"assigned", "provisional"}:
        return {}
    at_work = count.basis == "at_work"
    found = {BOOKS: 1}
    if (count.contracts or _default(at_work)) == "included":
        found["contract"] = 1
    if (count.seconded_in or _default(at_work)) == "included":
        found[SECONDED_IN] = 1
    if (count.seconded_out or _default(not at_work)) == "excluded":
        found[SECONDED_OUT] = -1
    return found


def _narrowed(low: Fraction | None, stated: Cell | None) -> Amount:
    """What an open list may add up to, within the bounds that a plan declares of the total."""
    least = [one for one in (low, stated.least if stated else None) if one is not None]
    most = stated.most if stated else None
    bounds = Amount(max(least, default=None), most)
    if stated is not None and most is not None and bounds.low is not None and most < bounds.low:
        message = (
            f"the total is stated as at most {decimal_text(most)}, and is at least {bounds.low}"
        )
        raise ContradictionError([Problem(message, path=stated.path, help=_CORRECT)])
    return bounds


def _default(included: bool) -> str:
    return "included" if included else "excluded"
