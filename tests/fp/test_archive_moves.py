"""Moves into the archive and out of it: cut short at any step nothing is lost, and a check finishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.archive import Move, carry_out, plan_move, settle
from fp.checking import check_source
from fp.codec import read_issue
from fp.config import default_config
from fp.kernel.fs import RealFiles
from fp.source import WorktreeSource
from tests.support.crashes import STEPS_MAX, died_at_step

if TYPE_CHECKING:
    from pathlib import Path

ID = "FP-aaaaaaa"
FILE = f".issues/{ID}.md"
EVENTS = {
    f".issues/events/{ID}/20260101T000000000Z-transition-aaaa.md": "---\nkind: transition\nfrom: todo\nto: done\n"
    "by: human/ann\nat: 2026-01-01T00:00:00.000Z\nafter: []\n---\n",
    f".issues/events/{ID}/20260102T000000000Z-comment-aaaa.md": "Well done.\n",
}
LIVE = {
    FILE: f"---\nid: {ID}\ntitle: T\nstatus: done\n---\n",
    ".issues/config.yaml": "format: 1\nprefix: FP\n",
    **EVENTS,
}


def made(root: Path) -> RealFiles:
    """A tracker with one closed issue and two events."""
    for path, text in LIVE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return RealFiles(root, durable=False)


def move(files: RealFiles) -> Move:
    data = files.read(FILE)
    issue = read_issue(FILE, data, default_config("FP"))[0]
    assert issue is not None
    return plan_move(WorktreeSource(files), issue, data, to_archive=True)


def there(root: Path) -> dict[str, str]:
    """What all places hold, by the path in or out of the archive; own temporary files left out."""
    found = [path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path.relative_to(root)).replace("/archive/", "/"): path.read_text() for path in found}


def test_a_move_cut_short_at_any_step_loses_nothing_and_is_finished(tmp_path: Path) -> None:
    for number in range(1, STEPS_MAX):
        root = tmp_path / str(number)
        files = made(root)
        died = died_at_step(lambda files=files: carry_out(files, [move(files)]), number)  # type: ignore[misc]  # bound now
        assert there(root) == LIVE
        source = WorktreeSource(files)
        for _ in range(3):
            settle(files, source, check_source(source, None).tracker)
        whole = check_source(source, None)
        assert (there(root), [one.code for one in whole.problems if one.code != "dangling"]) == (LIVE, [])
        assert len({path.parent.parent.name for path in root.rglob("*-aaaa.md")}) == 1
        if not died:
            return
    raise AssertionError("the move does not end")


def test_a_file_that_changes_meanwhile_stays_with_its_events(tmp_path: Path) -> None:
    files = made(tmp_path)
    planned = move(files)
    (tmp_path / FILE).write_text(LIVE[FILE] + "more\n")
    moved = carry_out(files, [planned])
    assert (moved.moves, moved.stayed) == ((), {ID: "somebody changes it just now"})
    assert [one for one in (tmp_path / ".issues").rglob("*.md") if "archive" in one.parts] == []


def test_nothing_goes_where_nobody_looks(tmp_path: Path) -> None:
    files = made(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".issues/archive").symlink_to("../elsewhere")
    assert carry_out(files, [move(files)]).stayed == {ID: ".issues/archive is no folder"}
    assert (list((tmp_path / "elsewhere").iterdir()), (tmp_path / FILE).read_text()) == ([], LIVE[FILE])


def test_nothing_is_written_over_what_lies_there(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.write(f".issues/archive/{ID}.md", b"mine\n")
    moved = carry_out(files, [move(files)])
    assert moved.stayed == {ID: f"another file is at .issues/archive/{ID}.md"}
    assert (tmp_path / FILE).read_text() == LIVE[FILE]
