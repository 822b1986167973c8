"""A repository set as a trap: each vector names a program that leaves a canary file when anything runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.repo import Repo


class Trap(NamedTuple):
    """A repository, and where its canaries would sit."""

    repo: Repo
    canaries: Path

    def program(self, name: str) -> str:
        """A script that leaves the canary `name` and passes its input on."""
        script = self.canaries / "bin" / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch {self.canaries}/{name}\ncat\n")
        script.chmod(0o755)
        return str(script)

    def set(self, key: str, name: str) -> None:
        self.repo.git("config", key, self.program(name))

    def sung(self) -> list[str]:
        """The canaries that were left."""
        return sorted(path.name for path in self.canaries.iterdir() if path.is_file())


def fsmonitor(trap: Trap) -> None:
    trap.set("core.fsmonitor", "fsmonitor")


def hooks_folder(trap: Trap) -> None:
    hooks = trap.repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    names = "post-checkout post-index-change pre-commit reference-transaction pre-push post-merge pre-auto-gc update"
    for name in names.split():
        (hooks / name).symlink_to(trap.program(f"hook-{name}"))


def hooks_path(trap: Trap) -> None:
    folder = trap.canaries / "bin"
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-push"):
        trap.program(name)
    trap.repo.git("config", "core.hooksPath", str(folder))


def external_diff(trap: Trap) -> None:
    trap.set("diff.external", "diff-external")
    trap.repo.write(".gitattributes", "* diff=own filter=own merge=own\n")
    trap.set("diff.own.command", "diff-own-command")
    trap.set("diff.own.textconv", "diff-own-textconv")


def filters(trap: Trap) -> None:
    trap.repo.write(".git/info/attributes", "* filter=own\n*.txt filter=with=equals\nREADME.md filter=included\n")
    for part in ("smudge", "clean"):
        trap.set(f"filter.own.{part}", f"filter-{part}")
    trap.set("filter.with=equals.smudge", "filter-equals")
    trap.set("filter.with=equals.clean", "filter-equals-clean")


def included_filter(trap: Trap) -> None:
    trap.repo.write(".git/info/attributes", "* filter=included\n")
    included = trap.canaries / "bin" / "included.config"
    trap.program("x")
    part = "\n".join(f"\t{name} = {trap.program('included-' + name)}" for name in ("smudge", "clean", "process"))
    included.write_text(f'[filter "included"]\n{part}\n\trequired = true\n')
    trap.repo.git("config", "include.path", str(included))


def worktree_filter(trap: Trap) -> None:
    trap.repo.write(".git/info/attributes", "* filter=own\n")
    trap.repo.git("config", "extensions.worktreeConfig", "true")
    for part in ("smudge", "clean"):
        trap.repo.git("config", "--worktree", f"filter.own.{part}", trap.program(f"worktree-{part}"))


def merge_driver(trap: Trap) -> None:
    trap.repo.write(".gitattributes", "* merge=own\n")
    trap.repo.write(".git/info/attributes", "* merge=own\n")
    trap.set("merge.own.driver", "merge-driver")
    trap.repo.git("config", "merge.default", "own")


def pagers_and_editors(trap: Trap) -> None:
    for key in ("core.pager", "core.editor", "sequence.editor", "interactive.diffFilter", "pager.log"):
        trap.set(key, key.replace(".", "-"))


def signatures(trap: Trap) -> None:
    trap.set("gpg.program", "gpg")
    for key in ("commit.gpgSign", "log.showSignature", "push.gpgSign", "merge.verifySignatures", "tag.gpgSign"):
        trap.repo.git("config", key, "true")


def aliases(trap: Trap) -> None:
    for name in ("status", "log", "update-ref", "worktree", "cat-file", "lg"):
        trap.repo.git("config", f"alias.{name}", f"!{trap.program('alias-' + name)}")


def alternates(trap: Trap) -> None:
    other = trap.canaries / "alternate.git"
    trap.repo.git("init", "--quiet", "--bare", str(other))
    trap.repo.write(".git/objects/info/alternates", f"{other}/objects\n")
    trap.set("core.alternateRefsCommand", "alternate-refs")


def maintenance(trap: Trap) -> None:
    trap.repo.git("config", "gc.auto", "1")
    trap.repo.git("config", "maintenance.auto", "true")
    hooks_folder(trap)


VECTORS: dict[str, Callable[[Trap], None]] = {
    function.__name__: function
    for function in (
        fsmonitor,
        hooks_folder,
        hooks_path,
        external_diff,
        filters,
        included_filter,
        worktree_filter,
        merge_driver,
        pagers_and_editors,
        signatures,
        aliases,
        alternates,
        maintenance,
    )
}
