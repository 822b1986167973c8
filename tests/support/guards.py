"""What keeps a test away from the operator's home, the network and the checkout it lives in.

The environment points git and every child at a scratch home; an audit hook makes the test process itself unable to
write below the real home or the checkout, to connect beyond loopback, or to run git inside the checkout.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.", "::1", "localhost")
SCRATCH_NAMES = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})
"""What interpreters and test tools write beside the code."""
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WRITING_EVENTS = frozenset(
    {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}
)
GIT_CONFIG = """\
[user]
\tname = Test Person
\temail = person@test.invalid
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[advice]
\tdetachedHead = false
[protocol "file"]
\tallow = always
"""


class GuardError(AssertionError):
    """A test reached for something outside its own folder."""


class Guard:
    """The audit hook. It cannot be taken out of a process again, so it is switched instead."""

    def __init__(self, protected: tuple[Path, ...], scratch: Path):
        self._protected = tuple(str(path) + os.sep for path in protected)
        self._scratch = str(scratch) + os.sep
        self.on = False
        self.checkout_git = False
        """Whether the running test may run git in the checkout (`@pytest.mark.checkout`)."""

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Judge one audited event."""
        if not self.on:
            return
        if event == "open":
            self._judge_open(*args)
        elif event in WRITING_EVENTS:
            for path in args[1:] if event == "os.symlink" else args:  # what a link points to is not written
                self._judge_write(path)
        elif event == "socket.connect":
            _judge_address(args[1])
        elif event == "subprocess.Popen":
            self._judge_child(args[1], args[2])

    def _judge_open(self, path: object, mode: str | None, flags: int) -> None:
        writes = any(letter in mode for letter in "wax+") if mode else bool(flags & WRITE_FLAGS)
        if writes:
            self._judge_write(path)

    def _judge_write(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        full = os.path.abspath(os.fsdecode(path))
        if full.startswith(self._scratch) or not full.startswith(self._protected):
            return
        if not SCRATCH_NAMES.intersection(full.split(os.sep)) and not os.path.basename(full).startswith(".coverage"):
            raise GuardError(f"a test tried to write {full}: use tmp_path")

    def _judge_child(self, argv: Any, cwd: object) -> None:
        words = [os.fsdecode(word) for word in argv] if isinstance(argv, list | tuple) else [str(argv)]
        folder = os.path.abspath(os.fsdecode(cwd)) if isinstance(cwd, str | bytes | os.PathLike) else os.getcwd()
        inside = (folder + os.sep).startswith(str(CHECKOUT) + os.sep) and not folder.startswith(self._scratch)
        if inside and os.path.basename(words[0]) == "git" and not self.checkout_git:
            raise GuardError("a test ran git in the project's own checkout: mark it with @pytest.mark.checkout")


def _judge_address(address: object) -> None:
    host = address[0] if isinstance(address, tuple) else "127."  # anything else is a unix socket
    if not str(host).startswith(LOOPBACK):
        raise GuardError(f"a test tried to connect to {host}: only loopback is allowed")


def environment(scratch: Path) -> dict[str, str]:
    """The variables that send git, Python and network clients of a test into `scratch` or nowhere."""
    home = scratch / "home"
    home.mkdir()
    config = scratch / "gitconfig"
    config.write_text(GIT_CONFIG)
    nowhere = "http://127.0.0.1:9"
    return {
        "HOME": str(home),
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")},
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_SSH_COMMAND": "false",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), nowhere),
        "no_proxy": "localhost,127.0.0.1,::1",
    }


def dropped(names: Callable[[], list[str]] = lambda: list(os.environ)) -> list[str]:
    """Variables of the outer process that would steer git or our commands: a hook, an editor or a CI sets them."""
    prefixes = ("GIT_", "FP_", "DRIFT_", "TARMAC_", "PAGER", "EDITOR")
    return [name for name in names() if name == "CI" or name.startswith(prefixes)]


def install(guard: Guard) -> None:
    """Hook it into this process, for good."""
    sys.addaudithook(guard)
