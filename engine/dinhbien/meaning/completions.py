"""An answer under every completion of the missing words.  §2

Words of closed lists are tried one by one, in the order in which they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dinhbien.meaning.evaluate import Evaluation, OpenWordError
from dinhbien.meaning.tally import ContradictionError

Answer = TypeVar("Answer")

MOST_COMBINATIONS = 2**6
"""How many combinations of missing words are tried for one verdict."""


class TooManyWordsError(Exception):
    """More combinations than are tried; `paths` are the missing words."""

    def __init__(self, paths: set[str]) -> None:
        super().__init__()
        self.paths = paths


def completions(
    asked: Callable[[Evaluation], Answer], evaluation: Evaluation
) -> list[tuple[dict[str, str], Answer]]:
    """What `asked` answers under each combination of missing words, with those words.

    Empty where no word fits the totals that the plan states.  Raises `TooManyWordsError`
    past `MOST_COMBINATIONS`, and `ContradictionError` where the stated cells alone clash.
    """
    return list(_Completions(asked).under(evaluation, {}))


class _Completions(Struct, Generic[Answer]):
    """The walk over the combinations, and how many were tried."""

    asked: Callable[[Evaluation], Answer]
    done: int = 0

    def under(
        self, evaluation: Evaluation, words: dict[str, str]
    ) -> Iterator[tuple[dict[str, str], Answer]]:
        try:
            answer = self.asked(replace(evaluation, words=words) if words else evaluation)
        except OpenWordError as error:
            for word in error.words:
                yield from self.under(evaluation, {**words, error.path: word})
            return
        except ContradictionError:
            if not words:
                raise
            self._count(words)  # no plan can be completed so
            return
        self._count(words)
        yield words, answer

    def _count(self, words: dict[str, str]) -> None:
        self.done += 1
        if self.done > MOST_COMBINATIONS:
            raise TooManyWordsError(set(words))
