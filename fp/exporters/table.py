"""CSV for table programs, in the columns that `fp import csv` reads.

Pure. A cell that a table program would take for a formula gets a `'` before it, and so does one that already has it;
reading takes one away. Items of a list stand on lines of their own within the cell, for an item may hold a comma.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from fp.kernel.clock import instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fp.exporters.base import Exported
    from fp.model import Issue

COLUMNS = (
    "id", "title", "status", "type", "priority", "assignees", "labels", "parent", "depends_on", "milestone", "due",
    "estimate", "created", "body",
)  # fmt: skip
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def table(found: Iterable[Exported]) -> Iterator[str]:
    """The header, then a row for each issue."""
    yield _row(COLUMNS)
    for one in found:
        yield _row([guarded(cell) for cell in _cells(one.issue)])


def guarded(cell: str) -> str:
    """The cell, which no program takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cells(issue: Issue) -> list[str]:
    return [
        issue.id,
        issue.title,
        issue.status,
        issue.type,
        issue.priority,
        "\n".join(issue.assignees),
        "\n".join(issue.labels),
        issue.parent or "",
        "\n".join(issue.depends_on),
        issue.milestone or "",
        issue.due or "",
        issue.estimate or "",
        instant(issue.created) if issue.created is not None else "",
        issue.body.strip("\n"),
    ]


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
