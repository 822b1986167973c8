"""`drift coverage`: public names without a document, documents without a binding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options
from fp.kernel.errors import ExitCode

if TYPE_CHECKING:
    from drift.coverage import Coverage, Share
    from fp.kernel.cli import Output

PERCENT = click.FloatRange(0, 100)


@click.command("coverage", short_help="Say which public names no document speaks of, and which documents are unbound.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--list", "listed", is_flag=True, help="List the names and the documents too.")
@click.option("--min", "names_min", metavar="PERCENT", type=PERCENT, help="Fail below this share of names.")
@click.option("--documents-min", metavar="PERCENT", type=PERCENT, help="Fail below this share of bound documents.")
@shared_options
def command(
    out: Output, paths: tuple[str, ...], listed: bool, names_min: float | None, documents_min: float | None
) -> int:
    """Say how many public names documents speak of, and how many documents are bound. PATHs confine it.

    A name at the top of a source file is public unless its language's custom says otherwise; it is spoken of when a
    binding points at it, into it, or at its whole file. Tests, examples and foreign code do not count. Exits 1 when a
    share is below its least.

    \b
    Example:
      drift coverage
      drift coverage src --min 60 --list
    """
    from drift.arguments import anchor_of
    from drift.survey import covered
    from drift.workspace import open_workspace

    workspace = open_workspace(out.start)
    places = tuple(anchor_of(workspace, out.start, path).path for path in paths if path not in (".", "./"))
    found = covered(workspace, places)
    short = [
        (word, share, least)
        for word, share, least in (
            ("public names", found.names, names_min),
            ("documents", found.documents, documents_min),
        )
        if least is not None and share.percent < least
    ]
    if out.json:
        out.document("drift.coverage.v1", **_fields(found, passed=not short))
    else:
        _print(out, found, listed=listed)
        for word, share, least in short:
            out.line(out.style(f"{share.percent:.1f} % of the {word}: less than {least:g} %", "bad"))
    return ExitCode.FINDINGS if short else ExitCode.OK


def _print(out: Output, found: Coverage, *, listed: bool) -> None:
    from fp.kernel.text import pad, safe

    rows = {**found.by_folder(), "all public names": found.names, "documents bound": found.documents}
    widest = max(len(safe(name)) for name in rows)
    for name, share in rows.items():
        out.line(f"{pad(safe(name), widest)}  {share.part:>6,} of {share.whole:>6,}  {share.percent:5.1f} %")
    if not listed:
        return
    for file in found.files:
        for name in file.untold:
            out.line(f"  {safe(file.path)}#{safe(name)}")
    for path in found.unbound:
        out.line(f"  {safe(path)}: speaks of no code")


def _fields(found: Coverage, *, passed: bool) -> dict[str, object]:
    return {
        "result": "pass" if passed else "fail",
        "names": _share(found.names),
        "documents": _share(found.documents),
        "folders": [{"folder": folder, **_share(share)} for folder, share in found.by_folder().items()],
        "untold": [f"{file.path}#{name}" for file in found.files for name in file.untold],
        "unbound": list(found.unbound),
    }


def _share(share: Share) -> dict[str, float | int]:
    return {"part": share.part, "whole": share.whole, "percent": round(share.percent, 1)}
