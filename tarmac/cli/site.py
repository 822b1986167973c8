"""What the reconciling commands share: the site to look at, with the view that fits the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fp.kernel.git.repo import Repository
from fp.kernel.world import real_world
from tarmac.observe.whole import Site
from tarmac.reconcile import read_memory
from tarmac.runners.local import LocalRunner
from tarmac.snapshot import View
from tarmac.store import Store

if TYPE_CHECKING:
    from fp.kernel.cli import Output

AUTO = "auto"
VIEWS = (AUTO, View.REPO.value, View.HOST.value)
CI_VARIABLE = "CI"


def site_of(out: Output, view: str = AUTO, *, fetch: bool = False) -> Site:
    """The repository where the command runs. Usage when there is none."""
    repository = Repository.discover(out.start)
    world = real_world(out.start)
    store = Store(world.state, repository.common_dir, world.clock)
    return Site(
        world=world,
        repository=repository,
        store=store,
        runner=LocalRunner(world.processes, world.host),
        memory=read_memory(world.state),
        view=_chosen(view, store),
        fetch=fetch,
    )


def _chosen(view: str, store: Store) -> View:
    """By default all of this machine where runs were made; refs and files only in CI and in a plain clone."""
    if view != AUTO:
        return View(view)
    return View.HOST if store.names() and not os.environ.get(CI_VARIABLE) else View.REPO


def keeps_memory(site: Site) -> bool:
    """Whether this place remembers observations: where runs are looked at, and tarmac has worked already."""
    return site.view is View.HOST and site.world.state.stat("tarmac") is not None
