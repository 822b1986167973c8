"""Choose who holds claims and landings: this repository, or one remote that was tried. Writes the settings. A shell.

The authority is never detected, and never changed while a claim lives: two of them would be two winners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import External, Refused, Usage
from fp.kernel.frontmatter import edit_yaml
from fp.kernel.git.remote import probe
from fp.kernel.headeredit import Put
from fp.kernel.ids import CROCKFORD
from fp.kernel.ports import Signature
from tarmac.adapters.issues import (
    LOCAL_AUTHORITY,
    ORCHESTRATOR_EMAIL,
    SETTINGS_PATH,
    config_at,
    config_in,
    live_claims,
)

if TYPE_CHECKING:
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Files, Oid
    from fp.kernel.world import World
    from tarmac.adapters.issues import Settings

TRACKER_SETTING = "fp.trackerRef"
CLAIM_BRANCHES = "refs/heads/fp/claims/"
"""Where claims go on a host that takes branches only."""
HELD_SHOWN_MAX = 5


class Chosen(NamedTuple):
    """Who it is now, the tracker's ref here, and what was done, in sentences."""

    authority: str
    tracker_ref: str
    said: list[str]


def choose(repository: Repository, world: World, files: Files, wanted: str | None) -> Chosen:
    """Try the wanted authority (None: the one that the settings name) and write it down, uncommitted.

    Refused while a claim lives at the old or the new one; External when a remote cannot be one.
    """
    data = files.read(SETTINGS_PATH)
    standing = config_in(data)
    branch = _branch(repository)
    name = standing.authority if wanted is None else wanted
    if name != LOCAL_AUTHORITY and name not in repository.git("remote").lines():
        raise Usage(f"no remote is called {name!r}", hint="git remote -v lists them; or --authority local")
    refs = standing.claim_refs if name == LOCAL_AUTHORITY else _tried(repository, world, name, standing.claim_refs)
    new = standing._replace(authority=name, claim_refs=refs)
    _refuse_while_held(world, _in_use(repository, world, branch, standing), new)
    said = [_told(new)]
    if (name, refs) != (standing.authority, standing.claim_refs):
        edits = [Put("authority", name), *([Put("claim_refs", refs)] if refs != standing.claim_refs else [])]
        files.write(SETTINGS_PATH, edit_yaml(data, edits))
        said.append(f"wrote {SETTINGS_PATH} (authority: {name}, claim_refs: {refs})")
    ref = branch if name == LOCAL_AUTHORITY else branch.replace("refs/heads/", f"refs/remotes/{name}/", 1)
    return Chosen(name, ref, [*said, *_track(repository, ref)])


def _branch(repository: Repository) -> str:
    """The tracker's branch, as it is called where it is at home."""
    standing = repository.setting(TRACKER_SETTING) or repository.head_branch()
    if standing is None:
        hint = f"git config {TRACKER_SETTING} refs/heads/main"
        raise Usage("HEAD is detached, so nothing says where the tracker is", hint=hint)
    full = standing if standing.startswith("refs/") else f"refs/heads/{standing}"
    remote, _, name = full.removeprefix("refs/remotes/").partition("/")
    return f"refs/heads/{name}" if full == f"refs/remotes/{remote}/{name}" else full


def _tried(repository: Repository, world: World, name: str, refs: str) -> str:
    """Where claims can be kept there: as the settings say, else on branches. Claims alone are sent, and removed."""
    commits = (_trial(world), _trial(world))
    try:
        probe(repository, name, _beside(refs), commits)
    except External as error:
        if error.reason != "remote-refuses-refs" or refs.startswith("refs/heads/"):
            raise
    else:
        return refs
    probe(repository, name, _beside(CLAIM_BRANCHES), commits)
    return CLAIM_BRANCHES


def _trial(world: World) -> Oid:
    """A commit as a claim is one: parentless, on the empty tree, like no other."""
    who = Signature("tarmac", ORCHESTRATOR_EMAIL, world.clock.now())
    text = f"trial of an authority: {world.ids.text(CROCKFORD, 26)}\n"
    return world.objects.commit(world.objects.empty_tree(), (), text, who)


def _beside(refs: str) -> str:
    """A prefix next to the claims' own, so that nobody takes a trial for a claim."""
    return f"{refs.removesuffix('/').rpartition('/')[0]}/trial/"


def _in_use(repository: Repository, world: World, branch: str, written: Settings) -> list[Settings]:
    """The settings of this worktree, and those of the tracker's commit, which others go by."""
    standing = repository.setting(TRACKER_SETTING) or branch
    commit = repository.resolve(standing)
    committed = [config_at(world.objects, commit)] if commit is not None else []
    return [written, *committed]


def _refuse_while_held(world: World, standing: list[Settings], new: Settings) -> None:
    places = {(one.authority, one.claim_refs): one for one in (*standing, new)}
    if len(places) == 1:
        return
    held = sorted({f"{issue} at {one.authority}" for one in places.values() for issue in live_claims(world, one)})
    if held:
        named = ", ".join(held[:HELD_SHOWN_MAX])
        raise Refused(
            f"the authority cannot change while claims live: {named}",
            hint="land or release them first: tarmac watch --drain, fp release ID",
            reason="claims-live",
        )


def _told(chosen: Settings) -> str:
    if chosen.authority == LOCAL_AUTHORITY:
        return "claims and landings are this repository's own (authority: local)"
    return f"{chosen.authority} takes claims at {chosen.claim_refs} and atomic pushes; the trial left nothing there"


def _track(repository: Repository, ref: str) -> list[str]:
    standing = repository.setting(TRACKER_SETTING)
    if standing == ref:
        return [f"the tracker ref is {ref} ({TRACKER_SETTING})"]
    repository.set_setting(TRACKER_SETTING, ref)
    before = f"; it was {standing}" if standing else ""
    return [f"the tracker ref is {ref} (git config {TRACKER_SETTING}{before})"]
