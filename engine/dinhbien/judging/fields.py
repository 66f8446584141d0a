"""Fields of work without anybody, and whether somebody of the field could be spared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from msgspec import Struct, field

from dinhbien.judging.parts import ASIDE, Naming, Part, summed
from dinhbien.language.names import ORGANISATION
from dinhbien.language.pack import EncodedNorm
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import POST
from dinhbien.model.amount import Amount, whole
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit

_ON_BOOKS = "on_books"


class Spare(Struct, frozen=True):
    """How many people of each word could be spared, and what is missing to tell."""

    people: Counter[str]
    missing: Counter[str]

    def plus(self, part: Spare, times: int = 1) -> Spare:
        """Both together; or the rest without `part`, where `times` is -1."""
        people, missing = self.people.copy(), self.missing.copy()
        for word, many in part.people.items():
            people[word] += times * many
        for path, many in part.missing.items():
            missing[path] += times * many
        return Spare(people, missing)

    def named(self, naming: Naming) -> Spare:
        """The same, its inputs named as `naming` has it."""
        missing: Counter[str] = Counter()
        for path, many in self.missing.items():
            missing[naming(path)] += many
        return Spare(self.people, missing)

    @property
    def lacking(self) -> frozenset[str]:
        """The inputs that are missing."""
        return frozenset(path for path, many in self.missing.items() if many)


class Fields(Struct, frozen=True, dict=True):
    """The norms that ask for fields, with their findings, over one plan.

    Somebody can be spared where the norms ask for nobody of the field, or where two work.
    """

    subjects: Subjects
    norms: tuple[tuple[EncodedNorm, tuple[Finding, ...]], ...]
    naming: Naming
    _inside: dict[tuple[str, str], Spare] = field(default_factory=dict)
    _all: dict[str, Spare] = field(default_factory=dict)

    def of(self, norm: EncodedNorm, found: list[Finding], unit: Unit) -> dict[str, Part]:
        """The gaps of `unit`, and those that somebody of the unit, or of others, could fill."""
        gap = summed(found, "gap")
        wanted: Counter[str] = Counter()
        for finding in found:
            wanted.update(finding.outcome.failed)
        listed = norm.used.program.parts[0].listed
        inside = self.inside(unit, listed)
        outside = self._outside(listed, inside, wanted)
        return {
            "gap": gap,
            "gap_inside": _fillable(wanted, inside, gap),
            "spare_elsewhere": _fillable(wanted, outside, gap),
        }

    def _outside(self, listed: str, inside: Spare, wanted: Iterable[str]) -> Spare:
        """Of the `wanted` words, whom the organisations of other units could spare."""
        every, missing = self.everywhere(listed), inside.missing
        people = {word: every.people[word] - inside.people[word] for word in wanted}
        left = every.missing
        if missing:
            left = left.copy()
            for path, many in missing.items():
                left[self.naming(path)] -= many
        return Spare(Counter(people), left)

    def everywhere(self, listed: str) -> Spare:
        """Whom all organisations could spare, its inputs named for all; gathered once."""
        if listed not in self._all:
            found = self._within(self.subjects.plan.root, listed)
            self._all[listed] = found.named(self.naming)
        return self._all[listed]

    def inside(self, unit: Unit, listed: str) -> Spare:
        """Whom the organisations of `unit` could spare; gathered once."""
        key = unit.path, listed
        if key not in self._inside:
            self._inside[key] = self._within(unit, listed)
        return self._inside[key]

    def _within(self, unit: Unit, listed: str) -> Spare:
        """The sum over the organisations of `unit`; those it may not list are missing."""
        people: Counter[str] = Counter()
        missing = Counter(self.subjects.open_lists(unit, ORGANISATION))
        for organisation in self.subjects.below(unit, ORGANISATION):
            one = self.spare(organisation, listed, self.asked(organisation.code))
            people.update(one.people)
            missing.update(one.missing)
        return Spare(people, missing)

    def asked(self, organisation: str) -> frozenset[str]:
        """The words that a norm may ask of an organisation."""
        return self._asked.get(organisation, frozenset())

    @cached_property
    def _asked(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for norm, findings in self.norms:
            words = frozenset(part.about for part in norm.used.program.parts)
            for finding in findings:
                if finding.verdict not in ASIDE:
                    code = finding.subject.code
                    found[code] = found.get(code, frozenset()) | words
        return found

    def spare(self, organisation: Unit, listed: str, asked: frozenset[str]) -> Spare:
        """Whom an organisation could spare: one stays of each word that it is `asked` for."""
        held, missing = self._held(organisation, listed)
        people = {word: max(0, many - (word in asked)) for word, many in held.items()}
        return Spare(Counter(people), Counter(missing))

    def _held(self, organisation: Unit, listed: str) -> tuple[Counter[str], set[str]]:
        """The people on the books of each word of `listed`, and what is missing for it."""
        attributes = [
            name
            for name, one in self.subjects.vocabulary.attributes.items()
            if one.words == listed and POST in one.of
        ]
        held: Counter[str] = Counter()
        missing: set[str] = set()
        if POST not in organisation.complete:
            missing.add(self.subjects.list_of(organisation, POST))
        for post in organisation.children.get(POST, ()):
            people = self.subjects.seen(post.cell(_ON_BOOKS))
            if not isinstance(people.value, Fraction):
                missing.add(people.path)
                continue
            for word in (post.cell(name) for name in attributes):
                if isinstance(word.value, str):
                    held[word.value] += int(people.value)
        return held, missing


def _fillable(wanted: Counter[str], spare: Spare, gap: Part) -> Part:
    """How many of the gaps those who can be spared could fill."""
    if gap.amount is None:
        return gap
    least = whole(sum(min(many, spare.people.get(word, 0)) for word, many in wanted.items()))
    lacking = spare.lacking
    open_ended = lacking or gap.amount.exact is None
    most = gap.amount.high if open_ended else least
    return Part(Amount(least, most), lacking | gap.missing)
