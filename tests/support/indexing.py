"""A folder of issue files that is edited in every way, read with the index and without it."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fp.index import INDEX_PATH
from fp.indexed import load_here
from fp.kernel.fs import RealFiles
from fp.model import ID_ALPHABET
from fp.source import WorktreeSource, load
from tests.support.tracker import issue_text

if TYPE_CHECKING:
    from pathlib import Path

    from fp.tracker import Tracker
    from tests.support.repo import Repo


def plain(tracker: Tracker) -> tuple[Any, ...]:
    """What finding and showing see of a tracker."""
    issues = {one.id: one._replace(lines={}) for one in tracker.issues.values()}
    return issues, tracker.duplicates, tracker.unreadable, set(tracker.problems), tracker.file_count, tracker.config


@dataclass
class Folder:
    """The tracker of one repository; edits are drawn from `draw`."""

    repo: Repo
    draw: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def index(self) -> Path:
        """The index's file."""
        return self.repo.path / ".git" / INDEX_PATH

    def names(self) -> list[str]:
        """The issue files."""
        return sorted(one.name for one in (self.repo.path / ".issues").iterdir() if one.name.endswith(".md"))

    def read(self, *, archive: bool = False) -> Tracker:
        """By way of the index, however few files there are."""
        source = WorktreeSource(RealFiles(self.repo.path))
        return load_here(str(self.repo.path), source, archive=lambda _: archive, files_least=0).tracker

    def agrees(self, *, archive: bool = False) -> bool:
        """Whether reading by way of the index, twice, gives what reading the files gives."""
        expected = plain(load(WorktreeSource(RealFiles(self.repo.path)), archive=archive))
        return all(plain(self.read(archive=archive)) == expected for _ in range(2))

    # -- edits --------------------------------------------------------------------------------------------------------

    def fill(self, count: int) -> None:
        """So many new issues, and the settings."""
        self.repo.write(".issues/config.yaml", "format: 1\nprefix: FP\n")
        for _ in range(count):
            self.new()

    def edit(self) -> None:
        """One edit of any kind."""
        kinds = (self.new, self.rewrite, self.in_place, self.in_place, self.restored, self.replace, self.delete)
        self.draw.choice((*kinds, self.rename, self.copy, self.broken))()

    def new(self) -> None:
        """A new file."""
        name = "FP-" + "".join(self.draw.choice(ID_ALPHABET) for _ in range(7))
        self.repo.write(f".issues/{name}.md", self.text(name))

    def text(self, name: str) -> str:
        """An issue of that id whose size never varies."""
        words = [self.draw.choice(("alpha", "gamma", "delta")) for _ in range(3)]
        status = self.draw.choice(("todo", "done"))
        return issue_text(name, f"title: {words[0]}", f"status: {status}", f"labels: [{words[1]}]", body=words[2])

    def chosen(self) -> Path:
        """One of the files."""
        return self.repo.path / ".issues" / self.draw.choice(self.names())

    def rewrite(self) -> None:
        """Another text and size."""
        path = self.chosen()
        path.write_text(self.text(path.stem) + "more\n" * self.draw.randrange(4))

    def in_place(self) -> None:
        """Other bytes of the same size in the same file, most often within one tick of its clock."""
        path = self.chosen()
        before, after = path.read_bytes(), self.text(path.stem).encode()
        with path.open("r+b") as file:
            file.write(after[: len(before)])

    def restored(self) -> None:
        """The same, and the time of the file's last change is put back."""
        path = self.chosen()
        before = path.stat()
        path.write_text(self.text(path.stem))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def replace(self) -> None:
        """As an editor saves: another file is renamed over it."""
        path = self.chosen()
        path.with_name("new.tmp").write_text(self.text(path.stem))
        path.with_name("new.tmp").replace(path)

    def delete(self) -> None:
        """Take a file away."""
        if len(self.names()) > 3:
            self.chosen().unlink()

    def rename(self) -> None:
        """Give a file another name; its id stays."""
        path = self.chosen()
        path.rename(path.with_name(f"moved-{self.draw.randrange(10**9)}.md"))

    def copy(self) -> None:
        """A second file with the same id."""
        path = self.chosen()
        path.with_name(f"copy-{self.draw.randrange(10**9)}.md").write_bytes(path.read_bytes())

    def broken(self) -> None:
        """What is no issue."""
        path = self.chosen()
        path.write_text(self.draw.choice(("---\nid: [\n---\n", "", "---\ntitle: new\n---\n", "plain text\n")))

    def commit_or_check_out(self) -> None:
        """Commit all, or go between that and an earlier commit."""
        self.repo.commit("all")
        depth = self.draw.randrange(4)
        self.repo.git("checkout", "--quiet", "--detach", f"main~{depth}", check=False)
        if self.draw.random() < 0.6:
            self.repo.git("checkout", "--quiet", "main", check=False)
