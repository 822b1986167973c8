"""What labels and bodies tell beyond doubt."""

from __future__ import annotations

import pytest

from fp.importers import conventions


@pytest.mark.parametrize(
    ("label", "kind", "priority"),
    [
        ("Bug", "bug", None),
        ("type: Feature Request", "feature", None),
        ("type::chore", "chore", None),
        ("kind/epic", "epic", None),
        ("P0", None, "critical"),
        ("p4", None, "low"),
        ("Priority::High", None, "high"),
        ("prio-low", None, "low"),
        ("priority/P2", None, "medium"),
        ("critical", None, None),
        ("debug", None, None),
        ("priority: bug", None, None),
        ("type: high", None, None),
    ],
)
def test_a_label_tells_a_type_or_a_priority(label: str, kind: str | None, priority: str | None) -> None:
    assert (conventions.type_of([label]), conventions.priority_of([label])) == (kind, priority)


@pytest.mark.parametrize("line", ["Blocked by " + "#1 " * 600 + "x", "depends on" + " " * 1900, "- [ ] " + "a/" * 900])
def test_long_lines_that_nearly_match_are_read_at_once(line: str) -> None:
    assert conventions.references(line) == []
    assert conventions.references(f"## Blocked by\n- {line}") == []
