"""Fuzz the readers and the parser: ``python -m tests.fuzz.run [minutes] [seed]``.

Shipped files are cut, spliced, doubled and salted; whatever comes of it must read, or be
refused with problems.  Any other exception, a case that takes long, or growing memory is
printed; the run fails then.  It is no part of the test run.
"""

from __future__ import annotations

import random
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from dinhbien.errors import DinhbienError
from dinhbien.language.parse import MalformedExpressionError, parse
from dinhbien.language.render import render, without_spans
from dinhbien.reading.to_change import read_change
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.shipped import content

Step = Callable[[], object]
SLOW = 5.0
SALT = [
    "\0", "\t", "{", "}", "[", "]", ":", ",", "#", "&a", "*a", "!!x ", "---\n", "'", '"', "|", ">",
    "- ", "? ", "é", "\u0301", "\ufeff", "\u202e", "9" * 50, "-1", "1e9", "0x1", "=1+1", "yes",
    "~", "<<: ", "is", "by", "from", "bands", "where ", "sum(", "if ", "((((", "\r\n", "..",
    "2025-13-45",
]  # fmt: skip
TEXT = """base step population above least( full( ) + - * / < = in [ ] , . if then else and or not
known count( sum( where organisation kind 0 1 12 days( later( as_of commune.type ("""
WORDS = re.split(r"\s+", TEXT)


def spoilt(text: str, order: random.Random) -> str:
    """A text after a few random edits."""
    for _ in range(order.randint(1, 4)):
        place, other = sorted(order.randint(0, len(text)) for _ in range(2))
        kind = order.randrange(6)
        if kind == 0:
            text = text[:place] + text[other:]
        elif kind == 1:
            text = text[:other] + text[place:other] + text[other:]
        elif kind == 2:
            text = text[:place] + order.choice(SALT) + text[place:]
        elif kind == 3:
            lines = text.splitlines(keepends=True)
            order.shuffle(lines)
            text = "".join(lines)
        elif kind == 4:
            text = text[:place] + order.choice(SALT) * order.randint(1, 300) + text[place:]
        else:
            lines = text.splitlines(keepends=True) or [""]
            at = order.randrange(len(lines))
            lines[at] = " " * order.randint(0, 6) + lines[at].lstrip()
            text = "".join(lines)
    return text


class Fuzzer:
    """One copy of the content that is spoilt, read and mended again."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.order = random.Random(seed)  # noqa: S311 - an order, no secret
        self.norms, self.plan = folder / "norms", folder / "plan"
        shutil.copytree(content("norms"), self.norms)
        shutil.copytree(content("scenarios") / "dien-bien" / "2025-10", self.plan)
        self.rules = read_rules(content("rules"))
        self.norm_files = sorted(
            path for path in self.norms.rglob("*.yaml") if "examples" not in path.parts
        )
        self.plan_files = sorted([*self.plan.glob("*.csv"), self.plan / "plan.yaml"])
        self.change_files = sorted(self.plan.glob("change-*.yaml"))
        self.failures = self.refused = self.read = 0

    def once(self) -> None:
        """One case."""
        kind = self.order.randrange(10)
        if kind < 4:
            self._file(self.norm_files, lambda: read_pack("dien-bien", norms=self.norms))
        elif kind < 6:
            self._file(self.plan_files, lambda: read_plan(self.plan, self.rules))
        elif kind < 7:
            self._file(self.change_files, lambda: None, change=True)
        else:
            self._expression()

    def _file(self, files: list[Path], read: Step, *, change: bool = False) -> None:
        path = self.order.choice(files)
        before = path.read_bytes()
        text = spoilt(before.decode("utf-8"), self.order)
        raw = text.encode("utf-8", "surrogatepass")
        if self.order.randrange(20) == 0:
            raw = raw[: len(raw) // 2] + bytes([self.order.randrange(256)]) + raw[len(raw) // 2 :]
        path.write_bytes(raw)
        self._tried(lambda: read_change(path) if change else read(), raw)
        path.write_bytes(before)

    def _expression(self) -> None:
        text = " ".join(self.order.choices(WORDS, k=self.order.randint(1, 40)))

        def there_and_back() -> None:
            try:
                tree = parse(text)
            except MalformedExpressionError:
                return
            assert without_spans(parse(render(tree))) == without_spans(tree)

        self._tried(there_and_back, text.encode())

    def _tried(self, step: Step, case: bytes) -> None:
        start = time.process_time()
        try:
            step()
            self.read += 1
        except DinhbienError:
            self.refused += 1
        except BaseException:
            self.failures += 1
            print(f"--- {case[:2000]!r}\n{traceback.format_exc()[-1500:]}")
        took = time.process_time() - start
        if took > SLOW:
            self.failures += 1
            print(f"--- {took:.1f} s: {case[:2000]!r}")


def main() -> int:
    """Run for so many minutes; 0 if nothing was found."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    with tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(Path(folder), seed)
        end, memory, cases = time.time() + minutes * 60, 0, 0
        while time.time() < end:
            fuzzer.once()
            cases += 1
            if cases == 500:
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    print(
        f"seed {seed}: {cases} cases, {fuzzer.read} read, {fuzzer.refused} refused, "
        f"{fuzzer.failures} failures; memory grew by {grown} kB after the first 500"
    )
    return int(fuzzer.failures > 0)


if __name__ == "__main__":
    sys.exit(main())
