"""Who is writing here: a shell over git's configuration and the branch that is checked out.

A person by git's name for them, an agent by the name it gives, a worker by the run branch it stands on, whatever it
calls itself: honest agents then sign as what `fp check --base` takes them for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fp import event
from fp.event import AGENT, HUMAN, WORKER, Writer, parse_writer
from fp.kernel.errors import Config as ConfigError
from fp.kernel.errors import Usage
from fp.kernel.ports import Signature

if TYPE_CHECKING:
    from fp.config import Config
    from fp.kernel.git.repo import Repository
    from fp.kernel.ports import Clock

PERSON = "person"
_RUN_BRANCH = re.compile(r"refs/heads/tarmac/([A-Z][A-Z0-9]{0,9}-[0-9a-z]{7})/([1-9][0-9]{0,9})", re.ASCII)


def writer_here(repository: Repository, config: Config, named: str | None) -> Writer:
    """Who writes: the run whose branch is checked out, else who `named` says, else git's user."""
    branch = repository.head_branch()
    run = None if branch is None else _RUN_BRANCH.fullmatch(branch)
    if run is not None:
        return Writer(WORKER, f"{run[1]}.{run[2]}")
    return _named(named) if named else person(repository, config)


def _named(text: str) -> Writer:
    """`agent/NAME`, `person/NAME`, or a bare agent's name."""
    kind, slash, name = text.partition("/")
    wanted = f"{HUMAN}/{name}" if kind == PERSON else text if slash else f"{AGENT}/{text}"
    writer = parse_writer(wanted)
    if writer is None or writer.kind not in (HUMAN, AGENT):
        raise Usage(f"not a name to write as: {text!r}", hint="agent/NAME or person/NAME")
    return writer


def person(repository: Repository, config: Config) -> Writer:
    """git's user, by the name that the settings' `people` give their address, else by git's own."""
    name, email = repository.setting("user.name") or "", repository.setting("user.email") or ""
    known = [who for who, addresses in config.people.items() if email and email in addresses]
    if not known and not name.strip():
        raise ConfigError("git does not know who you are", hint='git config --global user.name "Your Name"')
    return event.human(known[0] if known else name)


def holder(writer: Writer) -> str:
    """The same writer as the holder of a claim."""
    kind = {HUMAN: PERSON, WORKER: "run"}.get(writer.kind, writer.kind)
    return f"{kind}/{writer.name}"


def signature(repository: Repository, clock: Clock) -> Signature:
    """git's user, for a commit."""
    name = repository.setting("user.name") or "fp"
    return Signature(name, repository.setting("user.email") or "fp@fp.invalid", clock.now())
