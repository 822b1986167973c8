"""What `fp arm` and `fp hold` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.cli.writing import Write, counts_when_committed, recorded, take_pen, write_all

if TYPE_CHECKING:
    from fp.kernel.cli import Output


def gate_all(out: Output, ids: tuple[str, ...], dispatch: str, who: str | None, *, commit: bool) -> int:
    """Set `dispatch:` of all ids."""
    from fp.gates import plan_dispatch

    pen = take_pen(out, who, commit=commit)

    def act(word: str) -> Write:
        edited = plan_dispatch(pen.desk, word, dispatch, pen.writer)
        issue = edited.issue
        facts = {"title": issue.title, "dispatch": dispatch, "changed": edited.planned is not None}
        if edited.planned is None:
            return Write(issue.id, f"already dispatch: {dispatch}  {issue.title}", None, {}, facts)
        line, more = f"dispatch: {dispatch}  {issue.title}", recorded(edited.planned.events)
        return Write(issue.id, line, edited.planned, {issue.path: edited.data}, facts, more)

    status = write_all(out, pen, ids, act, "fp.dispatch.v1")
    counts_when_committed(out, pen)
    return status
