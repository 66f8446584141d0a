"""Fields of work without anybody, and whether somebody of the field could be spared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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
class Fields:
    """The norms that ask for fields, with their findings, over one plan.

    Somebody can be spared where the norms ask for nobody of the field, or where two work.
    """

    subjects: Subjects
    norms: tuple[tuple[EncodedNorm, tuple[Finding, ...]], ...]

    def of(self, norm: EncodedNorm, found: list[Finding], unit: Unit) -> dict[str, Part]:
        """The gaps of `unit`, and those that somebody of the unit, or of others, could fill."""
        gap = summed(found, "gap")
        wanted: Counter[str] = Counter()
        for finding in found:
            wanted.update(finding.outcome.failed)
        listed = norm.used.program.parts[0].listed
        within = [one for one in self._organisations if self._is_in(one, unit)]
        outside = [one for one in self._organisations if not self._is_in(one, unit)]
        return {
            "gap": gap,
            "gap_inside": self._fillable(wanted, listed, within, gap),
            "spare_elsewhere": self._fillable(wanted, listed, outside, gap),
        }

    @cached_property
    def _organisations(self) -> list[Unit]:
        return list(self.subjects.below(self.subjects.plan.root, ORGANISATION))

    def _is_in(self, organisation: Unit, unit: Unit) -> bool:
        return self.subjects.above(organisation, unit.level) is unit

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

    def _fillable(
        self, wanted: Counter[str], listed: str, among: Iterable[Unit], gap: Part
    ) -> Part:
        """How many of the gaps somebody of `among` could fill."""
        if gap.amount is None:
            return gap
        spare: Counter[str] = Counter()
        missing = set[str]()
        for organisation in among:
            held, lacks = self._held(organisation, listed)
            missing |= lacks
            for word in wanted:
                keeps = (organisation.code, word) in self._asked
                spare[word] += max(0, held[word] - keeps)
        least = Fraction(sum(min(many, spare[word]) for word, many in wanted.items()))
        open_ended = missing or gap.amount.exact is None
        most = gap.amount.high if open_ended else least
        return Part(Amount(least, most), frozenset(missing) | gap.missing)

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
