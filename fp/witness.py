"""All that git says and a judgement rests on, as one text: where it is the same, so is the judgement.

The setting and the two HEADs that choose the tracker ref, the commit it names, and every claim. A lean shell over two
git processes. Claims are listed before branches (`refs/fp` before `refs/heads`), as a view reads them.
"""

from __future__ import annotations

import os

from fp.kernel.git.run import git

SETTING = "fp.trackerRef"
REMOTE_HEAD = "refs/remotes/origin/HEAD"
FORMAT = "--format=%(refname) %(objectname) %(symref)"


def witness(root: str, common: str, ref: str, claim_refs: str) -> str | None:
    """What git says now; None where the main worktree's HEAD cannot be read. External when git fails."""
    try:
        with open(f"{common}/HEAD", encoding="utf-8", errors="surrogateescape") as file:
            head = file.read().rstrip("\n")
    except OSError:
        return None
    setting = git(root, "config", "--null", "--get", SETTING, ok=(0, 1)).text()
    refs = git(root, "for-each-ref", FORMAT, "--", claim_refs, ref, REMOTE_HEAD).text()
    return f"{head}\n{setting}\n{refs}"


def surroundings(root: str, common: str) -> tuple[tuple[int, ...], ...]:
    """Stamps of what else decides whether git takes a file for changed or ignored, as far as it has a known place."""
    home = os.path.expanduser("~")
    paths = (
        *(f"{root}/{folder}{name}" for folder in ("", ".issues/") for name in (".gitattributes", ".gitignore")),
        *(f"{common}/{name}" for name in ("config", "info/exclude", "info/attributes")),
        *(f"{home}/{name}" for name in (".gitconfig", ".config/git/config", ".config/git/ignore")),
        _own_index(root),
    )
    return tuple(_stamp(path) for path in paths)


def _own_index(root: str) -> str:
    """The file in which git keeps what is staged in this worktree."""
    if os.path.isdir(f"{root}/.git"):
        return f"{root}/.git/index"
    with open(f"{root}/.git", encoding="utf-8", errors="surrogateescape") as file:
        return os.path.join(root, file.readline().rstrip("\n").removeprefix("gitdir: "), "index")


def _stamp(path: str) -> tuple[int, ...]:
    try:
        seen = os.stat(path)
    except OSError:
        return ()
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def chosen_by(text: str, ref: str) -> bool:
    """Whether the main worktree's HEAD file says `ref`; with another store of refs than files it says nothing."""
    return text.startswith(f"ref: {ref}\n")
