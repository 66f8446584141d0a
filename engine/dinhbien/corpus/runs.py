"""Runs the expectations of a pack: a plan is read once, and only related norms are asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from dinhbien.corpus.cases import Case, differences
from dinhbien.errors import NormsError, Problems
from dinhbien.judging.check import check
from dinhbien.judging.related import narrowed, related
from dinhbien.language.pack import Pack
from dinhbien.model.plan import Plan
from dinhbien.model.wording import Bilingual
from dinhbien.reading.document import Scalar
from dinhbien.reading.patch import Patch
from dinhbien.reading.to_change import Change, read_change
from dinhbien.reading.to_norms import NormReader
from dinhbien.reading.to_pack import read_pack
from dinhbien.reading.to_plan import read_plan
from dinhbien.reading.to_rules import read_rules
from dinhbien.report.as_json import json_body
from dinhbien.shipped import content

Patches = dict[str, list[Patch]]


class Corpus(Struct):
    """The expectations of one pack of the folder `norms`, and the plans that were read for them."""

    pack: Pack
    norms: Path
    cases: tuple[Case, ...]
    _plans: dict[tuple[Path, Path | None, tuple[tuple[str, Any], ...]], Plan] = field(
        default_factory=dict
    )
    _changes: dict[Path, Change] = field(default_factory=dict)
    _packs: dict[Path | None, Pack] = field(default_factory=dict)

    def changed(self, case: Case) -> Change | None:
        """The change of a case, read once."""
        if case.change is None:
            return None
        if case.change not in self._changes:
            self._changes[case.change] = read_change(case.change)
        return self._changes[case.change]

    def plan(self, case: Case) -> Plan:
        """The plan of a case, its cells set; read once."""
        key = (case.plan, case.change, case.cells)
        if key not in self._plans:
            change = self.changed(case)
            if case.cells:
                cells = [Patch(path, Scalar(to, case.at), case.at) for path, to in case.cells]
                title = Bilingual(vi=case.place, en=case.place)
                before = change or Change(title, None, {}, (), {})
                change = replace(before, plan=(*before.plan, *cells))
            self._plans[key] = read_plan(case.plan, self.pack.rules, change)
        return self._plans[key]

    def pack_of(self, case: Case) -> Pack:
        """The pack of a case: its change may change norms."""
        change = self.changed(case)
        if change is None or not (change.norms or change.flags):
            return self.pack
        if case.change not in self._packs:
            rules = self.pack.rules
            if change.flags:
                rules = read_rules(content("rules"), self.norms / self.pack.id, change.flags)
            self._packs[case.change] = read_pack(
                self.pack.id, norms=self.norms, rules=rules, patches=change.norms
            )
        return self._packs[case.change]

    def read_again(self, case: Case, instrument: str, patches: Patches) -> Pack:
        """The pack of a case, one of its instruments read again with `patches`.

        Raises `NormsError` where the patched instrument cannot be read.
        """
        change = self.changed(case)
        joined = {key: [*some] for key, some in patches.items()}
        for key, some in (change.norms if change else {}).items():
            joined[key] = [*joined.get(key, []), *some]
        return read_again(self.pack_of(case), self.norms, instrument, joined)

    def fails(self, case: Case, pack: Pack, ran: dict[object, dict[str, Any]]) -> list[str]:
        """Where the case is not as expected under `pack`; `ran` keeps what was run of that pack."""
        family = None if case.chain else related(pack, [case.norm])
        key = (bool(case.chain), case.plan, case.change, case.cells, case.as_of, family)
        if key not in ran:
            day = date.fromisoformat(case.as_of) if case.as_of else None
            among = pack if family is None else narrowed(pack, family)
            report = check(self.plan(case), among, day)
            asked = report if case.chain else report.verdicts_only
            ran[key] = json_body(asked, everything=True)
        return list(differences(case, ran[key]))


def read_again(pack: Pack, norms: Path, instrument: str, patches: Patches) -> Pack:
    """`pack` with one of its instruments read again with `patches`.

    Raises `NormsError` where the patched instrument cannot be read.
    """
    reader = NormReader(norms, pack.rules, patches, Problems())
    made, found = reader.instrument(instrument)
    reader.problems.raise_as(NormsError)
    others = [one for one in pack.norms if one.instrument_id != instrument]
    instruments = pack.instruments | ({instrument: made} if made else {})
    exempt = {(one.norm, one.units, one.by): one for one in reader.exemptions}
    exemptions = tuple(exempt.get((one.norm, one.units, one.by), one) for one in pack.exemptions)
    ordered = tuple(sorted([*others, *found], key=lambda one: one.id))
    return replace(pack, norms=ordered, instruments=instruments, exemptions=exemptions)
