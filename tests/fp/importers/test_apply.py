"""The applier: create once, update what changed in the source, keep what changed here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fp.importers import apply, base, plan
from fp.importers.memory import memory_path
from fp.kernel.errors import Conflict, Usage
from fp.kernel.fs import RealFiles, faults
from tests.support.importing import KIND, Place, foreign, reading

if TYPE_CHECKING:
    from pathlib import Path

    from fp.importers.apply import Prepared

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLOSED = {"status": "done", "closing": base.Closing(AT, "Merged.")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def statuses(prepared: Prepared) -> list[str]:
    return [outcome.status for outcome in prepared.plan.outcomes]


def test_an_issue_is_written_as_ours(place: Place) -> None:
    parts: dict[str, Any] = {"assignees": ("ann",), "labels": ("b", "a"), "body": "## Acceptance\n\n- [ ] Works"}
    place.run(foreign(priority="high", type="bug", created=AT, **parts))
    issue = place.issue()
    assert (issue.title, issue.status, issue.type, issue.priority) == ("Title of bd-1", "todo", "bug", "high")
    assert (issue.created, issue.assignees, issue.labels) == (AT, ("ann",), ("a", "b"))
    assert (issue.body.strip(), issue.dispatch, issue.external) == (parts["body"], "hold", ("beads:bd-1",))


def test_plans_are_fields_that_follow_the_source(place: Place) -> None:
    place.run(foreign(milestone="v1.2", due="2026-12-01", estimate="3d 4h"))
    place.edit("milestone: v1.2", "milestone: v2")
    prepared = place.run(foreign(milestone="v1.3", due="2026-12-24"))
    assert (place.issue().milestone, place.issue().due, place.issue().estimate) == ("v2", "2026-12-24", None)
    assert [outcome.kept for outcome in prepared.plan.outcomes] == [("milestone",)]
    assert statuses(place.run(foreign(milestone="v1.3", due="2026-12-24"))) == [plan.UNCHANGED]


def test_no_priority_is_not_made_up(place: Place) -> None:
    place.run(foreign())
    assert b"\npriority:\n" in place.content()[place.issue().path]


def test_comments_and_closing_are_events(place: Place) -> None:
    place.run(foreign(comments=(base.Comment("ann", AT, "Seen."),), **CLOSED))
    comment, closing = place.tracker().events[place.issue().id]
    assert (comment.kind, str(comment.by), comment.at, comment.note) == ("comment", "human/ann", AT, "Seen.")
    assert (closing.from_, closing.to, closing.at, closing.note) == ("todo", "done", AT, "Merged.")


def test_a_comment_of_nobody_at_no_time_is_kept(place: Place) -> None:
    twice = base.Comment(None, None, "Same.")
    place.run(foreign(created=AT, comments=(twice, twice)))
    events = place.tracker().events[place.issue().id]
    assert [(str(one.by), one.at, one.note) for one in events] == [("human/unknown", AT, "Same.")] * 2


def test_importing_again_changes_nothing(place: Place) -> None:
    issues = (foreign("bd-1", depends_on=("bd-2",), **CLOSED), foreign("bd-2", labels=("x",), body="Text."))
    place.run(*issues)
    before = place.content()
    assert statuses(place.run(*issues)) == [plan.UNCHANGED] * 2
    assert place.content() == before


def test_what_changed_in_the_source_changes_here_and_nothing_else(place: Place) -> None:
    place.run(foreign("bd-1", body="Old."), foreign("bd-2"))
    before = place.content()
    changed = foreign("bd-1", title="New title", priority="low", labels=("x",), depends_on=("bd-2",), body="New.")
    assert statuses(place.run(changed, foreign("bd-2"))) == [plan.UPDATED, plan.UNCHANGED]
    issue = place.issue()
    assert (issue.title, issue.priority, issue.labels, issue.body.strip()) == ("New title", "low", ("x",), "New.")
    assert issue.depends_on == (place.issue("bd-2").id,)
    after = place.content()
    assert {path for path in after if before.get(path) != after[path]} == {issue.path, memory_path(KIND)}


def test_a_local_edit_is_kept_while_the_source_stays(place: Place) -> None:
    place.run(foreign())
    place.edit("Title of bd-1", "Mine")
    prepared = place.run(foreign())
    assert (statuses(prepared), prepared.plan.outcomes[0].kept) == ([plan.UNCHANGED], ())
    assert place.issue().title == "Mine"


def test_a_field_edited_on_both_sides_is_kept_and_said_each_time(place: Place) -> None:
    place.run(foreign())
    place.edit("Title of bd-1", "Mine")
    changed = foreign(title="Theirs", priority="low")
    assert [place.run(changed).plan.outcomes[0].kept for _ in range(2)] == [("title",), ("title",)]
    assert (place.issue().title, place.issue().priority) == ("Mine", "low")


def test_both_sides_agreeing_ends_it(place: Place) -> None:
    place.run(foreign())
    place.edit("Title of bd-1", "Agreed")
    assert place.run(foreign(title="Agreed")).plan.outcomes[0].kept == ()
    place.run(foreign(title="Later"))
    assert place.issue().title == "Later"


def test_a_lost_memory_makes_every_difference_an_edit(place: Place) -> None:
    place.run(foreign(labels=("x",)))
    place.edit("labels:\n  - x\n", "labels:\n")
    place.files.remove(memory_path(KIND))
    assert [place.run(foreign(labels=("x",))).plan.outcomes[0].kept for _ in range(2)] == [("labels",), ("labels",)]
    assert place.issue().labels == ()


def test_closing_in_the_source_closes_here(place: Place) -> None:
    place.run(foreign())
    place.run(foreign(**CLOSED))
    assert place.issue().status == "done"
    assert [event.to for event in place.tracker().events[place.issue().id]] == ["done"]


def test_reopening_in_the_source_waits_for_a_person(place: Place) -> None:
    place.run(foreign(**CLOSED))
    place.edit("dispatch: hold", "dispatch: auto")
    place.run(foreign())
    assert (place.issue().status, place.issue().dispatch) == ("todo", "hold")


def test_a_status_kept_here_gets_no_closing(place: Place) -> None:
    place.run(foreign())
    place.edit("status: todo", "status: in-review")
    assert place.run(foreign(**CLOSED)).plan.outcomes[0].kept == ("status",)
    assert place.tracker().events == {}


def test_an_issue_deleted_here_stays_deleted(place: Place) -> None:
    place.run(foreign("bd-1"), foreign("bd-2"))
    place.files.remove(place.issue("bd-1").path)
    assert statuses(place.run(foreign("bd-1"), foreign("bd-2"))) == [plan.DELETED_HERE, plan.UNCHANGED]


def test_an_unreadable_file_is_left_alone(place: Place) -> None:
    place.run(foreign())
    path = place.issue().path
    place.files.write(path, b"---\nid: [\n---\n")
    assert statuses(place.run(foreign(title="New"))) == [plan.UNREADABLE_HERE]
    assert place.files.read(path) == b"---\nid: [\n---\n"


def test_two_files_with_one_external_are_left_alone(place: Place) -> None:
    place.run(foreign())
    copy = place.files.read(place.issue().path).replace(place.issue().id.encode(), b"FP-k3v9q2m")
    place.files.write(".issues/FP-k3v9q2m.md", copy)
    assert statuses(place.run(foreign(title="New"))) == [plan.AMBIGUOUS]


def test_an_issue_that_somebody_linked_by_hand_is_taken_for_the_import(place: Place) -> None:
    place.files.write(
        ".issues/FP-k3v9q2m.md", b"---\nid: FP-k3v9q2m\ntitle: Title of bd-1\nexternal: beads:bd-1\n---\n"
    )
    assert statuses(place.run(foreign())) == [plan.UNCHANGED]


def test_a_second_project_does_not_overwrite_the_first(place: Place) -> None:
    place.run(foreign(created=AT))
    other = foreign(created=AT.replace(year=2025), title="Another")
    assert statuses(place.run(other)) == [plan.ANOTHER]
    assert place.issue().title == "Title of bd-1"
    named = apply.prepare("beads/web", reading(other), place.files)
    apply.write(named, place.files, iter)
    assert {one.external[0]: one.title for one in place.tracker().issues.values()} == {
        "beads:bd-1": "Title of bd-1",
        "beads/web:bd-1": "Another",
    }
    assert ".issues/imports/beads-web.jsonl" in place.content()


def test_what_is_too_large_for_a_file_is_a_problem_and_stops_nothing_else(place: Place) -> None:
    prepared = place.run(foreign("bd-1", body="x" * 300_000, where="issues.jsonl:7"), foreign("bd-2"))
    assert [problem.where for problem in prepared.problems] == ["issues.jsonl:7"]
    assert statuses(prepared) == [plan.FAILED, plan.CREATED]


@pytest.mark.parametrize("key", ["../../x", "a: b", "- x", "#", "'", "null", "日本", "a" * 200, "[x]", "%", "&a *a !a"])
def test_a_strange_source_id_is_only_a_text(place: Place, key: str) -> None:
    place.run(foreign(key, title=key, labels=(key,), assignees=(key,)))
    issue = place.issue(key)
    assert (issue.title, issue.labels, issue.assignees) == (key, (key,), (key,))
    assert statuses(place.run(foreign(key, title=key, labels=(key,), assignees=(key,)))) == [plan.UNCHANGED]
    assert all(path.startswith(".issues/") for path in place.content())


@pytest.mark.parametrize(
    "body", ["---\nid: x\n---", "\ufeff---", "# A title", "- [ ] box\n```", "\t\tx", "<!-- x", "```"]
)
def test_a_strange_body_reads_back(place: Place, body: str) -> None:
    prepared = place.run(foreign(body=body))
    assert (statuses(prepared), place.issue().body.strip("\n")) == ([plan.CREATED], body)


def test_a_file_changed_meanwhile_is_not_overwritten(place: Place) -> None:
    place.run(foreign())
    prepared = place.prepare(foreign(title="Theirs"))
    place.edit("Title of bd-1", "Mine")
    with pytest.raises(Conflict):
        apply.write(prepared, place.files, iter)
    assert place.issue().title == "Mine"


def test_an_import_that_died_is_finished_by_the_next(place: Place) -> None:
    issues = [foreign(f"bd-{number}", **CLOSED) for number in range(5)]
    prepared = place.prepare(*issues)

    def die(name: str) -> None:
        if name == "before-bulk-rename":
            raise KeyboardInterrupt

    half = dict(list(prepared.plan.files.items())[:5])
    place.files.write_many(half.items())
    with pytest.raises(KeyboardInterrupt), faults(die):
        apply.write(prepared, place.files, iter)
    place.run(*issues)
    whole = Place(place.folder / "whole")
    whole.run(*issues)
    assert place.content() == whole.content()


def test_without_a_tracker_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Usage) as caught:
        apply.prepare(KIND, reading(foreign()), RealFiles(tmp_path))
    assert caught.value.hint == "fp init --prefix FP"
