"""Foreign issues in short, and a tracker on disk to import them into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp.importers import apply, base
from fp.kernel.fs import RealFiles
from fp.source import WorktreeSource, load

if TYPE_CHECKING:
    from pathlib import Path

    from fp.importers.apply import Prepared
    from fp.model import Issue
    from fp.tracker import Tracker

KIND = "beads"


def foreign(key: str = "bd-1", **fields: Any) -> base.ForeignIssue:
    """A foreign issue, open and with a title, but for the fields given."""
    plain = {"where": "issues.jsonl:1", "title": f"Title of {key}", "status": "todo", "type": "task"}
    return base.ForeignIssue(key, **{**plain, **fields})


def reading(*issues: base.ForeignIssue, explained: tuple[base.Explained, ...] = ()) -> base.Reading:
    """A reading of these issues."""
    return base.Reading(issues, explained, ())


class Place:
    """A folder with an empty tracker."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.files = RealFiles(folder, durable=False)
        self.files.write(".issues/config.yaml", b"format: 1\nprefix: FP\n")

    def prepare(self, *issues: base.ForeignIssue) -> Prepared:
        """What an import would do."""
        return apply.prepare(KIND, reading(*issues), self.files)

    def run(self, *issues: base.ForeignIssue) -> Prepared:
        """Import, and what it did."""
        prepared = self.prepare(*issues)
        apply.write(prepared, self.files, iter)
        return prepared

    def tracker(self) -> Tracker:
        """Everything that is there now."""
        return load(WorktreeSource(self.files), with_events=True)

    def issue(self, key: str = "bd-1") -> Issue:
        """The issue that was imported from this key."""
        (found,) = [one for one in self.tracker().issues.values() if one.external == (f"{KIND}:{key}",)]
        return found

    def edit(self, old: str, new: str, key: str = "bd-1") -> None:
        """Edit the issue's file by hand."""
        path = self.folder / self.issue(key).path
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def content(self) -> dict[str, bytes]:
        """Every file of the tracker by path."""
        files = (path for path in self.folder.glob(".issues/**/*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}
