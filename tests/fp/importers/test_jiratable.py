"""The CSV of Jira's export."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from fp.importers import base
from fp.importers.jira import read

AT = datetime(2026, 3, 12, 21, 5, tzinfo=UTC)
FIRST = (("Issue key", "ABC-3"), ("Issue id", "10003"), ("Summary", "First"))


def table(*rows: tuple[tuple[str, str], ...]) -> bytes:
    """An export with these cells; a column stands as often as the row with most values of it."""
    columns: dict[str, int] = {}
    for row in rows:
        for column in dict(row):
            columns[column] = max(columns.get(column, 0), sum(name == column for name, _ in row))
    header = [column for column, count in columns.items() for _ in range(count)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        left = list(row)
        cells = []
        for column in header:
            cell = next((pair for pair in left if pair[0] == column), None)
            if cell is not None:
                left.remove(cell)
            cells.append(cell[1] if cell else "")
        writer.writerow(cells)
    return out.getvalue().encode()


def one(*cells: tuple[str, str]) -> base.ForeignIssue:
    second = (("Issue key", "ABC-7"), ("Issue id", "10007"), ("Summary", "A title"), *cells)
    return read({"x.csv": table(FIRST, second)}).issues[1]


@pytest.mark.parametrize(
    ("cells", "name", "value"),
    [
        ((), "key", "ABC-7"),
        ((), "where", "x.csv:3"),
        ((), "title", "A title"),
        ((("Description", "h2. Hm\n\n*so*"),), "body", "## Hm\n\n**so**"),
        ((("Status", "In Progress"),), "status", "in-progress"),
        ((("Status", "Shipped"), ("Status Category", "Done")), "status", "done"),
        ((("Status", "Done"), ("Resolution", "Duplicate")), "status", "cancelled"),
        ((("Issue Type", "Bug"),), "type", "bug"),
        ((("Priority", "High"),), "priority", "high"),
        ((("Created", "12/Mar/26 9:05 PM"),), "created", AT),
        ((("Created", "12/Mar/2026 21:05"),), "created", AT),
        ((("Created", "2026-03-12 21:05"),), "created", AT),
        ((("Created", "12/Mar/26 12:05 AM"),), "created", AT.replace(hour=0)),
        ((("Created", "6/21/2025 16:14"),), "created", None),
        ((("Created", "99/Mar/26 9:05 PM"),), "created", None),
        ((("Assignee", "ann"),), "assignees", ("ann",)),
        ((("Labels", "web"), ("Labels", "api")), "labels", ("web", "api")),
        ((("Fix versions", "1.2"), ("Fix versions", "1.3")), "milestone", "1.2"),
        ((("Due date", "01/Apr/26 12:00 AM"),), "due", "2026-04-01"),
        ((("Custom field (Story Points)", "5.0"),), "estimate", "5"),
        ((("Original Estimate", "43200"),), "estimate", "1d 4h"),
        ((("Parent", "10003"),), "parent", "ABC-3"),
        ((("Parent", "10003"), ("Parent key", "ABC-9")), "parent", "ABC-9"),
        ((("Custom field (Epic Link)", "ABC-3"),), "parent", "ABC-3"),
        ((("Inward issue link (Blocks)", "ABC-3"), ("Inward issue link (Blocks)", "ABC-9")), "depends_on",
         ("ABC-3", "ABC-9")),
        ((("Outward issue link (Relates)", "ABC-3"),), "links", (base.Link("Relates (outward)", "ABC-3"),)),
        ((("Outward issue link (Blocks)", "ABC-9"),), "links", (base.Link("blocks", "ABC-9"),)),
        ((("Comment", "12/Mar/26 9:05 PM;5b10ac;One; two"), ("Comment", "plain; text")), "comments",
         (base.Comment("5b10ac", AT, "One; two"), base.Comment(None, None, "plain; text"))),
        ((("Status", "Done"), ("Resolved", "12/Mar/26 9:05 PM")), "closing", base.Closing(AT)),
    ],
)  # fmt: skip
def test_a_cell_becomes_ours(cells: tuple[tuple[str, str], ...], name: str, value: object) -> None:
    assert getattr(one(*cells), name) == value


@pytest.mark.parametrize(
    ("cells", "fact"),
    [
        ((("Sprint", "S 1"), ("Sprint", "S 2")), ("Sprint", "S 1, S 2")),
        ((("Reporter", "ann"),), ("reporter", "ann")),
        ((("Component/s", "web"), ("Component/s", "api")), ("components", "web, api")),
        ((("Affects versions", "1.1"),), ("affects versions", "1.1")),
        ((("Environment", "linux"),), ("environment", "linux")),
        ((("Time Spent", "1800"),), ("time spent", "30m")),
        ((("Attachment", "12/Mar/26 9:05 PM;ann;a.png;https://x/a.png"),), ("attachments", "a.png (https://x/a.png)")),
        ((("Custom field (Team)", "Core"),), ("Team", "Core")),
        ((("Original Estimate", "38h"),), ("Original Estimate", "38h")),
        ((("Security Level", "Internal"),), ("Security Level", "Internal")),
        ((("Created", "6/21/2025 16:14"),), ("created", "6/21/2025 16:14")),
    ],
)
def test_what_has_no_field_is_kept(cells: tuple[tuple[str, str], ...], fact: tuple[str, str]) -> None:
    assert fact in one(*cells).facts


def test_what_says_nothing_more_is_not_kept() -> None:
    left = ("Project key", "Watchers", "Votes", "Σ Time Spent", "Last Viewed", "Status Category", "Custom field (Rank)")
    assert one(*((column, "1") for column in left)).facts == ()


@pytest.mark.parametrize("value", ["com.atlassian.servicedesk.internal.customfield.ApprovalsCFValue@170e16ef", "{}"])
def test_what_is_another_value_in_every_export_is_not_kept(value: str) -> None:
    assert one(("Custom field (Approvals)", value)).facts == ()


def test_who_commented_is_called_by_name_where_some_row_tells_it() -> None:
    first = (
        *FIRST,
        ("Assignee", "Ann A"),
        ("Assignee Id", "712020:b4"),
        ("Comment", "12/Mar/26 9:05 PM;712020:b4;Hm."),
    )
    assert read({"x.csv": table(first)}).issues[0].comments == (base.Comment("Ann A", AT, "Hm."),)


def test_what_blocks_may_be_told_by_the_other_end() -> None:
    first = (*FIRST, ("Outward issue link (Blocks)", "ABC-7"))
    found = read({"x.csv": table(first, (("Issue key", "ABC-7"), ("Summary", "x")))}).issues
    assert [issue.depends_on for issue in found] == [(), ("ABC-3",)]


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"Summary,Status\nx,To Do\n", 2, "no issue key"),
        (b"Issue key,Summary\nABC-1,a,b\n", 2, "3 cells, but the header has 2"),
        (b'Issue key,Summary\nABC-1,"open\n', 2, "not a table"),
    ],
)
def test_what_is_odd_is_a_problem_with_its_line(data: bytes, line: int, words: str) -> None:
    (problem,) = read({"x.csv": data}).problems
    assert (problem.line, words in problem.message) == (line, True)
