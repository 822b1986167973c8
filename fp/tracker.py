"""All that one source says of a tracker, as a value. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.config import Config
    from fp.event import Event
    from fp.kernel.ports import Oid
    from fp.kernel.problem import Problem
    from fp.model import Issue


class Tracker(NamedTuple):
    """An id is in `issues`, in `duplicates` (id to all its files) or in `unreadable` (id to its file).

    `events` are the readable ones in the order of their names; an issue without any is left out, and all are when they
    were not asked for. `commit` is None for a worktree; `label` says to people where the data is from. `blobs` gives
    the blob id of each path where the source knows it; `files` the bytes that each issue was read from, for an edit
    that must find them unchanged. `file_count` counts the issue files, readable or not.
    """

    issues: Mapping[str, Issue]
    events: Mapping[str, tuple[Event, ...]]
    problems: tuple[Problem, ...]
    config: Config
    label: str
    commit: Oid | None
    duplicates: Mapping[str, tuple[str, ...]]
    unreadable: Mapping[str, str] = {}
    blobs: Mapping[str, Oid] = {}
    files: Mapping[str, bytes] = {}
    file_count: int = 0
