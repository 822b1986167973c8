"""The index: with it and without it all reads the same, whatever happens to the files and to the index itself."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from fp import scan
from fp.index import Index
from fp.kernel.git.layout import common_folder
from tests.support.guards import CHECKOUT
from tests.support.indexing import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo

EDITS = int(os.environ.get("FP_INDEX_EDITS", "300"))
"""10000 for the full number: about 3 minutes."""
BATCH = 5
BITS = int(os.environ.get("FP_INDEX_BITS", "60"))
KILLS = 12

WRITER = """
import sys
from pathlib import Path
from fp.indexed import load_here
from fp.kernel.fs import RealFiles
from fp.source import WorktreeSource
root = Path(sys.argv[1])
print("begun", flush=True)
while True:
    (root / ".git/fp/index.sqlite").unlink(missing_ok=True) if len(sys.argv) > 2 else None
    load_here(str(root), WorktreeSource(RealFiles(root)), files_least=0)
"""


@pytest.fixture
def folder(repo: Repo) -> Folder:
    made = Folder(repo)
    made.fill(12)
    return made


def test_a_file_that_was_read_before_is_not_read_again_once_it_is_settled(folder: Folder) -> None:
    assert folder.agrees()
    poison(folder)
    assert {one.title for one in folder.read().issues.values()} == {"poison"}


def test_a_file_that_may_have_changed_in_the_same_tick_is_read_again(folder: Folder) -> None:
    assert folder.agrees()
    path = folder.chosen()
    path.write_text(path.read_text().replace("status: todo", "status: done"))
    assert folder.agrees()
    _, _, stamps = parts(folder)[0]
    assert set(stamps.values()) == {scan.UNSTAMPED}


def test_other_settings_make_another_index(folder: Folder) -> None:
    assert folder.agrees()
    folder.repo.write(".issues/config.yaml", "format: 1\nprefix: FP\nworkflow:\n  statuses: [todo]\n  terminal: []\n")
    assert folder.agrees()
    (folder.repo.path / ".issues" / "config.yaml").unlink()
    assert folder.agrees()


def test_each_worktree_has_rows_of_its_own_in_one_file(folder: Folder, tmp_path: Path) -> None:
    folder.repo.commit("issues")
    folder.repo.git("worktree", "add", "--quiet", str(tmp_path / "side"), "-b", "side")
    side = Folder(type(folder.repo)(tmp_path / "side"))
    side.rewrite()
    assert common_folder(str(tmp_path / "side")) == str(folder.repo.path / ".git")
    assert (folder.agrees(), side.agrees(), folder.agrees()) == (True, True, True)


def parts(folder: Folder) -> list[Any]:
    """The stamps and the rows, where they are there and whole."""
    root = str(folder.repo.path)
    keys = (scan.STAMPS + root, scan.ROWS + root)
    found = Index(str(folder.index)).get(*keys)
    return [found[key] for key in keys if key in found]


def poison(folder: Folder) -> None:
    """Wrong titles in the index, under stamps that are settled."""
    root = str(folder.repo.path)
    index = Index(str(folder.index))
    kept = index.get(scan.STAMPS + root, scan.ROWS + root)
    (settings, generation, _), (_, rows) = kept[scan.STAMPS + root], kept[scan.ROWS + root]
    wrong = {
        name: (oid, (fields[0], "poison", *fields[2:]), problems) for name, (oid, fields, problems) in rows.items()
    }
    stamps = scan.look(f"{root}/.issues")
    index.put({scan.STAMPS + root: (settings, generation, stamps), scan.ROWS + root: (generation, wrong)})


def test_the_parts_of_a_worktree_that_is_no_more_go(folder: Folder, tmp_path: Path) -> None:
    folder.repo.commit("issues")
    side = str(tmp_path / "side")
    folder.repo.git("worktree", "add", "--quiet", side, "-b", "side")
    Folder(type(folder.repo)(tmp_path / "side")).read()
    assert any(side in key for key in Index(str(folder.index)).names())
    folder.repo.git("worktree", "remove", "--force", side)
    folder.read()
    keys = Index(str(folder.index)).names()
    assert [key for key in keys if side in key] == []
    assert scan.STAMPS + str(folder.repo.path) in keys


def spoil_garbage(path: Path) -> None:
    path.write_bytes(b"not a database" * 100)


def spoil_empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil_truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("create table part (other text)")
    connection.close()


def spoil_journal(path: Path) -> None:
    path.with_name(f"{path.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9 \xa1c\xd7" + bytes(600))


def spoil_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("update part set stamp = 'older'")
    connection.close()


@pytest.mark.parametrize(
    "spoil", [spoil_garbage, spoil_empty, spoil_truncated, spoil_foreign, spoil_journal, spoil_version]
)
def test_a_spoilt_index_is_no_error_and_is_healed(folder: Folder, spoil: Callable[[Path], None]) -> None:
    assert folder.agrees()
    spoil(folder.index)
    assert folder.agrees()
    assert len(parts(folder)) == 2


def test_a_flipped_bit_is_a_miss_and_never_another_answer(folder: Folder) -> None:
    folder.read()
    whole, data, draw = parts(folder), folder.index.read_bytes(), random.Random(3)
    for _ in range(BITS):
        spoilt = bytearray(data)
        spoilt[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        folder.index.write_bytes(spoilt)
        assert all(one in whole for one in parts(folder))
    assert folder.agrees()


def test_a_git_folder_that_cannot_be_written_is_no_error(folder: Folder) -> None:
    folder.index.parent.parent.chmod(0o555)
    folder.index.parent.mkdir(exist_ok=True) if os.geteuid() == 0 else None
    folder.index.mkdir() if os.geteuid() == 0 else None  # root may write anywhere, but not to a folder
    try:
        assert folder.agrees()
    finally:
        folder.index.parent.parent.chmod(0o755)


@pytest.mark.slow
def test_after_random_edits_both_ways_give_equal_answers(folder: Folder) -> None:
    folder.repo.commit("issues")
    for number in range(EDITS // BATCH):
        for _ in range(BATCH):
            folder.edit()
        if number % 10 == 9:
            folder.commit_or_check_out()
        if number % 20 == 19:
            time.sleep(2.1)  # so that some entries are settled
        assert folder.agrees(), f"after batch {number}"


@pytest.mark.slow
def test_two_processes_that_write_the_index_hurt_nobody(folder: Folder) -> None:
    writers = [writer(folder), writer(folder, "anew")]
    try:
        for number in range(60):
            folder.edit()
            assert folder.agrees(), f"after edit {number}"
    finally:
        for one in writers:
            end(one)
    assert folder.agrees()


@pytest.mark.slow
def test_a_kill_while_the_index_is_written_hurts_nobody(folder: Folder) -> None:
    for number in range(KILLS):
        one = writer(folder, "anew")
        time.sleep(0.003 * number)
        end(one)
        assert folder.agrees(), f"after kill {number}"


def writer(folder: Folder, *words: str) -> subprocess.Popen[str]:
    """A process that reads by way of the index for ever."""
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    argv = [sys.executable, "-c", WRITER, str(folder.repo.path), *words]
    one = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True)
    assert one.stdout is not None
    assert one.stdout.readline() == "begun\n"
    return one


def end(one: subprocess.Popen[str]) -> None:
    """Kill it as the power does."""
    one.send_signal(signal.SIGKILL)
    one.communicate()


def test_the_archive_reads_the_same_by_way_of_the_index(folder: Folder) -> None:
    issues = folder.repo.path / ".issues"
    (issues / "archive").mkdir()
    for name in folder.names()[::2]:
        (issues / name).rename(issues / "archive" / name)
    assert folder.agrees(archive=True)
    chosen = min((issues / "archive").iterdir())
    chosen.write_text(chosen.read_text().replace("status: todo", "status: done"))
    assert folder.agrees(archive=True)
    assert len(folder.read().issues) == len(folder.names())
