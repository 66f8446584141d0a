"""Findings as sentences, from the form's own words.  §5, §16"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from dinhbien.explain.numbers import day_said, number_said
from dinhbien.language.pack import EncodedNorm, Pack
from dinhbien.model.amount import Amount, Reason
from dinhbien.model.citation import Instrument
from dinhbien.model.finding import Finding, Outcome
from dinhbien.model.norm import Count, NamedCount

_WORDED = {"guidance": "guideline", "local": "local_standard"}


class Teller(Struct, frozen=True):
    """Says findings in one language, with the words of a pack."""

    pack: Pack
    lang: str

    def phrase(self, key: str, **fields: object) -> str:
        """A phrase of ``rules/phrases.yaml`` with its placeholders filled in."""
        return self.pack.rules.phrases[key].said(self.lang).format(**fields)

    def amount(self, amount: Amount | None) -> str:
        """A number, or what is known of it."""
        if amount is None or not self._is_known(amount):
            return self.phrase("amount.unknown")
        if amount.exact is not None:
            return number_said(amount.exact, self.lang)
        low = "" if amount.low is None else number_said(amount.low, self.lang)
        high = "" if amount.high is None else number_said(amount.high, self.lang)
        if not high:
            return self.phrase("amount.at_least", number=low)
        if not low:
            return self.phrase("amount.at_most", number=high)
        return self.phrase("amount.between", low=low, high=high)

    def reason(self, reason: Reason) -> str:
        """Why there is no verdict."""
        key, *given = reason
        said = [one if isinstance(one, str) else one.said(self.lang) for one in given]
        return self.pack.rules.phrases[f"reason.{key}"].said(self.lang).format(*said)

    def day(self, day: date) -> str:
        """A day as the language writes it."""
        return day_said(day, self.lang)

    def word(self, listed: str, word: str) -> str:
        """A word of a closed list."""
        return self.pack.rules.vocabulary.said(listed, word.replace(" ", "_"), self.lang)

    def verdict(self, verdict: str, force: str, glide: str | None = None) -> str:
        """The word for a verdict: guidance or an assumption is departed from, never broken.  §5"""
        listed = "planned_path" if glide else _WORDED.get(force, "verdict")
        lists = self.pack.rules.vocabulary.lists
        if verdict in lists.get(listed, {}):
            return self.word(listed, verdict)
        return self.word("verdict", verdict)

    def counted(self, norm: EncodedNorm) -> str:
        """What a norm counts, and on which of the four numbers."""
        count = norm.norm.count
        if not isinstance(count, str):
            return self.described(count) if count else ""
        named = self.pack.rules.counts.get(count)
        attribute = self.pack.rules.vocabulary.attributes.get(count)
        if named is not None:
            return named.title.said(self.lang)
        return attribute.name.said(self.lang) if attribute else self.phrase("measured.reckoned")

    def basis(self, norm: EncodedNorm) -> str:
        """On which of the four numbers a norm counts; empty where it counts organisations."""
        measured_on = norm.used.program.measured_on
        known = self.pack.rules.vocabulary.lists.get("basis", {})
        return self.word("basis", measured_on) if measured_on in known else ""

    def described(self, count: Count) -> str:
        """What a count counts."""
        if isinstance(count, NamedCount):
            return count.title.said(self.lang)
        words = [self.word("category", one) for one in count.category]
        words += [self.word("rank", one) for one in count.rank]
        words += [self.word("position", one) for one in count.position]
        words = words or [self.word("kind", one) for one in count.within]
        return ", ".join(words) or self._unit_of(count.of)

    def _unit_of(self, counted: str) -> str:
        """The name of what is counted, where nothing narrows it down."""
        units = self.pack.rules.vocabulary.units
        found = next((one for name, one in units.items() if counted in (name, *one.also)), None)
        return found.name.said(self.lang) if found else counted

    def demand(self, norm: EncodedNorm, outcome: Outcome) -> str:
        """What the norm demands: the bounds in the words of the form."""
        form = self.pack.rules.forms[norm.norm.form]
        program = norm.used.program
        if program.measured is not None and all(
            self.amount(one) == self.amount(None) for one in (outcome.least, outcome.most)
        ):
            return self.amount(None)
        says = form.says.demand
        if form.says.same is not None and program.least == program.most:
            says = form.says.same
        numbers = {"min": outcome.least, "max": outcome.most}
        return self._filled(says.said(self.lang).replace("{body}", self.body(norm)), numbers)

    def body(self, norm: EncodedNorm) -> str:
        """Whose number a relative cap is: in the words of the form, by the slots that are given."""
        words = self.pack.rules.vocabulary
        said: list[str] = []
        for cap in self.pack.rules.forms[norm.norm.form].caps:
            slots = norm.norm.slots
            given = slots.get(cap.given)
            chosen = all(slots.get(name) == choice for name, choice in cap.when.items())
            if isinstance(given, str) and chosen:
                level = given.split()[0]
                one = words.levels[level].name.said(self.lang)
                several = words.units[level].name.said(self.lang)
                said.append(cap.body.said(self.lang).format(level=one, members=several))
        return self.phrase("spoken.and").join(said)

    @staticmethod
    def _is_known(amount: Amount | None) -> bool:
        return amount is not None and (amount.high is not None or bool(amount.low))

    def nearest(self, norm: EncodedNorm, outcome: Outcome) -> str:
        """The nearest change that would meet the norm."""
        if outcome.amount is None:
            return ""
        form = self.pack.rules.forms[norm.norm.form]
        below = outcome.verdict == form.verdicts.below
        says = form.says.more if below else form.says.fewer
        return self._filled(says.said(self.lang), {"amount": outcome.amount}) if says else ""

    def _filled(self, text: str, amounts: dict[str, Amount | None]) -> str:
        for name, amount in amounts.items():
            text = text.replace("{" + name + "}", self._bound(amount))
        return text

    def _bound(self, amount: Amount | None) -> str:
        """A bound, or what is known of it, to stand after “at least” and “at most”."""
        if amount is not None and amount.high is None and amount.low is not None and amount.low:
            return self.phrase("bound.or_more", number=number_said(amount.low, self.lang))
        if amount is not None and amount.low is None and amount.high is not None:
            return self.phrase("bound.or_less", number=number_said(amount.high, self.lang))
        return self.amount(amount)

    def sentence(self, finding: Finding, norm: EncodedNorm) -> str:
        """The finding in one sentence."""
        if norm.used.program.measured is None:
            demand = self.demand(norm, finding.outcome)
            said = "; ".join([self.conclusion(finding), *filter(None, [self.due(finding)])])
            return f"{finding.subject.name}: {demand}; {said}."
        parts = [f"{finding.subject.name}: {self.measured(finding, norm)}"]
        outcome = finding.outcome
        if outcome.least is not None or outcome.most is not None:
            parts.append(self.demand(norm, outcome))
        parts += [self.conclusion(finding), *filter(None, [self.due(finding)])]
        return "; ".join(parts) + "."

    def measured(self, finding: Finding, norm: EncodedNorm) -> str:
        """What was counted, on which number."""
        what = self.counted(norm)
        basis = self.basis(norm)
        what = f"{what} ({basis})" if basis else what
        outcome = finding.outcome
        if outcome.measured is None or (outcome.measured.high is None and not outcome.measured.low):
            return self.phrase("measured.unknown", what=what)
        return self.phrase("measured.known", number=self.amount(outcome.measured), what=what)

    def conclusion(self, finding: Finding) -> str:
        """The verdict with its amount, and its dependence on a reading."""
        said = self.verdict(finding.verdict, finding.force, finding.glide)
        if finding.outcome.amount is not None:
            said = f"{said} {self.amount(finding.outcome.amount)}"
        failed = [self._failed(one) for one in finding.outcome.failed if one]
        if failed:
            said = f"{said}: {', '.join(failed)}"
        if finding.depends_on_reading:
            said += f" ({self.phrase('depends_on_reading')})"
        return said

    def _failed(self, word: str) -> str:
        """A word whose condition fails, in whichever closed list it stands."""
        lists = self.pack.rules.vocabulary.lists
        listed = next((name for name, words in lists.items() if word in words), "")
        return self.pack.rules.vocabulary.said(listed, word, self.lang)

    def due(self, finding: Finding) -> str:
        """Until when the difference must be gone; empty where there is no transition."""
        if finding.time_to_comply_unseen:
            return self.phrase("due.not_seen")
        if finding.due is None:
            return ""
        key = "due.derived" if finding.due.derived else "due"
        return self.phrase(key, day=self.day(finding.due.day))

    def citation(self, norm: EncodedNorm) -> str:
        """Number, clause and issuer of the text."""
        instrument = norm.instrument
        issuer = instrument.issuer.said(self.lang)
        clause = norm.norm.clause.said(self.lang)
        place = "" if norm.norm.clause.en in {"none", "not seen"} else f", {clause}"
        return f"{self.document(instrument)}{place} ({issuer})"

    def document(self, instrument: Instrument) -> str:
        """What a text is cited by: its kind and number, or its title where it has none."""
        if instrument.has_number:
            return f"{self.word('kind_of_text', instrument.kind)} {instrument.number}"
        return instrument.title.said(self.lang)

    def input(self, path: str) -> str:
        """The name of an input: an attribute, a count, or a list of units."""
        rules = self.pack.rules
        before, _, last = path.rpartition(".")
        if before.endswith("figures") and last in rules.counts:
            return rules.counts[last].title.said(self.lang)
        for level in rules.vocabulary.levels.values():
            if level.listed == last:
                return self.phrase("input.list", level=level.name.said(self.lang))
        attribute = rules.vocabulary.attributes.get(last)
        return attribute.name.said(self.lang) if attribute else last
