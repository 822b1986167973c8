"""A write that dies or fails at any step leaves the old or the new content, and at most temporary files of ours."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from fp.kernel import fs
from fp.kernel.errors import External
from fp.kernel.fs import TEMPORARY_PREFIX, RealFiles
from fp.kernel.sim import plain
from fp.kernel.sim.disk import SimDisk
from fp.kernel.sim.files import SimFiles
from tests.support.crashes import STEPS_MAX, crashed_disks, died_at_step, states, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fp.kernel.fs import DiskFiles
    from fp.kernel.sim.disk import Contents

OLD, NEW = b"old content\n", b"the new content, which is longer\n"
Change = tuple["Callable[[DiskFiles], object]", set["bytes | None"], set["bytes | None"]]
CHANGES: dict[str, Change] = {
    "write": (lambda files: files.write("f", NEW), {OLD, NEW}, {NEW}),
    "write in a new folder": (lambda files: files.write("a/b/f", NEW), {None, NEW}, {NEW}),
    "create": (lambda files: files.create("new", NEW), {None, NEW}, {NEW}),
    "create where something is": (lambda files: files.create("f", NEW), {OLD}, {OLD}),
    "replace_if": (lambda files: files.replace_if("f", OLD, NEW), {OLD, NEW}, {NEW}),
    "append": (lambda files: files.append("f", NEW), {OLD, OLD + NEW}, {OLD + NEW}),
    "append to a new file": (lambda files: files.append("new", NEW), {None, b"", NEW}, {NEW}),
    "remove": (lambda files: files.remove("f"), {OLD, None}, {None}),
    "write_many": (lambda files: files.write_many([("f", NEW), ("g", NEW)]), {OLD, NEW}, {NEW}),
}
TARGETS = {"write in a new folder": "a/b/f", "create": "new", "append to a new file": "new"}
every_change = pytest.mark.parametrize("name", CHANGES)


def is_ours(path: str) -> bool:
    return os.path.basename(path).startswith(TEMPORARY_PREFIX)


# -- on the real disk -----------------------------------------------------------------------------------------------


def on_disk(root: Path) -> dict[str, bytes]:
    """All files but those of the lock folder."""
    found = (path for path in root.rglob("*") if path.is_file() and ".fp-locks" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


@every_change
def test_a_process_that_dies_at_any_step_leaves_old_or_new(tmp_path: Path, name: str) -> None:
    change, allowed, finished = CHANGES[name]
    target = TARGETS.get(name, "f")
    for number in range(1, STEPS_MAX):
        root = tmp_path / str(number)
        root.mkdir()
        (root / "f").write_bytes(OLD)
        died = died_at_step(lambda root=root: change(RealFiles(root)), number)
        left = on_disk(root)
        assert left.get(target) in (allowed if died else finished)
        assert all(path in ("f", "g", target) or is_ours(path) for path in left)
        if not died:
            break
    assert not any(is_ours(path) for path in left)
    assert number > 1 or name == "create where something is"


def test_what_a_crash_left_behind_is_found_and_hidden_from_readers(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    before_rename = steps(lambda: files.write("other/f", NEW)).index("before-rename") + 1
    assert died_at_step(lambda: files.write("folder/f", NEW), before_rename)
    assert files.names("folder") == []
    assert [name[: len(TEMPORARY_PREFIX)] for name in files.leftovers("folder")] == [TEMPORARY_PREFIX]


def test_a_write_after_a_crash_is_as_any_other(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.write("f", OLD)
    for number in range(1, 6):
        died_at_step(lambda: files.write("f", NEW), number)
    files.write("f", b"newest")
    assert files.read("f") == b"newest"


# -- an error at any step -------------------------------------------------------------------------------------------


def failing(number: int, code: int, *, persistent: bool) -> Callable[..., None]:
    """Raises at the nth call, or at the nth and all after it."""
    left = number

    def handler(*_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0 or (left < 0 and persistent):
            raise OSError(code, os.strerror(code))

    return handler


def error_of(change: Callable[[], object], handler: Callable[[str], None]) -> External | None:
    try:
        with fs.faults(handler):
            change()
    except External as error:
        return error
    return None


@every_change
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_error_at_any_step_is_typed_and_leaves_no_part(tmp_path: Path, name: str, code: int) -> None:
    change, allowed, _ = CHANGES[name]
    for number in range(1, STEPS_MAX):
        root = tmp_path / str(number)
        root.mkdir()
        (root / "f").write_bytes(OLD)
        error = error_of(lambda root=root: change(RealFiles(root)), failing(number, code, persistent=False))
        if error is None:
            break
        assert os.strerror(code) in error.message
        assert error.where in ("f", "g", TARGETS.get(name))
        assert on_disk(root).get(TARGETS.get(name, "f")) in allowed
        assert not any(is_ours(path) for path in on_disk(root))
    assert number > 1 or name == "create where something is"


@every_change
@pytest.mark.parametrize("persistent", [False, True])
def test_an_error_of_any_call_to_the_disk_is_typed(name: str, persistent: bool) -> None:
    change, allowed, _ = CHANGES[name]
    for number in range(1, STEPS_MAX):
        disk = SimDisk()
        start(disk)
        files = SimFiles(disk, "/root")
        disk.hook = failing(number, errno.EIO, persistent=persistent)
        try:
            change(files)
        except External:
            disk.hook = lambda call, path: None
        else:
            break
        left = disk.contents()
        assert left.get(f"/root/{TARGETS.get(name, 'f')}") in allowed | {b""}
        assert persistent or not any(is_ours(path) for path in left)
    assert number > 1


def test_an_append_that_fails_half_way_is_taken_back(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.append("log", b"one\n")
    with fs.faults(failing(2, errno.ENOSPC, persistent=False)), pytest.raises(External):
        files.append("log", b"two\n")
    files.append("log", b"three\n")
    assert files.read("log") == b"one\nthree\n"


def test_an_append_that_fails_never_cuts_what_another_process_wrote(tmp_path: Path) -> None:
    files = RealFiles(tmp_path)
    files.append("log", b"one\n")

    def another(name: str) -> None:
        if name == "after-append":
            with (tmp_path / "log").open("ab") as log:
                log.write(b"another's\n")
            raise OSError(errno.EIO, "I/O error")

    with fs.faults(another), pytest.raises(External):
        files.append("log", b"two\n")
    assert files.read("log") == b"one\ntwo\nanother's\n"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(name: str) -> None:
        if name == "before-rename":
            raise KeyboardInterrupt

    with fs.faults(interrupt), pytest.raises(KeyboardInterrupt):
        RealFiles(tmp_path).write("f", NEW)
    assert on_disk(tmp_path) == {}


# -- a loss of power: all states that a weak file system may leave ---------------------------------------------------


def start(disk: SimDisk) -> None:
    disk.mkdir("/root")
    plain.put(disk, "/root/f", OLD)


def in_place(disk: SimDisk) -> None:
    plain.put(disk, "/root/f", NEW)


def rename_without_fsync(disk: SimDisk) -> None:
    plain.put(disk, "/root/t", NEW)
    disk.replace("/root/t", "/root/f")


def ours(disk: SimDisk) -> None:
    SimFiles(disk, "/root").write("f", NEW)


def judged(change: Callable[[SimDisk], object], deaf_to: str = "") -> tuple[int, int, int]:
    """Distinct states over all crash points, those with neither the old nor the new content, those that lost it."""
    seen: set[tuple[tuple[str, bytes], ...]] = set()
    lost = 0
    for disk, returned in crashed_disks(start, change, deaf_to):
        for state in states(disk):
            lost += returned and state.get("/root/f") != NEW
            seen.add(tuple(sorted((path if not is_ours(path) else "ours", data) for path, data in state.items())))
    bad = [state for state in seen if dict(state).get("/root/f") not in (OLD, NEW)]
    return len(seen), len(bad), lost


@pytest.mark.parametrize(
    ("change", "deaf_to", "table"),
    [
        (in_place, "", (4, 2, 2)),
        (rename_without_fsync, "", (7, 2, 6)),
        (ours, "", (5, 0, 0)),
        (ours, "fsync", (7, 2, 2)),
        (ours, "fsync-folder", (5, 0, 2)),
    ],
    ids=["in place", "rename without fsync", "ours", "ours without fsync", "ours without fsync of the folder"],
)
def test_the_states_after_a_loss_of_power(
    change: Callable[[SimDisk], object], deaf_to: str, table: tuple[int, int, int]
) -> None:
    assert judged(change, deaf_to) == table


def allowed_after(name: str, returned: bool, state: Contents) -> bool:
    _, allowed, finished = CHANGES[name]
    content = state.get(f"/root/{TARGETS.get(name, 'f')}")
    torn = "append" in name and content is not None and any(one and one.startswith(content) for one in allowed)
    return content in (finished if returned else allowed) or (torn and not returned)


@every_change
def test_a_loss_of_power_at_any_call_leaves_old_or_new_and_no_acknowledged_change_is_lost(name: str) -> None:
    change = CHANGES[name][0]
    for disk, returned in crashed_disks(start, lambda disk: change(SimFiles(disk, "/root"))):
        for state in states(disk):
            assert allowed_after(name, returned, state), state
            assert all(path.rpartition("/")[2] in ("f", "g", "new") or is_ours(path) for path in state)


@pytest.mark.parametrize(
    ("name", "deaf_to"),
    [("write in a new folder", "fsync"), ("write in a new folder", "fsync-folder"), ("write_many", "sync")],
)
def test_a_missing_sync_would_be_noticed(name: str, deaf_to: str) -> None:
    change = CHANGES[name][0]
    found = [
        allowed_after(name, returned, state)
        for disk, returned in crashed_disks(start, lambda disk: change(SimFiles(disk, "/root")), deaf_to)
        for state in states(disk)
    ]
    assert not all(found)
