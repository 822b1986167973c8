"""Which repository this is, as `github:owner/name`, so that a binding to another one is not judged here. A shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drift.workspace import Workspace

_GITHUB = re.compile(r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@|git://)github\.com[:/]([\w.-]+)/([\w.-]+?)(?:\.git)?/?")


def origin_of(workspace: Workspace) -> str:
    """This repository's origin; empty where git, the remote or its host does not say."""
    if workspace.top is None:
        return ""
    from fp.kernel.errors import External
    from fp.kernel.git.run import git

    try:
        found = git(workspace.top, "config", "--get", "remote.origin.url", ok=(0, 1))
    except External:
        return ""
    return normalised(found.text())


def normalised(url: str) -> str:
    """The origin that a remote's URL names; empty for one that is not on GitHub."""
    found = _GITHUB.fullmatch(url)
    return f"github:{found[1]}/{found[2]}" if found else ""
