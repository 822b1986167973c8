"""The object store through git's plumbing. Nothing here moves a ref, or touches a worktree or an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.kernel.commits import checked_message, parse_commit, plain_signature
from fp.kernel.errors import Refused
from fp.kernel.ports import CommitRecord, Oid, Signature, TreeEntry
from fp.kernel.refnames import is_oid
from fp.kernel.trees import ISSUES_FOLDER, changed_tree, checked_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fp.kernel.git.repo import Repository


class GitObjects:
    """`Objects` of one repository."""

    def __init__(self, repository: Repository):
        self._repository = repository

    def empty_tree(self) -> Oid:
        """Written, not only computed: an empty tree that is not in the store cannot be pushed."""
        return self.tree(())

    def blob(self, data: bytes) -> Oid:
        """Store content, through no filter."""
        return self._repository.git("hash-object", "-w", "--no-filters", "--stdin", stdin=data).text()

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Read many in one process."""
        return {oid: data for oid, kind, data in self._batch(oids) if kind == "blob"}

    def tree(self, entries: Iterable[TreeEntry]) -> Oid:
        """Store one level; git sorts and checks it."""
        lines = b"".join(
            f"{entry.mode} {entry.kind} {entry.oid}\t{checked_name(entry.path)}\0".encode("utf-8", "surrogateescape")
            for entry in entries
        )
        return self._repository.git("mktree", "-z", stdin=lines).text()

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """All blobs, links and submodules below a path."""
        paths = ("--", under) if under else ()
        found = self._repository.git("ls-tree", "-r", "-z", "--full-tree", _plain(treeish), *paths)
        return [_entry(field) for field in found.fields()]

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """One level."""
        paths = ("--", f"{folder}/") if folder else ()
        found = self._repository.git("ls-tree", "-z", "--full-tree", _plain(treeish), *paths)
        return [_entry(field) for field in found.fields()]

    def with_changes(self, treeish: Oid, changes: Mapping[str, bytes | None]) -> Oid:
        """Rewrites only the folders on the way, so that the cost does not grow with the repository."""
        blobs = {path: None if data is None else self.blob(data) for path, data in changes.items()}
        return changed_tree(self, treeish, blobs) or self.empty_tree()

    def content_tree(self, commit: Oid) -> Oid:
        """The root tree without `.issues`."""
        return self.tree(entry for entry in self.list_folder(commit) if entry.path != ISSUES_FOLDER)

    def commit(self, tree: Oid, parents: Sequence[Oid], message: str, who: Signature) -> Oid:
        """Store a commit; the message is taken as it is."""
        plain = plain_signature(who)
        parts = {"NAME": plain.name, "EMAIL": plain.email, "DATE": f"@{int(plain.at.timestamp())} +0000"}
        env = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in parts.items()}
        words = [word for parent in parents for word in ("-p", parent)]
        data = checked_message(message).encode("utf-8", "surrogateescape")
        return self._repository.git("commit-tree", _plain(tree), *words, stdin=data, env=env).text()

    def read_commit(self, oid: Oid) -> CommitRecord | None:
        """The commit, or None."""
        return self.read_commits((oid,)).get(oid)

    def read_commits(self, oids: Sequence[Oid]) -> dict[Oid, CommitRecord]:
        """Many commits in one process; those that do not exist are left out."""
        return {oid: parse_commit(oid, data) for oid, kind, data in self._batch(oids) if kind == "commit"}

    def read_blobs_and_commits(self, oids: Sequence[Oid]) -> tuple[dict[Oid, bytes], dict[Oid, CommitRecord]]:
        """Both kinds in one process."""
        blobs: dict[Oid, bytes] = {}
        commits: dict[Oid, CommitRecord] = {}
        for oid, kind, data in self._batch(oids):
            if kind == "blob":
                blobs[oid] = data
            elif kind == "commit":
                commits[oid] = parse_commit(oid, data)
        return blobs, commits

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """Whether `descendant` contains `ancestor`; False for a commit that is not in the store."""
        if not (is_oid(ancestor) and is_oid(descendant)):
            return False
        found = self._repository.git("merge-base", "--is-ancestor", ancestor, descendant, ok=(0, 1, 128))
        return found.code == 0

    def merge_base(self, one: Oid, other: Oid) -> Oid | None:
        """The best common ancestor."""
        found = self._repository.git("merge-base", _plain(one), _plain(other), ok=(0, 1))
        return found.text() or None

    def _batch(self, oids: Sequence[Oid]) -> Iterator[tuple[Oid, str, bytes]]:
        oids = [oid for oid in dict.fromkeys(oids) if is_oid(oid)]  # anything else git would look up as a revision
        if not oids:
            return
        stdin = "".join(f"{oid}\n" for oid in oids).encode()
        stdout = self._repository.git("cat-file", "--batch", stdin=stdin).stdout
        position = 0
        for oid in oids:
            end = stdout.index(b"\n", position)
            words = stdout[position:end].decode("utf-8", "replace").split(" ")
            position = end + 1
            if len(words) != 3:  # "<oid> missing"
                continue
            size = int(words[2])
            yield oid, words[1], stdout[position : position + size]
            position += size + 1


def _plain(treeish: Oid) -> Oid:
    """A name that git cannot take for an option."""
    if treeish.startswith("-") or not treeish:
        raise Refused(f"not a tree or a commit: {treeish!r}", reason="bad-oid")
    return treeish


def _entry(field: str) -> TreeEntry:
    head, _, path = field.partition("\t")
    mode, kind, oid = head.split(" ")
    return TreeEntry(mode, kind, oid, path)
