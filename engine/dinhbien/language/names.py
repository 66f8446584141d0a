"""What the names of a norm stand for: five disjoint kinds, and nothing shadows."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from dinhbien.language.operators import LawNumber
from dinhbien.language.parse import GROUPS, KEYWORDS
from dinhbien.language.syntax import Span
from dinhbien.language.units import Measure
from dinhbien.model.norm import Count, NamedCount, Number
from dinhbien.model.words import Vocabulary

ORGANISATION = "organisation"
KIND = "kind"
FILTERS = {"category": "category", "rank": "rank", "position": "position", "within": KIND}
"""The filters of a count, and the closed list that each takes its words from."""


RESERVED = frozenset(
    [*KEYWORDS, *GROUPS, "subject", "word", "member", "yes", "no", "first", "second", "as_of"]
)
"""What the language itself says: no number and no let is called so."""


class FaultError(ValueError):
    """Something a norm may not say: where in the norm, what, and the way out."""

    def __init__(
        self, path: str, message: str, way_out: str = "", span: Span | None = None
    ) -> None:
        super().__init__(message)
        self.path = path
        self.span = span
        self.way_out = way_out


class SilentFaultError(FaultError):
    """What follows from a fault that was already said: it is not said again."""


class Type(Struct, frozen=True):
    """What an expression is: a truth, a word of a list, or a quantity.

    `measure` is None for 0, which fits every unit; `whole` says that it is provably whole.
    """

    kind: str
    measure: Measure | None = None
    whole: bool = False
    words: str = ""

    def __str__(self) -> str:
        if self.kind == "word":
            return f"a word of `{self.words}`"
        if self.kind == "date":
            return "a date"
        return "a truth" if self.kind == "truth" else f"a quantity in {self.measure}"


TRUTH = Type("truth")
DATE = Type("date")


class SlotValue(Struct, frozen=True):
    """What a norm puts into a slot of its form."""

    takes: str
    path: str
    text: str = ""
    count: Count | None = None
    count_name: str = ""
    words: tuple[str, ...] = ()


class Names(Struct):
    """Everything a norm's expressions may name."""

    vocabulary: Vocabulary
    counts: dict[str, NamedCount]
    numbers: dict[str, LawNumber] = field(default_factory=dict)
    keyed_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bands: dict[str, Number] = field(default_factory=dict)
    macro: dict[str, str] = field(default_factory=dict)
    lets: dict[str, str] = field(default_factory=dict)
    slots: dict[str, SlotValue] = field(default_factory=dict)
    situation: dict[str, Type] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    size: int = 0
    depth: int = 0

    def clashes(self) -> Iterator[tuple[str, str, str]]:
        """Each name that stands for two things: path, name, and the other kind."""
        taken = taken_names(self.vocabulary, self.counts)
        taken |= dict.fromkeys(self.slots, "a slot of the form")
        taken |= dict.fromkeys(RESERVED, "a word of the language")
        for path, kind, group in (
            ("numbers", "a number", self.numbers),
            ("let", "a let", self.lets),
        ):
            for name in group:
                if name in taken:
                    yield f"{path}.{name}", name, taken[name]
                taken[name] = kind


def taken_names(vocabulary: Vocabulary, counts: dict[str, NamedCount]) -> dict[str, str]:
    """Every name that the rules give a meaning, and which."""
    lists = {one.words for one in vocabulary.attributes.values() if one.words}
    words = {word for listed in lists for word in vocabulary.lists.get(listed, ())}
    taken = dict.fromkeys(words, "a word of a closed list")
    taken |= dict.fromkeys(vocabulary.levels, "a level")
    taken |= dict.fromkeys(vocabulary.attributes, "an attribute")
    return taken | dict.fromkeys(counts, "a count")
