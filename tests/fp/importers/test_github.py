"""The reader of GitHub's issues, in the shapes of gh and of the REST API."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.github import read
from tests.support.importing import Place

if TYPE_CHECKING:
    from pathlib import Path

HOME = "https://github.com/acme/widget/issues"
API = "https://api.github.com/repos/acme/widget"
AT = datetime(2026, 1, 12, 3, 22, 19, tzinfo=UTC)


def gh(number: int = 7, **fields: Any) -> dict[str, Any]:
    """An issue as `gh issue list --json` prints it."""
    return {
        "number": number, "title": "A title", "body": "", "state": "OPEN", "stateReason": "",
        "createdAt": "2026-01-12T03:22:19Z", "closedAt": None, "author": {"login": "ann", "is_bot": False},
        "assignees": [], "labels": [], "milestone": None, "comments": [], "url": f"{HOME}/{number}",
        "updatedAt": "2026-01-13T00:00:00Z", "id": "I_1", "closed": False, "reactionGroups": [], **fields,
    }  # fmt: skip


def rest(number: int = 7, **fields: Any) -> dict[str, Any]:
    """An issue as the REST API prints it."""
    return {
        "url": f"{API}/issues/{number}", "repository_url": API, "html_url": f"{HOME}/{number}", "id": 1,
        "node_id": "I_1", "number": number, "title": "A title", "user": {"login": "ann", "id": 1}, "labels": [],
        "state": "open", "locked": False, "assignee": None, "assignees": [], "milestone": None, "comments": 0,
        "created_at": "2026-01-12T03:22:19Z", "updated_at": "2026-01-13T00:00:00Z", "closed_at": None,
        "author_association": "OWNER", "body": None, "closed_by": None, "state_reason": None,
        "reactions": {"total_count": 2}, "sub_issues_summary": {"total": 0}, "type": None, **fields,
    }  # fmt: skip


def reading(*records: Any, name: str = "issues.json") -> base.Reading:
    return read({name: json.dumps(list(records)).encode()})


def one(record: dict[str, Any]) -> base.ForeignIssue:
    (issue,) = reading(record).issues
    return issue


USER = {"login": "bob", "id": 2}
LABEL = {"id": "L_1", "name": "area: web", "description": "", "color": "fff"}


@pytest.mark.parametrize(
    ("record", "name", "value"),
    [
        (gh(), "key", "7"),
        (gh(), "where", "issues.json:1"),
        (gh(), "title", "A title"),
        (gh(body="Text.\r\n\r\n- [ ] box\r\n"), "body", "Text.\n\n- [ ] box"),
        (rest(), "body", ""),
        (gh(), "status", "todo"),
        (rest(), "status", "todo"),
        (gh(state="CLOSED", stateReason="COMPLETED"), "status", "done"),
        (rest(state="closed"), "status", "done"),
        (rest(state="closed", state_reason="not_planned"), "status", "cancelled"),
        (gh(state="CLOSED", stateReason="DUPLICATE"), "status", "cancelled"),
        (gh(state="OPEN", stateReason="REOPENED"), "status", "todo"),
        (gh(), "type", "task"),
        (gh(issueType={"id": "IT", "name": "Bug"}), "type", "bug"),
        (rest(type={"name": "Feature"}), "type", "feature"),
        (gh(labels=[{"name": "enhancement"}]), "type", "feature"),
        (gh(labels=[{"name": "kind/bug"}]), "type", "bug"),
        (gh(), "priority", None),
        (gh(labels=[{"name": "P1"}]), "priority", "high"),
        (gh(labels=[{"name": "priority: critical"}]), "priority", "critical"),
        (gh(labels=[{"name": "high"}]), "priority", None),
        (gh(), "created", AT),
        (rest(), "created", AT),
        (gh(assignees=[USER, {"login": "ann"}]), "assignees", ("bob", "ann")),
        (rest(assignee=USER, assignees=[USER]), "assignees", ("bob",)),
        (gh(labels=[LABEL]), "labels", ("area: web",)),
        (rest(labels=["plain", LABEL]), "labels", ("plain", "area: web")),
        (gh(milestone={"number": 1, "title": "v1", "dueOn": "2026-02-01T00:00:00Z"}), "milestone", "v1"),
        (gh(parent={"number": 3, "url": f"{HOME}/3"}), "parent", "3"),
        (rest(parent_issue_url=f"{API}/issues/3"), "parent", "3"),
        (gh(blockedBy={"nodes": [{"number": 3, "url": f"{HOME}/3"}], "totalCount": 1}), "depends_on", ("3",)),
        (gh(blockedBy={"nodes": [{"number": 3, "url": "https://github.com/o/r/issues/3"}]}), "depends_on", ("o/r#3",)),
        (gh(body="Blocked by #3"), "depends_on", ("3",)),
        (gh(body="- **Depends on**: #3, #4 and acme/widget#5."), "depends_on", ("3", "4", "5")),
        (gh(body=f"Depends on {HOME}/3"), "depends_on", ("3",)),
        (gh(body="## Blocked by\n\n- [ ] #3 the schema\n- o/r#4\n\n## Notes\n\n- #5"), "depends_on", ("3", "o/r#4")),
        (gh(body="This is blocked by #3, I think."), "depends_on", ()),
        (gh(body="```\nBlocked by #3\n```\n> Blocked by #4"), "depends_on", ()),
        (gh(body="Blocked by #7"), "depends_on", ()),
        (
            gh(comments=[{"id": "c", "author": {"login": "bob"}, "body": "Hm.", "createdAt": "2026-01-12T03:22:19Z"}]),
            "comments",
            (base.Comment("bob", AT, "Hm."),),
        ),
        (gh(state="CLOSED", closedAt="2026-01-12T03:22:19Z"), "closing", base.Closing(AT)),
        (
            rest(state="closed", state_reason="not_planned", closed_at="2026-01-12T03:22:19Z", closed_by=USER),
            "closing",
            base.Closing(AT, "not planned", "bob"),
        ),
        (gh(closedAt="2026-01-12T03:22:19Z"), "closing", None),
    ],
)
def test_a_field_becomes_ours(record: dict[str, Any], name: str, value: object) -> None:
    assert getattr(one(record), name) == value


@pytest.mark.parametrize(
    ("record", "fact"),
    [
        (gh(), ("url", f"{HOME}/7")),
        (rest(), ("url", f"{HOME}/7")),
        (gh(), ("author", "ann")),
        (rest(), ("author", "ann")),
        (gh(state="CLOSED", stateReason="DUPLICATE"), ("state reason", "duplicate")),
        (gh(issueType={"name": "Story"}), ("type", "Story")),
        (gh(milestone={"title": "v1", "dueOn": "2026-02-01T00:00:00Z"}), ("milestone due", "2026-02-01")),
        (gh(projectItems=[{"title": "Roadmap", "status": {"name": "Doing"}}]), ("projects", "Roadmap (Doing)")),
        (gh(closedByPullRequestsReferences=[{"number": 9}]), ("closed by pull request", "#9")),
        (gh(isPinned=True), ("pinned", "yes")),
        (rest(locked=True, active_lock_reason="spam"), ("locked", "spam")),
        (rest(surprise={"a": 1}), ("surprise", '{"a": 1}')),
    ],
)
def test_what_has_no_field_is_kept(record: dict[str, Any], fact: tuple[str, str]) -> None:
    assert fact in one(record).facts


def test_what_says_nothing_more_is_not_kept() -> None:
    assert [name for name, _ in (*one(gh()).facts, *one(rest()).facts)] == ["url", "author"] * 2


def test_relations_may_be_told_by_the_other_end() -> None:
    found = reading(gh(3, blocking=[{"number": 7}, {"number": 99}], subIssues={"nodes": [{"number": 7}]}), gh())
    first, second = found.issues
    assert (second.depends_on, second.parent) == (("3",), "3")
    assert first.links == (base.Link("blocks", "99"),)


def test_a_pull_request_is_explained() -> None:
    found = reading(rest(pull_request={"url": f"{API}/pulls/7"}), gh(8, url="https://github.com/acme/widget/pull/8"))
    assert [(why.key, why.reason) for why in found.explained] == [("7", "pull-request"), ("8", "pull-request")]


def test_comments_of_the_rest_api_may_stand_beside_the_issues() -> None:
    said = {"url": "x", "issue_url": f"{API}/issues/7", "user": USER, "body": "Hm.", "created_at": "2026-01-12"}
    other = {**said, "issue_url": f"{API}/issues/8"}
    pages = json.dumps([rest(comments=1)]).encode() + json.dumps([said, other]).encode()
    found = read({"stdin": pages})
    assert [comment.text for comment in found.issues[0].comments] == ["Hm."]
    assert [why.key for why in found.explained] == ["comment on 8"]
    assert found.issues[0].repairs == ()


def test_comments_that_are_only_counted_are_reported() -> None:
    assert one(rest(comments=3)).repairs == ("comments: the export has only their number, 3",)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([gh(1), gh(2)]),
        json.dumps([gh(1)]) + json.dumps([gh(2)]),
        json.dumps([[gh(1)], [gh(2)]]),
        json.dumps(gh(1)) + "\n" + json.dumps(gh(2)) + "\n",
        json.dumps({"total_count": 2, "items": [rest(1), rest(2)]}),
        json.dumps({"data": {"repository": {"issues": {"nodes": [gh(1), gh(2)]}}}}),
        "\ufeff" + json.dumps([gh(1), gh(2)]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_however_the_pages_are_written_they_are_read(data: str, encoding: str) -> None:
    assert [issue.key for issue in read({"stdin": data.encode(encoding)}).issues] == ["1", "2"]


def test_a_record_has_its_line() -> None:
    found = read({"x.json": json.dumps([gh(1), gh(2), {"number": "no"}], indent=1).encode()})
    assert found.issues[1].where.startswith("x.json:")
    assert found.problems[0].line == json.dumps([gh(1), gh(2)], indent=1).count("\n") + 1


def test_of_two_versions_the_newer_counts() -> None:
    found = reading(gh(title="Old", updatedAt="2026-01-01T00:00:00Z"), gh(title="New"))
    assert [issue.title for issue in found.issues] == ["New"]
    assert [why.reason for why in found.explained] == ["superseded"]


def test_two_repositories_in_one_export_are_a_problem() -> None:
    found = reading(gh(), gh(url="https://github.com/acme/other/issues/7"))
    assert len(found.issues) == 1
    assert "--project" in found.problems[0].message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"message": "Not Found", "status": "404"}', "Not Found"),
        (b'[{"title": "x"}]', "`number` is missing"),
        (b'[{"number": true, "title": "x"}]', "`number` is missing"),
        (b"[3]", "not a JSON object"),
        (b"[{", "not JSON"),
        (b'[{"number": 1, "title": "x"} 3]', "expected ',' or ']'"),
        (b'[{"number": 1, "title": "x"}', "expected ',' or ']'"),
        (b"no issues match", "not JSON"),
        (b"\xff\xfe\xff", "not UTF-8"),
    ],
)
def test_what_is_odd_is_a_problem(data: bytes, words: str) -> None:
    (problem,) = read({"x.json": data}).problems
    assert (problem.path, problem.line) == ("x.json", 1)
    assert words in problem.message


def test_fields_of_other_shapes_stop_nothing() -> None:
    odd = {key: [3, None, {"nodes": 3}] for key in gh()} | {"number": 7, "title": "T"}
    assert [issue.title for issue in reading(odd).issues] == ["T"]


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    records = [gh(3, subIssues=[{"number": 7}]), rest(body="Blocked by #3", milestone={"title": "v1"}, state="closed")]
    for expected in ([plan.CREATED] * 2, [plan.UNCHANGED] * 2):
        prepared = apply.prepare("github", reading(*records), place.files)
        assert [outcome.status for outcome in prepared.plan.outcomes] == expected
        apply.write(prepared, place.files, iter)
    assert prepared.plan.files == {}
