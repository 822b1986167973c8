"""Two people edit one issue: what git merges by itself, what the driver merges, and that no line is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fp.codec import new_issue_bytes
from fp.kernel.git.driver import by_lines
from fp.kernel.markers import Sides
from fp.merge import Merged, merge
from tests.support import pairs
from tests.support.pairs import CASES, CLEAN_LEAST, PATH, both, branches, issue, merges, use_driver

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Repo

BASE = new_issue_bytes(pairs.FULL)


def merged(ours: bytes, theirs: bytes, base: bytes = BASE) -> Merged:
    return merge(Sides(base, ours, theirs), by_lines)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_plain_git_merges_compatible_edits_and_the_driver_the_rest(repo: Repo, tmp_path: Path, case: str) -> None:
    branches(repo, case)
    clean_least, total = CLEAN_LEAST[case]
    left = []
    for one, other in pairs.pairs(case):
        if not merges(repo, one, other):
            left.append((one, other))
        else:
            assert values(repo.read(PATH).encode()) == values_of(case, one, other)
    assert len(pairs.pairs(case)) == total
    assert total - len(left) >= clean_least, left
    use_driver(repo, tmp_path)
    for one, other in left:
        assert merges(repo, one, other), (one, other)
        assert values(repo.read(PATH).encode()) == values_of(case, one, other)


def values(data: bytes) -> tuple[object, ...]:
    return tuple(issue(data)._replace(lines={}, body_line=0, path=""))


def values_of(case: str, one: str, other: str) -> tuple[object, ...]:
    return tuple(both(case, one, other)._replace(lines={}, body_line=0, path=""))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_merge_by_field_joins_every_pair(case: str) -> None:
    start, edits = CASES[case]
    base = new_issue_bytes(start)
    for one, other in pairs.pairs(case):
        done = merged(edits[one](base), edits[other](base), base)
        assert (done.left, values(done.data)) == ((), values_of(case, one, other)), (one, other)


def test_one_field_set_to_two_values_is_left_to_a_person() -> None:
    done = merged(pairs._set("status", "done")(BASE), pairs._set("status", "cancelled")(BASE))
    assert done.left == ("status",)
    assert b"<<<<<<< ours\nstatus: done\n=======\nstatus: cancelled\n>>>>>>> theirs\n" in done.data
    assert done.data.count(b"<<<<<<<") == 1


def test_neighbouring_boxes_ticked_on_two_sides_are_both_ticked() -> None:
    done = merged(pairs._tick(0)(BASE), pairs._tick(1)(BASE))
    assert done.left == ()
    assert b"- [x] one refresh\n- [x] no logout\n- [ ] tested" in done.data


def test_a_label_taken_away_stays_away_while_another_comes() -> None:
    done = merged(BASE.replace(b"  - api\n", b""), pairs._add("labels", "backend")(BASE))
    assert (done.left, issue(done.data).labels) == ((), ("auth", "backend"))


def test_a_comment_in_the_header_is_never_dropped() -> None:
    theirs = BASE.replace(b"priority: medium\n", b"priority: medium  # agreed\n")
    done = merged(pairs._set("priority", "high")(BASE), theirs)
    assert b"# agreed" in done.data


def test_texts_that_clash_keep_both_sides_between_markers() -> None:
    ours, theirs = (BASE.replace(b"Third.", word) for word in (b"Mine.", b"Yours."))
    done = merged(pairs._set("status", "done")(ours), pairs._set("priority", "high")(theirs))
    assert done.left == ("body",)
    assert b"status: done" in done.data
    assert b"priority: high" in done.data
    assert b"<<<<<<< ours\nMine.\n=======\nYours.\n>>>>>>> theirs\n" in done.data


def test_a_file_that_is_no_issue_is_merged_by_lines() -> None:
    base = b"---\na: {b\n---\n1\n2\n3\n4\n"
    assert merged(base.replace(b"1", b"one"), base.replace(b"4", b"four"), base).data == base.replace(
        b"1", b"one"
    ).replace(b"4", b"four")


def test_lines_that_end_with_crlf_stay_so() -> None:
    base = BASE.replace(b"\n", b"\r\n")
    done = merged(pairs._set("status", "done")(base), pairs._set("priority", "high")(base), base)
    assert (done.left, done.data.count(b"\n")) == ((), done.data.count(b"\r\n"))
