"""Program + subject → outcome, from what was answered where its leaves were the same.  §2, §3"""

from __future__ import annotations

from msgspec import Struct, field

from dinhbien.judging.worsened import roots
from dinhbien.language.operators import Program
from dinhbien.live.alike import Alike
from dinhbien.live.leaves import Leaves, Trace, Traced, completed, modelled_of, read_of
from dinhbien.live.memory import Memory
from dinhbien.live.subjects import LiveSubjects
from dinhbien.meaning.evaluate import Evaluation
from dinhbien.meaning.judge import Judge
from dinhbien.model.finding import Outcome
from dinhbien.model.plan import Unit


class Answers(Struct):
    """What programs answered, by the numbers of their leaves.

    The outcome of a program is made of its leaves alone, but for the members that it lists; a
    program that lists some is asked each time.
    """

    leaves: Leaves
    alike: Alike = field(default_factory=Alike)
    _each: Memory[tuple[Outcome, tuple[int, ...]]] = field(default_factory=Memory)
    _whole: Memory[Outcome] = field(default_factory=Memory)
    _places: dict[int, tuple[Program, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, program: Program) -> None:
        """Know the leaves of a program."""
        if program.holders is None:
            places = self.leaves.add(roots(program), program.level, program)
            self._places[id(program)] = program, places

    def places(self, program: Program) -> tuple[int, ...] | None:
        """The places of its leaves; None where it reads more than leaves."""
        found = self._places.get(id(program))
        return None if found is None else found[1]

    def outcome(self, program: Program, subject: Unit, judge: LiveJudge) -> Outcome:
        """What `program` says of `subject`."""
        found = self._places.get(id(program))
        if found is None:
            return Judge.outcome(judge, program, subject)
        subjects = judge.subjects
        assert isinstance(subjects, LiveSubjects)  # noqa: S101 - made with them
        places = found[1]
        signs = self.leaves.signs(places, subject, subjects, subjects.signs)
        key = id(program), tuple([one.number for one in signs])
        answer = self._each.get(key)
        if answer is None:
            judge.trace.begin(places, signs)
            outcome = Judge.outcome(judge, program, subject)
            read = read_of(places, signs, judge.trace.read, outcome.modelled)
            if read is not None:
                self._each.keep(key, (_resting_on(outcome, ()), read))
            return outcome
        outcome, read = answer
        modelled = modelled_of([signs[place] for place in read])
        if not modelled:
            return outcome
        whole = key, modelled
        return self._whole.get(whole) or self._whole.keep(whole, _resting_on(outcome, modelled))


def _resting_on(one: Outcome, modelled: tuple[str, ...]) -> Outcome:
    """The outcome, resting on other modelled cells."""
    return Outcome(  # by hand: `replace` takes three times as long
        one.verdict, one.measured, one.least, one.most, one.amount, one.short_by, one.over_by,
        one.missing, one.because, one.holders, one.head_room, modelled, one.failed,
        one.if_applicable,
    )  # fmt: skip


class LiveJudge(Judge, frozen=True):
    """Judges programs on the subjects of one state; `answers` outlive it."""

    answers: Answers | None = None
    trace: Trace = field(default_factory=Trace)

    def outcome(self, program: Program, subject: Unit) -> Outcome:
        """As `Judge.outcome`."""
        if self.answers is None or self.subjects.pins:
            return super().outcome(program, subject)
        return self.answers.outcome(program, subject, self)

    def _asked(self, program: Program, subject: Unit) -> Evaluation:
        if self.answers is None or program.holders is not None:
            return super()._asked(program, subject)
        places = self.answers.leaves.placed(program.level, program)
        return Traced(
            program, self.subjects, self.day, subject, subject, places=places, trace=self.trace
        )

    def _completed(self, evaluation: Evaluation) -> list[tuple[dict[str, str], Outcome]]:
        if self.answers is None or not isinstance(evaluation, Traced):
            return super()._completed(evaluation)
        alike = self.answers.alike

        def judged(one: Evaluation) -> Outcome:
            return alike.judged(self._judged, one) if isinstance(one, Traced) else self._judged(one)

        return completed(judged, evaluation)
