"""New issues that somebody proposes who may not arm them: files on hold, made from foreign text. Pure.

Every character of a title that a reader could not see is spelled out, and what does not fit goes to the body, so that
nothing a proposer writes hides, arms itself or is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.codec import new_issue_bytes, read_issue
from fp.kernel.errors import Refused
from fp.kernel.problem import Severity
from fp.kernel.text import safe, safe_block
from fp.model import HOLD, Issue, issue_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from fp.config import Config
    from fp.tracker import Tracker
    from fp.transition import Changes

TITLE_CHARACTERS_MAX = 200
DRAWS_MAX = 100


class Proposed(NamedTuple):
    """What somebody wants an issue to say."""

    title: str
    body: str = ""


class Proposals(NamedTuple):
    """The files to write, the ids and titles made, and a sentence for each proposal that none was made of."""

    changes: Changes
    made: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]


def plan_proposals(
    tracker: Tracker, wanted: Iterable[Proposed], *, note: str, at: datetime, draw: Callable[[], str]
) -> Proposals:
    """A file for each, on hold, under an id that nothing in the tracker has; `note` ends its body, `draw` gives ids."""
    changes: Changes = {}
    made: list[tuple[str, str]] = []
    refused: list[str] = []
    for one in wanted:
        title, body = _sayable(one)
        issue_id = _free(tracker, changes, draw)
        path = issue_path(issue_id)
        text = "\n\n".join(part for part in (body, note) if part)
        issue = Issue(issue_id, title, created=at.replace(microsecond=0), dispatch=HOLD, body=text)
        data, why = _file(issue, path, tracker.config)
        if data is None:
            refused.append(f"not made: {title or 'an issue without a title'}" + (f" ({why})" if why else ""))
            continue
        changes[path] = data
        made.append((issue_id, title))
    return Proposals(changes, tuple(made), tuple(refused))


def _file(issue: Issue, path: str, config: Config) -> tuple[bytes | None, str]:
    """The file, if it reads back without an error; else why not. Escapes make a text up to ten times longer."""
    try:
        data = new_issue_bytes(issue)
    except Refused as error:
        return None, error.message
    read, problems = read_issue(path, data, config)
    wrong = next((problem for problem in problems if problem.severity is Severity.ERROR), None)
    return (data, "") if read is not None and wrong is None else (None, wrong.message if wrong else "")


def _sayable(one: Proposed) -> tuple[str, str]:
    """Title and body as they can be shown; a title that is too long goes on in the body."""
    whole = safe(" ".join(one.title.split()))
    body = safe_block(one.body.replace("\r\n", "\n")).strip("\n")
    if len(whole) <= TITLE_CHARACTERS_MAX:
        return whole, body
    return f"{whole[: TITLE_CHARACTERS_MAX - 3]}...", f"{whole}\n\n{body}".rstrip("\n")


def _free(tracker: Tracker, changes: Changes, draw: Callable[[], str]) -> str:
    """An id that no issue, readable or not, has or had events under."""
    for _ in range(DRAWS_MAX):
        issue_id = f"{tracker.config.prefix}-{draw()}"
        known = (tracker.issues, tracker.events, tracker.unreadable, tracker.duplicates)
        if issue_path(issue_id) not in changes and not any(issue_id in ids for ids in known):
            return issue_id
    raise AssertionError(f"{DRAWS_MAX} draws of 35 bits all met an id that is taken")
