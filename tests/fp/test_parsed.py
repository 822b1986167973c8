"""The cache of parsed files: with it and without it everything reads the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.config import default_config
from fp.kernel.cache import BlobCache
from fp.kernel.git.objects import GitObjects
from fp.kernel.git.repo import Repository
from fp.parsed import event_shape, issue_shape
from fp.source import CommitSource, load
from tests.support.tracker import issue_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fp.kernel.ports import Oid
    from tests.support.repo import Repo

EVENT = ".issues/events/FP-aaaaaaa/20260101T000000000Z-comment-aaaa.md"


class Counting(GitObjects):
    """The real store; counts the blobs that are read."""

    def __init__(self, repository: Repository):
        super().__init__(repository)
        self.blobs_read = 0

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        self.blobs_read += len(oids)
        return super().read_blobs(oids)


def write_tracker(repo: Repo) -> str:
    repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
    repo.write(".issues/FP-aaaaaaa.md", issue_text("FP-aaaaaaa", "labels: [x]", body="\r\nünï \x1b\n"))
    repo.write(".issues/FP-bbbbbbb.md", issue_text("FP-bbbbbbb", "status: nonsense"))
    repo.write(".issues/FP-ccccccc.md", b"\xff")
    repo.write(".issues/FP-ddddddd.md", b"")
    repo.write(EVENT, "only a comment\n")
    return repo.commit("tracker")


def test_a_tracker_from_the_cache_is_the_same(repo: Repo, tmp_path: Path) -> None:
    source = CommitSource(GitObjects(Repository.discover(repo.path)), write_tracker(repo))
    cache = BlobCache(tmp_path / "parsed.sqlite")
    plain = load(source, with_events=True)
    assert load(source, with_events=True, cache=cache) == plain
    assert load(source, with_events=True, cache=cache) == plain


def test_what_is_in_the_cache_is_not_read_again_until_its_bytes_are_wanted(repo: Repo, tmp_path: Path) -> None:
    objects = Counting(Repository.discover(repo.path))
    source = CommitSource(objects, write_tracker(repo))
    cache = BlobCache(tmp_path / "parsed.sqlite")
    load(source, with_events=True, cache=cache)
    before = objects.blobs_read
    tracker = load(source, with_events=True, cache=cache)
    assert objects.blobs_read - before == 4  # the settings, and the files that have problems
    assert tracker.files[".issues/FP-aaaaaaa.md"].startswith(b"---\nid: FP-aaaaaaa\n")
    assert sorted(tracker.files) == sorted(f".issues/FP-{letter * 7}.md" for letter in "abcd")


def test_a_damaged_cache_is_no_cache(repo: Repo, tmp_path: Path) -> None:
    source = CommitSource(GitObjects(Repository.discover(repo.path)), write_tracker(repo))
    plain = load(source, with_events=True)
    cache = BlobCache(tmp_path / "parsed.sqlite")
    for shape in (issue_shape(default_config("FP")), event_shape()):
        for junk in (b"[1, 2", b"{}", b"[]", b"[1,2,3,4,5,6,7,8,9,10]"):
            cache.put_many(shape.kind, shape.version, dict.fromkeys(plain.blobs.values(), junk))
            assert load(source, with_events=True, cache=cache) == plain
    assert load(source, with_events=True, cache=cache) == plain
    (tmp_path / "parsed.sqlite").write_bytes(b"no database")
    assert load(source, with_events=True, cache=cache) == plain
