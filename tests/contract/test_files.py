"""The contract of `Files`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.kernel.errors import External, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from fp.kernel.ports import Files
    from tests.contract.machines import Machine

CALLS: list[Callable[[Files, str], object]] = [
    lambda files, path: files.read(path),
    lambda files, path: files.stat(path),
    lambda files, path: files.write(path, b"x"),
    lambda files, path: files.create(path, b"x"),
    lambda files, path: files.replace_if(path, b"x", b"y"),
    lambda files, path: files.append(path, b"x"),
    lambda files, path: files.remove(path),
    lambda files, path: files.names(path),
]
NAMES = ("read", "stat", "write", "create", "replace_if", "append", "remove", "names")
call = pytest.mark.parametrize("call", CALLS, ids=NAMES)


def test_what_is_written_is_read(machine: Machine) -> None:
    files = machine.world.files
    for data in (b"", b"one", b"\x00\xff\r\n" * 10_000):
        files.write("deep/er/file", data)
        assert files.read("deep/er/file") == data


def test_an_absent_file_is_not_found(machine: Machine) -> None:
    files = machine.world.files
    for path in ("absent", "absent/deep", "README.md/below-a-file"):
        with pytest.raises(FileNotFoundError):
            files.read(path)
        assert files.stat(path) is None


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read(machine: Machine) -> None:
    files = machine.world.files
    files.write("file", b"12345")
    assert files.read("file", 5) == b"12345"
    with pytest.raises(Refused, match="larger than 4 bytes"):
        files.read("file", 4)


def test_only_a_regular_file_is_read(machine: Machine) -> None:
    files = machine.world.files
    machine.symlink("README.md", str(machine.top / "link"))
    for path in ("link", ".git"):
        with pytest.raises(Refused) as caught:
            files.read(path)
        assert caught.value.reason == "not-a-file"


def test_stat_tells_kinds_and_sizes_and_follows_no_link(machine: Machine) -> None:
    files = machine.world.files
    machine.symlink("README.md", str(machine.top / "link"))
    found = {path: files.stat(path) for path in ("README.md", ".git", "link")}
    assert [status.kind for status in found.values() if status] == ["file", "folder", "link"]
    readme = found["README.md"]
    assert readme is not None
    assert readme.size == len(b"# Project\n")


def test_a_replaced_file_is_another_inode(machine: Machine) -> None:
    files = machine.world.files
    before = files.stat("README.md")
    files.write("README.md", b"new")
    after = files.stat("README.md")
    assert before is not None
    assert after is not None
    assert before.inode != after.inode


def test_names_are_sorted_and_empty_where_there_is_no_folder(machine: Machine) -> None:
    files = machine.world.files
    for name in ("b", "a", "ü", "C"):
        files.write(f"folder/{name}", b"")
    assert files.names("folder") == sorted(["b", "a", "ü", "C"])
    assert files.names("absent") == files.names("README.md") == []
    assert "README.md" in files.names("")


def test_create_makes_only_what_is_not_there(machine: Machine) -> None:
    files = machine.world.files
    assert files.create("new/file", b"first")
    assert not files.create("new/file", b"second")
    assert files.read("new/file") == b"first"


def test_create_changes_nothing_where_a_folder_or_a_link_is(machine: Machine) -> None:
    files = machine.world.files
    machine.symlink("nowhere", str(machine.top / "link"))
    assert not files.create(".git", b"x")
    assert not files.create("link", b"x")
    assert files.stat("nowhere") is None


def test_replace_if_replaces_only_what_was_expected(machine: Machine) -> None:
    files = machine.world.files
    files.write("file", b"old")
    assert not files.replace_if("file", b"other", b"new")
    assert files.replace_if("file", b"old", b"new")
    assert not files.replace_if("absent", b"", b"new")
    assert (files.read("file"), files.stat("absent")) == (b"new", None)


def test_append_adds_at_the_end_and_makes_the_file(machine: Machine) -> None:
    files = machine.world.files
    files.append("log/events.jsonl", b"one\n")
    files.append("log/events.jsonl", b"two\n")
    assert files.read("log/events.jsonl") == b"one\ntwo\n"


def test_remove_removes_a_file_or_a_link_and_never_what_it_points_to(machine: Machine) -> None:
    files = machine.world.files
    machine.symlink("README.md", str(machine.top / "link"))
    files.remove("link")
    assert (files.stat("link"), files.read("README.md")) == (None, b"# Project\n")
    files.remove("README.md")
    files.remove("README.md")
    files.remove("README.md/below")
    assert files.stat("README.md") is None


def test_a_folder_is_neither_written_nor_removed(machine: Machine) -> None:
    files = machine.world.files
    files.write("folder/file", b"")
    with pytest.raises(Refused):
        files.write("folder", b"x")
    with pytest.raises(Refused):
        files.append("folder", b"x")
    with pytest.raises(External):
        files.remove("folder")
    assert files.names("folder") == ["file"]


def test_a_link_is_not_written_through(machine: Machine) -> None:
    files = machine.world.files
    machine.symlink("README.md", str(machine.top / "link"))
    for change in (lambda: files.write("link", b"x"), lambda: files.append("link", b"x")):
        with pytest.raises(Refused):
            change()
    assert files.read("README.md") == b"# Project\n"


def test_a_file_where_a_folder_should_be_is_an_error_with_its_path(machine: Machine) -> None:
    with pytest.raises(External) as caught:
        machine.world.files.write("README.md/file", b"x")
    assert caught.value.where == "README.md/file"


@call
@pytest.mark.parametrize(
    "path", ["../out", "/etc/passwd", "a/../../out", "a//b", "a/", "/", ".", "..", "a/./b", "nul\0byte", "lone\ud800"]
)
def test_a_path_that_leaves_the_root_is_refused(
    machine: Machine, call: Callable[[Files, str], object], path: str
) -> None:
    with pytest.raises(Refused) as caught:
        call(machine.world.files, path)
    assert caught.value.reason == "bad-path"


@call
def test_a_folder_that_is_a_link_out_of_the_root_is_refused(
    machine: Machine, call: Callable[[Files, str], object]
) -> None:
    machine.symlink("/", str(machine.top / "out"))
    machine.symlink("out", str(machine.top / "twice"))
    for path in ("out/etc", "twice/etc"):
        with pytest.raises(Refused, match="link out of the repository"):
            call(machine.world.files, path)


def test_names_does_not_list_a_link_out_of_the_root(machine: Machine) -> None:
    machine.symlink("/", str(machine.top / "out"))
    with pytest.raises(Refused):
        machine.world.files.names("out")


def test_a_link_below_a_folder_that_was_safe_is_refused(machine: Machine) -> None:
    files = machine.world.files
    files.write("folder/file", b"inside")
    assert files.read("folder/file") == b"inside"
    machine.symlink("/", str(machine.top / "folder" / "deeper"))
    with pytest.raises(Refused):
        files.write("folder/deeper/tmp/x", b"outside")


def test_a_link_inside_the_root_is_followed_on_the_way(machine: Machine) -> None:
    files = machine.world.files
    files.write("real/file", b"text")
    machine.symlink("real", str(machine.top / "alias"))
    assert files.read("alias/file") == b"text"
    files.write("alias/other", b"new")
    assert files.names("real") == ["file", "other"]


def test_links_in_a_circle_end(machine: Machine) -> None:
    machine.symlink("b", str(machine.top / "a"))
    machine.symlink("a", str(machine.top / "b"))
    with pytest.raises(Refused, match="links follow each other"):
        machine.world.files.read("a/file")


def test_names_of_any_bytes_are_kept(machine: Machine) -> None:
    files = machine.world.files
    for name in ("-dash", "with space", "line\nbreak", "ünï", "undecodable\udcff"):
        files.write(f"odd/{name}", name.encode("utf-8", "surrogateescape"))
        assert files.read(f"odd/{name}") == name.encode("utf-8", "surrogateescape")
    assert len(files.names("odd")) == 5


def test_a_name_too_long_is_an_error_with_its_path(machine: Machine) -> None:
    with pytest.raises(External):
        machine.world.files.write("n" * 300, b"")
