"""`fp init`: the settings file and the line that folds events in reviews. Idempotent; refuses what is not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from fp.kernel.cli import Output, shared_options

if TYPE_CHECKING:
    from pathlib import Path

    from fp.kernel.fs import RealFiles

FIRST_LETTERS = 4
_GITHUB = re.compile(
    r"(?:https://github\.com/|git@github\.com:|ssh://git@github\.com/)([\w.-]+/[\w-][\w.-]*?)(?:\.git)?/?", re.ASCII
)


@click.command("init")
@click.option("--prefix", metavar="PREFIX", help="What ids start with; by default from the repository's name.")
@click.option("--commit", "commit_it", is_flag=True, help="Commit the written files, and nothing else.")
@shared_options
def command(output: Output, prefix: str | None, commit_it: bool) -> int:
    """Make this repository a tracker: write `.issues/config.yaml` and a line of `.gitattributes`.

    \b
    Example:
      fp init --prefix WEB
    """
    from fp.cli.opened import commit_touched, find_root
    from fp.kernel.fs import RealFiles

    root, in_git = find_root(output.start)
    top = root or output.start
    files = RealFiles(top)
    _refuse_foreign(files)
    chosen = _prefix(files, top, prefix)
    wanted = _wanted(files, chosen)
    for path, data in wanted.items():
        files.write(path, data)
    written = list(wanted)
    made = commit_touched(top, written, f"issues: start a tracker with the prefix {chosen}") if commit_it else None
    _say(output, written, chosen, made)
    linking = _autolink_here(top, chosen) if in_git and written else None
    if linking is not None:
        output.said(f"GitHub links ids in texts once you run: {linking}")
    if not in_git:
        output.note(f"no git repository in {top} yet: git init, then commit what was written")
    if output.json:
        output.document("fp.init.v1", prefix=chosen, root=str(top), written=written, commit=made, git=in_git)
    return 0


def _prefix(files: RealFiles, top: Path, asked: str | None) -> str:
    """The prefix of the tracker that is there, else the one asked for, else one made of the folder's name."""
    from fp.configfile import read_config
    from fp.kernel.errors import Refused, Usage
    from fp.model import CONFIG_PATH, is_prefix

    if asked is not None and not is_prefix(asked):
        raise Usage(f"not a prefix: {asked!r}", hint="an upper-case letter, then letters and digits, 10 at most")
    if files.stat(CONFIG_PATH) is None:
        return asked or derived_prefix(top.name)
    there = read_config(files.read(CONFIG_PATH), CONFIG_PATH)[0].prefix
    if asked not in (None, there):
        hint = "ids keep their prefix; new ones follow `prefix:` in that file"
        raise Refused(f"this tracker has the prefix {there} already", where=CONFIG_PATH, hint=hint, reason="prefix-set")
    return there


def derived_prefix(name: str) -> str:
    """Initials of a name of several words, the first letters of a name of one; `FP` where there are none."""
    from fp.config import DEFAULT_PREFIX

    plain = "".join(character if character.isascii() and character.isalnum() else " " for character in name)
    words = [word for word in plain.upper().split() if word[0].isalpha()]
    if not words:
        return DEFAULT_PREFIX
    return words[0][:FIRST_LETTERS] if len(words) == 1 else "".join(word[0] for word in words)[:FIRST_LETTERS]


def _refuse_foreign(files: RealFiles) -> None:
    from fp.kernel.errors import Refused
    from fp.model import ISSUES_FOLDER

    whose = owner_of(files)
    if whose is not None:
        hint = f"move it away, or import it (fp import --help); {ISSUES_FOLDER} cannot hold two trackers"
        raise Refused(f"this folder belongs to {whose}", where=ISSUES_FOLDER, hint=hint, reason="foreign-tracker")


def owner_of(files: RealFiles) -> str | None:
    """Whose `.issues` this is, when it is not ours and not free."""
    from fp.model import CONFIG_PATH, ISSUES_FOLDER

    found = files.stat(ISSUES_FOLDER)
    if found is not None and found.kind != "folder":
        return "nobody we know: it is not a folder"
    names = files.names(ISSUES_FOLDER)
    if "config.yaml" in names:
        return None if _is_ours(files.read(CONFIG_PATH)) else "another tool: its config.yaml has no `format:` of fp"
    if ".git" in names or {"issues", "config"} <= set(names):
        return "git-issue"
    if any(name.startswith("ISS-") and name.endswith(".md") for name in names):
        return "cliit (files ISS-*.md)"
    if "TEMPLATE.md" in names or files.stat("flo.toml") is not None:
        return "flo"
    other = [name for name in names if not name.endswith(".md") and name not in ("events", "templates", "archive")]
    return f"another tool: it holds {other[0]!r}" if other else None


def _is_ours(data: bytes) -> bool:
    from fp.kernel.frontmatter import parse_yaml

    document, _ = parse_yaml(data, "")
    return document is None or "format" in document.fields or "prefix" in document.fields


def _wanted(files: RealFiles, prefix: str) -> dict[str, bytes]:
    from fp.config import config_bytes
    from fp.kernel.attributes import ATTRIBUTES_PATH
    from fp.layout import with_attributes
    from fp.model import CONFIG_PATH

    wanted = {} if files.stat(CONFIG_PATH) is not None else {CONFIG_PATH: config_bytes(prefix)}
    before = files.read(ATTRIBUTES_PATH) if files.stat(ATTRIBUTES_PATH) is not None else b""
    after = with_attributes(before)
    return wanted if after == before else {**wanted, ATTRIBUTES_PATH: after}


def _autolink_here(top: Path, prefix: str) -> str | None:
    from fp.kernel.git.repo import Repository

    url = Repository.discover(top).setting("remote.origin.url")
    return autolink(url, prefix) if url is not None else None


def autolink(url: str, prefix: str) -> str | None:
    """The command that makes GitHub link ids to their files; None where the remote is no repository of GitHub's."""
    found = _GITHUB.fullmatch(url)
    if found is None:
        return None
    template = f"https://github.com/{found[1]}/blob/HEAD/.issues/{prefix}-<num>.md"
    fields = f"-f key_prefix={prefix}- -f url_template='{template}' -F is_alphanumeric=true"
    return f"gh api repos/{found[1]}/autolinks {fields}"


def _say(output: Output, written: list[str], prefix: str, made: str | None) -> None:
    if not written:
        output.line(f"Nothing to do: this is a tracker with the prefix {prefix}.")
        return
    count = f"{len(written)} file{'s' if len(written) > 1 else ''}"
    output.line(f"Wrote {', '.join(written)} ({count}, {f'committed {made[:9]}' if made else 'nothing staged'}).")
    output.said('Next: fp new "What is to be done"')
