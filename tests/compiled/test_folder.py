"""What a run kept is used by the next one only where it is exactly what that one would read."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from dinhbien.compiled import folder as kept_in
from dinhbien.compiled.folder import VARIABLE, Kept, chosen_folder
from dinhbien.compiled.sources import key_of
from dinhbien.judging import from_files
from dinhbien.judging.from_files import check_file
from dinhbien.language.pack import Pack
from dinhbien.reading.to_pack import read_pack
from dinhbien.report.as_json import json_text
from dinhbien.shipped import content

ROOT = Path(__file__).parents[2]
SCENARIOS = content("scenarios")
PLAN = SCENARIOS / "examples" / "head-counts"
NORM = "vn/od-09-2025/article-ii-1.yaml"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of one's own, not there yet."""
    place = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(place))
    return place


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack("dien-bien")


@pytest.fixture
def norms(tmp_path: Path) -> Path:
    """The shipped norms, to be changed."""
    return Path(shutil.copytree(content("norms"), tmp_path / "norms"))


def refuse(*_: object, **__: object) -> NoReturn:
    pytest.fail("the norms were read again")


def judged(
    plan: Path = PLAN, change: Path | None = None, norms: Path | None = None, *, cache: bool = False
) -> str:
    report = check_file(plan, change=change, norms=norms, cache=cache)
    return json_text(report, everything=True)


def only(cache: Path) -> Path:
    """The one file in the folder."""
    (file,) = cache.iterdir()
    return file


def kept(pack: Pack) -> Kept:
    """The place of a pack that was kept."""
    place = Kept.of("dien-bien")
    place.keep(pack)
    assert place.pack() == pack
    return place


@pytest.mark.parametrize("plan", ["examples/head-counts", "vn/boundaries"])
def test_a_hit_says_what_a_miss_says(
    plan: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    afresh = judged(SCENARIOS / plan)
    assert not cache.exists()
    missed = judged(SCENARIOS / plan, cache=True)
    monkeypatch.setattr(from_files, "read_pack", refuse)
    monkeypatch.setattr(from_files, "read_rules", refuse)

    assert judged(SCENARIOS / plan, cache=True) == missed == afresh
    assert only(cache).suffix == ".pack"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda _: b"",
        lambda _: b"\n\n",
        lambda _: bytes(range(256)),
        lambda whole: whole.replace(b"dinhbien compiled pack 1", b"dinhbien compiled pack 0", 1),
        lambda whole: whole.replace(b"16000", b"16001"),
        lambda whole: whole.partition(b"\n")[2],
    ],
    ids=["cut", "half", "empty", "blank", "garbage", "another version", "a number", "no head"],
)
def test_a_spoilt_file_is_ignored_and_written_again(
    spoil: Callable[[bytes], bytes], pack: Pack, cache: Path
) -> None:
    place = kept(pack)
    whole = only(cache).read_bytes()
    only(cache).write_bytes(spoil(whole))
    assert only(cache).read_bytes() != whole
    assert place.pack() is None

    place.keep(pack)
    assert only(cache).read_bytes() == whole


def test_a_pack_under_the_key_of_another_is_ignored(pack: Pack, cache: Path) -> None:
    place = kept(pack)
    other = Kept.of("vn")
    shutil.copy(cache / f"{place.key}.pack", cache / f"{other.key}.pack")

    assert other.pack() is None


class _Touches:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_file_of_other_classes_runs_nothing(
    protocol: int, pack: Pack, cache: Path, tmp_path: Path
) -> None:
    """Even with a right head: the text is data of known kinds, and nothing else."""
    mark = tmp_path / "ran"
    place = kept(pack)
    evil = pickle.dumps(_Touches(mark), protocol=protocol)
    pickle.loads(evil)  # noqa: S301 - it would run, were it unpickled
    assert mark.exists()
    mark.unlink()
    for body in (evil, b'{"kinds": ["posix.system"], "parts": ["true", [5, 0]]}'):
        head = f"{kept_in._HEAD} {place.key} {hashlib.sha256(body).hexdigest()}\n"
        only(cache).write_bytes(head.encode() + body)

        assert place.pack() is None
    assert not mark.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.parametrize("of", ["folder", "file"])
def test_what_others_may_write_is_not_read(of: str, mode: int, pack: Pack, cache: Path) -> None:
    place = kept(pack)
    (cache if of == "folder" else only(cache)).chmod(mode)

    assert place.pack() is None


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_what_is_written_is_its_owners_alone(pack: Pack, cache: Path) -> None:
    kept(pack)

    assert cache.stat().st_mode & 0o777 == 0o700
    assert only(cache).stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX owners")
def test_what_another_user_wrote_is_not_read(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    place = kept(pack)
    owner = os.geteuid()
    found = os.stat_result((0o600, 0, 0, 1, owner + 1, 0, 0, 0, 0, 0))
    monkeypatch.setattr("dinhbien.compiled.folder.os.fstat", lambda _: found)

    assert place.pack() is None


def test_a_folder_that_cannot_be_written_is_done_without(
    pack: Pack, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> NoReturn:
        raise PermissionError

    monkeypatch.setattr("dinhbien.compiled.folder.tempfile.mkstemp", denied)

    place = Kept.of("dien-bien")
    place.keep(pack)

    assert place.pack() is None
    assert not list(cache.iterdir())


def test_a_file_in_the_place_of_the_folder_is_done_without(cache: Path) -> None:
    cache.write_text("here")

    assert judged(cache=True) == judged()
    assert cache.read_text() == "here"


def test_a_write_that_fails_leaves_nothing(
    pack: Pack, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError

    monkeypatch.setattr(Path, "replace", full)
    Kept.of("dien-bien").keep(pack)

    assert not list(cache.iterdir())


def test_many_processes_at_once(cache: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), VARIABLE: str(cache)}
    command = [sys.executable, "-m", "dinhbien", "check", str(PLAN), "--format", "json", "--all"]
    runs = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(3)
    ]
    said = {run.communicate()[0] for run in runs}

    assert said == {judged()}
    assert only(cache).suffix == ".pack"
    assert Kept.of("dien-bien").pack() == read_pack("dien-bien")


def test_another_number_of_the_law_is_another_pack(norms: Path, cache: Path) -> None:
    before = judged(norms=norms, cache=True)
    article = norms / NORM
    text = article.read_text("utf-8")
    article.write_text(text.replace("32 posts", "33 posts"), "utf-8")
    assert article.read_text("utf-8") != text

    assert judged(norms=norms, cache=True) != before
    changed = Kept.of("dien-bien", norms)
    assert changed.pack() == read_pack("dien-bien", norms=norms)
    article.write_text(text, "utf-8")
    original = Kept.of("dien-bien", norms)
    assert original.pack() == read_pack("dien-bien")
    assert original.key != changed.key
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("file", ["new.yaml", "vn/od-09-2025/new.yaml", "dien-bien/t.csv"])
def test_one_more_file_is_another_key(file: str, norms: Path) -> None:
    before = key_of("dien-bien", norms)
    (norms / file).write_text("x: y\n")

    assert key_of("dien-bien", norms) != before


def test_the_key_does_not_hang_on_where_the_norms_lie(norms: Path) -> None:
    assert key_of("dien-bien", norms) == key_of("dien-bien", None)
    assert key_of("dien-bien", None) != key_of("vn", None)


def test_norms_behind_a_link_are_in_the_key(norms: Path, tmp_path: Path) -> None:
    moved = shutil.move(norms / "vn", tmp_path / "elsewhere")
    (norms / "vn").symlink_to(moved, target_is_directory=True)
    (norms / "vn" / "round").symlink_to(norms, target_is_directory=True)
    before = key_of("dien-bien", norms)
    article = Path(moved, *Path(NORM).parts[1:])
    article.write_text(article.read_text("utf-8") + "# more\n", "utf-8")

    assert before is not None
    assert key_of("dien-bien", norms) != before


def test_norms_that_change_while_they_are_read_are_not_kept(
    pack: Pack, norms: Path, cache: Path
) -> None:
    place = Kept.of("dien-bien", norms)
    (norms / "dien-bien" / "pack.yaml").write_text("x: y\n")
    place.keep(pack)

    assert not cache.exists()


@pytest.mark.parametrize("name", ["../norms/vn", "vn/../vn", "/vn"])
def test_a_pack_outside_the_folder_is_not_kept(name: str, pack: Pack, cache: Path) -> None:
    place = Kept.of(name)
    place.keep(pack)

    assert place.pack() is None
    assert not cache.exists()


@pytest.mark.parametrize(
    "patch",
    [
        "norms: {'vn/od-09-2025/article-ii-1:numbers.base': 30 posts}",
        "flags: {'staffing:chain.unfilled.after': [recruit]}",
    ],
    ids=["norms", "flags"],
)
def test_a_changed_pack_is_neither_taken_nor_kept(
    patch: str, pack: Pack, cache: Path, tmp_path: Path
) -> None:
    kept(pack)
    before = only(cache).read_bytes()
    change = tmp_path / "change-x.yaml"
    change.write_text(f"change: {{vi: x, en: x}}\n{patch}\n")
    found = check_file(PLAN, change=change, cache=True)

    assert found.pack == check_file(PLAN, change=change).pack != pack
    assert only(cache).read_bytes() == before


def test_few_packs_are_kept(pack: Pack, cache: Path) -> None:
    place = kept(pack)
    for number in range(40):
        old = cache / f"{number}.pack"
        old.write_bytes(b"")
        os.utime(old, (number, number))
    place.keep(pack)

    assert len(list(cache.iterdir())) == kept_in._MOST_FILES
    assert place.pack() == pack


@pytest.mark.parametrize("way", ["off", "--no-cache"])
def test_nothing_is_kept_where_nobody_wants_it(
    way: str, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dinhbien.cli import main

    home = cache.parent / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    if way == "off":
        monkeypatch.setenv(VARIABLE, "off")
    main(["check", str(PLAN), *([way] if way != "off" else [])])

    assert capsys.readouterr().out
    assert not cache.exists()
    assert not home.exists()


def test_the_folder_is_the_platforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("dinhbien.compiled.folder.sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert chosen_folder() == tmp_path / ".cache" / "dinhbien"

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert chosen_folder() == tmp_path / "x" / "dinhbien"

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("dinhbien.compiled.folder.sys.platform", "darwin")
    assert chosen_folder() == tmp_path / "Library" / "Caches" / "dinhbien"

    monkeypatch.setattr("dinhbien.compiled.folder.sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert chosen_folder() == tmp_path / "local" / "dinhbien"
