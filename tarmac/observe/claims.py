"""The claims' part: the refs of the authority, or the copies of them that were fetched. No network is used.

A clone that lacks the claims must not look consistent. Whether some should be here is told by what is at hand: the
settings, run branches of a remote, a remote that is a folder of this machine (it is looked into), and whether the last
fetch asked and found none.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.errors import KitError
from tarmac.adapters import issues as fp
from tarmac.model import run_of_branch
from tarmac.observe.eyes import REMOTES
from tarmac.snapshot import ClaimFacts, ClaimsFacts, Known, NotInView, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fp.kernel.ports import Oid
    from tarmac.observe.eyes import Eyes
    from tarmac.snapshot import PartOf

LOCAL_URLS = ("/", "./", "../", "file://")
LIVE = ("held", "landing")


class Expected(NamedTuple):
    """What the tracker says of claims: whose they are, below which prefix, and whether machines have worked on it."""

    authority: str
    prefix: str
    machines: bool


def claims_part(eyes: Eyes, expected: Expected) -> PartOf[ClaimsFacts]:
    """The claims, or why they cannot be told."""
    own = eyes.below(expected.prefix)
    copies = {name: eyes.below(copies_prefix(name)) for name in eyes.remotes()}
    if expected.authority == fp.LOCAL_AUTHORITY:
        if own or eyes.worked_here or not copies:
            return _known(eyes, expected.prefix, own, copies, fetched=False)
        remote = next((name for name, refs in copies.items() if refs), "")
    else:
        remote = expected.authority if copies.get(expected.authority) or eyes.worked_here else ""
    if remote:
        others = {"": own} if expected.authority != fp.LOCAL_AUTHORITY else {}
        return _known(eyes, copies_prefix(remote), copies.get(remote, {}), others, fetched=True)
    return _absent(eyes, expected, remote=_where(expected, copies))


def copies_prefix(remote: str) -> str:
    """Where the copies of a remote's claims lie here."""
    return f"{fp.REMOTE_COPIES}{remote}/claims/"


def fetch_line(prefix: str, remote: str) -> str:
    """The line that fetches them. Both names may come from a tracker's settings, and the line is pasted."""
    return f"git fetch {quote(remote)} {quote(f'{prefix}*:{copies_prefix(remote)}*')}"


def fetch_claims(eyes: Eyes, expected: Expected) -> int:
    """Fetch them now, which is the one use of the network; how many there are. External when it cannot be reached."""
    remote = _where(expected, {name: {} for name in eyes.remotes()})
    eyes.world.remote(remote).fetch([f"+{expected.prefix}*:{copies_prefix(remote)}*"])
    return len(eyes.world.refs.list(copies_prefix(remote)))


def _where(expected: Expected, copies: Mapping[str, object]) -> str:
    return expected.authority if expected.authority != fp.LOCAL_AUTHORITY else next(iter(copies))


def _known(
    eyes: Eyes, prefix: str, refs: Mapping[str, Oid], others: Mapping[str, Mapping[str, Oid]], *, fetched: bool
) -> PartOf[ClaimsFacts]:
    """`others` are claims at places that are not the authority's, by remote; an empty name is this repository."""
    tips, bad = fp.read_claims_at(eyes.world.objects, refs, prefix)
    claims = {one: _facts(eyes, tip, f"{prefix}{one}") for one, tip in tips.items()}
    elsewhere: list[ClaimFacts] = []
    for name, found in others.items():
        place = copies_prefix(name) if name else _prefix_of(found)
        strange, _ = fp.read_claims_at(eyes.world.objects, found, place)
        elsewhere += [_facts(eyes, tip, f"{place}{one}") for one, tip in strange.items() if tip.claim.state in LIVE]
    facts = ClaimsFacts(claims, fetched=fetched, elsewhere=tuple(elsewhere), unreadable=tuple(bad))
    return Known(facts, prefix, eyes.at)


def _prefix_of(refs: Mapping[str, Oid]) -> str:
    first = next(iter(refs), "")
    return first[: first.rfind("/") + 1]


def _facts(eyes: Eyes, tip: fp.Tip, ref: str) -> ClaimFacts:
    claim = tip.claim
    return ClaimFacts(
        issue=claim.issue,
        ref=ref,
        oid=tip.oid,
        epoch=claim.epoch,
        state=claim.state,
        token=tip.token,
        holder=claim.holder,
        host=claim.host,
        branch=claim.branch,
        base=claim.base,
        text=claim.text,
        lease_seconds=claim.lease_seconds,
        at=claim.at,
        dead=tip.live and fp.seen_dead(eyes.world, claim.handle),
    )


def _absent(eyes: Eyes, expected: Expected, remote: str) -> PartOf[ClaimsFacts]:
    """No claim is here, and the claims are made elsewhere. Is that so because there is none?"""
    nothing = Known(ClaimsFacts({}, fetched=True), copies_prefix(remote), eyes.at)
    if _asked_before(eyes, remote):
        return nothing
    if _remote_has(eyes, expected, remote):
        paste = fetch_line(expected.prefix, remote)
        return Unknown(f"the claims of {remote} were not fetched into this clone", eyes.at, (paste,))
    if expected.authority == fp.LOCAL_AUTHORITY and expected.machines:
        return NotInView(
            "claims are kept in another repository, as `authority: local` says; none of them is fetched here"
        )
    return nothing


def _asked_before(eyes: Eyes, remote: str) -> bool:
    """A fetch that matched nothing leaves FETCH_HEAD empty; a configured refspec asks with every fetch."""
    head = eyes.repository.git_dir / "FETCH_HEAD"
    if head.is_file() and head.stat().st_size == 0:
        return True
    configured = eyes.repository.git("config", "--get-all", f"remote.{remote}.fetch", ok=(0, 1)).lines()
    return any(line.endswith(f":{copies_prefix(remote)}*") for line in configured)


def _remote_has(eyes: Eyes, expected: Expected, remote: str) -> bool:
    """Whether there is reason to think that the remote has claims. Only a remote on this machine is looked into."""
    url = eyes.repository.git("remote", "get-url", "--", remote, ok=(0, 2, 128)).text()
    if url.startswith(LOCAL_URLS):
        try:
            found = eyes.repository.git("ls-remote", "--refs", "--", remote, f"{expected.prefix}*")
        except KitError:
            return True
        return bool(found.lines())
    if expected.authority != fp.LOCAL_AUTHORITY:
        return True
    branches = eyes.below(f"{REMOTES}{remote}/")
    return any(run_of_branch(f"refs/heads/{ref.removeprefix(f'{REMOTES}{remote}/')}") for ref in branches)
