"""Where tracker data comes from: the worktree a command runs in, or one commit. Equal content gives an equal tracker.

A shell over the ports `Files` and `Objects`. All reads of one decision come from one source. A file that cannot be
read is a problem and stops nothing else: it is counted, named in `unreadable`, and never changes how another reads.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fp.codec import Ambiguous, Unknown, id_of_path, near_ids, read_issue, resolve, split_word
from fp.config import DEFAULT_PREFIX, Config, default_config
from fp.configfile import read_config
from fp.kernel.errors import KitError, Refused
from fp.kernel.problem import Problem
from fp.model import (
    ARCHIVE_FOLDER,
    ARCHIVED_EVENTS,
    CONFIG_PATH,
    EVENTS_FOLDER,
    ISSUES_FOLDER,
    TEMPLATES_FOLDER,
    Issue,
    archive_path,
    event_owner,
    is_archived,
    odd_names,
)
from fp.parsed import event_shape, issue_shape, read_files
from fp.scan import is_issue_name
from fp.tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fp.event import Event
    from fp.kernel.ports import Files, Oid, TreeEntry
    from fp.parsed import Cache, Read

OWN_NAMES = frozenset({"config.yaml", "events", "templates", "archive"})
FILE = "file"
FOLDER = "folder"
LINK = "link"
OTHER = "other"
LINK_MODE = "120000"
FOLDERS_ASKED_MAX = 16
"""Beyond this many issues one listing of all events is cheaper than one each: 4 ms each against 50 ms at 60,000."""


class Found(NamedTuple):
    """A file of the tracker: `kind` is file, link or other; `oid` its blob where the source knows it."""

    path: str
    kind: str
    oid: Oid | None = None


class IssueSource(Protocol):
    """Named files with their bytes. `commit` is None for a worktree; `label` says to people where the data is from."""

    label: str
    commit: Oid | None

    def has_tracker(self) -> bool:
        """Whether there is an `.issues` folder."""
        ...

    def issue_names(self) -> list[str]:
        """Names of the `.md` files directly in `.issues`, sorted; what they hold may be anything."""
        ...

    def issue_files(self) -> list[Found]:
        """The same files, by path."""
        ...

    def archived_files(self) -> list[Found]:
        """The `.md` files directly in `.issues/archive`."""
        ...

    def strays(self) -> list[Problem]:
        """What lies in `.issues` where nobody reads it: issue files in folders that mean nothing, links."""
        ...

    def event_files(self, issue_id: str | None = None) -> list[Found]:
        """The files of one issue's events, or of all, sorted by path, those in the archive after the others."""
        ...

    def template_files(self) -> list[Found]:
        """The `.md` files of `.issues/templates`, hidden ones and its README left out; the folder itself if a link."""
        ...

    def read(self, found: Sequence[Found]) -> dict[str, bytes | Problem]:
        """Content by path, or why there is none; what has vanished meanwhile is left out."""
        ...


class WorktreeSource:
    """The files of a checkout, drafts included."""

    commit: Oid | None = None

    def __init__(self, files: Files, label: str = "worktree"):
        self._files = files
        self.label = label

    def has_tracker(self) -> bool:
        """Whether there is an `.issues` folder."""
        found = self._files.stat(ISSUES_FOLDER)
        return found is not None and found.kind == "folder"

    def issue_names(self) -> list[str]:
        """One listing."""
        names = self._files.names(ISSUES_FOLDER)
        return [name for name in names if (name[-3:] == ".md" and name[0] not in ".rR") or is_issue_name(name)]

    def issue_files(self) -> list[Found]:
        """Links are told apart when they are read."""
        return [Found(f"{ISSUES_FOLDER}/{name}", FILE) for name in self.issue_names()]

    def archived_files(self) -> list[Found]:
        """One listing; a folder that is a link holds none."""
        return [Found(f"{ARCHIVE_FOLDER}/{name}", FILE) for name in self._inside(ARCHIVE_FOLDER) if is_issue_name(name)]

    def strays(self) -> list[Problem]:
        """Looks one folder deep, and so in the archive."""
        folders = [EVENTS_FOLDER, *([ARCHIVED_EVENTS] if self._kind(ARCHIVE_FOLDER) == FOLDER else [])]
        problems = [
            _misplaced(f"{folder}/{name}")
            for folder in folders
            for name in self._inside(folder)
            if name.endswith(".md")
        ]
        problems += [link_problem(ARCHIVE_FOLDER)] if self._kind(ARCHIVE_FOLDER) == LINK else []
        return [*problems, *self._strays_in(ISSUES_FOLDER), *self._strays_in(ARCHIVE_FOLDER)]

    def _strays_in(self, folder: str) -> list[Problem]:
        problems: list[Problem] = []
        for name in self._inside(folder):
            if _may_be_stray(name):
                path = f"{folder}/{name}"
                problems += [_misplaced(f"{path}/{inner}") for inner in self._inside(path) if inner.endswith(".md")]
                problems += [link_problem(path)] if self._kind(path) == LINK else []
        return problems

    def event_files(self, issue_id: str | None = None) -> list[Found]:
        """One listing for each issue that has events; a folder that is a link is told, and not entered."""
        archived = self._event_files(ARCHIVED_EVENTS, issue_id) if self._kind(ARCHIVE_FOLDER) == FOLDER else []
        return [*self._event_files(EVENTS_FOLDER, issue_id), *archived]

    def _event_files(self, under: str, issue_id: str | None) -> list[Found]:
        owners = self._inside(under) if issue_id is None else [issue_id]
        found = [Found(under, LINK)] if self._kind(under) == LINK else []
        for owner in owners:
            folder = f"{under}/{owner}"
            if self._kind(folder) == LINK:
                found.append(Found(folder, LINK))
            else:
                found += [Found(f"{folder}/{name}", FILE) for name in self._inside(folder) if name.endswith(".md")]
        return found

    def template_files(self) -> list[Found]:
        """One listing."""
        if self._kind(TEMPLATES_FOLDER) == LINK:
            return [Found(TEMPLATES_FOLDER, LINK)]
        names = self._inside(TEMPLATES_FOLDER)
        return [Found(f"{TEMPLATES_FOLDER}/{name}", FILE) for name in sorted(names) if is_issue_name(name)]

    def _inside(self, folder: str) -> list[str]:
        """Names in a folder; none in a link, wherever it leads."""
        return self._files.names(folder) if self._kind(folder) == FOLDER else []

    def _kind(self, path: str) -> str:
        found = self._files.stat(path)
        return "" if found is None else found.kind

    def read(self, found: Sequence[Found]) -> dict[str, bytes | Problem]:
        """Read each file on its own."""
        contents: dict[str, bytes | Problem] = {}
        for one in found:
            if one.kind == LINK:
                contents[one.path] = link_problem(one.path)
                continue
            try:
                contents[one.path] = self._files.read(one.path)
            except FileNotFoundError:
                continue
            except KitError as error:
                contents[one.path] = self._problem(one.path, error)
        return contents

    def _problem(self, path: str, error: KitError) -> Problem:
        found = self._files.stat(path)
        if found is not None and found.kind != "file":
            return link_problem(path) if found.kind == "link" else _not_a_file(path)
        return Problem("unreadable-file", path, 0, error.message, error.hint or "mend it, or remove it")


class Listing(Protocol):
    """What is asked of a store to read a tracker: part of `Objects`, by its words."""

    def list_tree(self, treeish: Oid, under: str = "") -> list[TreeEntry]:
        """All below a path."""
        ...

    def list_folder(self, treeish: Oid, folder: str = "") -> list[TreeEntry]:
        """One level."""
        ...

    def read_blobs(self, oids: Sequence[Oid]) -> dict[Oid, bytes]:
        """Content by id."""
        ...


class CommitSource:
    """The files of one commit (or tree), read from the object store."""

    def __init__(self, objects: Listing, commit: Oid, label: str | None = None):
        self._objects = objects
        self.commit: Oid | None = commit
        self._treeish = commit
        self._top: list[TreeEntry] | None = None
        self.label = label or commit[:9]

    def has_tracker(self) -> bool:
        """Whether there is an `.issues` folder. Lists the one above: it is shorter."""
        top = self._objects.list_folder(self._treeish)
        return any(entry.path == ISSUES_FOLDER and entry.kind == "tree" for entry in top)

    def issue_names(self) -> list[str]:
        """One listing."""
        return [_name(found.path) for found in self.issue_files()]

    def _entries(self) -> list[TreeEntry]:
        """What lies in `.issues`, listed once: a commit does not change."""
        if self._top is None:
            self._top = self._objects.list_folder(self._treeish, ISSUES_FOLDER)
        return self._top

    def _has_archive(self) -> bool:
        return any(entry.path == ARCHIVE_FOLDER and entry.kind == "tree" for entry in self._entries())

    def archived_files(self) -> list[Found]:
        """One listing, where there is an archive."""
        entries = self._level(ARCHIVE_FOLDER) if self._has_archive() else []
        return [_found(entry) for entry in entries if is_issue_name(_name(entry.path)) and entry.kind != "tree"]

    def issue_files(self) -> list[Found]:
        """One listing."""
        entries = self._entries()
        return [_found(entry) for entry in entries if is_issue_name(_name(entry.path)) and entry.kind != "tree"]

    def strays(self) -> list[Problem]:
        """Looks one folder deep."""
        archived = self._level(ARCHIVE_FOLDER) if self._has_archive() else []
        odd = [entry for entry in (*self._entries(), *archived) if _may_be_stray(_name(entry.path))]
        folders = [entry.path for entry in odd if entry.kind == "tree"]
        folders += [EVENTS_FOLDER, *([ARCHIVED_EVENTS] if archived else [])]
        inside = [entry for folder in folders for entry in self._level(folder)]
        odd += [one for one in self._entries() if one.path == ARCHIVE_FOLDER]
        return [
            *(_misplaced(entry.path) for entry in inside if entry.path.endswith(".md") and entry.kind != "tree"),
            *(link_problem(entry.path) for entry in odd if entry.mode == LINK_MODE),
        ]

    def _level(self, folder: str) -> list[TreeEntry]:
        return self._objects.list_folder(self._treeish, folder)

    def event_files(self, issue_id: str | None = None) -> list[Found]:
        """One listing."""
        archived = self._event_files(ARCHIVED_EVENTS, issue_id) if self._has_archive() else []
        return [*self._event_files(EVENTS_FOLDER, issue_id), *archived]

    def _event_files(self, folder: str, issue_id: str | None) -> list[Found]:
        under = folder if issue_id is None else f"{folder}/{issue_id}"
        entries = self._objects.list_tree(self._treeish, under)
        depth = folder.count("/") + 2
        files = [entry for entry in entries if entry.path.endswith(".md") and entry.path.count("/") == depth]
        links = [entry for entry in entries if entry.mode == LINK_MODE and entry.path.count("/") < depth]
        return [_found(entry) for entry in (*links, *files)]

    def template_files(self) -> list[Found]:
        """One listing."""
        entries = self._objects.list_tree(self._treeish, TEMPLATES_FOLDER)
        return [_found(one) for one in entries if one.path == TEMPLATES_FOLDER or _is_template(one.path)]

    def read(self, found: Sequence[Found]) -> dict[str, bytes | Problem]:
        """Read all blobs in one process."""
        known = self._with_oids(found)
        blobs = self._objects.read_blobs([one.oid for one in known if one.kind == FILE and one.oid is not None])
        contents: dict[str, bytes | Problem] = {}
        for one in known:
            if one.kind != FILE:
                contents[one.path] = link_problem(one.path) if one.kind == LINK else _not_a_file(one.path)
            elif one.oid in blobs:
                contents[one.path] = blobs[one.oid]
        return contents

    def _with_oids(self, found: Sequence[Found]) -> list[Found]:
        """Those named by path alone are looked up; what is not there is left out."""
        known = []
        for one in found:
            if one.oid is not None:
                known.append(one)
            else:
                known += [_found(entry) for entry in self._objects.list_tree(self._treeish, one.path)]
        return known


def _may_be_stray(name: str) -> bool:
    return name not in OWN_NAMES and not name.startswith(".") and not name.endswith(".md")


def _is_template(path: str) -> bool:
    return path.count("/") == TEMPLATES_FOLDER.count("/") + 1 and is_issue_name(_name(path))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _found(entry: TreeEntry) -> Found:
    kind = LINK if entry.mode == LINK_MODE else FILE if entry.kind == "blob" else OTHER
    return Found(entry.path, kind, entry.oid)


# -- what cannot be read ----------------------------------------------------------------------------------------------


def link_problem(path: str) -> Problem:
    """A symbolic link where a file of the tracker should be; links are not followed, wherever they lead."""
    return Problem("link", path, 0, "a symbolic link is not read", "put the file itself here")


def _misplaced(path: str) -> Problem:
    return Problem("misplaced", path, 0, "an issue or event file where it is not read", "move it, or take it away")


def _not_a_file(path: str) -> Problem:
    return Problem("not-a-file", path, 0, "not a regular file", "put a Markdown file here, or remove it")


# -- loading ----------------------------------------------------------------------------------------------------------


def load(
    source: IssueSource, *, with_events: bool = False, cache: Cache | None = None, archive: bool = True
) -> Tracker:
    """Everything of one source. Raises nothing for what the files hold. A cache serves sources that know blob ids.

    Without `archive`, of the archived issues only those that others wait for, or are part of, and no events of theirs.
    """
    config, problems = load_config(source)
    found = [*source.issue_files(), *(source.archived_files() if archive else ())]
    read, contents = read_files(source, found, issue_shape(config), cache)
    tracker = assemble(source, config, problems, read)
    asked = source.event_files() if with_events else []
    if not archive:
        asked = [one for one in asked if not is_archived(one.path) or event_owner(one.path) in tracker.issues]
    events, event_problems = _events_in(source, asked, cache)
    tracker = tracker._replace(
        events=events,
        problems=(*tracker.problems, *event_problems),
        blobs={one.path: one.oid for one in found if one.oid is not None},
        files=contents,
    )
    return tracker if archive else with_referenced(source, tracker)


def with_referenced(source: IssueSource, tracker: Tracker) -> Tracker:
    """The tracker with those archived issues that its own wait for, or are part of: they count as what they became."""
    named = {one for issue in tracker.issues.values() for one in (*issue.depends_on, issue.parent) if one}
    missing = named - tracker.issues.keys() - tracker.duplicates.keys() - tracker.unreadable.keys()
    if not missing:
        return tracker
    wanted = [one for one in source.archived_files() if id_of_path(one.path) in missing]
    contents = source.read(wanted)
    read = [read_issue(path, one, tracker.config)[0] for path, one in contents.items() if isinstance(one, bytes)]
    return tracker._replace(issues={**tracker.issues, **{one.id: one for one in read if one is not None}})


def assemble(source: IssueSource, config: Config, problems: Sequence[Problem], read: Sequence[Read[Issue]]) -> Tracker:
    """A tracker without events, of files that were read. `problems` are those of the settings."""
    issues, duplicates, unreadable, more = _by_id(read)
    return Tracker(
        issues=issues,
        events={},
        problems=(*problems, *more),
        config=config,
        label=source.label,
        commit=source.commit,
        duplicates=duplicates,
        unreadable=unreadable,
        file_count=len(read),
    )


def load_config(source: IssueSource) -> tuple[Config, list[Problem]]:
    """The settings; where the file is missing or broken, defaults and a problem."""
    return read_settings(source.read([Found(CONFIG_PATH, FILE)]).get(CONFIG_PATH))


def read_settings(content: bytes | Problem | None) -> tuple[Config, list[Problem]]:
    """The settings in a file that was read, could not be, or is not there."""
    if isinstance(content, bytes):
        return read_config(content, CONFIG_PATH)
    missing = Problem("no-config", CONFIG_PATH, 0, "the settings are missing", "`fp check --fix` writes them")
    return default_config(DEFAULT_PREFIX), [content or missing]


def load_events(
    source: IssueSource, issue_id: str | None = None, *, cache: Cache | None = None
) -> tuple[dict[str, tuple[Event, ...]], list[Problem]]:
    """Events by issue, in the order of their names; of one issue, or of all."""
    return _events_in(source, source.event_files(issue_id), cache)


def _events_in(
    source: IssueSource, found_files: Sequence[Found], cache: Cache | None = None
) -> tuple[dict[str, tuple[Event, ...]], list[Problem]]:
    if not found_files:
        return {}, []
    events: dict[str, list[Event]] = {}
    problems: list[Problem] = []
    for path, event, found in read_files(source, found_files, event_shape(), cache)[0]:
        problems += found
        owner = event_owner(path)
        if event is not None and owner is not None:
            events.setdefault(owner, []).append(event)
    return {owner: _by_name(ones) for owner, ones in events.items()}, problems


def _by_name(events: list[Event]) -> tuple[Event, ...]:
    """By name, each once: an archiving that was cut short leaves an event in both places."""
    names = [one.name for one in events]
    if all(one < other for one, other in pairwise(names)):
        return tuple(events)
    first = {one.name: one for one in reversed(events)}
    return tuple(first[name] for name in sorted(first))


def add_events(source: IssueSource, tracker: Tracker, ids: Collection[str], *, cache: Cache | None = None) -> Tracker:
    """The tracker with the events of these issues, and the problems of their files."""
    if not ids:
        return tracker
    if len(ids) > FOLDERS_ASKED_MAX:
        wanted = frozenset(ids)
        found = [one for one in source.event_files() if one.kind == LINK or event_owner(one.path) in wanted]
    else:
        found = list(dict.fromkeys(one for issue_id in sorted(ids) for one in source.event_files(issue_id)))
    events, problems = _events_in(source, found, cache)
    return tracker._replace(events={**tracker.events, **events}, problems=(*tracker.problems, *problems))


def _by_id(
    read: Sequence[Read[Issue]],
) -> tuple[dict[str, Issue], dict[str, tuple[str, ...]], dict[str, str], list[Problem]]:
    """Issues, ids of several files, ids whose file cannot be read, and the problems."""
    issues: dict[str, Issue] = {}
    paths: dict[str, tuple[str, ...]] = {}
    unreadable: dict[str, str] = {}
    problems: list[Problem] = []
    for path, issue, found in read:
        problems += found
        if issue is not None:
            issues[issue.id] = issue
            paths[issue.id] = (*paths.get(issue.id, ()), path)
        else:
            named = id_of_path(path)
            if named is not None:
                unreadable[named] = path
    for one in unreadable.keys() & paths.keys():
        paths[one] = (*paths[one], unreadable.pop(one))
    duplicates = {one: tuple(sorted(where)) for one, where in paths.items() if len(where) > 1}
    for one in duplicates:
        del issues[one]
    return issues, duplicates, unreadable, problems


# -- one issue, without reading the others ----------------------------------------------------------------------------


def file_of(source: IssueSource, word: str, *, archived: bool = False) -> str:
    """The path of the issue that a person names. Refused, with near ids, when no or more than one fits.

    By the names of the folder alone; only files with names of their own are read. An archived issue is named only
    where no other fits, and only for reading (`archived`): whoever would write is refused.
    """
    names = source.issue_names()
    odd = odd_names(names)
    by_id = _ids_within(source, odd) if odd else {}
    named = [name[:-3] for name in names if name not in odd] if odd else [name[:-3] for name in names]
    answer = resolve({*named, *by_id}, word)
    if isinstance(answer, Unknown):
        if not archived:
            refuse_archived(source, word)
        kept = _archived(source, word)
        if kept is not None:
            return archive_path(kept)
    found = id_or_refusal(answer)
    own = (f"{ISSUES_FOLDER}/{found}.md",) if f"{found}.md" in names else ()
    paths: tuple[str, ...] = (*own, *by_id.get(found, ()))
    if len(paths) > 1:
        raise duplicate_refusal(found, paths)
    return paths[0]


def refuse_archived(source: IssueSource, word: str) -> None:
    """Refused where the word names an archived issue: it is there to be read."""
    kept = _archived(source, word)
    if kept is not None:
        raise Refused(f"{kept} is archived", hint=f"fp archive --undo {kept}", reason="archived")


def _archived(source: IssueSource, word: str) -> str | None:
    """The id of the archived issue that a word names. Refused where it may be more than one."""
    ids = [id_of_path(one.path) for one in source.archived_files()]
    answer = resolve({one for one in ids if one is not None}, word)
    return None if isinstance(answer, Unknown) else id_or_refusal(answer)


def _ids_within(source: IssueSource, names: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The paths, by id, of files that are not named by theirs."""
    by_id: dict[str, tuple[str, ...]] = {}
    odd = [found for found in source.issue_files() if _name(found.path) in names]
    config, _ = load_config(source)
    for path, content in source.read(odd).items():
        issue = read_issue(path, content, config)[0] if isinstance(content, bytes) else None
        if issue is not None:
            by_id[issue.id] = (*by_id.get(issue.id, ()), path)
    return by_id


def duplicate_refusal(issue_id: str, paths: Sequence[str]) -> Refused:
    """Two files of one id: nobody chooses between them but a person."""
    hint = "give one of them another id, or remove it:\n" + "\n".join(paths)
    return Refused(f"{issue_id} is the id of {len(paths)} files", hint=hint, reason="duplicate-id")


def id_or_refusal(answer: str | Ambiguous | Unknown) -> str:
    """The id, or Refused that names what the word may have meant."""
    if isinstance(answer, Ambiguous):
        listed = "\n".join(answer.ids)
        raise Refused(f"more than one issue starts with {answer.word!r}", hint=listed, reason="ambiguous-id")
    if isinstance(answer, Unknown):
        raise Refused(f"no issue {answer.word!r}", hint=_unknown_hint(answer), reason="unknown-id")
    return answer


def _unknown_hint(answer: Unknown) -> str:
    if len(split_word(answer.word)[1]) < 3:
        return "type 3 characters of the id or more"
    return f"did you mean {' or '.join(answer.near)}?" if answer.near else "`fp list --all` shows all issues"


def ids_near(known: Collection[str], word: str) -> tuple[str, ...]:
    """Ids that a wrong one may have meant."""
    return near_ids(known, split_word(word)[1])
