"""Eight faults as a person makes them by mistake, each with the finding that must name it, and with its undoing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.site import Site


class Parked(NamedTuple):
    """A factory after its work: what landed, and two parked tickets, one whose agent did nothing."""

    site: Site
    landed: list[str]
    idle: str
    parked: str


class Fault(NamedTuple):
    """What is done, the code that the report must name, and the doing, which gives the undoing."""

    text: str
    code: str
    make: Callable[[Parked], Callable[[], None]]


def _committed(site: Site, message: str) -> Callable[[], None]:
    site.commit(message)
    return lambda: site.git("revert", "--no-edit", "HEAD") and None


def _twin(scene: Parked) -> Callable[[], None]:
    """A ticket's file copied under another name."""
    name = scene.landed[0]
    scene.site.write(f".issues/copy-of-{name}.md", scene.site.read(f".issues/{name}.md"))
    return _committed(scene.site, "Copy a ticket")


def _unreadable(scene: Parked) -> Callable[[], None]:
    path = f".issues/{scene.landed[1]}.md"
    scene.site.write(path, scene.site.read(path).replace("status:", "status: [", 1))
    return _committed(scene.site, "Break a ticket")


def _dependency(scene: Parked) -> Callable[[], None]:
    path = f".issues/{scene.parked}.md"
    prefix = scene.parked.partition("-")[0]
    text = re.sub(r"(?m)^depends_on:.*$", f"depends_on:\n  - {prefix}-0000000", scene.site.read(path), count=1)
    scene.site.write(path, text)
    return _committed(scene.site, "Wait for a ticket that is not there")


def _no_evidence(scene: Parked) -> Callable[[], None]:
    for path in scene.site.files(f".issues/events/{scene.landed[2]}/*-evidence-*"):
        scene.site.git("rm", "--quiet", "--", path)
    return _committed(scene.site, "Tidy up")


def _gap(scene: Parked) -> Callable[[], None]:
    first = scene.site.files(f".issues/events/{scene.landed[3]}/*-transition-*")[0]
    scene.site.git("rm", "--quiet", "--", first)
    return _committed(scene.site, "Tidy up")


def _reverted(scene: Parked) -> Callable[[], None]:
    """The work of a landing is taken back, its ticket stays done."""
    site, name = scene.site, scene.landed[4]
    landing = site.git("log", "--first-parent", "--format=%H", f"--grep=Tarmac-Landed: {name}", "main").splitlines()[0]
    site.git("revert", "--no-commit", "--mainline", "1", landing)
    site.git("checkout", "--quiet", "HEAD", "--", ".issues")
    return _committed(site, "Take it back")


def _rewound(scene: Parked) -> Callable[[], None]:
    """A landed ticket's claim is put back to what it was when its run began."""
    site, ref = scene.site, f"refs/fp/claims/{scene.landed[5]}"
    tip = site.git("rev-parse", ref)
    token = next(
        line.partition(": ")[2]
        for line in site.git("log", "-1", "--format=%B", tip).splitlines()
        if line.startswith("token:")
    )
    site.git("update-ref", ref, token, tip)
    return lambda: site.git("update-ref", ref, tip, token) and None


def _added(scene: Parked) -> Callable[[], None]:
    """A commit more on the branch of a parked run, which is sealed."""
    site, ref = scene.site, f"refs/heads/tarmac/{scene.parked}/1"
    tip = site.git("rev-parse", ref)
    more = site.git("commit-tree", "-p", tip, "-m", "One thing more", f"{tip}^{{tree}}")
    site.git("update-ref", ref, more, tip)
    return lambda: site.git("update-ref", ref, tip, more) and None


FAULTS = (
    Fault("a ticket copied under another name", "D-07", _twin),
    Fault("a ticket's header broken", "D-12", _unreadable),
    Fault("a ticket waits for one that is not there", "D-15", _dependency),
    Fault("a landed ticket's evidence deleted", "D-64", _no_evidence),
    Fault("the pick-up of a landed ticket deleted", "D-81", _gap),
    Fault("a landed change taken back, its ticket left done", "D-87", _reverted),
    Fault("a landed ticket's claim put back", "D-82", _rewound),
    Fault("a commit added to a parked run's branch", "D-45", _added),
)
