"""`drift merge-driver`: what git runs for a lock that both sides of a merge changed."""

from __future__ import annotations

import click

from fp.kernel.cli import Output, shared_options

DRIVER = ("drift", "bindings, one by one", "drift merge-driver --marker-size %L -- %O %A %B %P", "drift.lock")
"""Its name at git, what it is for, what git runs, and the files it is for, in any folder."""


@click.command("merge-driver", short_help="Merge a lock binding by binding; git runs it.")
@click.option("--install", "wanted", is_flag=True, help="Tell this clone's git to use it, and stop.")
@click.option("--marker-size", type=click.IntRange(1, 100), default=7, help="Length of conflict markers.")
@click.argument("files", nargs=-1, metavar="[BASE OURS THEIRS PATH]")
@shared_options
def command(out: Output, files: tuple[str, ...], *, wanted: bool, marker_size: int) -> int:
    """Merge three versions of a lock into OURS; exit 1 when a conflict is left between markers.

    Nothing depends on it: a clone without it merges by lines, and `drift resolve` settles by binding what that leaves.

    \b
    Example:
      drift merge-driver --install
    """
    from fp.kernel.errors import Usage

    if wanted:
        return _install(out)
    if len(files) != 4:
        raise Usage("git gives BASE OURS THEIRS PATH", hint="drift merge-driver --install")
    return _merge(out, files, marker_size)


def _merge(out: Output, files: tuple[str, ...], marker_size: int) -> int:
    from drift.merge import merge_texts
    from fp.kernel.fs import RealFiles
    from fp.kernel.git.driver import by_lines
    from fp.kernel.text import safe

    def lines(base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
        return by_lines(base, ours, theirs, marker_size)

    paths = [(out.start / name).resolve() for name in files[:3]]
    sides = [RealFiles(path.parent).read(path.name) for path in paths]
    data, left = merge_texts(sides[0], sides[1], sides[2], lines, marker_size)
    RealFiles(paths[1].parent).write(paths[1].name, data)
    if left:
        out.note(f"{safe(files[3])}: both sides changed {', '.join(safe(name) for name in left)}; drift resolve")
    out.document("drift.merge-driver.v1", path=files[3], left=list(left))
    return 1 if left else 0


def _install(out: Output) -> int:
    from fp.kernel.attributes import ATTRIBUTES_PATH
    from fp.kernel.git.driver import install
    from fp.kernel.git.repo import Repository

    install(Repository.discover(out.start), *DRIVER)
    out.line(f"This clone merges locks binding by binding ({ATTRIBUTES_PATH} names the driver; commit it).")
    out.document("drift.merge-driver.v1", path=ATTRIBUTES_PATH, left=[])
    return 0
