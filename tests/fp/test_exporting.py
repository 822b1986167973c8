"""Export, and what comes back of it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from fp.exporters.table import guarded, unguarded
from fp.importers.table import read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repo import Command, Repo

BODY = '## Acceptance\n\n- [x] "quoted", with a comma\n- [ ] =1+1\n'
PARENT, FIRST, SECOND = "A parent", "=HYPERLINK(1)", "Zweites \u00fcber alles"
BUILT: list[dict[Path, bytes]] = []
"""The tracker's files, made once."""
OWN_KEY = "customer: ACME  # by hand\n"


class Trackers:
    """A tracker with three issues, and an empty one to move to."""

    def __init__(self, repo: Repo, command: Command, empty: Path):
        self.repo, self.command, self.empty = repo, command, empty
        empty.mkdir()
        if not BUILT:
            self.build()
            BUILT.append({path.relative_to(repo.path): path.read_bytes() for path in self.held()})
        for path, data in BUILT[0].items():
            self.repo.write(str(path), data.decode())
        settings = empty / ".issues/config.yaml"
        settings.parent.mkdir()
        settings.write_text(self.repo.read(".issues/config.yaml"))
        ids = {json.loads(line)["title"]: json.loads(line)["id"] for line in self.fp("export", "jsonl").splitlines()}
        self.parent, self.first, self.second = (ids[title] for title in (PARENT, FIRST, SECOND))

    def held(self) -> list[Path]:
        """All files of the tracker."""
        return [path for path in (self.repo.path / ".issues").rglob("*") if path.is_file()]

    def build(self) -> None:
        """Make them as a person would."""
        self.fp("init", "--prefix", "WEB")
        parent = self.new(PARENT, "--type", "epic")
        words = ("--label", "a,b", "--label", "c", "--due", "2026-12-01", "--estimate", "2d", "--milestone", "1.0")
        first = self.new(FIRST, *words, "--parent", parent, "--body", BODY, "--priority", "high")
        second = self.new(SECOND, "--depends", first, "--type", "bug")
        self.fp("comment", second, "Why?\n\nSo.")
        self.fp("cancel", parent)
        path = f".issues/{first}.md"
        self.repo.write(path, self.repo.read(path).replace("status:", f"{OWN_KEY}status:", 1))

    def new(self, *words: str) -> str:
        return str(json.loads(self.fp("new", *words, "--json"))["issue"]["id"])

    def fp(self, *words: str) -> str:
        ran = self.command("fp", *words, cwd=self.repo.path)
        assert ran.code == 0, ran.out + ran.err
        return ran.out

    def there(self, *words: str, code: int = 0) -> str:
        ran = self.command("fp", *words, cwd=self.empty)
        assert ran.code == code, ran.out + ran.err
        return ran.out

    def files(self, root: Path) -> dict[str, bytes]:
        """All issues and events."""
        folder = root / ".issues"
        found = [*folder.glob("*.md"), *folder.glob("events/**/*.md"), *folder.glob("archive/**/*.md")]
        return {str(path.relative_to(root)): path.read_bytes() for path in found}

    def values(self, *, there: bool) -> list[dict[str, Any]]:
        """What the JSON of the list says, without what every import adds."""
        found = json.loads((self.there if there else self.fp)("list", "--all", "--json"))["issues"]
        return [{key: value for key, value in one.items() if key != "external"} for one in found]


@pytest.fixture
def trackers(repo: Repo, command: Command, tmp_path: Path) -> Trackers:
    return Trackers(repo, command, tmp_path / "empty")


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_our_own_export_comes_back_byte_for_byte(trackers: Trackers, kind: str) -> None:
    trackers.fp("export", kind, "-o", "../export")
    assert "3 new" in trackers.there("import", "fp", "../export")
    assert trackers.files(trackers.empty) == trackers.files(trackers.repo.path)
    assert "0 new, 3 the same" in trackers.there("import", "fp", "../export")
    trackers.there("check")


def test_what_differs_here_is_left_and_told(trackers: Trackers) -> None:
    trackers.fp("export", "json", "-o", "../export")
    trackers.there("import", "fp", "../export")
    path = trackers.empty / f".issues/{trackers.second}.md"
    path.write_text(path.read_text().replace("Zweites", "Anderes"))
    said = trackers.there("import", "fp", "../export")
    assert f"{trackers.second} differs here" in said
    assert "Anderes" in path.read_text()


@pytest.mark.parametrize(
    "path", ["../../evil.md", ".issues/config.yaml", ".issues/FP-aaaaaaa.md", ".issues/events/{id}/../../x.md", "/x.md"]
)
def test_a_record_may_hold_the_files_of_its_own_issue_alone(trackers: Trackers, path: str) -> None:
    value = json.loads(trackers.fp("export", "json"))
    record = value["issues"][0]
    record["files"].append({"path": path.format(id=record["id"]), "text": "evil"})
    (trackers.empty / "x.json").write_text(json.dumps(value))
    assert "is no file of this issue" in trackers.there("import", "fp", "x.json", code=1)
    assert len(list((trackers.empty / ".issues").glob("*.md"))) == 2
    assert "evil" not in (trackers.empty / ".issues/config.yaml").read_text()


@pytest.mark.parametrize("content", ["{}", "[]", "no", '{"schema": "fp.list.v1", "issues": []}'])
def test_what_is_no_export_of_ours_is_refused(trackers: Trackers, content: str) -> None:
    (trackers.empty / "x.json").write_text(content)
    ran = trackers.command("fp", "import", "fp", "x.json", cwd=trackers.empty)
    assert ran.code != 0
    assert trackers.files(trackers.empty) == {}


def test_a_table_comes_back_with_the_same_values_and_ids(trackers: Trackers) -> None:
    path = f".issues/{trackers.first}.md"
    trackers.repo.write(path, trackers.repo.read(path).replace(OWN_KEY, ""))
    trackers.fp("export", "csv", "-o", "../x.csv")
    trackers.there("import", "csv", "../x.csv")
    assert trackers.values(there=True) == trackers.values(there=False)
    assert "nothing to write" in trackers.there("import", "csv", "../x.csv")


def test_no_cell_is_a_formula_to_a_table_program(trackers: Trackers) -> None:
    cells = [cell for row in csv.reader(io.StringIO(trackers.fp("export", "csv"))) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []


@pytest.mark.parametrize("cell", ["=1", "'=1", "''=1", "-", "'", "'a", "", "\t=1", "+\n", "@x", "a=b"])
def test_a_guarded_cell_comes_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("kind", ["beads", "github"])
def test_what_other_trackers_keep_comes_back_from_their_format(trackers: Trackers, kind: str) -> None:
    path = "../x.jsonl" if kind == "beads" else "../x.json"
    trackers.fp("export", kind, "-o", path)
    trackers.there("import", kind, path)
    kept = ("title", "type", "priority", "assignees", "created")
    here, there = (
        {one["title"]: [one[key] for key in kept] for one in trackers.values(there=side)} for side in (False, True)
    )
    assert there == here
    again = json.loads(trackers.there("list", "--all", "--json"))["issues"]
    waits = next(one for one in again if one["title"] == SECOND)
    assert [one["title"] for one in again if one["id"] in waits["depends_on"]] == [FIRST]


def test_a_page_has_every_issue_and_no_heading_above_them(trackers: Trackers) -> None:
    page = trackers.fp("export", "markdown")
    assert [line for line in page.splitlines() if line.startswith("# ")] == ["# Issues"]
    assert "#### Acceptance" in page.replace("##### Acceptance", "#### Acceptance")
    assert "> Why?" in page


def test_a_query_chooses(trackers: Trackers) -> None:
    lines = trackers.fp("export", "jsonl", "type:bug").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [trackers.second]


def test_columns_are_known_by_many_names_or_named() -> None:
    table = b"Thema,State,Tags,Wer,Due Date,Size\nDo it,In Progress,a;b,ann,2026-12-01,XL\n"
    (one,) = read({"x.csv": table}, {"thema": "title", "wer": "assignees"}).issues
    assert (one.title, one.status, one.labels, one.assignees) == ("Do it", "in-progress", ("a", "b"), ("ann",))
    assert (one.due, one.facts) == ("2026-12-01", (("Size", "XL"),))


def test_two_rows_of_one_id_are_a_problem_with_its_line() -> None:
    found = read({"x.csv": b"id,title\n1,a\n1,b\n"})
    assert [(one.where, len(found.issues)) for one in found.problems] == [("x.csv:3", 1)]
