"""What only a real disk shows of `RealFiles`; the rest is in tests/contract/test_files.py."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path

import pytest

from fp.kernel.errors import Conflict, External, Refused
from fp.kernel.fs import RealFiles, checked
from fp.kernel.lock import lock_folder, locked
from tests.support.crashes import steps


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755, 0o777])
def test_a_file_keeps_its_mode_whatever_the_umask(tmp_path: Path, mode: int) -> None:
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "f").chmod(mode)
    RealFiles(tmp_path).write("f", b"new")
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == mode


def test_a_pipe_or_a_socket_is_refused_and_does_not_hold_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        for name in ("pipe", "socket"):
            with pytest.raises(Refused):
                RealFiles(tmp_path).read(name)
            with pytest.raises(Refused):
                RealFiles(tmp_path).write(name, b"x")


def test_a_folder_swapped_for_a_link_between_two_calls_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    files = RealFiles(tmp_path / "root")
    files.write("folder/f", b"inside")
    (tmp_path / "root" / "folder").rename(tmp_path / "root" / "away")
    (tmp_path / "root" / "folder").symlink_to(outside)
    for call in (
        lambda: files.write("folder/f", b"x"),
        lambda: files.read("folder/f"),
        lambda: files.remove("folder/f"),
    ):
        with pytest.raises(Refused):
            call()
    assert list(outside.iterdir()) == []


def test_a_root_that_is_itself_a_link_is_the_folder_it_names(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "real")
    RealFiles(tmp_path / "root").write("folder/f", b"x")
    assert (tmp_path / "real" / "folder" / "f").read_bytes() == b"x"


def test_a_root_whose_name_begins_like_another_is_not_that_other(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root-of-another").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "root-of-another")
    with pytest.raises(Refused):
        RealFiles(tmp_path / "root").write("link/f", b"x")


def test_a_folder_that_may_not_be_written_is_an_error_with_the_path() -> None:
    files = RealFiles(Path("/proc"))  # also root may write nothing there
    with pytest.raises(External) as caught:
        files.write("fp-test", b"x")
    assert (caught.value.where, caught.value.reason) == ("fp-test", "disk")


def test_a_file_that_grows_while_it_is_read_does_not_pass_the_limit() -> None:
    # Files of /proc say that they are empty, and are not.
    with pytest.raises(Refused, match="larger than 3 bytes"):
        RealFiles(Path("/proc/self")).read("status", 3)
    assert RealFiles(Path("/proc/self")).read("comm").endswith(b"\n")


def test_a_bulk_is_synced_whole_before_its_first_rename(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.write("d1/x", b"")
    files.write("d2/x", b"")
    passed = steps(lambda: files.write_many((f"d{n % 2 + 1}/f{n}", b"x") for n in range(4)))
    staged = ["before-write", "before-sync"] * 4
    assert passed == [*staged, "before-bulk-sync", *["before-bulk-rename"] * 4, "before-bulk-sync"]
    assert files.names("d1") == ["f0", "f2", "x"]


def test_a_bulk_that_fails_changes_nothing_before_its_first_rename(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    with pytest.raises(Refused):
        files.write_many([("a", b"x"), ("b", b"x"), ("../c", b"x")])
    assert list(tmp_path.iterdir()) == []


def test_without_durability_nothing_is_synced(tmp_path: Path) -> None:
    passed = steps(lambda: RealFiles(tmp_path, durable=False).write("a/b", b"x"))
    assert "before-folder-sync" not in passed


def test_only_one_of_many_replaces_what_all_have_read(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.write("f", b"start")
    start = threading.Barrier(8)
    won: list[bool] = []

    def race(number: int) -> None:
        start.wait()
        won.append(files.replace_if("f", b"start", b"%d" % number))

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won.count(True) == 1


def test_many_processes_that_count_with_replace_if_lose_nothing(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.write("count", b"0")
    children = [os.fork() or os._exit(count_to(files, 25)) for _ in range(4)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert files.read("count") == b"100"


def count_to(files: RealFiles, times: int) -> int:
    done = 0
    while done < times:
        now = files.read("count")
        done += files.replace_if("count", now, b"%d" % (int(now) + 1))
    return 0


def test_only_one_of_many_processes_creates(tmp_path: Path) -> None:
    children = [os.fork() or os._exit(RealFiles(tmp_path).create("one", b"%d" % number)) for number in range(8)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sorted(codes) == [0] * 7 + [1]


# -- locks ----------------------------------------------------------------------------------------------------------


def held_elsewhere(folder: Path, name: str) -> bool:
    """Whether another process fails to take the lock at once."""
    child = os.fork()
    if child == 0:
        try:
            with locked(folder, name, wait_seconds=0):
                os._exit(0)
        except Conflict:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def test_a_lock_keeps_other_processes_out_until_it_is_given_back(tmp_path: Path) -> None:
    with locked(tmp_path / "locks", "a/path"):
        assert held_elsewhere(tmp_path / "locks", "a/path")
        assert not held_elsewhere(tmp_path / "locks", "another")
    assert not held_elsewhere(tmp_path / "locks", "a/path")


def test_a_lock_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        with locked(tmp_path, "x"):
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert not held_elsewhere(tmp_path, "x")


def test_a_lock_lasts_as_long_as_a_child_that_inherited_it(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with locked(tmp_path, "x") as descriptor:
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)  # until the parent closes its end
            os.close(descriptor)
            os._exit(0)
    assert held_elsewhere(tmp_path, "x")
    os.close(writing)
    os.waitpid(child, 0)
    os.close(reading)
    assert not held_elsewhere(tmp_path, "x")


def test_a_lock_that_stays_held_is_a_conflict_that_names_the_path(tmp_path: Path) -> None:
    with locked(tmp_path, "x"), pytest.raises(Conflict, match="x is locked"), locked(tmp_path, "x", wait_seconds=0.02):
        raise AssertionError("never reached")


def test_a_lock_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(External), locked(tmp_path / "file" / "locks", "x"):
        raise AssertionError("never reached")


def test_locks_lie_where_git_does_not_see_them(tmp_path: Path) -> None:
    for folder in ("repo/.git/objects", "repo/.git/refs", "repo/sub", "bare.git/objects", "bare.git/refs", "plain"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("repo/.git", "bare.git"):
        (tmp_path / folder / "HEAD").write_text("ref: refs/heads/main\n")
    own = tmp_path / "repo/.git/worktrees/linked"
    own.mkdir(parents=True)
    (own / "commondir").write_text("../..\n")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").write_text(f"gitdir: {own}\n")
    found = {
        name: lock_folder(tmp_path / name) for name in ("repo", "repo/sub", "repo/.git", "linked", "bare.git", "plain")
    }
    inside = tmp_path / "repo/.git/fp/locks"
    assert found == {
        "repo": inside,
        "repo/sub": inside,
        "repo/.git": inside,
        "linked": inside,
        "bare.git": tmp_path / "bare.git/fp/locks",
        "plain": tmp_path / "plain/.fp-locks",
    }


@pytest.mark.parametrize("path", ["a", "a/b", "-x", ".hidden", "a b", "ünï", "...", "a\nb"])
def test_a_plain_relative_path_is_itself(path: str) -> None:
    assert checked(path) == path
