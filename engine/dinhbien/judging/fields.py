"""Fields of work without anybody, and whether somebody of the field could be spared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from dinhbien.judging.parts import ASIDE, Part, summed
from dinhbien.language.names import ORGANISATION
from dinhbien.language.pack import EncodedNorm
from dinhbien.meaning.subjects import Subjects
from dinhbien.meaning.tally import POST
from dinhbien.model.amount import Amount
from dinhbien.model.finding import Finding
from dinhbien.model.plan import Unit

_ON_BOOKS = "on_books"


@dataclass(frozen=True)
class _Free:
    """The people of each word who could be spared, and what is missing to tell."""

    spare: Counter[str] = field(default_factory=Counter)
    missing: frozenset[str] = frozenset()

    def less(self, part: _Free) -> _Free:
        """All but `part`, whose organisations are among these."""
        return _Free(self.spare - part.spare, self.missing - part.missing)

    def filling(self, wanted: Counter[str], gap: Part) -> Part:
        """How many of the gaps they could fill."""
        if gap.amount is None:
            return gap
        least = Fraction(sum(min(many, self.spare[word]) for word, many in wanted.items()))
        open_ended = self.missing or gap.amount.exact is None
        most = gap.amount.high if open_ended else least
        return Part(Amount(least, most), self.missing | gap.missing)


@dataclass(frozen=True)
class Fields:
    """The norms that ask for fields, with their findings, over one plan.

    Somebody can be spared where the norms ask for nobody of the field, or where two work.
    """

    subjects: Subjects
    norms: tuple[tuple[EncodedNorm, tuple[Finding, ...]], ...]
    _of_each: dict[tuple[str, str], _Free] = field(default_factory=dict)
    _gathered: dict[tuple[str, str], _Free] = field(default_factory=dict)

    def of(self, norm: EncodedNorm, found: list[Finding], unit: Unit) -> dict[str, Part]:
        """The gaps of `unit`, and those that somebody of the unit, or of others, could fill."""
        gap = summed(found, "gap")
        wanted: Counter[str] = Counter()
        for finding in found:
            wanted.update(finding.outcome.failed)
        listed = norm.used.program.parts[0].listed
        inside = self._within(unit, listed)
        everywhere = self._within(self.subjects.plan.root, listed)
        return {
            "gap": gap,
            "gap_inside": inside.filling(wanted, gap),
            "spare_elsewhere": everywhere.less(inside).filling(wanted, gap),
        }

    @cached_property
    def _asked(self) -> set[tuple[str, str]]:
        """The organisations and the words that a norm may ask of each."""
        return {
            (finding.subject.code, part.about)
            for norm, findings in self.norms
            for finding in findings
            if finding.verdict not in ASIDE
            for part in norm.used.program.parts
        }

    def _within(self, unit: Unit, listed: str) -> _Free:
        """Who could be spared in all organisations of `unit`; gathered once."""
        key = (unit.path, listed)
        if key not in self._gathered:
            spare: Counter[str] = Counter()
            missing = set(self.subjects.open_lists(unit, ORGANISATION))
            for organisation in self.subjects.below(unit, ORGANISATION):
                one = self._free(organisation, listed)
                spare.update(one.spare)
                missing |= one.missing
            self._gathered[key] = _Free(spare, frozenset(missing))
        return self._gathered[key]

    def _free(self, organisation: Unit, listed: str) -> _Free:
        """Who could be spared in one organisation; gathered once."""
        key = (organisation.path, listed)
        if key not in self._of_each:
            held, missing = self._held(organisation, listed)
            code = organisation.code
            spare = Counter(
                {word: many - ((code, word) in self._asked) for word, many in held.items() if many}
            )
            self._of_each[key] = _Free(+spare, frozenset(missing))
        return self._of_each[key]

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
