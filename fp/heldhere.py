"""Who holds which issue, as this repository knows it, for commands that only show it. A shell; asks no remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp import claims
from fp.config import LOCAL_AUTHORITY
from fp.kernel.errors import KitError
from fp.kernel.git.repo import Repository, find_top
from fp.kernel.world import real_world

if TYPE_CHECKING:
    from pathlib import Path

    from fp.claim import Claim
    from fp.config import Config


def held_here(start: Path, config: Config) -> dict[str, Claim]:
    """The live claims by issue id; of a remote authority the copies of the last fetch. Empty where there is no git."""
    if find_top(start) is None:
        return {}
    try:
        repository = Repository.discover(start)
    except KitError:
        return {}
    local = claims.open_authority(real_world(start, repository), config._replace(authority=LOCAL_AUTHORITY))
    if config.authority != LOCAL_AUTHORITY:
        local = local._replace(prefix=claims.copy_ref(config.authority))
    return {issue_id: tip.claim for issue_id, tip in claims.read_claims(local).tips.items() if tip.live}
