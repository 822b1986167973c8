"""`fp resolve`: put right what a merge left, both sides by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fp.cli.writing import as_option
from fp.kernel.cli import shared_options
from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from fp.config import Config
    from fp.conflict import Field
    from fp.excerpt import Excerpt
    from fp.kernel.cli import Output
    from fp.kernel.fs import RealFiles
    from fp.kernel.git.repo import Repository
    from fp.resolving import Clash, Joined, Parted, Settled
    from fp.tracker import Tracker

SKIP = "skip"
SHOWN_CHARACTERS_MAX = 160
TEXTS = frozenset({"body", "text", "file"})
"""Fields whose sides are shown by what each changed."""


class _Asked(NamedTuple):
    """The choices: `taken` by field name, by "" for all; whether to write nothing; whether to begin anew."""

    taken: dict[str, str]
    keep: tuple[str, ...]
    dry: bool
    afresh: bool
    who: str | None


class _Done(NamedTuple):
    """All that was done, and what is left."""

    settled: list[Settled]
    joined: list[Joined]
    parted: list[Parted]
    paths: list[str]

    @property
    def left(self) -> int:
        """How many things still need a person."""
        others: list[Joined | Parted] = [*self.joined, *self.parted]
        return sum(not one.done for one in self.settled) + sum(bool(one.why) for one in others)


@click.command("resolve", short_help="Put right what a merge left, field by field.")
@click.argument("words", nargs=-1, metavar="[ID...]")
@click.option("--ours", "side", flag_value="ours", help="Take our side of all that clashes.")
@click.option("--theirs", "side", flag_value="theirs", help="Take their side of all that clashes.")
@click.option(
    "--take", "takes", multiple=True, metavar="FIELD=SIDE", help="Take ours, theirs, base or both of a field."
)
@click.option("--keep", multiple=True, metavar="PATH", help="Of two files with one id, the one that keeps it.")
@click.option("--dry-run", "dry", is_flag=True, help="Show what there is to settle, and write nothing.")
@click.option("--afresh", is_flag=True, help="Start over where somebody has begun to settle a file by hand.")
@as_option
@shared_options
def command(
    out: Output,
    words: tuple[str, ...],
    side: str | None,
    takes: tuple[str, ...],
    keep: tuple[str, ...],
    who: str | None,
    *,
    dry: bool,
    afresh: bool,
) -> int:
    """Put right what a merge left: conflicts field by field, histories with two ends, two files of one id.

    What merges by field is merged; of the rest both sides are shown, and you choose, here or with --take. What is
    settled is staged. In a rebase, ours is the branch that you rebase onto. Exit status 1 while something is left.

    \b
    Examples:
      fp resolve
      fp resolve k3v --take status=theirs --take body=both
      fp resolve --ours
    """
    from fp.cli.opened import open_tracker
    from fp.kernel.git.repo import Repository

    opened = open_tracker(out.start)
    asked = _Asked({**({"": side} if side else {}), **_taken(takes)}, keep, dry, afresh, who)
    done = _resolve(out, Repository.discover(opened.root), opened.files, words, asked)
    _say_unused(out, asked.taken, done)
    _tell(out, done, dry=dry)
    _document(out, done, dry=dry)
    return 1 if done.left else 0


def _taken(takes: Iterable[str]) -> dict[str, str]:
    from fp.conflict import CHOICES
    from fp.kernel.errors import Usage

    found = {}
    for word in takes:
        field, _, side = word.partition("=")
        if not field or side not in CHOICES:
            raise Usage(f"not a choice: {word!r}", hint=f"FIELD=SIDE, a side is one of {', '.join(CHOICES)}")
        found[field] = side
    return found


def _say_unused(out: Output, taken: Mapping[str, str], done: _Done) -> None:
    """A choice of what does not clash is a slip of the pen."""
    known = {name for one in done.settled for name in (*one.taken, *(field.name for field in one.left))}
    for name in sorted({*taken} - known - {""}):
        out.note(f"--take {safe(name)}: nothing there to choose")


def _resolve(out: Output, repository: Repository, files: RealFiles, words: Sequence[str], asked: _Asked) -> _Done:
    from fp import resolving
    from fp.source import WorktreeSource, load

    tracker = load(WorktreeSource(files), with_events=True)
    found = resolving.clashes(repository, files, tracker)
    wanted = _wanted(words, tracker, found)
    settled = [_settle(out, one, asked, tracker.config) for one in found if wanted is None or one.issue in wanted]
    done = _Done(settled, [], [], [])
    if asked.dry:
        return done
    ready = [one for one in settled if one.done]
    paths = resolving.write(repository, files, ready)
    chosen = [one.clash.issue for one in ready if "status" in one.taken]
    return _histories(out.start, done._replace(paths=paths), wanted, chosen, asked)


def _wanted(words: Sequence[str], tracker: Tracker, found: Sequence[Clash]) -> set[str] | None:
    """Ids that a person named; None for all."""
    from fp.codec import resolve
    from fp.source import id_or_refusal

    if not words:
        return None
    known = {*tracker.issues, *tracker.duplicates, *tracker.unreadable, *(one.issue for one in found if one.issue)}
    return {id_or_refusal(resolve(known, word)) for word in words}


def _histories(start: Path, done: _Done, wanted: set[str] | None, chosen: Sequence[str], asked: _Asked) -> _Done:
    """Part the ids and join the histories, as the files are now."""
    from fp import identity, resolving
    from fp.desk import open_desk
    from fp.kernel.git.conflicts import stage
    from fp.source import load

    if any(not one.done and one.clash.path == ".issues/config.yaml" for one in done.settled):
        return done
    desk = open_desk(start)
    tracker = load(desk.files, with_events=True)
    doubled = [one for one in sorted(tracker.duplicates) if wanted is None or one in wanted]
    ends = [one for one in resolving.forked(tracker, chosen) if wanted is None or one in wanted]
    paths: list[str] = []
    for issue_id in doubled:
        found, touched = resolving.part(desk, tracker, issue_id, asked.keep)
        done.parted.extend(found)
        paths += touched
    if ends:
        writer = identity.writer_here(desk.repository, desk.config, asked.who)
        for issue_id in ends:
            one, touched = resolving.join(desk, issue_id, writer)
            done.joined.append(one)
            paths += touched
    if paths and (done.paths or resolving.under_way(desk.repository)):
        stage(desk.repository, paths)
    return done._replace(paths=sorted({*done.paths, *paths}))


# -- choosing ---------------------------------------------------------------------------------------------------------


def _settle(out: Output, clash: Clash, asked: _Asked, config: Config) -> Settled:
    """Settle one file by the choices made; on a terminal, ask for those that are missing."""
    from fp.resolving import settle

    found = settle(clash, asked.taken, config, afresh=asked.afresh)
    if found.done or found.why or asked.dry or not out.interactive or out.json:
        return found
    out.line(f"{out.style(clash.issue or safe(clash.path), 'accent')}  {clash.kind}")
    taken = dict(asked.taken)
    for field in found.left:
        for line in _sides(out, field):
            out.line(f"  {line}")
        answer = _ask(field)
        if answer != SKIP:
            taken[field.name] = answer
    return settle(clash, taken, config, afresh=asked.afresh)


def _ask(field: Field) -> str:
    from fp.conflict import BASE, BOTH, FILE, OURS, THEIRS
    from fp.merge import BODY

    more = [BOTH] if field.name in (BODY, "text") else [] if field.name == FILE else [BASE]
    choices = (OURS, THEIRS, *more, SKIP)
    answer = click.prompt(f"  {safe(field.name)}?", type=click.Choice(choices), default=SKIP, err=True)
    return str(answer)


# -- telling ----------------------------------------------------------------------------------------------------------


def _tell(out: Output, done: _Done, *, dry: bool) -> None:
    for one in done.settled:
        name = out.style(one.clash.issue or safe(one.clash.path), "accent")
        if one.done:
            out.line(f"{name}  {_choices(one.taken)}{'' if dry else ', staged'}")
            continue
        out.line(f"{name}  {out.style('left to you', 'warn')}: {one.clash.kind} ({safe(one.clash.path)})")
        out.line(f"  {safe(one.why)}") if one.why else None
        for field in one.left:
            for line in _sides(out, field):
                out.line(f"  {line}")
        if one.left:
            takes = " ".join(f"--take {safe(field.name)}=ours|theirs" for field in one.left)
            out.said(f"  fp resolve {' '.join(filter(None, (one.clash.issue, takes)))}")
    for joined in done.joined:
        said = f"not joined: {safe(joined.why)}" if joined.why else f"history joined at {joined.status}"
        out.line(f"{out.style(joined.issue, 'accent')}  {said}")
    for parted in done.parted:
        said = f"{safe(parted.path)} is {parted.new} now" if parted.new else f"{safe(parted.path)}: {safe(parted.why)}"
        out.line(f"{out.style(parted.issue, 'accent')}  {said}")
    if not (done.settled or done.joined or done.parted):
        out.line("Nothing to resolve.")


def _choices(taken: Mapping[str, str]) -> str:
    if "" in taken:
        return "settled by hand"
    return ", ".join(f"{safe(name)}: {side}" for name, side in taken.items()) or "merged by field"


def _sides(out: Output, field: Field) -> list[str]:
    """A field's sides, a line each; of a text what each side changed."""
    lines = [out.style(safe(field.name), "dim")]
    in_text = field.name in TEXTS
    if not in_text:
        lines.append(f"  base    {_value(field.base)}")
    for side, value, text in (("ours", field.ours, field.ours_text), ("theirs", field.theirs, field.theirs_text)):
        rows = _rows(text) if in_text and not value else [_value(value)]
        lines += [f"  {side:<6}  {row}" for row in rows]
    return lines


def _value(value: str) -> str:
    return safe(value[:SHOWN_CHARACTERS_MAX]) or "(nothing)"


def _rows(text: Excerpt) -> list[str]:
    from fp.tellings import excerpt_rows

    return excerpt_rows(text, safe)


def _document(out: Output, done: _Done, *, dry: bool) -> None:
    settled = [
        {"path": one.clash.path, "issue": one.clash.issue or None, "kind": one.clash.kind, "taken": dict(one.taken)}
        for one in done.settled
        if one.done
    ]
    left = [
        {
            "path": one.clash.path,
            "issue": one.clash.issue or None,
            "kind": one.clash.kind,
            "why": one.why or None,
            "fields": [_plain(field) for field in one.left],
        }
        for one in done.settled
        if not one.done
    ]
    joined = [{"issue": one.issue, "status": one.status, "why": one.why or None} for one in done.joined]
    parted = [
        {"issue": one.issue, "path": one.path, "new": one.new or None, "why": one.why or None} for one in done.parted
    ]
    out.document(
        "fp.resolve.v1", dry=dry, settled=settled, left=left, joined=joined, renamed=parted, paths=list(done.paths)
    )


def _plain(field: Field) -> dict[str, Any]:
    texts = {
        side: [edit._asdict() for edit in text.edits]
        for side, text in (("ours", field.ours_text), ("theirs", field.theirs_text))
    }
    return {
        "field": field.name,
        "base": field.base,
        "ours": field.ours,
        "theirs": field.theirs,
        "changed": texts,
    }
