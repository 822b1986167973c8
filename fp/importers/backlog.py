"""Reader of Backlog.md's folder: one task a Markdown file, with `<!-- SECTION -->` marks in its body.

Pure. Ids were renamed once (`task-4` became `BACK-4`, references did not follow), so references are matched by series
and number. Documents, decisions, milestones, settings and folder descriptions are records of other kinds.
docs/importing.md holds the mapping.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp.importers import base, clean, page
from fp.kernel.problem import Problem
from fp.model import CANCELLED, DONE, IN_PROGRESS, IN_REVIEW, NEEDS_ATTENTION, PRIORITIES, TERMINAL, TODO, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FOLDERS = ("tasks", "completed", "drafts", "archive/tasks", "archive/completed", "archive/drafts")
"""Where tasks lie; of two files with one id the one in the earlier folder keeps it."""
OTHER_FOLDERS = {
    "docs": "a document",
    "decisions": "a decision record",
    "milestones": "a milestone",
    "archive/milestones": "a milestone",
}
STATUSES = {
    "to do": TODO,
    "todo": TODO,
    "draft": TODO,
    "backlog": TODO,
    "in progress": IN_PROGRESS,
    "in review": IN_REVIEW,
    "review": IN_REVIEW,
    "blocked": NEEDS_ATTENTION,
    "done": DONE,
    "won't do": CANCELLED,
    "wont do": CANCELLED,
    "cancelled": CANCELLED,
    "canceled": CANCELLED,
}
SAME_STATUS = ("to do", "in progress", "done")
FEATURE_NAMES = ("enhancement",)
TAKEN = frozenset(
    (
        "id", "title", "status", "assignee", "created_date", "labels", "dependencies", "parent_task_id", "priority",
        "type", "milestone",
        # Git tells when an issue changed (CONTRACT: no `updated` key).
        "updated_date",
    )
)  # fmt: skip
TASK_SERIES = "task"
DRAFT_SERIES = "draft"

_FILE_ID = re.compile(r"([A-Za-z]+-\d+(?:\.\d+)*)(?: - |\.md$)")
_REFERENCE = re.compile(r"(?:([A-Za-z]+)-)?(\d{1,9}(?:\.\d{1,9})*)")
_PREFIX_SETTING = re.compile(r"^task_prefix:[ ]*[\"']?([A-Za-z]+)", re.MULTILINE)
_MARK = re.compile(r"<!-- (?:SECTION:[A-Z_]+|AC|DOD|COMMENTS):(?:BEGIN|END) -->")
_COMMENTS_END = "<!-- COMMENTS:END -->"
_COMMENT_FIELD = re.compile(r"([a-z_]+):[ ]*(.*)")


class _Task(NamedTuple):
    """A file that is a task: where it lies, its page, the id it gives itself, its title."""

    path: str
    page: page.Page
    id: str
    title: str


def read(files: Mapping[str, bytes]) -> base.Reading:
    """Read a `backlog/` folder; paths in `files` are relative to it."""
    tasks: list[_Task] = []
    explained: list[base.Explained] = []
    problems: list[Problem] = []
    for path in sorted(files):
        record = _record(path, files[path])
        if isinstance(record, _Task):
            tasks.append(record)
        elif isinstance(record, base.Explained):
            explained.append(record)
        else:
            problems.append(record)
    keyed = _keys(tasks)
    index, names = _Index(keyed, _prefix(files)), _milestones(files)
    issues = [_issue(key, task, index)._replace(milestone=_milestone(task, names)) for key, task in keyed.items()]
    return base.Reading(tuple(issues), tuple(explained), tuple(problems))


def _milestones(files: Mapping[str, bytes]) -> dict[str, str]:
    """The names of milestones by their ids."""
    found: dict[str, str] = {}
    for path in sorted(files):
        if path.startswith(("milestones/", "archive/milestones/")):
            parsed = page.parse(files[path], path)
            if not isinstance(parsed, Problem) and parsed.text("id"):
                found[parsed.text("id")] = parsed.text("title")
    return found


def _milestone(task: _Task, names: Mapping[str, str]) -> str | None:
    told = clean.one_line(task.page.text("milestone"))
    return clean.one_line(names.get(told, "")) or told or None


def _record(path: str, data: bytes) -> _Task | base.Explained | Problem:
    folder, _, name = path.rpartition("/")
    other = _other_kind(folder, name)
    if other is not None:
        return base.Explained(path, path, base.OTHER_KIND, other)
    parsed = page.parse(data, path)
    if isinstance(parsed, Problem):
        return parsed
    if name.casefold() == "readme.md" and not parsed.has_header:
        return base.Explained(path, path, base.OTHER_KIND, "describes its folder")
    title = parsed.text("title") or _heading(parsed)
    if not title:
        return base.Explained(path, path, base.NO_TITLE, "the file has no title")
    from_name = _FILE_ID.match(name)
    key = parsed.text("id") or (from_name[1] if from_name else name.removesuffix(".md"))
    if len(key) > base.KEY_CHARACTERS_MAX:
        return page.problem(path, 1, "the id is too long")
    return _Task(path, parsed, key, title)


def _other_kind(folder: str, name: str) -> str | None:
    if not name.endswith(".md"):
        return "settings"
    for other, text in OTHER_FOLDERS.items():
        if folder == other or folder.startswith(other + "/"):
            return text
    known = any(folder == one or folder.startswith(one + "/") for one in FOLDERS)
    return None if known else "outside the folders of tasks"


def _heading(parsed: page.Page) -> str:
    found = page.first_title(parsed.body.split("\n"))
    return clean.one_line(found.title) if found else ""


def _prefix(files: Mapping[str, bytes]) -> str:
    for name in ("config.yml", "backlog.config.yml"):
        found = _PREFIX_SETTING.search(files.get(name, b"")[: page.FILE_BYTES_MAX].decode("utf-8", "replace"))
        if found:
            return found[1].casefold()
    return TASK_SERIES


def _keys(tasks: Iterable[_Task]) -> dict[str, _Task]:
    """One key a task. A second file with the same id is a task of its own: `<id>@<folder>`, then `<id>@<path>`."""
    keyed: dict[str, _Task] = {}
    for task in sorted(tasks, key=lambda task: (_rank(task.path), task.path)):
        folder = task.path.rpartition("/")[0]
        key = next(key for key in (task.id, f"{task.id}@{folder}", f"{task.id}@{task.path}") if key not in keyed)
        keyed[key] = task
    return keyed


def _rank(path: str) -> int:
    return next(rank for rank, folder in enumerate(FOLDERS) if path.startswith(folder + "/"))


class _Index:
    """Finds a task by how others refer to it."""

    def __init__(self, keyed: Mapping[str, _Task], prefix: str):
        self._prefix = prefix
        self._exact: dict[str, str] = {}
        self._numbers: dict[tuple[str, tuple[int, ...]], str] = {}
        for key in keyed:
            self._exact.setdefault(key.casefold(), key)
            number = self._number(key)
            if number is not None:
                self._numbers.setdefault(number, key)

    def find(self, reference: str) -> str | None:
        """The key meant; None when there is no such task."""
        exact = self._exact.get(reference.casefold())
        if exact is not None:
            return exact
        number = self._number(reference)
        return None if number is None else self._numbers.get(number)

    def parent(self, key: str) -> str | None:
        """The parent that a dotted id tells, when it exists."""
        head, dot, _ = key.partition("@")[0].rpartition(".")
        return self.find(head) if dot else None

    def _number(self, reference: str) -> tuple[str, tuple[int, ...]] | None:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            return None
        series = (found[1] or TASK_SERIES).casefold()
        return TASK_SERIES if series == self._prefix else series, tuple(int(part) for part in found[2].split("."))


def _issue(key: str, task: _Task, index: _Index) -> base.ForeignIssue:
    parsed = task.page
    status = _status(task)
    lines, comments = _without_comments(parsed.body.split("\n"))
    named = parsed.text("parent_task_id")
    parent = (index.find(named) or named) if named else index.parent(key)
    depends_on = (index.find(name) or name for name in parsed.texts("dependencies"))
    closed = clean.instant(parsed.text("completed_date"))
    return base.ForeignIssue(
        key=key,
        where=task.path,
        title=task.title,
        status=status,
        type=_type(parsed),
        priority=_priority(parsed),
        created=clean.instant(parsed.text("created_date")),
        assignees=parsed.texts("assignee"),
        labels=clean.names([*parsed.texts("labels"), *(["draft"] if _is_draft(task) else [])]),
        parent=None if parent == key else parent,
        depends_on=tuple(dict.fromkeys(name for name in depends_on if name != key)),
        comments=tuple(comments),
        closing=base.Closing(closed) if closed and status in TERMINAL else None,
        body=_body(lines, parsed),
        facts=_facts(task),
        repairs=_repairs(parsed),
    )


def _is_draft(task: _Task) -> bool:
    return "drafts/" in task.path


def _status(task: _Task) -> str:
    """Ours. An archived task was taken off the board: what was not done then is not to be done."""
    status = STATUSES.get(task.page.text("status").casefold(), TODO)
    return CANCELLED if task.path.startswith("archive/") and status not in TERMINAL else status


def _type(parsed: page.Page) -> str:
    name = parsed.text("type").casefold()
    return "feature" if name in FEATURE_NAMES else name if name in TYPES else "task"


def _priority(parsed: page.Page) -> str | None:
    name = parsed.text("priority").casefold()
    return name if name in PRIORITIES else None


def _facts(task: _Task) -> tuple[tuple[str, str], ...]:
    parsed = task.page
    facts: list[tuple[str, str]] = []
    status, archived = parsed.text("status"), task.path.startswith("archive/")
    if archived:
        facts.append(("folder", task.path.rpartition("/")[0]))
    if status.casefold() not in SAME_STATUS or archived:
        facts.append(("status", status or "none"))
    for name, same in (("type", TYPES), ("priority", PRIORITIES)):
        value = parsed.text(name)
        if value and value.casefold() not in same:
            facts.append((name, value))
    closed = clean.instant(parsed.text("completed_date"))
    left = [name for name in parsed.fields if name not in TAKEN and not (name == "completed_date" and closed)]
    facts += [(clean.one_line(name), text) for name in left if (text := page.shown(parsed.fields[name]))]
    return tuple(facts)


def _repairs(parsed: page.Page) -> tuple[str, ...]:
    repairs = list(parsed.mends)
    if not parsed.has_header:
        repairs.append("no header: id from the file's name, title from its first heading")
    status = parsed.text("status")
    if status.casefold() not in STATUSES:
        repairs.append(base.unknown_status(status))
    for name in ("created_date", "completed_date"):
        if parsed.text(name) and clean.instant(parsed.text(name)) is None:
            repairs.append(f"{name}: not a date, left out")
    return tuple(repairs)


def _body(lines: Sequence[str], parsed: page.Page) -> str:
    kept = page.with_acceptance(lines)
    marks = {index for index, line in page.outside_fences(kept) if _MARK.fullmatch(line.strip())}
    kept = [line for index, line in enumerate(kept) if index not in marks]
    title = page.first_title(kept)
    if title is not None and not parsed.text("title"):
        kept = page.without(kept, title.start, title.start + 1)
    return clean.block("\n".join(kept))


def _without_comments(lines: list[str]) -> tuple[list[str], list[base.Comment]]:
    """The body without its comments, and these; a section that is not wholly comments stays as it is."""
    section = page.named(lines, 2, "Comments")
    if section is None:
        return lines, []
    # A comment may hold headings of its own: the end mark counts, where there is one.
    marks = (index for index, line in page.outside_fences(lines) if line.strip() == _COMMENTS_END)
    end = next((index + 1 for index in marks if index > section.start), section.end)
    inner = [line for line in lines[section.start + 1 : end] if not _MARK.fullmatch(line.strip())]
    comments = _comments(inner)
    return (lines, []) if comments is None else (page.without(lines, section.start, end), comments)


def _comments(lines: Sequence[str]) -> list[base.Comment] | None:
    """Blocks of fields, `---`, text, `---`; None where something else is between."""
    comments: list[base.Comment] = []
    fields: dict[str, str] = {}
    text: list[str] | None = None
    for index, line in enumerate(lines):
        if text is not None:
            if line.rstrip() == "---" and _block_ends(lines, index):
                comments.append(_comment(fields, text))
                fields, text = {}, None
            else:
                text.append(line)
        elif line.rstrip() == "---":
            text = []
        elif line.strip():
            found = _COMMENT_FIELD.fullmatch(line)
            if found is None:
                return None
            fields[found[1]] = found[2]
    return comments if text is None and not fields else None


def _block_ends(lines: Sequence[str], index: int) -> bool:
    """Whether a `---` closes a comment: next comes another comment's fields, or nothing."""
    following = next((lines[at] for at in range(index + 1, len(lines)) if lines[at].strip()), "")
    return not following or following.startswith("author:")


def _comment(fields: Mapping[str, str], text: Sequence[str]) -> base.Comment:
    author = clean.one_line(fields.get("author", ""))
    return base.Comment(author or None, clean.instant(fields.get("created")), clean.block("\n".join(text)))
